"""Pyomo's components from numpy arrays, with every element made: what any solver of Pyomo's can take."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Stock:
    """Makes ordinary components. Index sets are ranges from 0."""

    def range(self, size: int) -> Any:
        """The positions 0 … size − 1."""
        return pyo.RangeSet(0, size - 1)

    def sets(self, index: Any, members: NDArray[np.int64], counts: NDArray[np.int64]) -> Any:
        """Sets of positions: the first of ``counts`` says how many of ``members`` the first one has."""
        found = np.split(members, np.cumsum(counts)[:-1])
        return pyo.Set(index, initialize={at: each.tolist() for at, each in enumerate(found)}, dimen=1)

    def param(self, values: NDArray[Any], *index: Any) -> Any:
        """Numbers over index sets, one for each axis."""
        flat = values.ravel().tolist()
        keys = np.ndindex(values.shape) if values.ndim > 1 else range(values.size)
        return pyo.Param(*index, initialize=dict(zip(keys, flat, strict=True)), domain=pyo.Any)

    def var(self, *index: Any, domain: Any) -> Any:
        """Variables over index sets."""
        return pyo.Var(*index, domain=domain)

    def constraint(self, *index: Any, rule: Callable[..., Any]) -> Any:
        """A constraint at each element of the index sets."""
        return pyo.Constraint(*index, rule=rule)
