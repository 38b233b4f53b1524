"""The rulebooks that the service offers: those listed under one rules root, and nothing else."""

from __future__ import annotations

import threading
from pathlib import Path

from api import services
from api.http.encoding import MAX_ECHO, cut
from engine.errors import Code, Issue, RuleError
from engine.overlay import NOTHING, Overlay
from engine.rulebook import Rulebook
from engine.words import did_you_mean, say
from rules import RULES_ROOT


class Library:
    """Rulebooks by name. Each request reads the files anew, so a changed one is always seen."""

    def __init__(self, rules: Path | None = None) -> None:
        self.root = (rules or RULES_ROOT).resolve()
        # reading tables turns warnings into errors for the whole process: one thread at a time
        self._reading = threading.Lock()

    def names(self) -> list[str]:
        """The rulebooks under the root, sorted."""
        return services.list_all(self.root)

    def require(self, name: str) -> None:
        """Refuse what isn't listed, whatever path it may spell. Raises RuleError (unknown_rulebook)."""
        known = self.names()
        if name not in known:
            hint = did_you_mean(name, known) if len(name) <= MAX_ECHO else None
            message = say("unknown_rulebook", what=cut(name))
            raise RuleError([Issue(Code.UNKNOWN_RULEBOOK, message, hint=hint)])

    def load(self, name: str, overlay: Overlay = NOTHING) -> Rulebook:
        """A rulebook of the list, with an overlay over it.

        Raises RuleError (unknown_rulebook, or all that is faulty in it).
        """
        self.require(name)
        with self._reading:
            return services.load(name, self.root, overlay)
