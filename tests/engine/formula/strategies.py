"""Formulas for property tests: any text, texts near the grammar, and formulas that are sound in a world."""

from __future__ import annotations

from hypothesis import strategies as st

# ------------------------------------------------------------------------------------- texts near formulas

_TOKENS = (
    *("a", "jobs", "achieved", "b2", "_x", "If", "nota", "e1"),
    *("0", "7", "12.50", ".5", "3.", "1e3", "2E-2", "20.000", "1000000000000000000000"),
    *("+", "-", "*", "/", "**", "<", "<=", ">", ">=", "==", "!="),
    *("and", "or", "not", "if", "else", "(", ")", ",", "."),
    *("min(", "where(", "known(", '"tỷ đồng"', "'x'"),
)
_SPACES = st.sampled_from(("", " ", " ", " ", "\n", "\t ", "  \n "))


@st.composite
def rows_of_tokens(draw: st.DrawFn) -> str:
    """Tokens of the language in any order."""
    tokens = draw(st.lists(st.sampled_from(_TOKENS), max_size=25))
    return "".join(draw(_SPACES) + token for token in tokens)


_LEAVES = st.sampled_from(
    ("a", "b", "jobs.achieved", "loans . target", "f()", "7", "12.50", ".5", "3.", "1e3", '"tỷ đồng"', "'é'")
)


def _longer(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Formulas out of formulas, with brackets only by chance: precedence decides what they mean."""
    binary = st.sampled_from(
        ("+", "-", "*", "/", "**", "<", "<=", ">", ">=", "==", "!=", " and ", " or ", " if ", " else ", ", ")
    )
    unary = st.sampled_from(("-", "+", "not ", "- -"))
    return st.one_of(
        st.builds("{}{}{}{}{}".format, parts, _SPACES, binary, _SPACES, parts),
        st.builds("{} if {} else {}".format, parts, parts, parts),
        st.builds("{}{}".format, unary, parts),
        st.builds("({}{})".format, parts, _SPACES),
        st.builds("f{}({}, {})".format, _SPACES, parts, parts),
        st.builds("g({})".format, parts),
    )


GRAMMATICAL = st.recursive(_LEAVES, _longer, max_leaves=25)
"""Mostly Python expressions of the whitelisted kinds, not all of them."""


@st.composite
def mutated(draw: st.DrawFn, formulas: st.SearchStrategy[str]) -> str:
    """A formula with a few pieces cut, doubled or put in."""
    text = draw(formulas)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 8)))
        piece = draw(st.one_of(st.just(""), st.just(text[start:end] * 2), st.text(max_size=3), _MISPLACED))
        text = text[:start] + piece + text[end:]
    return text


_MISPLACED = st.sampled_from(
    (
        *_TOKENS,
        "\0",
        "\ud800",
        "😀",
        "é",
        "ệ",
        "[0]",
        "{",
        "=",
        ":=",
        "#",
        "\\",
        '"',
        "'",
        "lambda x: ",
        ";",
        "\r",
    )
)

# ------------------------------------------------------------------------------- formulas sound in a world

NUMBERS = ("a", "b", "c", "jobs.achieved", "rate")
"""Names of plain ratios: three attributes, a figure, a parameter."""


def _tables(numbers: st.SearchStrategy[str], conditions: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    many = st.lists(numbers, min_size=2, max_size=4).map(", ".join)
    return st.one_of(
        st.builds("({} {} {})".format, numbers, st.sampled_from("+-*/"), numbers),
        st.builds("({}) ** {}".format, numbers, st.sampled_from(("0", "1", "2", "3", "-1", "-2"))),
        st.builds(
            "{}({})".format, st.sampled_from(("-", "+", "abs", "children", "parent", "share")), numbers
        ),
        st.builds("count({})".format, conditions),
        st.builds("{}({})".format, st.sampled_from(("min", "max", "coalesce")), many),
        st.builds("round_half_up({}, {})".format, numbers, st.integers(-2, 3)),
        st.builds("where({}, {}, {})".format, conditions, numbers, numbers),
        st.builds("({} if {} else {})".format, numbers, conditions, numbers),
    )


def _tests(numbers: st.SearchStrategy[str], conditions: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    comparison = st.sampled_from(("<", "<=", ">", ">=", "==", "!="))
    return st.one_of(
        st.builds("({} {} {})".format, numbers, comparison, numbers),
        st.builds("({} {} {} {} {})".format, numbers, comparison, numbers, comparison, numbers),
        st.builds("known({})".format, st.one_of(numbers, conditions)),
        st.builds("(not {})".format, conditions),
        st.builds("({})".format, st.lists(conditions, min_size=2, max_size=4).map(" and ".join)),
        st.builds("({})".format, st.lists(conditions, min_size=2, max_size=4).map(" or ".join)),
        st.builds("({} if {} else {})".format, conditions, conditions, conditions),
    )


def _sound(depth: int) -> tuple[st.SearchStrategy[str], st.SearchStrategy[str]]:
    numbers = st.sampled_from((*NUMBERS, *NUMBERS, "0", "1", "2", "0.5", "3.25"))
    conditions = st.sampled_from(("a < b", "c == 0", "known(b)", "rate >= jobs.achieved"))
    conditions = conditions.map("({})".format)
    for _ in range(depth):
        numbers, conditions = (
            st.one_of(numbers, _tables(numbers, conditions)),
            st.one_of(conditions, _tests(numbers, conditions)),
        )
    return numbers, conditions


SOUND_NUMBERS, SOUND_CONDITIONS = _sound(4)
"""Formulas of a metric that give a number and a condition; every name in them is a plain ratio."""
