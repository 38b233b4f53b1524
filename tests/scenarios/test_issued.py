"""Plans read back: what was written comes back the same, and nothing that was changed gets through."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.answers import plan_answer
from api.diff_answers import diff_answer
from engine.errors import Code, RuleError
from engine.link import load_rulebook
from engine.overlay import Overlay, setting
from engine.rulebook import Rulebook
from scenarios.compare import compare
from scenarios.issued import issued, issued_file, issued_of
from scenarios.plan import Plan, make_plan

Json = dict[str, Any]
Change = Callable[[Json], object]


@pytest.fixture(scope="module")
def rulebook() -> Rulebook:
    return load_rulebook("binh_thuan_2023")


@pytest.fixture(scope="module")
def plan(rulebook: Rulebook) -> Plan:
    return make_plan(rulebook)


@pytest.fixture(scope="module")
def answer(plan: Plan) -> Json:
    found: Json = json.loads(json.dumps(plan_answer(plan, "vi")))
    return found


def told(data: object, **about: Any) -> list[str]:
    with pytest.raises(RuleError) as error:
        issued(data, "plan.json", **about)
    assert {issue.code for issue in error.value.issues} == {Code.BAD_PLAN}
    for issue in error.value.issues:
        assert str(issue.place) == "plan.json:1:1"
        assert issue.message.vi != issue.message.en
        assert "{" not in issue.message.vi + issue.message.en
    return [issue.message.en.removeprefix("this plan can't be used: ") for issue in error.value.issues]


# ----------------------------------------------------------------------------------------------- as written


def test_a_written_plan_comes_back_as_the_fresh_one(plan: Plan, answer: Json, rulebook: Rulebook) -> None:
    assert issued(answer, "x", rulebook, "second_half") == issued_of(plan, "x")


def test_its_numbers_are_those_of_the_plan(plan: Plan, answer: Json) -> None:
    found = issued(answer, "x")
    assert found.is_plan
    assert found.values["jobs"]["phan_thiet"] == plan.value("jobs", "phan_thiet")
    assert found.need["jobs"]["phan_thiet"] == 226736  # the census of 2019
    assert sum(found.values["training"].values()) == found.totals["training"] == 6000
    assert sum(n for (quota, *_), n in found.cells.items() if quota == "loans") == 2500
    assert [(rule.name, rule.binding) for rule in found.rules] == [("loan_capital", 1)]


def test_a_file_too(answer: Json, rulebook: Rulebook, tmp_path: Path) -> None:
    file = tmp_path / "kế hoạch.json"
    file.write_text("\ufeff" + json.dumps({"id": "a", **answer}), encoding="utf-8")
    assert issued_file(file, "x", rulebook) == issued(answer, "x")


def test_what_lay_over_the_rulebook_is_kept() -> None:
    over = load_rulebook("binh_thuan_2023", None, Overlay(None, (setting("training.total=5500"),)))
    found = issued(json.loads(json.dumps(plan_answer(make_plan(over), "en"))), "x", over)
    (change,) = found.overlaid
    assert (change.path.rsplit(".", 2)[1:], change.now, change.by) == (["training", "total"], 5500, "--set")
    assert found.totals["training"] == 5500


def test_a_plan_that_could_not_be_met_has_no_numbers() -> None:
    over = load_rulebook("binh_thuan_2023", None, Overlay(None, (setting("jobs.at_most=1"),)))
    infeasible = make_plan(over)
    found = issued(json.loads(json.dumps(plan_answer(infeasible, "en"))), "x", over)
    assert (found.status, found.is_plan, found.objective) == ("infeasible", False, None)
    assert found.values == {"jobs": {}, "training": {}, "loans": {}}
    fresh = issued_of(infeasible, "x")
    assert [words.en for words in found.conflicts] == [words.en for words in fresh.conflicts]
    assert found.conflicts[0].en == found.conflicts[0].vi  # a file has one language
    assert replace(found, conflicts=()) == replace(fresh, conflicts=())


# ---------------------------------------------------------------------------------------------- as changed


def changed(answer: Json, change: Change) -> Json:
    found = deepcopy(answer)
    change(found)
    return found


def at(found: Json, quota: str, unit: str) -> Json:
    share: Json
    (share,) = [s for s in found["by_unit"] if (s["quota"], s["unit"]) == (quota, unit)]
    return share


def one_less(found: Json) -> None:
    """A job fewer at Phú Quý, in its quota and in a period, so that only the total is missed."""
    at(found, "jobs", "phu_quy")["value"] -= 1
    next(c for c in found["cells"] if (c["quota"], c["unit"]) == ("jobs", "phu_quy"))["value"] -= 1


def renamed(found: Json, period: str) -> None:
    """July under another name throughout, so that all still adds up."""
    for cell in found["cells"]:
        if cell["period"] == "2023-07":
            cell["period"] = period


CHANGES: list[tuple[Change, str]] = [
    (lambda d: d.pop("totals"), "'totals' is missing"),
    (lambda d: d["by_unit"][3].pop("need"), "'by_unit[3].need' is missing"),
    (lambda d: d["totals"].update(jobs=8458.5), "totals.jobs must be a whole number, 0 or more, without"),
    (lambda d: d["totals"].update(jobs=True), "totals.jobs must be a whole number"),
    (lambda d: d["by_unit"][0].update(value=2**53), "by_unit[0].value must be below 2^53"),
    (lambda d: d["by_unit"][0].update(need=10**400), "by_unit[0].need must be a number"),
    (lambda d: d["by_unit"][0].update(need=float("inf")), "by_unit[0].need must be a number"),
    (lambda d: d["by_unit"][0].update(value=-1), "by_unit[0].value must be a whole number"),
    (lambda d: d["by_unit"][0].update(value="9"), "by_unit[0].value must be a whole number"),
    (lambda d: d["by_unit"][0].update(fair="9"), "by_unit[0].fair must be a number, 0 or more"),
    (lambda d: d["by_unit"][0].update(need=None), "by_unit[0].need must be a number"),
    (lambda d: d["by_unit"][0].update(need=-1.5), "by_unit[0].need must be a number"),
    (lambda d: d["by_unit"][0].update(unit=3), "by_unit[0].unit must be a text"),
    (lambda d: d.update(by_unit={}), "by_unit must be a list"),
    (lambda d: d.update(totals=[]), "totals must be a mapping"),
    (lambda d: d.update(status="good"), "status must be optimal, feasible, infeasible or none_found"),
    (lambda d: d.update(objective=[]), "objective must be a number"),
    (one_less, "jobs: the parts add up to 8,457, not to 8,458"),
    (lambda d: at(d, "jobs", "la_gi").update(value=0), "jobs.la_gi: the parts add up to"),
    (lambda d: renamed(d, "2023-13"), "'2023-13' is no period"),
    (lambda d: renamed(d, "2023-09..2023-07"), "'2023-09..2023-07' is no period"),
    (lambda d: renamed(d, "July"), "'July' is no period"),
    (lambda d: d["cells"].pop(), "loans.phu_quy: the parts add up to"),
    (lambda d: d["cells"].append(d["cells"][0]), "jobs.phan_thiet.2023-07 stands twice"),
    (lambda d: d["by_unit"].append(d["by_unit"][0]), "jobs.phan_thiet stands twice"),
    (lambda d: d["rules"].append(d["rules"][0]), "loan_capital stands twice"),
    (lambda d: d["by_unit"].remove(at(d, "loans", "phu_quy")), "by_unit lacks loans.phu_quy"),
    (lambda d: d["totals"].pop("loans"), "'totals.loans' is missing"),
    (lambda d: d["totals"].update(more=0), "by_unit lacks more.phan_thiet"),
    (lambda d: d.update(status="infeasible"), "a plan that is 'infeasible' can't have by_unit"),
    (lambda d: d.update(by_unit=[], cells=[]), "it is 'optimal', but places nothing"),
    (lambda d: d.update(rulebook="other"), "a plan of the rulebook 'other', not of 'binh_thuan_2023'"),
    (lambda d: d.update(allocation="other"), "a plan of the allocation 'other', not of 'second_half'"),
    (lambda d: at(d, "jobs", "la_gi").update(unit="la_ghi"), "the rulebook has no 'la_ghi' (by_unit)"),
    (lambda d: at(d, "jobs", "la_gi").update(quota="job"), "the rulebook has no 'job' (totals)"),
]


@pytest.mark.parametrize(("change", "why"), CHANGES, ids=range(len(CHANGES)))
def test_a_changed_plan_is_refused(change: Change, why: str, answer: Json, rulebook: Rulebook) -> None:
    found = told(changed(answer, change), rulebook=rulebook, allocation="second_half")
    assert any(why in text for text in found), found


@pytest.mark.parametrize("data", [None, 3, "x", [], [{}], {}, {"cases": []}])
def test_something_else_is_no_plan(data: object) -> None:
    assert told(data)


def test_not_every_line_of_a_wrong_file_is_told(answer: Json) -> None:
    for cell in (found := deepcopy(answer))["cells"]:
        cell["value"] = "?"
    assert len(found["cells"]) > 100
    assert len(told(found)) == 20


@pytest.mark.parametrize(
    ("text", "place", "why"),
    [
        ('{"a": 1,\n "b" 2}', "2:6", "it is no JSON from here on"),
        ("", "1:1", "it is no JSON"),
        ('{"a": 1, "a": 2}', "1:1", "the key 'a' stands twice"),
        ('{"objective": NaN}', "1:1", "'NaN' is no number"),
        ("[" * 100_000, "1:1", "nested too deep"),
        ('{"a": ' + "9" * 5_000 + "}", "1:1", "too many digits"),
        ('{"objective": 1e999}', "1:1", "'rulebook' is missing"),
    ],
)
def test_a_file_that_is_no_plan_says_so_at_its_place(text: str, place: str, why: str, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RuleError) as error:
        issued_file(file, "a.json")
    assert str(error.value.issues[0].place) == f"a.json:{place}"
    assert why in error.value.issues[0].message.en


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    utf16 = tmp_path / "b.json"
    utf16.write_bytes('{"a": 1}'.encode("utf-16"))
    for path, code in ((tmp_path / "no.json", Code.FILE_NOT_FOUND), (tmp_path, Code.FILE_NOT_FOUND)):
        with pytest.raises(RuleError) as error:
            issued_file(path, "x")
        assert error.value.issues[0].code is code
    with pytest.raises(RuleError) as error:
        issued_file(utf16, "x")
    assert error.value.issues[0].code is Code.NOT_UTF8


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.sampled_from(["jobs", "phu_quy", "optimal", "infeasible", 2**53, 5e-324, 1e308]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in an answer, of lists the first and the last."""
    inner: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list) and value:
        inner = [(0, value[0]), (len(value) - 1, value[-1])]
    return [found for key, item in inner for found in ((*path, key), *places(item, (*path, key)))]


@pytest.mark.fuzz
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_stands_in_it_it_is_refused_or_compared(
    answer: Json, rulebook: Rulebook, data: st.DataObject
) -> None:
    found = deepcopy(answer)
    for _ in range(data.draw(st.integers(1, 3))):
        *above, key = data.draw(st.sampled_from(places(found)))
        part: Any = found
        for step in above:
            part = part[step]
        part[key] = data.draw(JSON)
    codes, plan = set(), None
    try:
        plan = issued(found, "x", rulebook)
    except RuleError as error:
        codes = {issue.code for issue in error.issues}
    assert codes <= {Code.BAD_PLAN}
    if plan is not None:
        assert json.dumps(diff_answer(compare([issued(answer, "y"), plan, plan]), "vi"), allow_nan=False)
