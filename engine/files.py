"""Files inside the rules root: which may be read, and where a rulebook is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.errors import Code, Issue, Issues, Place, RuleError
from engine.words import did_you_mean, say
from rules import RULES_ROOT

STANDARD_METRICS = RULES_ROOT / "common" / "metrics.yaml"
"""The columns of the gap table (§8), always there."""


@dataclass(frozen=True, slots=True)
class Root:
    """The rules root: no file outside it is read, the standard metrics apart."""

    folder: Path

    def label(self, path: Path) -> str:
        """The name that places and messages carry: relative to the root, with forward slashes."""
        for base in (self.folder, RULES_ROOT):
            if path.is_relative_to(base):
                return path.relative_to(base).as_posix()
        return path.name

    def file(self, name: str, beside: Path, place: Place, issues: Issues) -> Path | None:
        """The file that ``name`` leads to from the file ``beside``, or None with an issue."""
        try:
            path = (beside.parent / name).resolve()
            found = path.is_file()
        except (OSError, ValueError, RuntimeError):
            issues.add(Code.FILE_NOT_FOUND, place, what=name)
            return None
        if not path.is_relative_to(self.folder.resolve()) and path != STANDARD_METRICS:
            issues.add(Code.OUTSIDE_ROOT, place, hint=say("outside_root.hint"), what=name)
            return None
        if not found:
            standard = name.endswith("common/metrics.yaml")
            issues.add(
                Code.FILE_NOT_FOUND,
                place,
                hint=say("file_not_found.common.hint") if standard else None,
                what=name,
            )
            return None
        return path


def find_rulebook(rulebook: str, rules: Path | None) -> tuple[Root, Path]:
    """The rules root and folder of a rulebook, given as a name under the root or as a folder.

    Raises RuleError (unknown_rulebook, outside_root).
    """
    root = (rules or RULES_ROOT).resolve()
    if rules is not None and not root.is_dir():
        raise RuleError([Issue(Code.FILE_NOT_FOUND, say("file_not_found", what=str(rules)))])
    try:
        named = root / rulebook
        if _is_name(rulebook) and named.is_dir():
            return Root(root), _inside(root, named, rulebook)
        folder = Path(rulebook)
        if folder.is_dir():
            if rules is not None:
                return Root(root), _inside(root, folder, rulebook)
            folder = folder.resolve()
            return Root(folder.parent), folder
    except (OSError, ValueError):
        pass  # a text that can't be a path names no rulebook
    raise RuleError(
        [
            Issue(
                Code.UNKNOWN_RULEBOOK,
                say("unknown_rulebook", what=rulebook),
                hint=did_you_mean(rulebook, list_rulebooks(root)),
            )
        ]
    )


def _is_name(rulebook: str) -> bool:
    return bool(rulebook) and not rulebook.startswith(".") and "/" not in rulebook and "\\" not in rulebook


def _inside(root: Path, folder: Path, rulebook: str) -> Path:
    resolved = folder.resolve()
    if not resolved.is_relative_to(root) or resolved == root:
        message = say("outside_root", what=rulebook)
        raise RuleError([Issue(Code.OUTSIDE_ROOT, message, hint=say("outside_root.hint"))])
    return resolved


def list_rulebooks(root: Path) -> list[str]:
    """The names of the rulebooks under a rules root, sorted; templates (``_…``) and parts are left out."""
    if not root.is_dir():
        return []
    folders = (folder for folder in root.iterdir() if folder.is_dir() and folder.name[0] not in "._")
    return sorted(folder.name for folder in folders if _heads(folder))


def _heads(folder: Path) -> bool:
    """Whether any of the folder's files has the key ``rulebook`` at its start of a line."""
    for file in sorted(folder.glob("*.yaml")):
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            continue
        if any(line.startswith("rulebook:") for line in text.splitlines()):
            return True
    return False


def read_text(path: Path, label: str, issues: Issues, place: Place | None = None) -> str | None:
    """A file's text, UTF-8 with or without BOM, or None with an issue."""
    try:
        data = path.read_bytes()
    except OSError:
        issues.add(Code.FILE_NOT_FOUND, place, what=label)
        return None
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        at = Place(label, before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
        issues.add(Code.NOT_UTF8, at, hint=say("not_utf8.hint"))
        return None
