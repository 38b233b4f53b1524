"""What the documents say is what the program does: every command, snippet, answer, table, number and link."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.http.app import create_app
from docs import keys
from docs.generate import DOCUMENTS, GENERATED, PICTURES, refreshed
from docs.markdown import Block, DocsError, blocks, table
from docs.pages import PAGES
from docs.shell import ROOT, pick
from docs.snippets import shown

DECISIONS = sorted((ROOT / "docs/decisions").glob("*.md"))
WRITTEN = (*DOCUMENTS, "CHANGELOG.md", *(f"docs/decisions/{path.name}" for path in DECISIONS))
BINH_THUAN = "rules/binh_thuan_2023"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pictures() -> dict[str, dict[str, bytes]]:
    """What the pictures of each document are, as `make docs` would write them; filled by `anew`."""
    return {name: {} for name in DOCUMENTS}


@pytest.fixture(scope="module")
def anew(pictures: dict[str, dict[str, bytes]]) -> dict[str, str]:
    """Each document as `make docs` would write it."""
    return {name: refreshed(read(name), name, pictures[name]) for name in DOCUMENTS}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_what_is_generated_is_as_the_program_says_it_now(name: str, anew: dict[str, str]) -> None:
    before, after = read(name).splitlines(), anew[name].splitlines()
    found = "\n".join(difflib.unified_diff(before, after, name, "make docs", n=1, lineterm=""))
    assert not found, f"run `make docs`, and read what changed:\n{found}"


@pytest.mark.usefixtures("anew")
def test_pictures_are_as_the_program_draws_them_now(pictures: dict[str, dict[str, bytes]]) -> None:
    drawn = {
        (ROOT / name).parent / PICTURES / file: data
        for name in DOCUMENTS
        for file, data in pictures[name].items()
    }
    assert [path.name for path, data in drawn.items() if path.read_bytes() != data] == []
    assert set((ROOT / "docs" / PICTURES).iterdir()) == set(drawn)
    assert len(drawn) >= 3


def test_the_pages_that_are_shown_are_the_pages_that_are_kept() -> None:
    """LibreOffice draws them, by hand; what the files hold is tested beside the code that writes them."""
    guide = read("docs/guide.md")
    kept = {path.name for path in (ROOT / "docs/pages").iterdir()}
    assert kept == {f"{name}.png" for name in PAGES}
    assert {name for name in kept if f"(pages/{name})" in guide} == kept


# ------------------------------------------------------------------------------------- a lie is noticed


def fence(lang: str, *lines: str) -> str:
    return "\n".join([f"```{lang}", *lines, "```", ""])


def test_a_stale_output_is_written_anew() -> None:
    stale = fence("console", "$ chitieu test binh_thuan_2023 --lang en", "15 of 15 passed")
    assert "15 of 15" not in refreshed(stale, "x.md")


def test_a_stale_number_in_an_answer_is_written_anew() -> None:
    answer = fence("json of=test.json", '{"cases": [{"what": "jobs.percent_of_plan", "got": "46.32%"}]}')
    text = fence("console", "$ chitieu test binh_thuan_2023 --format json > test.json") + answer
    assert '"got": "46.31%"' in refreshed(text, "x.md")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (fence("console", "$ rm -r rules"), "can't run"),
        (fence("console", "$ make test"), "more than chitieu"),
        (fence('console lines="1-99"', "$ chitieu new trial"), "no line"),
        (fence("python", "1 + 1"), "not checked by anything"),
        (fence("yaml", "checks: {}"), "must say"),
        (fence("yaml adds-to=binh_thuan_2023", "checks: {x: {require: jobs > 1}}"), "wrong_place"),
        (fence("yaml adds-to=binh_thuan_2023 refused=cycle", "checks: {}"), "not refused"),
        (fence("yaml from=rules/common/metrics.yaml", "metrics: {gap: {formula: target}}"), "gap.formula"),
        (fence(f"csv from={BINH_THUAN}/data/targets.csv", "jobs,binh_thuan,2023,reach,20001"), "no line"),
        ("<!-- generated: nothing -->\n<!-- end -->\n", "no table"),
        ("text\n\n```console\n$ chitieu\n", "never closed"),
        ("![nothing](pictures/nothing.svg)\n", "No such file"),
    ],
)
def test_what_is_not_so_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(DocsError, match=rf"x\.md:[0-9]+: .*{why}"):
        refreshed(text, "x.md")


def test_an_answer_without_the_key_or_item_is_refused() -> None:
    with pytest.raises(DocsError, match=r"no key rows\.pace"):
        shown({"rows": [{"unit": "a", "pace": 1}]}, {"rows": [{"unit": "a"}]})
    with pytest.raises(DocsError, match="no rows"):
        shown({"rows": [{"unit": "b"}]}, {"rows": [{"unit": "a"}]})


def test_lines_left_out_are_marked() -> None:
    output = ["one", "two", "three", "four", "five"]
    assert pick(output, "1-2,^1") == ["one", "two", "…", "five"]
    assert pick(output, "/thr/+1") == ["…", "three", "four", "…"]


# -------------------------------------------------------------------------------------- numbers in prose

NUMBER = re.compile(r"(?<![\w.,])[0-9]+(?:[.,][0-9]+)*(?:%|(?![\w]))")
PYTHON = re.findall(r'requires-python = ">=([0-9.]+)"', read("pyproject.toml"))
GIVEN = frozenset(
    {
        "127.0.0.1",
        "100%",  # of a target, of a year
        "9.262",  # what is refused, and the two forms of a number
        "1469.72",
        "1.469,72",
        "8000",
        "2.0",  # of the licence
        "9457",  # an RFC
        min(PYTHON),
    }
)
"""Numbers that stand for themselves."""


def forms(text: str) -> Iterator[str]:
    """The numbers of an output, in either language, as plain English ones, without zeros at the end too."""
    for number in NUMBER.findall(text):
        sign = "%" * number.endswith("%")
        plain = number.rstrip("%")
        english, vietnamese = plain.replace(",", ""), plain.replace(".", "").replace(",", ".")
        yield from (english + sign, vietnamese + sign, english.rstrip("0").rstrip(".") + sign)


def prose(text: str, name: str) -> Iterator[tuple[int, str]]:
    """The lines that a person wrote, without code and links' targets."""
    for block in blocks(text, name):
        if block.kind == "prose":
            for number, line in enumerate(block.lines, start=block.line):
                yield number, re.sub(r"`[^`]*`|\]\([^)]*\)|§[0-9]+", "", line)


def is_small(number: str) -> bool:
    """A year, a day, a count of things on the page."""
    return number.isdigit() and (int(number) <= 31 or 1900 <= int(number) <= 2199)


def computed(line: str) -> set[str]:
    """Results of arithmetic that stands in the line, checked to the digits written."""
    found = set()
    for left, right in re.findall(r"([0-9(][0-9.,%()+−×÷ ]*[0-9)%]) = ([0-9]+(?:\.[0-9]+)?%?)", line):
        expression = left.replace("%", " / 100").replace("−", "-").replace("×", "*").replace("÷", "/")
        value = float(_value(expression)) * (100 if right.endswith("%") else 1)
        decimals = len(right.rstrip("%").partition(".")[2])
        assert f"{value:.{decimals}f}" == right.rstrip("%"), line
        found |= {right, *NUMBER.findall(left)}
    return found


def _value(expression: str) -> float:
    from docs.worked import arithmetic
    from engine.formula.parser import parse

    return float(arithmetic(parse(expression).root))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_numbers_in_prose_come_from_an_output_or_a_sum(name: str, anew: dict[str, str]) -> None:
    text = anew[name]
    known = {form for block in blocks(text, name) if block.kind != "prose" for form in forms(block.text())}
    strangers = [
        f"{name}:{number}: {match}"
        for number, line in prose(text, name)
        for match in NUMBER.findall(line)
        if not is_small(match) and match.replace(",", "") not in known | GIVEN | computed(line)
    ]
    assert strangers == []


# ------------------------------------------------------------------------------ tables, links, commands


def rows_of(lines: list[str]) -> Iterator[list[list[str]]]:
    """The tables among some lines, cell by cell."""
    table_lines: list[list[str]] = []
    for line in [*lines, ""]:
        if line.startswith("|"):
            table_lines.append(re.split(r"(?<!\\)\|", line.strip().strip("|")))
        elif table_lines:
            yield table_lines
            table_lines = []


@pytest.mark.parametrize("name", WRITTEN)
def test_tables_are_whole(name: str) -> None:
    for block in blocks(read(name), name):
        if block.kind == "fence":
            continue
        for rows in rows_of(block.lines):
            assert {len(row) for row in rows} == {len(rows[0])}, rows[0]
            assert all(re.fullmatch(r" *:?-+:? *", cell) for cell in rows[1]), rows[0]


def test_a_bar_in_a_cell_is_escaped() -> None:
    assert table(["a"], [["x|y"]])[-1] == r"| x\|y |"


def slug(heading: str) -> str:
    """The anchor that a heading gets on the usual hosts."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def anchors(path: Path) -> set[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {slug(line.lstrip("#")) for line in lines if line.startswith("#")}


@pytest.mark.parametrize("name", WRITTEN)
def test_links_lead_somewhere(name: str) -> None:
    here = (ROOT / name).parent
    broken = []
    for block in blocks(read(name), name):
        if block.kind == "fence":
            continue
        for target in re.findall(r"\]\(([^)]+)\)", "\n".join(block.lines)):
            if target.startswith(("http://", "https://")):
                continue
            file, _, anchor = target.partition("#")
            path = (here / file).resolve() if file else ROOT / name
            if not path.exists() or (anchor and anchor not in anchors(path)):
                broken.append(target)
    assert broken == []


def fences(lang: str) -> Iterator[Block]:
    for name in DOCUMENTS:
        yield from (block for block in blocks(read(name), name) if block.lang == lang)


def test_commands_for_a_shell_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), flags=re.MULTILINE))
    lines = [line.split("#")[0].split() for block in fences("sh") for line in block.lines]
    assert lines
    addresses = create_app().openapi()["paths"]
    for words in lines:
        match words:
            case ["make", target]:
                assert target in targets
            case ["chitieu", command]:
                assert command in keys.COMMANDS
            case ["curl", *options, address]:
                path = address.removeprefix("http://127.0.0.1:8000").replace("$ID", "{job}")
                assert ("delete" if "DELETE" in options else "get") in addresses[path]
            case _:
                pytest.fail(" ".join(words))


def test_the_readme_begins_with_its_two_commands() -> None:
    first = next(fences("sh"))
    assert first.line <= 5
    assert [line.split("#")[0].strip() for line in first.lines] == ["make plan", "make test"]


def test_addresses_of_the_service_exist() -> None:
    from api.http.app import create_app

    def unnamed(path: str) -> str:
        return re.sub(r"{\w+}", "{}", path)

    known = {
        f"{method.upper()} {unnamed(path)}"
        for path, methods in create_app().openapi()["paths"].items()
        for method in methods
    }
    told = re.findall(r"`((?:GET|POST) /v1[^`]*)`", read("docs/guide.md"))
    assert {unnamed(address) for address in told} <= known
    assert len(told) > 4


# ------------------------------------------------------------------------------------------- the reference


def test_every_table_stands_in_the_reference_or_the_guide() -> None:
    standing = {block.name for name in DOCUMENTS for block in blocks(read(name), name) if block.name}
    assert standing == set(GENERATED)


def test_every_flag_of_the_code_has_words() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "engine").glob("*.py")))
    assert set(re.findall(r'Flag\(\s*"(\w+)"', source)) == set(keys.FLAGS)


def test_a_key_without_words_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    words = {**keys.KEYS, "Source": {}}
    monkeypatch.setattr(keys, "KEYS", words)
    with pytest.raises(DocsError, match="Source: words and code differ in title"):
        GENERATED["keys Source"]()


# ------------------------------------------------------------------------------------------- the decisions


def test_decisions_are_numbered_and_say_what_follows() -> None:
    for number, path in enumerate(DECISIONS, start=1):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert path.name.startswith(f"{number:04d}-")
        assert lines[0].startswith(f"# {number}. ")
        if number > 1:
            headings = [line for line in lines if line.startswith("## ")]
            assert headings == ["## Context", "## Decision", "## Consequences"], path.name
