"""How a plan stays close to an issued one, as JSON."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scenarios.plan import Plan


def stay_answer(plan: Plan) -> dict[str, Any]:
    """The key ``stay`` of a plan that was asked to; no key where it wasn't."""
    stay, found = plan.problem.stay, plan.staying
    if stay is None:
        return {}
    moved = [
        {
            "quota": one.quota,
            "unit": one.unit,
            "from": one.was,
            "to": one.now,
            "change": None if one.now is None else one.now - one.was,
            "why": list(one.why),
        }
        for one in (found.moved if found else ())
    ]
    new = [{"quota": quota, "unit": unit, "to": now} for quota, unit, now in (found.new if found else ())]
    weight = "inf" if math.isinf(stay.weight) else stay.weight
    return {
        "stay": {
            "plan": stay.plan,
            "weight": weight,
            "within": stay.within,
            "most": stay.most,
            "moved": moved,
            "new": new,
        }
    }
