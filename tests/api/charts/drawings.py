"""What is on a picture, read from its bytes: words and marks of an SVG, dots of a PNG."""

from __future__ import annotations

import re
import struct
import zlib
from dataclasses import dataclass
from xml.etree import ElementTree as ET

import numpy as np
from numpy.typing import NDArray

from api.charts.look import Chart
from api.charts.names import Names
from api.charts.picture import drawn
from engine.numbers import Lang

SVG = "{http://www.w3.org/2000/svg}"
PEOPLE = {"vi": "người", "en": "persons"}


def names(lang: Lang, units: int = 3) -> Names:
    """Districts u0, u1 … and three quotas; loans have no words."""
    quotas = {"jobs": "Giải quyết việc làm", "training": "Đào tạo nghề"}
    districts = dict(zip(("u0", "u1", "u2"), ("Đức Linh", "Hàm Thuận Bắc", "Phú Quý"), strict=True))
    districts |= {f"u{at}": f"Huyện {at}" for at in range(3, units)}
    measures = dict.fromkeys(quotas, PEOPLE[lang])
    return Names(
        lang, "Giao chỉ tiêu", districts, quotas, measures, {"parameters.money.value": "Vốn (tỷ đồng)"}
    )


@dataclass(frozen=True)
class Drawing:
    """An SVG: its texts in order, its filled symbols and bars as (colour, x, y) and (colour, x, width)."""

    words: list[str]
    symbols: list[tuple[str, float, float]]
    bars: list[tuple[str, float, float]]
    width: int
    height: int

    @property
    def text(self) -> str:
        return "\n".join(self.words)

    def of(self, colour: str) -> list[tuple[float, float]]:
        """Where symbols of a colour lie; those of the legend come last and are left out."""
        return [(x, y) for fill, x, y in self.symbols if fill == colour][:-1]


def seen(chart: Chart) -> Drawing:
    """The picture as SVG, taken apart."""
    root = ET.fromstring(drawn(chart, ".svg"))
    words = [line for text in root.iter(f"{SVG}text") for line in text.itertext()]
    symbols, bars = [], []
    for path in root.iter(f"{SVG}path"):
        fill = path.get("fill", "")
        if place := re.fullmatch(r"translate\(([-0-9.e]+),([-0-9.e]+)\)", path.get("transform", "")):
            symbols.append((fill, float(place[1]), float(place[2])))
        elif bar := re.match(r"M([-0-9.e]+),[-0-9.e]+h([-0-9.e]+)v", path.get("d", "")):
            bars.append((fill, float(bar[1]), float(bar[2])))
    return Drawing(words, symbols, bars, int(root.get("width", 0)), int(root.get("height", 0)))


def dots(png: bytes) -> NDArray[np.uint8]:
    """A PNG's dots, uint8 [row, column, channel], of 8 bits and not interlaced."""
    width, height, depth, kind, *_, interlaced = struct.unpack(">IIBBBBB", png[16:29])
    assert (depth, interlaced) == (8, 0)
    channels = {2: 3, 6: 4}[kind]
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        data += png[at + 8 : at + 8 + length] if png[at + 4 : at + 8] == b"IDAT" else b""
        at += length + 12
    rows = np.frombuffer(zlib.decompress(data), dtype=np.uint8).reshape(height, 1 + width * channels)
    out = np.zeros((height, width * channels), dtype=np.uint8)
    above = np.zeros(width * channels, dtype=np.uint8)
    for at, row in enumerate(rows):
        above = out[at] = _unfiltered(int(row[0]), row[1:], above, channels)
    return out.reshape(height, width, channels)


def _unfiltered(
    kind: int, row: NDArray[np.uint8], above: NDArray[np.uint8], channels: int
) -> NDArray[np.uint8]:
    """A row as it was before PNG's filter (its section 9.2)."""
    if kind == 0:
        return row
    if kind == 2:
        return row + above
    found = [0] * len(row)
    before = above.tolist()
    for at, value in enumerate(row.tolist()):
        left = found[at - channels] if at >= channels else 0
        up = before[at]
        corner = before[at - channels] if at >= channels else 0
        if kind == 1:
            guess = left
        elif kind == 3:
            guess = (left + up) // 2
        else:
            near = left + up - corner
            guess = min((left, up, corner), key=lambda one: abs(near - one))
        found[at] = (value + guess) % 256
    return np.array(found, dtype=np.uint8)
