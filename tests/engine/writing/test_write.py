"""Reports and actions of small rulebooks, their texts and numbers worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.errors import RuleError
from engine.followup import follow_up
from engine.link import load_rulebook
from engine.writing.document import Items, Paragraph
from engine.writing.doings import flag_words, gap_words
from engine.writing.write import choose_report, write
from tests.books import write_book

INDICATORS = """\
indicators:
  jobs: {label: {vi: Việc làm, en: Jobs}, measure: person, kind: flow, direction: up}
  fund: {label: {vi: Quỹ, en: Fund}, measure: VND, show_in: billion VND, kind: flow, direction: up}
"""
TARGETS = """\
jobs,top,2023,reach,900,person,,
fund,top,2023,reach,6,billion VND,,
"""
OBSERVED = """\
jobs,top,2023-07-02,actual,123,person,,
"""


def book(root: Path, more: str) -> Path:
    return write_book(root, INDICATORS + more, targets=TARGETS, observations=OBSERVED)


def report(sentence: str) -> str:
    return (
        "reports:\n  half:\n    title: T\n    sections:\n      first:\n"
        f"        paragraph:\n          one: {sentence}\n"
    )


def test_numbers_and_words_in_a_sentence(tmp_path: Path) -> None:
    text = "'{date(jobs)}: {jobs.achieved}/{jobs.target}, {jobs.achieved / jobs.target: percent, 1}, {{x}}'"
    rulebook = load_rulebook(str(book(tmp_path, report(text))))
    chosen = choose_report(rulebook, None)
    # 123 / 900 = 0.13666…
    assert write(rulebook, chosen, "vi").document.blocks == (Paragraph("2/7/2023: 123/900, 13,7%, {x}"),)
    assert write(rulebook, chosen, "en").document.blocks == (Paragraph("2 July 2023: 123/900, 13.7%, {x}"),)


def test_what_is_unknown_is_said_and_told(tmp_path: Path) -> None:
    rulebook = load_rulebook(str(book(tmp_path, report("'Quỹ {fund.achieved}.'"))))
    written = write(rulebook, choose_report(rulebook, "half"), "vi")
    assert written.document.blocks == (Paragraph("Quỹ (chưa có số liệu)."),)
    (issue,) = written.issues
    assert issue.code == "unknown_in_report"
    assert (
        issue.message.en == "fund.achieved: unknown because no actual of fund for Province up to 2023-07-02"
    )
    # the head has 5 lines, the indicators 3, the report 7: the name stands behind the brace
    assert (issue.place.line, issue.place.column) == (15, 22) if issue.place else False


def test_a_list_of_each_indicator_in_its_measure(tmp_path: Path) -> None:
    more = report("{for: {kind: flow}, text: '{name()} {target}'}").replace("paragraph", "items")
    rulebook = load_rulebook(str(book(tmp_path, more)))
    written = write(rulebook, choose_report(rulebook, None), "vi")
    assert written.document.blocks == (Items(("việc làm 900 người", "quỹ 6 tỷ đồng")),)


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("'Số {jobs.achived}'", "unknown_name", 21),
        ("'Số {jobs.achieved + fund.achieved}'", "unlike_measures", 21),
        ("'Số {jobs.achieved: billion VND}'", "wrong_measure", 21),
        ("'Số {jobs.achieved: tonne}'", "unknown_measure", 36),
        ("'Số {jobs.achieved'", "formula_syntax", 20),
        ("'Số } {jobs.achieved}'", "formula_syntax", 20),
        ("'Số {date(jbos)}'", "unknown_indicator", 26),
        ("'Số {achieved}'", "wrong_place", 21),
        ("'Số {__import__(1)}'", "unknown_function", 21),
    ],
)
def test_a_faulty_text_is_told_at_its_character(tmp_path: Path, text: str, code: str, column: int) -> None:
    with pytest.raises(RuleError) as error:
        load_rulebook(str(book(tmp_path, report(text))))
    told = {
        (issue.code.value, issue.place.line, issue.place.column)
        for issue in error.value.issues
        if issue.place
    }
    assert told == {(code, 15, column)}


def test_actions_beside_the_gaps(tmp_path: Path) -> None:
    actions = """\
actions:
  late: {label: A, who: B, until: 2023-07-01, serves: jobs}
  soon: {label: A, who: B, until: 2023-07-20, serves: [jobs, fund], state: in_progress}
  after: {label: A, who: B, until: 2023-07-01, serves: jobs, state: done, done_on: 2023-07-05}
"""
    rulebook = load_rulebook(str(book(tmp_path, actions)))
    # 123 of 900 persons half a year on is behind; the fund has no figure
    found = {item.action.id: (item.state, item.days, item.flags) for item in follow_up(rulebook).tracked}
    assert found == {
        "late": ("planned", -1, ("overdue",)),
        "soon": ("in_progress", 18, ("due_soon",)),
        "after": ("in_progress", -1, ("overdue",)),
    }
    later = follow_up(rulebook, date(2023, 7, 5)).tracked[2]
    assert (later.state, later.flags) == ("done", ("done_late",))
    assert follow_up(rulebook).unserved == ()


KINDS = """\
indicators:
  poor: {label: {vi: Hộ nghèo, en: Poor}, measure: percent, kind: level, direction: down}
  fires: {label: {vi: Vụ cháy, en: Fires}, measure: person, kind: flow, direction: down}
  falls: {label: {vi: Tai nạn, en: Falls}, measure: person, kind: flow, direction: down}
  jobs: {label: {vi: Việc làm, en: Jobs}, measure: person, kind: flow, direction: up}
actions:
  all: {label: A, who: B, until: 2023-07-01, serves: [poor, fires, falls, jobs]}
"""
OF_KINDS = """\
poor,top,2023,reach,2.68,percent,,
fires,top,2023,at_most,100,person,,
falls,top,2023,at_most,30,person,,
jobs,top,2023,reach,900,person,,
"""
SEEN = """\
poor,top,2023-06-30,actual,3.2,percent,,
fires,top,2023-06-30,actual,40,person,,
falls,top,2023-06-30,actual,33,person,,
jobs,top,2023-06-30,actual,123,person,,
"""


def test_how_far_it_is_to_a_target_has_no_sign_and_the_measure_of_a_difference(tmp_path: Path) -> None:
    """3.2% less 2.68% is 0.52 points; 40 of at most 100 leaves 60, 33 is 3 more than 30."""
    rulebook = load_rulebook(str(write_book(tmp_path, KINDS, targets=OF_KINDS, observations=SEEN)))
    (item,) = follow_up(rulebook).tracked
    assert [gap_words(rulebook, row, "vi") for row in item.served] == [
        "Hộ nghèo (Chậm, còn thiếu 0,52 điểm %)",
        "Vụ cháy (Đúng tiến độ, còn dưới trần 60 người)",
        "Tai nạn (Vượt ngưỡng, vượt 3 người)",
        "Việc làm (Chậm, còn thiếu 777 người)",
    ]
    english = [gap_words(rulebook, row, "en") for row in item.served]
    assert english[0] == "Poor (Behind, 0.52 percentage points to go)"
    assert english[2] == "Falls (Exceeded, 3 persons over)"


def test_days_are_told_as_one_says_them(tmp_path: Path) -> None:
    rulebook = load_rulebook(str(write_book(tmp_path, KINDS, targets=OF_KINDS, observations=SEEN)))
    for day, vi, en in (
        (date(2023, 6, 29), "còn 2 ngày", "due in 2 days"),
        (date(2023, 6, 30), "còn 1 ngày", "due in 1 day"),
        (date(2023, 7, 1), "đến hạn hôm nay", "due today"),
        (date(2023, 7, 2), "quá hạn 1 ngày", "1 day overdue"),
        (date(2023, 7, 4), "quá hạn 3 ngày", "3 days overdue"),
    ):
        (item,) = follow_up(rulebook, day).tracked
        assert (flag_words(item, "vi").split("; ")[0], flag_words(item, "en").split("; ")[0]) == (vi, en)


NOTHING_KNOWN = "reports:\n  half:\n    title: T\n    sections: {first: {risks: {columns: [target]}}}\n"


def test_what_cannot_be_judged_is_not_said_to_be_safe(tmp_path: Path) -> None:
    """In 2021 there is no target; in 2023 jobs are behind, and with its target reached nothing is."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    before = NOTHING_KNOWN.replace("columns", "as_of: 2021-07-02, columns")
    rulebook = load_rulebook(str(book(tmp_path / "one", before)))
    (told,) = write(rulebook, choose_report(rulebook, None), "vi").document.blocks
    assert told == Paragraph("Chưa đánh giá được vì chưa có chỉ tiêu hoặc số liệu: Việc làm, Quỹ.")
    reached = OBSERVED.replace("123", "900")
    rulebook = load_rulebook(
        str(write_book(tmp_path / "two", INDICATORS + NOTHING_KNOWN, targets=TARGETS, observations=reached))
    )
    (told,) = write(rulebook, choose_report(rulebook, None), "en").document.blocks
    assert told == Paragraph(
        "Not known whether behind or at risk, for want of targets or figures: Fund. "
        "No other indicator is behind or at risk."
    )


def test_a_report_asked_for_by_estimates_says_so_first(tmp_path: Path) -> None:
    rulebook = load_rulebook(str(book(tmp_path, report("'{jobs.target}'"))))
    chosen = choose_report(rulebook, None)
    day = date(2023, 6, 30)
    vi = (
        "Số liệu đến ngày 30/6/2023 trong báo cáo này là số ước thực hiện ở những chỉ tiêu chưa có số thực "
        "hiện của ngày đó."
    )
    en = "Figures up to 30 June 2023 in this report are estimates wherever there is no actual of that day."
    in_vietnamese = write(rulebook, chosen, "vi", day, "estimate").document.blocks
    assert in_vietnamese == (Paragraph(vi), Paragraph("900"))
    assert write(rulebook, chosen, "en", day, "estimate").document.blocks == (Paragraph(en), Paragraph("900"))
    assert write(rulebook, chosen, "vi", day, "actual").document.blocks == (Paragraph("900"),)


def test_a_report_that_is_made_of_estimates_needs_no_note(tmp_path: Path) -> None:
    text = report("'{jobs.target}'").replace("    title: T", "    title: T\n    basis: estimate")
    rulebook = load_rulebook(str(book(tmp_path, text)))
    written = write(rulebook, choose_report(rulebook, None), "vi", date(2023, 6, 30))
    assert written.at.basis == "estimate"
    assert written.document.blocks == (Paragraph("900"),)
