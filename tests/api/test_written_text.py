"""Written reports as Markdown: whatever a rulebook's texts hold is shown as it is."""

from __future__ import annotations

from datetime import date

import pytest

from api.written_text import markdown, plain
from engine.writing.document import Column, Document, Heading, Items, Paragraph, Row, Table

DAY = date(2023, 5, 15)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1. Hai", "1\\. Hai"),
        ("12) Hai", "12\\) Hai"),
        ("- Hai", "\\- Hai"),
        ("+ Hai", "\\+ Hai"),
        ("---", "\\---"),
        ("-5%", "-5%"),
        ("1.469,72 triệu đồng", "1.469,72 triệu đồng"),
        ("* # _x_ `y`", "\\* \\# \\_x\\_ \\`y\\`"),
        ("A & B <C>", "A & B \\<C\\>"),
        ("&lt;C&#62;", "\\&lt;C\\&\\#62;"),
        ("~~x~~ [y](z)", "\\~\\~x\\~\\~ \\[y\\](z)"),
        ("a|b \\ c", "a\\|b \\\\ c"),
        ("hai\ndòng\tmột", "hai dòng một"),
        ("=cmd() {{ 7*7 }}", "=cmd() {{ 7\\*7 }}"),
    ],
)
def test_signs_of_markdown_are_shown_as_they_are(text: str, said: str) -> None:
    document = Document("T", (Paragraph(text), Items((text,)), Heading(text, 2)), DAY)
    assert markdown(document) == f"# T\n\n{said}\n\n- {said}\n\n### {said}\n"


def test_a_table_keeps_its_columns() -> None:
    columns = (Column("A|B"), Column("Số", "Năm", is_number=True))
    table = Table(columns, (Row(("x|y", "1")), Row(("Cộng", "1"), is_total=True)), "Bảng <1>")
    assert markdown(Document("T", (table,), DAY)) == (
        "# T\n\nBảng \\<1\\>\n\n| A\\|B | Năm: Số |\n| --- | ---: |\n| x\\|y | 1 |\n| **Cộng** | **1** |\n"
    )


def test_plain_text_is_as_it_was_written() -> None:
    document = Document("T", (Paragraph("1. * <b> & _x_"), Items(("- a",))), DAY)
    assert plain(document) == "T\n\n1. * <b> & _x_\n\n- - a\n"
