"""``chitieu sweep``: many scenarios of one rulebook."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from api import services
from api.cli.asking import overlaid_tables, overlay_of, rules_of, time_limit_of
from api.cli.drawing import draw, drawable
from api.cli.output import Answer, deliver
from engine.errors import Code, Issue, RuleError
from engine.words import say

if TYPE_CHECKING:
    from api.charts.look import Chart
    from api.tables import Table

FINE, FAULTY, INFEASIBLE, INTERRUPTED = 0, 1, 3, 130
MOST_DIGITS = 30


def sweep(arguments: argparse.Namespace) -> int:
    """``chitieu sweep``: exit 3 if no scenario has a plan, 1 if all failed, 130 when it was interrupted."""
    from scenarios.sweep import StoppedError
    from scenarios.sweep_asked import Asked
    from scenarios.sweep_spec import spec_file

    drawable(arguments)
    lang = arguments.lang
    seed = _whole(arguments.seed, 0, "sweep.seed")
    asked = Asked(
        arguments.rulebook,
        spec_file(Path(arguments.spec), arguments.spec, seed),
        rules_of(arguments),
        overlay_of(arguments),
        None if arguments.output is None else Path(arguments.output),
        arguments.units,
        _whole(arguments.workers, 1, "sweep.workers"),
        arguments.cluster,
        arguments.resume,
        time_limit_of(arguments),
        lang,
    )
    try:
        with _bar(lang) as progress:
            found = services.sweep(asked, progress)
    except StoppedError as stop:
        from api.sweep_table import stopped

        print(stopped(stop.done, stop.count, kept=stop.kept).in_(lang), file=sys.stderr)
        return INTERRUPTED
    except OSError as error:
        target = asked.output
        if target is None or error.filename is None or Path(error.filename).parent != target.parent:
            raise
        from api.saving import not_saved

        raise not_saved(target, error) from error

    def sheets() -> list[Table]:
        from api.sweep_table import sweep_sheets

        return [*sweep_sheets(found, lang), *overlaid_tables(found.bound.rulebook, lang)]

    def data() -> dict[str, Any]:
        from api.sweep_answers import sweep_answer

        return sweep_answer(found, lang)

    def records() -> list[dict[str, Any]]:
        from api.sweep_answers import sweep_records

        return sweep_records(found)

    def chart() -> Chart:
        from api.charts.fan import fan
        from api.charts.names import names_of
        from api.charts.tornado import tornado

        names = names_of(found.bound.rulebook, found.bound.problem.allocation.id, lang)
        return (tornado if found.bound.spec.method == "one_at_a_time" else fan)(data(), names)

    from api.sweep_answers import COLUMNS

    shown = argparse.Namespace(**{**vars(arguments), "output": None})  # -o has the scenarios, not the summary
    deliver(Answer(sheets, data, records, None, COLUMNS), shown)
    draw(arguments, chart)
    counts = found.summary.counts
    if counts.get("optimal", 0) + counts.get("feasible", 0):
        return FINE
    return INFEASIBLE if counts.get("infeasible", 0) else FAULTY


def _whole(text: str | None, least: int, message: str) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS and int(text) >= least):
        raise RuleError([Issue(Code.BAD_SETTING, say(message))])
    return int(text)


@contextmanager
def _bar(lang: str) -> Iterator[Callable[[int, int], None]]:
    """A bar with the time left, where someone is looking."""
    if not sys.stderr.isatty():
        yield lambda done, count: None
        return
    from tqdm import tqdm

    unit = " kịch bản" if lang == "vi" else " scenarios"
    with tqdm(unit=unit, file=sys.stderr, leave=False, smoothing=0.1, dynamic_ncols=True) as bar:

        def tell(done: int, count: int) -> None:
            if bar.total is None:  # what was there before tells nothing about the speed
                bar.total = bar.initial = 0
                bar.reset(count)
                bar.initial = bar.n = bar.last_print_n = done
            bar.update(done - bar.n)

        yield tell
