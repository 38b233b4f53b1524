"""Pictures as files: SVG with its words as text, or PNG."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from api.saving import save as write
from engine.errors import Code, Issue, RuleError
from engine.words import say

if TYPE_CHECKING:
    from api.charts.look import Chart

FORMS = (".svg", ".png")
NEEDED = ("altair", "fontpkg", "fontpkg_be_vietnam_pro", "vl_convert")
"""What the extra ``charts`` brings."""
SHARP = 2
"""Dots of a PNG for one of the picture's."""
VEGA_LITE = "6.4"
"""Of the bundled versions the one that Altair 6 writes for."""


def check(path: str) -> None:
    """Refuse, before anything is worked out, a picture that can't be made.

    Raises RuleError (bad_setting): another ending, or the extra ``charts`` isn't installed.
    """
    if Path(path).suffix.lower() not in FORMS:
        raise RuleError([Issue(Code.BAD_SETTING, say("chart.form", what=path))])
    for module in NEEDED:
        try:
            import_module(module)
        except ImportError as error:
            message = say("chart.extra", what=error.name or module)
            raise RuleError([Issue(Code.BAD_SETTING, message)]) from error


def save(chart: Chart, path: Path) -> None:
    """Write a picture; the ending of ``path`` says how. The same picture gives the same SVG, byte for byte.

    Nothing is fetched. Raises RuleError where ``check`` does, SaveError.
    """
    check(str(path))
    write(path, drawn(chart, path.suffix.lower()))


def drawn(chart: Chart, form: str) -> bytes:
    """The picture as a file's bytes; ``form``: ``.svg`` or ``.png``."""
    import vl_convert

    _register_font()
    spec = chart.to_dict()
    # an address that nothing has: no other may be asked
    nowhere = ["https://nowhere.invalid/"]
    if form == ".png":
        return vl_convert.vegalite_to_png(spec, VEGA_LITE, scale=SHARP, allowed_base_urls=nowhere)
    return vl_convert.vegalite_to_svg(spec, VEGA_LITE, allowed_base_urls=nowhere).encode()


@cache  # every further call would make vl-convert read the same files again, and grow slower
def _register_font() -> None:
    """Tell vl-convert, for as long as this process lives, where the font is."""
    import fontpkg
    import vl_convert

    from api.charts.look import FONT

    vl_convert.register_font_directory(str(fontpkg.path(FONT).parent))
