"""The process that a long job runs in, with all the processes that it starts: one group, ended as one.

What it says goes through a pipe: ``("progress", done, total)`` any number of times, then one of
``("done", texts)``, ``("issues", issues)``, ``("memory",)``, ``("disk", why)``, ``("fault", text)``.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import TYPE_CHECKING, Any, NoReturn

from api import services
from api.http.encoding import to_json
from engine.errors import RuleError
from scenarios import memory
from scenarios.workers import MOST_MEMORY, uninterrupted

if TYPE_CHECKING:
    from scenarios.sweep_asked import Asked

_SPAWN = multiprocessing.get_context("spawn")

Told = tuple[Any, ...]


class JobProcess:
    """A sweep in a process of its own. One thread at a time may use it. Raises OSError where none starts.

    ``most_memory``: bytes that each process of the group can map beyond what it began with, None for any.
    """

    def __init__(self, asked: Asked, most_memory: int | None = MOST_MEMORY) -> None:
        self._pipe, theirs = _SPAWN.Pipe(duplex=False)
        self._process = _SPAWN.Process(target=_run, args=(theirs, asked, most_memory), name="chitieu job")
        with uninterrupted():
            self._process.start()
        theirs.close()

    @property
    def pid(self) -> int | None:
        """Its number, which is also that of its group."""
        return self._process.pid

    def told(self, seconds: float) -> Told | None:
        """What it says next, None if nothing for so long. Raises EOFError when it has ended."""
        try:
            if not self._pipe.poll(seconds):
                return None
            found: Told = self._pipe.recv()
        except OSError:
            raise EOFError from None
        return found

    def ask_to_end(self) -> None:
        """Ask it to stop what it does, clean up and leave."""
        self._process.terminate()

    def finish(self, seconds: float) -> int | None:
        """Wait so long for it to leave; kill what is left of its group. Its exit code."""
        wait([self._process.sentinel], seconds)
        if self._process.pid is not None:  # nobody waited for it yet, so the number is still its own
            self._process.kill()
            if hasattr(os, "killpg"):
                with suppress(ProcessLookupError, PermissionError):  # none is left; none was made yet
                    os.killpg(self._process.pid, signal.SIGKILL)
        self._process.join()
        code = self._process.exitcode
        self._process.close()
        self._pipe.close()
        return code


def _run(pipe: Connection, asked: Asked, most_memory: int | None) -> None:
    """The life of the process."""
    if hasattr(os, "setsid"):
        os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _interrupt)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with suppress(KeyboardInterrupt, OSError):  # asked to end; nobody listens any more
        told = _outcome(pipe, asked, most_memory)
        if told is not None:
            pipe.send(told)


def _outcome(pipe: Connection, asked: Asked, most_memory: int | None) -> Told | None:
    """What the sweep came to; None where it was asked to end."""
    from api.sweep_answers import sweep_answer
    from scenarios.sweep import StoppedError

    try:
        with memory.wall(most_memory):
            found = services.sweep(asked, lambda done, count: pipe.send(("progress", done, count)))
        return "done", {lang: to_json(sweep_answer(found, lang)) for lang in ("vi", "en")}
    except StoppedError:
        return None
    except RuleError as error:
        return "issues", error.issues
    except MemoryError:
        return ("memory",)
    except OSError as error:
        return "disk", error.strerror or type(error).__name__
    except Exception:  # noqa: BLE001  the server tells it as a fault of ours, with this text in its log
        return "fault", traceback.format_exc()


def _interrupt(*_: object) -> NoReturn:
    """As Ctrl-C would: a sweep then ends its processes, which leave without finishing anything."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGTERM)
    raise KeyboardInterrupt


def _end_with_parent() -> None:
    """A server that is killed can't end its jobs."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
