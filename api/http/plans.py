"""Plans that were made, kept in memory until newer ones need the room."""

from __future__ import annotations

import pickle
import threading
import uuid
import zlib
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.http.encoding import cut
from engine.errors import Code, Issue, RuleError
from engine.numbers import Lang
from engine.words import say

if TYPE_CHECKING:
    from scenarios.plan import Plan

MOST_PLANS = 1_000
MOST_BYTES = 256_000_000

Texts = dict[Lang, bytes]


@dataclass(frozen=True, slots=True)
class Made:
    """A plan's answers as JSON in each language, and the plan itself, pickled and compressed."""

    texts: Texts
    packed: bytes = b""

    def __len__(self) -> int:
        return len(self.packed) + sum(len(text) for text in self.texts.values())


def packed(plan: Plan) -> bytes:
    """A plan as it is kept, for other processes."""
    return zlib.compress(pickle.dumps(plan), 1)


def unpacked(data: bytes) -> Plan:
    """A plan that was kept."""
    found: Plan = pickle.loads(zlib.decompress(data))  # noqa: S301  by ``packed`` above, never sent in
    return found


class Plans:
    """What was made by a plan's name. Many threads may use it at once."""

    def __init__(self, most_plans: int = MOST_PLANS, most_bytes: int = MOST_BYTES) -> None:
        self._most_plans, self._most_bytes = most_plans, most_bytes
        self._kept: OrderedDict[str, Made] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @staticmethod
    def new_name() -> str:
        """A name that nobody guesses."""
        return str(uuid.uuid4())

    def keep(self, name: str, made: Made) -> None:
        """Keep a plan; the oldest make room for it. The newest stays however long it is."""
        with self._lock:
            self._kept[name] = made
            self._bytes += len(made)
            while len(self._kept) > 1 and (
                len(self._kept) > self._most_plans or self._bytes > self._most_bytes
            ):
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= len(dropped)

    def find(self, name: str, lang: Lang) -> bytes:
        """A plan's answer. Raises RuleError (unknown_plan)."""
        return self._find(name).texts[lang]

    def packed(self, name: str) -> bytes:
        """A plan for what makes files of it. Raises RuleError (unknown_plan)."""
        return self._find(name).packed

    def _find(self, name: str) -> Made:
        with self._lock:
            made = self._kept.get(name)
        if made is None:
            raise RuleError([Issue(Code.UNKNOWN_PLAN, say("unknown_plan", what=cut(name)))])
        return made
