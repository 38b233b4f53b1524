"""The gap table against values worked out by hand in exact fractions (§8)."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from engine.errors import Code, RuleError
from engine.gaps import GapTable, Row, gap_table
from engine.link import load_rulebook
from engine.numbers import format_percent
from engine.overlay import Overlay, setting
from tests.books import write_book

MAY, JUNE = date(2023, 5, 15), date(2023, 6, 30)
# 15 May is day 135 of 365: 230 days and 7 16/31 months are left. 30 June is day 181: 184 days, 6 months.
PASSED = {MAY: Fraction(135, 365), JUNE: Fraction(181, 365)}
DAYS = {MAY: (135, 230), JUNE: (181, 184)}
MONTHS = {MAY: 7 + Fraction(16, 31), JUNE: Fraction(6)}
TARGET = {
    "jobs": Fraction(20_000),
    "training": Fraction(10_000),
    "gratitude_fund": Fraction(6_000_000_000),
    "child_fund": Fraction(2_000_000_000),
}
ACHIEVED = {
    MAY: {
        "jobs": Fraction(9_262),
        "training": Fraction(2_311),
        "gratitude_fund": Fraction(1_435_000_000),
        "child_fund": Fraction(1_469_720_000),
    },
    JUNE: {
        "jobs": Fraction(11_542),
        "training": Fraction(4_000),
        "gratitude_fund": Fraction(4_200_000_000),
        "child_fund": Fraction(1_500_000_000),
    },
}
LAST_YEAR = {(MAY, "jobs"): Fraction(8_591), (MAY, "training"): Fraction(5_326)}
# T − L over T − A: jobs and the child fund land above the target; training misses 0.4879 and 0.3223 of
# what is to do, the gratitude fund 0.4644 of it in May and nothing in June.
STATUS = {
    MAY: {"jobs": "on_track", "training": "behind", "gratitude_fund": "behind", "child_fund": "on_track"},
    JUNE: {"jobs": "on_track", "training": "behind", "gratitude_fund": "on_track", "child_fund": "on_track"},
}
FLOWS = ("jobs", "training", "gratitude_fund", "child_fund")
WITHOUT_ACTUALS = {
    "loans": Fraction(2_500),
    "poverty_rate": Fraction(320 - 52, 10_000),
    "clean_communes": Fraction(83),
}


def table(day: date) -> GapTable:
    return gap_table(load_rulebook("binh_thuan_2023"), day, "actual" if day == MAY else "estimate")


def row(found: GapTable, indicator: str, unit: str = "binh_thuan") -> Row:
    return next(r for r in found.rows if r.indicator == indicator and r.unit == unit)


def near(value: Fraction) -> object:
    return pytest.approx(float(value), rel=1e-12)


@pytest.mark.parametrize("day", [MAY, JUNE])
@pytest.mark.parametrize("indicator", FLOWS)
def test_every_column_of_the_flows(day: date, indicator: str) -> None:
    found = row(table(day), indicator)
    target, achieved, passed = TARGET[indicator], ACHIEVED[day][indicator], PASSED[day]
    elapsed, left = DAYS[day]
    plan, gap = achieved / target, target - achieved
    assert found.numbers == {
        "target": near(target),
        "achieved": near(achieved),
        "percent_of_plan": near(plan),
        "last_year": near(LAST_YEAR[day, indicator]) if (day, indicator) in LAST_YEAR else None,
        "year_on_year": near(achieved / LAST_YEAR[day, indicator]) if (day, indicator) in LAST_YEAR else None,
        "gap": near(gap),
        "year_progress": near(passed),
        "pace": near(plan / passed),
        "required_per_month": near(gap / MONTHS[day]),
        "required_rate_ratio": near((gap / left) / (achieved / elapsed)),
        "landing": near(achieved / passed),
    }
    assert found.achieved_on == day
    assert found.status == STATUS[day][indicator]
    assert found.not_applicable == ()
    assert found.target_kind == "reach"


@pytest.mark.parametrize("day", [MAY, JUNE])
@pytest.mark.parametrize("indicator", sorted(WITHOUT_ACTUALS))
def test_targets_without_actuals_are_unknown_with_causes_and_never_zero(day: date, indicator: str) -> None:
    found = row(table(day), indicator)
    known = {column: value for column, value in found.numbers.items() if value is not None}
    assert known == {"target": near(WITHOUT_ACTUALS[indicator]), "year_progress": near(PASSED[day])}
    assert found.status == "unknown"
    assert found.achieved_on is None
    what = "actual" if day == MAY else "actual or estimate"
    when = f"up to {day}" if day == MAY else f"on {day}"
    for column in ("achieved", "gap", "landing", "status"):
        assert [c.en for c in found.unknown[column]] == [f"no {what} of {indicator} for Bình Thuận {when}"]
    flows_only = ("percent_of_plan", "year_on_year", "pace", "required_per_month", "required_rate_ratio")
    if indicator == "loans":
        assert found.not_applicable == ()
        assert set(flows_only) <= set(found.unknown)
    else:
        assert set(found.not_applicable) == set(flows_only)
        assert not set(flows_only) & set(found.unknown)


def test_the_gratitude_funds_year_on_year_is_unknown_since_no_amount_of_2022_is_printed() -> None:
    found = row(table(MAY), "gratitude_fund")
    causes = [cause.en for cause in found.unknown["year_on_year"]]
    assert causes == ["no actual of gratitude_fund for Bình Thuận dated 2022-05-15"]


def test_the_published_percentages_in_vietnamese_form() -> None:
    published = {
        (MAY, "jobs", "percent_of_plan", 2): "46,31%",
        (MAY, "jobs", "year_on_year", 2): "107,81%",
        (MAY, "training", "percent_of_plan", 2): "23,11%",
        (MAY, "training", "year_on_year", 2): "43,39%",
        (MAY, "gratitude_fund", "percent_of_plan", 1): "23,9%",
        (MAY, "child_fund", "percent_of_plan", 2): "73,49%",
        (JUNE, "jobs", "percent_of_plan", 2): "57,71%",
        (JUNE, "training", "percent_of_plan", 0): "40%",
        (JUNE, "gratitude_fund", "percent_of_plan", 0): "70%",
        (JUNE, "child_fund", "percent_of_plan", 0): "75%",
    }
    tables = {day: table(day) for day in (MAY, JUNE)}
    for (day, indicator, column, decimals), words in published.items():
        value = row(tables[day], indicator).numbers[column]
        assert value is not None
        assert format_percent(value, decimals, "vi") == words


def test_both_funds_estimates_are_implausible_and_nothing_else() -> None:
    flags = {r.indicator: [f.code for f in r.flags] for r in table(JUNE).rows if r.flags}
    assert flags == {"gratitude_fund": ["implausible_estimate"], "child_fund": ["implausible_estimate"]}
    # (4.2 − 1.435) / 46 days against 1.435 / 135 days; (1,500 − 1,469.72) / 46 against 1,469.72 / 135
    for indicator, ratio in (
        ("gratitude_fund", Fraction(2_765, 46) / Fraction(1_435, 135)),
        ("child_fund", Fraction(3_028, 46 * 100) / Fraction(146_972, 135 * 100)),
    ):
        (flag,) = row(table(JUNE), indicator).flags
        assert flag.facts["ratio"] == near(ratio)
        assert round(float(ratio), 2) == {"gratitude_fund": 5.65, "child_fund": 0.06}[indicator]
    assert "5,65 lần" in row(table(JUNE), "gratitude_fund").flags[0].words.vi
    assert not [r for r in table(MAY).rows if r.flags]


def test_parts_follow_their_parent() -> None:
    assert [r.indicator for r in table(MAY).rows][:3] == ["jobs", "loans", "training"]


# -- statuses of all four kinds of target ----------------------------------------------------------

LEVELS = """
indicators:
  rate: {measure: percent, kind: level, direction: DIRECTION}
"""


def status_of(tmp_path: Path, kind: str, direction: str, target: str, now: str, before: str | None) -> Row:
    """A level on 2 July 2023, day 183 of 365 with 182 left: what changed so far goes on by 182/183 of it."""
    observations = f"rate,top,2023-07-02,actual,{now},percent,,reported\n"
    if before is not None:
        observations += f"rate,top,2022-12-31,actual,{before},percent,,reported\n"
    measure = "percentage point" if kind == "change_by" else "percent"
    folder = write_book(
        tmp_path,
        LEVELS.replace("DIRECTION", direction),
        targets=f"rate,top,2023,{kind},{target},{measure},,published\n",
        observations=observations,
    )
    (found,) = gap_table(load_rulebook(str(folder))).rows
    return found


@pytest.mark.parametrize(
    ("kind", "direction", "target", "now", "before", "status", "flags"),
    [
        # reach from above: 10 → now, target 5; landing = now − (10 − now) × 182/183
        ("reach", "down", "5", "5", "10", "achieved", []),
        ("reach", "down", "5", "4.9", "10", "achieved", []),
        ("reach", "down", "5", "7.5", "10", "on_track", []),  # misses 1.4 of 250 hundredths: 0.5%
        ("reach", "down", "5", "7.6", "10", "at_risk", []),  # lands at 5.213: 8.2% of 2.6
        ("reach", "down", "5", "7.7", "10", "at_risk", []),  # lands at 5.413: 15.3% of 2.7
        ("reach", "down", "5", "7.8", "10", "behind", []),  # lands at 5.612: 21.9% of 2.8
        # reach from below
        ("reach", "up", "10", "10", "5", "achieved", []),
        ("reach", "up", "10", "7.5", "5", "on_track", []),
        ("reach", "up", "10", "6", "5", "behind", []),
        # without a baseline it lands where it is: the whole rest is missed
        ("reach", "up", "10", "9.9", None, "behind", []),
        # change_by −0.5 from 3.2: target 2.7
        ("change_by", "down", "-0.5", "2.7", "3.2", "achieved", []),
        ("change_by", "down", "-0.5", "2.95", "3.2", "on_track", []),  # lands at 2.7014
        ("change_by", "down", "-0.5", "3.1", "3.2", "behind", []),
        ("change_by", "down", "-0.5", "3.1", None, "unknown", []),
        # at most 10
        ("at_most", "down", "10", "10.1", "8", "exceeded", []),
        ("at_most", "down", "10", "8", "8", "on_track", []),
        ("at_most", "down", "10", "9", "8", "on_track", []),  # lands at 9.9945
        ("at_most", "down", "10", "9.05", "8", "at_risk", []),  # lands at 10.0943: 9.9% of 0.95
        ("at_most", "down", "10", "9.1", "8", "behind", []),  # lands at 10.194: 21.6% of 0.9
        ("at_most", "down", "10", "10", "10", "on_track", []),  # nothing is over
        ("at_most", "down", "10", "10", "9", "behind", []),  # lands above, with no room left
        # maintain
        ("maintain", "hold", "80", "80", "80", "achieved", []),
        ("maintain", "hold", "80", "81", "80", "achieved", []),
        ("maintain", "hold", "80", "79", "80", "behind", ["slipping"]),
        ("maintain", "hold", "80", "85", "90", "achieved", ["slipping"]),
        ("maintain", "up", "80", "85", "90", "achieved", ["slipping"]),
        ("maintain", "down", "5", "5", "4", "achieved", ["slipping"]),
        ("maintain", "down", "5", "6", "7", "behind", []),
        ("maintain", "hold", "80", "80", None, "achieved", []),
    ],
)
def test_status(
    tmp_path: Path,
    kind: str,
    direction: str,
    target: str,
    now: str,
    before: str | None,
    status: str,
    flags: list[str],
) -> None:
    found = status_of(tmp_path, kind, direction, target, now, before)
    assert found.status == status
    assert [flag.code for flag in found.flags] == flags


def test_no_target_is_not_unknown(tmp_path: Path) -> None:
    folder = write_book(
        tmp_path,
        "indicators:\n  jobs: {measure: person, kind: flow, direction: up}\n",
        observations="jobs,top,2023-03-31,actual,10,person,,reported\n",
    )
    (found,) = gap_table(load_rulebook(str(folder))).rows
    assert found.status == "no_target"
    assert found.numbers["landing"] == pytest.approx(10 / (90 / 365), rel=1e-12)
    assert [c.en for c in found.unknown["percent_of_plan"]] == ["no target of jobs for Province in 2023"]


# -- units, dates, requests -------------------------------------------------------------------------

JOBS = "indicators:\n  jobs: {measure: person, kind: flow, direction: up}\n"


def test_a_parent_adds_up_its_children_at_the_earliest_date(tmp_path: Path) -> None:
    folder = write_book(
        tmp_path,
        JOBS,
        targets="jobs,top,2023,reach,100,person,,published\n",
        observations=(
            "jobs,a,2023-03-31,actual,10,person,,reported\n"
            "jobs,b,2023-03-15,actual,5,person,,reported\n"
            "jobs,c,2023-03-31,actual,7,person,,reported\n"
        ),
    )
    found = gap_table(load_rulebook(str(folder)))
    top = row(found, "jobs", "top")
    assert (top.numbers["achieved"], top.achieved_on) == (22, date(2023, 3, 15))
    assert [flag.code for flag in top.flags] == ["dates_differ"]
    # 15 March is day 74
    assert top.numbers["landing"] == pytest.approx(22 / (74 / 365), rel=1e-12)
    assert [r.unit for r in found.rows] == ["top", "a", "b", "c"]


def test_a_sum_with_an_unknown_child_is_unknown_and_names_it(tmp_path: Path) -> None:
    folder = write_book(
        tmp_path,
        JOBS,
        observations=(
            "jobs,a,2023-03-31,actual,10,person,,reported\n"
            "jobs,b,2023-03-31,actual,,person,,reported\n"
            "jobs,c,2023-03-31,actual,7,person,,reported\n"
        ),
    )
    top = row(gap_table(load_rulebook(str(folder))), "jobs", "top")
    assert top.numbers["achieved"] is None
    assert [c.en for c in top.unknown["achieved"]] == ["no actual of jobs for District B up to 2023-03-31"]


def test_an_own_figure_stands_and_the_difference_is_flagged(tmp_path: Path) -> None:
    folder = write_book(
        tmp_path,
        JOBS,
        observations="".join(
            f"jobs,{unit},2023-03-31,actual,{value},person,,reported\n"
            for unit, value in (("top", 30), ("a", 10), ("b", 5), ("c", 7))
        ),
    )
    top = row(gap_table(load_rulebook(str(folder))), "jobs", "top")
    assert top.numbers["achieved"] == 30
    (flag,) = top.flags
    assert (flag.code, flag.facts) == ("sums_differ", {"own": 30.0, "children": 22.0})


def test_stale_and_falling_figures_are_flagged(tmp_path: Path) -> None:
    folder = write_book(
        tmp_path,
        JOBS,
        observations=(
            "jobs,top,2023-02-28,actual,12,person,,reported\njobs,top,2023-03-31,actual,10,person,,reported\n"
        ),
    )
    book = load_rulebook(str(folder))
    assert [f.code for f in row(gap_table(book, date(2023, 5, 15)), "jobs", "top").flags] == ["falling"]
    (stale, falling) = row(gap_table(book, date(2023, 5, 16)), "jobs", "top").flags
    assert (stale.code, stale.facts, falling.code) == ("stale", {"age_in_days": 46}, "falling")
    # the figure keeps its own date: 31 March is day 90
    found = row(gap_table(book, date(2023, 5, 16)), "jobs", "top")
    assert found.numbers["year_progress"] == pytest.approx(90 / 365, rel=1e-12)


def test_filters_and_unknown_names_are_all_told() -> None:
    book = load_rulebook("binh_thuan_2023")
    found = gap_table(book, MAY, level="district", indicator="jobs")
    assert [r.unit for r in found.rows] == list(book.units.ids[1:])
    assert [r.unit for r in gap_table(book, MAY, unit="phu_quy", indicator="jobs").rows] == ["phu_quy"]
    with pytest.raises(RuleError) as error:
        gap_table(book, MAY, unit="phu_qui", level="distrct", indicator="job")
    codes = [issue.code for issue in error.value.issues]
    assert codes == [Code.UNKNOWN_UNIT, Code.UNKNOWN_LEVEL, Code.UNKNOWN_INDICATOR]
    assert [str(issue.hint) for issue in error.value.issues] == [
        "Did you mean 'phu_quy'?",
        "Did you mean 'district'?",
        "Did you mean 'jobs'?",
    ]


def test_without_any_actual_a_date_must_be_given(tmp_path: Path) -> None:
    folder = write_book(tmp_path, JOBS, targets="jobs,top,2023,reach,100,person,,published\n")
    book = load_rulebook(str(folder))
    with pytest.raises(RuleError) as error:
        gap_table(book)
    assert [issue.code for issue in error.value.issues] == [Code.NO_DATE]
    assert row(gap_table(book, MAY), "jobs", "top").numbers["target"] == 100


def test_a_curve_replaces_the_straight_line(tmp_path: Path) -> None:
    folder = write_book(
        tmp_path,
        """
        indicators:
          jobs: {measure: person, kind: flow, direction: up, curve: {03-31: 0.2, 06-30: 0.45}}
        """,
        targets="jobs,top,2023,reach,100,person,,published\n",
        observations="jobs,top,2023-05-15,actual,30,person,,reported\n",
    )
    found = row(gap_table(load_rulebook(str(folder))), "jobs", "top")
    # 31 March is day 90, 15 May 135, 30 June 181: 0.2 + 0.25 × 45/91
    share = Fraction(1, 5) + Fraction(1, 4) * Fraction(45, 91)
    assert found.numbers["landing"] == near(30 / share)
    assert found.numbers["pace"] == near(Fraction(30, 100) / share)
    assert found.numbers["year_progress"] == near(Fraction(135, 365))


def test_a_target_below_0_is_flagged() -> None:
    layers = (
        setting("data.targets.jobs.binh_thuan=-1000"),
        setting("data.targets.poverty_rate.binh_thuan=-1"),
    )
    book = load_rulebook("binh_thuan_2023", overlay=Overlay(layers=layers))
    (flag,) = row(gap_table(book, MAY), "jobs", "binh_thuan").flags
    assert (flag.code, flag.facts) == ("negative_target", {"target": -1000.0})
    for other in ("poverty_rate", "training"):
        assert row(gap_table(book, MAY), other, "binh_thuan").flags == ()
