"""`chitieu verify` over text, Word, Excel and PDF files: what it prints, its data, exit codes, comments."""

from __future__ import annotations

import io
import json
import unicodedata
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from docs.shell import ROOT
from tests.api.documents.packed import changed
from tests.api.terminal import Run, refused

GOOD = "Đã giải quyết việc làm cho 9.262 lao động, đạt 46,31% kế hoạch năm (9.262/20.000)."
BAD = "Tuyển mới và đào tạo nghề được 2.311/10.000 người, đạt 32,11% kế hoạch năm."


def put(folder: Path, name: str, data: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def word(path: Path) -> Path:
    """Prose in runs that cut words, and a table."""
    document = docx.Document()
    paragraph = document.add_paragraph("Trong kỳ, ")
    paragraph.add_run(BAD[:40]).bold = True
    paragraph.add_run(BAD[40:])
    table = document.add_table(rows=0, cols=4)
    for row in (
        ("Đơn vị", "Kế hoạch", "Thực hiện", "So KH (%)"),
        ("Phan Thiết", "1.558", "700", "44,93"),
        ("La Gi", "736", "300", "47,06"),
    ):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph(GOOD)
    document.save(str(path))
    return path


def pdf_of(text: str) -> bytes:
    """A PDF of one line of ASCII text, written by hand."""
    stream = f"BT /F1 12 Tf 72 720 Td ({text.replace('(', '[').replace(')', ']')}) Tj ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources 6 0 R >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Font << /F1 5 0 R >> >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer << /Size 7 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n0 7\n0000000000 65535 f \n" + table + trailer


def answer(run: Run, *words: str | Path) -> tuple[int, list[dict[str, Any]]]:
    result = run("verify", *words, "--format", "json")
    assert result.err == ""
    return result.code, json.loads(result.out)["findings"]


def test_the_data_is_as_agreed(run: Run, tmp_path: Path) -> None:
    path = put(tmp_path, "r.txt", f"{GOOD}\n{BAD}\n")
    result = run("verify", path, "--format", "json", "--lang", "en")
    data = json.loads(result.out)
    assert result.code == 4
    assert (data["file"], data["rulebook"]) == (str(path), None)
    text = path.read_text(encoding="utf-8")
    right, wrong = data["findings"]
    assert right == {
        "quote": "46,31%",
        "start": text.index("46,31%"),
        "end": text.index("46,31%") + 6,
        "place": "line 1",
        "kind": "ratio",
        "stated": 0.4631,
        "computed": 0.4631,
        "verdict": "right",
        "slip": None,
        "note": "9,262 / 20,000 (plan) = 46.31%",
        "part": 9262,
        "base": 20000,
        "of": "plan",
    }
    told = {key: wrong[key] for key in ("quote", "place", "stated", "computed", "verdict", "slip")}
    assert told == {
        "quote": "32,11%",
        "place": "line 2",
        "stated": 0.3211,
        "computed": 0.2311,
        "verdict": "wrong",
        "slip": "swapped_digits",
    }


def test_nothing_wrong_is_fine(run: Run, tmp_path: Path) -> None:
    result = run("verify", put(tmp_path, "r.txt", GOOD))
    assert (result.code, result.err) == (0, "")
    assert "9.262 / 20.000 (kế hoạch) = 46,31%" in result.out
    assert "1 đúng, 0 cắt bớt, 0 sai" in result.out
    empty = run("verify", put(tmp_path, "e.txt", ""))
    assert empty.code == 0
    assert "Không tìm thấy số liệu nào" in empty.out


def test_beside_a_rulebook(run: Run, tmp_path: Path) -> None:
    path = put(tmp_path, "r.txt", "Tính đến ngày 15/5/2023, giải quyết việc làm cho 9.226 lao động.")
    code, (figure,) = (
        answer(run, path)[0],
        [f for f in answer(run, path, "binh_thuan_2023")[1] if f["kind"] == "figure"],
    )
    assert code == 0  # by itself nothing can be said
    assert (figure["verdict"], figure["computed"], figure["slip"]) == ("wrong", 9262, "swapped_digits")
    assert run("verify", path, "binh_thuan_2023").code == 4
    refused(run("verify", path, "binh_thuan_2032"), 1, "binh_thuan_2032")


@pytest.mark.parametrize(
    ("encoding", "form"),
    [("utf-8-sig", "NFC"), ("utf-16", "NFC"), ("utf-16-le", "NFC"), ("utf-16-be", "NFC"), ("utf-8", "NFD")],
)
def test_encodings(run: Run, tmp_path: Path, encoding: str, form: str) -> None:
    text = unicodedata.normalize(form, f"{GOOD}\r\n{BAD}")  # type: ignore[arg-type]
    code, found = answer(run, put(tmp_path, "r.txt", text.encode(encoding)))
    assert (code, [f["verdict"] for f in found]) == (4, ["right", "wrong"])
    assert all(text[f["start"] : f["end"]] == f["quote"] for f in found)


def test_windows_1258_is_read_and_other_bytes_are_refused(run: Run, tmp_path: Path) -> None:
    # In that encoding a letter's tone is a character of its own, but for the letters of Latin-1.
    tones = {
        "\u0300": "\u0300",
        "\u0301": "\u0301",
        "\u0303": "\u0303",
        "\u0309": "\u0309",
        "\u0323": "\u0323",
    }
    pieces = []
    for letter in GOOD:
        parts = unicodedata.normalize("NFD", letter)
        tone = next((tones[part] for part in parts if part in tones), "")
        pieces.append(unicodedata.normalize("NFC", "".join(p for p in parts if p not in tones)) + tone)
    code, found = answer(run, put(tmp_path, "r.txt", "".join(pieces).encode("cp1258")))
    assert (code, [f["verdict"] for f in found]) == (0, ["right"])
    refused(run("verify", put(tmp_path, "x.txt", b"\xff\xd8\xe0\xff\xe1 9.262 \xd5\xe0")), 1, "UTF-8")


def test_word_prose_and_tables(run: Run, tmp_path: Path) -> None:
    code, found = answer(run, word(tmp_path / "r.docx"))
    assert code == 4
    assert [(f["quote"], f["place"], f["verdict"]) for f in found] == [
        ("32,11%", "đoạn 1", "wrong"),
        ("44,93", "bảng 1, hàng 2", "right"),
        ("47,06", "bảng 1, hàng 3", "wrong"),
        ("46,31%", "đoạn 2", "right"),
    ]


def test_a_word_copy_with_comments(run: Run, tmp_path: Path) -> None:
    path, out = word(tmp_path / "r.docx"), tmp_path / "out.docx"
    before = path.read_bytes()
    assert run("verify", path, "--comments", out).code == 4
    assert path.read_bytes() == before
    copy = docx.Document(str(out))
    texts = [comment.text for comment in copy.comments]
    assert texts[0].startswith("SAI: 2.311 / 10.000 (kế hoạch) = 23,11%")
    assert texts[1].startswith("SAI: 300 / 736 (kế hoạch) = 40,76%")
    assert [comment.author for comment in copy.comments] == ["chitieu", "chitieu"]
    paragraph = copy.paragraphs[0]
    assert paragraph.text == f"Trong kỳ, {BAD}"
    # the comment lies around the percentage alone, and what was bold still is
    marked, inside = "", False
    for node in paragraph._p.iter():
        name = node.tag.rpartition("}")[2]
        inside = name == "commentRangeStart" or (inside and name != "commentRangeEnd")
        marked += (node.text or "") if inside and name == "t" else ""
    assert marked == "32,11%"
    assert "".join(run_.text for run_ in paragraph.runs if run_.bold) == BAD[:40]


def test_a_word_file_that_reads_and_can_t_be_written_again_is_called_damaged(
    run: Run, tmp_path: Path
) -> None:
    path, out = word(tmp_path / "r.docx"), tmp_path / "out.docx"

    def without_id(rels: bytes) -> bytes:
        begun = rels.index(b"Id=")
        return rels[:begun] + rels[rels.index(b'"', begun + 4) + 1 :]

    path.write_bytes(changed(path.read_bytes(), {"_rels/.rels": without_id}))
    assert run("verify", path).code == 4
    result = run("verify", path, "--comments", out, "--lang", "en")
    refused(result, 1, "can't read 'r.docx': damaged, or not what its name says")
    assert not out.exists()


def test_comments_on_what_is_no_word_file(run: Run, tmp_path: Path) -> None:
    path, out = put(tmp_path, "r.txt", f"{GOOD}\n\n{BAD}\n"), tmp_path / "out.docx"
    assert run("verify", path, "--comments", out, "--lang", "en").code == 4
    copy = docx.Document(str(out))
    assert [p.text for p in copy.paragraphs] == [GOOD, "", BAD]
    assert [c.text.split(":")[0] for c in copy.comments] == ["WRONG"]
    refused(run("verify", path, "--comments", tmp_path / "out.pdf"), 2, "out.pdf", ".docx")


def test_a_workbook_as_it_is_shown(run: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Tiến độ"
    for row in (
        ("Chỉ tiêu", "Kế hoạch", "Thực hiện", "So KH"),
        ("Việc làm", 20000, 9262, 0.4631),
        ("Đào tạo", 10000, 2311, 0.3211),
    ):
        sheet.append(row)
    for number in (2, 3):
        sheet.cell(number, 4).number_format = "0.00%"
        sheet.cell(number, 2).number_format = "#,##0"
    buffer = io.BytesIO()
    book.save(buffer)
    code, found = answer(run, put(tmp_path, "r.xlsx", buffer.getvalue()))
    assert code == 4
    assert [(f["quote"], f["place"], f["verdict"], f["slip"]) for f in found] == [
        ("46,31%", "Tiến độ, hàng 2", "right", None),
        ("32,11%", "Tiến độ, hàng 3", "wrong", "swapped_digits"),
    ]


def test_a_pdf_with_a_text_layer_and_one_without(run: Run, tmp_path: Path) -> None:
    code, found = answer(run, put(tmp_path, "r.pdf", pdf_of("Kq: 9.262/20.000 = 46,13%")))
    assert (code, found[0]["quote"], found[0]["place"], found[0]["slip"]) == (
        4,
        "46,13%",
        "trang 1, dòng 1",
        "swapped_digits",
    )
    refused(run("verify", put(tmp_path, "scan.pdf", pdf_of(""))), 1, "scan.pdf", "bản quét")


@pytest.mark.parametrize("name", ["r.docx", "r.xlsx", "r.pdf"])
@pytest.mark.parametrize("data", [b"", b"not what it says", b"PK\x03\x04 cut off", b"%PDF-1.4\ncut off"])
def test_damaged_files_are_refused_in_words(run: Run, tmp_path: Path, name: str, data: bytes) -> None:
    refused(run("verify", put(tmp_path, name, data)), 1, name)


def test_other_files_are_refused(run: Run, tmp_path: Path) -> None:
    refused(run("verify", put(tmp_path, "r.odt", b"x")), 1, "r.odt", ".docx")
    refused(run("verify", tmp_path / "missing.txt"), 1, "missing.txt")


def test_the_example_of_the_guide(run: Run) -> None:
    code, found = answer(run, ROOT / "docs/report.txt")
    assert code == 4
    assert [(f["kind"], f["quote"], f["verdict"], f["slip"]) for f in found if f["verdict"] != "right"] == [
        ("ratio", "107,18%", "wrong", "swapped_digits"),
        ("bracket", "(2.311/10.000", "unclear", None),
        ("ratio", "56,60%", "truncated", None),
        ("ratio", "85,7%", "cannot_check", None),
        ("date", "30/6/2022", "wrong", None),
        ("ratio", "7,0%", "wrong", "wrong_separator"),
        ("number", "73.49%", "unclear", "wrong_separator"),
    ]
