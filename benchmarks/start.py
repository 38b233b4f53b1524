"""How soon a command answers."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.measure import ROOT, Result, processes

TURNS = 15
RULES = ROOT / "rules"
READ = """
import pandas, pydantic
for name in {names}:
    with open(name) as file:
        file.read()
"""


def command(*arguments: str) -> list[str]:
    """Python's own arguments for a command of ours, as the console script runs it."""
    return ["-c", f"import sys; from api.cli.main import main; sys.exit(main({list(arguments)!r}))"]


def start() -> Iterator[Result]:
    """The help page and a gap table."""
    files = [RULES / "common" / "metrics.yaml", *sorted((RULES / "binh_thuan_2023").rglob("*.*"))]
    names = [str(file) for file in files if file.suffix in (".yaml", ".csv")]
    seconds = processes(
        {
            "pass": ["-c", "pass"],
            "help": command("--help"),
            "read": ["-c", READ.format(names=names)],
            "gap": command("gap", "binh_thuan_2023"),
        },
        TURNS,
    )
    yield Result("`chitieu --help`", seconds["help"], "`python -c pass`", seconds["pass"], 8)
    peer = "`import pandas, pydantic` and reading the same files"
    yield Result("`chitieu gap binh_thuan_2023`", seconds["gap"], peer, seconds["read"], 1.3)
