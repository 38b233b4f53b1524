"""Random rulebooks with all kinds of rules, from their files to the plan, against CP-SAT.

CHITIEU_WORLDS=500 tries as many; a few do for every day.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.errors import Code, RuleError
from engine.link import load_rulebook
from scenarios.plan import make_plan
from tests.scenarios.worlds import exact, needless, world, write

WORLDS = int(os.environ.get("CHITIEU_WORLDS", "60"))


@pytest.mark.parametrize("seed", range(WORLDS))
def test_the_plan_is_the_fairest_there_is_or_there_is_none(seed: int, tmp_path: Path) -> None:
    made = world(seed)
    rulebook = load_rulebook(str(write(made, tmp_path / "book")))
    if needless(made):
        with pytest.raises(RuleError) as caught:
            make_plan(rulebook)
        assert {issue.code for issue in caught.value.issues} == {Code.ZERO_NEEDS}
        return
    plan = make_plan(rulebook)
    best = exact(made)
    if best.objective is None:
        assert plan.status == "infeasible"
        assert plan.conflicts
        assert plan.relaxed is not None
        return
    assert plan.status == "optimal"
    assert plan.objective == pytest.approx(best.objective, rel=1e-6, abs=1e-7)
    assert best.allows({(cell.quota, cell.unit, cell.period): cell.value for cell in plan.cells})
    assert all(sum(step.change for step in share.waterfall) == share.value for share in plan.shares)
