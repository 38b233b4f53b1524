"""Pyomo's components from numpy arrays without an object for each element.

A constraint keeps the template of its rule, made once by Pyomo; scenarios.bulk expands it. Asked for one
element, each component answers as Pyomo's own does, so that a rule can also be read element by element.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo
from pyomo.common.errors import PyomoException
from pyomo.core.base.constraint import IndexedConstraint
from pyomo.core.base.param import IndexedParam
from pyomo.core.base.set import IndexedSet
from pyomo.core.base.var import IndexedVar
from pyomo.core.expr.template_expr import (
    NPV_Numeric_GetItemExpression,
    Numeric_GetItemExpression,
    templatize_constraint,
)

from scenarios.components import Stock

if TYPE_CHECKING:
    from numpy.typing import NDArray


class UnexpandedError(Exception):
    """A rule that isn't expanded as a template."""


def _begin(component: Any) -> bool:
    """Note that a component is made, with the product of its index sets; False if it was already."""
    if component._constructed:
        return False
    component._constructed = True
    for index in component._anonymous_sets or ():
        index.construct()
    return True


class ArrayParam(IndexedParam):  # type: ignore[misc]
    """A Param whose numbers stay in an array, one axis an index set."""

    def __init__(self, *index: Any, values: NDArray[Any]) -> None:
        super().__init__(*index, domain=pyo.Any)
        self.values_ = values

    def construct(self, data: Any = None) -> None:
        """Nothing to make."""
        _begin(self)

    def __getitem__(self, index: Any) -> Any:
        indexes = tuple(index) if isinstance(index, tuple | list) else (index,)
        if all(isinstance(each, int) for each in indexes):
            return self.values_[indexes].item()
        return NPV_Numeric_GetItemExpression((self, *indexes))


class ArrayVar(IndexedVar):  # type: ignore[misc]
    """A Var none of whose elements is made until asked for."""

    def __getitem__(self, index: Any) -> Any:
        if all(isinstance(each, int) for each in index):
            return super().__getitem__(index)
        return Numeric_GetItemExpression((self, *index))


class ArraySets(IndexedSet):  # type: ignore[misc]
    """Sets of positions: ``flat[start[i]:start[i + 1]]`` for each element i of the index set."""

    def __init__(self, index: Any, members: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
        super().__init__(index)
        self.flat, self.start = members, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)

    def construct(self, data: Any = None) -> None:
        """Nothing to make."""
        _begin(self)

    def _getitem_when_not_present(self, index: Any) -> Any:
        return _Positions(self.flat[self.start[index] : self.start[index + 1]].tolist())


class _Positions(list[int]):
    """One of the sets."""

    dimen = 1


class ArrayConstraint(IndexedConstraint):  # type: ignore[misc]
    """A Constraint that is nothing but its rule."""

    def construct(self, data: Any = None) -> None:
        """Nothing to make."""
        _begin(self)

    def items(self, *args: Any, **options: Any) -> Any:
        """Refused, as are values: what walks over constraints would find none and solve another problem."""
        raise TypeError(f"{self.name} is a template: solvers take a model that is built without deferred")

    values = items

    def template(self) -> tuple[Any, tuple[Any, ...]]:
        """The rule's expression, and the indexes in it. Raises UnexpandedError where Pyomo makes none."""
        try:
            found: tuple[Any, tuple[Any, ...]] = templatize_constraint(self)
        except (PyomoException, TypeError) as error:  # such as a test of the index in Python
            raise UnexpandedError from error
        return found

    def element(self, index: Any) -> Any:
        """The expression at one element."""
        return self.rule(self.parent_block(), index)


class Deferred(Stock):
    """Makes components that stay in arrays."""

    def sets(self, index: Any, members: NDArray[np.int64], counts: NDArray[np.int64]) -> Any:
        """Sets of positions: the first of ``counts`` says how many of ``members`` the first one has."""
        return ArraySets(index, members, counts)

    def param(self, values: NDArray[Any], *index: Any) -> Any:
        """Numbers over index sets, one for each axis."""
        return ArrayParam(*index, values=values)

    def var(self, *index: Any, domain: Any) -> Any:
        """Variables over index sets, none of them made until asked for."""
        return ArrayVar(*index, domain=domain, dense=False)

    def constraint(self, *index: Any, rule: Callable[..., Any]) -> Any:
        """A constraint's template over the index sets."""
        return ArrayConstraint(*index, rule=rule)
