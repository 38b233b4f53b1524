"""An office's own template: places filled wherever Word puts them, and nothing in it can run or reach out."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm

from api.documents import shipped
from api.documents.word import report_bytes
from engine.errors import Code, Issue, RuleError
from engine.office import NO_OFFICE, Office
from engine.words import Message
from engine.writing.document import Column, Document, Heading, Items, Paragraph, Row, Table
from tests.api.documents.packed import changed, package

CONTENT = (
    Heading("I. KẾT QUẢ"),
    Paragraph("Đạt 46,31% & vượt <kế hoạch>."),
    Items(("một", "hai")),
    Table(
        (Column("Tên"), Column("Kế hoạch", "Năm 2023", True), Column("Thực hiện", "Năm 2023", True)),
        (Row(("Việc làm", "20.000", "9.262")), Row(("Cộng", "20.000", "9.262"), is_total=True)),
        "Bảng 1",
    ),
)
REPORT = Document("Báo cáo thử", CONTENT, date(2023, 5, 15))


def written(data: bytes, tmp_path: Path, report: Document = REPORT, office: Office = NO_OFFICE) -> Any:
    path = tmp_path / "mau.docx"
    path.write_bytes(data)
    return docx.Document(io.BytesIO(report_bytes(report, office, path)))


def refusals(data: bytes, tmp_path: Path) -> list[Issue]:
    with pytest.raises(RuleError) as error:
        written(data, tmp_path)
    assert {issue.code for issue in error.value.issues} == {Code.BAD_TEMPLATE}
    for issue in error.value.issues:
        assert issue.place is not None
        assert issue.place.file.endswith("mau.docx")
        assert issue.message.vi != issue.message.en
    return list(error.value.issues)


def why(data: bytes, tmp_path: Path) -> str:
    (issue,) = refusals(data, tmp_path)
    return issue.message.en.removeprefix("this template can't be used: ")


def texts(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", shipped.KINDS)
def test_the_templates_that_come_along_are_what_the_script_makes(kind: str, lang: str) -> None:
    def parts(data: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(data)) as found:
            return {name: found.read(name) for name in found.namelist()}

    kept = (shipped.FOLDER / f"{kind}_{lang}.docx").read_bytes()
    assert parts(kept) == parts(shipped.make(kind, lang))


def test_a_report_has_its_blocks_in_order() -> None:
    document: Any = docx.Document(io.BytesIO(report_bytes(REPORT, NO_OFFICE)))
    said = texts(document)
    start = said.index("I. KẾT QUẢ")
    assert said[start : start + 5] == [
        "I. KẾT QUẢ",
        "Đạt 46,31% & vượt <kế hoạch>.",
        "- một",
        "- hai",
        "Bảng 1",
    ]
    assert document.paragraphs[start].style.name == "Heading 1"
    assert "Số liệu đến ngày 15/5/2023" in said
    table = document.tables[1]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Tên", "Năm 2023", "Năm 2023"],  # one cell over two columns, read once for each
        ["Tên", "Kế hoạch", "Thực hiện"],
        ["Việc làm", "20.000", "9.262"],
        ["Cộng", "20.000", "9.262"],
    ]
    assert table.rows[3].cells[0].paragraphs[0].runs[0].bold
    assert not table.rows[2].cells[0].paragraphs[0].runs[0].bold


def test_the_office_s_words_stand_where_it_wants_them(tmp_path: Path) -> None:
    office = Office(
        body=Message("SỞ A & B", "DEPARTMENT"),
        recipients=(Message("Như trên;", "As above;"), Message("Lưu: VT.", "File.")),
    )
    document = written(
        package("{{body}} - {{ body }}", "+ {{recipients}}", "{{content}}"), tmp_path, office=office
    )
    assert texts(document)[:3] == ["SỞ A & B - SỞ A & B", "+ Như trên;", "+ Lưu: VT."]


def test_a_place_that_word_has_cut_into_runs_is_one_place(tmp_path: Path) -> None:
    made = docx.Document()
    paragraph = made.add_paragraph("Tên: ")
    for piece, bold in (("{", False), ("{ti", True), ("tle}", False), ("} hết", True)):
        paragraph.add_run(piece).bold = bold
    made.add_paragraph("{{content}}")
    buffer = io.BytesIO()
    made.save(buffer)
    first = written(buffer.getvalue(), tmp_path).paragraphs[0]
    assert first.text == "Tên: Báo cáo thử hết"
    assert [run.bold for run in first.runs if run.text] == [None, False, True]


def test_places_are_filled_in_cells_headers_and_boxes(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_table(1, 1).cell(0, 0).text = "{{title}}"
    made.sections[0].header.paragraphs[0].text = "{{written_on}}"
    made.add_paragraph("{{content}}")
    buffer = io.BytesIO()
    made.save(buffer)
    document = written(buffer.getvalue(), tmp_path)
    assert document.tables[0].cell(0, 0).text == "Báo cáo thử"
    assert document.sections[0].header.paragraphs[0].text == "15/5/2023"


def test_what_no_xml_may_hold_is_shown_as_lost(tmp_path: Path) -> None:
    report = Document("A\x00B\x0bC\ud800", (Paragraph("x\x1fy"),), date(2023, 5, 15))
    assert texts(written(package("{{title}}", "{{content}}"), tmp_path, report))[:2] == [
        "A\ufffdB\ufffdC\ufffd",
        "x\ufffdy",
    ]


def test_texts_are_no_templates(tmp_path: Path) -> None:
    report = Document("{{body}} {% for x in y %}", (Paragraph("{{title}}"),), date(2023, 5, 15))
    said = texts(written(package("{{title}}", "{{content}}"), tmp_path, report))
    assert said[:2] == ["{{body}} {% for x in y %}", "{{title}}"]


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ range(10**9) }}",
        "{{ title * 1000000000 }}",
        "{{ title|upper }}",
        "{{ self }}",
        "{{ }}",
        "{{titel}}",
    ],
)
def test_what_is_no_place_is_refused_and_never_worked_out(text: str, tmp_path: Path) -> None:
    (issue,) = refusals(package("{{content}}", f"Về {text}"), tmp_path)
    assert "there is no place" in issue.message.en
    assert issue.place is not None
    assert (issue.place.line, issue.place.column) == (2, 4)


def test_a_typo_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    (issue,) = refusals(package("{{content}}", "{{titel}}"), tmp_path)
    assert issue.hint is not None
    assert issue.hint.en == "Did you mean 'title'?"


@pytest.mark.parametrize(
    "text", ["{% for i in range(1000000) %}x", "{% include '/etc/passwd' %}", "{{title", "title}}", "{# x"]
)
def test_commands_and_open_braces_are_refused(text: str, tmp_path: Path) -> None:
    for issue in refusals(package("{{content}}", text), tmp_path):
        assert "is no place" in issue.message.en
        assert issue.place is not None
        assert issue.place.line == 2


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    issues = refusals(package("{{a}}", "{{b}} và {{c}}"), tmp_path)
    lines = [issue.place.line for issue in issues if issue.place]
    assert lines == [1, 1, 2, 2]  # the first of the file itself: no place for the content


def test_what_is_long_stands_alone_once_and_must_be_there(tmp_path: Path) -> None:
    assert why(package("Nội dung: {{content}}"), tmp_path) == (
        "'content' must stand alone in its paragraph, outside tables and headers"
    )
    assert why(package("{{content}}", "{{content}}"), tmp_path) == "'content' may stand only once"
    assert why(package("{{title}}"), tmp_path) == "it has no place 'content'"


def test_many_places_are_refused(tmp_path: Path) -> None:
    assert why(package("{{content}}", "{{title}}" * 1_000), tmp_path) == "it has more than 1,000 places"


def test_what_is_no_word_file_is_told_so(tmp_path: Path) -> None:
    broken = "it is damaged, or no .docx file"
    assert why(b"not a package", tmp_path) == broken
    assert why(package("{{content}}")[:-40], tmp_path) == broken
    assert why(changed(package("{{content}}"), {"word/document.xml": b"<w:document"}), tmp_path) == broken
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as empty:
        empty.writestr("a.txt", "a")
    assert why(buffer.getvalue(), tmp_path) == broken


def test_a_file_that_isn_t_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="the file can't be read"):
        report_bytes(REPORT, NO_OFFICE, tmp_path / "nowhere.docx")


def test_a_bomb_isn_t_unpacked(tmp_path: Path) -> None:
    zeros = changed(package("{{content}}"), {"word/big.xml": b"<a>" + b" " * 17_000_000 + b"</a>"})
    assert len(zeros) < 100_000
    assert why(zeros, tmp_path).startswith("it unpacks to more than 16 MB")
    many = changed(package("{{content}}"), {f"word/{at}.xml": b"<a/>" for at in range(400)})
    assert why(many, tmp_path).startswith("it unpacks to more than 16 MB or 400 parts")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding: str, tmp_path: Path) -> None:
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "bbbb">'
        '<!ENTITY c SYSTEM "file:///etc/passwd">]><a>&b;&c;</a>'
    )
    found = changed(package("{{content}}"), {"word/document.xml": bomb.encode(encoding)})
    assert why(found, tmp_path) == "word/document.xml has a DOCTYPE, which Word files never have"


@pytest.mark.parametrize("name", ["word/vbaProject.bin", "word/embeddings/sheet.xlsx", "word/activeX/a.xml"])
def test_programs_and_embedded_objects_are_refused(name: str, tmp_path: Path) -> None:
    said = why(changed(package("{{content}}"), {name: b"<a/>"}), tmp_path)
    assert said == f"it holds what can run, or is embedded: {name}"


def relationship(kind: str, target: str) -> Any:
    schema = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    added = f'<Relationship Id="rId99" Type="{schema}/{kind}" Target="{target}" TargetMode="External"/>'
    return lambda old: old.replace(b"</Relationships>", added.encode() + b"</Relationships>")


@pytest.mark.parametrize("kind", ["attachedTemplate", "image", "oleObject", "frame", "subDocument"])
def test_what_lies_outside_is_never_fetched(kind: str, tmp_path: Path) -> None:
    parts = {"word/_rels/document.xml.rels": relationship(kind, "https://example.com/x.dotm")}
    said = why(changed(package("{{content}}"), parts), tmp_path)
    assert said == f"it points out of the file: {kind} https://example.com/x.dotm"


def test_a_hyperlink_is_text_and_stays(tmp_path: Path) -> None:
    parts = {"word/_rels/document.xml.rels": relationship("hyperlink", "https://example.com")}
    assert written(changed(package("{{content}}"), parts), tmp_path)


SPLIT = (
    b'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DDE</w:instrText></w:r>'
    b"<w:r><w:instrText>AUTO c:\\\\x</w:instrText></w:r>"
)


@pytest.mark.parametrize(
    ("xml", "field"),
    [
        (SPLIT, "DDEAUTO"),
        (b'<w:fldSimple w:instr=" INCLUDETEXT &quot;/etc/passwd&quot; "/>', "INCLUDETEXT"),
        (b'<w:fldSimple w:instr="INCLUDEPICTURE http://example.com"/>', "INCLUDEPICTURE"),
    ],
)
def test_fields_that_fetch_or_run_are_refused(xml: bytes, field: str, tmp_path: Path) -> None:
    data = changed(
        package("{{content}}"), {"word/document.xml": lambda old: old.replace(b"</w:p>", xml + b"</w:p>", 1)}
    )
    assert why(data, tmp_path) == f"the field '{field}' isn't allowed"


def test_a_long_table_is_set_in_full(tmp_path: Path) -> None:
    rows = tuple(Row((f"Xã {at}", str(at))) for at in range(700))
    report = Document("x", (Table((Column("Xã"), Column("Số", is_number=True)), rows),), date(2023, 5, 15))
    table = written(package("{{content}}"), tmp_path, report).tables[0]
    assert len(table.rows) == 701
    assert [cell.text for cell in table.rows[700].cells] == ["Xã 699", "699"]


def test_dates_and_numbers_stand_in_one_line_beside_long_texts(tmp_path: Path) -> None:
    """In Times New Roman a digit is half an em wide, a slash 0.278 and a full stop 0.25."""
    columns = tuple(
        Column(title) for title in ("Nhiệm vụ", "Ai", "Thời hạn", "Số", "Phục vụ chỉ tiêu", "Lưu ý")
    )
    long = "Tổ chức thường xuyên các phiên giao dịch việc làm tại huyện, thị xã, thành phố"
    cells = (long, "Trung tâm Dịch vụ việc làm", "31/12/2023", "1.469.720", long, long)
    report = Document("Báo cáo thử", (Table(columns, (Row(cells),)),), date(2023, 5, 15))
    made = written(shipped.make("report", "vi"), tmp_path, report)
    (table,) = (table for table in made.tables if table.rows[0].cells[0].text == "Nhiệm vụ")
    points = table.rows[1].cells[2].paragraphs[0].runs[0].font.size.pt
    widths = [column.width.pt for column in table.columns]
    edges = 10.8
    assert widths[2] - edges > (8 * 0.5 + 2 * 0.278) * points
    assert widths[3] - edges > (7 * 0.5 + 2 * 0.25) * points
    section = made.sections[0]
    room = (section.page_width - section.left_margin - section.right_margin) / 12700
    assert room - 1 < sum(widths) <= room


def test_names_stand_in_one_line_and_titles_share_the_rest(tmp_path: Path) -> None:
    """In Times New Roman no small letter of these names is wider than 0.5 em, no capital than 0.722, a space
    is 0.25.
    """
    titles = ("Đơn vị", "Tuyển mới và đào tạo nghề nghiệp (người)", "Cho vay vốn giải quyết việc làm (người)")
    columns = tuple(Column(title, is_number=at > 0) for at, title in enumerate(titles))
    rows = (Row(("Hàm Thuận Bắc", "1.204", "501")), Row(("Tổng cộng", "6.000", "2.500"), is_total=True))
    report = Document("x", (Table(columns, rows),), date(2023, 5, 15))
    table = written(package("{{content}}"), tmp_path, report).tables[0]
    points = table.rows[1].cells[0].paragraphs[0].runs[0].font.size.pt
    widths = [column.width.pt for column in table.columns]
    assert widths[0] - 10.8 > (3 * 0.722 + 8 * 0.5 + 0.778 + 2 * 0.25) * points  # m is 0.778 wide
    assert min(widths[1:]) > widths[0]


def test_who_signs_never_stands_on_a_page_alone(tmp_path: Path) -> None:
    blocks = (Paragraph("Một."), Paragraph("Còn lại:"), Items(("hai", "ba")))
    made = written(shipped.make("report", "vi"), tmp_path, Document("x", blocks, date(2023, 5, 15)))
    kept = {paragraph.text: paragraph.paragraph_format.keep_with_next for paragraph in made.paragraphs}
    assert (kept["Một."], kept["Còn lại:"], kept["- hai"], kept["- ba"]) == (None, True, None, True)
    (row,) = made.tables[-1].rows
    assert row._tr.trPr.find(qn("w:cantSplit")) is not None
    spacer = made.paragraphs[-1]
    assert (spacer.text, spacer.paragraph_format.keep_with_next) == ("", True)


def test_a_table_too_wide_for_the_page_is_cut_between_groups(tmp_path: Path) -> None:
    """Three quotas of six months and a total are 21 columns of numbers; a digit is half an em wide."""
    months = [*(f"Tháng {month}/2023" for month in range(7, 13)), "Tổng cộng"]
    quotas = ("Giải quyết việc làm", "Đào tạo nghề", "Cho vay vốn")
    columns = [Column(title, quota, is_number=True) for quota in quotas for title in months]
    cells = [f"{number}.{number}" for number in range(101, 122)]
    rows = (Row(("Hàm Thuận Bắc", *cells)), Row(("Tổng cộng", *cells), is_total=True))
    wide = Table((Column("Đơn vị"), *columns), rows, "Bảng 1")
    made = written(package("{{content}}"), tmp_path, Document("x", (wide,), date(2023, 5, 15)))
    assert [text for text in texts(made) if text] == [f"Bảng 1 ({part}/3)" for part in (1, 2, 3)]
    for at, table in enumerate(made.tables):
        top, titles, first, last = [[cell.text for cell in row.cells] for row in table.rows]
        assert (top[0], set(top[1:]), titles[1:]) == ("Đơn vị", {quotas[at]}, months)
        assert first == ["Hàm Thuận Bắc", *cells[7 * at : 7 * at + 7]]
        assert last == ["Tổng cộng", *cells[7 * at : 7 * at + 7]]
        points = table.rows[2].cells[1].paragraphs[0].runs[0].font.size.pt
        assert all(column.width.pt - 10.8 > (6 * 0.5 + 0.25) * points for column in table.columns)


def test_what_can_t_be_cut_stays_whole(tmp_path: Path) -> None:
    columns = tuple(Column("x" * 40) for _ in range(9))
    wide = Table(columns, (Row(tuple("y" * 40 for _ in columns)),))
    made = written(package("{{content}}"), tmp_path, Document("x", (wide,), date(2023, 5, 15)))
    assert [len(table.columns) for table in made.tables] == [9]


def test_recipients_have_one_dash(tmp_path: Path) -> None:
    office = Office(recipients=(Message("- Như Điều 3;", "x"), Message("Lưu: VT.", "x")))
    made = written(shipped.make("report", "vi"), tmp_path, REPORT, office)
    said = [paragraph.text for paragraph in made.tables[-1].rows[0].cells[0].paragraphs]
    assert said == ["Nơi nhận:", "- Như Điều 3;", "- Lưu: VT."]


def test_margins_that_leave_no_room_give_no_negative_widths(tmp_path: Path) -> None:
    template: Any = docx.Document()
    template.add_paragraph("{{content}}")
    (section,) = template.sections
    section.page_width, section.left_margin, section.right_margin = Mm(40), Mm(30), Mm(30)
    template.save(tmp_path / "narrow.docx")
    made = written((tmp_path / "narrow.docx").read_bytes(), tmp_path)
    assert all(column.width > 0 for column in made.tables[0].columns)


@pytest.mark.parametrize(
    ("size", "margins", "points"),
    [
        # 21 cm less 30 and 15 mm is 165 mm, of 72 / 25.4 points each; 9354 twentieths of one are 467.7
        ('w:w="11906"', 'w:left="1701" w:right="851"', 467.7),
        ('w:w="21cm"', 'w:left="30mm" w:right="15mm"', 165 * 72 / 25.4),
        ('w:w="595.3pt"', 'w:left="85.05pt" w:right="42.55pt"', 467.7),
        ('w:w="8in"', 'w:left="1in" w:right="1440"', 6 * 72),
        ("", 'w:left="1701" w:right="851"', 467.7),  # not said: A4 and the usual margins
        ('w:w="wide"', 'w:left="1701" w:right="851"', 467.7),
        ('w:w="11906"', 'w:left="1701"', 467.7),
        ('w:w="100"', 'w:left="1701" w:right="851"', 72),  # a table is never narrower
    ],
)
def test_a_page_is_as_wide_as_its_template_says_in_any_unit(
    tmp_path: Path, size: str, margins: str, points: float
) -> None:
    section = f"<w:sectPr><w:pgSz {size}/><w:pgMar {margins}/></w:sectPr></w:body>".encode()

    def paged(xml: bytes) -> bytes:
        return xml[: xml.index(b"<w:sectPr")] + section + xml[xml.index(b"</w:body>") + len(b"</w:body>") :]

    made = written(changed(package("{{content}}"), {"word/document.xml": paged}), tmp_path)
    (table,) = made.tables
    assert sum(column.width.pt for column in table.columns) == pytest.approx(points, abs=0.2)


@pytest.mark.parametrize(
    "parts",
    [
        {"word/styles.xml": b"<x/>"},
        {
            "word/document.xml": b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'/>"
        },
        {
            "[Content_Types].xml": b"<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>"
        },
        {"word/_rels/document.xml.rels": b"<x/>"},
    ],
)
def test_a_template_with_damaged_parts_is_refused(tmp_path: Path, parts: dict[str, bytes]) -> None:
    assert why(changed(package("{{content}}"), parts), tmp_path) == "it is damaged, or no .docx file"


def test_a_large_picture_in_a_template_stays_and_a_larger_one_is_refused(tmp_path: Path) -> None:
    picture = b"\x89PNG" + bytes(15_000_000)
    data = changed(package("{{content}}"), {"word/media/image9.png": picture})
    assert "I. KẾT QUẢ" in texts(written(data, tmp_path))
    data = changed(package("{{content}}"), {"word/media/image9.png": picture + bytes(1_000_000)})
    assert why(data, tmp_path) == "it unpacks to more than 16 MB or 400 parts"
