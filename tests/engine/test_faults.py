"""Every fault in a rulebook gives its own code at the right file, line and column, and nothing else."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Code, Issue, RuleError
from engine.link import load_rulebook
from engine.messages import MESSAGES
from engine.words import both
from tests.engine.faults.fault import (
    ConflictError,
    Fault,
    Told,
    independent,
    marked,
    shown,
    sound,
    told_of,
    write,
)
from tests.engine.faults.table import ELSEWHERE, FAULTS

ROOT = Path(__file__).resolve().parents[2]
BY_NAME = {fault.name: fault for fault in FAULTS}


def issues_of(texts: dict[str, str], root: Path) -> tuple[Issue, ...]:
    """What loading the rulebook tells."""
    write(texts, root)
    try:
        return load_rulebook("base", root).warnings
    except RuleError as error:
        return error.issues


def check_words(issues: tuple[Issue, ...]) -> None:
    """Messages and hints are filled in, in both languages."""
    for issue in issues:
        for words in (issue.message, issue.hint):
            for text in (words.vi, words.en) if words else ():
                assert text.strip()
                assert not re.search(r"\{\w*\}|None|Decimal\(|\[\]", text), text
        assert issue.text("vi") != issue.text("en")


@pytest.mark.parametrize("fault", FAULTS, ids=BY_NAME)
def test_a_fault_gives_its_issues_and_no_others(fault: Fault, tmp_path: Path) -> None:
    texts, expected = marked([fault])
    issues = issues_of(texts, tmp_path / "rules")
    assert told_of(issues) == sorted(expected), "\n".join(issue.text("en") for issue in issues)
    assert fault.hint in " ".join(issue.hint.en for issue in issues if issue.hint)
    check_words(issues)


# -------------------------------------------------------------------------------------- several at once


def together(faults: list[Fault]) -> tuple[dict[str, str], list[Told], list[Fault]]:
    """As many of the faults, up to six, as don't hide each other, and what they give together."""
    chosen: list[Fault] = []
    texts, expected = marked([])
    for fault in faults:
        if len(chosen) < 6 and all(independent(fault, other) for other in chosen):
            try:
                texts, expected = marked([*chosen, fault])
            except ConflictError:
                continue
            chosen.append(fault)
    return texts, expected, chosen


@pytest.mark.fuzz
@given(st.lists(st.sampled_from(FAULTS), min_size=4, max_size=12, unique=True))
def test_several_faults_are_told_together(faults: list[Fault]) -> None:
    texts, expected, chosen = together(faults)
    with tempfile.TemporaryDirectory() as folder:
        issues = issues_of(texts, Path(folder) / "rules")
    names = [fault.name for fault in chosen]
    assert told_of(issues) == sorted(expected), f"{names}\n" + "\n".join(i.text("en") for i in issues)


@pytest.mark.parametrize(
    "names",
    [
        ("yaml_syntax", "wrong_type", "bad_period", "not_linear"),
        ("not_utf8", "wrong_type", "decimal_comma", "number_in_arabic"),
        ("ragged_row", "bad_curve", "vietnamese_name", "kind_of_a_target"),
        ("outside_root", "duplicate_key", "infinite", "cycle"),
        ("no_title", "year_of_long_ago", "unit_twice", "target_twice", "open_bracket", "duplicate_name"),
        ("unknown_unit", "unit_above_itself", "unit_of_a_row", "unknown_source", "case_of_no_figure"),
    ],
)
def test_faults_of_all_files_are_told_together(names: tuple[str, ...], tmp_path: Path) -> None:
    texts, expected = marked([BY_NAME[name] for name in names])
    issues = issues_of(texts, tmp_path / "rules")
    assert told_of(issues) == sorted(expected), "\n".join(issue.text("en") for issue in issues)


# ------------------------------------------------------------------------------- what is no fault at all

Change = Callable[[dict[str, str]], dict[str, str]]


def add(name: str, text: str) -> Change:
    return lambda texts: {**texts, name: text}


def replace(name: str, old: str, new: str) -> Change:
    def changed(texts: dict[str, str]) -> dict[str, str]:
        assert texts[name].count(old) == 1
        return {**texts, name: texts[name].replace(old, new)}

    return changed


SOUND: dict[str, Change] = {
    "as it is": lambda texts: texts,
    "byte order marks": lambda texts: {name: "\ufeff" + text for name, text in texts.items()},
    "CRLF": lambda texts: {name: text.replace("\n", "\r\n") for name, text in texts.items()},
    "CR": lambda texts: {name: text.replace("\n", "\r") for name, text in texts.items()},
    "no line end at the end": lambda texts: {name: text.rstrip("\n") for name, text in texts.items()},
    "empty lines in tables": lambda texts: {
        name: text.replace("\n", "\n\n") if name.endswith(".csv") else text for name, text in texts.items()
    },
    "includes in a circle": replace(
        "shared/common.yaml", "sources:", "include: [../base/rulebook.yaml]\nsources:"
    ),
    "included twice": add(
        "base/more.yaml", "include: [../shared/common.yaml, ../shared/../shared/common.yaml]\n"
    ),
    "the standard metrics included": add("base/more.yaml", "include: [../common/metrics.yaml]\n"),
    "an empty file": add("base/more.yaml", "# chưa có gì\n"),
    "a hidden file": add("base/.#rulebook.yaml", "->someone@somewhere"),
    "a file of another kind": add("base/notes.txt", "\t{"),
    "an empty section": add("base/more.yaml", "scenarios: {}\ntables:\nchecks: {}\n"),
    "a document mark": replace("base/rulebook.yaml", "rulebook: base\n", "---\nrulebook: base\n"),
    "words that YAML 1.1 takes for truths": add(
        "base/more.yaml", "sources: {on: {title: no}, y: {title: off}}\n"
    ),
    "a link inside the root": lambda texts: {
        **{name: text for name, text in texts.items() if name != "base/data/targets.csv"},
        "shared/targets.csv": texts["base/data/targets.csv"],
        "base/data/targets.csv": "->../../shared/targets.csv",
    },
    "quoted cells": replace(
        "base/data/units.csv",
        "binh,tinh,huyen,Bình,",
        '"binh","tinh",huyen,"Bình ""mới"",\ncũ",',
    ),
    "a metric restated in full": add(
        "base/more.yaml",
        "metrics:\n  pace: {for: {kind: flow}, formula: (percent_of_plan)/expected_share, decimals: 1}\n",
    ),
    "a formula of a number": replace("base/plans.yaml", "at_most: 1.25 * fair", "at_most: 200"),
    "a number with a plus": replace("base/rulebook.yaml", "value: 2.5", "value: +2.5e0"),
}


@pytest.mark.parametrize("change", SOUND.values(), ids=SOUND)
def test_what_is_sound_gives_no_issue(change: Change, tmp_path: Path) -> None:
    assert issues_of(change(sound()), tmp_path / "rules") == ()


# ------------------------------------------------------------------------------------------------ codes


def test_every_code_has_a_fault_of_its_name() -> None:
    given_here = {code for fault in FAULTS for code in fault.codes}
    assert given_here == set(Code) - set(ELSEWHERE)
    for code in given_here:
        assert code in BY_NAME[code.value].codes


@pytest.mark.parametrize("code", ELSEWHERE)
def test_other_codes_have_something_that_gives_them(code: Code) -> None:
    files = (path for package in ("engine", "scenarios", "api") for path in (ROOT / package).rglob("*.py"))
    texts = [
        path.read_text(encoding="utf-8") for path in files if path.name not in ("errors.py", "messages.py")
    ]
    assert any(f"Code.{code.name}" in text or f'"{code.value}"' in text for text in texts)


# --------------------------------------------------------------------------------------- docs/errors.md

DOCUMENT = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", DOCUMENT, re.MULTILINE | re.DOTALL))
TOO_ODD_TO_SHOW = {Code.NOT_UTF8, Code.TOO_LARGE}


def said(section: str) -> list[str]:
    """What is quoted: the message in English, then in Vietnamese."""
    return re.findall(r"^> (.+)$", section, re.MULTILINE)


def test_every_code_has_a_section_and_a_link() -> None:
    assert set(SECTIONS) == {code.value for code in Code}
    assert sorted(re.findall(r"\[(\w+)\]\(#(\w+)\)", DOCUMENT)) == sorted((code, code) for code in SECTIONS)


@pytest.mark.parametrize("code", sorted(set(Code) - set(ELSEWHERE)))
def test_a_section_shows_what_the_fault_of_its_name_gives(code: Code, tmp_path: Path) -> None:
    fault = BY_NAME[code.value]
    issues = issues_of(marked([fault])[0], tmp_path / "rules")
    issue = next(issue for issue in issues if issue.code is code)
    hint = issue.hint or both("")
    assert said(SECTIONS[code]) == [
        f"{issue.message.en}. {hint.en}".removesuffix(". "),
        f"{issue.message.vi}. {hint.vi}".removesuffix(". "),
    ]
    snippets = re.findall(r"^```(?:yaml|csv)\n(.*?)\n```$", SECTIONS[code], re.MULTILINE | re.DOTALL)
    assert snippets == ([] if code in TOO_ODD_TO_SHOW else ["\n".join(shown(fault))])


@pytest.mark.parametrize("code", ELSEWHERE)
def test_a_section_shows_the_message_of_a_code_from_elsewhere(code: Code) -> None:
    vi, en = MESSAGES[code]
    quoted = said(SECTIONS[code])
    assert len(quoted) == 2
    for text, template in zip(quoted, (en, vi), strict=True):
        pattern = re.sub(r"\\\{\w+\\\}", ".+", re.escape(template))
        assert re.match(pattern, text), (text, template)
