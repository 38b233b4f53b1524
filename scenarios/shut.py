"""Conflicts that are there only because a profile gives nothing in some period (§10, §13)."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np

from engine.words import Message, joined, say
from scenarios.figures import period_words
from scenarios.irreducible import Oracle

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenarios.members import Members

MOST_ASKED = 24  # single periods that are tried; with more, all are named
OPEN = 2.0**40  # what an opened cell may hold where nothing else is open


def with_profiles(members: Members, kept: NDArray[np.bool_], words: Message, deadline: float) -> Message:
    """What is said of a conflict, and what profiles shut for it: the periods that would do if opened.

    ``kept``: bool [member], the conflict. A profile is never a member (it can't be loosened), so that the
    others alone wouldn't tell the reason.
    """
    shut = [
        (k, t)
        for k, asked in enumerate(members.problem.quotas)
        for t in np.flatnonzero(asked.profile == 0).tolist()
    ]
    if not shut or not _possible(members, kept, shut, deadline):
        return words
    alone = [one for one in shut if len(shut) <= MOST_ASKED and _possible(members, kept, [one], deadline)]
    named = alone or shut
    for k, ones in groupby(named, key=lambda one: one[0]):
        periods = joined(period_words(members.problem.periods[t].name) for _, t in ones)
        quota = members.problem.quotas[k].quota
        label = members.problem.rulebook.indicators[quota.indicator].label
        words = say("shut_by_profile", words=words, quota=label, periods=periods)
    return words


def _possible(
    members: Members, kept: NDArray[np.bool_], opened: list[tuple[int, int]], deadline: float
) -> bool:
    """Whether the members can hold together once the profile gives something in these periods."""
    most = members.most.reshape(members.shape).copy()
    free = float(most.max(initial=0.0)) or OPEN
    for k, t in opened:
        most[k, :, t] = np.where(most[k, :, t] == 0, free, most[k, :, t])
    return bool(Oracle(replace(members, most=most.ravel()), deadline).ask(kept).holds)
