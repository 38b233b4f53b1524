"""Changes that can't be honoured are refused in words: nothing that was asked for is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.api.small import BODY, book
from tests.api.terminal import BOOK, Run, fine, refused

SCENARIOS = """
scenarios:
  low: {title: Low, set: {stale_after: 10}}
  high: {title: High, over: low, set: {stale_after: 20}}
"""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The small rulebook with two scenarios and a second allocation; texts are written beside it."""
    rest = BODY[BODY.index("  rest:") : BODY.index("cases:")]
    folder = book(
        tmp_path / "rules", BODY.replace("cases:", rest.replace("rest:", "more:", 1) + "cases:") + SCENARIOS
    )
    monkeypatch.chdir(tmp_path)
    return folder


# ------------------------------------------------------------------------------------------- allocations

VERBS = [
    ("gap",),
    ("plan",),
    ("explain", "jobs.gap"),
    ("check",),
    ("test",),
    ("needed", "jobs", "--unit", "a"),
]


@pytest.mark.parametrize("verb", VERBS, ids=[verb[0] for verb in VERBS])
@pytest.mark.parametrize(
    "more", [(), ("--set", "jobs.total=5"), ("--scenario", "low")], ids=["", "set", "scenario"]
)
def test_an_allocation_that_is_not_there(
    run: Run, rules: Path, verb: tuple[str, ...], more: tuple[str, ...]
) -> None:
    result = run(verb[0], rules, *verb[1:], "--allocation", "moer", *more, "--lang", "en")
    told = result.out if verb[0] == "check" else result.err
    assert result.code == 1
    assert told == "error unknown_allocation: no allocation 'moer'. Did you mean 'more'?\n"


def test_a_file_s_allocation_that_is_not_there(run: Run, rules: Path) -> None:
    Path("what.yaml").write_text("title: X\nallocation: rset\nset: {stale_after: 3}\n", encoding="utf-8")
    words = "what.yaml:2:1: error unknown_allocation: no allocation 'rset'. Did you mean 'rest'?"
    refused(run("gap", rules, "--overlay", "what.yaml", "--lang", "en"), 1, words)
    # another one on the command line doesn't make it right
    refused(run("gap", rules, "--overlay", "what.yaml", "--allocation", "rest", "--lang", "en"), 1, words)


@pytest.mark.parametrize(
    ("keys", "form"),
    [
        ("{jobs.total: 500}", "allocations: {rest: {quotas: {jobs: {total: …}}}}"),
        ("{allocations.rest.quotas: {jobs.total: 5}}", "allocations: {rest: {quotas: {jobs: {total: …}}}}"),
        ("{data.targets.jobs.top: 500}", "data: {targets: {jobs: {top: …}}}"),
    ],
)
def test_a_dotted_key_in_a_mapping(run: Run, rules: Path, keys: str, form: str) -> None:
    Path("what.yaml").write_text(f"allocation: rest\nset: {keys}\n", encoding="utf-8")
    words = f"A dotted path is for --set; here it is written nested: {form}.\n"
    refused(run("plan", rules, "--overlay", "what.yaml", "--lang", "en"), 1, "what.yaml:2:7: ", words)


def test_a_dotted_key_that_leads_nowhere(run: Run, rules: Path) -> None:
    Path("what.yaml").write_text("set: {jbos.total: 500}\n", encoding="utf-8")
    result = run("plan", rules, "--overlay", "what.yaml", "--lang", "en")
    refused(result, 1, "the rulebook has no 'jbos.total'. The nearest is ")
    assert "nested" not in result.err


def test_a_rulebook_without_allocations(run: Run, tmp_path: Path) -> None:
    folder = book(tmp_path / "rules", BODY[: BODY.index("allocations:")])
    refused(
        run("gap", folder, "--allocation", "rest", "--lang", "en"),
        1,
        "unknown_allocation: the rulebook has no",
    )


# -------------------------------------------------------------------------------------------- given twice


@pytest.mark.parametrize(
    "words",
    [
        *(
            ("gap", BOOK, option, "a", option, "a")
            for option in ("--scenario", "--as-of", "--unit", "--allocation")
        ),
        ("plan", BOOK, "--time-limit", "5", "--time-limit", "9"),
        ("plan", BOOK, "--format", "csv", "--format", "json"),
        ("plan", BOOK, "-o", "a.json", "--output", "b.json"),
        ("check", BOOK, "--lang", "vi", "--lang", "en"),
        ("needed", BOOK, "jobs", "--unit", "a", "--unit", "b"),
        ("serve", "--port", "1", "--port", "2"),
    ],
    ids=" ".join,
)
def test_an_option_of_one_value_given_twice(run: Run, words: tuple[str, ...]) -> None:
    option = words[-2]
    refused(
        run(*words),
        2,
        f"bad_setting: {option} ",
        "--lang may be" if option == "--lang" else "chỉ được ghi một lần",
    )


def test_two_scenarios_come_with_what_to_do(run: Run, rules: Path) -> None:
    words = ("check", rules, "--scenario", "low", "--scenario", "high", "--lang", "en")
    refused(run(*words), 2, "--scenario may be given only once. A scenario stands on another by over: NAME")


def test_options_that_may_be_repeated_still_are(run: Run, rules: Path) -> None:
    found = fine(
        run("gap", rules, "--set", "stale_after=1", "--set", "stale_after=2", "--format", "json")
    ).json
    assert [change["to"] for change in found["overlaid"]] == [1, 2]


# -------------------------------------------------------------------------------------------- issued plans


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--set", "jobs.total=9000"), "--set"),
        (("--set", "jobs.totl=9000", "--leave-out", "a"), "--set, --leave-out"),
        (("--scenario", "nope"), "--scenario"),
    ],
)
def test_nothing_lies_over_plans_that_were_made_before(
    run: Run, rules: Path, options: tuple[str, ...], named: str
) -> None:
    fine(run("plan", rules, "--allocation", "rest", "-o", "plan.json"))
    told = f"bad_setting: all of these plans were made before, so there is nothing that {named} could change."
    refused(run("diff", rules, "plan.json", "plan.json", *options, "--lang", "en"), 2, told)
    fine(run("diff", rules, "plan.json", "plan.json", "--allocation", "rest"))
