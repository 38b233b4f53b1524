"""Constraints as sparse rows: a template is expanded over index arrays, any other is read by Pyomo (§10).

Of a template the compiler knows names of elements, sums over sets, ``+ - * /`` and numbers. Where it meets
anything else it takes the elements one by one, with Pyomo's own linear form.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyomo.environ as pyo
from pyomo.core.expr import numeric_expr as numeric
from pyomo.core.expr import relational_expr as relational
from pyomo.core.expr.template_expr import GetItemExpression, IndexTemplate, TemplateSumExpression
from pyomo.repn import generate_standard_repn
from scipy import sparse

from scenarios.deferred import ArrayConstraint, ArrayParam, ArraySets, UnexpandedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int64]
    # where in the frame int64 [n], column int64 [n], coefficient float64 [n] or one for all
    Entries = list[tuple[Whole, Whole, Any]]


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of one constraint: ``matrix`` csr float64 [row, column] over all variables of the model,
    ``lower`` and ``upper`` float64 [row], ±inf where open but never both; ``index`` int64 [row, axis].
    """

    matrix: sparse.csr_array
    lower: Floats
    upper: Floats
    index: Whole


class Columns:
    """The columns of a model: its variables in the order they are stated, each over its index sets."""

    def __init__(self, model: Any) -> None:
        self.first: dict[int, int] = {}
        self.variables = list(model.component_objects(pyo.Var))
        self.size = 0
        for variable in self.variables:
            self.first[id(variable)] = self.size
            self.size += len(variable.index_set()) if variable.is_indexed() else 1

    def of(self, element: Any) -> int:
        """The column of one variable."""
        component = element.parent_component()
        first = self.first[id(component)]
        if not component.is_indexed():
            return first
        index = element.index()
        return first + int(_position(component, index if isinstance(index, tuple) else (index,)))


@dataclass(frozen=True, slots=True)
class StandardForm:
    """A whole model: ``matrix`` csr float64 [row, column]; ``lower``, ``upper`` [row], ``column_lower``,
    ``column_upper`` and ``cost`` [column] float64, ±inf where open; ``integer`` bool [column].
    """

    matrix: sparse.csr_array
    lower: Floats
    upper: Floats
    column_lower: Floats
    column_upper: Floats
    cost: Floats
    integer: NDArray[np.bool_]


def standard_form(model: Any) -> StandardForm:
    """A model in arrays, stock or deferred: its constraints one after the other, and its linear objective.

    Constraints that have one variable each become bounds of columns. All elements of a variable must have
    the same bounds and domain.
    """
    columns = Columns(model)
    lower, upper = np.full(columns.size, -np.inf), np.full(columns.size, np.inf)
    integer = np.zeros(columns.size, dtype=bool)
    for variable in columns.variables:
        if not variable.is_indexed() or len(variable.index_set()):
            any_ = variable[next(iter(variable.index_set()))] if variable.is_indexed() else variable
            first = columns.first[id(variable)]
            span = slice(first, first + (len(variable.index_set()) if variable.is_indexed() else 1))
            low, high = any_.bounds
            lower[span] = -np.inf if low is None else low
            upper[span] = np.inf if high is None else high
            integer[span] = any_.is_integer() or any_.is_binary()
    blocks = []
    for constraint in model.component_objects(pyo.Constraint):
        block = compile_block(constraint, columns)
        if (np.diff(block.matrix.indptr) == 1).all():
            _narrow(lower, upper, block)
        else:
            blocks.append(block)
    cost = np.zeros(columns.size)
    for objective in model.component_data_objects(pyo.Objective, active=True):
        linear = generate_standard_repn(objective.expr)
        for element, value in zip(linear.linear_vars, linear.linear_coefs, strict=True):
            cost[columns.of(element)] += value * objective.sense
    nothing = np.zeros(0)
    return StandardForm(
        sparse.vstack(
            [sparse.csr_array((0, columns.size)), *(block.matrix for block in blocks)], format="csr"
        ),
        np.concatenate([nothing, *(block.lower for block in blocks)]),
        np.concatenate([nothing, *(block.upper for block in blocks)]),
        lower,
        upper,
        cost,
        integer,
    )


def _narrow(lower: Floats, upper: Floats, block: Block) -> None:
    """Take rows of one variable each into the bounds of the columns."""
    column, value = block.matrix.indices, block.matrix.data
    sides = block.lower / value, block.upper / value
    np.maximum.at(lower, column, np.where(value > 0, *sides))
    np.minimum.at(upper, column, np.where(value > 0, *sides[::-1]))


def compile_block(constraint: Any, columns: Columns) -> Block:
    """The rows of a constraint whose sides aren't both infinite, in the order of its index."""
    if isinstance(constraint, ArrayConstraint):
        try:
            return _expanded(constraint, columns)
        except UnexpandedError:
            elements = [(at, constraint.element(at)) for at in constraint.index_set()]
            stock = pyo.Block(concrete=True)
            stock.found = pyo.Constraint(pyo.Any)
            for at, element in elements:
                stock.found[at] = element
            constraint = stock.found
    return _one_by_one(constraint, columns)


def _one_by_one(constraint: Any, columns: Columns) -> Block:
    """A constraint by Pyomo's own linear form of each element."""
    values: list[float] = []
    at_row: list[int] = []
    at_column: list[int] = []
    lower: list[float] = []
    upper: list[float] = []
    keys: list[tuple[int, ...]] = []
    for key, element in constraint.items():
        low, body, high = element.to_bounded_expression(evaluate_bounds=True)
        if low is None and high is None:
            continue
        linear = generate_standard_repn(body, compute_values=True)
        for variable, coefficient in zip(linear.linear_vars, linear.linear_coefs, strict=True):
            at_row.append(len(keys))
            at_column.append(columns.of(variable))
            values.append(coefficient)
        lower.append(-np.inf if low is None else low - linear.constant)
        upper.append(np.inf if high is None else high - linear.constant)
        keys.append(key if isinstance(key, tuple) else (key,))
    shape = (len(keys), columns.size)
    matrix = sparse.csr_array((np.array(values, dtype=float), (at_row, at_column)), shape=shape)
    index: Whole = np.array(keys, dtype=np.int64).reshape(len(keys), -1)
    return Block(_tidy(matrix), np.array(lower, dtype=float), np.array(upper, dtype=float), index)


def _expanded(constraint: ArrayConstraint, columns: Columns) -> Block:
    expression, templates = constraint.template()
    sets = list(constraint.index_set().subsets())
    sizes = [len(each) for each in sets]
    grid = np.indices(sizes).reshape(len(sizes), -1)
    frame = _Frame(
        {id(template): axis for template, axis in zip(templates, grid, strict=True)}, grid.shape[1]
    )
    expand = _Expander(columns)
    lower, upper, constant, entries = expand.relation(expression, frame)
    low = np.broadcast_to(np.asarray(lower - constant, dtype=np.float64), (frame.size,))
    high = np.broadcast_to(np.asarray(upper - constant, dtype=np.float64), (frame.size,))
    matrix = _matrix(entries, (frame.size, columns.size))
    stated = np.isfinite(low) | np.isfinite(high)
    if not stated.all():
        matrix, low, high, grid = matrix[stated], low[stated], high[stated], grid[:, stated]
    return Block(matrix, low, high, grid.T)


def _matrix(entries: Entries, shape: tuple[int, int]) -> sparse.csr_array:
    if not entries:
        return sparse.csr_array(shape)
    at = np.concatenate([part[0] for part in entries])
    column = np.concatenate([part[1] for part in entries])
    parts = [np.broadcast_to(np.asarray(part[2], dtype=float), part[0].shape) for part in entries]
    value = np.concatenate(parts)
    if not value.all():  # a branch not taken may even ask for the period before the first
        at, column, value = at[value != 0], column[value != 0], value[value != 0]
    return _tidy(sparse.csr_array((value, (at, column)), shape=shape))


def _tidy(matrix: sparse.csr_array) -> sparse.csr_array:
    matrix.sum_duplicates()
    if not matrix.data.all():
        matrix.eliminate_zeros()
    return matrix


@dataclass(frozen=True, slots=True)
class _Frame:
    """Places that an expression is expanded at: ``indexes`` has each template's value, int64 [size] or one
    for all.
    """

    indexes: Mapping[int, Any]
    size: int

    def spread(self, counts: Any, values: Whole, template: int) -> tuple[_Frame, Whole]:
        """Each place ``counts`` times, with a template's values; and which place each came from."""
        came = np.repeat(np.arange(self.size), counts)
        indexes = {
            key: index[came] if isinstance(index, np.ndarray) and index.ndim else index
            for key, index in self.indexes.items()
        }
        return _Frame({**indexes, template: values}, len(came)), came


class _Expander:
    """Expands templates into a constant, a number or float64 [size], and entries."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    def relation(self, expression: Any, frame: _Frame) -> tuple[Any, Any, Any, Entries]:
        """Lower side, upper side, and the constant and entries of the body between."""
        match expression:
            case relational.RangedExpression():
                low, body, high = expression.args
                constant, entries = self.of(body, frame)
                return self.number(low, frame), self.number(high, frame), constant, entries
            case relational.EqualityExpression() | relational.InequalityExpression():
                left, right = (self.of(side, frame) for side in expression.args)
                equal = isinstance(expression, relational.EqualityExpression)
                if not left[1]:  # a number on the left: the body is the right side, as in Pyomo
                    return (*self._sides(left[0], equal, lower=True), *right)
                if not right[1]:
                    return (*self._sides(right[0], equal, lower=False), *left)
                entries = left[1] + self._times(-1.0, right)[1]
                return (*self._sides(0.0, equal, lower=False), left[0] - right[0], entries)
        raise UnexpandedError

    def _sides(self, side: Any, equal: bool, lower: bool) -> tuple[Any, Any]:
        if equal:  # an infinite side of an equation says that there is none
            return np.where(np.isfinite(side), side, -np.inf), np.where(np.isfinite(side), side, np.inf)
        return (side, np.inf) if lower else (-np.inf, side)

    def number(self, expression: Any, frame: _Frame) -> Any:
        """An expression without variables."""
        constant, entries = self.of(expression, frame)
        if entries:
            raise UnexpandedError
        return constant

    def of(self, expression: Any, frame: _Frame) -> tuple[Any, Entries]:
        match expression:
            case int() | float():
                return float(expression), []
            case IndexTemplate():
                return frame.indexes[id(expression)], []
            case GetItemExpression():
                return self._element(expression, frame)
            case TemplateSumExpression():
                return self._sum(expression, frame)
            case numeric.SumExpression():  # a linear expression too
                parts = [self.of(part, frame) for part in expression.args]
                return sum(part[0] for part in parts), [entry for part in parts for entry in part[1]]
            case numeric.NegationExpression():
                return self._times(-1.0, self.of(expression.arg(0), frame))
            case numeric.ProductExpression():  # a monomial too
                left, right = (self.of(part, frame) for part in expression.args)
                if left[1] and right[1]:
                    raise UnexpandedError
                return self._times(right[0], left) if left[1] else self._times(left[0], right)
            case numeric.DivisionExpression():
                return self._over(self.of(expression.arg(0), frame), self.number(expression.arg(1), frame))
        if not hasattr(expression, "is_variable_type"):
            raise UnexpandedError
        if expression.is_variable_type():
            column = np.full(frame.size, self.columns.of(expression))
            return 0.0, [(np.arange(frame.size), column, 1.0)]
        if expression.is_parameter_type():
            return float(pyo.value(expression)), []
        raise UnexpandedError

    def _times(self, factor: Any, part: tuple[Any, Entries]) -> tuple[Any, Entries]:
        many = isinstance(factor, np.ndarray) and factor.ndim > 0
        return factor * part[0], [
            (at, column, value * (factor[at] if many else factor)) for at, column, value in part[1]
        ]

    def _over(self, part: tuple[Any, Entries], divisor: Any) -> tuple[Any, Entries]:
        many = isinstance(divisor, np.ndarray) and divisor.ndim > 0
        return part[0] / divisor, [
            (at, column, value / (divisor[at] if many else divisor)) for at, column, value in part[1]
        ]

    def _element(self, expression: Any, frame: _Frame) -> tuple[Any, Entries]:
        """A variable or a Param at indexes that may themselves be expressions."""
        component, *indexes = expression.args
        at = [_whole(self.number(index, frame)) for index in indexes]
        if isinstance(component, ArrayParam):
            return component.values_[tuple(at)], []
        if component.ctype is not pyo.Var:
            raise UnexpandedError
        column = self.columns.first[id(component)] + _position(component, at)
        places = np.arange(frame.size)
        return 0.0, [(places, np.broadcast_to(np.asarray(column, dtype=np.int64), (frame.size,)), 1.0)]

    def _sum(self, expression: Any, frame: _Frame) -> tuple[Any, Entries]:
        inner, came = frame, np.arange(frame.size)
        for group in expression.template_iters():
            if len(group) != 1:
                raise UnexpandedError
            counts, values = self._members(group[0]._set, inner)
            inner, step = inner.spread(counts, values, id(group[0]))
            came = came[step]
        constant, entries = self.of(expression.template_args()[0], inner)
        if np.any(constant):
            weights = np.broadcast_to(np.asarray(constant, dtype=float), (inner.size,))
            constant = np.bincount(came, weights=weights, minlength=frame.size)
        else:
            constant = 0.0
        return constant, [(came[at], column, value) for at, column, value in entries]

    def _members(self, over: Any, frame: _Frame) -> tuple[Any, Whole]:
        """How many positions a set has at each place, and all of them in turn."""
        if isinstance(over, GetItemExpression):
            sets, index = over.args
            if not isinstance(sets, ArraySets):
                raise UnexpandedError
            at = np.broadcast_to(np.asarray(_whole(self.number(index, frame))), (frame.size,))
            first, counts = sets.start[at], np.maximum(sets.start[at + 1] - sets.start[at], 0)
            within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
            return counts, sets.flat[np.repeat(first, counts) + within]
        members = np.arange(len(over))  # all are ranges from 0
        return len(members), np.tile(members, frame.size)


def _whole(index: Any) -> Any:
    """Positions as whole numbers: Params hold them as they were given."""
    return index.astype(np.int64) if isinstance(index, np.ndarray) else int(index)


def _position(component: Any, at: Any) -> Any:
    """Where an element over ranges from 0 stands among all."""
    sets = list(component.index_set().subsets())
    position: Any = 0
    for each, index in zip(sets, at, strict=True):
        position = position * len(each) + index
    return position
