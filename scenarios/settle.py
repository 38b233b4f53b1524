"""What comes after fairness: of equally fair plans the cheapest, the nearest to the profile, the order."""

from __future__ import annotations

import itertools
import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from scenarios.choice import like
from scenarios.convex import EPSILON, Separable
from scenarios.periods import distance, exact_cells
from scenarios.separable import solve_with_face

if TYPE_CHECKING:
    from collections.abc import Callable

    from scenarios.cells import CellProblem
    from scenarios.choice import Choice, Fairest
    from scenarios.convex import Floats, Whole
    from scenarios.lattice import Lattice
    from scenarios.separable import Effort

    Split = Callable[[Whole], Whole | None]

MOST_TIED = 512  # beyond, ties of the totals don't look at the profile
MOST_TAKERS = 64  # so many alike numbers are tried as who takes a rest
COST_GAP = 1e-9
NEAR = 1e-9  # distances to the profile that differ by less are the same
MOST_LISTED = 1024  # so many combinations of tied numbers are gone through
MOST_SPLIT = 50_000  # cells of all tied plans together, each split into periods


class Settling:
    """The goals that decide between equally fair totals of one problem."""

    def __init__(self, problem: CellProblem, base: Separable, lattice: Lattice, effort: Effort) -> None:
        self.problem = problem
        self.base, self.lattice, self.effort = base, lattice, effort
        self.shape = problem.fair.shape
        self.count = problem.fair.size
        # Totals are fixed: a quota's costs may be raised together until none is negative.
        least = problem.cost.min(axis=1, keepdims=True, initial=math.inf)
        self.cost = (problem.cost - least).ravel()
        columns = np.concatenate([np.zeros(0, dtype=np.int64), *(rest.columns for rest in lattice.rests)])
        self.label = like(base, columns, problem.cost.ravel())
        self.size = np.abs(problem.cost).max(axis=1, keepdims=True, initial=0.0)

    def settle(self, fairest: Fairest) -> Whole:
        """The plan, int64 [K·U], among those that are tied."""
        best: Floats | None = None
        for choice in fairest.choices:
            best = self._better(best, self._of(choice))
            if self.lattice.rests and choice.face is not None:
                best = self._exchanged(choice, best)
        assert best is not None
        return np.round(best).astype(np.int64)

    def in_periods(self, fairest: Fairest, q: Whole, x: Whole, split: Split) -> tuple[Whole, Whole]:
        """Of tied plans the one whose cells are nearest to the profile, where rules over periods make that
        another than the settled one; int64 [K, U] and [K, U, T]. Few ties are gone through, none of many.
        """
        problem = self.problem
        if problem.shape[2] == 1 or problem.stay is not None or self._off(q, x) <= self._least_off(q) + NEAR:
            return q, x
        tied = self._tied(fairest, q)
        if len(tied) * x.size > MOST_SPLIT:
            return q, x
        for other in tied:
            if time.perf_counter() > self.effort.deadline:
                break
            if self._least_off(other) < self._off(q, x) - NEAR and (cells := split(other)) is not None:
                nearer = self._off(q, x) - self._off(other, cells)
                if nearer > NEAR or (nearer >= -NEAR and _first(other, q)):
                    q, x = other, cells
        return q, x

    def _off(self, q: Whole, x: Whole) -> float:
        """How far cells are from the profile: Σ (x − exact)²."""
        return math.fsum(((x - exact_cells(q, self.problem.profile)) ** 2).ravel().tolist())

    def _least_off(self, q: Whole) -> float:
        """How far the cells of totals are from the profile at least, whatever the rules."""
        return math.fsum(distance(q.astype(np.float64), self.problem.profile).ravel().tolist())

    def _tied(self, fairest: Fairest, q: Whole) -> list[Whole]:
        """The other plans as fair and as cheap as q, [K, U] each; none where they aren't few or a rest may
        go to others that are alike.
        """
        if self.lattice.rests or len(fairest.choices) != 1 or fairest.choices[0].face is None:
            return []
        choice, face = fairest.choices[0], fairest.choices[0].face
        open_ = np.flatnonzero(face.lower < face.upper)
        widths = (face.upper - face.lower)[open_] + 1
        if len(open_) == 0 or face.size != choice.model.size or math.prod(widths.tolist()) > MOST_LISTED:
            return []
        every = np.tile(face.lower, (int(math.prod(widths.tolist())), 1))
        every[:, open_] += np.array(list(itertools.product(*(range(int(width)) for width in widths))))
        assert choice.outcome.q is not None
        z = choice.outcome.q.astype(np.float64)
        found = []
        for one in every:
            if face.allows(one) and self._take(choice, z, one.astype(np.int64)) is not z:
                numbers = choice.model.numbers(one)[: self.count]
                other = np.round(numbers).astype(np.int64).reshape(self.shape)
                more = math.fsum((self.problem.cost * (other - q)).ravel().tolist())
                size = float((np.abs(self.problem.cost) * (other + q)).sum())
                if (other != q).any() and abs(more) <= 8 * EPSILON * size:
                    found.append(other)
        return found

    def _better(self, best: Floats | None, q: Floats) -> Floats:
        """The first of two plans, numbers that are alike in order."""
        q = self._in_order(q)
        return q if best is None or self._before(q, best) else best

    def _exchanged(self, choice: Choice, best: Floats) -> Floats:
        """The first plan where others, alike to those of this choice, take the rests: the same model, ranks
        exchanged.
        """
        takers = np.flatnonzero(choice.model.start[: self.count]).tolist()
        kin = [self._kin(choice, taker, best) for taker in takers]
        for others in itertools.islice(itertools.product(*kin), MOST_TAKERS):
            if time.perf_counter() > self.effort.deadline:
                break
            if list(others) != takers:
                rank, place = self.base.rank.copy(), np.arange(self.count)
                for one, other in zip(takers, others, strict=True):
                    rank[[one, other]] = rank[[other, one]]
                    place[[one, other]] = place[[other, one]]
                best = self._better(best, self._of(choice, rank)[place])
        return best

    def _kin(self, choice: Choice, taker: int, best: Floats) -> list[int]:
        """Numbers alike to one that takes a rest, the likeliest first; only that one where all others would
        be the same plan in another order.
        """
        columns = next(rest.columns for rest in self.lattice.rests if taker in rest.columns)
        alike = np.array([column for column in columns.tolist() if self.label[column] == self.label[taker]])
        others = np.setdiff1d(columns, alike)
        face = choice.face
        assert face is not None
        if self.problem.fairness != "leximin" and (face.lower == face.upper)[others].all():
            # Their sum is fixed: being convex, their costs leave open only who gets which.
            return [taker]
        # Where one stands now, numbers alike being in order, it may well stand at last.
        near = int(np.argmax(best[alike] % choice.model.step[taker] != 0))
        found: list[int] = alike[np.argsort(np.abs(np.arange(len(alike)) - near), kind="stable")].tolist()
        return found

    def _of(self, choice: Choice, rank: Floats | None = None) -> Floats:
        """The numbers of one choice's plan, float64 [K·U]; another order of ties in `rank` [n]."""
        model, face = choice.model, choice.face
        assert choice.outcome.q is not None
        z = choice.outcome.q.astype(np.float64)
        if face is None:
            return model.numbers(z)[: self.count]
        if rank is not None:
            face = replace(face, rank=np.append(rank, face.rank[len(rank) :]))
        if self.cost.any():
            priced = self._priced(face, model)
            outcome, cheapest = solve_with_face(
                priced, min(COST_GAP, self.effort.gap), self.effort.left(), proof=False
            )
            z = self._take(choice, z, outcome.q)
            if cheapest is None:
                return model.numbers(z)[: self.count]
            face = cheapest
        nearer = self._nearer(face, model) if self.problem.shape[2] > 1 else None
        if nearer is not None or (rank is not None and not self.cost.any()):
            last = face if nearer is None else nearer
            found = solve_with_face(last, self.effort.gap, self.effort.left(), proof=False)[0].q
            z = self._take(choice, z, found)
        return model.numbers(z)[: self.count]

    def _take(self, choice: Choice, z: Floats, found: Whole | None) -> Floats:
        """What a later goal found, if it is a plan no less fair; else z."""
        model = choice.model
        if found is None:
            return z
        other = found[: model.size].astype(np.float64)
        # What has no need comes before fairness, and isn't in it (§10).
        none = (model.fair == 0) & (model.weight != 0)
        counted = replace(model, weight=np.where(none, 0.0, model.weight))
        more = model.numbers(other)[none].sum() > model.numbers(z)[none].sum()
        return z if more or counted.compare(z, other) > 0 or not model.allows(other) else other

    def _priced(self, face: Separable, model: Separable) -> Separable:
        """The optimal face, Σ cost × q to be least."""
        rest = np.zeros(face.size - self.count)
        weight = np.append(self.cost, rest)
        size = np.broadcast_to(self.size, self.shape).ravel()
        magnitude = np.divide(size, self.cost, out=np.ones(self.count), where=self.cost > 0)
        return replace(
            face,
            weight=weight,
            fair=np.append(magnitude, rest + 1),
            start=np.append(model.start[: self.count], rest),
            step=np.append(model.step[: self.count], rest + 1),
            objective="least",
        )

    def _nearer(self, face: Separable, model: Separable) -> Separable | None:
        """The optimal face, distance to the profile to be least; None where ties don't change that."""
        units, count = self.shape[1], self.count
        low, high = face.lower[:count], face.upper[:count]
        start, step = model.start[:count], model.step[:count]
        below, above = (
            distance((start + step * end).reshape(self.shape), self.problem.profile) for end in (low, high)
        )
        open_ = np.flatnonzero((high > low) & ~self.problem.held.ravel())
        change = np.zeros(count)
        change[open_] = np.where((high - low)[open_] == 1, (above - below).ravel()[open_], 0.0)
        tied = np.flatnonzero(change)
        # Where all tied numbers of a quota change alike, their sum doesn't change.
        steps = [np.ptp(change[open_[open_ // units == k]]) for k in np.unique(open_ // units)]
        # A face with steps is hard to search: only where it is small.
        most = MOST_TIED if face.size == model.size else MOST_TIED // 8
        if len(tied) > most or max(steps, default=0.0) <= NEAR:
            return None
        rising = change[tied] > 0
        number = len(tied)
        # One more column each: how far its number is from the end that is nearer to the profile.
        moved = sparse.csr_array((np.ones(number), (np.arange(number), tied)), shape=(number, face.size))
        away = sparse.diags_array(np.where(rising, -1.0, 1.0))
        side = np.where(rising, low[tied], high[tied])
        return Separable(
            fair=np.ones(face.size + number),
            weight=np.concatenate([np.zeros(face.size), np.abs(change[tied])]),
            lower=np.concatenate([face.lower, np.zeros(number)]),
            upper=np.concatenate([face.upper, np.ones(number)]),
            matrix=sparse.block_array([[face.matrix, None], [moved, away]], format="csr"),
            row_lower=np.concatenate([face.row_lower, side]),
            row_upper=np.concatenate([face.row_upper, side]),
            rank=np.concatenate([face.rank, np.full(number, np.inf)]),
            objective="least",
        )

    def _before(self, q: Floats, other: Floats) -> bool:
        """Whether q [K·U], as fair as the other, comes before it."""
        cost = self.problem.cost.ravel()
        more = math.fsum((cost * (q - other)).tolist())
        if abs(more) > 8 * EPSILON * float(np.abs(cost) @ (q + other)):
            return more < 0
        off = [
            math.fsum(distance(one.reshape(self.shape), self.problem.profile).ravel().tolist())
            for one in (q, other)
        ]
        if abs(off[0] - off[1]) > NEAR:
            return off[0] < off[1]
        return _first(q.reshape(self.shape), other.reshape(self.shape))

    def _in_order(self, q: Floats) -> Floats:
        """Of numbers that are alike the larger to the earlier units: one choice of each kind was solved."""
        result = q.copy()
        for kind in sorted(set(self.label.values())):
            places = np.array([column for column in sorted(self.label) if self.label[column] == kind])
            result[places] = -np.sort(-q[places])
        return result


def _first(q: Floats | Whole, other: Floats | Whole) -> bool:
    """Whether q [K, U] gives earlier units more than the other, unit by unit."""
    first, second = q.T.ravel(), other.T.ravel()
    differ = np.flatnonzero(first != second)
    return bool(len(differ) and first[differ[0]] > second[differ[0]])
