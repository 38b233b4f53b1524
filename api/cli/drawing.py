"""``--chart FILE``: an answer as a picture, beside its table."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from api.charts.look import Chart


def drawable(arguments: argparse.Namespace) -> None:
    """Refuse ``--chart`` before anything is worked out, where it can't be drawn. Raises RuleError."""
    if arguments.chart is not None:
        from api.charts.picture import check

        check(arguments.chart)


def draw(arguments: argparse.Namespace, chart: Callable[[], Chart]) -> None:
    """The picture, if it is asked for. Raises SaveError."""
    if arguments.chart is not None:
        from api.charts.picture import save

        save(chart(), Path(arguments.chart))
