"""Files inside the rules root: which may be read, and where a rulebook is."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from engine.disk import reason
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
            path = real(beside.parent / name)
            found = path.is_file()
        except (OSError, ValueError):
            issues.add(Code.FILE_NOT_FOUND, place, what=name)
            return None
        if not path.is_relative_to(real(self.folder)) and path != STANDARD_METRICS:
            issues.add(Code.OUTSIDE_ROOT, place, hint=say("outside_root.hint"), what=name)
            return None
        if not found and path == real(self.folder) / "common" / "metrics.yaml":
            return STANDARD_METRICS  # they are always there, also in a rules root of one's own
        if not found:
            issues.add(Code.FILE_NOT_FOUND, place, what=name)
            return None
        return path


def real(path: Path) -> Path:
    """Where a path leads with all links followed; a link that leads to itself stays as it is."""
    return Path(os.path.realpath(path))


def find_rulebook(rulebook: str, rules: Path | None) -> tuple[Root, Path]:
    """The rules root and folder of a rulebook, given as a name under the root or as a folder.

    Raises RuleError (unknown_rulebook, outside_root).
    """
    root = (rules or RULES_ROOT).resolve()
    if rules is not None and not root.is_dir():
        raise RuleError([Issue(Code.FILE_NOT_FOUND, say("file_not_found", what=str(rules)))])
    if not rulebook.strip():
        raise RuleError([Issue(Code.UNKNOWN_RULEBOOK, say("unknown_rulebook", what=rulebook))])
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


def read_text(path: Path, label: str, issues: Issues) -> str | None:
    """A file's text, UTF-8 with or without BOM, lines ended by LF alone, or None with an issue."""
    data = read_bytes(path, label, issues)
    return None if data is None else data.decode()


def read_bytes(path: Path, label: str, issues: Issues) -> bytes | None:
    """The same as UTF-8 bytes, for whoever reads long tables."""
    try:
        data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except FileNotFoundError:
        issues.add(Code.FILE_NOT_FOUND, Place(label, 1, 1), what=label)
        return None
    except OSError as error:  # it is there, and can't be read
        message = say("disk.unread", what=label, why=reason(error))
        issues.add(Code.FILE_NOT_FOUND, Place(label, 1, 1), message)
        return None
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    faulty = data.find(b"\0")  # UTF-16 without its mark, as some programs save it
    if not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError as error:
            faulty = error.start if faulty < 0 else min(faulty, error.start)
    if faulty < 0:
        return data
    line = data.rfind(b"\n", 0, faulty) + 1
    before = data[line:faulty].decode(errors="replace")
    place = Place(label, data.count(b"\n", 0, faulty) + 1, len(before) + 1)
    issues.add(Code.NOT_UTF8, place, hint=say("not_utf8.hint"))
    return None
