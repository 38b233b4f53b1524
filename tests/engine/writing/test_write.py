"""Reports and actions of small rulebooks, their texts and numbers worked out by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.errors import RuleError
from engine.followup import follow_up
from engine.link import load_rulebook
from engine.writing.document import Items, Paragraph
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
