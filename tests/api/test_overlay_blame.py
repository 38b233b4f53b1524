"""A fault that a change brings about is told at the change, not at the sound line where it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.small import BODY, book
from tests.api.terminal import Run, refused

TWO = BODY.replace(
    "      jobs: {total: target - achieved, need: people, at_most: 2 * fair}\n",
    "      jobs:\n"
    "        total: target - achieved\n"
    "        need: people\n"
    "    rules:\n"
    "      few: {label: {vi: Ít, en: Few}, require: total(jobs) <= most}\n",
)
MORE = """
parameters:
  most: {label: {vi: Tối đa, en: Most}, value: 900, measure: person, status: assumed}
"""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return book(tmp_path / "rules", TWO + MORE)


def place(rules: Path, text: str) -> str:
    """``line:column`` of a text in the rulebook's file."""
    lines = (rules / "book.yaml").read_text(encoding="utf-8").splitlines()
    ((line, found),) = [(at, line) for at, line in enumerate(lines, 1) if line.endswith(text)]
    return f"book.yaml:{line}:{found.index(text) + 1}"


def test_the_rulebook_itself_is_sound(run: Run, rules: Path) -> None:
    assert run("plan", rules).code == 0


def test_a_key_that_was_taken_away(run: Run, rules: Path) -> None:
    result = run("plan", rules, "--set", "jobs.total=null", "--lang", "en")
    refused(
        result,
        1,
        "--set jobs.total=null:1:12: error missing_key: key 'total' is missing (at ",
        f"{place(rules, 'jobs:')}, which has no fault without this change",
        "This change took allocations.rest.quotas.jobs.total away.\n",
    )
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "column", "code", "shown", "gone"),
    [
        ("parameters.most=null", 17, "unknown_name", "total(jobs) <= most}", "parameters.most"),
        ("parameters.most.measure=dong", 25, "unlike_measures", "total(jobs) <= most}", ""),
    ],
)
def test_what_names_it_is_not_to_blame(
    run: Run, rules: Path, change: str, column: int, code: str, shown: str, gone: str
) -> None:
    change = change.replace("dong", "VND")
    result = run("plan", rules, "--set", "stale_after=9", "--set", change, "--lang", "en")
    line = place(rules, shown).rpartition(":")[0]
    refused(result, 1, f"--set {change}:1:{column}: error {code}: ", f"{line}:")
    assert result.err.count("\n") == 1
    assert ("This change took" in result.err) == bool(gone)
    assert gone in result.err


def test_each_change_has_its_own(run: Run, rules: Path) -> None:
    result = run("plan", rules, "--set", "jobs.total=null", "--set", "jobs.nead=3", "--lang", "en")
    assert result.code == 1
    first, second = sorted(result.err.splitlines())
    assert first.startswith("--set jobs.nead=3:1:6: error unknown_path: ")
    assert second.startswith("--set jobs.total=null:1:12: error missing_key: ")


def test_a_faulty_rulebook_keeps_its_faults(run: Run, tmp_path: Path) -> None:
    folder = book(tmp_path / "rules", (TWO + MORE).replace("total(jobs) <= most", "total(jobs) <= mosst"))
    result = run("plan", folder, "--set", "stale_after=9", "--lang", "en")
    refused(result, 1, "book.yaml:", "unknown_name: no name 'mosst'")
    assert "without this change" not in result.err


def test_a_figure_that_was_taken_away(run: Run, rules: Path) -> None:
    result = run("plan", rules, "--set", "data.units.b.people=null", "--lang", "en")
    refused(
        result, 1, "unknown_need", "no people of District B. The changes took data.units.b.people away.\n"
    )
    refused(
        run("plan", rules, "--set", "data.targets.jobs.top=null", "--lang", "en"),
        1,
        "unknown_total",
        "The changes took data.targets.jobs.top.2023 away.\n",
    )


def test_null_alone_in_a_sweep(run: Run, rules: Path) -> None:
    Path("sweep.yaml").write_text("method: grid\ninputs:\n  jobs.total: [null]\n", encoding="utf-8")
    refused(
        run("sweep", rules, "sweep.yaml", "--lang", "en"),
        1,
        "sweep.yaml:3:3: error missing_key: key 'total' is missing (at ",
        "This change took allocations.rest.quotas.jobs.total away.\n",
    )


@pytest.mark.parametrize(("values", "number"), [("500, null", 2), ("null, 500", 1)])
def test_null_among_others_in_a_sweep_fails_alone(run: Run, rules: Path, values: str, number: int) -> None:
    Path("sweep.yaml").write_text(f"method: grid\ninputs:\n  jobs.total: [{values}]\n", encoding="utf-8")
    found = run("sweep", rules, "sweep.yaml", "--lang", "en")
    assert found.code == 0
    assert "2 scenarios: 1 failed, 1 optimal\n" in found.out
    assert f"\n- {number}: key 'total' is missing (at " in found.out
