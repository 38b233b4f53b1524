"""A rulebook whose files are read once, for many overlays to be laid over it (§12)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import Issues, RuleError, in_order
from engine.files import find_rulebook
from engine.link import link_under
from engine.loader import Source, read_source
from engine.overlay import Overlay
from engine.rulebook import Rulebook
from rules import RULES_ROOT


@dataclass(frozen=True, slots=True)
class Base:
    """What a rulebook's files say, nothing laid over it."""

    source: Source

    @classmethod
    def of(cls, rulebook: str, rules: Path | None = None) -> Base:
        """Read a rulebook given as a name or folder. Raises RuleError where a file can't be read."""
        issues = Issues()
        source = read_source(*find_rulebook(rulebook, rules), issues)
        issues.raise_errors()
        if source is None:
            raise RuleError(in_order(issues.found))
        return cls(source)

    def under(self, overlay: Overlay) -> Rulebook:
        """The rulebook with an overlay over it. Raises RuleError with every issue."""
        return link_under(self.source.fresh(), overlay, Issues(), self.source.fresh)

    def files(self) -> list[Path]:
        """Every file that it is made of, each once, sorted."""
        labels = {place.file for place in self.source.keys.values()}
        roots = (self.source.root.folder, RULES_ROOT)
        stated = [next((r / label for r in roots if (r / label).is_file()), None) for label in labels]
        found = [*filter(None, stated), *self.source.files.values(), *self.source.tables.values()]
        return sorted(set(found))
