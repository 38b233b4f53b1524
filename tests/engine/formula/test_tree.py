"""Trees: parts in the order written, places in the text, sameness (§5)."""

from __future__ import annotations

import dataclasses
from itertools import combinations

import pytest
from hypothesis import given

from engine.formula.parser import FormulaError, parse
from engine.formula.tree import Binary, Call, Name, Node, Number, children_of, same, walk
from tests.engine.formula.strategies import GRAMMATICAL, SOUND_NUMBERS


def written(text: str) -> list[str]:
    """Every part of a formula as it stands in its text, outermost first."""
    return [text[node.start : node.end] for node in walk(parse(text).root)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a", ["a"]),
        ("jobs.achieved", ["jobs.achieved"]),
        ("-a", ["-a", "a"]),
        ("a + b * 2", ["a + b * 2", "a", "b * 2", "b", "2"]),
        ("a if b else c", ["a if b else c", "a", "b", "c"]),
        ("where(b, a, c)", ["where(b, a, c)", "b", "a", "c"]),
        ("a < b <= c", ["a < b <= c", "a", "b", "c"]),
        ("not a and b", ["not a and b", "not a", "a", "b"]),
        ('quantity(5, "tỷ đồng")', ['quantity(5, "tỷ đồng")', "5", '"tỷ đồng"']),
        # brackets belong to the part around them
        ("(a)", ["a"]),
        ("(a + b) * (c)", ["(a + b) * (c)", "a + b", "a", "b", "c"]),
        ("x / ((a) - (b))", ["x / ((a) - (b))", "x", "(a) - (b)", "a", "b"]),
        ("((a) if (b) else (c)) ** (2)", ["((a) if (b) else (c)) ** (2)", "(a) if (b) else (c)", *"abc2"]),
        ("-((a))", ["-((a))", "a"]),
        ("(a) or ((b) < (c))", ["(a) or ((b) < (c))", "a", "(b) < (c)", "b", "c"]),
        ("f( (a) , (b) )", ["f( (a) , (b) )", "a", "b"]),
    ],
)
def test_parts_and_their_places(text: str, parts: list[str]) -> None:
    assert written(text) == parts


def test_children_are_only_the_direct_parts() -> None:
    root = parse("f(a + b, c)").root
    assert isinstance(root, Call)
    assert children_of(root) == root.arguments
    assert [type(child) for child in children_of(root)] == [Binary, Name]
    assert children_of(parse("5").root) == children_of(parse("'x'").root) == ()


def test_nodes_never_change() -> None:
    root = parse("a + 1").root
    for name in ("start", "op", "left"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(root, name, None)
    assert hash(root) == hash(parse("a + 1").root)


DIFFERENT = (
    *("a", "b", "a.b", "1", "1.5", "'a'", "-a", "+a", "not a", "a + b", "a - b", "b + a", "a * b", "a / b"),
    *(
        "a ** b",
        "a < b",
        "a <= b",
        "a > b",
        "a == b",
        "a != b",
        "a < b < c",
        "a < b <= c",
        "a and b",
        "a or b",
    ),
    *("a and b and c", "(a and b) and c", "a and (b and c)", "a + b + c", "a + (b + c)", "a if b else c"),
    *("b if a else c", "f(a)", "g(a)", "f(a, b)", "f(b, a)", "f()", "a - b - c", "a - (b - c)", "1 - 1"),
)


def test_different_formulas_are_not_the_same() -> None:
    for left, right in combinations(DIFFERENT, 2):
        assert not same(parse(left).root, parse(right).root), (left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("a+b", "  a\n + b "),
        ("(a)", "a"),
        ("((a * b)) + c", "a*b + c"),
        ("20", "20.000"),
        ("1e3", "1000"),
        ("'x'", '"x"'),
        ("f(a,)", "f( a )"),
        ("a . b", "a.b"),
        ("(a if (b) else c)", "a if b else c"),
    ],
)
def test_the_same_formula_written_otherwise(left: str, right: str) -> None:
    assert same(parse(left).root, parse(right).root)
    assert same(parse(right).root, parse(left).root)


@pytest.mark.fuzz
@given(SOUND_NUMBERS)
def test_every_part_reads_the_same_on_its_own(text: str) -> None:
    for node in walk(parse(text).root):
        assert same(parse(text[node.start : node.end]).root, node)


def bracketed(node: Node, text: str) -> str:
    """The formula with a bracket around every part."""
    pieces, at = [], node.start
    for child in sorted(children_of(node), key=lambda part: part.start):
        pieces += [text[at : child.start], bracketed(child, text)]
        at = child.end
    inside = "".join(pieces) + text[at : node.end]
    return f"({inside})"


@pytest.mark.fuzz
@given(GRAMMATICAL)
def test_brackets_around_every_part_change_nothing(text: str) -> None:
    try:
        root = parse(text).root
        again = parse(bracketed(root, text)).root
    except FormulaError:
        return  # no formula, or beyond the bounds with its brackets
    assert same(root, again)
    assert len(list(walk(root))) == len(list(walk(again)))


def test_numbers_keep_their_digits_though_they_are_the_same() -> None:
    few, many = parse("20").root, parse("20.000").root
    assert isinstance(few, Number)
    assert isinstance(many, Number)
    assert same(few, many)
    assert str(few.value) != str(many.value)
