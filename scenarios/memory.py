"""How much memory a process holds, and a wall that it can't ask beyond. Both only where the system tells."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def held(process: int | None) -> int:
    """Bytes in main memory (RSS) of a process; 0 where that isn't told, or the process is gone."""
    return _pages(process, 1)


def _pages(process: int | None, column: int) -> int:
    try:
        counts = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()
        return int(counts[column]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError, ValueError):
        return 0


@contextmanager
def wall(most: int | None) -> Iterator[None]:
    """Within it this process can map at most ``most`` bytes beyond what it has: then MemoryError, or the end
    of the process where a library takes no refusal. None: no wall.
    """
    try:
        import resource
    except ImportError:  # Windows
        yield
        return
    mapped = _pages(os.getpid(), 0)
    if most is None or mapped == 0:
        yield
        return
    before = resource.getrlimit(resource.RLIMIT_AS)
    limits = [limit for limit in (mapped + most, *before) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
