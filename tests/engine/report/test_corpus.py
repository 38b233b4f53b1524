"""Passages written by hand, before anyone looked at how they would be read (corpus.py)."""

from __future__ import annotations

from tests.engine.report.corpus import PARTS, exactly, passages


def test_there_is_enough_of_every_style() -> None:
    parts = [list(passages(part)) for part in PARTS]
    assert sum(len(part) for part in parts) >= 300
    assert len({passage.style for passage in parts[0]}) >= 15
    assert len(parts[1]) >= 45


def test_figures_are_exact() -> None:
    assert exactly("9262/20000") * 10_000 == 4631
    assert exactly("(389.2-345.6)/389.2") * 973 == 109
