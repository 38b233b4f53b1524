"""Whatever stands in a rulebook's files, loading ends in a rulebook or in issues at places that exist."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import RuleError
from engine.formula.names import CALENDAR, FUNCTIONS, ROLES
from engine.link import load_rulebook
from engine.rulebook import Rulebook
from engine.schema import Rulebook as Schema
from tests.engine.faults.fault import sound, write

pytestmark = pytest.mark.fuzz

TEXTS = {name: text.encode() for name, text in sound().items()}
Shelf = Callable[[dict[str, bytes]], Path]


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Writes what differs from the sound rulebook, and what differed before."""
    root = tmp_path_factory.mktemp("fuzz") / "rules"
    write(sound(), root)
    changed: set[str] = set()

    def put(files: dict[str, bytes]) -> Path:
        for name in changed - files.keys():
            if name in TEXTS:
                (root / name).write_bytes(TEXTS[name])
            else:
                (root / name).unlink()
        for name, data in files.items():
            (root / name).write_bytes(data)
        changed.clear()
        changed.update(files)
        return root

    return put


def check(shelf: Shelf, files: dict[str, bytes]) -> None:
    """Loading ends well, and every issue can be shown and found."""
    root = shelf(files)
    try:
        assert isinstance(load_rulebook("base", root), Rulebook)
        return
    except RuleError as error:
        issues = error.issues
    assert issues
    for issue in issues:
        assert issue.text("vi").strip()
        assert issue.text("en").encode()  # no half of a surrogate pair
        assert issue.place is not None
        if (path := root / issue.place.file).is_file():
            data = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode(errors="replace")
            lines = data.replace("\r\n", "\n").replace("\r", "\n").split("\n")
            assert 1 <= issue.place.line <= len(lines)
            assert 1 <= issue.place.column <= len(lines[issue.place.line - 1]) + 1
        else:
            assert issue.place.file in ("base", "common/metrics.yaml")


# ------------------------------------------------------------------------------------ files with slips


def items(text: str) -> list[str]:
    """The texts of a list written in one line."""
    return text.split("¦")


JUNK = (
    *items(
        "&a ¦*a¦!!int ¦<<: ¦{¦}¦[¦]¦: ¦- ¦#¦|¦>¦'¦\"¦\t¦---\n¦?¦%¦@¦\0¦\x07¦\r¦\x85¦\u2028¦\ufeff¦é¦ế¦٣¦😀"
    ),
    *items('\n¦\n\n¦  ¦\\¦,¦;¦,,¦""¦9.262¦1.469,72¦1e999¦.nan¦-0¦0x1F¦1_000¦2023-02-30¦15/5/2023'),
    *items("jobs¦jobs.achieved¦fair¦include: [x]¦null¦~¦true¦../¦()¦**¦=="),
)
Slip = Callable[[bytes], bytes]


@st.composite
def slips(draw: st.DrawFn) -> Slip:
    """One slip: of a byte, of a line, of a piece."""
    kind = draw(st.sampled_from(("flip", "drop", "double", "swap", "cut", "insert", "replace", "truncate")))
    first, second = draw(st.integers(0, 5000)), draw(st.integers(0, 5000))
    junk = draw(st.sampled_from(JUNK) | st.text(max_size=6)).encode("utf-8", "surrogatepass")
    byte = draw(st.integers(0, 255))

    def slip(data: bytes) -> bytes:
        at = first % (len(data) + 1)
        lines = data.split(b"\n")
        here, there = first % len(lines), second % len(lines)
        match kind:
            case "flip":
                return data[:at] + bytes([byte]) + data[at + 1 :]
            case "drop":
                del lines[here]
            case "double":
                lines.insert(there, lines[here])
            case "swap":
                lines[here], lines[there] = lines[there], lines[here]
            case "cut":
                return data[:at] + data[at + second % 20 :]
            case "insert":
                return data[:at] + junk + data[at:]
            case "replace":
                return data[:at] + junk + data[at + len(junk) :]
            case "truncate":
                return data[:at]
        return b"\n".join(lines)

    return slip


@given(st.lists(st.tuples(st.sampled_from(sorted(TEXTS)), slips()), min_size=1, max_size=5))
def test_files_with_slips(shelf: Shelf, changes: list[tuple[str, Slip]]) -> None:
    files: dict[str, bytes] = {}
    for name, slip in changes:
        files[name] = slip(files.get(name, TEXTS[name]))
    check(shelf, files)


# --------------------------------------------------------------------- trees of right and wrong keys

WORDS = st.sampled_from(
    [
        *items("jobs¦loans¦fund¦poverty¦clean¦population¦poor_share¦officers¦half¦gap¦an¦flow¦level¦up¦sum"),
        *items(
            "none¦weighted by population¦month¦huyen¦tinh¦proportional¦person¦million VND / person¦percent"
        ),
        *items("percentage point¦commune¦45%¦31 million VND¦data/units.csv¦../shared/common.yaml¦2023-07-01"),
        *items("school¦cap¦period¦602¦2023-07¦data/cap.csv¦by_group(jobs) <= seats¦leximin¦cuong¦column"),
        *items(
            "2023-12-31¦target - achieved¦unit¦1.25 * fair¦jobs.achieved <= 5¦<<¦¦vi¦Ước¦total(jobs) <= 5"
        ),
    ]
)
NUMBERS = st.integers(-3, 3) | st.sampled_from(
    [2023, 10**70, 20.5, 1e300, -1e-300, float("nan"), float("inf")]
)
LEAVES = WORDS | NUMBERS | st.booleans() | st.none() | st.text(max_size=8)


def all_keys(schema: dict[str, Any]) -> set[str]:
    """Every key that a JSON schema names."""
    found = set(schema.get("properties", {}))
    for value in schema.values():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                found |= all_keys(item)
    return found | {key for definition in schema.get("$defs", {}).values() for key in all_keys(definition)}


KNOWN = sorted(all_keys(Schema.model_json_schema(by_alias=True)))
KEYS = st.sampled_from(KNOWN) | WORDS | st.text(max_size=5)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


def written(tree: object, as_json: bool) -> bytes:
    """A tree as YAML of one style or the other."""
    text = (
        json.dumps(tree, ensure_ascii=False, default=str)
        if as_json
        else yaml.safe_dump(tree, allow_unicode=True)
    )
    return text.encode("utf-8", "surrogatepass")


@given(
    st.sampled_from(sorted(name for name in TEXTS if name.endswith(".yaml"))),
    st.dictionaries(KEYS, TREES, max_size=5),
    st.booleans(),
)
def test_trees_in_place_of_a_file(shelf: Shelf, name: str, tree: dict[str, object], as_json: bool) -> None:
    check(shelf, {name: written(tree, as_json)})


@given(st.lists(st.tuples(st.integers(0, 10_000), TREES), min_size=1, max_size=3), st.booleans())
def test_trees_grafted_on_a_sound_file(shelf: Shelf, grafts: list[tuple[int, object]], as_json: bool) -> None:
    files = {}
    for name in ("base/rulebook.yaml", "base/metrics.yaml", "base/plans.yaml", "base/full.yaml"):
        tree = yaml.safe_load(TEXTS[name])
        for number, graft in grafts:
            graft_on(tree, number, deepcopy(graft))
        files[name] = written(tree, as_json)
    check(shelf, files)


def graft_on(tree: Any, number: int, graft: object) -> None:
    """Put something in place of a part, found by going down as the number says."""
    while isinstance(tree, dict | list) and tree:
        keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
        number, at = divmod(number, len(keys))
        below = tree[keys[at]]
        if number % 2 or not isinstance(below, dict | list) or not below:
            tree[keys[at]] = graft
            return
        tree = below


# -------------------------------------------------------------------------------------------- tables

CELLS = st.sampled_from(
    [
        *items(
            "¦jobs¦fund¦poverty¦clean¦tinh¦an¦binh¦nowhere¦huyen¦x¦Đông¦2023¦2023-05-15¦2022-12-31¦percent"
        ),
        *items("2023-13-01¦15/5/2023¦actual¦estimate¦reach¦change_by¦5¦-0.5¦9.262¦1e5¦1.469,72¦1,435¦report"),
        *items('99999999999999999999999999¦+1¦ 1¦٣¦NaN¦person¦million VND¦percentage point¦a\nb¦a"b¦a\rb¦\t'),
    ]
) | st.text(max_size=6)


@st.composite
def tables(draw: st.DrawFn, header: list[str]) -> bytes:
    """A table with columns moved, missing, double or of its own, and rows of all lengths."""
    columns = draw(st.permutations(header))
    columns = columns[: draw(st.integers(0, len(columns)))] + draw(st.lists(CELLS, max_size=1))
    if draw(st.booleans()):
        columns = header
    width = len(columns)
    length = st.just(width) | st.integers(0, width + 1)
    rows = draw(
        st.lists(length.flatmap(lambda n: st.lists(CELLS, min_size=n, max_size=n)), max_size=6).map(
            lambda rows: [columns, *rows]
        )
    )
    quote = draw(st.booleans())
    comma, end = draw(st.sampled_from(",,,;\t")), draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))

    def cell(text: str) -> str:
        bare = quote and not any(char in text for char in ',"\r\n')
        return text if bare or not quote else '"' + text.replace('"', '""') + '"'

    text = end.join(comma.join(cell(text) for text in row) for row in rows)
    return (text + draw(st.sampled_from(["", end]))).encode("utf-8", "surrogatepass")


@given(st.sampled_from(sorted(name for name in TEXTS if name.endswith(".csv"))), st.data())
def test_tables(shelf: Shelf, name: str, data: st.DataObject) -> None:
    header = TEXTS[name].decode().split("\n", maxsplit=1)[0].split(",")
    check(shelf, {name: data.draw(tables(header))})


# ------------------------------------------------------------------------------------------- formulas

TOKENS = st.sampled_from(
    [
        *(*ROLES, *CALENDAR, *FUNCTIONS),
        *items(
            'jobs¦loans¦fund.target¦poverty.achieved¦population¦average_loan¦officers¦fair¦gap¦"million VND"'
        ),
        *items("percent_of_plan¦short¦if¦else¦and¦or¦not¦(¦)¦,¦.¦+¦-¦*¦/¦**¦<¦<=¦>¦>=¦==¦!=¦0¦1¦2.5¦20.000"),
        *items("1e300¦1e-300¦7¦=¦'¦ế¦%¦1_000¦[¦]"),
    ]
)


@given(
    st.lists(TOKENS, min_size=1, max_size=14).map(" ".join) | st.text(max_size=30),
    st.sampled_from(["metric", "check", "total", "need", "at_most", "rule"]),
)
def test_formulas(shelf: Shelf, formula: str, where: str) -> None:
    entry: dict[str, Any]
    match where:
        case "metric":
            entry = {"metrics": {"mine": {"formula": formula}}}
        case "check":
            entry = {"checks": {"mine": {"require": formula}}}
        case _:
            quota = {"total": "10", "need": "population"}
            rules = {"mine": {"require": formula, "for": ["unit", "period"]}} if where == "rule" else {}
            entry = {
                "allocations": {
                    "mine": {
                        "from": "2023-07-01",
                        "to": "2023-12-31",
                        "among": "huyen",
                        "starting_point": {"as_of": "2023-06-30"},
                        "quotas": {"jobs": quota if rules else {**quota, where: formula}, "loans": quota},
                        "rules": rules,
                    }
                }
            }
    check(shelf, {"base/more.yaml": written(entry, True)})
