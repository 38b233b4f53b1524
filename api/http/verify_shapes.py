"""The answer of ``POST /v1/verify``."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from api.http.shapes import Shape


class ReportFinding(Shape):
    """One thing found in a report."""

    quote: str
    start: int = Field(description="Ký tự của văn bản / characters of the text: `text[start:end] == quote`")
    end: int
    place: str
    kind: Literal["ratio", "sum", "date", "bracket", "number", "measure", "figure"]
    stated: float | str | None = Field(description="Ngày là chữ / a date is text (`2023-05-15`)")
    computed: float | str | None
    verdict: Literal["right", "truncated", "wrong", "unclear", "cannot_check"]
    slip: Literal["swapped_digits", "lost_digit", "wrong_separator", "wrong_base"] | None
    note: str
    part: float | None = Field(description="Số được tính tỷ lệ / what a ratio is computed from")
    base: float | None
    of: str | None = Field(description="`plan` | `same` | `total` | `from`")


class ReportNote(Shape):
    """What reading the file left out."""

    code: Literal["pdf_lines", "pdf_tables", "pdf_without_text", "pdf_damaged", "excel_left_out"]
    words: str
    pages: list[int] = Field(description="Trang / pages, from 1")
    details: list[str] = Field(description="Lời của thư viện đọc tệp / the reading library's own words")


class Report(Shape):
    """A report checked; right findings are listed too."""

    file: str
    rulebook: str | None
    findings: list[ReportFinding]
    notes: list[ReportNote]
