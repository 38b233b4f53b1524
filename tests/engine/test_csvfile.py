"""Cells by columns against a reader that goes from character to character."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import csvfile
from engine.csvfile import LONG, distinct, split_columns

Rows = list[list[str]]


def rows_of(text: str, width: int) -> Rows | None:
    """The cells of each line that isn't empty; None where a quote or the number of cells is wrong."""
    rows: Rows = []
    row: list[str] = []
    at, text = 0, text if text.endswith("\n") or not text else text + "\n"
    while at < len(text):
        if not row and text[at] == "\n":
            at += 1
            continue
        cell = ""
        if text[at] == '"':
            at += 1
            while text[at : at + 1] != '"' or text[at : at + 2] == '""':
                if at >= len(text):
                    return None
                cell += text[at]
                at += 2 if text[at] == '"' else 1
            at += 1
        else:
            while text[at] not in ',\n"':
                cell += text[at]
                at += 1
        row.append(cell)
        if text[at] not in ",\n":
            return None
        if text[at] == "\n":
            rows.append(row)
            row = []
        elif text[at + 1] == "\n":  # the line ends with an empty cell
            rows.append([*row, ""])
            row = []
            at += 1
        at += 1
    return rows if all(len(row) == width for row in rows) else None


def split(text: str, width: int) -> Rows | None:
    columns = split_columns(text.encode(), 0, width)
    if columns is None:
        return None
    for codes, texts in columns:
        assert sorted(set(codes.tolist())) == list(range(len(texts)))
        assert len(set(texts)) == len(texts)
    return [
        [texts[code] for code, (_, texts) in zip(row, columns, strict=True)]
        for row in zip(*(codes.tolist() for codes, _ in columns), strict=True)
    ]


words = st.one_of(
    st.text("ab1ắ.- ", max_size=20),
    st.sampled_from(["", "x" * 7, "x" * 8, "x" * 9, "y" * LONG, "y" * (LONG + 1), "z" * 500]),
)


@pytest.mark.fuzz
@given(
    text=st.text('ab",\nđ', max_size=40)
    | st.lists(words | st.sampled_from([*',,"\n\n\n']), max_size=40).map("".join),
    width=st.integers(1, 3),
    piece=st.sampled_from([1, 7, 1 << 20]),
)
def test_any_text(text: str, width: int, piece: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csvfile, "PIECE", piece)
        assert split(text, width) == rows_of(text, width)


@pytest.mark.fuzz
@given(
    rows=st.lists(st.tuples(words, words | st.text('",\nắb'), words), max_size=30),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    piece=st.sampled_from([1, 50, 1 << 20]),
)
def test_what_the_csv_module_wrote(rows: list[tuple[str, str, str]], quoting: int, piece: int) -> None:
    file = io.StringIO()
    csv.writer(file, quoting=quoting, lineterminator="\n").writerows(rows)  # type: ignore[arg-type]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csvfile, "PIECE", piece)
        assert split(file.getvalue(), 3) == [list(row) for row in rows]


@pytest.mark.fuzz
@given(
    st.lists(
        st.tuples(
            st.integers(0, 5) | st.integers(0, 2**64 - 1), st.integers(0, 2) | st.integers(0, 2**64 - 1)
        ),
        max_size=200,
    )
)
def test_distinct_keys(keys: list[tuple[int, int]]) -> None:
    each, codes = distinct([np.array([key[part] for key in keys], dtype=np.uint64) for part in (0, 1)])
    assert [keys[each[code]] for code in codes] == keys
    assert len(each) == len(set(keys))


def test_keys_that_fall_into_one_slot() -> None:
    """Multiples of 2⁶³ differ in no bit that the first multipliers keep apart."""
    keys = np.array([0, 1 << 63, 1 << 62, 3 << 62] * 500, dtype=np.uint64)
    each, codes = distinct([keys])
    assert len(each) == 4
    assert (keys[each][codes] == keys).all()


def test_quoted_or_not_is_one_text() -> None:
    assert split('"a",""\na,\n"b",x\n', 2) == [["a", ""], ["a", ""], ["b", "x"]]


def test_many_distinct_texts_in_several_pieces() -> None:
    text = "\n".join(f"{n * 7919 % 100_003},{n % 3}" for n in range(100_003))
    found = split_columns(text.encode(), 0, 2)
    assert found is not None
    (codes, texts), (few, choices) = found
    assert len(texts) == 100_003
    assert texts[codes[5]] == "39595"
    assert few.dtype == np.int8
    assert sorted(choices) == ["0", "1", "2"]
