"""What workers do: solve in a process of their own and answer in JSON. Nothing here knows the web."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import services
from api.answers import explain_answer, plan_answer
from api.http.encoding import to_json
from api.http.plans import Made, packed, unpacked
from engine.numbers import Lang
from engine.overlay import Overlay
from engine.words import Message

if TYPE_CHECKING:
    from api.http.beside import Beside
    from scenarios.sweep_asked import Asked
    from scenarios.sweep_rows import Column

__all__ = ["Prepared", "Unread", "explain", "plan", "plan_workbook", "prepare_sweep", "verify", "warm"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sweep that was checked and can begin: how many scenarios it has, and what its rows hold."""

    asked: Asked
    count: int
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that can't be read as a document: why, and what to do."""

    message: Message
    hint: Message | None


def warm() -> None:
    """Import what a plan needs, so that the first one doesn't wait for it; large tables' pandas is rare."""
    for module in ("clarabel", "pyomo.environ", "scenarios.explain", "scenarios.waterfall"):
        import_module(module)


def plan(
    root: Path,
    rulebook: str,
    overlay: Overlay,
    time_limit: float | None,
    name: str,
    beside: Beside | None = None,
) -> Made:
    """A plan under the name it will have, in both languages; beside other plans if asked for.

    Raises RuleError.
    """
    book, closeness = services.load(rulebook, root, overlay), None
    if beside is not None:
        book, closeness = beside.over(book, overlay.allocation)
    found = services.plan(book, overlay.allocation, time_limit, closeness)
    languages: tuple[Lang, ...] = ("vi", "en")
    texts = {lang: to_json({"id": name, **plan_answer(found, lang)}) for lang in languages}
    return Made(texts, packed(found))


def plan_workbook(kept: bytes, lang: Lang) -> tuple[str, bytes]:
    """The workbook of a plan that was made here before, with the name of its file. Raises RuleError."""
    from api.workbook import plan_workbook as written

    found = unpacked(kept)
    name = f"{found.problem.rulebook.id}-{found.problem.allocation.id}.xlsx"
    return name, written(found, lang)


def explain(
    root: Path,
    rulebook: str,
    overlay: Overlay,
    what: str,
    unit: str | None,
    as_of: date | None,
    basis: str | None,
    lang: Lang,
) -> bytes:
    """Where a quota comes from, which takes a plan. Raises RuleError."""
    book = services.load(rulebook, root, overlay)
    return to_json(explain_answer(services.why(book, what, unit, as_of, basis), book, lang))


def verify(
    root: Path, rulebook: str | None, name: str, data: bytes, lang: Lang, comments: bool
) -> bytes | Unread:
    """A report checked: its findings in JSON, or a Word copy with comments. Raises RuleError."""
    from api.checking import check_bytes, with_comments
    from api.documents.text import DocumentError
    from api.report_answers import report_answer

    try:
        checked = check_bytes(data, name, rulebook, root)
        return with_comments(checked, lang, data) if comments else to_json(report_answer(checked, lang))
    except DocumentError as error:
        return Unread(error.message, error.hint)


def prepare_sweep(
    root: Path,
    rulebook: str,
    overlay: Overlay,
    spec: Mapping[str, Any],
    time_limit: float | None,
    units: bool,
) -> Prepared:
    """A sweep's spec checked against its rulebook, without solving. Raises RuleError with every issue."""
    from engine.base import Base
    from scenarios.sweep_asked import Asked
    from scenarios.sweep_bind import bind
    from scenarios.sweep_rows import columns
    from scenarios.sweep_spec import spec_mapping

    asked = Asked(rulebook, spec_mapping(spec, "sweep"), root, overlay, units=units, time_limit=time_limit)
    bound = bind(asked.spec, Base.of(rulebook, root), overlay)
    return Prepared(asked, bound.spec.count, columns(bound, units=units))
