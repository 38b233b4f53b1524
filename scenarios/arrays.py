"""From the Pyomo model to the arrays that the solver core takes, and back to names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from engine.formula.names import Where
from scenarios.bulk import Block, Columns, compile_block
from scenarios.cells import CellProblem
from scenarios.model import NOTHING_SPARED, RULE, STAYING, Model, Spared, build
from scenarios.neighbours import changed_parameters, parameters_of
from scenarios.places import Instance, Instances
from scenarios.problem import Floats, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.convex import Whole

STAY = "stay"
STAY_WITHIN = "stay.within"
STAY_MOST = "stay.most"
"""What keeps a plan close to an issued one, as components and members; no quota's part."""

BY_QUOTA = {
    "total": ("total",),
    "at_least": ("at_least",),
    "at_most": ("at_most",),
    "pace": ("pace_least", "pace_most"),
    "per_period.at_least": ("cell_least",),
    "per_period.at_most": ("cell_most",),
    "hold": ("hold", "hold_cell"),
}
"""The parts of a quota that are rows, by the Pyomo constraints that state them."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows over the cells of one component.

    ``matrix``: csr float64 [row, K·U·T], the cells in C order; ``lower`` and ``upper``: float64 [row], ±inf
    where open, constants moved over to them. Where a row stands, int64 [row], -1 for nowhere: ``unit`` and
    ``period``, positions among the problem's; ``group``, a position in the rule's grouping; ``link``, which
    comparison of a chain.
    """

    matrix: sparse.csr_array
    lower: Floats
    upper: Floats
    unit: Whole
    period: Whole
    group: Whole
    link: Whole

    def __len__(self) -> int:
        return len(self.lower)

    def instance(self, row: int) -> Instance:
        """Where a row of a rule stands."""
        places = (int(axis[row]) for axis in (self.unit, self.period, self.group))
        return Instance(*(place if place >= 0 else None for place in places))


@dataclass(frozen=True, slots=True)
class Compiled:
    """The model in arrays, by component, so that each can be left out: ``QUOTA.total``, ``QUOTA.at_least``,
    ``QUOTA.at_most``, ``QUOTA.pace``, ``QUOTA.per_period.at_least``, ``QUOTA.per_period.at_most``,
    ``QUOTA.hold``, ``QUOTA.within``, ``stay.within``, and each rule by its own name. Those without
    rows are left out. ``data``: the numbers that each rule's rows are made of.
    """

    problem: Problem
    rows: dict[str, Rows]
    instances: Mapping[str, Instances]
    data: Mapping[str, tuple[Floats, ...]]

    def at(self, name: str, row: int) -> dict[str, str]:
        """The place of a component's row: names by unit, period or grouping."""
        rows, problem = self.rows[name], self.problem
        found = {}
        if name == STAY_WITHIN:
            _, units, spans = problem.shape
            found["quota"] = problem.quotas[rows.matrix[[row]].indices[0] // (units * spans)].quota.id
        if rows.unit[row] >= 0:
            found["unit"] = problem.unit_ids[rows.unit[row]]
        if rows.group[row] >= 0:
            groupings = problem.rulebook.groupings
            grouping = next(over for over in problem.allocation.rules[name].over if over in groupings)
            found[grouping] = groupings[grouping].groups[rows.group[row]]
        if rows.period[row] >= 0:
            found["period"] = problem.periods[rows.period[row]].name
        return found

    def cells(self, without: frozenset[str] = frozenset()) -> CellProblem:
        """The problem of the solver core, with nests and rules as its matrix and all else as its bounds.

        Args:
            without: components that are left out, ``QUOTA.multiple_of``, ``stay.most``, or ``stay``: all
                that has to do with an issued plan.

        Raises:
            ValueError: a total can't be left out.
        """
        problem = self.problem
        totals = {f"{asked.quota.id}.total" for asked in problem.quotas} & without
        if totals:
            raise ValueError(f"without {sorted(totals)}")
        quotas, units, spans = len(problem.quotas), len(problem.units), len(problem.periods)
        stay = None if STAY in without else problem.stay
        bounds = _Bounds((quotas, units, spans))
        held = np.zeros((quotas, units), dtype=bool)
        fair = np.array([asked.fair for asked in problem.quotas])
        multiple = np.array([asked.quota.multiple_of for asked in problem.quotas], dtype=np.int64)
        for k, asked in enumerate(problem.quotas):
            name = asked.quota.id
            for part in BY_QUOTA:
                rows = self.rows.get(f"{name}.{part}")
                if rows is not None and part != "total" and f"{name}.{part}" not in without:
                    bounds.narrow(k, rows)
            if f"{name}.hold" in without:
                fair[k] = np.where(np.isnan(asked.held).all(), asked.fair, asked.before)
            else:
                held[k] = ~np.isnan(asked.held)
                bounds.hold(k, asked.held)
                # Also where its every period is held.
                bounds.lower[k, held[k]] = bounds.upper[k, held[k]] = asked.held[held[k]]
            held_cells = (
                np.full(asked.held_cells.shape, np.nan) if f"{name}.hold" in without else asked.held_cells
            )
            bounds.shut(k, np.isnan(held_cells) & (asked.profile == 0))
            if f"{name}.multiple_of" in without:
                multiple[k] = 1
        if stay is not None:
            fair = stay.drawn(fair)
            if STAY_MOST in without:
                stay = replace(stay, most=None)
            if STAY_WITHIN in self.rows and STAY_WITHIN not in without:
                bounds.limit(self.rows[STAY_WITHIN])
        kept = [rows for name, rows in self.rows.items() if name not in without and not self._folded(name)]
        width = quotas * units * spans
        costs = [np.zeros(units) if asked.cost is None else asked.cost for asked in problem.quotas]
        return CellProblem(
            total=np.array([asked.total for asked in problem.quotas], dtype=np.int64),
            fair=fair,
            weight=np.array([asked.quota.weight for asked in problem.quotas]),
            lower=bounds.lower,
            upper=bounds.upper,
            cell_lower=bounds.cell_lower,
            cell_upper=bounds.cell_upper,
            profile=np.array([asked.profile for asked in problem.quotas]),
            matrix=sparse.vstack(
                [sparse.csr_array((0, width)), *(rows.matrix for rows in kept)], format="csr"
            ),
            row_lower=np.concatenate([np.zeros(0), *(rows.lower for rows in kept)]),
            row_upper=np.concatenate([np.zeros(0), *(rows.upper for rows in kept)]),
            held=held,
            fairness=problem.allocation.fairness,
            multiple=multiple,
            cost=np.array(costs),
            need=np.array([asked.need for asked in problem.quotas]),
            stay=stay,
        )

    def _folded(self, name: str) -> bool:
        """Whether a component becomes bounds."""
        if name == STAY_WITHIN:
            return True
        _, _, part = name.partition(".")
        return part in BY_QUOTA


class _Bounds:
    """Bounds of quotas and cells, narrowed row by row."""

    def __init__(self, shape: tuple[int, int, int]) -> None:
        self.lower, self.upper = np.full(shape[:2], -np.inf), np.full(shape[:2], np.inf)
        self.cell_lower, self.cell_upper = np.zeros(shape), np.full(shape, np.inf)

    def hold(self, quota: int, held: Floats) -> None:
        """Fix a quota's units where something is held, [unit], also period by period."""
        self.lower[quota] = np.where(np.isnan(held), self.lower[quota], held)
        self.upper[quota] = np.where(np.isnan(held), self.upper[quota], held)

    def shut(self, quota: int, cells: NDArray[np.bool_]) -> None:
        """Allow nothing in a quota's cells, [unit, period], whatever their floors ask for."""
        self.cell_upper[quota][cells] = 0.0

    def limit(self, rows: Rows) -> None:
        """Take in rows over whole quotas, held ones too."""
        first = rows.matrix.indices[rows.matrix.indptr[:-1]]
        at = first // self.cell_lower[0].size, rows.unit
        np.maximum.at(self.lower, at, rows.lower)
        np.minimum.at(self.upper, at, rows.upper)

    def narrow(self, quota: int, rows: Rows) -> None:
        """Take in a quota's rows: over a unit, or over one of its cells."""
        whole = rows.period < 0
        unit, lower, upper = rows.unit[whole], rows.lower[whole], rows.upper[whole]
        # A unit may have two rows, one for each side.
        np.maximum.at(self.lower[quota], unit, lower)
        np.minimum.at(self.upper[quota], unit, upper)
        at = quota, rows.unit[~whole], rows.period[~whole]
        self.cell_lower[at] = np.maximum(self.cell_lower[at], rows.lower[~whole])
        self.cell_upper[at] = np.minimum(self.cell_upper[at], rows.upper[~whole])


def spared(problem: Problem, like: Compiled) -> Spared:
    """What of a problem's model a neighbour's rows serve for, since it rests on nothing that differs."""
    other = like.problem
    changed = changed_parameters(problem.rulebook, other.rulebook) if _comparable(problem, other) else None
    if changed is None:
        return NOTHING_SPARED
    rulebook, allocation = problem.rulebook, problem.allocation
    scope = rulebook.scope(Where.RULE, None, allocation)
    same = (
        name
        for name, rule in allocation.rules.items()
        if name in like.instances and not parameters_of(rulebook, rule.require, scope) & changed
    )
    quotas = all(a is b for a, b in zip(problem.quotas, other.quotas, strict=True))
    return Spared(quotas, frozenset(same))


def compile_like(problem: Problem, like: Compiled | None = None) -> Compiled:
    """State a problem and read it off. ``like``: a neighbour, of which what is the same is taken over."""
    if like is None:
        return compile_model(build(problem, deferred=True), problem)
    left_out = spared(problem, like)
    return compile_model(build(problem, deferred=True, spared=left_out), problem, like, left_out)


def compile_model(
    model: Model, problem: Problem, like: Compiled | None = None, left_out: Spared = NOTHING_SPARED
) -> Compiled:
    """Read totals, bounds, holds, nests and rules off the Pyomo model. ``like``: a neighbour, of which
    what is made of the very same numbers is taken over, and what the model leaves out.
    """
    pyomo = model.pyomo
    columns = Columns(pyomo)
    cells = len(problem.quotas) * len(problem.units) * len(problem.periods)
    if like is not None and not _comparable(problem, like.problem):
        like = None
    rows: dict[str, Rows] = {}
    if like is not None and (left_out.quotas or _same_quotas(problem, like.problem)):
        rows = _without_rules(like)
    if not rows:
        rows = _of_quotas(model, problem, columns)
    stands, data = dict[str, Instances](), dict(model.data)
    for name in problem.allocation.rules:
        if like is not None and name in left_out.rules:
            stands[name] = like.instances[name]
            data |= {name: like.data[name]} if name in like.data else {}
        else:
            stands[name] = model.instances[name]
        if like is not None and (name in left_out.rules or _same_rule(name, model, like)):
            if name in like.rows:
                rows[name] = like.rows[name]
            continue
        links: list[Rows] = []
        while (part := pyomo.component(f"{RULE}{name}_{len(links)}")) is not None:
            links.append(_of_rule(_block(part, columns, cells), stands[name], len(links)))
        _keep(rows, name, links)
    return Compiled(problem, rows, stands, data)


def _of_quotas(model: Model, problem: Problem, columns: Columns) -> dict[str, Rows]:
    """The rows of all but rules."""
    pyomo = model.pyomo
    cells = len(problem.quotas) * len(problem.units) * len(problem.periods)
    blocks = {
        name: _block(pyomo.component(name), columns, cells)
        for parts in BY_QUOTA.values()
        for name in parts
        if pyomo.component(name) is not None
    }
    rows: dict[str, Rows] = {}
    for k, asked in enumerate(problem.quotas):
        for part, names in BY_QUOTA.items():
            found = [_of_quota(blocks[name], k) for name in names if name in blocks]
            _keep(rows, f"{asked.quota.id}.{part}", found)
    if model.nests:
        within = _block(pyomo.within, columns, cells)
        for n, (inner, _) in enumerate(model.nests):
            _keep(rows, f"{problem.quotas[inner].quota.id}.within", [_of_quota(within, n)])
    sides = [pyomo.component(name) for name in STAYING if pyomo.component(name) is not None]
    _keep(rows, STAY_WITHIN, [_of_units(_block(part, columns, cells)) for part in sides])
    return rows


_NUMBERS = (
    "at_least",
    "at_most",
    "cell_least",
    "cell_most",
    "held",
    "held_cells",
    "profile",
    "pace_least",
    "pace_most",
)
"""What the rows of a quota are made of, beside its total."""


def _comparable(one: Problem, other: Problem) -> bool:
    """Whether two problems are of the same allocation and cells, so that rows of one may serve the other."""
    return (
        one.allocation is other.allocation
        and one.units == other.units
        and one.periods == other.periods
        and one.stay is None
        and other.stay is None
    )


def _same_quotas(one: Problem, other: Problem) -> bool:
    """Whether all totals, bounds and holds are the same, bit for bit."""
    return all(
        a.quota is b.quota
        and a.total == b.total
        and all(np.array_equal(getattr(a, name), getattr(b, name), equal_nan=True) for name in _NUMBERS)
        for a, b in zip(one.quotas, other.quotas, strict=True)
    )


def _without_rules(like: Compiled) -> dict[str, Rows]:
    return {name: rows for name, rows in like.rows.items() if name not in like.instances}


def _same_rule(name: str, model: Model, like: Compiled) -> bool:
    """Whether a rule stands at the same places with the same numbers, bit for bit."""
    one, other = model.instances[name], like.instances[name]
    places = ((getattr(one, axis), getattr(other, axis)) for axis in ("unit", "period", "group"))
    own, others = model.data.get(name, ()), like.data.get(name, ())  # none where it stands nowhere
    return len(own) == len(others) and all(
        np.array_equal(a, b) for a, b in (*places, *zip(own, others, strict=True))
    )


def _keep(rows: dict[str, Rows], name: str, found: list[Rows]) -> None:
    """Put the parts of a component together, in the order of their instances."""
    found = [part for part in found if len(part)]
    if len(found) < 2:
        if found:
            rows[name] = found[0]
        return
    lower, upper, unit, period, group, link = (
        np.concatenate([getattr(part, field) for part in found])
        for field in ("lower", "upper", "unit", "period", "group", "link")
    )
    order = np.lexsort((link, period, group, unit))
    matrix = sparse.vstack([part.matrix for part in found], format="csr")[order]
    rows[name] = Rows(
        matrix, lower[order], upper[order], unit[order], period[order], group[order], link[order]
    )


def _of_quota(block: Block, first: int) -> Rows:
    """The rows of a block over quota (or nest), unit and period that have this first index."""
    at = np.flatnonzero(block.index[:, 0] == first)
    nowhere = np.full(len(at), -1, dtype=np.int64)
    unit, period = (block.index[at, axis] if block.index.shape[1] > axis else nowhere for axis in (1, 2))
    return Rows(block.matrix[at], block.lower[at], block.upper[at], unit, period, nowhere, nowhere)


def _of_units(block: Block) -> Rows:
    """The rows of a block over quota and unit."""
    nowhere = np.full(len(block.lower), -1, dtype=np.int64)
    return Rows(block.matrix, block.lower, block.upper, block.index[:, 1], nowhere, nowhere, nowhere)


def _of_rule(block: Block, instances: Instances, link: int) -> Rows:
    stands = instances.picked(block.index[:, 0])
    links = np.full(len(stands), link, dtype=np.int64)
    return Rows(block.matrix, block.lower, block.upper, stands.unit, stands.period, stands.group, links)


def _block(constraint: Any, columns: Columns, cells: int) -> Block:
    """A constraint's rows over the cells; ``one``, the column after them, goes over to the sides."""
    block = compile_block(constraint, columns)
    if block.matrix.nnz and block.matrix.indices.max() < cells:
        matrix = block.matrix
        shape = (len(block.lower), cells)
        return replace(block, matrix=sparse.csr_array((matrix.data, matrix.indices, matrix.indptr), shape))
    constant = block.matrix[:, [cells]].toarray()[:, 0]
    return Block(block.matrix[:, :cells], block.lower - constant, block.upper - constant, block.index)
