"""Changes laid over a rulebook, as a document's readers are told them: a label before each path."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.link import load_rulebook
from engine.overlay import Overlay, hold, leave_out, setting
from engine.writing.changes import change_words
from tests.books import write_book

BODY = """\
measures: {fair: {kind: count, label: {vi: phiên, en: fairs}}}
parameters:
  loan_capital: {value: 125, measure: billion VND, status: assumed, label: {vi: Vốn vay, en: Loan capital}}
indicators:
  jobs: {label: {vi: Việc làm, en: Jobs}, measure: person, kind: flow, direction: up}
actions:
  fairs: {label: {vi: Phiên chợ, en: Fairs}, who: Sở, until: 2023-07-20, serves: jobs}
office: {signer: A}
reports:
  half:
    title: T
    sections:
      first: {heading: {vi: I. Đầu, en: I. First}, gaps: {columns: [target]}}
      last: {heading: H}
allocations:
  half:
    title: T
    from: 2023-07-01
    to: 2023-12-31
    every: month
    among: district
    starting_point: {as_of: 2023-06-30}
    quotas: {jobs: {total: 6, need: 1, at_most: 1.25 * fair, per_period: {at_most: 3}}}
    rules:
      capital: {label: {vi: Không vượt vốn, en: Within the capital}, require: total(jobs) <= 9}
"""
QUOTA = "allocations.half.quotas.jobs"


@pytest.mark.parametrize(
    ("change", "vi", "en"),
    [
        (
            setting("jobs.total=12"),
            f"Việc làm, tổng giao ({QUOTA}.total): 6 → 12",
            f"Jobs, total ({QUOTA}.total): 6 → 12",
        ),
        (
            setting("jobs.at_most=1.5 * fair"),  # no quantity: 1.25 of a measure '* fair'
            f"Việc làm, mức trần ({QUOTA}.at_most): 1.25 * fair → 1.5 * fair",
            f"Jobs, ceiling ({QUOTA}.at_most): 1.25 * fair → 1.5 * fair",
        ),
        (
            setting("jobs.per_period.at_most=4"),
            f"Việc làm, mức trần, từng kỳ ({QUOTA}.per_period.at_most): 3 → 4",
            f"Jobs, ceiling, in each period ({QUOTA}.per_period.at_most): 3 → 4",
        ),
        (
            setting("parameters.loan_capital.value=1110.5"),
            "Vốn vay (parameters.loan_capital.value): 125 tỷ đồng → 1.110,5 tỷ đồng",
            "Loan capital (parameters.loan_capital.value): 125 billion VND → 1,110.5 billion VND",
        ),
        (
            setting("data.targets.jobs.top=1900"),
            "Việc làm, Tỉnh, kế hoạch năm 2023 (data.targets.jobs.top.2023): 900 người → 1.900 người",
            "Jobs, Province, target of 2023 (data.targets.jobs.top.2023): 900 persons → 1,900 persons",
        ),
        (
            hold("a.jobs=2"),
            "Giữ nguyên, Huyện A, Việc làm (allocations.half.hold.a.jobs): (không có) → 2",
            "Held, District A, Jobs (allocations.half.hold.a.jobs): (nothing) → 2",
        ),
        (
            leave_out("b"),
            "Đơn vị không được giao (allocations.half.leave_out): (không có) → Huyện B",
            "Units left out (allocations.half.leave_out): (nothing) → District B",
        ),
        (
            setting("allocations.half.rules.capital=null"),
            "Không vượt vốn (allocations.half.rules.capital): total(jobs) <= 9 → (không có)",
            "Within the capital (allocations.half.rules.capital): total(jobs) <= 9 → (nothing)",
        ),
        (
            setting("allocations.half.fairness=leximin"),
            "Cách phân bổ (allocations.half.fairness): (không có) → leximin",
            "How quotas are shared out (allocations.half.fairness): (nothing) → leximin",
        ),
        (
            setting("actions.fairs.state=in_progress"),
            "Phiên chợ (actions.fairs.state): (không có) → in_progress",
            "Fairs (actions.fairs.state): (nothing) → in_progress",
        ),
        (
            setting("reports.half.sections.first=null"),
            "I. Đầu (reports.half.sections.first): bỏ đi",
            "I. First (reports.half.sections.first): taken away",
        ),
        (setting("office.signer=B"), "office.signer: A → B", "office.signer: A → B"),
    ],
)
def test_a_label_stands_before_the_path(tmp_path: Path, change: object, vi: str, en: str) -> None:
    folder = write_book(
        tmp_path,
        BODY,
        targets="jobs,top,2023,reach,900,person,,\n",
        observations="jobs,top,2023-06-30,actual,123,person,,\n",
    )
    rulebook = load_rulebook(str(folder), None, Overlay(None, (change,), "half"))  # type: ignore[arg-type]
    (told,) = (change_words(one, rulebook) for one in rulebook.overlaid)
    assert (told.vi, told.prose_in("en")) == (vi, en)


def test_a_figure_is_told_with_its_date_in_words(tmp_path: Path) -> None:
    folder = write_book(tmp_path, BODY, observations="jobs,top,2023-06-30,actual,123,person,,\n")
    change = setting("data.observations.jobs.top.2023-06-30.actual=456")
    rulebook = load_rulebook(str(folder), None, Overlay(None, (change,), "half"))
    (told,) = (change_words(one, rulebook) for one in rulebook.overlaid)
    path = "data.observations.jobs.top.2023-06-30.actual"
    assert told.vi == f"Việc làm, Tỉnh, thực hiện đến 30/6/2023 ({path}): 123 người → 456 người"
    assert told.prose_in("en") == (
        f"Jobs, Province, actual to 30 June 2023 ({path}): 123 persons → 456 persons"
    )
