"""The forms of an answer (DESIGN §5): JSON's keys and numbers, files, workbooks, plain text."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.api.terminal import BOOK, JUNE, Run, fine

ROW = {
    *("indicator", "unit", "target", "achieved", "achieved_on", "percent_of_plan", "last_year"),
    *("year_on_year", "gap", "year_progress", "pace", "required_per_month", "required_rate_ratio"),
    *("landing", "status", "metrics", "flags", "unknown", "not_applicable"),
}
PLAN = {
    *("rulebook", "allocation", "scenario", "overlaid", "status", "objective", "bound_gap", "totals"),
    *("by_unit", "cells", "rules", "conflicts", "relaxed_plan", "assumed"),
}
SHARE = {"quota", "unit", "value", "fair", "need", "at_least", "at_most", "waterfall", "binding", "pace"}
EXPLANATION = {
    "what",
    "unit",
    "value",
    "measure",
    "formula",
    "file",
    "line",
    "inputs",
    "unknown",
    "waterfall",
    *("scenario", "overlaid"),  # beyond §5: what lies over the rulebook
}
INPUT = {
    *("name", "value", "measure", "status", "source", "as_of", "file", "line", "inputs"),
    "formula",  # beyond §5: an input that is a metric explains itself too
}
STEPS = ["fair_share", "holds", "bounds", "rules", "whole_numbers"]
ANSWERS = [
    ("gap", BOOK),
    ("plan", BOOK),
    ("explain", BOOK, "jobs.percent_of_plan"),
    ("check", BOOK),
    ("test", BOOK),
]


# ----------------------------------------------------------------------------------------- JSON


def gap_rows(run: Run, *options: str) -> dict[str, Any]:
    answer = fine(run("gap", BOOK, "--format", "json", *options)).json
    assert set(answer) == {"rulebook", "as_of", "basis", "scenario", "overlaid", "rows"}
    assert (answer["scenario"], answer["overlaid"]) == (None, [])
    return {row["indicator"]: row for row in answer["rows"]}


def test_gap_json_has_the_contracts_keys(run: Run) -> None:
    rows = gap_rows(run, *JUNE)
    assert all(set(row) == ROW for row in rows.values())
    flags = [flag for row in rows.values() for flag in row["flags"]]
    assert [flag["code"] for flag in flags] == ["implausible_estimate"] * 2
    assert all({"code", "words"} <= set(flag) for flag in flags)


def test_gap_json_is_at_full_precision_in_base_measures(run: Run) -> None:
    rows = gap_rows(run)
    jobs, training = rows["jobs"], rows["training"]
    assert (jobs["percent_of_plan"], training["percent_of_plan"]) == (0.4631, 0.2311)
    assert jobs["year_on_year"] == 9262 / 8591
    assert training["year_on_year"] == 2311 / 5326
    assert rows["gratitude_fund"]["percent_of_plan"] == 1435 / 6000
    assert rows["gratitude_fund"]["achieved"] == 1_435_000_000
    assert rows["child_fund"]["percent_of_plan"] == 0.73486
    assert (jobs["achieved"], jobs["target"], jobs["gap"]) == (9_262, 20_000, 10_738)
    assert jobs["year_progress"] == 135 / 365
    assert jobs["achieved_on"] == "2023-05-15"
    assert rows["poverty_rate"]["target"] == pytest.approx(0.0268, abs=1e-15)
    assert {name: row["status"] for name, row in rows.items()} == {
        "jobs": "on_track",
        "loans": "unknown",
        "training": "behind",
        "poverty_rate": "unknown",
        "clean_communes": "unknown",
        "gratitude_fund": "behind",
        "child_fund": "on_track",
    }


def test_gap_json_of_30_june_counts_estimates(run: Run) -> None:
    rows = gap_rows(run, *JUNE)
    percents = {
        name: rows[name]["percent_of_plan"] for name in ("jobs", "training", "gratitude_fund", "child_fund")
    }
    assert percents == {"jobs": 0.5771, "training": 0.40, "gratitude_fund": 0.70, "child_fund": 0.75}
    assert rows["jobs"]["required_per_month"] == 8458 / 6


def test_gap_json_has_null_and_a_cause_where_unknown(run: Run) -> None:
    rows = gap_rows(run)
    fund = rows["gratitude_fund"]
    cause = "chưa có số thực hiện 'Quỹ Đền ơn đáp nghĩa' của Bình Thuận ngày 15/5/2022"
    assert (fund["year_on_year"], fund["last_year"]) == (None, None)
    assert fund["unknown"] == {"last_year": [cause], "year_on_year": [cause]}
    for name in ("loans", "poverty_rate", "clean_communes"):
        row = rows[name]
        assert (row["achieved"], row["achieved_on"], row["gap"], row["landing"]) == (None,) * 4
        assert row["unknown"]["achieved"] == row["unknown"]["gap"] == row["unknown"]["status"]
        assert row["unknown"]["achieved"][0].endswith("của Bình Thuận đến ngày 15/5/2023")
    assert rows["jobs"]["unknown"] == {}
    skipped = ["percent_of_plan", "year_on_year", "pace", "required_per_month", "required_rate_ratio"]
    assert rows["poverty_rate"]["not_applicable"] == skipped
    assert rows["jobs"]["not_applicable"] == []
    for row in rows.values():
        for column in ROW & set(row["unknown"]) - {"status"}:
            assert row[column] is None


def test_plan_json_has_the_contracts_keys_and_adds_up(run: Run) -> None:
    result = fine(run("plan", BOOK, "--format", "json"))
    plan = json.loads(result.out, parse_float=Decimal)
    assert set(plan) == PLAN
    assert (plan["rulebook"], plan["allocation"], plan["status"]) == (BOOK, "second_half", "optimal")
    assert (plan["scenario"], plan["overlaid"], plan["conflicts"], plan["relaxed_plan"]) == (
        None,
        [],
        [],
        None,
    )
    assert plan["totals"] == {"jobs": 8_458, "training": 6_000, "loans": 2_500}
    for share in plan["by_unit"]:
        assert set(share) == SHARE
        assert [step["step"] for step in share["waterfall"]] == STEPS
        assert sum(Decimal(step["change"]) for step in share["waterfall"]) == share["value"]
    for cell in plan["cells"]:
        assert set(cell) == {"quota", "unit", "period", "value"}
    assert len(plan["cells"]) == 180
    for quota, total in plan["totals"].items():
        assert sum(share["value"] for share in plan["by_unit"] if share["quota"] == quota) == total
        assert sum(cell["value"] for cell in plan["cells"] if cell["quota"] == quota) == total
    assert {cell["period"] for cell in plan["cells"]} == {f"2023-{month:02}" for month in range(7, 13)}
    (rule,) = plan["rules"]
    assert rule == {
        "name": "loan_capital",
        "instances": 1,
        "binding": 1,
        "tightest": {"at": {}, "left": 125_000_000_000, "right": 125_000_000_000, "slack": 0},
        "measure": "VND",
    }
    assert len(plan["assumed"]) == 5


def inputs_of(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for outer in answer["inputs"] for item in (outer, *inputs_of(outer))]


def test_explain_json_has_the_contracts_keys_down_to_the_observation(run: Run) -> None:
    answer = fine(run("explain", BOOK, "jobs.year_on_year", "--format", "json")).json
    assert set(answer) == EXPLANATION
    assert (answer["value"], answer["measure"]) == (9262 / 8591, "ratio")
    assert answer["formula"] == "achieved / last_year(achieved)"
    assert (answer["file"], answer["waterfall"], answer["unknown"]) == ("common/metrics.yaml", [], [])
    found = inputs_of(answer)
    assert all(set(item) == INPUT for item in found)
    observed = found[-1]
    assert (observed["name"], observed["value"]) == ("last_year(jobs.achieved)", 8_591)
    assert (observed["status"], observed["source"]) == ("published", "h1_report")
    assert (observed["as_of"], observed["file"]) == ("2022-05-15", f"{BOOK}/data/observations.csv")
    assert (observed["line"], observed["measure"]) == (2, "person")


def test_explain_json_of_a_figure_keeps_where_it_is_from(run: Run) -> None:
    answer = fine(run("explain", BOOK, "jobs.achieved", "--format", "json")).json
    assert set(answer) == EXPLANATION
    (figure,) = answer["inputs"]
    assert (figure["value"], figure["status"], figure["as_of"]) == (9_262, "published", "2023-05-15")
    assert (figure["file"], figure["line"]) == (answer["file"], answer["line"])
    assert figure["inputs"] == []


def test_explain_json_of_a_quota_has_its_waterfall(run: Run) -> None:
    words = ("explain", BOOK, "second_half.jobs", "--unit", "phan_thiet", "--format", "json")
    answer = json.loads(fine(run(*words)).out, parse_float=Decimal)
    assert set(answer) == EXPLANATION
    assert answer["value"] == sum(Decimal(step["change"]) for step in answer["waterfall"]) == 1_558
    assert [step["step"] for step in answer["waterfall"]] == STEPS
    assert [item["name"] for item in answer["inputs"]][:2] == [
        "second_half.jobs.total",
        "second_half.jobs.need@phan_thiet",
    ]


def test_check_and_test_json_have_the_contracts_keys(run: Run) -> None:
    issues = fine(run("check", BOOK, "--format", "json")).json
    assert set(issues) == {"scenario", "overlaid", "issues"}
    for issue in issues["issues"]:
        assert set(issue) == {"code", "severity", "file", "line", "column", "message", "hint"}
    cases = fine(run("test", BOOK, "--format", "json")).json
    assert set(cases) == {"scenario", "overlaid", "cases"}
    assert len(cases["cases"]) == 16
    for case in cases["cases"]:
        assert set(case) == {"name", "what", "expected", "got", "passed", "unknown"}
        assert case["passed"] is True


def subschemas(schema: Any) -> list[dict[str, Any]]:
    """A schema and those in it, where 2020-12 has schemas."""
    if not isinstance(schema, dict):
        assert isinstance(schema, bool)
        return []
    found = [schema]
    for key in ("items", "additionalProperties", "propertyNames"):
        found += subschemas(schema[key]) if key in schema else []
    for key in ("anyOf", "allOf", "oneOf", "prefixItems"):
        found += [inner for part in schema.get(key, []) for inner in subschemas(part)]
    for key in ("properties", "patternProperties", "$defs"):
        found += [inner for part in schema.get(key, {}).values() for inner in subschemas(part)]
    return found


def test_schema_is_a_json_schema_of_rulebook_files(run: Run) -> None:
    schema = fine(run("schema")).json
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (schema["type"], schema["additionalProperties"]) == ("object", False)
    assert {"rulebook", "indicators", "metrics", "allocations", "cases", "data"} <= set(schema["properties"])
    types = {"object", "array", "string", "number", "integer", "boolean", "null"}
    parts = subschemas(schema)
    assert len(parts) > 100
    for part in parts:
        own = part.get("type", [])
        assert set(own if isinstance(own, list) else [own]) <= types
        assert set(part.get("required", [])) <= set(part.get("properties", {}))
        if "$ref" in part:
            assert part["$ref"].removeprefix("#/$defs/") in schema["$defs"]


# -------------------------------------------------------------------------------- files and looks


@pytest.mark.parametrize("words", ANSWERS, ids=lambda words: words[0])
@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_file_holds_what_would_be_printed(
    run: Run, tmp_path: Path, words: tuple[str, ...], form: str
) -> None:
    shown = fine(run(*words, "--format", form)).out
    assert shown.endswith("\n")
    target = tmp_path / "trả lời.txt"
    target.write_text("old", encoding="utf-8")
    assert fine(run(*words, "--format", form, "-o", target)).out == ""
    assert target.read_text(encoding="utf-8") == shown
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("words", ANSWERS, ids=lambda words: words[0])
@pytest.mark.parametrize("name", ["a.xlsx", "A.XLSX"])
def test_a_name_of_a_workbook_makes_one(run: Run, tmp_path: Path, words: tuple[str, ...], name: str) -> None:
    target = tmp_path / name
    target.write_bytes(b"old")
    assert fine(run(*words, "--output", target, "--lang", "en")).out == ""
    sheets = {
        "gap": ["Gap table", "Charts", "Notes", "Sources and assumptions"],
        "plan": [
            *("Quotas", "Periods", "Quota check", "Why", "Charts"),
            *("About the plan", "Gap table", "Notes", "Sources and assumptions"),
        ],
        "explain": ["Explanation"],
        "check": ["Check"],
        "test": ["Cases"],
    }
    assert openpyxl.load_workbook(target).sheetnames == sheets[words[0]]
    assert list(tmp_path.iterdir()) == [target]


def test_the_workbook_of_an_explanation_has_its_numbers_and_notes(run: Run, tmp_path: Path) -> None:
    fine(run("explain", BOOK, "gratitude_fund.year_on_year", "-o", tmp_path / "a.xlsx"))
    page: Any = openpyxl.load_workbook(tmp_path / "a.xlsx")["Giải thích"]
    cells = {row[0].value: row[1].value for row in page.iter_rows()}
    assert cells["· gratitude_fund.achieved"] == 1.435
    assert cells["gratitude_fund.year_on_year = achieved / last_year(achieved)"] == "chưa rõ"
    assert "- chưa có số thực hiện 'Quỹ Đền ơn đáp nghĩa' của Bình Thuận ngày 15/5/2022" in cells


@pytest.mark.parametrize("words", ANSWERS, ids=lambda words: words[0])
def test_nothing_is_coloured_cut_or_left_trailing(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    wide = run(*words).out
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("COLUMNS", "20")
    narrow = run(*words).out
    assert narrow == wide
    assert "\x1b" not in narrow
    assert "…" not in narrow
    assert all(line == line.rstrip() for line in narrow.splitlines())


def test_json_keeps_vietnamese_letters(run: Run) -> None:
    assert "chưa có số thực hiện 'Quỹ Đền ơn đáp nghĩa'" in run("gap", BOOK, "--format", "json").out
    assert "no actual of gratitude_fund" in run("gap", BOOK, "--format", "json", "--lang", "en").out
