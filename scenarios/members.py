"""What a conflict can be made of (§13): every demand of an allocation as rows over its cells, with an owner.

Never a member: cells are whole and at least 0, and periods of profile 0 are empty unless held.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from engine.formula.checker import check
from engine.formula.names import Where
from engine.formula.tree import Compare
from engine.measures import RATIO, Measure
from engine.rulebook import PRIORITIES
from engine.words import Message
from scenarios.arrays import STAY_MOST, STAY_WITHIN
from scenarios.cells import sums_of
from scenarios.moves import Moves, moves
from scenarios.tighten import ceil, floor

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.arrays import Compiled
    from scenarios.convex import Floats, Whole
    from scenarios.problem import Asked, Problem

SCALES = tuple(10**digits for digits in range(7))  # decimals of coefficients that still count as whole
NOISE = 1e-9
LARGEST = 2.0**52
QUOTAS = Measure((("quota", 1),), name="quota", label=Message("chỉ tiêu", "quotas"))
REACH = 1_000.0  # how far beyond the figures a cell may go where nothing else bounds it


class Member(NamedTuple):
    """A demand that a conflict can name: ``name`` as in §13; ``kind``: total, at_least, at_most,
    cell_least, cell_most, pace, multiple, within, hold, rule, stay_within or stay_most; positions of quota
    and unit, -1 where it has none.
    """

    name: str
    kind: str
    priority: int
    quota: int
    unit: int


@dataclass(frozen=True, eq=False)
class Multiple:
    """Quotas that must be multiples (§10): of quota ``quota`` at the units ``units``, int64 [n], all not
    held; one of them may leave ``residue`` = (total − Σ held) mod ``step`` instead.
    """

    quota: int
    step: int
    residue: int
    units: Whole


@dataclass(frozen=True, eq=False)
class Members:
    """All members of a problem and their rows.

    Attributes:
        compiled: where they come from.
        items: the members, rules and totals last.
        owner: int64 [r], the member of each row.
        source: (component, row in it) of each row.
        matrix: csr float64 [r, K·U·T] over the cells in C order, coefficients whole where `whole`, else
            at most 1.
        lower, upper: float64 [r], ±inf where open, as stated: not drawn in to whole numbers.
        size: float64 [r] > 0: a row as stated is this times the row here.
        whole: bool [r].
        scale: float64 [r, 2]: what a relative loosening of 1 is at the lower and the upper side, in the
            units of the row here: |the figure of the side|, or 1 as stated where that is 0 (§13).
        multiples: by member.
        most: float64 [K·U·T], 0 where shut, else a number that no plan needs to pass.
        counted: the member that limits how many quotas move away from an issued plan, -1 without.
    """

    compiled: Compiled
    items: tuple[Member, ...]
    owner: Whole
    source: tuple[tuple[str, int], ...]
    matrix: sparse.csr_array
    lower: Floats
    upper: Floats
    size: Floats
    whole: NDArray[np.bool_]
    scale: Floats
    multiples: dict[int, Multiple]
    most: Floats
    counted: int = -1

    @property
    def problem(self) -> Problem:
        """What is asked."""
        return self.compiled.problem

    @property
    def shape(self) -> tuple[int, int, int]:
        """(K, U, T)."""
        problem = self.problem
        return len(problem.quotas), len(problem.units), len(problem.periods)

    @cached_property
    def index(self) -> dict[str, int]:
        """Positions by name."""
        return {member.name: position for position, member in enumerate(self.items)}

    @cached_property
    def drawn(self) -> tuple[Floats, Floats]:
        """The sides drawn in to what whole numbers can reach, float64 [r] each."""
        return (
            np.where(self.whole, ceil(self.lower), self.lower),
            np.where(self.whole, floor(self.upper), self.upper),
        )

    def at(self, row: int) -> dict[str, str]:
        """The place of a row, in names."""
        return self.compiled.at(*self.source[row])

    def counting(self, most: Floats) -> Moves:
        """Rows over the cells that count the quotas away from an issued plan, none above `most`, [K]."""
        stay = self.problem.stay
        assert stay is not None
        quotas, units, periods = self.shape
        issued = np.where(stay.known, stay.quotas, 0.0).max(axis=1)
        upper = np.repeat(np.maximum(most, issued), units)
        found = moves(stay, np.zeros(len(upper)), upper)
        sums = sums_of(quotas * units, periods)
        return found._replace(matrix=sparse.csr_array(found.matrix @ sums))

    def measure(self, member: int, quota: str | None = None) -> Measure:
        """What a member's amounts are measured in, at a quota if it spans several: a base measure."""
        item = self.items[member]
        if item.kind == "stay_most":
            return QUOTAS
        if quota is not None:
            indicator = self.problem.asked(quota).quota.indicator
            return self.problem.rulebook.indicators[indicator].measure.base()
        if item.kind == "rule":
            return rule_measure(self.problem, item.name).base()
        asked = self.problem.quotas[item.quota].quota
        return self.problem.rulebook.indicators[asked.indicator].measure.base()


def rule_measure(problem: Problem, name: str) -> Measure:
    """What a rule's sides are measured in."""
    rulebook, rule = problem.rulebook, problem.allocation.rules[name]
    scope = rulebook.scope(Where.RULE, None, problem.allocation)
    comparison = rule.require.root
    assert isinstance(comparison, Compare)
    for side in comparison.operands:
        typed = check(
            side, scope, lambda ref: rulebook.metrics[ref.metric].measures.get(ref.indicator), _ignore
        )
        if typed and typed.measure and not typed.bare:
            return typed.measure
    return RATIO


def _ignore(*_: object) -> None:
    """Rules were checked when the rulebook was loaded."""


def list_members(compiled: Compiled) -> Members:
    """The members of a problem, those that are rather left out of a conflict first."""
    problem = compiled.problem
    parts = [part for k, asked in enumerate(problem.quotas) for part in _of_quota(compiled, k, asked)]
    parts += [
        (Member(name, "rule", rule.priority, -1, -1), name, np.arange(len(compiled.rows[name].lower)))
        for name, rule in problem.allocation.rules.items()
        if name in compiled.rows
    ]
    parts += _staying(compiled)
    order = (
        *("at_most", "at_least", "pace", "cell_most", "cell_least", "multiple", "within", "hold", "rule"),
        *("total", "stay_within", "stay_most"),
    )
    parts.sort(key=lambda part: order.index(part[0].kind))
    items = tuple(part[0] for part in parts)
    taken = [compiled.rows[component] for _, component, _ in parts if component]
    at = [rows for _, component, rows in parts if component]
    cells = len(problem.quotas) * len(problem.units) * len(problem.periods)
    matrix = sparse.vstack(
        [sparse.csr_array((0, cells)), *(part.matrix[row] for part, row in zip(taken, at, strict=True))],
        format="csr",
    )
    empty = np.zeros(0)
    lower = np.concatenate([empty, *(part.lower[row] for part, row in zip(taken, at, strict=True))])
    upper = np.concatenate([empty, *(part.upper[row] for part, row in zip(taken, at, strict=True))])
    matrix, size, whole = _normal(matrix)
    lower, upper = lower / size, upper / size
    sides = np.abs(np.column_stack([lower, upper]))
    return Members(
        compiled=compiled,
        items=items,
        owner=np.repeat(np.arange(len(parts)), [len(rows) for _, _, rows in parts]).astype(np.int64),
        source=tuple((component, int(row)) for _, component, rows in parts for row in rows),
        matrix=matrix,
        lower=lower,
        upper=upper,
        size=size,
        whole=whole,
        scale=np.where(sides > NOISE**2, sides, 1 / size[:, None]),
        multiples={
            position: _multiple(problem.quotas[item.quota], item.quota)
            for position, item in enumerate(items)
            if item.kind == "multiple"
        },
        most=_most(problem, matrix, lower, upper),
        counted=next((n for n, item in enumerate(items) if item.kind == "stay_most"), -1),
    )


def _of_quota(compiled: Compiled, k: int, asked: Asked) -> list[tuple[Member, str, Whole]]:
    """The members of one quota, each with its component and the rows of it that are its own."""
    quota = asked.quota
    name = quota.id
    found: list[tuple[Member, str, Whole]] = []
    kinds = {
        "total": ("total", PRIORITIES["totals"]),
        "within": ("within", PRIORITIES["nests"]),
        "per_period.at_least": ("cell_least", _priority(quota.cell_least, "per_period")),
        "per_period.at_most": ("cell_most", _priority(quota.cell_most, "per_period")),
    }
    for key, (kind, priority) in kinds.items():
        if rows := compiled.rows.get(f"{name}.{key}"):
            member = Member(f"{name}.{key}", kind, priority, k, -1)
            found.append((member, f"{name}.{key}", np.arange(len(rows.lower))))
    split = {
        "at_least": (f"{name}.at_least.{{}}", _priority(quota.at_least, "bounds")),
        "at_most": (f"{name}.at_most.{{}}", _priority(quota.at_most, "bounds")),
        "pace": (f"{name}.pace.{{}}", _priority(quota.pace, "bounds")),
        "hold": (f"hold.{{}}.{name}", PRIORITIES["holds"]),
    }
    for key, (spelled, priority) in split.items():
        if rows := compiled.rows.get(f"{name}.{key}"):
            for unit in np.unique(rows.unit).tolist():
                member = Member(spelled.format(compiled.problem.unit_ids[unit]), key, priority, k, unit)
                found.append((member, f"{name}.{key}", np.flatnonzero(rows.unit == unit)))
    if quota.multiple_of > 1 and np.isnan(asked.held).any():
        member = Member(f"{name}.multiple_of", "multiple", PRIORITIES["multiples"], k, -1)
        found.append((member, "", np.zeros(0, dtype=np.int64)))
    return found


def _staying(compiled: Compiled) -> list[tuple[Member, str, Whole]]:
    """What keeps the plan close to an issued one."""
    stay, priority = compiled.problem.stay, PRIORITIES["stay"]
    found = []
    if rows := compiled.rows.get(STAY_WITHIN):
        member = Member(STAY_WITHIN, "stay_within", priority, -1, -1)
        found.append((member, STAY_WITHIN, np.arange(len(rows.lower))))
    if stay is not None and stay.most is not None:
        nothing = np.zeros(0, dtype=np.int64)
        found.append((Member(STAY_MOST, "stay_most", priority, -1, -1), "", nothing))
    return found


def _priority(bound: object, key: str) -> int:
    return int(getattr(bound, "priority", PRIORITIES[key]))


def _multiple(asked: Asked, quota: int) -> Multiple:
    step = asked.quota.multiple_of
    residue = (asked.total - int(np.nansum(asked.held))) % step
    return Multiple(quota, step, residue, np.flatnonzero(np.isnan(asked.held)))


def _normal(matrix: sparse.csr_array) -> tuple[sparse.csr_array, Floats, NDArray[np.bool_]]:
    """Rows with whole coefficients without a common divisor where decimals allow, else of at most 1."""
    matrix = matrix.copy()
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    count = matrix.shape[0]
    size, whole = np.ones(count), np.zeros(count, dtype=bool)
    filled = np.flatnonzero(np.diff(matrix.indptr))
    whole[np.diff(matrix.indptr) == 0] = True
    if len(filled) == 0:
        return matrix, size, whole
    starts = matrix.indptr[filled]
    values = np.abs(matrix.data)
    greatest = np.maximum.reduceat(values, starts)
    divisor = greatest.copy()
    found = np.zeros(len(filled), dtype=bool)
    for scale in SCALES:
        scaled = values * scale
        fits = (np.abs(scaled - np.round(scaled)) <= 1e-12 * scaled) & (scaled < LARGEST)
        here = np.logical_and.reduceat(fits, starts) & ~found
        numbers = np.where(fits, np.round(scaled), 0).astype(np.int64)
        divisor = np.where(here, np.gcd.reduceat(numbers, starts) / scale, divisor)
        found |= here
    size[filled], whole[filled] = divisor, found
    rows = np.repeat(np.arange(count), np.diff(matrix.indptr))
    data = matrix.data / size[rows]
    matrix.data = np.where(whole[rows], np.round(data), data)
    return matrix, size, whole


def _most(problem: Problem, matrix: sparse.csr_array, lower: Floats, upper: Floats) -> Floats:
    sides = np.concatenate([lower, upper])
    reach = REACH * float(np.abs(sides[np.isfinite(sides)]).max(initial=1.0))
    least = float(np.abs(matrix.data).min(initial=1.0))
    reach = float(np.ceil(min(max(reach, 1.0) / least, max(2.0**40, 2 * reach / REACH))))
    placed = [
        (asked.profile > 0) | ~np.isnan(asked.held_cells) for asked in problem.quotas
    ]  # [U, T] by broadcasting
    return np.where(np.array(placed), reach, 0.0).ravel()
