"""The pace of change: how far a quota may be from the last one, without a cliff edge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def paced(
    fair: Floats, last: Floats, up: float | None, down: float | None, taper: float
) -> tuple[Floats, Floats]:
    """The least and the greatest quota that each unit may have, float64 [U] each.

    With L = up × last and d = fair − last, a quota may be above the last one by L + taper × max(d − L, 0);
    below it likewise by `down`. Both are continuous in d and bind nothing that the fair share doesn't pass.

    Args:
        fair: float64 [U], NaN where it is held: nothing is limited there.
        last: float64 [U], ≥ 0, NaN where there is none: likewise.
        up, down: ≥ 0, None without a limit.
        taper: from 0, a hard limit, to 1, none.

    Returns:
        −inf and inf where nothing is limited.
    """
    free = np.isnan(fair) | np.isnan(last)
    change = np.where(free, 0.0, fair - last)
    nothing = np.full(fair.shape, np.inf)
    above, below = (
        nothing if share is None or taper == 1 else share * last + taper * np.maximum(off - share * last, 0)
        for share, off in ((up, change), (down, -change))
    )
    return np.where(free, -np.inf, last - below), np.where(free, np.inf, last + above)
