"""Makes the templates that come along: ``python -m api.documents.shipped``.

Laid out as Decree 30/2020/NĐ-CP says: A4, margins of 20, 20, 30 and 15 mm at the least, Times New Roman,
the page's number at the top but not on the first page, annexes numbered by themselves.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.section import Section
    from docx.text.paragraph import Paragraph

FOLDER = Path(__file__).parent / "templates"
KINDS = ("decision", "report")
FONT = "Times New Roman"


@dataclass(frozen=True, slots=True)
class Words:
    """What a template says by itself; an office that writes otherwise edits the template."""

    nation: str
    motto: str
    number: str
    dated: str
    decision: str
    report: str
    decides: str
    articles: tuple[tuple[str, str], ...]
    each_quota: str
    recipients: str
    annex: str
    units_title: str
    periods_title: str
    attached: str
    notes: str
    as_of: str


WORDS = {
    "vi": Words(
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: {{number}}/QĐ-{{symbol}}",
        "{{place}}, {{date}}",
        "QUYẾT ĐỊNH",
        "BÁO CÁO",
        "QUYẾT ĐỊNH:",
        (
            (
                "Điều 1.",
                " Giao chỉ tiêu từ ngày {{from}} đến ngày {{to}} cho {{units_count}} đơn vị, tổng số gồm:",
            ),
            ("", "Chỉ tiêu của từng đơn vị, từng kỳ tại Phụ lục kèm theo Quyết định này."),
            ("Điều 2.", " Quyết định này có hiệu lực kể từ ngày ký."),
            (
                "Điều 3.",
                " Thủ trưởng các đơn vị có tên tại Phụ lục chịu trách nhiệm thi hành Quyết định này./.",
            ),
        ),
        "- {{quotas}}",
        "Nơi nhận:",
        "Phụ lục",
        "CHỈ TIÊU GIAO CHO TỪNG ĐƠN VỊ",
        "CHỈ TIÊU GIAO THEO TỪNG KỲ",
        "(Kèm theo Quyết định số {{number}}/QĐ-{{symbol}} {{date}} của {{body}})",
        "Căn cứ số liệu:",
        "Số liệu đến ngày {{written_on}}",
    ),
    "en": Words(
        "SOCIALIST REPUBLIC OF VIET NAM",
        "Independence - Freedom - Happiness",
        "No.: {{number}}/QĐ-{{symbol}}",
        "{{place}}, {{date}}",
        "DECISION",
        "REPORT",
        "HEREBY DECIDES:",
        (
            (
                "Article 1.",
                " Quotas from {{from}} to {{to}} are given as follows (units: {{units_count}}), in total:",
            ),
            ("", "Each unit's quotas, and those of each period, are in the annexes of this Decision."),
            ("Article 2.", " This Decision takes effect on the day it is signed."),
            (
                "Article 3.",
                " The heads of the units named in the annexes shall carry out this Decision.",
            ),
        ),
        "- {{quotas}}",
        "Recipients:",
        "Annex",
        "QUOTAS BY UNIT",
        "QUOTAS BY PERIOD",
        "(With Decision No. {{number}}/QĐ-{{symbol}}, {{date}}, of the {{body}})",
        "What the figures rest on:",
        "Figures up to {{written_on}}",
    ),
}


def make(kind: str, lang: str) -> bytes:
    """A template as a .docx file."""
    words = WORDS[lang]
    document = _blank(lang)
    _head(document, words.number if kind == "decision" else words.number.replace("QĐ", "BC"), words)
    if kind == "decision":
        _decision(document, words)
    else:
        _report(document, words)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _blank(lang: str) -> WordDocument:
    import docx
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    document = docx.Document()
    for name, size in (("Normal", 14), ("Heading 1", 14), ("Heading 2", 14), ("Heading 3", 14)):
        style: Any = document.styles[name]
        style.font.name = FONT
        style.font.size = Pt(size)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)
        for theme in ("asciiTheme", "hAnsiTheme", "cstheme", "eastAsiaTheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        if name != "Normal":
            style.font.color.rgb = RGBColor(0, 0, 0)
            style.font.bold = True
            style.font.italic = name == "Heading 3"
            style.paragraph_format.space_before = Pt(12)
            style.paragraph_format.space_after = Pt(6)
            style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.LEFT
    document.styles["Normal"].element.rPr.append(_element("w:lang", val="vi-VN" if lang == "vi" else "en-GB"))
    normal: Any = document.styles["Normal"]
    normal.paragraph_format.space_before = Pt(0)
    normal.paragraph_format.space_after = Pt(0)
    _page(document.sections[0], landscape=False)
    return document


def _element(tag: str, **attributes: str) -> Any:
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    element: Any = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _page(section: Section, *, landscape: bool) -> None:
    """A4 with its margins; its number at the top, in the middle, from the second page on."""
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    short, long = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(20)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    section.header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    paragraph.style = "Normal"
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    run.font.size = Pt(13)
    for kind, text in (("begin", None), (None, "PAGE"), ("separate", None), (None, "2"), ("end", None)):
        if kind:
            run._r.append(_element("w:fldChar", fldCharType=kind))
        else:
            element = _element("w:instrText" if text == "PAGE" else "w:t")
            element.text = text
            run._r.append(element)


def _annex(document: WordDocument, *, landscape: bool) -> None:
    """A new section, its pages numbered from 1."""
    from docx.enum.section import WD_SECTION

    section = document.add_section(WD_SECTION.NEW_PAGE)
    _page(section, landscape=landscape)
    numbering = section._sectPr.find(_element("w:pgNumType").tag)
    if numbering is None:
        numbering = _element("w:pgNumType", start="1")
        section._sectPr.find(_element("w:pgMar").tag).addnext(numbering)


def _line(paragraph: Paragraph, left: float, right: float) -> None:
    """A line under what stands above: a border of an empty paragraph between indents, in millimetres."""
    from docx.shared import Mm, Pt

    form = paragraph.paragraph_format
    form.left_indent, form.right_indent = Mm(left), Mm(right)
    form.line_spacing = Pt(3)
    form.space_after = Pt(4)
    borders = _element("w:pBdr")
    borders.append(_element("w:bottom", val="single", sz="6", space="1", color="auto"))
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def _say(
    paragraph: Paragraph,
    text: str,
    size: float = 14,
    *,
    bold: bool = False,
    italic: bool = False,
    centred: bool = True,
    capitals: bool = False,
) -> Paragraph:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold or None, italic or None, Pt(size)
    run.font.all_caps = capitals or None
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    return paragraph


def _side_by_side(document: WordDocument, left: float, right: float) -> tuple[Any, Any]:
    """Two columns without lines; widths in millimetres."""
    from docx.shared import Mm

    table = document.add_table(1, 2)
    table.autofit = False
    cells = table.rows[0].cells
    for column, cell, width in zip(table.columns, cells, (left, right), strict=True):
        column.width = cell.width = Mm(width)
    return cells[0], cells[1]


def _head(document: WordDocument, number: str, words: Words) -> None:
    from docx.shared import Pt

    left, right = _side_by_side(document, 60, 100)
    _say(left.paragraphs[0], "{{parent}}", 12, capitals=True)
    _say(left.add_paragraph(), "{{body}}", 12, bold=True, capitals=True)
    _line(left.add_paragraph(), 19, 19)
    _say(left.add_paragraph(), number, 13)
    _say(right.paragraphs[0], words.nation, 12, bold=True)
    _say(right.add_paragraph(), words.motto, 13, bold=True)
    _line(right.add_paragraph(), 20, 20)
    _say(right.add_paragraph(), words.dated, 13, italic=True)
    document.add_paragraph().paragraph_format.space_after = Pt(6)


def _body(document: WordDocument, text: str, *, first: str = "", italic: bool = False) -> Paragraph:
    """A justified paragraph with its first line indented."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    form = paragraph.paragraph_format
    form.first_line_indent, form.space_after, form.line_spacing = Mm(12.7), Pt(6), 1.1
    if first:
        _say(paragraph, first, bold=True, centred=False)
    return _say(paragraph, text, italic=italic, centred=False)


def _decision(document: WordDocument, words: Words) -> None:
    from docx.shared import Pt

    _say(document.add_paragraph(), words.decision, bold=True)
    _say(document.add_paragraph(), "{{subject}}", bold=True)
    _line(document.add_paragraph(), 55, 55)
    authority = _say(document.add_paragraph(), "{{authority}}", bold=True)
    authority.paragraph_format.space_before = authority.paragraph_format.space_after = Pt(8)
    _body(document, "{{bases}}", italic=True)
    decides = _say(document.add_paragraph(), words.decides, bold=True)
    decides.paragraph_format.space_before = decides.paragraph_format.space_after = Pt(8)
    for number, (first, text) in enumerate(words.articles):
        _body(document, text, first=first)
        if number == 0:
            _body(document, words.each_quota)
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _signature(document, words)
    for roman, title, place, side in (
        ("I", words.units_title, "annex_units", 55),
        ("II", words.periods_title, "annex_periods", 100),
    ):
        _annex(document, landscape=place == "annex_periods")
        _say(document.add_paragraph(), f"{words.annex} {roman}", bold=True)
        _say(document.add_paragraph(), title, bold=True)
        _say(document.add_paragraph(), words.attached, italic=True)
        _line(document.add_paragraph(), side, side)
        _body(document, f"{{{{{place}}}}}")
        if place == "annex_units":
            notes = _body(document, words.notes)
            notes.runs[-1].bold = True
            notes.paragraph_format.space_before = Pt(6)
            for run in _body(document, "- {{notes}}").runs:
                run.font.size = Pt(12)


def _report(document: WordDocument, words: Words) -> None:
    _say(document.add_paragraph(), words.report, bold=True)
    _say(document.add_paragraph(), "{{title}}", bold=True)
    _say(document.add_paragraph(), words.as_of, italic=True)
    _line(document.add_paragraph(), 55, 55)
    _body(document, "{{content}}")
    _signature(document, words)


def _signature(document: WordDocument, words: Words) -> None:
    from docx.shared import Pt

    above = document.add_paragraph().paragraph_format
    above.space_after, above.keep_with_next = Pt(6), True
    left, right = _side_by_side(document, 80, 80)
    row = document.tables[-1].rows[0]._tr.get_or_add_trPr()  # a name never stands on a page without its title
    row.append(_element("w:cantSplit"))
    _say(left.paragraphs[0], words.recipients, 12, bold=True, italic=True, centred=False)
    _say(left.add_paragraph(), "- {{recipients}}", 11, centred=False)
    _say(right.paragraphs[0], "{{signs_for}}", 14, bold=True)
    _say(right.add_paragraph(), "{{signer_title}}", 14, bold=True)
    for _ in range(4):
        right.add_paragraph()
    _say(right.add_paragraph(), "{{signer}}", 14, bold=True)


def main() -> None:
    """Write the templates of every kind and language."""
    FOLDER.mkdir(exist_ok=True)
    for kind in KINDS:
        for lang in WORDS:
            (FOLDER / f"{kind}_{lang}.docx").write_bytes(make(kind, lang))


if __name__ == "__main__":
    main()
