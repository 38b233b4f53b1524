"""How wide a table's columns are, how large its letters, and where one too wide for a page is cut."""

from __future__ import annotations

from fractions import Fraction

from engine.writing.document import Column, Row, Table

SIZES = (24, 22, 20, 18)
"""Sizes of letters in tables, in half points."""
MOST_LETTERS = 48
"""A column is made no wider than for a text of so many letters; longer ones are broken into lines."""
EDGES = 250
"""The edges of a cell on both sides, in twentieths of a point."""
NAME = 20
"""As many letters of what rows are called stand in one line where a table is cut."""
_NARROW, _WIDE = frozenset(" .,;:/|'!()[]-ijltfrI"), frozenset("mwMWƯQO@%&")


def _room(text: str, size: int) -> int:
    """What a text needs to stand in one line, bold too, in twentieths of a point; size in half points.

    A letter is taken as 0.56 of the size, narrow ones as a third, capitals as three quarters and wide ones
    as nine tenths, which is what Times New Roman has and a little more.
    """
    ems = sum(
        0.35 if char in _NARROW else 0.9 if char in _WIDE else 0.75 if char.isupper() else 0.56
        for char in text
    )
    return int(ems * 10 * size) + EDGES


def _least(table: Table, size: int) -> list[int]:
    """What each column needs for its longest word or number to stand in one line."""
    return [
        max(
            (
                _room(word, size)
                for text in (column.title, *(row.cells[at] for row in table.rows))
                for word in text.split()
            ),
            default=EDGES,
        )
        for at, column in enumerate(table.columns)
    ]


def size_of(table: Table, width: int) -> int:
    """The largest size of letters, in half points, in which every word fits its column; else the smallest."""
    most = SIZES[0] if len(table.columns) <= 6 else SIZES[1] if len(table.columns) <= 10 else SIZES[-1]
    fitting = (size for size in SIZES if size <= most and sum(_least(table, size)) <= width)
    return next(fitting, SIZES[-1])


def widths_of(table: Table, width: int, size: int) -> list[int]:
    """The width shared out: first each column has what its longest word needs, then its title in four lines,
    its texts in one, its title in two, as far as there is room; what is left makes all wider.
    """
    widths = _least(table, size)
    if sum(widths) > width:
        return [width * need // sum(widths) for need in widths]
    most = MOST_LETTERS * 5 * size + EDGES
    texts = [max((_room(row.cells[at], size) for row in table.rows), default=0) for at in range(len(widths))]
    titles = [_room(column.title, size) for column in table.columns]
    for needs in ([need // 4 for need in titles], texts, [need // 2 for need in titles]):
        wanted = [max(min(need, most) - had, 0) for need, had in zip(needs, widths, strict=True)]
        part = min(Fraction(width - sum(widths), sum(wanted) or 1), Fraction(1))
        widths = [had + int(part * more) for had, more in zip(widths, wanted, strict=True)]
    room = width - sum(widths)
    return [had + room * had // sum(widths) for had in widths]


def fitting(table: Table, width: int) -> list[Table]:
    """The table; where even in the smallest letters it is too wide for the page, several that each begin with
    its first columns, those of no numbers, so that no number is broken into lines.
    """
    columns, least = table.columns, _least(table, SIZES[-1])
    if sum(least) <= width:
        return [table]
    first = next((at for at, column in enumerate(columns) if column.is_number), len(columns))
    name = _room("o" * NAME, SIZES[-1])
    texts = [max((_room(row.cells[at], SIZES[-1]) for row in table.rows), default=0) for at in range(first)]
    room = width - sum(max(need, min(text, name)) for need, text in zip(least, texts, strict=False))
    if first == len(columns) or max(least[first:]) > room:
        return [table]
    cuts = _cuts(columns, least, first, room)
    return [
        Table(
            (*columns[:first], *columns[start:end]),
            tuple(
                Row((*row.cells[:first], *row.cells[start:end]), is_total=row.is_total) for row in table.rows
            ),
            f"{table.caption} ({number}/{len(cuts)})" if table.caption else None,
        )
        for number, (start, end) in enumerate(cuts, start=1)
    ]


def _cuts(columns: tuple[Column, ...], least: list[int], first: int, room: int) -> list[tuple[int, int]]:
    """The columns of each part: as many as there is room for, groups whole where one fits."""
    found = []
    start = first
    while start < len(columns):
        end = start + 1
        while end < len(columns) and sum(least[start : end + 1]) <= room:
            end += 1
        whole = end
        while start < whole < len(columns) and _are_together(columns[whole - 1], columns[whole]):
            whole -= 1
        end = whole if whole > start else end
        found.append((start, end))
        start = end
    return found


def _are_together(one: Column, other: Column) -> bool:
    return one.group is not None and one.group == other.group
