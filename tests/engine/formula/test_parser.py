"""Texts of formulas: the same trees as Python's own parser, refusals at their characters, bounds (§5)."""

from __future__ import annotations

import ast
import keyword
import math
import re
import warnings
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from engine.formula.parser import KEYWORDS, MAX_DEPTH, MAX_LENGTH, MAX_NODES, FormulaError, parse
from engine.formula.tree import (
    Binary,
    Call,
    Compare,
    Conditional,
    Logic,
    Name,
    Node,
    Number,
    Text,
    Unary,
    walk,
)
from engine.words import Message, say
from tests.engine.formula.marks import unmarked
from tests.engine.formula.strategies import GRAMMATICAL, mutated, rows_of_tokens

# --------------------------------------------------------------------------- the oracle: Python's own parser

Plain = tuple[Any, ...]
"""A tree of either parser in one form: kind, start, end, then what it holds."""

_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
    ast.UAdd: "+",
    ast.USub: "-",
    ast.Not: "not",
    ast.And: "and",
    ast.Or: "or",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


class _NotOursError(Exception):
    """Python, but none of the whitelisted kinds."""


class _Python:
    def __init__(self, text: str) -> None:
        self.text = text
        lines = text.split("\n")
        self.bytes = [line.encode() for line in lines]
        self.starts = [sum(len(line) + 1 for line in lines[:at]) for at in range(len(lines))]

    def offset(self, line: int, column: int) -> int:
        """Python counts lines from 1 and columns in UTF-8 bytes; a bracket was put before the text."""
        raw = self.bytes[line - 1]
        return self.starts[line - 1] + len(raw[: column - (line == 1)].decode())

    def of(self, node: ast.expr) -> Plain:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self.offset(node.lineno, node.col_offset)
        end = self.offset(node.end_lineno, node.end_col_offset)
        return (*self.kind(node, self.text[start:end]), start, end)

    def kind(self, node: ast.expr, written: str) -> Plain:
        match node:
            case ast.Constant(value=str() as value) if written in (f'"{value}"', f"'{value}'"):
                return ("text", value)
            case ast.Constant(value=float() | int() as number) if not isinstance(number, bool):
                return ("number", self.number(number, written))
            case ast.Name():
                return ("name", (node.id,))
            case ast.Attribute(value=ast.Name(id=first)) if "(" not in written:
                return ("name", (first, node.attr))
            case ast.UnaryOp() if type(node.op) in _SIGNS:
                return ("unary", _SIGNS[type(node.op)], self.of(node.operand))
            case ast.BinOp() if type(node.op) in _SIGNS:
                return ("binary", _SIGNS[type(node.op)], self.of(node.left), self.of(node.right))
            case ast.BoolOp():
                return ("logic", _SIGNS[type(node.op)], *map(self.of, node.values))
            case ast.Compare() if all(type(op) in _SIGNS for op in node.ops):
                signs = tuple(_SIGNS[type(op)] for op in node.ops)
                return ("compare", signs, *map(self.of, [node.left, *node.comparators]))
            case ast.IfExp():
                return ("conditional", self.of(node.test), self.of(node.body), self.of(node.orelse))
            case ast.Call(func=ast.Name(id=function)) if not node.keywords and written.startswith(function):
                return ("call", function, *map(self.of, node.args))
        raise _NotOursError(ast.dump(node))

    @staticmethod
    def number(value: float, written: str) -> float:
        plain = re.fullmatch(r"[0-9.]+([eE][-+]?[0-9]+)?", written) and not re.match(r"0[0-9]", written)
        lost = not math.isfinite(value) or (value == 0 and re.match(r"[0.]*[1-9]", written))
        if not plain or lost:
            raise _NotOursError(written)
        return float(value)


def python_tree(text: str) -> Plain | None:
    """Python's tree of a text, None where it isn't an expression of the whitelisted kinds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)  # for 1if a else b
        try:
            found = ast.parse(f"({text}\n)", mode="eval").body
            ast.parse(f"[{text}\n]", mode="eval")  # "a) + (b" is no expression
        except (SyntaxError, ValueError):
            return None
    if isinstance(found, ast.Tuple):
        return None
    try:
        return _Python(text).of(found)
    except _NotOursError:
        return None


def our_tree(node: Node) -> Plain:
    parts: Plain
    match node:
        case Number():
            parts = ("number", float(node.value))
        case Text():
            parts = ("text", node.value)
        case Name():
            parts = ("name", node.parts)
        case Unary():
            parts = ("unary", node.op, our_tree(node.operand))
        case Binary():
            parts = ("binary", node.op, our_tree(node.left), our_tree(node.right))
        case Logic():
            parts = ("logic", node.op, *map(our_tree, node.operands))
        case Compare():
            parts = ("compare", node.ops, *map(our_tree, node.operands))
        case Conditional():
            parts = ("conditional", our_tree(node.test), our_tree(node.then), our_tree(node.other))
        case Call():
            parts = ("call", node.function, *map(our_tree, node.arguments))
        case _:
            raise TypeError(node)
    return (*parts, node.start, node.end)


def parsed(text: str) -> Plain | FormulaError:
    try:
        return our_tree(parse(text).root)
    except FormulaError as error:
        return error


BOUNDS = {
    say("formula_too_long", limit=MAX_LENGTH),
    say("formula_too_big", limit=MAX_NODES),
    say("formula_too_deep", limit=MAX_DEPTH),
}


def both_read_alike(text: str) -> None:
    """Refused by both, or the same tree with the same characters."""
    ours, theirs = parsed(text), python_tree(text)
    if isinstance(ours, FormulaError):
        assert theirs is None or ours.message in BOUNDS, (ours.message.en, ours.start, theirs)
        event("refused")
    else:
        assert ours == theirs
        event("read")


@pytest.mark.fuzz
@given(GRAMMATICAL)
def test_python_reads_the_same_tree(text: str) -> None:
    both_read_alike(text)


@pytest.mark.fuzz
@given(rows_of_tokens())
def test_python_refuses_the_same_rows_of_tokens(text: str) -> None:
    both_read_alike(text)


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("-a ** 2", ("unary", "-", ("binary", "**", "a", "2"))),
        ("a ** -b ** c", ("binary", "**", "a", ("unary", "-", ("binary", "**", "b", "c")))),
        ("a - b - c", ("binary", "-", ("binary", "-", "a", "b"), "c")),
        ("a / b * c", ("binary", "*", ("binary", "/", "a", "b"), "c")),
        ("a + b * c", ("binary", "+", "a", ("binary", "*", "b", "c"))),
        ("not a < b", ("unary", "not", ("compare", ("<",), "a", "b"))),
        ("a < b <= c", ("compare", ("<", "<="), "a", "b", "c")),
        ("a or b and not c", ("logic", "or", "a", ("logic", "and", "b", ("unary", "not", "c")))),
        ("(a and b) and c", ("logic", "and", ("logic", "and", "a", "b"), "c")),
        ("a if b else c if d else e", ("conditional", "b", "a", ("conditional", "d", "c", "e"))),
        (
            "a + b if c or d else e",
            ("conditional", ("logic", "or", "c", "d"), ("binary", "+", "a", "b"), "e"),
        ),
        ("f(a, b if c else d,)", ("call", "f", "a", ("conditional", "c", "b", "d"))),
    ],
)
def test_precedence(text: str, tree: Plain) -> None:
    def words(found: Plain) -> Any:
        kind, *parts = found[:-2]
        if kind in ("name", "number"):
            return text[found[-2] : found[-1]]
        return (kind, *(words(part) if isinstance(part, tuple) and len(part) > 2 else part for part in parts))

    assert words(our_tree(parse(text).root)) == tree


# ------------------------------------------------------------------------------------ refusals and positions


def unexpected(what: str) -> Message:
    return say("unexpected", what=what)


ENDS, EMPTY = say("formula_ends"), say("formula_empty")
OPEN_BRACKET, OPEN_QUOTE = say("open_bracket"), say("open_quote")
POINT, GROUPING, ASCII, EQUALS = (
    say(f"{key}.hint") for key in ("decimal_point", "no_grouping", "ascii_names", "unexpected_equals")
)

REFUSED: list[tuple[str, Message, Message | None]] = [
    ("⟦⟧", EMPTY, None),
    ("⟦ \n\t⟧", EMPTY, None),
    # ends too early
    ("a +⟦⟧", ENDS, None),
    ("a if b⟦⟧", ENDS, None),
    ("jobs.⟦⟧", ENDS, None),
    ("not⟦⟧", ENDS, None),
    ("a < \n⟦⟧", ENDS, None),
    # brackets
    ("min⟦(⟧a, b", OPEN_BRACKET, None),
    ("⟦(⟧a + (b)", OPEN_BRACKET, None),
    ("(a + b)⟦)⟧ * c", unexpected(")"), None),
    ("a⟦)⟧", unexpected(")"), None),
    ("⟦)⟧(", unexpected(")"), None),
    ("(⟦)⟧", unexpected(")"), None),
    ("(a ⟦b⟧)", unexpected("b"), None),
    ("f(⟦,⟧)", unexpected(","), POINT),
    ("f(a,⟦,⟧ b)", unexpected(","), POINT),
    # numbers
    ("1⟦,⟧5*2", unexpected(","), POINT),
    ("a * 0⟦,⟧8", unexpected(","), POINT),
    ("1⟦_000⟧", unexpected("_000"), GROUPING),
    ("1 ⟦000⟧", unexpected("000"), GROUPING),
    ("9.262⟦.000⟧", unexpected(".000"), GROUPING),
    ("1.2⟦.3⟧", unexpected(".3"), GROUPING),
    ("5 ⟦.⟧ real", unexpected("."), None),
    ("5.⟦real⟧", unexpected("real"), None),
    ("5.⟦_real⟧", unexpected("_real"), GROUPING),
    ("1.5 ⟦.⟧ real", unexpected("."), None),
    ("0⟦x10⟧", unexpected("x10"), None),
    ("1⟦j⟧", unexpected("j"), None),
    ("3 ⟦a⟧", unexpected("a"), None),
    ("a ⟦_b⟧", unexpected("_b"), None),
    ("a ⟦3⟧", unexpected("3"), None),
    ("a + ⟦007⟧", say("leading_zero", what="007"), None),
    ("⟦00⟧", say("leading_zero", what="00"), None),
    ("⟦01.5⟧", say("leading_zero", what="01.5"), None),
    ("a < ⟦1e999⟧", say("not_finite", what="1e999"), None),
    ("a / ⟦1e-999⟧", say("not_finite", what="1e-999"), None),  # it would become 0
    ("a / ⟦5E-324000000000000000000⟧", say("not_finite", what="5E-324000000000000000000"), None),
    ("⟦0e999999999999999999999⟧ + 1", say("not_finite", what="0e999999999999999999999"), None),
    ("1⟦e⟧", unexpected("e"), None),
    ("⟦" + "9" * 400 + "⟧", say("not_finite", what="9" * 400), None),
    # names
    ("a.b⟦.c⟧", unexpected("."), None),
    ("a⟦.1⟧", unexpected(".1"), None),
    ("a.⟦if⟧", unexpected("if"), None),
    ("jobs.⟦(⟧a)", unexpected("("), None),
    ("jobs.target⟦(⟧a)", unexpected("("), None),
    ("f(a)⟦.⟧b", unexpected("."), None),
    ("f(a)⟦(⟧b)", unexpected("("), None),
    ("(a)⟦.⟧b", unexpected("."), None),
    ("vi⟦ệ⟧c_làm", unexpected("ệ"), ASCII),
    ("⟦đ⟧ào_tạo + 1", unexpected("đ"), ASCII),
    ("vie⟦\u0302⟧\u0323c", unexpected("\u0302"), ASCII),  # decomposed, as some keyboards write it
    ("⟦ａ⟧", unexpected("ａ"), ASCII),
    ("x⟦²⟧", unexpected("²"), None),
    ("⟦٣⟧", unexpected("٣"), None),
    # what isn't in the language
    ("a⟦[⟧0]", unexpected("["), None),
    ("⟦{⟧}", unexpected("{"), None),
    ('f⟦"x"⟧', unexpected('"x"'), None),
    ("'a' ⟦\"b\"⟧", unexpected('"b"'), None),
    ("lambda⟦:⟧ 0", unexpected(":"), None),
    ("(a ⟦:⟧= 1)", unexpected(":"), None),
    ("a ⟦=⟧ 1", unexpected("="), EQUALS),
    ("f(x⟦=⟧1)", unexpected("="), EQUALS),
    ("a ==⟦=⟧ b", unexpected("="), EQUALS),
    ("a ⟦#⟧ so far", unexpected("#"), None),
    ("a⟦;⟧ b", unexpected(";"), None),
    ("a ⟦%⟧ b", unexpected("%"), None),
    ("a /⟦/⟧ b", unexpected("/"), None),
    ("a ⟦&⟧ b", unexpected("&"), None),
    ("⟦~⟧a", unexpected("~"), None),
    ("⟦!⟧a", unexpected("!"), None),
    ("⟦@⟧a", unexpected("@"), None),
    ("a <⟦>⟧ b", unexpected(">"), None),
    ("a ⟦in⟧ b", unexpected("in"), None),
    ("a ⟦is⟧ b", unexpected("is"), None),
    ("a ⟦not⟧ in b", unexpected("not"), None),
    ("f(⟦*⟧a)", unexpected("*"), None),
    ("f(a ⟦for⟧ a in b)", unexpected("for"), None),
    # keywords where there is no place for them
    ("⟦and⟧ a", unexpected("and"), None),
    ("a or ⟦or⟧ b", unexpected("or"), None),
    ("a + ⟦not⟧ b", unexpected("not"), None),
    ("a ⟦else⟧ b", unexpected("else"), None),
    ("a if b ⟦if⟧ c else d", unexpected("if"), None),
    ("⟦if⟧", unexpected("if"), None),
    ("⟦if⟧.target", unexpected("if"), None),
    # quotes
    ('quantity(5, ⟦"million VND)⟧', OPEN_QUOTE, None),
    ('quantity(5, ⟦"triệu\nđồng")⟧', OPEN_QUOTE, None),
    ("⟦'⟧", OPEN_QUOTE, None),
    ('quantity(5, "million⟦\\⟧x20VND")', unexpected("\\"), None),
    ('"tỷ đồng⟦\0⟧"', unexpected("U+0000"), None),
    ('"a⟦\ud800⟧"', unexpected("U+D800"), None),
    # what can't be seen is named by its number
    ("a⟦\0⟧", unexpected("U+0000"), None),
    ("⟦\ud800⟧", unexpected("U+D800"), None),
    ("a⟦\u00a0⟧+ b", unexpected("U+00A0"), None),
    ("a ⟦\u200b⟧+ b", unexpected("U+200B"), None),
    ("⟦\ufeff⟧a", unexpected("U+FEFF"), None),
    ("a⟦\f⟧", unexpected("U+000C"), None),
    ("⟦😀⟧", unexpected("😀"), None),
    ("a ⟦−⟧ b", unexpected("−"), None),
    ("⟦“⟧a”", unexpected("“"), None),
    # characters are counted, not bytes, and lines don't start anew
    ('quantity(5, "tỷ đồng") ⟦?⟧', unexpected("?"), None),
    ('quantity(5, "triệu đồng 😀") + \n  quantity(3, "người") ⟦%⟧ 2', unexpected("%"), None),
    ("jobs.achieved\n  + loans.achieved\n  + ⟦*⟧ 2", unexpected("*"), None),
    ("a\r\n+\r\n⟦/⟧ b", unexpected("/"), None),
]


@pytest.mark.parametrize(("marked", "message", "hint"), REFUSED)
def test_a_refusal_says_what_and_where(marked: str, message: Message, hint: Message | None) -> None:
    text, place = unmarked(marked)
    with pytest.raises(FormulaError) as caught:
        parse(text)
    error = caught.value
    assert (error.message, (error.start, error.end), error.hint) == (message, place, hint)


@pytest.mark.parametrize("word", sorted(set(keyword.kwlist) - KEYWORDS))
def test_pythons_other_keywords_are_names_without_meaning(word: str) -> None:
    # no rulebook can mean anything else by them: the checker knows no such name
    assert parse(word).root == Name(0, len(word), (word,))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("20.000", Decimal("20.000")),
        ("0.10", Decimal("0.10")),
        (".5", Decimal("0.5")),
        ("5.", Decimal(5)),
        ("1e3", Decimal("1E+3")),
        ("2E-2", Decimal("0.02")),
        ("0", Decimal(0)),
        ("0.0e-9", Decimal("0E-10")),
        ("1." + "0" * 1_900, Decimal("1." + "0" * 1_900)),
        ("123456789012345678901", Decimal(123456789012345678901)),
        ("1.7976931348623157e308", Decimal("1.7976931348623157E+308")),
        ("5e-324", Decimal("5E-324")),
    ],
)
def test_a_number_keeps_its_digits(text: str, value: Decimal) -> None:
    root = parse(text).root
    assert isinstance(root, Number)
    # equal and written alike: 20.000 is not 20 to whoever asks for persons
    assert root.value.as_tuple() == value.as_tuple()


# -------------------------------------------------------------------------------------------------- bounds

DEEP = say("formula_too_deep", limit=MAX_DEPTH)
BIG = say("formula_too_big", limit=MAX_NODES)


@pytest.mark.parametrize(
    ("fits", "marked", "message"),
    [
        ("a" + " " * 1_999, "a" + " " * 1_999 + "⟦ ⟧", say("formula_too_long", limit=2_000)),
        ("(" * 39 + "a" + ")" * 39, "(" * 40 + "⟦a⟧" + ")" * 40, DEEP),
        ("abs(" * 39 + "a" + ")" * 39, "abs(" * 40 + "⟦a⟧" + ")" * 40, DEEP),
        ("-" * 39 + "a", "-" * 39 + "⟦-⟧a", DEEP),
        ("not " * 39 + "a", "not " * 39 + "⟦not⟧ a", DEEP),
        ("a**" * 39 + "a", "a**" * 39 + "a⟦**⟧a", DEEP),
        ("a if b else " * 39 + "c", "a if b else " * 40 + "⟦c⟧", DEEP),
        ("a" + "+a" * 40, "a" + "+a" * 40 + "⟦-⟧a", DEEP),
        ("a" + "*a" * 40, "a" + "*a" * 40 + "⟦/⟧a", DEEP),
        ("f(" + "a," * 298 + "a)", "f(" + "a," * 299 + "a⟦)⟧", BIG),
        ("a" + " and a" * 298, "a" + " and a" * 298 + " and ⟦a⟧", BIG),
        ("a" + " < a" * 298, "a" + " < a" * 298 + " < ⟦a⟧", BIG),
    ],
)
def test_bounds(fits: str, marked: str, message: Message) -> None:
    assert len(list(walk(parse(fits).root))) <= MAX_NODES
    text, place = unmarked(marked)
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert (caught.value.message, (caught.value.start, caught.value.end)) == (message, place)


@pytest.mark.parametrize(
    "piece", ["-", "(", "not ", "a+", "a**", "f(", "9", "a if a else ", '"', "a.", "\0", "1e"]
)
def test_hostile_lengths_stop_at_the_bound(piece: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(piece * 100_000 + "a")
    assert caught.value.message == say("formula_too_long", limit=2_000)
    assert caught.value.start == 2_000


# -------------------------------------------------------------------------------------------------- fuzzing


def refusal(text: str) -> FormulaError | None:
    try:
        parse(text)
    except FormulaError as error:
        return error
    return None


def read_or_refused(text: str) -> None:
    """Nothing but a tree or a FormulaError with a place in the text, and what is read Python reads alike."""
    error = refusal(text)
    if error:
        assert 0 <= error.start <= error.end <= len(text)
        for said in (error.message, error.hint or error.message):
            assert said.vi.encode()  # a lone surrogate would break every output
            assert said.en.encode()
        return
    formula = parse(text)
    assert formula.text == text
    if not {word for word in re.findall(r"\w+", text) if keyword.iskeyword(word)} - KEYWORDS:
        assert our_tree(formula.root) == python_tree(text.replace("\r", " "))


@pytest.mark.fuzz
@given(
    st.one_of(
        st.text(), st.text(alphabet="ab01.,()+-*/<>=!_ \n'\"eE"), st.characters().map(lambda c: f"a{c}b")
    )
)
def test_any_text_is_read_or_refused(text: str) -> None:
    read_or_refused(text)


@pytest.mark.fuzz
@given(mutated(GRAMMATICAL))
def test_a_mutated_formula_is_read_or_refused(text: str) -> None:
    read_or_refused(text)
