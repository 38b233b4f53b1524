"""From a formula's text to its tree (§5): Python's expression grammar, whitelisted and bounded.

Hand-written because Python's own ``ast`` counts columns in UTF-8 bytes, folds identifiers and
exhausts memory on deep input; here every error has its exact character.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from engine.formula.tree import (
    Binary,
    Call,
    Compare,
    Conditional,
    Formula,
    Logic,
    Name,
    Node,
    Number,
    Text,
    Unary,
)
from engine.words import Message, say

MAX_LENGTH = 2_000
MAX_NODES = 300
MAX_DEPTH = 40
MAX_EXPONENT = 400  # of a number's power of ten; beyond float64 in any case

KEYWORDS = frozenset({"and", "or", "not", "if", "else"})
COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<text>"[^"\\\x00-\x1f\x7f-\x9f\ud800-\udfff]*"|'[^'\\\x00-\x1f\x7f-\x9f\ud800-\udfff]*')
    | (?P<op>\*\*|<=|>=|==|!=|[-+*/<>().,])
    """,
    re.VERBOSE,
)


_Rule = Callable[[], Node]


class FormulaError(Exception):
    """A formula that can't be read. ``start``/``end`` are offsets in characters into its text."""

    def __init__(self, start: int, end: int, message: Message, hint: Message | None = None) -> None:
        super().__init__(message.en)
        self.start, self.end, self.message, self.hint = start, end, message, hint


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    start: int
    end: int


def parse(text: str) -> Formula:
    """Read a formula.

    Raises FormulaError at the first character that doesn't fit, or where a bound is passed:
    2,000 characters, 300 nodes, 40 levels.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(MAX_LENGTH, len(text), say("formula_too_long", limit=MAX_LENGTH))
    return Formula(text, _Parser(text).whole())


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _unreadable(text, at)
        if match.lastgroup != "space":
            found.append(_Token(str(match.lastgroup), match.group(), at, match.end()))
        at = match.end()
    found.append(_Token("end", "", at, at))
    return found


def _unreadable(text: str, at: int) -> FormulaError:
    char = text[at]
    if char in "\"'":
        return _bad_text(text, at)
    if char == "=":
        return FormulaError(at, at + 1, say("unexpected", what="="), say("unexpected_equals.hint"))
    letter = char.isalpha() or unicodedata.combining(char)
    hint = say("ascii_names.hint") if letter else None
    return FormulaError(at, at + 1, say("unexpected", what=_shown(char)), hint)


def _bad_text(text: str, start: int) -> FormulaError:
    """What is wrong with a quoted text: it isn't closed on its line, or holds what a text can't."""
    for at in range(start + 1, len(text)):
        if text[at] in "\r\n":
            break
        if text[at] == "\\" or unicodedata.category(text[at]) in ("Cc", "Cs"):
            return FormulaError(at, at + 1, say("unexpected", what=_shown(text[at])))
    return FormulaError(start, len(text), say("open_quote"))


def _shown(char: str) -> str:
    """A character as a message can show it; one that can't be seen or written by its number."""
    return char if char.isprintable() else f"U+{ord(char):04X}"


def _held(value: Decimal) -> bool:
    """Whether float64 holds a number: not beyond its range, and nothing but 0 becomes 0."""
    return math.isfinite(float(value)) and (float(value) == 0) == (value == 0)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _tokens(text)
        self.at = 0
        self.nodes = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def is_op(self, *ops: str) -> bool:
        return self.token.kind == "op" and self.token.text in ops

    def is_word(self, *words: str) -> bool:
        return self.token.kind == "word" and self.token.text in words

    def take(self) -> _Token:
        token = self.token
        self.at += 1
        return token

    def fail(self, token: _Token) -> FormulaError:
        if token.kind == "end":
            return FormulaError(token.start, token.end, say("formula_ends"))
        hint = None
        grouped = token.kind == "number" or token.text.startswith("_")
        if grouped and self.at and self.tokens[self.at - 1].kind == "number":  # 9.262.000, 1 000, 1_000
            hint = say("no_grouping.hint")
        elif token.text == ",":
            hint = say("decimal_point.hint")
        return FormulaError(token.start, token.end, say("unexpected", what=token.text), hint)

    @property
    def end(self) -> int:
        """Where the last token taken ends. A part in brackets belongs to its outer part with them."""
        return self.tokens[self.at - 1].end

    def node(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            last = self.tokens[self.at - 1]
            raise FormulaError(last.start, last.end, say("formula_too_big", limit=MAX_NODES))
        return node

    def deeper(self, token: _Token) -> None:
        """One level down, if the token that leads there may."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(token.start, token.end, say("formula_too_deep", limit=MAX_DEPTH))

    def whole(self) -> Node:
        if self.token.kind == "end":
            raise FormulaError(0, len(self.text), say("formula_empty"))
        root = self.conditional()
        if self.token.kind != "end":
            raise self.fail(self.token)
        return root

    def conditional(self) -> Node:
        start = self.token.start
        self.deeper(self.token)
        then = self.either()
        if self.is_word("if"):
            self.take()
            test = self.either()
            if not self.is_word("else"):
                raise self.fail(self.token)
            self.take()
            other = self.conditional()
            then = self.node(Conditional(start, self.end, test, then, other))
        self.depth -= 1
        return then

    def either(self) -> Node:
        return self.logic("or", self.both)

    def both(self) -> Node:
        return self.logic("and", self.negation)

    def logic(self, word: str, operand: _Rule) -> Node:
        start = self.token.start
        operands = [operand()]
        while self.is_word(word):
            self.take()
            operands.append(operand())
        if len(operands) == 1:
            return operands[0]
        return self.node(Logic(start, self.end, word, tuple(operands)))

    def negation(self) -> Node:
        if self.is_word("not"):
            return self.prefixed(self.negation)
        return self.comparison()

    def prefixed(self, operand: _Rule) -> Node:
        token = self.take()
        self.deeper(token)
        inner = operand()
        self.depth -= 1
        return self.node(Unary(token.start, self.end, token.text, inner))

    def comparison(self) -> Node:
        start = self.token.start
        operands = [self.sum()]
        ops: list[str] = []
        while self.is_op(*COMPARISONS):
            ops.append(self.take().text)
            operands.append(self.sum())
        if not ops:
            return operands[0]
        return self.node(Compare(start, self.end, tuple(ops), tuple(operands)))

    def sum(self) -> Node:
        return self.chain(("+", "-"), self.product)

    def product(self) -> Node:
        return self.chain(("*", "/"), self.signed)

    def chain(self, ops: tuple[str, ...], operand: _Rule) -> Node:
        start = self.token.start
        left = operand()
        links = 0
        while self.is_op(*ops):
            op = self.take()
            links += 1
            # a chain nests to the left, so its length counts as depth for every later walk
            if links > MAX_DEPTH:
                raise FormulaError(op.start, op.end, say("formula_too_deep", limit=MAX_DEPTH))
            right = operand()
            left = self.node(Binary(start, self.end, op.text, left, right))
        return left

    def signed(self) -> Node:
        if self.is_op("-", "+"):
            return self.prefixed(self.signed)
        return self.power()

    def power(self) -> Node:
        start = self.token.start
        base = self.atom()
        if not self.is_op("**"):
            return base
        self.deeper(self.take())
        exponent = self.signed()
        self.depth -= 1
        return self.node(Binary(start, self.end, "**", base, exponent))

    def atom(self) -> Node:
        token = self.token
        if token.kind == "number":
            return self.number()
        if token.kind == "text":
            self.take()
            return self.node(Text(token.start, token.end, token.text[1:-1]))
        if token.kind == "word" and token.text not in KEYWORDS:
            return self.name()
        if self.is_op("("):
            self.take()
            inner = self.conditional()
            self.close(token)
            return inner
        raise self.fail(token)

    def number(self) -> Node:
        token = self.take()
        digits, _, exponent = token.text.lower().partition("e")
        if digits.startswith("0") and digits[1:2].isdigit():
            raise FormulaError(token.start, token.end, say("leading_zero", what=token.text))
        # the exponent first: a Decimal of 1e-9999999999999999999 can't even be made
        if abs(int(exponent or 0)) > MAX_EXPONENT or not _held(Decimal(token.text)):
            raise FormulaError(token.start, token.end, say("not_finite", what=token.text))
        return self.node(Number(token.start, token.end, Decimal(token.text)))

    def name(self) -> Node:
        first = self.take()
        if self.is_op("("):
            return self.call(first)
        parts = [first]
        while self.is_op("."):
            dot = self.take()
            if self.token.kind != "word" or self.token.text in KEYWORDS:
                raise self.fail(self.token)
            if len(parts) == 2:
                raise FormulaError(dot.start, self.token.end, say("unexpected", what="."))
            parts.append(self.take())
        return self.node(Name(first.start, parts[-1].end, tuple(part.text for part in parts)))

    def call(self, function: _Token) -> Node:
        opening = self.take()
        arguments: list[Node] = []
        while not self.is_op(")"):
            arguments.append(self.conditional())
            if not self.is_op(","):
                break
            self.take()
        end = self.close(opening)
        return self.node(Call(function.start, end, function.text, tuple(arguments)))

    def close(self, opening: _Token) -> int:
        if not self.is_op(")"):
            if self.token.kind == "end":
                raise FormulaError(opening.start, opening.end, say("open_bracket"))
            raise self.fail(self.token)
        return self.take().end
