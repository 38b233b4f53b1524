"""A long job: what it is doing, what came of it, and the rows that it has finished."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from engine.errors import Issue
from engine.numbers import Lang
from engine.words import Message
from scenarios.sweep_results import csv_lines, rows_so_far

if TYPE_CHECKING:
    from scenarios.sweep_rows import Column

State = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED = ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True)
class Seen:
    """A job at one moment. ``number``: of the change that led to it, from 1; ``cause`` and ``issues``: why it
    failed; ``result``: the summary in each language once it is done.
    """

    number: int
    state: State
    done: int
    total: int
    seconds_left: float | None = None
    cause: Message | None = None
    issues: tuple[Issue, ...] = ()
    result: Mapping[Lang, Any] | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.state in ENDED


class Job:
    """One job. Many threads may use it at once; its lane changes it, and who cancels it in the queue."""

    def __init__(
        self, name: str, rulebook: str, total: int, columns: tuple[Column, ...], journal: Path
    ) -> None:
        self.name, self.rulebook, self.columns, self.journal = name, rulebook, columns, journal
        self.ending = threading.Event()
        """Somebody wants it to end."""
        self.over = threading.Event()
        """It has ended."""
        self._lock = threading.Lock()
        self._seen = Seen(1, "queued", 0, total)
        self._listeners: list[Callable[[], object]] = []
        self._first: tuple[float, int] | None = None
        self._last = 0.0

    def seen(self) -> Seen:
        """What it is doing now."""
        with self._lock:
            return replace(self._seen, seconds_left=self._seconds_left())

    def rows(self, lang: Lang) -> Iterator[str]:
        """The rows that are finished by now, as CSV in the order of their numbers, line by line."""
        return csv_lines(self.columns, rows_so_far(self.journal, self._seen.total), lang)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """An event of the running loop that is set at each change."""
        event = asyncio.Event()
        tell = partial(asyncio.get_running_loop().call_soon_threadsafe, event.set)
        with self._lock:
            self._listeners.append(tell)
        try:
            yield event
        finally:
            with self._lock:
                self._listeners.remove(tell)

    def begin(self) -> bool:
        """It runs from now on; False where it was cancelled before."""
        with self._lock:
            if self._seen.ended:
                return False
            self._change(state="running")
            return True

    def tell(self, done: int, total: int) -> None:
        """So many of its scenarios are finished."""
        with self._lock:
            self._last = time.monotonic()
            if self._first is None:
                self._first = self._last, done
            self._change(done=done, total=total)

    def end(
        self,
        state: State,
        cause: Message | None = None,
        issues: tuple[Issue, ...] = (),
        result: Mapping[Lang, Any] | None = None,
    ) -> None:
        """It is over."""
        with self._lock:
            self._change(state=state, cause=cause, issues=issues, result=result)
            self.over.set()

    def end_in_queue(self) -> bool:
        """Cancel it if it hasn't begun."""
        with self._lock:
            if self._seen.state != "queued":
                return False
            self._change(state="cancelled")
            self.over.set()
            return True

    def _change(self, **what: Any) -> None:
        self._seen = replace(self._seen, number=self._seen.number + 1, **what)
        for tell in self._listeners:
            tell()

    def _seconds_left(self) -> float | None:
        """If the rest goes as what is finished went; None where that isn't known."""
        seen = self._seen
        if self._first is None or seen.state != "running" or seen.done <= self._first[1]:
            return None
        began, done_then = self._first
        each = (self._last - began) / (seen.done - done_then)
        return max(0.0, each * (seen.total - seen.done) - (time.monotonic() - self._last))
