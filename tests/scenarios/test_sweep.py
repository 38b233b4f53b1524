"""Sweeps worked out by hand, and the same bytes however they are run."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.base import Base
from engine.errors import RuleError
from engine.overlay import Overlay, setting
from scenarios import sweep_pools
from scenarios.sweep import StoppedError, Sweep, sweep
from scenarios.sweep_bind import bind
from scenarios.sweep_chunks import chunks
from scenarios.sweep_draws import settings
from scenarios.sweep_pools import Cluster
from scenarios.sweep_solve import Plans
from scenarios.sweep_summary import distribution, wilson
from tests.scenarios.sweeps import asked, book, spec

TORNADO = """\
method: one_at_a_time
inputs:
  data.targets.jobs.top: [180, 220]
  parameters.most.value: [40, 60]
achievement: {jobs: 0.9}
"""


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_tornado_by_hand(tmp_path: Path) -> None:
    """80, 100 or 120 jobs are placed; a ceiling of 40 makes 50, 30, 20 into 40, 36, 24."""
    found = sweep(asked(book(tmp_path), TORNADO, tmp_path / "out.csv", units=True))
    placed = [[row[f"quota.jobs.{unit}"] for unit in "abc"] for row in rows(tmp_path / "out.csv")]
    assert placed == [
        ["50", "30", "20"],
        ["40", "24", "16"],
        ["60", "36", "24"],
        ["40", "36", "24"],
        ["50", "30", "20"],
    ]
    outcomes = [float(row["outcome.jobs"]) for row in rows(tmp_path / "out.csv")]
    assert outcomes == pytest.approx([190, 172, 208, 190, 190])
    assert [row["parameters.most.value"] for row in rows(tmp_path / "out.csv")] == [
        "100",
        "100",
        "100",
        "40",
        "60",
    ]
    assert [row["target.jobs"] for row in rows(tmp_path / "out.csv")] == ["200", "180", "220", "200", "200"]
    assert {row["reached.jobs"] for row in rows(tmp_path / "out.csv")} == {"false"}
    swings = {(one.figure, one.path): one for one in found.summary.importance}
    # (10² / 50 + 6² / 30 + 4² / 20) / 100, and 100 + 0.9 × 80 to 100 + 0.9 × 120
    assert swings["objective", "parameters.most.value"].value == pytest.approx(0.04)
    assert swings["objective", "data.targets.jobs.top"].value == pytest.approx(0, abs=1e-12)
    assert swings["outcome.jobs", "parameters.most.value"].value == pytest.approx(0, abs=1e-12)
    jobs = swings["outcome.jobs", "data.targets.jobs.top"]
    assert (jobs.low, jobs.high, jobs.value) == pytest.approx((172, 208, 36))
    assert [one.path for one in found.summary.importance if one.figure == "outcome.jobs"] == [
        "data.targets.jobs.top",
        "parameters.most.value",
    ]
    assert found.summary.targets[0].chance is None  # scenarios that weren't drawn have no chance


def test_a_chance_by_hand(tmp_path: Path) -> None:
    """Only where a achieves all of its 50 are the 200 jobs of the year there."""
    text = (
        "method: draws\nseed: 5\ndraws: 400\nachievement: {jobs: {a: {choice: {0.8: 1, 1: 1}}, default: 1}}\n"
    )
    found = sweep(asked(book(tmp_path), text, tmp_path / "out.csv"))
    outcomes = [float(row["outcome.jobs"]) for row in rows(tmp_path / "out.csv")]
    assert set(outcomes) == {190.0, 200.0}
    assert {row["achievement.jobs"] for row in rows(tmp_path / "out.csv")} == {"0.9", "1"}
    met = outcomes.count(200.0)
    (target,) = found.summary.targets
    assert (target.met, target.known, target.unknown, target.target) == (met, 400, 0, 200)
    assert target.chance == met / 400
    assert target.chance == pytest.approx(0.5, abs=4.5 * math.sqrt(0.25 / 400))
    assert target.error == pytest.approx(math.sqrt(met / 400 * (1 - met / 400) / 400))
    (matters,) = [one for one in found.summary.importance if one.figure == "outcome.jobs"]
    assert (matters.path, matters.measure) == ("achievement.jobs", "squared_rank_correlation")
    assert matters.value == pytest.approx(1)


def test_holds_by_hand(tmp_path: Path) -> None:
    """Of 100 jobs a holds 10, 40 or by its need 50; b and c share the rest, 3 to 2."""
    text = "method: one_at_a_time\ninputs: {hold.a.jobs: [10, 40]}\n"
    sweep(asked(book(tmp_path), text, tmp_path / "out.csv", units=True))
    found = rows(tmp_path / "out.csv")
    assert [[row[f"quota.jobs.{unit}"] for unit in "abc"] for row in found] == [
        ["50", "30", "20"],
        ["10", "54", "36"],
        ["40", "36", "24"],
    ]
    assert [row["hold.a.jobs"] for row in found] == ["null", "10", "40"]


def test_a_cluster_takes_no_processes_of_this_machine(tmp_path: Path) -> None:
    given = replace(asked(book(tmp_path), TORNADO, workers=2), cluster="tcp://127.0.0.1:1")
    with pytest.raises(RuleError, match="doesn't go with --cluster"):
        sweep(given)


def test_wilsons_interval_as_it_is_printed() -> None:
    """Newcombe (1998), table I: 81 of 263, and none of 20."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=5e-5)


def test_a_distribution_by_hand() -> None:
    found = distribution(np.array([1.0, 2.0, math.nan, 3.0, 6.0]))
    assert found is not None
    assert (found.known, found.unknown, found.mean, found.least, found.most) == (4, 1, 3.0, 1.0, 6.0)
    assert found.deviation == pytest.approx(math.sqrt(14 / 3))
    assert found.quantiles == pytest.approx((1.15, 1.75, 2.5, 3.75, 5.55))
    assert distribution(np.array([math.nan])) is None


def test_a_grids_importance_is_the_share_of_the_variance_that_an_input_explains(tmp_path: Path) -> None:
    """Outcomes are 100 + 0.9 × total, 172, 190 or 208 whatever the ceiling is."""
    inputs = "{jobs.total: [80, 100, 120], parameters.most.value: [60, 90]}"
    text = f"method: grid\ninputs: {inputs}\nachievement: {{jobs: 0.9}}"
    found = sweep(asked(book(tmp_path), text))
    shares = {one.path: one.value for one in found.summary.importance if one.figure == "outcome.jobs"}
    assert shares["jobs.total"] == pytest.approx(1)
    assert shares["parameters.most.value"] == pytest.approx(0, abs=1e-12)
    spread = found.summary.distributions["outcome.jobs"]
    assert spread.known == 6
    assert spread.mean == pytest.approx(190)


def test_scenarios_without_a_plan_are_counted_and_say_why(tmp_path: Path) -> None:
    """Ceilings of 30 add up to 90; a target of 90 leaves -10 to be placed."""
    inputs = "{data.targets.jobs.top: [200, 90], parameters.most.value: [100, 30]}"
    text = f"method: grid\ninputs: {inputs}\nachievement: {{jobs: 1}}"
    found = sweep(asked(book(tmp_path), text, tmp_path / "out.csv"))
    assert found.summary.counts == {"optimal": 1, "infeasible": 1, "failed": 2}
    assert [(place, status) for place, status, _ in found.summary.failed] == [
        (2, "infeasible"),
        (3, "failed"),
        (4, "failed"),
    ]
    causes = [cause for _, _, (_, cause) in found.summary.failed]
    assert "90" in causes[0]
    assert "-10" in causes[1].replace("−", "-")
    written = rows(tmp_path / "out.csv")
    assert [row["number"] for row in written] == ["1", "2", "3", "4"]
    assert [row["status"] for row in written] == ["optimal", "infeasible", "failed", "failed"]
    assert written[1]["cause"] == causes[0]
    assert (written[1]["objective"], written[1]["outcome.jobs"], written[1]["reached.jobs"]) == ("", "", "")
    (target,) = found.summary.targets
    assert (target.met, target.known, target.unknown) == (1, 1, 3)


def test_an_outcome_whose_start_is_unknown_is_unknown_with_its_cause(tmp_path: Path) -> None:
    inputs = "{data.observations.jobs.top.2023-06-30.actual: [null]}"
    text = f"method: draws\ndraws: 2\ninputs: {inputs}\nachievement: {{jobs: 1}}"
    overlay = Overlay(None, (setting("jobs.total=100"),))
    found = sweep(asked(book(tmp_path), text, tmp_path / "out.csv", overlay=overlay))
    assert found.summary.counts == {"optimal": 2}
    assert "outcome.jobs" not in found.summary.distributions
    assert found.summary.targets[0].known == 0
    assert found.summary.targets[0].chance is None
    ((cause, count),) = found.summary.unknown.items()
    assert count == 2
    assert "2023-06-30" in cause[1]
    assert {row["outcome.jobs"] for row in rows(tmp_path / "out.csv")} == {""}


DRAWS = """\
method: draws
seed: 3
draws: 90
inputs:
  parameters.most.value: {triangular: [30, 45, 70]}
  data.targets.jobs.top: {choice: {190: 1, 200: 2, 210: 1}}
achievement:
  jobs: {default: {normal: [0.95, 0.05], between: [0, 1.1]}, c: {uniform: [0.5, 1]}}
"""


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sweep]:
    """DRAWS solved in this process: its file and its answer."""
    folder = tmp_path_factory.mktemp("drawn")
    return folder / "out.csv", sweep(asked(book(folder), DRAWS, folder / "out.csv", units=True))


def test_the_same_bytes_here_in_processes_and_on_dask(tmp_path: Path, drawn: tuple[Path, Sweep]) -> None:
    import distributed

    local: Any = distributed.LocalCluster

    rulebook = book(tmp_path)
    by_name = {"here": drawn[0], "processes": tmp_path / "processes.csv"}
    summaries = {"here": drawn[1].summary}
    given = asked(rulebook, DRAWS, by_name["processes"], 2, units=True)
    summaries["processes"] = sweep(given).summary
    with local(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, scheduler_port=0
    ) as cluster:
        by_name["dask"] = tmp_path / "dask.csv"
        given = asked(rulebook, DRAWS, by_name["dask"], units=True)
        address = cluster.scheduler_address
        summaries["dask"] = sweep(given, pool=lambda: Cluster(address)).summary
    assert len({path.read_bytes() for path in by_name.values()}) == 1
    assert summaries["here"] == summaries["processes"] == summaries["dask"]
    assert [row["number"] for row in rows(by_name["here"])] == [str(number) for number in range(1, 91)]
    assert set(summaries["here"].counts) == {"optimal", "infeasible"}


def test_parquet_has_what_csv_has(tmp_path: Path, drawn: tuple[Path, Sweep]) -> None:
    import pyarrow.parquet as pq

    rulebook = book(tmp_path)
    sweep(asked(rulebook, DRAWS, tmp_path / "out.parquet", units=True))
    table = pq.read_table(tmp_path / "out.parquet").to_pylist()
    for left, right in zip(table, rows(drawn[0]), strict=True):
        assert list(left) == list(right)
        for name, text in right.items():
            value = left[name]
            if value is None:
                assert text == ""
            elif isinstance(value, bool):
                assert text == str(value).lower()
            elif isinstance(value, float):
                assert float(text) == value
            else:
                assert text == str(value)


def test_what_sets_the_same_is_solved_once_and_what_allows_less_reuses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from scenarios import sweep_solve
    from scenarios.fairness import Allocation, allocate

    solved = []

    def counted(*given: Any, **options: Any) -> Allocation:
        solved.append(given)
        return allocate(*given, **options)

    monkeypatch.setattr(sweep_solve, "allocate", counted)
    shares = "method: draws\ndraws: 300\nachievement: {jobs: {uniform: [0, 1]}}\n"
    assert sweep(asked(book(tmp_path), shares)).summary.counts == {"optimal": 300}
    assert len(solved) == 1
    # ceilings from 100 down to 50 allow the plan of 100; each of 49 and 48 needs its own
    text = "method: grid\ninputs: {parameters.most.value: [50, 48, 90, 100, 49, 60, 80]}\n"
    base, nothing = Base.of(str(tmp_path / "book")), Overlay()
    bound = bind(spec(tmp_path, text), base, nothing)
    solved.clear()
    Plans(base, nothing, bound.spec).solve([settings(bound.spec, number) for number in range(1, 8)])
    assert len(solved) == 3
    # so few plans are a chunk each, for processes to share: nothing is known of another then
    solved.clear()
    sweep(asked(tmp_path / "book", text))
    assert len(solved) == 7


@pytest.mark.parametrize(
    "fairness", ["proportional", "largest_remainder", "equal_proportions", "minimax", "leximin"]
)
def test_reusing_what_is_known_changes_nothing(tmp_path: Path, fairness: str) -> None:
    text = (
        "method: grid\ninputs:\n"
        "  parameters.most.value: {low: 30, high: 60, steps: 11}\n"
        "  jobs.at_least: [0, 7, 13, 0.9 * fair]\n"
    )
    base = Base.of(str(book(tmp_path)))
    overlay = Overlay(None, (setting(f"allocations.plan.fairness={fairness}"), setting("jobs.total=97")))
    bound = bind(spec(tmp_path, text), base, overlay)
    every = [settings(bound.spec, number) for number in range(1, bound.spec.count + 1)]
    found = {
        reuse: [
            (
                one.status,
                one.cause,
                one.found and (one.found.objective, one.found.x is not None and one.found.x.tolist()),
            )
            for one in Plans(base, overlay, bound.spec, reuse=reuse).solve(every)
        ]
        for reuse in (True, False)
    }
    assert found[True] == found[False]
    assert {status for status, _, _ in found[True]} == {"optimal", "infeasible"}


def test_chunks_hold_every_scenario_once_whoever_is_wanted(tmp_path: Path) -> None:
    given = spec(tmp_path, DRAWS.replace("draws: 90", "draws: 1200"))
    every = chunks(given, 3, lambda number: True)
    numbers = [number for chunk in every for part in chunk for number in part.numbers]
    assert sorted(numbers) == list(range(1, 1201))
    assert max(len(chunk) for chunk in every) <= 25
    assert len(every[0]) == len(every[1]) == 1  # the first rows don't wait for many plans
    assert all(len(after) <= 2 * len(before) for before, after in pairwise(every))
    some = chunks(given, 3, lambda number: number == 700)
    assert some == [chunk for chunk in every if any(700 in part.numbers for part in chunk)]
    large = chunks(given, 60_000, lambda number: True)
    assert {len(chunk) for chunk in large} == {1}  # problems of that size aren't held beside each other


# Stopped and gone on with


def stop_after(chunks_done: int) -> Callable[[int, int], None]:
    """Progress that presses Ctrl-C once so many chunks are done."""
    seen: list[int] = []

    def tell(done: int, count: int) -> None:
        if done and done not in seen:
            seen.append(done)
        if len(seen) == chunks_done and done < count:
            raise KeyboardInterrupt

    return tell


MANY = DRAWS.replace("{triangular: [30, 45, 70]}", "{low: 30, high: 72, steps: 15}").replace(
    "{choice: {190: 1, 200: 2, 210: 1}}", "{low: 190, high: 210, steps: 5}"
)
MANY = (
    MANY.replace("method: draws\nseed: 3\ndraws: 90", "method: grid").split("achievement")[0]
    + "achievement: {jobs: 0.9}\n"
)


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Path, Sweep]]:
    """MANY in one go, once a form: its file and its answer."""

    @cache
    def made(suffix: str) -> tuple[Path, Sweep]:
        folder = tmp_path_factory.mktemp("many")
        output = folder / f"whole.{suffix}"
        return output, sweep(asked(book(folder), MANY, output))

    return made


@pytest.mark.parametrize(("workers", "suffix"), [(1, "csv"), (2, "parquet")])
def test_what_is_finished_is_kept_and_gone_on_with(
    tmp_path: Path, uninterrupted: Callable[[str], tuple[Path, Sweep]], workers: int, suffix: str
) -> None:
    rulebook, part = book(tmp_path), tmp_path / f"part.{suffix}"
    whole, expected = uninterrupted(suffix)
    with pytest.raises(StoppedError) as stopped:
        sweep(asked(rulebook, MANY, part, workers), stop_after(2))
    assert 0 < stopped.value.done < stopped.value.count == 75
    assert stopped.value.kept
    assert part.exists()
    if suffix == "csv":
        kept = rows(part)
        assert len(kept) == stopped.value.done
        assert all(row in rows(whole) for row in kept)
    told: list[int] = []
    found = sweep(asked(rulebook, MANY, part, workers, resume=True), lambda done, _: told.append(done))
    assert told[0] == stopped.value.done
    assert part.read_bytes() == whole.read_bytes()
    assert found.summary == expected.summary
    assert not list(tmp_path.glob("*.unfinished"))


def test_a_line_that_was_cut_short_is_solved_again(
    tmp_path: Path, uninterrupted: Callable[[str], tuple[Path, Sweep]]
) -> None:
    rulebook, part = book(tmp_path), tmp_path / "part.csv"
    whole, _ = uninterrupted("csv")
    with pytest.raises(StoppedError):
        sweep(asked(rulebook, MANY, part), stop_after(2))
    journal = tmp_path / "part.csv.unfinished"
    journal.write_bytes(journal.read_bytes()[:-7])
    sweep(asked(rulebook, MANY, part, resume=True))
    assert part.read_bytes() == whole.read_bytes()


def test_nothing_is_gone_on_with_that_is_of_another_sweep(tmp_path: Path) -> None:
    rulebook, part = book(tmp_path), tmp_path / "part.csv"
    with pytest.raises(StoppedError):
        sweep(asked(rulebook, MANY, part), stop_after(1))
    journal = (tmp_path / "part.csv.unfinished").read_bytes()

    def refused(**others: Any) -> None:
        given = {"rulebook": rulebook, "text": MANY, "output": part, "resume": True, **others}
        with pytest.raises(RuleError, match="another sweep"):
            sweep(asked(**given))

    refused(text=MANY.replace("0.9", "0.8"))
    refused(units=True)
    refused(overlay=Overlay(None, (setting("jobs.weight=2"),)))
    book_file = rulebook / "book.yaml"
    before = book_file.read_text(encoding="utf-8")
    book_file.write_text(before.replace("value: 100,", "value: 99,"), encoding="utf-8")
    refused()
    book_file.write_text(before, encoding="utf-8")
    assert (tmp_path / "part.csv.unfinished").read_bytes() == journal
    with pytest.raises(RuleError, match="wants the -o FILE"):
        sweep(asked(rulebook, MANY, tmp_path / "other.csv", resume=True))


def test_files_that_change_meanwhile_end_the_sweep(tmp_path: Path) -> None:
    rulebook = book(tmp_path)

    def change(done: int, _: int) -> None:
        if not done:
            (rulebook / "targets.csv").write_text(
                "indicator,unit,year,kind,value,measure,source,status\njobs,top,2023,reach,201,person,,assumed\n",
                encoding="utf-8",
            )

    with pytest.raises(RuleError, match="changed meanwhile"):
        sweep(asked(rulebook, MANY), change)


def test_results_of_another_form_are_refused_before_anything_is_solved(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match=r"'out\.txt'"):
        sweep(asked(book(tmp_path), TORNADO, tmp_path / "out.txt"))
    with pytest.raises(OSError, match="no_such"):
        sweep(asked(tmp_path / "book", TORNADO, tmp_path / "no_such" / "out.csv"))
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(IsADirectoryError, match=r"folder\.csv"):
        sweep(asked(tmp_path / "book", TORNADO, tmp_path / "folder.csv"))
    assert not (tmp_path / "folder.csv.unfinished").exists()


def test_without_dask_or_an_answer_from_it_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep_pools, "SECONDS_TO_ANSWER", 0.5)
    with pytest.raises(RuleError, match=r"no cluster answers at 'tcp://127.0.0.1:1'"):
        Cluster("tcp://127.0.0.1:1")


def test_an_outcome_is_exact_in_decimals(tmp_path: Path) -> None:
    """54.1% of 100 jobs are 54.1 however they are shared: with the 100 reached 154.1, to the last digit."""
    text = "method: grid\ninputs: {parameters.most.value: [40, 45, 50]}\nachievement: {jobs: 0.541}"
    found = sweep(asked(book(tmp_path), text, tmp_path / "out.csv"))
    assert {row["outcome.jobs"] for row in rows(tmp_path / "out.csv")} == {"154.1"}
    assert {row["achievement.jobs"] for row in rows(tmp_path / "out.csv")} == {"0.541"}
    assert [one.value for one in found.summary.importance if one.figure == "outcome.jobs"] == [None]
