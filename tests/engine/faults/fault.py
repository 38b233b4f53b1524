"""A fault: a small edit of the sound rulebook, with the places of its issues marked in the edit itself.

A mark ⌖ stands before the character an issue points at. It is taken out before the files are written, so
that the expected line and column come from the text alone, never from the code under test.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.errors import Code, Issue

BASE = Path(__file__).parent / "rules"
MARK = "⌖"
_FIRST_MARK = 0xE000  # private characters stand for the marks while several faults are put in

Told = tuple[str, str, int, int]
"""An issue's code, file, line and column."""


@dataclass(frozen=True)
class Edit:
    """``old`` is replaced by ``new`` in a file named from the rulebook's folder. ``old`` None: a new file.

    A new text that starts with ``->`` is a link to what follows; \\udcXX is the byte XX.
    """

    file: str
    old: str | None
    new: str


@dataclass(frozen=True, repr=False)
class Fault:
    """``codes``: of the marks, in the order of the edits. ``elsewhere``: issues at unmarked places.

    ``hint``: a part of the English hint of one of the issues. ``touches``: the entries (or the table) that
    the fault changes or takes out of use, so that it may hide other faults of theirs. ``blinds``: whether
    names may be missing after it, so that unknown ones aren't told, and its file may stay unread.
    """

    name: str
    codes: tuple[Code, ...]
    edits: tuple[Edit, ...]
    hint: str
    touches: frozenset[str]
    blinds: bool
    elsewhere: tuple[Told, ...]

    def __repr__(self) -> str:
        return self.name

    @property
    def files(self) -> frozenset[str]:
        """The files it edits."""
        return frozenset(edit.file for edit in self.edits)

    @property
    def words(self) -> frozenset[str]:
        """The names that stand in its edits."""
        text = " ".join(f"{edit.old} {edit.new}" for edit in self.edits)
        return frozenset(re.findall(r"[a-z_]+", text.replace(MARK, "")))


def fault(
    name: str,
    codes: Code | Sequence[Code],
    file: str,
    old: str | None,
    new: str,
    *more: Edit,
    hint: str = "",
    touches: str | None = None,
    blinds: bool = False,
    elsewhere: Sequence[Told] = (),
) -> Fault:
    """A fault, most often of one edit and one code. ``touches``: words, else its name alone."""
    return Fault(
        name,
        (codes,) if isinstance(codes, Code) else tuple(codes),
        (Edit(file, old, new), *more),
        hint,
        frozenset([name] if touches is None else touches.split("|")),
        blinds,
        tuple(elsewhere),
    )


OF_NAMES = frozenset(
    {
        Code.MISSING_KEY,
        Code.UNKNOWN_ALLOCATION,
        Code.UNKNOWN_ATTRIBUTE,
        Code.UNKNOWN_COLUMN,
        Code.UNKNOWN_GROUP,
        Code.UNKNOWN_INDICATOR,
        Code.UNKNOWN_LEVEL,
        Code.UNKNOWN_MEASURE,
        Code.UNKNOWN_METRIC,
        Code.UNKNOWN_NAME,
        Code.UNKNOWN_PATH,
        Code.UNKNOWN_SCENARIO,
        Code.UNKNOWN_SOURCE,
        Code.UNKNOWN_UNIT,
    }
)
"""What may be unknown only because something else couldn't be read."""
NAMES = "names"
"""Touched by a fault of another code that isn't told where names may be missing."""
UNITS = "data/units.csv"
SCHOOLS = "data/schools.csv"
_OF_UNITS = frozenset({Code.UNKNOWN_UNIT, Code.UNKNOWN_LEVEL, Code.MISSING_COLUMN})


def independent(one: Fault, other: Fault) -> bool:
    """Whether neither fault can hide the other."""
    return not (_hides(one, other) or _hides(other, one))


def _hides(one: Fault, other: Fault) -> bool:
    codes = {*other.codes, *(Code(told[0]) for told in other.elsewhere)}
    if one.touches & (other.touches | other.words | other.files):
        return True
    if Code.APPLIES_NOWHERE in codes and (one.touches | one.files) & {UNITS, SCHOOLS}:
        return True  # where units or groups are faulty, what applies to none of them isn't judged
    if UNITS in one.touches and (_OF_UNITS & codes or any(file.endswith(".csv") for file in other.files)):
        return True
    unread = OF_NAMES & codes or one.files & other.files or NAMES in other.touches
    return one.blinds and bool(unread)


class ConflictError(Exception):
    """Two faults whose edits don't fit together."""


def sound() -> dict[str, str]:
    """The texts of the sound rulebook and what it includes, by path from the rules root."""
    files = sorted(path for path in BASE.rglob("*") if path.is_file())
    return {path.relative_to(BASE).as_posix(): path.read_text(encoding="utf-8") for path in files}


def marked(faults: Iterable[Fault]) -> tuple[dict[str, str], list[Told]]:
    """The files with the faults put in, and the issues they must give, in no order."""
    texts = sound()
    codes: dict[str, Code] = {}
    told: list[Told] = []
    for one in faults:
        wanted = list(one.codes)
        for edit in one.edits:
            path = _path(edit.file)
            pieces = edit.new.split(MARK)
            new = pieces[0]
            for piece in pieces[1:]:
                mark = chr(_FIRST_MARK + len(codes))
                codes[mark] = wanted.pop(0)
                new += mark + piece
            texts[path] = _edited(texts, path, edit, new)
        assert not wanted, f"{one.name}: more codes than marks"
        told += one.elsewhere
    plain = {}
    for path, text in texts.items():
        clean, *pieces = re.split("([\ue000-\uf8ff])", text)
        for mark, piece in zip(pieces[::2], pieces[1::2], strict=True):
            line = clean.count("\n") + 1
            told.append((codes[mark].value, path, line, len(clean) - clean.rfind("\n")))
            clean += piece
        plain[path] = clean
    return plain, told


def shown(fault: Fault) -> list[str]:
    """The lines that the fault's issues stand on, as they are in the files, for the documents."""
    texts, told = marked([fault])
    lines = [texts[file].split("\n")[line - 1] for _, file, line, _ in sorted(told, key=lambda t: t[1:])]
    return [line.strip() for line in dict.fromkeys(lines)]


def _path(file: str) -> str:
    return file.removeprefix("../") if file.startswith("../") else f"base/{file}"


def _edited(texts: dict[str, str], path: str, edit: Edit, new: str) -> str:
    if edit.old is None:
        if path in texts:
            raise ConflictError(f"{path} is there already")
        return new
    if texts.get(path, "").count(edit.old) != 1:
        raise ConflictError(f"{edit.old!r} is not there once in {path}")
    return texts[path].replace(edit.old, new)


def write(texts: dict[str, str], root: Path) -> None:
    """Write the files under a rules root, with a secret outside it."""
    (root.parent / "secret.csv").write_text("unit,parent,level\n", encoding="utf-8")
    for name, text in texts.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text.startswith("->"):
            path.symlink_to(text[2:])
        else:
            path.write_bytes(text.encode("utf-8", "surrogateescape"))


def told_of(issues: Iterable[Issue]) -> list[Told]:
    """Issues as they are compared, sorted."""
    return sorted(
        (i.code.value, i.place.file, i.place.line, i.place.column) if i.place else (i.code.value, "", 0, 0)
        for i in issues
    )
