"""Checks, sums that differ and implausible figures as issues (§6, §9)."""

from __future__ import annotations

from pathlib import Path

from engine.checks import run_checks
from engine.errors import Code, Issue, Severity
from engine.link import load_rulebook
from tests.books import write_book

JOBS = """
indicators:
  jobs: {measure: person, kind: flow, direction: up}
  loans: {measure: person, kind: flow, direction: up}
"""


def issues_of(folder: Path) -> list[Issue]:
    return run_checks(load_rulebook(str(folder)))


def test_the_real_report_has_two_implausible_estimates_and_a_check_that_cant_be_judged() -> None:
    found = run_checks(load_rulebook("binh_thuan_2023"))
    assert [(issue.code, issue.severity) for issue in found] == [
        (Code.IMPLAUSIBLE_ESTIMATE, Severity.WARNING),
        (Code.IMPLAUSIBLE_ESTIMATE, Severity.WARNING),
        (Code.CHECK_UNKNOWN, Severity.WARNING),
    ]
    lines = [issue.place.line for issue in found if issue.place]
    assert lines[:2] == [10, 12]
    assert "5,65 lần" in found[0].message.vi
    assert "0,06 lần" in found[1].message.vi


def test_a_failing_check_has_the_severity_it_says(tmp_path: Path) -> None:
    folder = write_book(
        tmp_path,
        JOBS
        + """
checks:
  within: {require: loans.achieved <= jobs.achieved, severity: warning}
  some: {require: jobs.achieved >= 20}
""",
        observations=(
            "jobs,top,2023-03-31,actual,10,person,,reported\n"
            "loans,top,2023-03-31,actual,11,person,,reported\n"
            "jobs,a,2023-03-31,actual,30,person,,reported\n"
            "loans,a,2023-03-31,actual,3,person,,reported\n"
        ),
    )
    found = {(i.message.en.split("'")[1], i.code): i.severity for i in issues_of(folder)}
    assert found == {
        ("within", Code.CHECK_FAILED): Severity.WARNING,
        ("some", Code.CHECK_FAILED): Severity.ERROR,
    }


def test_sums_that_differ_are_told_for_actuals_estimates_targets_and_attributes(tmp_path: Path) -> None:
    rows = {"top": 30, "a": 10, "b": 5, "c": 7}
    folder = write_book(
        tmp_path,
        JOBS + "attributes: {people: {measure: person}}\n",
        units=(
            "unit,parent,level,people\ntop,,province,100\n"
            "a,top,district,40\nb,top,district,50\nc,top,district,9\n"
        ),
        targets="".join(f"jobs,{unit},2023,reach,{n * 10},person,,published\n" for unit, n in rows.items()),
        observations="".join(
            f"jobs,{unit},2023-03-31,actual,{n},person,,reported\n"
            f"jobs,{unit},2023-06-30,estimate,{2 * n},person,,estimated\n"
            f"loans,{unit},2023-03-31,actual,{22 if unit == 'top' else n},person,,reported\n"
            for unit, n in rows.items()
        ),
    )
    found = [i for i in issues_of(folder) if i.code is Code.SUMS_DIFFER]
    places = [(i.place.file, i.place.line) for i in found if i.place]
    assert places == [
        ("book/observations.csv", 2),
        ("book/observations.csv", 3),
        ("book/targets.csv", 2),
        ("book/units.csv", 2),
    ]
    assert "top has 30, its units below add up to 22" in found[0].message.en
    assert "has 300, its units below add up to 220" in found[2].message.en
    assert "has 100, its units below add up to 99" in found[3].message.en
    assert all(i.severity is Severity.WARNING for i in found)


def test_falling_figures(tmp_path: Path) -> None:
    folder = write_book(
        tmp_path,
        JOBS,
        observations=(
            "jobs,top,2023-02-28,actual,12,person,,reported\n"
            "jobs,top,2023-03-31,actual,10,person,,reported\n"
            "jobs,top,2023-04-30,actual,14,person,,reported\n"
            "jobs,top,2022-12-31,actual,90,person,,reported\n"
        ),
    )
    (found,) = issues_of(folder)
    assert (found.code, found.place and found.place.line) == (Code.FALLING, 3)
    assert "falls from 12 to 10 on 2023-03-31" in found.message.en


def test_targets_below_0(tmp_path: Path) -> None:
    """Counts and flows have none; a rate that is a level may be set below 0."""
    folder = write_book(
        tmp_path,
        JOBS.replace(
            "indicators:",
            "indicators:\n"
            "  growth: {measure: percent, kind: level, direction: up}\n"
            "  poor: {measure: household, kind: level, direction: up}\n"
            "  fund: {measure: million VND, kind: flow, direction: up}",
            1,
        ),
        targets=(
            "growth,top,2023,reach,-2.5,percent,,published\n"
            "poor,top,2023,reach,-3,household,,published\n"
            "fund,top,2023,reach,-1.5,million VND,,published\n"
            "jobs,top,2023,reach,-1000,person,,published\n"
            "loans,top,2023,reach,0,person,,published\n"
        ),
    )
    found = issues_of(folder)
    assert [(i.code, i.place and i.place.line) for i in found] == [
        (Code.NEGATIVE_TARGET, line) for line in (3, 4, 5)
    ]
    assert all(i.severity is Severity.WARNING for i in found)
    assert "the target of 2023 is -3, " in found[0].message.en
    assert "the target of 2023 is -1.5, " in found[1].message.en
    assert "chỉ tiêu năm 2023 là -1.000, " in found[2].message.vi
