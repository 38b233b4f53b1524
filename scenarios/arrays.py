"""From the Pyomo model to the arrays that the solver core takes, and back to names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyomo.environ as pyo
from pyomo.repn import generate_standard_repn
from scipy import sparse

from scenarios.cells import CellProblem
from scenarios.expressions import Instance
from scenarios.model import RULE, Model
from scenarios.problem import Floats, Problem


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows over the cells of one component.

    ``matrix``: csr float64 [row, K·U·T]; ``keys``: the rows' indexes in Pyomo.
    """

    matrix: sparse.csr_array
    lower: Floats
    upper: Floats
    keys: list[Any]


@dataclass(frozen=True, slots=True)
class Compiled:
    """The model in arrays: by component, so that a group of constraints can be left out."""

    problem: Problem
    at_least: Floats
    at_most: Floats
    rows: dict[str, Rows]
    instances: dict[str, list[Instance]]

    def cells(self, without: frozenset[str] = frozenset()) -> CellProblem:
        """The problem of the solver core; ``without``: components and bounds that are left out.

        Bounds are named ``QUOTA.at_least`` and ``QUOTA.at_most``, the rest as in ``rows``.
        """
        problem = self.problem
        quotas, units, spans = len(problem.quotas), len(problem.units), len(problem.periods)
        at_least, at_most = self.at_least.copy(), self.at_most.copy()
        for k, asked in enumerate(problem.quotas):
            if f"{asked.quota.id}.at_least" in without:
                at_least[k] = -np.inf
            if f"{asked.quota.id}.at_most" in without:
                at_most[k] = np.inf
        kept = [rows for name, rows in self.rows.items() if name not in without]
        width = quotas * units * spans
        shape = (quotas, units, spans)
        return CellProblem(
            total=np.array([asked.total for asked in problem.quotas], dtype=np.int64),
            fair=np.array([asked.fair for asked in problem.quotas]),
            weight=np.ones(quotas),
            lower=at_least,
            upper=at_most,
            cell_lower=np.zeros(shape),
            cell_upper=np.full(shape, np.inf),
            profile=np.ones((quotas, spans)),
            matrix=sparse.vstack(
                [sparse.csr_array((0, width)), *(rows.matrix for rows in kept)], format="csr"
            ),
            row_lower=np.concatenate([np.zeros(0), *(rows.lower for rows in kept)]),
            row_upper=np.concatenate([np.zeros(0), *(rows.upper for rows in kept)]),
            fairness=problem.allocation.fairness,
        )


def compile_model(model: Model, problem: Problem) -> Compiled:
    """Read bounds, nests and rules off the Pyomo model.

    The totals stay with the problem, nests are named ``QUOTA.within``, rules by their own names.
    """
    pyomo = model.pyomo
    shape = (len(problem.quotas), len(problem.units))
    at_least, at_most = np.full(shape, -np.inf), np.full(shape, np.inf)
    for (k, u), constraint in pyomo.at_least.items():
        at_least[k, u] = pyo.value(constraint.lower)
    for (k, u), constraint in pyomo.at_most.items():
        at_most[k, u] = pyo.value(constraint.upper)
    columns = {id(cell): position for position, cell in enumerate(pyomo.x.values())}
    rows: dict[str, Rows] = {}
    for k, asked in enumerate(problem.quotas):
        nest = {key: row for key, row in pyomo.within.items() if key[0] == k}
        if nest:
            rows[f"{asked.quota.id}.within"] = _rows(nest, columns)
    for name in model.instances:
        rows[name] = _rows(dict(pyomo.component(f"{RULE}{name}").items()), columns)
    return Compiled(problem, at_least, at_most, rows, model.instances)


def _rows(constraints: dict[Any, Any], columns: dict[int, int]) -> Rows:
    """Constraints as rows; constants and the fixed ``one`` go over to the bounds."""
    values: list[float] = []
    at_row: list[int] = []
    at_column: list[int] = []
    lower, upper = [], []
    for row, constraint in enumerate(constraints.values()):
        linear = generate_standard_repn(constraint.body, compute_values=True)
        constant = linear.constant
        for variable, coefficient in zip(linear.linear_vars, linear.linear_coefs, strict=True):
            column = columns.get(id(variable))
            if column is None:
                constant += coefficient
            else:
                at_row.append(row)
                at_column.append(column)
                values.append(coefficient)
        low, high = pyo.value(constraint.lower), pyo.value(constraint.upper)
        lower.append(-np.inf if low is None else low - constant)
        upper.append(np.inf if high is None else high - constant)
    shape = (len(constraints), len(columns))
    matrix = sparse.csr_array((np.array(values, dtype=float), (at_row, at_column)), shape=shape)
    return Rows(matrix, np.array(lower, dtype=float), np.array(upper, dtype=float), list(constraints))
