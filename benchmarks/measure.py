"""What is measured and how: ours and the peer in turns in one run, the median of each."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Result:
    """One comparison: seconds of ours and of the peer, of the processor where the name doesn't say otherwise.
    ``goal``: the most that the ratio may be, None where it is only told; ``seconds``: the most that ours may
    take, in its place.
    """

    name: str
    ours: float
    peer_name: str
    peer: float
    goal: float | None = None
    note: str = ""
    seconds: float | None = None

    @property
    def ratio(self) -> float:
        """Ours to the peer."""
        return self.ours / self.peer

    @property
    def verdict(self) -> str:
        """Whether the goal is met."""
        if self.seconds is not None:
            return "met" if self.ours <= self.seconds else "not met"
        if self.goal is None:
            return "–"
        return "met" if self.ratio <= self.goal else "not met"


def side_by_side(run: Mapping[str, Callable[[], object]], times: int) -> dict[str, float]:
    """The median processor seconds of each, run in turns so that a busy machine hits all alike."""
    seconds: dict[str, list[float]] = {name: [] for name in run}
    for _ in range(times):
        for name, function in run.items():
            gc.collect()
            start = time.process_time()
            function()
            seconds[name].append(time.process_time() - start)
    return {name: median(found) for name, found in seconds.items()}


def processes(arguments: Mapping[str, Sequence[str]], times: int) -> dict[str, float]:
    """The median processor seconds of each Python process, run in turns after one that doesn't count.

    The first turn compiles the modules, as an installer does, into a folder of its own.
    """
    seconds: dict[str, list[float]] = {name: [] for name in arguments}
    with tempfile.TemporaryDirectory() as folder:
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = folder
        for _ in range(times + 1):
            for name, given in arguments.items():
                seconds[name].append(_process([sys.executable, *given], environment))
    return {name: median(found[1:]) for name, found in seconds.items()}


def _process(command: Sequence[str], environment: Mapping[str, str]) -> float:
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return used.ru_utime + used.ru_stime
