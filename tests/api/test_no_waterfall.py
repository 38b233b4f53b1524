"""A plan without a continuous optimum beside it: it stands, and its waterfall is unknown (§14)."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

import scenarios.forced
from engine.link import load_rulebook
from scenarios.plan import make_plan
from scenarios.quadratic import Program, least
from tests.api.terminal import Run
from tests.books import write_book

BOOK = """\
attributes: {need: {measure: person}}
indicators:
  jobs: {measure: person, kind: flow, direction: up}
  loans: {measure: person, kind: flow, direction: up}
allocations:
  plan:
    from: 2023-07-01
    to: 2023-12-31
    every: half
    among: district
    starting_point: {as_of: 2023-06-30}
    quotas: {jobs: {total: 60, need: need}, loans: {total: 12, need: need}}
    rules: {few: {for: unit, only: {unit: a}, require: by_unit(jobs) <= 5}}
"""
UNITS = "unit,parent,level,need\ntop,,province,\na,top,district,100\nb,top,district,200\nc,top,district,300\n"
VI = "không rõ các bước: không tìm được phương án tối ưu trên số thực; chỉ tiêu giao vẫn đúng"
EN = "the steps are unknown: the best plan in real numbers wasn't found; the quota stands all the same"


@pytest.fixture
def book(tmp_path: Path) -> str:
    return str(write_book(tmp_path, BOOK, units=UNITS))


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """No solver finds what jobs get: their total of 60 is in the program."""

    def fails(program: Program) -> object:
        if 60 in abs(program.right).round(6):
            raise ArithmeticError("no continuous optimum: NumericalError")
        return least(program)

    monkeypatch.setattr(scenarios.forced, "least", fails)


def test_before_it_breaks_the_steps_are_known(book: str) -> None:
    plan = make_plan(load_rulebook(book))
    assert all(share.waterfall for share in plan.shares)


@pytest.mark.usefixtures("broken")
def test_the_plan_stands_and_other_quotas_keep_their_steps(book: str) -> None:
    plan = make_plan(load_rulebook(book))
    # 10, 20, 30 with the first at most 5: the other two share 5 more as 2 to 3; loans are 2, 4, 6
    assert [share.value for share in plan.shares] == [5, 22, 33, 2, 4, 6]
    assert plan.status == "optimal"
    assert [share.waterfall == () for share in plan.shares] == [True] * 3 + [False] * 3
    assert [float(step.change) for step in plan.shares[3].waterfall] == [2, 0, 0, 0, 0]


@pytest.mark.usefixtures("broken")
def test_json_has_null_and_the_cause(run: Run, book: str) -> None:
    first, *_, last = json.loads(run("plan", book, "--format", "json", "--lang", "en").out)["by_unit"]
    assert (first["value"], first["waterfall"], first["waterfall_unknown"]) == (5, None, EN)
    assert "waterfall_unknown" not in last
    answer = json.loads(
        run("explain", book, "plan.jobs", "--unit", "a", "--format", "json", "--lang", "vi").out
    )
    assert (answer["value"], answer["waterfall"], answer["waterfall_unknown"]) == (5, None, VI)
    answer = json.loads(run("explain", book, "plan", "--format", "json", "--lang", "en").out)
    assert answer["shadow_prices"] is None
    assert answer["shadow_prices_unknown"].startswith("the shadow prices are unknown")


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize(("lang", "words"), [("vi", VI), ("en", EN)])
def test_tables_say_it(run: Run, book: str, lang: str, words: str) -> None:
    assert words in run("explain", book, "plan.jobs", "--unit", "a", "--lang", lang).out
    assert words not in run("explain", book, "plan.loans", "--unit", "a", "--lang", lang).out
    prices = {"vi": "không rõ giá bóng", "en": "the shadow prices are unknown"}
    assert prices[lang] in run("explain", book, "plan", "--lang", lang).out


@pytest.mark.usefixtures("broken")
def test_a_workbook_says_it(run: Run, book: str, tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    assert run("plan", book, "-o", str(path), "--lang", "en").code == 0
    texts = {cell.value for sheet in openpyxl.load_workbook(path) for row in sheet for cell in row}
    assert EN in texts
