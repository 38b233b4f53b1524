"""The frozen formula tree (§5). Nodes hold children and positions, never evaluation state.

``start`` and ``end`` are offsets in characters into the formula's text, so that text[start:end]
is the node as it was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a formula and where it stands."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A bare number; ``value`` keeps the digits as written, so 20.000 is known to have a point."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A quoted text; only the second argument of ``quantity`` may be one."""

    value: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """``population`` or ``jobs.achieved``: one or two identifiers."""

    parts: tuple[str, ...]

    def __str__(self) -> str:
        return ".".join(self.parts)


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """``-x``, ``+x`` or ``not x``."""

    op: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """``+ - * / **``."""

    op: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """A chain ``a < b <= c``: one more operand than operators."""

    ops: tuple[str, ...]
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """``and`` / ``or`` over two or more operands."""

    op: str
    operands: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Node):
    """``then if test else other``; the same as ``where(test, then, other)``."""

    test: Node
    then: Node
    other: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A call of one of the whitelisted functions."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula: its text and its tree."""

    text: str
    root: Node


def children_of(node: Node) -> tuple[Node, ...]:
    """The direct parts of a node, in the order written."""
    match node:
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Compare() | Logic():
            return node.operands
        case Conditional():
            return (node.then, node.test, node.other)
        case Call():
            return node.arguments
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, outermost first."""
    yield node
    for child in children_of(node):
        yield from walk(child)


def same(left: Node, right: Node) -> bool:
    """Whether two trees mean the same, wherever they stand in their texts."""
    return _meaning(left) == _meaning(right)


def _meaning(node: Node) -> tuple[object, ...]:
    match node:
        case Number() | Text():
            own: object = node.value
        case Name():
            own = node.parts
        case Unary() | Binary() | Logic():
            own = node.op
        case Compare():
            own = node.ops
        case Call():
            own = node.function
        case _:
            own = None
    return (type(node).__name__, own, *map(_meaning, children_of(node)))
