"""YAML with places: what a scalar is, where it stands, what is refused (DESIGN §3)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Code, Issues
from engine.yamlfile import MAX_CHARACTERS, Document, Value, read_yaml


def read(text: str) -> tuple[Document, list[tuple[str, int, int]]]:
    issues = Issues()
    document = read_yaml(text, "f.yaml", issues)
    return document, [(i.code.value, i.place.line, i.place.column) for i in issues.found if i.place]


# ------------------------------------------------------------------------------------------- scalars


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-12", -12),
        ("+12", 12),
        ("007", 7),
        ("0", 0),
        ("20.000", Decimal("20.000")),
        (".5", Decimal("0.5")),
        ("5.", Decimal(5)),
        ("1e3", Decimal("1e3")),
        ("-2.5E-3", Decimal("-0.0025")),
        ("1" * 60, int("1" * 60)),
        ("1" * 61, "1" * 61),
        ("0x1F", "0x1F"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("1,435", "1,435"),
        ("1:30", "1:30"),
        ("٣", "٣"),
        ("２", "２"),
        ("2023-06-30", "2023-06-30"),
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("off", "off"),
        ("null", None),
        ("~", None),
        ("", None),
        ("'12'", "12"),
        ('"true"', "true"),
        ("inf", "inf"),
        ("nan", "nan"),
        ("Ước thực hiện", "Ước thực hiện"),
        ("[1, a, {b: 2}]", [1, "a", {"b": 2}]),
    ],
)
def test_what_a_scalar_is(text: str, value: Value) -> None:
    document, found = read(f"key: {text}\n")
    assert found == []
    assert document.data == {"key": value}
    assert type(document.data["key"]) is type(value)
    assert document.whole


def test_digits_are_kept_as_they_were_written() -> None:
    document, _ = read("key: 20.000")
    assert str(document.data["key"]) == "20.000"


@pytest.mark.parametrize(
    "text", [".nan", ".NaN", ".inf", "-.INF", "+.Inf", "1e301", "1e-301", "1e99999999999999999999"]
)
def test_numbers_beyond_bounds_are_faulty(text: str) -> None:
    document, found = read(f"a: 1\nbộ: {{số: {text}}}\n")
    assert found == [("not_finite", 2, 10)]
    assert document.faulty == {("bộ", "số")}
    assert document.data["a"] == 1


# -------------------------------------------------------------------------------------------- places


def test_keys_and_values_have_places() -> None:
    document, _ = read('# đầu tệp\ntiêu đề: {vi: Một, "en": One}\nlist:\n  - a\n  -   b\nempty:\nlast: x\n')
    places = {path: (place.line, place.column) for path, place in document.keys.items()}
    assert places == {
        ("tiêu đề",): (2, 1),
        ("tiêu đề", "vi"): (2, 11),
        ("tiêu đề", "en"): (2, 20),
        ("list",): (3, 1),
        ("empty",): (6, 1),
        ("last",): (7, 1),
    }
    values = {path: (spot.place.line, spot.place.column) for path, spot in document.values.items()}
    assert values[("tiêu đề", "en")] == (2, 26)
    assert values[("list", 1)] == (5, 7)
    assert values[("empty",)] == (6, 7)


@pytest.mark.parametrize(
    ("written", "value", "marked"),
    [
        ("achieved / ⌖target", "achieved / target", "t"),
        ("'it''s ⌖x'", "it's x", "x"),
        ("'a ''b'' ⌖'' c'", "a 'b' ' c", "' c"),
        (r'"\"x\" + \u1ea1 ⌖\u0031 1"', '"x" + ạ 1 1', "1 1"),
        (r'"a\n\t ⌖b"', "a\n\t b", "b"),
        (r'"a\xe9\x20⌖b"', "aé b", "b"),
        ('"a \\\n  ⌖b"', "a b", "b"),
        ("a\n  b\n\n  ⌖c", "a b\nc", "c"),
        (">\n  a\n  b\n\n  ⌖c\n", "a b\nc\n", "c"),
        (">-  # ghi chú c\n  a\n  ⌖c", "a c", "c"),
        ("|\n  một\n   # hai\n  ⌖ba\n", "một\n # hai\nba\n", "ba"),
        ("|2\n    a\n  ⌖b\n", "  a\nb\n", "b"),
    ],
)
@pytest.mark.parametrize("before", ["k: ", "Đơn vị: {vi: ước}\nk: "])
def test_a_place_within_a_value(written: str, value: str, marked: str, before: str) -> None:
    text = before + written
    index = text.index("⌖")
    document, found = read(text.replace("⌖", ""))
    assert found == []
    assert document.data["k"] == value
    place = document.values[("k",)].at(value, value.index(marked))
    assert (place.line, place.column) == (text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index))


@pytest.mark.parametrize(
    ("written", "value", "line", "column"),
    [
        ("a +", "a +", 1, 7),
        ("'a +'", "a +", 1, 8),
        ("|\n  a +\n\n", "a +\n", 2, 6),
        ('"a +\\n "', "a +\n ", 1, 8),
    ],
)
def test_the_place_behind_a_value(written: str, value: str, line: int, column: int) -> None:
    document, _ = read(f"k: {written}")
    place = document.values[("k",)].at(value, len(value))
    assert (place.line, place.column) == (line, column)


@given(st.text(st.sampled_from("ab ếđ'\"\\:#{}[],&*!|>-%@`\n\t😀"), min_size=1, max_size=20), st.booleans())
def test_each_letter_of_a_quoted_value_is_found(value: str, single: bool) -> None:
    if single:
        value = value.replace("\n", "x")
        quoted = "'" + value.replace("'", "''") + "'"
    else:
        escapes = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\t": r"\t", "😀": r"\U0001f600", "ế": r"\u1ebf"}
        quoted = '"' + "".join(escapes.get(char, char) for char in value) + '"'
    document, found = read(f"ô: {quoted}")
    assert found == []
    assert document.data == {"ô": value}
    spot = document.values[("ô",)]
    for offset, char in enumerate(value):
        if not char.isspace():
            at = spot.at(value, offset).column - 1
            rest = f"ô: {quoted}"[at:]
            assert rest[0] in (char, "\\")


# ------------------------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("text", "found", "whole"),
    [
        ("a: &x 1\nb: *x\n", [("yaml_anchor", 1, 4), ("yaml_anchor", 2, 4)], True),
        ("<<: *x\n", [("yaml_anchor", 1, 5)], True),
        ("&k a: 1\n", [("yaml_anchor", 1, 1)], True),
        ("*x : 1\n", [("yaml_anchor", 1, 1)], True),
        ("a: !!str 5\n", [("yaml_tag", 1, 4)], True),
        ("!!map\na: 5\n", [("yaml_tag", 1, 1)], True),
        ("a: 1\nb: {c: 1, c: 2}\n", [("duplicate_key", 2, 11)], True),
        ("a: 1\n'a': 2\n", [("duplicate_key", 2, 1)], True),
        ("? [a]\n: 1\n", [("wrong_type", 1, 3)], True),
        ("- a\n", [("wrong_type", 1, 1)], False),
        ("a\n", [("wrong_type", 1, 1)], False),
        ("a: 1\n...\nb: 2\n", [("yaml_syntax", 3, 1)], False),
        ("a: 1\n---\nb: 2\n", [("yaml_syntax", 2, 1)], False),
        ("ế: ế\n\tb: 1\n", [("yaml_syntax", 2, 1)], False),
        ("%YAML 3.0\n---\na: 1\n", [("yaml_syntax", 1, 1)], False),
        ("a: ế \x01\n", [("yaml_syntax", 1, 6)], False),
        ("a: x\x85y\n", [("yaml_syntax", 1, 5)], False),
        ("a: " + "[" * 21, [("yaml_syntax", 1, 24)], False),
        ("a: " + "[" * 20 + "]" * 20, [], True),
        ("#" * (MAX_CHARACTERS + 1), [("too_large", 1, 1)], False),
    ],
)
def test_what_is_refused(text: str, found: list[tuple[str, int, int]], whole: bool) -> None:
    document, issues = read(text)
    assert (issues, document.whole) == (found, whole)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "~\n"])
def test_an_empty_file_says_nothing(text: str) -> None:
    document, found = read(text)
    assert (document.data, found, document.whole) == ({}, [], True)


def test_what_stands_before_a_fault_is_kept() -> None:
    document, found = read("a: {b: 1}\nc:\n  d: 2\n  e: [\n")
    assert document.data == {"a": {"b": 1}}
    assert found == [("yaml_syntax", 5, 1)]


def test_the_first_of_two_keys_counts() -> None:
    document, _ = read("a: 1\na: 2\n")
    assert document.data == {"a": 1}


def test_what_is_said_is_said_in_both_languages() -> None:
    for text in (
        "a: 'b",
        "a: {b",
        "a: b: c",
        "a:\n\tb: 1",
        "a: @",
        "a: 1\nb",
        "- a\nb: 1",
        "a: [}",
        'a: "\\q"',
    ):
        issues = Issues()
        read_yaml(text, "f.yaml", issues)
        (issue,) = issues.found
        assert issue.code in (Code.YAML_SYNTAX, Code.WRONG_TYPE)
        assert issue.message.vi != issue.message.en
        assert "expected" not in issue.message.vi
