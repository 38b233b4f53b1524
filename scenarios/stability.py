"""Staying close to a plan that was issued: which quotas it had, and how far new ones may be from them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Stay:
    """What an issued plan says about a problem's quotas, and what is asked because of it.

    Attributes:
        plan: its name, such as a file's.
        weight: W ≥ 0 or inf: how much an issued quota counts beside a fair share (`drawn`).
        quotas: float64 [K, U], whole; NaN where the issued plan has none.
        cells: float64 [K, U, T], likewise.
        reach: float64 [K, U], whole, ≥ 0, inf without a limit: how far a quota may be from the issued one
            before it counts as moved.
        most: how many may move further than `reach`; None: none may (or all, where `reach` is inf).
        within: what `reach` comes from, as it was said: ``20``, ``5%``; None without a limit.
        gone: (quota, unit, issued number) of units that the problem doesn't have.
    """

    plan: str
    weight: float
    quotas: Floats
    cells: Floats
    reach: Floats
    most: int | None = None
    within: str | None = None
    gone: tuple[tuple[str, str, int], ...] = ()

    @property
    def exact(self) -> bool:
        """Whether the issued plan comes back wherever it can (W = inf)."""
        return math.isinf(self.weight)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which quotas the issued plan has, bool [K, U]."""
        found: NDArray[np.bool_] = ~np.isnan(self.quotas)
        return found

    def drawn(self, fair: Floats) -> Floats:
        """Fair shares drawn towards the issued quotas, float64 [K, U]: (fair + W × issued) / (1 + W), the
        issued quota itself for W = inf; those that weren't issued as they are, NaN where `fair` is.

        Issued quotas that are all 0 say nothing about shares: for W = inf they leave these as they are.
        """
        free = self.known & ~np.isnan(fair)
        if not self.exact:
            return np.where(free, (fair + self.weight * self.quotas) / (1 + self.weight), fair)
        told = np.where(free, self.quotas, 0.0).any(axis=1, keepdims=True)
        return np.where(free & told, self.quotas, fair)

    def nearest(self) -> tuple[Floats, Floats]:
        """The least and the greatest quotas that don't count as moved, float64 [K, U]; ±inf where open."""
        low = np.where(self.known, self.quotas - self.reach, -np.inf)
        high = np.where(self.known, self.quotas + self.reach, np.inf)
        return np.where(low > 0, low, -np.inf), high

    def sides(self) -> tuple[Floats, Floats]:
        """The same as bounds that hold: open where `most` says how many may move."""
        if self.most is None:
            return self.nearest()
        return np.full(self.quotas.shape, -np.inf), np.full(self.quotas.shape, np.inf)

    def moved(self, q: Floats | NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which quotas, bool [K, U], are further from the issued ones than `reach`; q: [K, U]."""
        found: NDArray[np.bool_] = np.abs(q - np.where(self.known, self.quotas, q)) > self.reach
        return found

    def course(self, q: Floats | NDArray[np.int64], exact: Floats) -> Floats:
        """What each quota's cells should be near to, float64 [K, U, T], Σ over T being q.

        With W = inf the issued cells, with what the quota has changed by spread like its profile; the profile
        alone where these aren't known, or would be below 0. ``exact``: float64 [K, U, T], q × profile.
        """
        if not self.exact:
            return exact
        quota = np.asarray(q, dtype=np.float64)[:, :, None]
        share = np.divide(exact, quota, out=np.zeros(exact.shape), where=quota > 0)
        near = self.cells + (quota - self.quotas[:, :, None]) * share
        # A quota that is now 0 has no share: its cells are 0 anyhow.
        usable = (near >= 0).all(axis=2) & (np.abs(near.sum(axis=2) - quota[:, :, 0]) <= 1e-6)
        return np.where(usable[:, :, None], near, exact)
