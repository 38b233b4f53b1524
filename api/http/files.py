"""Files as answers: what they are, and the name that they are saved under."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response

from api.http.problems import OK

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class WordResponse(Response):
    """A Word file."""

    media_type = DOCX


class WorkbookResponse(Response):
    """An Excel file."""

    media_type = XLSX


def attached(kind: type[Response], content: bytes, name: str) -> Response:
    """A file that is saved under a name, which may have any letters."""
    named = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return kind(content, OK, {"Content-Disposition": named})
