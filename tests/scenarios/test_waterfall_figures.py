"""The waterfall at figures of every size: it adds up and is right, by hand and in exact arithmetic (§14)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from engine.link import load_rulebook
from scenarios.plan import Plan, make_plan
from tests.books import write_book


def book(root: Path, needs: dict[str, int], total: int, unit: str, ceiling: int) -> Plan:
    """The plan of a total over units with these needs, one of them under a ceiling by a rule."""
    body = f"""\
attributes: {{need: {{measure: person}}}}
indicators: {{k0: {{measure: person, kind: flow, direction: up}}}}
allocations:
  plan:
    from: 2023-07-01
    to: 2023-12-31
    every: once
    among: district
    starting_point: {{as_of: 2023-06-30}}
    quotas: {{k0: {{total: {total}, need: need}}}}
    rules: {{r: {{for: unit, only: {{unit: {unit}}}, require: by_unit(k0) <= {ceiling}}}}}
"""
    units = "unit,parent,level,need\ntop,,province,\n"
    units += "".join(f"{name},top,district,{need}\n" for name, need in needs.items())
    return make_plan(load_rulebook(str(write_book(root, body, units=units))))


@pytest.mark.parametrize(
    ("needs", "total", "unit", "ceiling"),
    [
        ({"a": 716, "b": 64}, 3_426_741, "b", 278_000),
        ({"a": 8, "b": 86}, 830_044, "a", 69_935),
        ({"a": 8, "b": 86, "c": 31}, 83_004_417, "b", 56_000_001),
    ],
)
def test_what_a_rule_takes_from_one_goes_to_the_others_by_their_fair_shares(
    tmp_path: Path, needs: dict[str, int], total: int, unit: str, ceiling: int
) -> None:
    plan = book(tmp_path, needs, total, unit, ceiling)
    assert plan.status == "optimal"
    fair = {name: Fraction(total * need, sum(needs.values())) for name, need in needs.items()}
    others = total - fair[unit]
    for share in plan.shares:
        name = share.unit
        ruled = ceiling - fair[name] if name == unit else (fair[unit] - ceiling) * fair[name] / others
        wanted = [fair[name], Fraction(0), Fraction(0), ruled, share.value - fair[name] - ruled]
        found = [Fraction(step.change) for step in share.waterfall]
        # each step is the difference of two levels of 6 decimals, of float64 figures of up to 10⁸
        assert all(abs(a - b) <= Fraction(3, 10**6) for a, b in zip(found, wanted, strict=True))
        assert sum((step.change for step in share.waterfall), Decimal(0)) == share.value
