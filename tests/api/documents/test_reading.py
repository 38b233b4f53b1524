"""What of Word and Excel files is read, and where it is said to stand; old encodings; damaged files."""

import io
import random
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml

from api.checking import check_bytes
from api.documents.comments import commented
from api.documents.reading import document_of
from api.documents.text import Document, DocumentError
from engine.report.verify import verify
from tests.api.documents.test_verify import BAD, GOOD, pdf_of, word

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def of_body(*blocks: str) -> Any:
    """A Word document with these blocks of XML."""
    document = docx.Document()
    body = document.element.body
    for at, block in enumerate(blocks):
        body.insert(at, parse_xml(block.replace(">", f" {NAMES}>", 1)))
    return document


def read(document: Any) -> Document:
    return document_of(saved(document), "r.docx")


def texts(document: Any) -> list[str]:
    return read(document).text.split("\n")[:-1]


def run(text: str, tag: str = "t") -> str:
    return f'<w:r><w:{tag} xml:space="preserve">{text}</w:{tag}></w:r>'


def test_changes_are_read_as_accepted() -> None:
    document = of_body(
        f"<w:p>{run('đạt ')}<w:del w:id='1'>{run('45,00%', 'delText')}</w:del>"
        f"<w:ins w:id='2'>{run('46,31%')}</w:ins>{run(' kế hoạch')}"
        f"<w:moveFrom w:id='3'>{run(' năm')}</w:moveFrom>"
        f"<w:moveTo w:id='4'>{run(' (9.262/20.000)')}</w:moveTo></w:p>",
        f"<w:p><w:pPr><w:rPr><w:del w:id='5'/></w:rPr></w:pPr>{run('một ')}</w:p>",
        f"<w:p>{run('dòng')}</w:p>",
        f"<w:tbl><w:tr><w:trPr><w:del w:id='6'/></w:trPr><w:tc><w:p>{run('bỏ')}</w:p></w:tc></w:tr>"
        f"<w:tr><w:tc><w:p>{run('còn')}</w:p></w:tc></w:tr></w:tbl>",
    )
    assert texts(document) == ["đạt 46,31% kế hoạch (9.262/20.000)", "một dòng", "còn"]


def test_fields_links_and_controls_are_read_and_instructions_are_not() -> None:
    document = of_body(
        f"<w:p><w:hyperlink>{run('9.262')}</w:hyperlink>{run('/')}"
        f"<w:sdt><w:sdtContent>{run('20.000')}</w:sdtContent></w:sdt>{run(' = ')}"
        "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>= 9262 / 20000</w:instrText></w:r>"
        f"<w:r><w:fldChar w:fldCharType='separate'/></w:r>{run('46,31%')}"
        "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
        f"<w:fldSimple w:instr='X'>{run(' .')}</w:fldSimple></w:p>",
        f"<w:sdt><w:sdtContent><w:p>{run('trong khung')}</w:p></w:sdtContent></w:sdt>",
    )
    assert texts(document) == ["9.262/20.000 = 46,31% .", "trong khung"]


def with_notes() -> Any:
    """A box that is there twice, as Word writes it, a footnote, a header and a footer."""
    box = f"<w:txbxContent><w:p>{run('Hộp: ' + BAD)}</w:p></w:txbxContent>"
    document = of_body(
        f"<w:p>{run('Thân bài')}<w:r><w:footnoteReference w:id='2'/></w:r>"
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    notes = f"<w:footnotes {NAMES}><w:footnote w:id='2'><w:p>{run(BAD)}</w:p></w:footnote></w:footnotes>"
    part = Part(
        PackURI("/word/footnotes.xml"),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
        notes.encode(),
        document.part.package,
    )
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    document.sections[0].header.paragraphs[0].text = BAD
    document.sections[0].footer.paragraphs[0].text = "Trang 1"
    return document


def test_boxes_notes_headers_and_footers_have_their_places() -> None:
    document = read(with_notes())
    found = [
        (document.place(start).vi, line)
        for start, line in zip(document.starts, document.text.split("\n"), strict=False)
    ]
    assert found == [
        ("đoạn 1", "Thân bài"),
        ("khung chữ 1", f"Hộp: {BAD}"),
        ("chú thích 1", BAD),
        ("đầu trang", BAD),
        ("chân trang", "Trang 1"),
    ]


def test_comments_on_what_is_beside_the_body_hang_where_it_hangs() -> None:
    data = saved(with_notes())
    document = document_of(data, "r.docx")
    copy = docx.Document(io.BytesIO(commented(document, verify(document.text), "vi", "r.docx", data)))
    assert [comment.text[:3] for comment in copy.comments] == ["SAI"] * 3
    assert document_of(saved(copy), "r.docx").text == document.text
    body = copy.element.body.xml
    assert body.count("<w:commentRangeStart") == 3
    assert "<w:comment" not in copy.sections[0].header._element.xml


def test_a_comment_splits_inserted_text_and_links_and_changes_no_letter() -> None:
    first, second = BAD[:60], BAD[60:]
    document = of_body(
        f"<w:p><w:ins w:id='1'>{run(first)}</w:ins><w:hyperlink>{run(second)}</w:hyperlink></w:p>"
    )
    data = saved(document)
    before = document_of(data, "r.docx")
    findings = [finding for finding in verify(before.text) if finding.verdict != "right"]
    assert findings
    copy = commented(before, findings, "vi", "r.docx", data)
    assert document_of(copy, "r.docx").text == before.text
    marked, inside = "", False
    for node in docx.Document(io.BytesIO(copy)).element.body.iter():
        name = str(node.tag).rpartition("}")[2]
        inside = name == "commentRangeStart" or (inside and name != "commentRangeEnd")
        marked += (node.text or "") if inside and name == "t" else ""
    assert marked == "32,11%"


def test_merged_cells_of_word_keep_the_columns() -> None:
    document = docx.Document()
    table = document.add_table(rows=4, cols=4)
    for row, cells in enumerate(
        [
            ("Đơn vị", "Năm 2023", "", "So KH (%)"),
            ("", "Kế hoạch", "Thực hiện", ""),
            ("A", "200", "50", "25"),
            ("B", "300", "60", "21"),
        ]
    ):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    table.cell(0, 1).merge(table.cell(0, 2))
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 3).merge(table.cell(1, 3))
    found = texts(document)
    assert [line.split("\t") for line in found] == [
        ["Đơn vị ", "Năm 2023 ", "Năm 2023 ", "So KH (%) "],
        ["Đơn vị ", "Kế hoạch", "Thực hiện", "So KH (%) "],
        ["A", "200", "50", "25"],
        ["B", "300", "60", "21"],
    ]
    verdicts = [(one.quote, one.verdict) for one in verify(read(document).text)]
    assert verdicts == [("25", "right"), ("21", "wrong")]


def test_a_merged_number_counts_once_and_a_table_in_a_cell_is_read_after_its_row() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).text = "70"
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).text = "ngoài"
    inner = table.cell(1, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "trong", "5"
    assert [line.split("\t") for line in texts(document)] == [["70", "ngoài"], ["", ""], ["trong", "5"]]


def workbook() -> Any:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Đơn vị", "Năm 2023", None, "So KH"], [None, "Kế hoạch", "Thực hiện", None]):
        sheet.append(row)
    sheet.append(["A", 200, 50, 0.25])
    sheet.append(["B", 300, 60, 0.21])
    sheet["D3"].number_format = sheet["D4"].number_format = "0%"
    for area in ("B1:C1", "A1:A2", "D1:D2"):
        sheet.merge_cells(area)
    hidden = book.create_sheet("Phụ lục")
    hidden.append(["Tính đến", date(2023, 5, 15), 1.5])
    hidden.sheet_state = "hidden"
    return book


def test_formulas_without_a_result_are_told() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Đơn vị", "Kế hoạch", "Thực hiện", "Đạt (%)"], ["La Gi", 736, 300, "=C2/B2*100"]):
        sheet.append(row)
    sheet.append(["=SUM(B2:B2)"])
    checked = check_bytes(saved(book), "so.xlsx")
    told = [(f.quote, f.verdict, checked.document.place(f.start).en) for f in checked.findings]
    assert told == [
        ("=C2/B2*100", "cannot_check", "Sheet, row 2"),
        ("=SUM(B2:B2)", "cannot_check", "Sheet, row 3"),
    ]


def test_merged_cells_dates_percentages_and_hidden_sheets_of_a_workbook() -> None:
    document = document_of(saved(workbook()), "r.xlsx")
    assert [line.split("\t") for line in document.text.split("\n")[:-1]] == [
        ["Đơn vị", "Năm 2023", "Năm 2023", "So KH"],
        ["Đơn vị", "Kế hoạch", "Thực hiện", "So KH"],
        ["A", "200", "50", "25%"],
        ["B", "300", "60", "21%"],
        ["Tính đến", "15/5/2023", "1,5"],
    ]
    assert document.places[-1].vi == "Phụ lục (đang ẩn), hàng 1"
    assert [(one.quote, one.verdict) for one in verify(document.text)] == [("25%", "right"), ("21%", "wrong")]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("§µo t¹o nghÒ ®¹t 46,31% kÕ ho¹ch n¨m 2023, gi¶i quyÕt viÖc lµm cho 9.262 lao ®éng", "TCVN3"),
        ("Ñaøo taïo ngheà ñaït 46,31% keá hoaïch naêm 2023, vieäc laøm cho 9.262 lao ñoäng", "VNI"),
    ],
)
def test_old_encodings_are_told(text: str, encoding: str) -> None:
    document = docx.Document()
    document.add_paragraph(text)
    for data, name in (
        (saved(document), "r.docx"),
        (text.encode(), "r.txt"),
        (text.encode("cp1252"), "r.txt"),
    ):
        with pytest.raises(DocumentError) as told:
            document_of(data, name)
        assert encoding in told.value.message.vi
        assert told.value.hint is not None
    document_of(f"{GOOD} {BAD} {GOOD} Nguyên văn: {text}".encode(), "r.txt")  # a quotation in a text of today


def mutated(data: bytes, chance: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(found) or 1)
        match chance.randrange(3):
            case 0:
                found[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del found[at : at + chance.randint(1, 40)]
            case _:
                found[at:at] = found[max(0, at - chance.randint(1, 60)) : at]
    return bytes(found)


def repacked(data: bytes, chance: random.Random) -> bytes:
    """A package one of whose parts is damaged or missing."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        hurt = chance.choice(old.namelist())
        for name in old.namelist():
            if name != hurt:
                new.writestr(name, old.read(name))
            elif chance.random() < 0.9:
                new.writestr(name, mutated(old.read(name), chance))
    return buffer.getvalue()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["r.docx", "r.xlsx", "r.pdf"])
def test_a_damaged_file_is_read_or_refused(name: str, tmp_path: Path) -> None:
    data = {
        "r.docx": lambda: word(tmp_path / "r.docx").read_bytes(),
        "r.xlsx": lambda: saved(workbook()),
        "r.pdf": lambda: pdf_of("12/20, 60,0%"),
    }[name]()
    chance, refused = random.Random(8), 0
    for _ in range(60):
        hurt = (mutated if name == "r.pdf" or chance.random() < 0.3 else repacked)(data, chance)
        try:
            verify(document_of(hurt, name).text)
        except DocumentError:
            refused += 1
    assert refused
