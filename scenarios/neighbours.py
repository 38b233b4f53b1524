"""Rulebooks that differ in nothing but values of parameters: what is the same in both (§12).

Sweeps set parameters, and most of a problem doesn't rest on those that they set.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from engine.formula.arrays import symbol_of
from engine.formula.names import MetricRef, ParameterRef, Scope, Where
from engine.formula.tree import Name, walk
from engine.rulebook import Rulebook

if TYPE_CHECKING:
    from engine.rulebook import Placed

_MAY_DIFFER = ("parameters", "overlaid")


def changed_parameters(one: Rulebook, other: Rulebook) -> frozenset[str] | None:
    """The parameters in which two rulebooks differ; None unless all else is the same, as objects."""
    others = (field.name for field in fields(Rulebook) if field.name not in _MAY_DIFFER)
    if any(getattr(one, name) is not getattr(other, name) for name in others):
        return None
    mine, theirs = one.parameters, other.parameters
    return frozenset(name for name in {*mine, *theirs} if mine.get(name) != theirs.get(name))


def parameters_of(rulebook: Rulebook, placed: Placed, scope: Scope) -> frozenset[str]:
    """The parameters that a formula uses, through derived metrics too."""
    found: set[str] = set()
    for node in walk(placed.root):
        match symbol_of(node, scope) if isinstance(node, Name) else None:
            case ParameterRef(name=name):
                found.add(name)
            case MetricRef(indicator=indicator, metric=metric):
                inner = rulebook.metrics[metric].formulas[rulebook.indicators[indicator].kind]
                found |= parameters_of(rulebook, inner, Scope(rulebook.names, Where.METRIC, indicator))
    return frozenset(found)
