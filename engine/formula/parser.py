"""From a formula's text to its tree (§5): Python's expression grammar, whitelisted and bounded.

Hand-written because Python's own ``ast`` counts columns in UTF-8 bytes, folds identifiers and
exhausts memory on deep input; here every error has its exact character.
"""

from __future__ import annotations

import math
import re
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

KEYWORDS = frozenset({"and", "or", "not", "if", "else"})
COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})

_TOKEN = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<text>"[^"\\\r\n]*"|'[^'\\\r\n]*')
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
        return FormulaError(at, len(text), say("open_quote"))
    if char == "=":
        return FormulaError(at, at + 1, say("unexpected", what="="), say("unexpected_equals.hint"))
    hint = say("ascii_names.hint") if char.isalpha() else None
    return FormulaError(at, at + 1, say("unexpected", what=char), hint)


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
        if token.text == "," or (token.kind == "number" and token.text.startswith(".")):
            hint = say("decimal_point.hint")
        elif token.kind == "word" and token.text.startswith("_") and self.at:
            hint = say("no_grouping.hint")
        return FormulaError(token.start, token.end, say("unexpected", what=token.text), hint)

    def node(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise FormulaError(node.start, node.end, say("formula_too_big", limit=MAX_NODES))
        return node

    def whole(self) -> Node:
        root = self.conditional()
        if self.token.kind != "end":
            raise self.fail(self.token)
        return root

    def conditional(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(self.token.start, self.token.end, say("formula_too_deep", limit=MAX_DEPTH))
        then = self.either()
        if self.is_word("if"):
            self.take()
            test = self.either()
            if not self.is_word("else"):
                raise self.fail(self.token)
            self.take()
            other = self.conditional()
            then = self.node(Conditional(then.start, other.end, test, then, other))
        self.depth -= 1
        return then

    def either(self) -> Node:
        return self.logic("or", self.both)

    def both(self) -> Node:
        return self.logic("and", self.negation)

    def logic(self, word: str, operand: _Rule) -> Node:
        operands = [operand()]
        while self.is_word(word):
            self.take()
            operands.append(operand())
        if len(operands) == 1:
            return operands[0]
        return self.node(Logic(operands[0].start, operands[-1].end, word, tuple(operands)))

    def negation(self) -> Node:
        if self.is_word("not"):
            return self.prefixed(self.negation)
        return self.comparison()

    def prefixed(self, operand: _Rule) -> Node:
        token = self.take()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(token.start, token.end, say("formula_too_deep", limit=MAX_DEPTH))
        inner = operand()
        self.depth -= 1
        return self.node(Unary(token.start, inner.end, token.text, inner))

    def comparison(self) -> Node:
        operands = [self.sum()]
        ops: list[str] = []
        while self.is_op(*COMPARISONS):
            ops.append(self.take().text)
            operands.append(self.sum())
        if not ops:
            return operands[0]
        return self.node(Compare(operands[0].start, operands[-1].end, tuple(ops), tuple(operands)))

    def sum(self) -> Node:
        return self.chain(("+", "-"), self.product)

    def product(self) -> Node:
        return self.chain(("*", "/"), self.signed)

    def chain(self, ops: tuple[str, ...], operand: _Rule) -> Node:
        left = operand()
        links = 0
        while self.is_op(*ops):
            op = self.take().text
            links += 1
            # a chain nests to the left, so its length counts as depth for every later walk
            if links > MAX_DEPTH:
                raise FormulaError(left.start, left.end, say("formula_too_deep", limit=MAX_DEPTH))
            right = operand()
            left = self.node(Binary(left.start, right.end, op, left, right))
        return left

    def signed(self) -> Node:
        if self.is_op("-", "+"):
            return self.prefixed(self.signed)
        return self.power()

    def power(self) -> Node:
        base = self.atom()
        if not self.is_op("**"):
            return base
        self.take()
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(base.start, base.end, say("formula_too_deep", limit=MAX_DEPTH))
        exponent = self.signed()
        self.depth -= 1
        return self.node(Binary(base.start, exponent.end, "**", base, exponent))

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
        digits = re.split("[.eE]", token.text)[0]
        if len(digits) > 1 and digits.startswith("0"):
            raise FormulaError(token.start, token.end, say("leading_zero", what=token.text))
        if not math.isfinite(float(token.text)):
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
