"""What arithmetic already shows about an allocation that can't be met (§13): bounds that cross, sums above or
below a total, nests, holds, multiples and rules that even the cheapest distribution breaks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from engine.words import Message, joined, say
from scenarios.figures import amount, figure, period_words, place_words, together
from scenarios.limits import allowed, cheapest, in_steps, limits_of
from scenarios.members import NOISE

if TYPE_CHECKING:
    from scenarios.convex import Floats, Whole
    from scenarios.limits import Kept, Limits
    from scenarios.members import Member, Members

Words = Callable[["Kept"], "Message | None"]

MOST_ROWS = 60  # of a rule, that are looked at one by one
WORDS = {
    "at_least": "part.at_least",
    "at_most": "part.at_most",
    "pace": "part.pace",
    "hold": "part.hold",
    "cell_least": "part.cell_least",
    "cell_most": "part.cell_most",
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Members that can't hold together; ``words`` says why for some of them, None where it doesn't show."""

    members: tuple[str, ...]
    words: Words


@dataclass(frozen=True, eq=False)
class Demand:
    """lower ≤ costs · cells ≤ upper as stated; ``costs``: float64 [K·U·T]; ``place``: where, in words."""

    costs: Floats
    lower: float
    upper: float
    place: Message


class Arithmetic:
    """Looks for conflicts that sums show, and words those that were found."""

    def __init__(self, members: Members) -> None:
        self.members = members
        self.problem = members.problem
        self.all = frozenset(item.name for item in members.items)
        self._of_quota: dict[int, list[Member]] = {}
        for item in members.items:
            self._of_quota.setdefault(item.quota, []).append(item)
        self._rows: dict[int, list[int]] = {}
        for row, owner in enumerate(members.owner.tolist()):
            self._rows.setdefault(owner, []).append(row)

    def candidates(self) -> Iterator[Candidate]:
        """Conflicts in the order in which they are told."""
        for k in range(len(self.problem.quotas)):
            limits = limits_of(self.members, k, self.all)
            yield from self._units(k, limits)
            yield from self._sums(k, limits)
            yield from self._nests(k, limits)
        for item in self.members.items:
            if item.kind == "rule":
                yield from self._budget(item)

    def words(self, kept: Kept) -> Message | None:
        """What arithmetic says about members that can't hold together, None if nothing."""
        for k in range(len(self.problem.quotas)):
            found = self._unit_words(k, kept) or self._sum_words(k, kept) or self._nest_words(k, kept)
            if found:
                return found
        rules = [name for name in kept if self.members.items[self.members.index[name]].kind == "rule"]
        return self._budget_words(rules[0], kept) if len(rules) == 1 else None

    def _named(self, k: int, *kinds: str, unit: int | None = None) -> list[str]:
        """Members of a quota by kind; of those that belong to a unit only that one's."""
        return [
            item.name
            for item in self._of_quota.get(k, [])
            if item.kind in kinds and (item.unit < 0 or unit is None or item.unit == unit)
        ]

    def _label(self, k: int) -> Message:
        problem = self.problem
        return problem.rulebook.indicators[problem.quotas[k].quota.indicator].label

    def _unit(self, u: int) -> Message:
        return self.problem.rulebook.units.names[self.problem.units[u]]

    def _units_words(self, found: list[int]) -> Message:
        if len(found) == len(self.problem.units) > 1:
            return say("all_units", count=len(found))
        names = joined(self._unit(u) for u in found[:3])
        if len(found) <= 3:
            return names
        return say("units_counted", count=len(found), units=names)

    def _parts(self, k: int, kept: Kept, *kinds: str) -> Message:
        """The kinds of demands of a quota that are kept, such as floors and holds."""
        items = [self.members.items[self.members.index[name]] for name in kept]
        found = {item.kind for item in items if item.quota == k}
        return together([say(WORDS[kind]) for kind in WORDS if kind in found and kind in kinds])

    def _against(self, k: int, outer: int, kept: Kept) -> tuple[Message, Message]:
        """What asks for more of quota k, and what leaves less of the outer one; a hold can be either."""
        low, high = (
            self._parts(k, kept, "at_least", "cell_least"),
            self._parts(outer, kept, "at_most", "cell_most"),
        )
        if not low.en or (high.en and k == outer):
            low = self._parts(k, kept, "at_least", "hold", "cell_least")
        low = low if low.en else self._parts(k, kept, "pace")
        return low, high if high.en else self._parts(outer, kept, "pace", "hold")

    # One unit

    def _units(self, k: int, limits: Limits) -> Iterator[Candidate]:
        floors, ceilings = limits.floors, limits.ceilings
        for u in np.flatnonzero(floors > ceilings).tolist():
            names = self._named(k, "at_least", "at_most", "pace", "hold", "cell_least", "cell_most", unit=u)
            yield Candidate(tuple(names), partial(self._unit_words, k))
        crossed = (limits.cell_least > limits.cell_most).any(axis=1) & (floors <= ceilings)
        for u in np.flatnonzero(crossed).tolist()[:1]:
            names = self._named(k, "cell_least", "cell_most", "hold", unit=u)
            yield Candidate(tuple(names), partial(self._unit_words, k))
        if limits.step:
            for u in limits.step.units.tolist():
                if floors[u] <= ceilings[u] and not allowed(limits.step, floors[u], ceilings[u]):
                    kinds = ("at_least", "at_most", "pace", "hold", "cell_least", "cell_most", "multiple")
                    yield Candidate(tuple(self._named(k, *kinds, unit=u)), partial(self._unit_words, k))

    def _unit_words(self, k: int, kept: Kept) -> Message | None:
        limits = limits_of(self.members, k, kept)
        floors, ceilings = limits.floors, limits.ceilings
        given: dict[str, object] = {"quota": self._label(k)}
        crossed = np.argwhere(limits.cell_least > limits.cell_most)
        for u in np.flatnonzero(floors > ceilings).tolist():
            given["unit"] = self._unit(u)
            if limits.most[u] < 0:
                return say("ceiling_negative", most=figure(limits.stated_most[u]), **given)
            if floors[u] == limits.least[u] and ceilings[u] == limits.most[u]:
                least, most = limits.stated_least[u], limits.stated_most[u]
                key = "bounds_cross" if least > most else "no_whole_between"
                plain = self._parts(k, kept, "hold", "pace").en == ""
                if (least >= most and not self._parts(k, kept, "pace").en) or plain:
                    return say(key, least=figure(least), most=figure(most), **given)
            if len(crossed) == 0:
                low, high = self._against(k, k, kept)
                return say(
                    "unit_cross" if high.en else "unit_shut",
                    floors=low,
                    ceilings=high,
                    least=figure(floors[u]),
                    most=figure(ceilings[u]),
                    **given,
                )
        if len(crossed):
            t = int(crossed[0, 1])
            units = crossed[crossed[:, 1] == t, 0].tolist()
            return say(
                "cell_cross" if len(units) == 1 else "cell_cross.several",
                units=self._units_words(units),
                period=period_words(self.problem.periods[t].name),
                quota=self._label(k),
                least=figure(limits.cell_least[units, t].sum()),
                most=figure(limits.cell_most[units, t].sum()),
            )
        step = limits.step
        for u in step.units.tolist() if step else []:
            assert step is not None
            if not allowed(step, floors[u], ceilings[u]):
                return say(
                    "no_multiple_between.residue" if step.residue else "no_multiple_between",
                    unit=self._unit(u),
                    quota=self._label(k),
                    least=figure(floors[u]),
                    most=figure(ceilings[u]),
                    step=step.step,
                    residue=step.residue,
                )
        return None

    # Sums over the units

    def _sums(self, k: int, limits: Limits) -> Iterator[Candidate]:
        assert limits.total is not None
        words = partial(self._sum_words, k)
        total = self.problem.quotas[k].quota.id + ".total"
        floors, ceilings = limits.floors, limits.ceilings
        # As few as are needed, the largest first.
        if floors.sum() > limits.total:
            order = np.argsort(-floors, kind="stable")
            needed = order[: int(np.searchsorted(np.cumsum(floors[order]), limits.total, side="right")) + 1]
            names = [n for u in needed.tolist() for n in self._named(k, "at_least", "pace", "hold", unit=u)]
            names += self._named(k, "cell_least")
            yield Candidate((*names, total), words)
        if ceilings.sum() < limits.total:
            yield Candidate((*self._named(k, "at_most", "pace", "hold", "cell_most"), total), words)
        if limits.step and floors.sum() <= limits.total <= ceilings.sum():
            low, high = in_steps(limits)
            if low > limits.total or high < limits.total:
                kinds = ("at_least", "cell_least") if low > limits.total else ("at_most", "cell_most")
                yield Candidate((*self._named(k, *kinds, "pace", "hold", "multiple"), total), words)

    def _sum_words(self, k: int, kept: Kept) -> Message | None:
        limits = limits_of(self.members, k, kept)
        if limits.total is None:
            return None
        floors, ceilings = limits.floors, limits.ceilings
        given: dict[str, object] = {"quota": self._label(k), "total": limits.total}
        if floors.sum() > limits.total:
            units = np.flatnonzero(floors > 0).tolist()
            stated = np.maximum(limits.stated_least, limits.cell_least.sum(axis=1)).clip(0).sum()
            key = "floors_above_total" if stated > limits.total else "floors_above_total.whole"
            return say(
                f"{key}.one" if len(units) == 1 else key,
                what=self._parts(k, kept, "at_least", "pace", "hold", "cell_least"),
                units=self._units_words(units),
                sum=figure(floors.sum()),
                **given,
            )
        if ceilings.sum() < limits.total:
            what = self._parts(k, kept, "at_most", "pace", "hold", "cell_most")
            if not what.en:
                return say("no_period_open", **given)
            stated = np.minimum(limits.stated_most, limits.cell_most.sum(axis=1)).sum()
            return say(
                "ceilings_below_total" if stated < limits.total else "ceilings_below_total.whole",
                what=what,
                units=self._units_words(list(range(len(ceilings)))),
                sum=figure(ceilings.sum()),
                **given,
            )
        if limits.step:
            low, high = in_steps(limits)
            if low > limits.total:
                what = self._parts(k, kept, "at_least", "pace", "hold", "cell_least")
                return say(
                    "multiples_above_total", step=limits.step.step, sum=figure(low), what=what, **given
                )
            if high < limits.total:
                what = self._parts(k, kept, "at_most", "pace", "hold", "cell_most")
                return say(
                    "multiples_below_total", step=limits.step.step, sum=figure(high), what=what, **given
                )
        return None

    # Nests

    def _outer(self, k: int) -> int | None:
        """The quota that quota k lies within."""
        names = [asked.quota.id for asked in self.problem.quotas]
        within = self.problem.quotas[k].quota.within
        nested = f"{names[k]}.within" in self.all and within in names
        return names.index(within) if nested and within else None

    def _nests(self, k: int, inner: Limits) -> Iterator[Candidate]:
        outer = self._outer(k)
        if outer is None:
            return
        around = limits_of(self.members, outer, self.all)
        words = partial(self._nest_words, k)
        inside, outside = (self.problem.quotas[n].quota.id for n in (k, outer))
        nest = f"{inside}.within"
        assert inner.total is not None
        assert around.total is not None
        if inner.total > around.total:
            yield Candidate((nest, f"{inside}.total", f"{outside}.total"), words)
        floors, ceilings = inner.floors, around.ceilings
        for u in np.flatnonzero(floors > ceilings).tolist():
            low = self._named(k, "at_least", "pace", "hold", "cell_least", unit=u)
            high = self._named(outer, "at_most", "pace", "hold", "cell_most", unit=u)
            yield Candidate((nest, *low, *high), words)
        if floors.sum() > around.total and floors.sum() <= inner.total:
            low = self._named(k, "at_least", "pace", "hold", "cell_least")
            yield Candidate((nest, *low, f"{outside}.total"), words)
        if ceilings.sum() < inner.total and ceilings.sum() >= around.total:
            high = self._named(outer, "at_most", "pace", "hold", "cell_most")
            yield Candidate((nest, *high, f"{inside}.total"), words)

    def _nest_words(self, k: int, kept: Kept) -> Message | None:
        outer = self._outer(k)
        if outer is None or f"{self.problem.quotas[k].quota.id}.within" not in kept:
            return None
        inner, around = limits_of(self.members, k, kept), limits_of(self.members, outer, kept)
        given: dict[str, object] = {"inner": self._label(k), "outer": self._label(outer)}
        if inner.total is not None and around.total is not None and inner.total > around.total:
            return say("nest_above", total=inner.total, limit=around.total, **given)
        floors, ceilings = inner.floors, around.ceilings
        low, high = self._against(k, outer, kept)
        for u in np.flatnonzero(floors > ceilings).tolist():
            given["unit"] = self._unit(u)
            most = figure(ceilings[u])
            if not high.en:
                return say("nest_no_period", floors=low, least=figure(floors[u]), **given)
            return say(
                "nest_bounds_cross", floors=low, ceilings=high, least=figure(floors[u]), most=most, **given
            )
        if around.total is not None and floors.sum() > around.total:
            sum_ = figure(floors.sum())
            return say("nest_floors_above", what=low, sum=sum_, total=around.total, **given)
        if inner.total is not None and ceilings.sum() < inner.total and high.en:
            sum_ = figure(ceilings.sum())
            return say("nest_ceilings_below", what=high, sum=sum_, total=inner.total, **given)
        return None

    # Rules that even the cheapest distribution breaks, at one place or at all of them together

    def _budget(self, item: Member) -> Iterator[Candidate]:
        if self._broken(item.name, self.all) is not None:
            rows = self._rows[self.members.index[item.name]]
            entries = self.members.matrix[rows].indices.astype(np.int64)
            kinds = ("total", "at_least", "at_most", "pace", "hold", "cell_least", "cell_most")
            names = [name for k in self._touched(entries) for name in self._named(k, *kinds)]
            yield Candidate((item.name, *names), partial(self._budget_words, item.name))

    def _touched(self, cells: Whole) -> list[int]:
        """The quotas of some cells."""
        _, units, periods = self.members.shape
        found: list[int] = np.unique(cells // (units * periods)).tolist()
        return found

    def _demands(self, rule: str) -> Iterator[Demand]:
        """A rule's rows as stated, one by one if they are few, and what they come to together."""
        members = self.members
        rows = np.array(self._rows[members.index[rule]])
        size = members.size[rows]
        matrix = sparse.csr_array(sparse.diags_array(size) @ members.matrix[rows])
        lower, upper = (side[rows] * size for side in members.drawn)
        for n in range(len(rows)) if len(rows) <= MOST_ROWS else ():
            place = place_words(self.problem, members.at(int(rows[n])))
            yield Demand(matrix[[n]].toarray()[0], float(lower[n]), float(upper[n]), place)
        if len(rows) > 1:
            low, high = np.isfinite(lower), np.isfinite(upper)
            sums = (members.lower[rows] * size)[low].sum(), (members.upper[rows] * size)[high].sum()
            place = say("all_places", count=len(rows))
            if low.any():
                yield Demand(_sum(matrix[np.flatnonzero(low)]), float(sums[0]), np.inf, place)
            if high.any():
                yield Demand(_sum(matrix[np.flatnonzero(high)]), -np.inf, float(sums[1]), place)

    def _broken(self, rule: str, kept: Kept) -> tuple[Demand, float, bool] | None:
        """What of a rule the kept members alone break, its best value, and whether that is above a side."""
        known: dict[int, Limits] = {}
        for demand in self._demands(rule):
            quotas = self._touched(np.flatnonzero(demand.costs))
            costs = demand.costs.reshape(self.members.shape)
            for k in quotas:
                if k not in known:
                    known[k] = limits_of(self.members, k, kept)
            for sign, side in ((1.0, demand.upper), (-1.0, -demand.lower)):
                if np.isfinite(side):
                    least = sum(cheapest(sign * costs[k], known[k]) for k in quotas)
                    if least > side + NOISE * max(1.0, abs(side), float(np.abs(costs).max())):
                        return demand, sign * least, sign > 0
        return None

    def _budget_words(self, rule: str, kept: Kept) -> Message | None:
        broken = self._broken(rule, kept)
        if broken is None:
            return None
        demand, value, above = broken
        side = demand.upper if above else demand.lower
        measure = self.members.measure(self.members.index[rule])
        key = ("rule_above" if above else "rule_below") if side else "rule_off"
        return say(
            key,
            rule=self.problem.allocation.rules[rule].label,
            place=demand.place,
            value=amount(self.problem, value, measure),
            side=amount(self.problem, side, measure),
            by=amount(self.problem, abs(value - side), measure),
        )


def _sum(rows: sparse.csr_array) -> Floats:
    """The sum of rows, float64 [n]."""
    return np.asarray(rows.sum(axis=0), dtype=np.float64)
