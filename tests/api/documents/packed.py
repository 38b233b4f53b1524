"""Word packages made and changed by hand, for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import docx


def package(*paragraphs: str) -> bytes:
    """A Word file with these paragraphs."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def changed(data: bytes, parts: Mapping[str, bytes | Callable[[bytes], bytes]] | None = None) -> bytes:
    """A package with parts set, or made from what they were."""
    parts = dict(parts or {})
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            part = parts.pop(entry, None)
            content = old.read(entry)
            new.writestr(entry, content if part is None else part(content) if callable(part) else part)
        for name, part in parts.items():
            assert isinstance(part, bytes)
            new.writestr(name, part)
    return buffer.getvalue()
