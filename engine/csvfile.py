"""The cells of a CSV file (RFC 4180) by whole columns, in numpy.

A column is codes into its distinct texts, so that each text is judged once however long the file is.
Works on pieces small enough for the processor's cache: first within the piece, then over all pieces.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

PIECE = 1 << 20
WORD = 8
LONG = 8 * WORD
"""Cells of more bytes than this are compared one by one."""
_COMMA, _NEWLINE, _QUOTE = b',\n"'
_KEEP = np.array([(1 << 8 * length) - 1 for length in range(WORD + 1)], dtype=np.uint64)
"""What to keep of the eight bytes read at a cell with so many bytes left."""

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Index = NDArray[np.intp]
Bools = NDArray[np.bool_]


def split_columns(data: bytes, begin: int, width: int) -> list[tuple[NDArray[np.integer], list[str]]] | None:
    """Codes [row] and texts of each column from ``begin`` on; empty lines are passed over.

    ``data`` is UTF-8 without zero bytes, lines end in LF alone. None where a row has another number of
    cells than ``width``, or a quote stands where none belongs.
    """
    columns = [_Column(data) for _ in range(width)]
    for start, piece in _pieces(data, begin):
        found = _cells(piece, width)
        if found is None:
            return None
        for column, starts, ends in zip(columns, *found, strict=True):
            column.add(piece, start, starts, ends)
    return [column.finish() for column in columns]


def _pieces(data: bytes, begin: int) -> Iterator[tuple[int, Bytes]]:
    """Whole lines with their place in ``data``, followed by room to read on. The array is used again."""
    quoted = b'"' in data  # a quoted cell may hold line ends: such a file is taken in one piece
    room = np.empty(0, dtype=np.uint8)
    while begin < len(data):
        end = 0 if quoted else data.rfind(b"\n", begin, begin + PIECE) + 1 or data.find(b"\n", begin) + 1
        end = end or len(data)
        length = end - begin
        if len(room) < length + 1 + LONG:
            room = np.zeros(length + 1 + LONG, dtype=np.uint8)
        room[:length] = np.frombuffer(data, np.uint8, length, begin)
        if data[end - 1] != _NEWLINE:
            room[length] = _NEWLINE
            length += 1
        yield begin, room[: length + LONG]
        begin = end


def _cells(piece: Bytes, width: int) -> tuple[Index, Index] | None:
    """Where the cells of a piece start and end: [column, row], None where the rows are uneven."""
    text = piece[:-LONG]
    newline = text == _NEWLINE
    border = text == _COMMA
    border |= newline
    quotes = np.flatnonzero(text == _QUOTE)
    if len(quotes):
        inside = _quoted(text, quotes)
        if inside is None:
            return None
        border &= ~inside
    ends = np.flatnonzero(border)
    starts = np.empty_like(ends)
    starts[0] = 0
    np.add(ends[:-1], 1, out=starts[1:])
    last = newline[ends]
    if width == 1 or not _is_even(last, width):
        empty = last & (starts == ends)
        empty[1:] &= last[:-1]
        starts, ends, last = starts[~empty], ends[~empty], last[~empty]
        if not _is_even(last, width):
            return None
    shape = (-1, width)
    return np.ascontiguousarray(starts.reshape(shape).T), np.ascontiguousarray(ends.reshape(shape).T)


def _is_even(last: Bools, width: int) -> bool:
    """Whether each row has ``width`` cells. ``last``: [cell], whether a cell ends its line."""
    rows, rest = divmod(len(last), width)
    return rest == 0 and np.count_nonzero(last) == rows and bool(last[width - 1 :: width].all())


def _quoted(text: Bytes, quotes: Index) -> Bools | None:
    """Which bytes stand within quotes, None where a quote is neither around a cell nor doubled in it."""
    neighbours = np.concatenate((text[quotes[::2] - 1], text[quotes[1::2] + 1]))
    if quotes[0] == 0:
        neighbours[0] = _NEWLINE
    if len(quotes) % 2 or not np.isin(neighbours, (_COMMA, _NEWLINE, _QUOTE)).all():
        return None
    turns = np.zeros(len(text), dtype=bool)
    turns[quotes] = True
    inside: Bools = np.logical_xor.accumulate(turns)
    return inside


class _Column:
    """A column in the making: what is distinct in each piece, and each row's number in it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.long: dict[bytes, int] = {}
        self.words: list[list[Words]] = []
        self.starts: list[Index] = []
        self.ends: list[Index] = []
        self.codes: list[NDArray[np.int32]] = []

    def add(self, piece: Bytes, offset: int, starts: Index, ends: Index) -> None:
        """Take in the cells of a piece that begins at ``offset`` of the data."""
        words = self._words(piece, offset, starts, ends - starts)
        each, codes = distinct(words)
        self.words.append([word[each] for word in words])
        self.starts.append(starts[each] + offset)
        self.ends.append(ends[each] + offset)
        self.codes.append(codes)

    def _words(self, piece: Bytes, offset: int, starts: Index, lengths: Index) -> list[Words]:
        """The cells' bytes, eight to a number; equal where and only where the cells are."""
        eights = np.ndarray((len(piece) - WORD + 1,), dtype="<u8", buffer=piece, strides=(1,))
        least, longest = int(lengths.min(initial=LONG)), int(lengths.max(initial=0))
        found = []
        for at in range(0, max(min(longest, LONG), 1), WORD):
            word = eights[starts + at if at else starts]
            if least < at + WORD:
                word &= _KEEP.take(lengths - at, mode="clip")
            found.append(word)
        if longest > LONG:
            for row in np.flatnonzero(lengths > LONG).tolist():
                start = offset + int(starts[row])
                text = self.data[start : start + int(lengths[row])]
                # no text begins with the zero byte that this number does
                found[0][row] = self.long.setdefault(text, len(self.long) + 1) << 8
                for word in found[1:]:
                    word[row] = 0
        return found

    def finish(self) -> tuple[NDArray[np.integer], list[str]]:
        """Codes [row] into the distinct texts of the whole column."""
        if not self.codes:
            return np.zeros(0, dtype=np.int8), []
        zeros = [np.zeros(len(starts), dtype=np.uint64) for starts in self.starts]
        words = [
            np.concatenate(
                [part if part is not None else zero for part, zero in zip(parts, zeros, strict=True)]
            )
            for parts in zip_longest(*self.words)
        ]
        each, numbers = distinct(words)
        starts, ends = np.concatenate(self.starts)[each], np.concatenate(self.ends)[each]
        cells = [self.data[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        texts = b"\n".join(cells).decode().split("\n") if cells else []
        if b'"' in self.data:  # the same text may be written with and without quotes
            number: dict[str, int] = {}
            merged = [number.setdefault(_unquoted(cell), len(number)) for cell in cells]
            numbers, texts = np.array(merged)[numbers], list(number)
        numbers = numbers.astype(np.min_scalar_type(-len(texts) - 1))
        codes = np.empty(sum(map(len, self.codes)), dtype=numbers.dtype)
        first = row = 0
        for part, kept in zip(self.codes, self.starts, strict=True):
            np.take(numbers[first : first + len(kept)], part, out=codes[row : row + len(part)])
            first, row = first + len(kept), row + len(part)
        return codes, texts


def _unquoted(cell: bytes) -> str:
    text = cell.decode()
    return text[1:-1].replace('""', '"') if text.startswith('"') else text


def distinct(words: list[Words]) -> tuple[Index, NDArray[np.int32]]:
    """One row of each distinct key, and for each row the number of its key. ``words``: the parts of the
    key, each [row].
    """
    rows = len(words[0])
    words = [word for word in words if rows and not (word[0] == word[-1] and (word == word[0]).all())]
    if not words:
        return np.arange(min(rows, 1)), np.zeros(rows, dtype=np.int32)
    # each row writes its number into the slot of its key and reads who stands there: itself, or an
    # equal row, or by bad luck another one; those go on with another multiplier
    bits = (2 * rows).bit_length()
    slots = np.empty(1 << bits, dtype=np.int32)
    all_rows = np.arange(rows, dtype=np.int32)
    alike, left, keys, salt = all_rows.copy(), all_rows, words, 0x9E3779B97F4A7C15
    while len(left):
        mixed = keys[0] * np.uint64(salt)
        for key in keys[1:]:
            mixed = ((mixed >> np.uint64(32)) ^ mixed ^ key) * np.uint64(salt)
        slot = (mixed >> np.uint64(64 - bits)).view(np.int64)
        slots[slot] = left
        there = slots[slot]
        same = words[0][there] == keys[0]
        for word, key in zip(words[1:], keys[1:], strict=True):
            same &= word[there] == key
        alike[left] = there  # those that aren't the same are written over in a later round
        other = np.flatnonzero(~same)
        left = left[other]
        keys = [key[other] for key in keys]
        salt = salt * 6364136223846793005 + 1442695040888963407 & 0xFFFFFFFFFFFFFFFF | 1
    each = np.flatnonzero(alike == all_rows)
    numbers = np.empty(rows, dtype=np.int32)
    numbers[each] = all_rows[: len(each)]
    return each, numbers[alike]
