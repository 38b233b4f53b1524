"""A sweep's results on disk: rows in any order as they come, kept through an interruption; then one file.

While it runs, rows are lines of JSON after a first line that says of which sweep they are. At the end, or
when it is stopped, they become the CSV or parquet file, in the order of their numbers.
"""

from __future__ import annotations

import csv
import errno
import io
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from engine.errors import Code, Issue, RuleError
from engine.words import say

if TYPE_CHECKING:
    from engine.numbers import Lang
    from scenarios.sweep_rows import Column, Row

SUFFIXES = (".csv", ".parquet")
ROWS = 1000
"""Of a parquet file that are put together at a time."""


class Journal:
    """The rows so far, in a file of their own. ``places``: int64 [count + 1], by number where its line
    begins, -1 where there is none yet.
    """

    def __init__(self, path: Path, count: int, digest: str) -> None:
        self.path, self.digest = path, digest
        self.places = np.full(count + 1, -1, dtype=np.int64)
        self._file: IO[bytes] | None = None

    def begin(self) -> None:
        """Empty, whatever was there."""
        with about(self.path):
            self._file = self.path.open("w+b")
            try:
                self._line({"sweep": self.digest})
            except OSError:
                self.close(keep=False)
                raise

    def go_on(self) -> None:
        """With the rows that are there, but a line that was cut short. Raises RuleError (bad_setting)."""
        try:
            self._file = self.path.open("r+b")
        except FileNotFoundError:
            raise RuleError([Issue(Code.BAD_SETTING, say("sweep.no_results"))]) from None
        head = self._file.readline()
        if not head.endswith(b"\n") or _loaded(head) != {"sweep": self.digest}:
            self._file.close()
            message = say("sweep.changed", what=str(self.path))
            raise RuleError([Issue(Code.BAD_SETTING, message, hint=say("sweep.changed.hint"))])
        end = self._file.tell()
        for line in self._file:
            row = _loaded(line) if line.endswith(b"\n") else None
            if not isinstance(row, list):
                break
            self.places[row[0]] = end
            end += len(line)
        self._file.truncate(end)

    def add(self, rows: Iterable[Row]) -> None:
        """Keep rows, on disk when this returns."""
        assert self._file is not None
        with about(self.path):
            self._file.seek(0, os.SEEK_END)
            for row in rows:
                self.places[row[0]] = self._file.tell()
                self._line(row)
            self._file.flush()

    def _line(self, data: Any) -> None:
        assert self._file is not None
        self._file.write(json.dumps(data, ensure_ascii=False, allow_nan=False).encode() + b"\n")

    @property
    def done(self) -> int:
        """How many rows there are."""
        return int((self.places >= 0).sum())

    def has(self, number: int) -> bool:
        """Whether a scenario's row is there."""
        return bool(self.places[number] >= 0)

    def rows(self) -> Iterator[Row]:
        """The rows in the order of their numbers."""
        assert self._file is not None
        self._file.flush()
        for place in self.places[self.places >= 0].tolist():
            self._file.seek(place)
            yield json.loads(self._file.readline())

    def close(self, *, keep: bool) -> None:
        """End; ``keep``: to go on with later."""
        if self._file is not None:
            with about(self.path):
                self._file.close()
            self._file = None
        if not keep:
            self.path.unlink(missing_ok=True)


def _loaded(line: bytes) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def rows_so_far(path: Path, count: int) -> Iterator[Row]:
    """The rows that a journal has by now, in the order of their numbers, while it is being written or after.

    ``count``: how many the sweep has. A journal that isn't there yet has none.
    """
    places = np.full(count + 1, -1, dtype=np.int64)
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        end = len(file.readline())
        for line in file:
            if not line.endswith(b"\n"):  # half written
                break
            places[json.loads(line)[0]] = end
            end += len(line)
        for place in places[places >= 0].tolist():
            file.seek(place)
            yield json.loads(file.readline())


@contextmanager
def about(path: Path) -> Iterator[None]:
    """Faults of the disk name the file: a write that fails (no room) doesn't by itself."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def journal_of(target: Path) -> Path:
    """Where the rows are while the results aren't whole."""
    return target.with_name(target.name + ".unfinished")


def check_target(target: Path) -> None:
    """Refuse a file of another form, or one that can't be made here, before anything is worked out.

    Raises RuleError (bad_setting), OSError.
    """
    if target.suffix.lower() not in SUFFIXES:
        raise RuleError([Issue(Code.BAD_SETTING, say("sweep.output", what=target.name))])
    if target.suffix.lower() == ".parquet":
        from importlib.util import find_spec

        if find_spec("pyarrow") is None:
            raise RuleError([Issue(Code.BAD_SETTING, say("sweep.no_parquet"))])
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))


def write(target: Path, columns: Sequence[Column], rows: Iterator[Row], lang: Lang) -> None:
    """Put the results into their file, whole or not at all."""
    beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with about(target):
            if target.suffix.lower() == ".parquet":
                _parquet(beside, columns, rows, lang)
            else:
                _csv(beside, columns, rows, lang)
            beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _csv(path: Path, columns: Sequence[Column], rows: Iterator[Row], lang: Lang) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_lines(columns, rows, lang))


def csv_lines(columns: Sequence[Column], rows: Iterable[Row], lang: Lang) -> Iterator[str]:
    """The results as CSV, line by line."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    yield buffer.getvalue()
    for row in rows:
        buffer.seek(0)
        buffer.truncate()
        writer.writerow([_text(column, value, lang) for column, value in zip(columns, row, strict=True)])
        yield buffer.getvalue()


def _text(column: Column, value: Any, lang: Lang) -> Any:
    match column.kind:
        case "cause":
            return _words(value, lang)
        case "truth":
            return None if value is None else str(value).lower()
        case "setting":
            return "null" if value is None else value
    return int(value) if isinstance(value, float) and value == int(value) else value


def _words(value: Any, lang: Lang) -> str | None:
    return None if value is None else str(value[0 if lang == "vi" else 1])


def _parquet(path: Path, columns: Sequence[Column], rows: Iterator[Row], lang: Lang) -> None:
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {"whole": pa.int64(), "number": pa.float64(), "truth": pa.bool_()}
    schema = pa.schema([(column.name, kinds.get(column.kind, pa.string())) for column in columns])
    with parquet.ParquetWriter(path, schema) as writer:
        for block in _blocks(rows):
            by_column = [
                pa.array([_cell(column, row[at], lang) for row in block], kinds.get(column.kind, pa.string()))
                for at, column in enumerate(columns)
            ]
            writer.write_table(pa.Table.from_arrays(by_column, schema=schema))


def _cell(column: Column, value: Any, lang: Lang) -> Any:
    match column.kind:
        case "cause":
            return _words(value, lang)
        case "setting":  # a column may hold numbers and texts
            return json.dumps(value) if not isinstance(value, str) else value
    return value


def _blocks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    block: list[Row] = []
    for row in rows:
        block.append(row)
        if len(block) == ROWS:
            yield block
            block = []
    if block:
        yield block
