"""The small allocations of `infeasible` for CP-SAT: whether they are possible, and the least loosening."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from ortools.sat.python import cp_model

from tests.scenarios.infeasible import GRID, PERIODS, QUOTAS, UNITS, Asking, Cell, Row

# For CP-SAT

TWO = 2  # figures and coefficients are whole numbers of halves
MOST = 200


class Exact:
    """The same allocation in CP-SAT, independent of the program."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.model = cp_model.CpModel()
        self.x = {cell: self._cell(cell) for cell in asking.cells()}

    def _cell(self, cell: Cell) -> Any:
        k, _, t = cell
        shut = (k, t) in self.asking.shut and cell not in self.asking.held_cells
        return self.model.new_int_var(0, 0 if shut else MOST, str(cell))

    def _activity(self, row: Row) -> Any:
        return sum(int(value * TWO) * self.x[cell] for cell, value in row.terms.items())

    def keep(self, member: str) -> None:
        """Demand a member."""
        if member.endswith(".multiple_of"):
            for distance in self._distances(member):
                self.model.add(distance == 0)
        for row in self.asking.members[member]:
            self.allow(row, Fraction(0))

    def allow(self, row: Row, by: Fraction) -> None:
        """Demand a row with its sides loosened."""
        if row.lower is not None:
            self.model.add(self._activity(row) >= _ceil((row.lower - by) * TWO))
        if row.upper is not None:
            self.model.add(self._activity(row) <= _floor((row.upper + by) * TWO))

    def keep_multiple(self, member: str, off: dict[int, int]) -> None:
        """Demand multiples, some units being off by so much from an allowed number."""
        asking, k = self.asking, QUOTAS.index(member.partition(".")[0])
        free = [u for u in range(asking.units) if (k, u) not in asking.held]
        for u, distance in zip(free, self._distances(member), strict=True):
            self.model.add(distance <= off.get(u, 0))

    def _distances(self, member: str) -> list[Any]:
        asking, model = self.asking, self.model
        k = QUOTAS.index(member.partition(".")[0])
        step = asking.multiple[k]
        residue = (asking.totals[k] - sum(n for (j, _), n in asking.held.items() if j == k)) % step
        found, odd = [], []
        for u in range(asking.units):
            if (k, u) in asking.held:
                continue
            here = model.new_bool_var("")
            odd.append(here)
            times, distance = model.new_int_var(0, MOST, ""), model.new_int_var(0, step, "")
            off = sum(self.x[k, u, t] for t in range(asking.periods)) - step * times - residue * here
            model.add(off <= distance)
            model.add(-off <= distance)
            found.append(distance)
        model.add(sum(odd) <= 1)
        return found

    def loosenings(self, members: Iterable[str]) -> list[Any]:
        """Of each place of these members, the relative loosening in parts of 1 / GRID."""
        model, asking, found = self.model, self.asking, []
        for member in members:
            if member.endswith(".multiple_of"):
                step = asking.multiple[QUOTAS.index(member.partition(".")[0])]
                found += [distance * (GRID // step) for distance in self._distances(member)]
            for row in asking.members[member]:
                for side, sign in ((row.lower, -1), (row.upper, 1)):
                    if side is None:
                        continue
                    slack = model.new_int_var(0, 10_000, "")
                    model.add(sign * (self._activity(row) - int(side * TWO)) <= slack)
                    factor = Fraction(GRID, TWO) / (abs(side) or 1)
                    assert factor.denominator == 1
                    found.append(slack * int(factor))
        return found

    def solve(self, goal: Any = None) -> int | None:
        """The least value of the goal, 0 without one; None where it is impossible."""
        if goal is not None:
            self.model.minimize(goal)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        status = solver.solve(self.model)
        if status == cp_model.INFEASIBLE:
            return None
        assert status == cp_model.OPTIMAL
        return round(solver.objective_value) if goal is not None else 0


def _ceil(value: Fraction) -> int:
    return -(-value.numerator // value.denominator)


def _floor(value: Fraction) -> int:
    return value.numerator // value.denominator


def possible(asking: Asking, members: Iterable[str]) -> bool:
    """Whether whole numbers can keep these members together, says CP-SAT."""
    exact = Exact(asking)
    for member in members:
        exact.keep(member)
    return exact.solve() is not None


def least(asking: Asking) -> dict[int, tuple[Fraction, Fraction]]:
    """By priority the least largest relative loosening and then the least sum, says CP-SAT."""
    exact = Exact(asking)
    found = {}
    for priority in sorted(set(asking.priority.values()), reverse=True):
        members = [member for member, own in asking.priority.items() if own == priority]
        terms = exact.loosenings(members)
        largest = exact.model.new_int_var(0, 10_000 * GRID, "")
        for term in terms:
            exact.model.add(term <= largest)
        best = exact.solve(largest)
        assert best is not None
        exact.model.add(largest <= best)
        total = exact.solve(sum(terms)) if terms else 0
        assert total is not None
        if terms:
            exact.model.add(sum(terms) <= total)
        found[priority] = (Fraction(best, GRID), Fraction(total, GRID))
    return found


def rows_at(asking: Asking, member: str, at: dict[str, str]) -> list[Row]:
    """A member's rows at a place."""
    unit = UNITS.index(at["unit"]) if "unit" in at else -1
    period = PERIODS.index(at["period"]) if "period" in at else -1
    return [row for row in asking.members[member] if (row.unit, row.period) == (unit, period)]


def relative_to(asking: Asking, member: str, at: dict[str, str]) -> Fraction:
    """What a loosening of a member at a place is relative to (§13)."""
    if member.endswith(".multiple_of"):
        return Fraction(asking.multiple[QUOTAS.index(member.partition(".")[0])])
    (row,) = rows_at(asking, member, at)
    side = row.lower if row.upper is None else row.upper
    assert side is not None
    return abs(side) or Fraction(1)


def possible_under(asking: Asking, entries: Iterable[tuple[str, dict[str, str], Fraction]]) -> bool:
    """Whether all members can be kept once these entries of a relaxation are applied."""
    exact = Exact(asking)
    room = {(member, tuple(sorted(at.items()))): by for member, at, by in entries}
    used: set[tuple[str, tuple[tuple[str, str], ...]]] = set()
    for member, rows in asking.members.items():
        if member.endswith(".multiple_of"):
            own = {dict(at)["unit"]: int(by) for (name, at), by in room.items() if name == member}
            exact.keep_multiple(member, {UNITS.index(unit): by for unit, by in own.items()})
            used |= {(member, (("unit", unit),)) for unit in own}
        for row in rows:
            place = {"unit": UNITS[row.unit]} if row.unit >= 0 else {}
            place |= {"period": PERIODS[row.period]} if row.period >= 0 else {}
            key = (member, tuple(sorted(place.items())))
            used.add(key)
            exact.allow(row, room.get(key, Fraction(0)))
    assert set(room) <= used
    return exact.solve() is not None
