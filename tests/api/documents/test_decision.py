"""The decision that gives a plan's quotas: text, totals, number forms and layout, read back by python-docx.

The totals are the year's targets less what was estimated for 30 June: 20,000 − 11,542 jobs, 10,000 − 4,000 in
training, and 2,500 loans, of which nothing is reported.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt

from tests.api.documents.packed import package
from tests.api.terminal import BOOK, Run, fine
from tests.books import write_book

DISTRICTS = [
    *("Phan Thiết", "La Gi", "Tuy Phong", "Bắc Bình", "Hàm Thuận Bắc", "Hàm Thuận Nam", "Tánh Linh"),
    *("Đức Linh", "Hàm Tân", "Phú Quý"),
]


def number(text: str) -> int:
    """A whole number as Vietnamese documents write it: groups of three digits after dots."""
    groups = text.split(".")
    assert 1 <= len(groups[0]) <= 3
    assert all(len(group) == 3 for group in groups[1:])
    return int("".join(groups))


def millimetres(length: Length) -> float:
    """To a tenth: Word keeps lengths in twentieths of a point."""
    return float(round(length.mm, 1))


def texts(document: Any) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def rows(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


@pytest.fixture(scope="module")
def decision(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from api.cli.main import main

    path = tmp_path_factory.mktemp("decision") / "qd.docx"
    assert main(["plan", BOOK, "-o", str(path)]) == 0
    return docx.Document(str(path))


def test_the_articles_say_the_totals(decision: Any) -> None:
    said = texts(decision)
    for line in (
        "Điều 1. Giao chỉ tiêu từ ngày 1/7/2023 đến ngày 31/12/2023 cho 10 đơn vị, tổng số gồm:",
        "- Giải quyết việc làm: 8.458 người;",
        "- Tuyển mới và đào tạo nghề nghiệp: 6.000 người;",
        "- Cho vay vốn giải quyết việc làm: 2.500 người.",
        "Về việc giao chỉ tiêu 6 tháng cuối năm 2023",
    ):
        assert line in said
    assert not [text for text in said if "{" in text or "}" in text]


def test_annex_one_gives_every_district_and_adds_up(decision: Any) -> None:
    annex = rows(decision.tables[2])
    assert annex[0] == [
        "STT",
        "Đơn vị",
        "Giải quyết việc làm (người)",
        "Tuyển mới và đào tạo nghề nghiệp (người)",
        "Cho vay vốn giải quyết việc làm (người)",
    ]
    assert [row[1] for row in annex[1:-1]] == DISTRICTS
    assert [row[0] for row in annex[1:]] == [*map(str, range(1, 11)), ""]
    assert annex[-1][1:] == ["Tổng cộng", "8.458", "6.000", "2.500"]
    for column in (2, 3, 4):
        assert sum(number(row[column]) for row in annex[1:-1]) == number(annex[-1][column])


def test_numbers_of_rows_stand_in_the_middle_names_left_and_quotas_right(decision: Any) -> None:
    first = [cell.paragraphs[0].alignment for cell in decision.tables[2].rows[1].cells]
    right = WD_ALIGN_PARAGRAPH.RIGHT
    assert first == [WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, right, right, right]
    months = [cell.paragraphs[0].alignment for cell in decision.tables[3].rows[1].cells]
    assert months == [WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, *[right] * 7]


def test_annex_two_has_a_table_a_quota_that_adds_up_both_ways_and_to_annex_one(decision: Any) -> None:
    first = rows(decision.tables[2])
    tables = decision.tables[3:]
    assert len(tables) == 3
    for column, table in enumerate(tables, start=2):
        found = rows(table)
        assert found[0] == [
            *("STT", "Đơn vị", "7/2023", "8/2023", "9/2023", "10/2023", "11/2023", "12/2023"),
            "Tổng cộng",
        ]
        for row, whole in zip(found[1:], first[1:], strict=True):
            assert row[1] == whole[1]
            assert sum(map(number, row[2:-1])) == number(row[-1]) == number(whole[column])
        for at in range(2, 9):
            assert sum(number(row[at]) for row in found[1:-1]) == number(found[-1][at])


def test_what_the_figures_rest_on_stands_below(decision: Any) -> None:
    said = texts(decision)
    assert "- Phương án: cơ sở" in said
    assert "- Số liệu tính đến ngày 30/6/2023 (ước thực hiện)" in said
    assert "- Nguồn vốn cho vay giải quyết việc làm: 125 tỷ đồng (giả định)" in said
    jobs = "- Giải quyết việc làm, thực hiện: 11.542 người, ngày 30/6/2023 (số ước thực hiện)"
    assert jobs in said
    (loans,) = [text for text in said if "lấy số thay thế" in text]
    assert loans.startswith("- Cho vay vốn giải quyết việc làm: chưa có số thực hiện hay ước thực hiện")
    assert not [text for text in said if "loan_capital" in text or ".achieved" in text]


def test_where_the_figures_come_from_stands_below_once_each(decision: Any) -> None:
    assert [text for text in texts(decision) if text.startswith("- Nguồn: ")] == [
        "- Nguồn: Báo cáo 6 tháng đầu năm 2023, Sở Lao động – Thương binh và Xã hội tỉnh Bình Thuận",
        "- Nguồn: Tổng điều tra dân số và nhà ở 1/4/2019",
    ]


def test_the_page_is_laid_out_as_decree_30_of_2020_says(decision: Any) -> None:
    first, units, periods = decision.sections
    for section in (first, units):
        assert (millimetres(section.page_width), millimetres(section.page_height)) == (210, 297)
    assert periods.orientation == WD_ORIENT.LANDSCAPE
    assert (millimetres(periods.page_width), millimetres(periods.page_height)) == (297, 210)
    for section in decision.sections:
        assert 20 <= millimetres(section.top_margin) <= 25
        assert 20 <= millimetres(section.bottom_margin) <= 25
        assert 30 <= millimetres(section.left_margin) <= 35
        assert 15 <= millimetres(section.right_margin) <= 20
        assert section.different_first_page_header_footer
        assert [p.text for p in section.first_page_header.paragraphs] in ([], [""])
        header = section.header.paragraphs[0]
        assert header.alignment == WD_ALIGN_PARAGRAPH.CENTER
        assert [node.text for node in header._p.iter(qn("w:instrText"))] == ["PAGE"]
    normal = decision.styles["Normal"].font
    assert (normal.name, normal.size) == ("Times New Roman", Pt(14))
    for section in (units, periods):  # annexes are numbered by themselves
        assert section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")) == "1"


def test_the_head_has_nation_motto_number_place_and_day(decision: Any) -> None:
    (left, right), *_ = [row.cells for row in decision.tables[0].rows]
    assert [p.text for p in right.paragraphs if p.text] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Bình Thuận, ngày … tháng … năm …",
    ]
    nation, motto = right.paragraphs[:2]
    assert nation.runs[0].bold
    assert motto.runs[0].bold
    assert (nation.runs[0].font.size, motto.runs[0].font.size) == (Pt(12), Pt(13))
    assert right.paragraphs[-1].runs[0].italic
    assert [p.text for p in left.paragraphs if p.text] == [
        "Ủy ban nhân dân tỉnh Bình Thuận",
        "Sở Lao động – Thương binh và Xã hội",
        "Số: ……/QĐ-……",
    ]
    # in capitals in the head alone: the annexes name the same body within a sentence
    assert [p.runs[0].font.all_caps for p in left.paragraphs if p.text] == [True, True, None]
    attached = (
        "(Kèm theo Quyết định số ……/QĐ-…… ngày … tháng … năm … của Sở Lao động – Thương binh và Xã hội)"
    )
    (annexes,) = {text for text in texts(decision) if text.startswith("(Kèm theo")}
    assert annexes == attached


def test_the_body_is_justified_with_its_first_line_indented(decision: Any) -> None:
    article = next(p for p in decision.paragraphs if p.text.startswith("Điều 3."))
    assert article.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY
    assert article.paragraph_format.first_line_indent == Mm(12.7)
    assert article.runs[0].bold
    assert not article.runs[1].bold
    title = next(p for p in decision.paragraphs if p.text == "QUYẾT ĐỊNH")
    assert title.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert title.runs[0].bold


def test_a_table_says_its_header_again_on_each_page_and_breaks_no_row(decision: Any) -> None:
    for table in decision.tables[2:]:
        for at, row in enumerate(table.rows):
            properties = row._tr.trPr
            assert (properties.find(qn("w:tblHeader")) is not None) == (at == 0)
            assert properties.find(qn("w:cantSplit")) is not None


def test_in_english_it_says_the_same(run: Run, tmp_path: Path) -> None:
    fine(run("plan", BOOK, "--lang", "en", "-o", tmp_path / "d.docx"))
    document: Any = docx.Document(str(tmp_path / "d.docx"))
    assert "- Jobs created: 8,458 persons;" in texts(document)
    assert rows(document.tables[2])[-1] == ["", "Total", "8,458", "6,000", "2,500"]


ONE_QUOTA = """
indicators:
  jobs: {label: {vi: "Việc làm A & B <C>", en: Jobs}, measure: person, kind: flow, direction: up}
attributes: {people: {measure: person}}
allocations:
  year:
    title: {vi: Chia, en: Share}
    from: 2023-01-01
    to: 2023-12-31
    every: EVERY
    among: district
    starting_point: {as_of: 2023-01-01}
    quotas: {jobs: {total: 6, need: people, at_most: MOST}}
scenarios:
  better: {title: {vi: Phương án 'B', en: Plan B}, set: {allocations: {year: {quotas: {jobs: {total: 12}}}}}}
"""
PEOPLE = """\
unit,parent,level,name_vi,name_en,code,valid_from,valid_to,people
top,,province,Tỉnh,Province,,,,
a,top,district,"Huyện ""A"" & <b>",District A,,,,100
b,top,district,Huyện {{b}},District B,,,,200
"""


def book(root: Path, every: str = "once", most: str = "100") -> Path:
    return write_book(root, ONE_QUOTA.replace("EVERY", every).replace("MOST", most), units=PEOPLE)


def test_a_plan_of_one_period_has_one_annex(run: Run, tmp_path: Path) -> None:
    fine(run("plan", book(tmp_path), "-o", tmp_path / "d.docx"))
    document: Any = docx.Document(str(tmp_path / "d.docx"))
    assert len(document.sections) == 2
    assert document.sections[1].orientation == WD_ORIENT.PORTRAIT
    assert "Phụ lục II" not in texts(document)
    assert len(document.tables) == 3


@pytest.mark.parametrize(
    ("every", "vi", "en"),
    [
        (
            "quarter",
            ["quý I/2023", "quý II/2023", "quý III/2023", "quý IV/2023"],
            ["Q1 2023", "Q2 2023", "Q3 2023", "Q4 2023"],
        ),
        (
            "half",
            ["6 tháng đầu năm 2023", "6 tháng cuối năm 2023"],
            ["first half of 2023", "second half of 2023"],
        ),
    ],
)
def test_periods_are_named_as_people_write_them(
    run: Run, tmp_path: Path, every: str, vi: list[str], en: list[str]
) -> None:
    folder = book(tmp_path, every)
    for lang, total, periods in (("vi", "Tổng cộng", vi), ("en", "Total", en)):
        fine(run("plan", folder, "--lang", lang, "-o", tmp_path / "d.docx"))
        document: Any = docx.Document(str(tmp_path / "d.docx"))
        assert rows(document.tables[3])[0][2:] == [*periods, total]


def test_an_english_decision_has_english_months_dates_and_no_vietnamese_ending(
    run: Run, tmp_path: Path
) -> None:
    fine(run("plan", BOOK, "--lang", "en", "-o", tmp_path / "d.docx"))
    document: Any = docx.Document(str(tmp_path / "d.docx"))
    assert rows(document.tables[3])[0][2:8] == [
        *("July 2023", "August 2023", "September 2023", "October 2023", "November 2023", "December 2023")
    ]
    said = texts(document)
    assert "Article 3. The heads of the units named in the annexes shall carry out this Decision." in said
    (first,) = (text for text in said if text.startswith("Article 1."))
    assert first == (
        "Article 1. Quotas from 1 July 2023 to 31 December 2023 are given as follows (units: 10), in total:"
    )


def test_signs_of_xml_and_braces_in_names_stay_what_they_are(run: Run, tmp_path: Path) -> None:
    fine(run("plan", book(tmp_path), "-o", tmp_path / "d.docx"))
    document: Any = docx.Document(str(tmp_path / "d.docx"))
    # 6 by 100 to 200 people: 2 and 4
    assert rows(document.tables[2])[1:] == [
        ["1", 'Huyện "A" & <b>', "2"],
        ["2", "Huyện {{b}}", "4"],
        ["", "Tổng cộng", "6"],
    ]
    assert "- Việc làm A & B <C>: 6 người." in texts(document)


def test_a_scenario_is_named_with_what_it_changes(run: Run, tmp_path: Path) -> None:
    fine(run("plan", book(tmp_path), "--scenario", "better", "-o", tmp_path / "d.docx"))
    said = texts(docx.Document(str(tmp_path / "d.docx")))
    assert "- Phương án: Phương án 'B'" in said
    assert "- Thay đổi: Việc làm A & B <C>, tổng giao (allocations.year.quotas.jobs.total): 6 → 12" in said
    assert "- Phương án: cơ sở" not in said


def test_without_a_plan_there_is_no_decision_and_it_is_said_why(run: Run, tmp_path: Path) -> None:
    result = run("plan", book(tmp_path, most="1"), "-o", tmp_path / "d.docx")
    assert result.code == 3
    assert "không có kế hoạch nên không lập quyết định" in result.err
    assert "jobs" in result.err or "Việc làm" in result.err
    assert not (tmp_path / "d.docx").exists()


def test_other_commands_write_no_text_under_a_word_file_s_name(run: Run, tmp_path: Path) -> None:
    result = run("gap", BOOK, "-o", tmp_path / "d.docx")
    assert result.code == 2
    assert "hãy dùng .xlsx, .txt, .json, .csv" in result.err
    assert not (tmp_path / "d.docx").exists()


def test_a_template_is_refused_where_nothing_is_written_on_it(run: Run, tmp_path: Path) -> None:
    result = run("plan", BOOK, "--template", tmp_path / "t.docx", "--lang", "en")
    assert result.code == 2
    assert result.err == "error bad_setting: --template is for writing a .docx file. Add -o FILE.docx.\n"


OFFICE = """
office:
  parent: {vi: TỈNH A, en: PROVINCE A}
  body: {vi: SỞ B & C, en: DEPARTMENT}
  symbol: SBC
  place: Huyện X
  authority: {vi: GIÁM ĐỐC SỞ B, en: THE DIRECTOR}
  bases:
    - {vi: "Căn cứ Luật thứ nhất;", en: "Pursuant to the first law;"}
    - {vi: "Căn cứ Nghị định thứ hai.", en: "Pursuant to the second decree."}
  signs_for: {vi: KT. GIÁM ĐỐC, en: FOR THE DIRECTOR}
  signer_title: {vi: PHÓ GIÁM ĐỐC, en: DEPUTY DIRECTOR}
  signer: Nguyễn Văn A
  recipients: [Như Điều 3;, Lưu VT.]
"""


def test_the_office_s_words_come_from_the_rulebook(run: Run, tmp_path: Path) -> None:
    folder = book(tmp_path)
    (folder / "office.yaml").write_text(OFFICE, encoding="utf-8")
    fine(run("plan", folder, "-o", tmp_path / "d.docx"))
    document: Any = docx.Document(str(tmp_path / "d.docx"))
    said = texts(document)
    head, place = (cell.text.split("\n") for cell in document.tables[0].rows[0].cells)
    assert head == ["TỈNH A", "SỞ B & C", "", "Số: ……/QĐ-SBC"]
    assert place[-1] == "Huyện X, ngày … tháng … năm …"
    at = said.index("GIÁM ĐỐC SỞ B")
    assert said[at + 1 : at + 4] == ["Căn cứ Luật thứ nhất;", "Căn cứ Nghị định thứ hai.", "QUYẾT ĐỊNH:"]
    recipients, signature = (cell.text.split("\n") for cell in document.tables[1].rows[0].cells)
    assert recipients == ["Nơi nhận:", "- Như Điều 3;", "- Lưu VT."]
    assert [line for line in signature if line] == ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC", "Nguyễn Văn A"]
    assert "(Kèm theo Quyết định số ……/QĐ-SBC ngày … tháng … năm … của SỞ B & C)" in said
    # the template's own words and data aside, nothing of the draft is left open but number and day
    assert [text for text in said if "……" in text] == [
        "(Kèm theo Quyết định số ……/QĐ-SBC ngày … tháng … năm … của SỞ B & C)"
    ]


def test_what_the_office_says_is_checked_like_every_key(run: Run, tmp_path: Path) -> None:
    folder = book(tmp_path)
    (folder / "office.yaml").write_text("office: {bodi: Sở, bases: Luật}\n", encoding="utf-8")
    result = run("plan", folder, "-o", tmp_path / "d.docx", "--lang", "en")
    assert result.code == 1
    assert result.err.splitlines() == [
        "book/office.yaml:1:10: error unknown_key: no key 'bodi' here. Did you mean 'body'?",
        "book/office.yaml:1:27: error wrong_type: expected a list, found 'Luật'",
    ]


def test_an_overlay_changes_what_the_office_says(run: Run, tmp_path: Path) -> None:
    (tmp_path / "o.yaml").write_text("set: {office: {place: Huyện Y}}\n", encoding="utf-8")
    fine(run("plan", book(tmp_path), "--overlay", tmp_path / "o.yaml", "-o", tmp_path / "d.docx"))
    document: Any = docx.Document(str(tmp_path / "d.docx"))
    assert "Huyện Y, ngày … tháng … năm …" in document.tables[0].rows[0].cells[1].text


def test_a_report_is_written_on_its_template(run: Run, tmp_path: Path) -> None:
    assert run("report", BOOK, "-o", tmp_path / "r.docx").code == 0
    document: Any = docx.Document(str(tmp_path / "r.docx"))
    said = texts(document)
    assert "BÁO CÁO" in said
    assert "Số liệu đến ngày 15/5/2023" in said
    assert "Số: ……/BC-……" in document.tables[0].rows[0].cells[0].text
    assert any("9.262" in text and "46,31%" in text for text in said)  # 9,262 of 20,000
    assert not [text for text in said if "{{" in text]


def test_an_office_s_own_template_is_filled(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.docx").write_bytes(package("{{quotas}}", "{{annex_units}}", "{{annex_periods}}"))
    fine(run("plan", BOOK, "-o", tmp_path / "d.docx", "--template", tmp_path / "t.docx"))
    document: Any = docx.Document(str(tmp_path / "d.docx"))
    assert texts(document)[:3] == [
        "Giải quyết việc làm: 8.458 người;",
        "Tuyển mới và đào tạo nghề nghiệp: 6.000 người;",
        "Cho vay vốn giải quyết việc làm: 2.500 người.",
    ]
    assert len(document.tables) == 4


def test_a_faulty_template_is_told_and_nothing_is_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "t.docx").write_bytes(package("{{annex_units}}", "{{annex_periods}}", "Số {{nummber}}"))
    result = run("plan", BOOK, "-o", tmp_path / "d.docx", "--template", tmp_path / "t.docx", "--lang", "en")
    assert result.code == 1
    assert result.err == (
        f"{tmp_path}/t.docx:3:4: error bad_template: this template can't be used: "
        "there is no place 'nummber' (in 'Số {{nummber}}'). Did you mean 'number'?\n"
    )
    assert not (tmp_path / "d.docx").exists()


@pytest.mark.parametrize(("command", "place"), [("plan", "annex_units"), ("report", "content")])
def test_a_faulty_template_is_told_before_anything_is_solved(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, place: str
) -> None:
    def solved(*_: object) -> None:
        pytest.fail("it was solved")

    monkeypatch.setattr("scenarios.plan.make_plan", solved)
    monkeypatch.setattr("api.services.plan", solved)
    for text, why in (
        ("{{no_such}}", "no place 'no_such'"),
        ("{{title}} {% if x %}", "'{%' here is no place"),
        ("{{title}}", f"it has no place '{place}'"),
    ):
        (tmp_path / "t.docx").write_bytes(package(text))
        result = run(
            command, BOOK, "-o", tmp_path / "d.docx", "--template", tmp_path / "t.docx", "--lang", "en"
        )
        assert (result.code, result.out) == (1, "")
        assert why in result.err
    (tmp_path / "t.docx").write_bytes(b"PK")
    words = ("-o", tmp_path / "d.docx", "--lang", "en", "--template")
    assert "it is damaged" in run(command, BOOK, *words, tmp_path / "t.docx").err
    assert "the file can't be read" in run(command, BOOK, *words, tmp_path / "none.docx").err
    assert "the file can't be read" in run(command, BOOK, *words, tmp_path).err
    assert not (tmp_path / "d.docx").exists()


def test_a_template_is_checked_for_the_places_that_are_filled() -> None:
    from api import services
    from api.decision import decision_values
    from api.documents.word import SAMPLES, report_values
    from engine.office import NO_OFFICE
    from engine.writing.document import Document

    made = decision_values(services.plan(services.load(BOOK), None), "vi")
    report = report_values(Document("T", (), date(2023, 5, 15)), NO_OFFICE)
    for kind, values in (("decision", made), ("report", report)):
        assert {key: type(value) for key, value in values.items()} == {
            key: type(value) for key, value in SAMPLES[kind].items()
        }
