"""`python -m benchmarks [NAME …] [--write]`: all or some; --write puts them into docs/performance.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence

from benchmarks.cube import metrics
from benchmarks.measure import ROOT, Result
from benchmarks.model import model
from benchmarks.plans import plans
from benchmarks.session import session
from benchmarks.start import start
from benchmarks.sweep import sweeps
from benchmarks.tables import csv_to_cubes
from benchmarks.verify import reports

Benchmark = Callable[[], Iterator[Result]]
SECTIONS: Mapping[str, Mapping[str, Benchmark]] = {
    "engine": {"start": start, "metrics": metrics, "csv": csv_to_cubes},
    "allocation": {"model": model, "plans": plans, "session": session},
    "sweep": {"sweep": sweeps},
    "verify": {"verify": reports},
}
"""By the part of docs/performance.md that they stand in."""
DOCUMENT = ROOT / "docs" / "performance.md"
HEAD = ("What", "Ours", "Best peer", "Ratio", "Goal", "")


def cells(result: Result) -> tuple[str, ...]:
    """A result as a row."""
    goal = "–" if result.goal is None else f"≤ {result.goal:g}×"
    goal = goal if result.seconds is None else f"≤ {result.seconds:g} s"
    peer = f"{_seconds(result.peer)}, {result.peer_name}"
    return (result.name, _seconds(result.ours), peer, f"{result.ratio:.2f}×", goal, result.verdict)


def _seconds(seconds: float) -> str:
    return f"{seconds * 1000:.{1 if seconds < 0.01 else 0}f} ms" if seconds < 1 else f"{seconds:.2f} s"


def table(results: Sequence[Result]) -> list[str]:
    """Results as a table in Markdown, with notes under it."""
    rows = [HEAD, tuple("---" for _ in HEAD), *(cells(result) for result in results)]
    notes = [f"{result.name}: {result.note}." for result in results if result.note]
    return [
        "",
        *(f"| {' | '.join(row)} |" for row in rows),
        *(line for note in notes for line in ("", note)),
        "",
    ]


def write(section: str, results: Sequence[Result]) -> None:
    """Put a section's table between its marks in the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    begin, end = f"<!-- benchmarks: {section} -->", f"<!-- end: {section} -->"
    before, _, rest = text.partition(begin)
    _, mark, after = rest.partition(end)
    if not mark:
        raise ValueError(f"{DOCUMENT.name} has no {begin} … {end}")
    DOCUMENT.write_text(before + "\n".join([begin, *table(results), end]) + after, encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Run benchmarks and print each as soon as it is known."""
    known = [name for section in SECTIONS.values() for name in section]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Ratios against the best peer.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(known)}; all without")
    parser.add_argument("--write", action="store_true", help="into docs/performance.md too, whole sections")
    asked = parser.parse_args(argv)
    if unknown := [name for name in asked.names if name not in known]:
        parser.error(f"no benchmark {unknown[0]!r}; there are {', '.join(known)}")
    names = set(asked.names or known)
    torn = [section for section, own in SECTIONS.items() if own.keys() & names and own.keys() - names]
    if asked.write and torn:
        parser.error(f"--write is for whole sections, and {torn[0]} is {', '.join(SECTIONS[torn[0]])}")
    for section, benchmarks in SECTIONS.items():
        results = []
        for name, benchmark in benchmarks.items():
            for result in benchmark() if name in names else ():
                name_, ours, peer, ratio, goal, verdict = cells(result)
                print(f"{name_}: {ours} to {peer}: {ratio}, goal {goal}: {verdict}", flush=True)
                if result.note:
                    print(f"    {result.note}", flush=True)
                results.append(result)
        if asked.write and results:
            write(section, results)
    return 0


if __name__ == "__main__":
    sys.exit(main())
