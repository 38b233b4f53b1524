"""What workers do: solve in a process of their own and answer in JSON. Nothing here knows the web."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from pathlib import Path

from api import services
from api.answers import explain_answer, plan_answer
from api.http.encoding import to_json
from engine.numbers import Lang
from engine.overlay import Overlay

__all__ = ["explain", "plan", "warm"]


def warm() -> None:
    """Import what a plan needs, so that the first one doesn't wait for it."""
    for module in ("clarabel", "pandas", "pyomo.environ", "scenarios.explain", "scenarios.waterfall"):
        import_module(module)


def plan(
    root: Path, rulebook: str, overlay: Overlay, time_limit: float | None, name: str
) -> dict[Lang, bytes]:
    """A plan under the name it will have, in both languages. Raises RuleError."""
    found = services.plan(services.load(rulebook, root, overlay), overlay.allocation, time_limit)
    return {lang: to_json({"id": name, **plan_answer(found, lang)}) for lang in ("vi", "en")}


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
