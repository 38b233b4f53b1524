"""What reading a PDF or a workbook leaves out is told: tables, pages without text, damage."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from api.documents.pdf import pdf
from tests.api.terminal import Run

PROSE = [
    "Trong ky co 9.262 lao dong, dat 46,31% ke hoach (9.262/20.000).",
    "So nay bang 107% cung ky nam 2022.",
]
TABLE = ["Don vi Ke hoach Thuc hien So KH (%)", "Phan Thiet 1.558 700 44,93", "La Gi 736 300 47,06"]


def pdf_pages(*pages: list[str]) -> bytes:
    """A PDF of pages of ASCII lines, written by hand."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>",
    ]
    for at, lines in enumerate(pages):
        shown = " ".join(
            f"({line.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj T*" for line in lines
        )
        stream = f"BT /F1 12 Tf 14 TL 72 720 Td {shown} ET"
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] "
            f"/Contents {5 + 2 * at} 0 R /Resources 3 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()


def noted(data: bytes) -> list[tuple[str, tuple[int, ...]]]:
    return [(note.code, tuple(note.pages)) for note in pdf(data, "r.pdf").notes]


@pytest.mark.parametrize(
    ("pages", "found"),
    [
        ([PROSE], [("pdf_lines", ())]),
        ([PROSE + TABLE], [("pdf_tables", (1,))]),
        ([PROSE, TABLE, PROSE, TABLE, TABLE, TABLE], [("pdf_tables", (2, 4, 5, 6))]),
        ([["1.558", "736", "1.000", "400"]], [("pdf_tables", (1,))]),  # each cell a line of its own
        ([["Phan Thiet 700 -", "La Gi - 300"]], [("pdf_tables", (1,))]),
        (
            [["Phan Thiet 1.558 700", "La Gi", "Ham Tan 1.000 400"]],
            [("pdf_lines", ())],
        ),  # not after one another
        ([PROSE, [], PROSE], [("pdf_lines", ()), ("pdf_without_text", (2,))]),
    ],
)
def test_pages_with_tables_and_without_text(
    pages: list[list[str]], found: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert noted(pdf_pages(*pages)) == found


def test_they_are_in_the_table_and_in_json_in_either_language(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "r.pdf"
    path.write_bytes(pdf_pages(TABLE, PROSE, [], TABLE, TABLE))
    told = run("verify", path).out
    assert "Trang 1, 4–5 có vẻ có bảng." in told
    assert "Trang 3 không có chữ đọc được (có thể là bản quét), nên chưa được kiểm tra." in told
    answer: dict[str, Any] = json.loads(run("verify", path, "--format", "json", "--lang", "en").out)
    assert [(note["code"], note["pages"]) for note in answer["notes"]] == [
        ("pdf_tables", [1, 4, 5]),
        ("pdf_without_text", [3]),
    ]
    assert answer["notes"][0]["words"].startswith("Pages that seem to have tables: 1, 4–5. Tables in a PDF")
    csv = run("verify", path, "--format", "csv", "--lang", "en")
    assert csv.err.splitlines()[1] == (
        "chitieu verify: Pages without text that can be read (scans?), which aren't checked: 3."
    )


def test_what_the_library_says_of_a_damaged_pdf_is_told_in_our_words(
    run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    whole = pdf_pages(PROSE)
    path = tmp_path / "r.pdf"
    path.write_bytes(b"junk\n" + whole)  # every place in it is off
    answer = json.loads(run("verify", path, "--format", "json").out)
    (right, *_) = answer["findings"]
    assert (right["quote"], right["verdict"]) == ("46,31%", "right")
    assert [note["code"] for note in answer["notes"]] == ["pdf_lines", "pdf_damaged"]
    assert "invalid pdf header: b'junk\\n'" in answer["notes"][1]["details"]
    count = len(answer["notes"][1]["details"])
    told = run("verify", path)
    assert f"Tệp PDF có {count} chỗ sai quy cách; có thể có chữ không đọc được." in told.out
    assert (told.err, caplog.records) == ("", [])


@pytest.mark.parametrize("cut", [30, 300, 600])
def test_a_pdf_that_is_cut_off_says_only_that_it_can_t_be_read(
    run: Run, tmp_path: Path, caplog: pytest.LogCaptureFixture, cut: int
) -> None:
    path = tmp_path / "r.pdf"
    path.write_bytes(pdf_pages(PROSE)[:cut])
    result = run("verify", path)
    assert (result.code, result.out) == (1, "")
    assert result.err == "chitieu verify: không đọc được 'r.pdf': tệp hỏng hoặc không đúng loại\n"
    assert caplog.records == []


def test_what_is_left_out_of_a_workbook_is_told_and_nothing_is_warned_of(run: Run, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["A1"] = "9.262 lao động, đạt 46,31% kế hoạch (9.262/20.000)"
    buffer = io.BytesIO()
    book.save(buffer)
    path = tmp_path / "r.xlsx"
    extension = b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst></worksheet>'
    with zipfile.ZipFile(buffer) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"</worksheet>", extension))
    result = run("verify", path, "--format", "json", "--lang", "en")
    assert (result.code, result.err) == (0, "")
    answer = json.loads(result.out)
    assert [finding["verdict"] for finding in answer["findings"]] == ["right"]
    (note,) = answer["notes"]
    assert note["code"] == "excel_left_out"
    assert (
        note["words"] == "Parts of the Excel file that were left out, most often formats and no figures: 1."
    )
    assert note["details"] == ["Data Validation extension is not supported and will be removed"]


def test_other_files_leave_nothing_out(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "r.txt"
    path.write_text("9.262 lao động, đạt 46,31% kế hoạch (9.262/20.000).", "utf-8")
    assert json.loads(run("verify", path, "--format", "json").out)["notes"] == []
