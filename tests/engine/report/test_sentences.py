"""Sentences in the styles that reports use, made from known figures: how many slips are told, how rightly.

With ``-s`` the counts are printed.
"""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache

import pytest

from engine.report.findings import Finding
from engine.report.verify import verify
from tests.engine.report.sentences import KINDS, Made, percentages, totals

SLIPS = tuple(kind for kind in KINDS if kind not in {"right", "truncated"})


@cache
def made(seed: int) -> tuple[Made, ...]:
    return (*percentages(seed), *totals(seed))


def judged(one: Made) -> list[Finding]:
    """What is said of the number that was made."""
    return [f for f in verify(one.text) if f.start == one.start and f.kind in {"ratio", "sum"}]


def test_there_are_enough_of_every_kind_and_style() -> None:
    kinds = Counter(one.expect for one in made(1))
    assert sum(kinds.values()) >= 300
    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) >= 50
    assert len({one.style for one in made(1)}) >= 15


@pytest.mark.parametrize("seed", [1, 2])
def test_precision_and_recall(seed: int) -> None:
    told = missed = false = mistaken = slips = 0
    for one in made(seed):
        verdicts = [finding.verdict for finding in verify(one.text) if finding.verdict == "wrong"]
        here = judged(one)
        wrong = one.expect in SLIPS
        hit = any(finding.verdict == "wrong" for finding in here)
        told += wrong and hit
        missed += wrong and not hit
        false += len(verdicts) - (1 if wrong and hit else 0)
        slips += wrong and hit and here[0].slip == one.expect
        mistaken += not wrong and [finding.verdict for finding in here] != [one.expect]
    precision, recall = told / (told + false), told / (told + missed)
    sys.stdout.write(
        f"\nseed {seed}: {len(made(seed))} sentences, {told + missed} wrong: precision {precision:.4f}, "
        f"recall {recall:.4f}, slip named as made {slips / told:.4f}; {mistaken} of the others misjudged\n"
    )
    assert precision >= 0.97
    assert recall >= 0.97
    assert slips / told >= 0.97
    assert mistaken <= 0.03 * len(made(seed))


def test_what_is_computed_is_the_exact_ratio() -> None:
    seen = 0
    for one in made(1):
        for finding in judged(one):
            assert finding.computed == one.value, one.text
            assert finding.quote.startswith(one.quote)
            seen += 1
    assert seen > 900
