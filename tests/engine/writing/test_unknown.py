"""What a report says where it has no figure: within brackets, of many at once, in either language."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.errors import RuleError
from engine.link import load_rulebook
from engine.numbers import Lang
from engine.rulebook import Rulebook
from engine.words import Message, say
from engine.writing.document import Items
from engine.writing.facts import PlannedQuotas
from engine.writing.write import Written, choose_report, write
from tests.books import write_book

INDICATORS = """\
indicators:
  jobs: {label: {vi: Việc làm, en: Jobs}, measure: person, kind: flow, direction: up}
  fund: {label: {vi: Quỹ, en: Fund}, measure: person, kind: flow, direction: up}
allocations:
  half:
    title: T
    from: 2023-07-01
    to: 2023-12-31
    every: half
    among: district
    starting_point: {as_of: 2023-06-30}
    quotas: {jobs: {total: 6, need: 1}}
reports:
  half:
    title: T
    ALLOCATION
    sections:
      first:
        items:
          one: SENTENCE
"""


def book(root: Path, sentence: str, *, quotas: bool = False, as_of: str = "2023-06-30") -> Rulebook:
    """900 jobs are to be found, 123 were by 30 June; of the fund nothing is known."""
    body = INDICATORS.replace("SENTENCE", sentence)
    body = body.replace("ALLOCATION", f"as_of: {as_of}" + ("\n    allocation: half" if quotas else ""))
    return load_rulebook(
        str(
            write_book(
                root,
                body,
                targets="jobs,top,2023,reach,900,person,,\n",
                observations="jobs,top,2023-06-30,actual,123,person,,\n",
            )
        )
    )


def written(rulebook: Rulebook, lang: Lang = "vi", quotas: PlannedQuotas | None = None) -> Written:
    return write(rulebook, choose_report(rulebook, None), lang, quotas=quotas)


def lines(found: Written) -> tuple[str, ...]:
    (items,) = found.document.blocks
    assert isinstance(items, Items)
    return items.texts


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Quỹ {fund.achieved} người", "Quỹ (chưa có số liệu) người"),
        ("{jobs.achieved} ({fund.achieved}/{jobs.target})", "123 (chưa có số liệu/900)"),
        ("{jobs.achieved} ({jobs.achieved}/{fund.target})", "123 (123/chưa có số liệu)"),
        ("{jobs.achieved} ({fund.achieved}/{fund.target})", "123 (chưa có số liệu)"),
        ("{jobs.achieved} (đạt {fund.achieved} người)", "123 (đạt chưa có số liệu người)"),
        ("{jobs.achieved} ({jobs.target}) {fund.achieved}", "123 (900) (chưa có số liệu)"),
        ("a) {fund.achieved} b) {jobs.target}", "a) (chưa có số liệu) b) 900"),
        ("{fund.achieved}/{fund.target}", "(chưa có số liệu)/(chưa có số liệu)"),
    ],
)
def test_no_brackets_stand_within_brackets(tmp_path: Path, text: str, said: str) -> None:
    assert lines(written(book(tmp_path, f'"{text}"'))) == (said,)


EACH = '{for: {level: district}, text: "{unit()}: {quota(jobs)} người, {quota(jobs)} lần."}'
WHY = say(
    "no_target", what=Message("Việc làm", "jobs", "'Jobs'"), unit=Message("Tỉnh", "Province"), year="2023"
)


def test_what_no_unit_has_for_one_cause_is_said_once(tmp_path: Path) -> None:
    rulebook = book(tmp_path, EACH, quotas=True)
    none = PlannedQuotas("half", (), {}, {}, why=(WHY,))
    found = written(rulebook, "vi", none)
    assert lines(found) == (
        "Huyện A, Huyện B, Huyện C: chưa có số liệu vì chưa có chỉ tiêu 'Việc làm' của Tỉnh năm 2023.",
    )
    assert lines(written(rulebook, "en", none)) == (
        "District A, District B, District C: not known, because no target of 'Jobs' for Province in 2023.",
    )
    # who keeps the rulebook is told by its names
    assert [issue.message.en for issue in found.issues] == [
        "quota(jobs): unknown because no target of jobs for Province in 2023"
    ]


def test_where_a_sentence_has_another_figure_each_is_said(tmp_path: Path) -> None:
    each = '{for: {unit: [top, a]}, text: "{unit()} {quota(jobs)}, đến {date(jobs)}."}'
    rulebook = book(tmp_path, each, quotas=True)
    none = PlannedQuotas("half", (), {}, {}, why=(WHY,))
    assert lines(written(rulebook, "vi", none)) == (
        "Tỉnh (chưa có số liệu), đến 30/6/2023.",
        "Huyện A (chưa có số liệu), đến (chưa có số liệu).",
    )


def test_causes_that_differ_are_not_put_together(tmp_path: Path) -> None:
    each = '{for: {indicator: [jobs, fund], level: district}, text: "{label()}: {achieved}."}'
    found = lines(written(book(tmp_path, each)))
    assert len(found) == 6  # two indicators at three districts, each without a figure of its own
    assert found[:2] == ("Việc làm: (chưa có số liệu).", "Quỹ: (chưa có số liệu).")


def test_a_unit_that_is_given_nothing_is_not_unknown(tmp_path: Path) -> None:
    rulebook = book(tmp_path, EACH, quotas=True)
    given = PlannedQuotas("half", ("b",), {("jobs", "b"): 6}, {"jobs": 6})
    assert lines(written(rulebook, "vi", given)) == (
        "Huyện A, Huyện C: không được giao chỉ tiêu trong phương án này.",
        "Huyện B: 6 người, 6 lần.",
    )
    assert lines(written(rulebook, "en", given))[0] == "District A, District C: given no quotas in this plan."


def test_written_english_has_labels_and_dates_in_words(tmp_path: Path) -> None:
    sentence = '{text: "{fund.achieved}", if_unknown: "{causes()}"}'
    rulebook = book(tmp_path, sentence)
    assert lines(written(rulebook, "en")) == ("no actual of 'Fund' for Province up to 30 June 2023",)
    assert lines(written(rulebook, "vi")) == ("chưa có số thực hiện 'Quỹ' của Tỉnh đến ngày 30/6/2023",)


@pytest.mark.parametrize("day", [date(2022, 12, 31), date(2024, 1, 1)])
def test_a_day_of_another_year_is_refused(tmp_path: Path, day: date) -> None:
    rulebook = book(tmp_path, '"{jobs.achieved}"')
    with pytest.raises(RuleError) as caught:
        write(rulebook, choose_report(rulebook, None), "vi", as_of=day)
    (issue,) = caught.value.issues
    assert issue.code == "bad_date"
    assert issue.message.vi == (
        f"báo cáo 'half' là của năm 2023, ngày {day.day}/{day.month}/{day.year} nằm ngoài năm đó"
    )
    assert issue.hint is not None
    assert issue.hint.vi == "Chọn ngày từ 1/1/2023 đến 31/12/2023."


@pytest.mark.parametrize("day", [date(2023, 1, 1), date(2023, 12, 31)])
def test_the_first_and_the_last_day_are_of_the_year(tmp_path: Path, day: date) -> None:
    rulebook = book(tmp_path, '"{as_of()}"')
    found = write(rulebook, choose_report(rulebook, None), "vi", as_of=day)
    assert lines(found) == (f"{day.day}/{day.month}/2023",)


def test_a_report_whose_own_day_is_of_another_year_is_refused(tmp_path: Path) -> None:
    rulebook = book(tmp_path, '"{as_of()}"', as_of="2021-06-30")
    with pytest.raises(RuleError, match="the report 'half' is of 2023, and 2021-06-30 isn't in it"):
        written(rulebook)


def test_without_any_plan_that_is_the_cause(tmp_path: Path) -> None:
    rulebook = book(tmp_path, EACH, quotas=True)
    assert lines(written(rulebook, "vi", PlannedQuotas("half", (), {}, {}))) == (
        "Huyện A, Huyện B, Huyện C: chưa có số liệu vì không có phương án giao chỉ tiêu.",
    )
