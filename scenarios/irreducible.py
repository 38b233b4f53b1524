"""Whether some members can hold together, and the fewest of them that can't (§13).

HiGHS is asked about whole-number cells under the members' rows alone. Where the linear program already has no
solution, the support of its Farkas ray is what is left to look at; then blocks of members are left out for as
long as the rest stays impossible, down to single ones. What stays is irreducible: whole numbers can hold
after any one is dropped.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from scenarios import centred, highs
from scenarios.convex import Separable
from scenarios.parity import impossible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from scenarios.convex import Floats, Whole
    from scenarios.members import Members, Multiple
    from scenarios.moves import Moves

    Mask = NDArray[np.bool_]

NEAR = 1e-6  # to a whole number; what it is rounded to is looked at again
CALL = 10.0  # seconds for one question; beyond, it stays open
SURE = 1e5  # times what HiGHS lets a 0/1 column miss 0 by: still less than one


class Verdict(NamedTuple):
    """``holds``: None where it was not decided in time; ``blamed``: members that already can't hold."""

    holds: bool | None
    blamed: Mask


class Oracle:
    """Answers whether members can hold together, each set of them once."""

    def __init__(self, members: Members, deadline: float = math.inf) -> None:
        self.members = members
        self.deadline = deadline
        self.known: dict[bytes, Verdict] = {}

    def late(self) -> bool:
        """Whether time is up."""
        return time.perf_counter() > self.deadline

    def ask(self, kept: Mask) -> Verdict:
        """Whether whole numbers can keep these members, bool [member], whatever the others say."""
        key = np.packbits(kept).tobytes()
        if key not in self.known:
            self.known[key] = self._linear(kept) or self._whole(kept)
        return self.known[key]

    def mask(self, names: Iterable[str]) -> Mask:
        """Members by name."""
        kept = np.zeros(len(self.members.items), dtype=bool)
        kept[[self.members.index[name] for name in names]] = True
        return kept

    def _rows(self, kept: Mask) -> tuple[Whole, sparse.csr_array, Floats, Floats]:
        members = self.members
        rows = np.flatnonzero(kept[members.owner])
        lower, upper = members.drawn
        return rows, members.matrix[rows], lower[rows], upper[rows]

    def _linear(self, kept: Mask) -> Verdict | None:
        """The linear program's no with those to blame; None where it has a solution."""
        members = self.members
        rows, matrix, lower, upper = self._rows(kept)
        crossed = np.flatnonzero(lower > upper)
        if len(crossed):
            return Verdict(False, _only(kept, [int(members.owner[rows[crossed[0]]])]))
        model = _model(matrix, members.most, lower, upper)
        answer = highs.run(model, time_limit=self._time())
        if answer.status == "none_found":
            return Verdict(None, kept)
        if answer.x is not None:
            steps = any(kept[member] for member in members.multiples) or self._counts(kept)
            near = np.abs(answer.x - np.round(answer.x)).max(initial=0.0) <= NEAR
            near = near and centred.keeps(model, np.round(answer.x))
            return Verdict(True, kept) if near and not steps else None
        blamed = kept
        if answer.ray is not None:
            sizes = np.abs(answer.ray)
            guilty = np.unique(members.owner[rows[sizes > 1e-9 * sizes.max(initial=0.0)]])
            blamed = _only(kept, guilty.tolist())
            # The ray is only HiGHS' word: the program of its rows must be impossible too.
            if 0 < blamed.sum() < kept.sum():
                again = self._linear(blamed)
                blamed = again.blamed if again and again.holds is False else kept
        return Verdict(False, blamed if blamed.any() else kept)

    def _counts(self, kept: Mask) -> bool:
        """Whether quotas that move away from an issued plan are counted."""
        return self.members.counted >= 0 and bool(kept[self.members.counted])

    def _whole(self, kept: Mask) -> Verdict:
        if not self._counts(kept):
            return self._numbers(kept, None)
        members = self.members
        quotas = members.problem.quotas
        totals = np.array([float(asked.total) for asked in quotas])
        placed = all(kept[members.index[f"{asked.quota.id}.total"]] for asked in quotas)
        verdict = self._numbers(kept, members.counting(totals))
        if verdict.holds is False and not placed:
            # Quotas may be larger where a total isn't kept: as large as any plan needs.
            _, units, periods = members.shape
            most = members.most.reshape(len(quotas), units * periods).max(axis=1) * periods
            verdict = self._numbers(kept, members.counting(most))
            if verdict.holds and most.max() > SURE:
                return Verdict(None, kept)
        return verdict

    def _numbers(self, kept: Mask, counting: Moves | None) -> Verdict:
        members = self.members
        _, matrix, lower, upper = self._rows(kept)
        multiples = [item for member, item in members.multiples.items() if kept[member]]
        extra = multiple_columns(members, multiples)
        if counting is not None:
            extra = _beside(extra, counting)
        wide = sparse.csr_array((matrix.shape[0], extra.width))
        whole = sparse.block_array([[matrix, wide], [extra.cells, extra.own]], format="csr")
        lower, upper = np.concatenate([lower, extra.lower]), np.concatenate([upper, extra.upper])
        model = _model(whole, np.concatenate([members.most, extra.most]), lower, upper)
        model = replace(model, whole=np.ones(len(model.lower), dtype=bool))
        if impossible(_separable(model)):
            return Verdict(False, kept)
        answer = centred.run(model, self._time())
        if answer.x is not None:
            return Verdict(True, kept)
        return Verdict(False if answer.status == "infeasible" else None, kept)

    def _time(self) -> float:
        return max(0.01, min(CALL, self.deadline - time.perf_counter()))


class Extra(NamedTuple):
    """Columns and rows that say which quotas are multiples: ``cells`` [r, K·U·T] and ``own`` [r, n] are the
    rows' coefficients, ``most`` [n] the columns' greatest values, all whole and at least 0.
    """

    cells: sparse.csr_array
    own: sparse.csr_array
    lower: Floats
    upper: Floats
    most: Floats

    @property
    def width(self) -> int:
        """How many columns there are beside the cells."""
        return len(self.most)


def multiple_columns(members: Members, multiples: list[Multiple]) -> Extra:
    """Rows q − step z − residue w = 0 at each unit and Σ w ≤ 1, for each of these (§10)."""
    _, units, periods = members.shape
    cells, own, lower, upper, most = [], [], [], [], []
    reach = float(members.most.max(initial=0.0)) * periods
    width = members.matrix.shape[1]
    for item in multiples:
        n = len(item.units)
        at = (item.quota * units + item.units)[:, None] * periods + np.arange(periods)
        rows = np.repeat(np.arange(n), periods)
        cells.append(sparse.csr_array((np.ones(n * periods), (rows, at.ravel())), shape=(n, width)))
        one = sparse.eye_array(n, format="csr")
        parts = [-item.step * one, -item.residue * one]
        top = [np.full(n, np.floor(reach / item.step)), np.full(n, 1.0 if item.residue else 0.0)]
        block = sparse.hstack(parts, format="csr")
        single = sparse.csr_array(np.concatenate([np.zeros(n), np.ones(n)])[None, :])
        cells.append(sparse.csr_array((1, width)))
        own.append(sparse.vstack([block, single], format="csr"))
        lower.append(np.concatenate([np.zeros(n), [-np.inf]]))
        upper.append(np.concatenate([np.zeros(n), [1.0]]))
        most += top
    if not multiples:
        nothing = np.zeros(0)
        return Extra(sparse.csr_array((0, width)), sparse.csr_array((0, 0)), nothing, nothing, nothing)
    return Extra(
        sparse.vstack(cells, format="csr"),
        sparse.block_diag(own, format="csr"),
        np.concatenate(lower),
        np.concatenate(upper),
        np.concatenate(most),
    )


def _beside(extra: Extra, counting: Moves) -> Extra:
    """The rows with those that count moves, over columns of 0 and 1."""
    return Extra(
        sparse.vstack([extra.cells, counting.matrix], format="csr"),
        sparse.block_diag([extra.own, counting.own], format="csr"),
        np.append(extra.lower, counting.lower),
        np.append(extra.upper, counting.upper),
        np.append(extra.most, np.ones(len(counting.numbers))),
    )


def _model(matrix: sparse.csr_array, most: Floats, lower: Floats, upper: Floats) -> highs.Linear:
    """The rows over columns from 0 to `most`, float64 [n]; columns that are alike in every row become one."""
    used = np.unique(matrix.indices)
    columns, most = sparse.csc_array(matrix)[:, used], most[used]
    mixed = columns.T @ np.random.default_rng(0).uniform(1, 2, matrix.shape[0])
    first: Whole
    kind: Whole
    _, first, kind = np.unique(mixed, return_index=True, return_inverse=True)
    if np.abs((columns - columns[:, first[kind]]).data).max(initial=0.0) > 0:  # never by the mix alone
        first, kind = np.arange(len(used)), np.arange(len(used))
    count = len(first)
    return highs.Linear(
        np.zeros(count),
        np.zeros(count),
        np.bincount(kind, weights=most, minlength=count).astype(np.float64),
        columns[:, first],
        lower,
        upper,
    )


def _separable(model: highs.Linear) -> Separable:
    """The same rows for those who ask about whole numbers elsewhere."""
    count = len(model.lower)
    return Separable(
        np.ones(count),
        np.zeros(count),
        model.lower,
        model.upper,
        sparse.csr_array(model.matrix),
        model.row_lower,
        model.row_upper,
        np.full(count, np.inf),
    )


def irreducible(oracle: Oracle, kept: Mask) -> tuple[Mask, bool]:
    """Members among those kept that can't hold together, though any fewer of them can; and whether that is
    certain: where time runs out, there may be more of them than need be.

    Members that are first in order are left out first.
    """
    verdict = oracle.ask(kept)
    certain = verdict.holds is False
    current = verdict.blamed.copy()
    needed = np.zeros(len(kept), dtype=bool)
    size = max(1, int(current.sum()) // 2)
    while len(open_ := np.flatnonzero(current & ~needed)):
        if oracle.late():
            return current, False
        block = open_[: min(size, len(open_))]
        trial = current.copy()
        trial[block] = False
        verdict = oracle.ask(trial)
        if verdict.holds is False:
            current = verdict.blamed.copy()
            size = min(2 * size, max(1, int(current.sum()) // 2))
        elif len(block) == 1:
            needed[block] = True
            certain = certain and verdict.holds is True
        else:
            size = max(1, len(block) // 2)
    return current, certain


def _only(kept: Mask, members: list[int]) -> Mask:
    found = np.zeros_like(kept)
    found[members] = True
    return found & kept
