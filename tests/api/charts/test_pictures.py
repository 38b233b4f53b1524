"""Pictures of answers, with samples worked by hand."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from api.charts import look
from api.charts.districts import districts
from api.charts.fan import fan
from api.charts.frontier import frontier
from api.charts.look import Chart
from api.charts.names import Names
from api.charts.picture import drawn
from api.charts.tornado import tornado
from tests.api.charts.drawings import dots, names, seen

Quotas = dict[str, list[list[int | None]]]


def compared(quotas: Quotas, *plans: str, status: str = "optimal") -> dict[str, Any]:
    """An answer of ``diff``: by quota, a row a unit, a number a plan."""
    lines = []
    for quota, rows in quotas.items():
        for at, values in enumerate(rows):
            first = values[0]
            changes = [None if v is None or first is None else v - first for v in values]
            percents = [None if c is None or not first else c / first for c in changes]
            lines.append(
                {"quota": quota, "unit": f"u{at}", "values": values, "changes": changes, "percents": percents}
            )
    states = [{"name": plan, "status": "optimal"} for plan in plans]
    states[-1]["status"] = status
    return {"plans": states, "by_unit": lines}


def spread(low: float, high: float, unknown: int = 0) -> dict[str, Any]:
    """Evenly from low to high."""
    at = {f"p{level}": low + (high - low) * level / 100 for level in (5, 25, 50, 75, 95)}
    return {"known": 100, "unknown": unknown, "min": low, "max": high, **at}


def swept(distributions: dict[str, Any], targets: list[dict[str, Any]], **counts: int) -> dict[str, Any]:
    total = sum(counts.values())
    return {"scenarios": total, "counts": counts, "distributions": distributions, "targets": targets}


def swing(
    path: str, first: Any, last: Any, *at: float | None, figure: str = "outcome.jobs"
) -> dict[str, Any]:
    """``at``: the figure at the first and the last value, and at the base."""
    known = [value for value in at if value is not None]
    size = max(known) - min(known) if len(known) == 3 else None
    low, high, base = at
    found = {"path": path, "figure": figure, "swing": size, "first": first, "last": last}
    return found | {"at_first": low, "at_last": high, "at_base": base}


# ----------------------------------------------------------------------------------- before and after


def test_districts_before_and_after() -> None:
    """4.289 / 9.262 is 46,31%; of 0 there is no percent."""
    answer = compared(
        {"jobs": [[9262, 13551], [0, 40], [5000, 5000]], "training": [[7, 7]] * 3}, "base", "more"
    )
    found = seen(districts(answer, names("vi")))
    for word in ("Giao chỉ tiêu", "more so với base", "base", "more", "Đức Linh", "Hàm Thuận Bắc", "Phú Quý"):
        assert word in found.words
    assert "+4.289 (+46,31%)" in found.words
    assert "+40 (chưa rõ)" in found.words
    assert "Không thay đổi: Đào tạo nghề" in found.words
    assert {"0", "5.000", "10.000", "người"} <= set(found.words)
    first, second = found.of(look.BLUE), found.of(look.ORANGE)
    assert [y for _, y in first] == [y for _, y in second]
    step = (first[0][0] - first[2][0]) / (9262 - 5000)
    assert second[0][0] - first[0][0] == pytest.approx(4289 * step)
    assert second[1][0] - first[1][0] == pytest.approx(40 * step)


def test_in_english() -> None:
    answer = compared({"jobs": [[9262, 13551], [0, 40]]}, "base", "more")
    found = seen(districts(answer, names("en")))
    assert {"more against base", "+4,289 (+46.31%)", "+40 (unknown)", "10,000"} <= set(found.words)


def test_what_has_no_number_is_told_and_has_no_mark() -> None:
    answer = compared({"jobs": [[10, None], [20, 30]]}, "base", "less")
    found = seen(districts(answer, names("vi")))
    assert "không có số: less" in found.words
    assert (len(found.of(look.BLUE)), len(found.of(look.ORANGE))) == (2, 1)


def test_a_plan_that_is_not_there() -> None:
    answer = compared({"jobs": [[10, None], [20, None]]}, "base", "never", status="infeasible")
    found = seen(districts(answer, names("vi")))
    assert "never: không có phương án" in found.words
    assert found.of(look.ORANGE) == []


def test_panels_keep_a_units_row_where_another_quota_lacks_it() -> None:
    answer = compared(
        {"jobs": [[1, 2], [3, 4], [5, 6]], "training": [[1, 2], [3, 4], [7, 9]]}, "base", "more"
    )
    answer["by_unit"] = [
        line for line in answer["by_unit"] if (line["quota"], line["unit"]) != ("training", "u1")
    ]
    found = seen(districts(answer, names("vi")))
    assert [y for _, y in found.of(look.BLUE)] == [13, 39, 65, 13, 65]
    assert "–" in found.words


@pytest.mark.parametrize(("count", "shown"), [(2, 2), (124, 124), (130, 124)])
def test_many_districts(count: int, shown: int) -> None:
    rows: list[list[int | None]] = [[1000 + at, 1000 + 2 * at] for at in range(count)]
    found = seen(districts(compared({"jobs": rows}, "base", "more"), names("vi", count)))
    assert len(found.of(look.BLUE)) == shown
    told = "Chỉ vẽ 124 đơn vị thay đổi nhiều nhất, trong số 130" in found.words
    assert told == (count > shown)
    if count == 130:  # the first six change least
        assert "Huyện 5" not in found.words
        assert "Huyện 6" in found.words


def test_twelve_plans_are_told_apart() -> None:
    plans = [f"plan {at}" for at in range(12)]
    found = seen(districts(compared({"jobs": [list(range(12))]}, *plans), names("vi")))
    assert set(plans) <= set(found.words)
    pairs = {(look.PALETTE[at % len(look.PALETTE)], look.SHAPES[at % len(look.SHAPES)]) for at in range(42)}
    assert len(pairs) == 42


def test_names_that_are_no_plain_words() -> None:
    answer = compared({"jobs": [[1, 2], [3, 4]]}, "a & b", "<c>")
    own = Names("vi", "1 < 2", {"u0": "Same", "u1": "Same"}, {"jobs": '"]; x'}, {}, {})
    found = seen(districts(answer, own))
    assert {"a & b", "<c>", "1 < 2", '"]; x'} <= set(found.words)
    assert found.words.count("Same") == 2


# ------------------------------------------------------------------------------------------- tornado


def test_a_tornado() -> None:
    """The widest first; bars begin at the base, and are as long as what the input does."""
    inputs = [
        swing("training.total", 5500, 6500.5, 19_900, 20_300, 20_000),
        swing("parameters.money.value", 100, 150, 19_000, 20_500, 20_000),
        swing("jobs.at_most", 1, 2, None, 20_100, 20_000),
        swing("jobs.at_least", 1, 2, 20_000, 20_000, 20_000),
    ]
    found = seen(tornado({"inputs": inputs}, names("vi")))
    labels = [word for word in found.words if " đến " in word]
    assert labels == [
        "Vốn (tỷ đồng): 100 đến 150",
        "training.total: 5.500 đến 6.500,5",
        "jobs.at_least: 1 đến 2",
        "jobs.at_most: 1 đến 2",
    ]
    assert [word for word in found.words if word in ("1.500", "400", "0", "chưa rõ")] == [
        *("1.500", "400", "0", "chưa rõ")
    ]
    assert "Kết quả năm: Giải quyết việc làm (người)" in found.words
    blue = [(x, width) for fill, x, width in found.bars if fill == look.BLUE]
    orange = [(x, width) for fill, x, width in found.bars if fill == look.ORANGE]
    step = blue[0][1] / 1000
    assert [width / step for _, width in blue] == pytest.approx([1000, 100, 0])
    assert [width / step for _, width in orange] == pytest.approx([500, 300, 0, 100])
    base = blue[0][0] + blue[0][1]
    assert [x for x, _ in orange] == pytest.approx([base] * 4)


def test_bars_to_one_side_lie_beneath_each_other() -> None:
    found = drawn(tornado({"inputs": [swing("a", 1, 2, 30, 20, 10)]}, names("vi")), ".svg").decode()
    assert ("v8h" in found, "v17h" in found) == (True, False)


def test_without_a_base_there_are_points_alone() -> None:
    found = seen(tornado({"inputs": [swing("a", 1, 2, -30, 20, None)]}, names("vi")))
    assert [fill for fill, _, width in found.bars if fill in look.PALETTE and width] == []
    assert (len(found.of(look.BLUE)), len(found.of(look.ORANGE))) == (1, 1)
    assert "chưa rõ" in found.words


def test_very_small_figures_are_counted_in_millionths() -> None:
    inputs = [swing("a", 1, 2, 1.5e-6, 4e-6, 2e-6, figure="objective")]
    found = seen(tornado({"inputs": inputs}, names("vi")))
    assert {"Mức kém công bằng, phần triệu", "2,5"} <= set(found.words)


def test_many_inputs() -> None:
    inputs = [swing(f"p{at}", 0, 1, 0, at, 0) for at in range(30)]
    found = seen(tornado({"inputs": inputs}, names("en")))
    assert "Only the 24 inputs that matter most are drawn, of 30" in found.words
    assert "p6: 0 to 1" in found.words
    assert "p5: 0 to 1" not in found.words


# ----------------------------------------------------------------------------------------------- fan


def test_a_fan() -> None:
    targets = [
        {"quota": "jobs", "target": 20_000, "chance": 0.4631},
        {"quota": "training", "target": 2500, "chance": None},
    ]
    answer = swept({"outcome.jobs": spread(19_000, 21_000, 3)}, targets, optimal=4_950, infeasible=50)
    found = seen(fan(answer, names("vi")))
    for word in (
        "Kết quả có thể ra sao: 5.000 kịch bản",
        "50 kịch bản không có kế hoạch",
        "khả năng đạt 46,3%",
    ):
        assert word in found.words
    assert {"chưa rõ ở 3 kịch bản", "chưa rõ", "Kết quả năm: Đào tạo nghề (người)"} <= set(found.words)
    bars = {fill: width for fill, _, width in found.bars}
    whole = bars["#B5B5B5"]
    assert bars[look.SKY] / whole == pytest.approx(0.9)
    assert bars[look.BLUE] / whole == pytest.approx(0.5)
    assert len([fill for fill, *_ in found.bars if fill == look.BLUE]) == 1  # none where nothing is known
    (middle,), (aim, _) = found.of(look.INK), found.of(look.RED)
    assert middle == pytest.approx(aim)  # half way, at 20.000


def test_a_fan_without_achievement_is_of_what_is_placed() -> None:
    found = seen(
        fan(swept({"total.jobs": spread(5, 5), "objective": spread(-1, 0)}, [], optimal=9), names("en"))
    )
    assert {"Placed: Giải quyết việc làm (persons)", "Unfairness"} <= set(found.words)


def test_nothing_to_draw() -> None:
    for found in (
        seen(fan(swept({}, [], infeasible=5), names("en"))),
        seen(tornado({"inputs": []}, names("en"))),
        seen(frontier(points(), names("en"))),
    ):
        assert "There is nothing to draw" in found.words


# ------------------------------------------------------------------------------------------ frontier


def points(
    *pairs: tuple[float, float], better: str = "less", infeasible: tuple[float, ...] = (), proven: bool = True
) -> dict[str, Any]:
    """An answer of ``frontier``: the goal and how unfair at each point; ``proven``: also the last."""
    found = [{"goal": goal, "objective": unfair, "proven": True} for goal, unfair in pairs]
    if found:
        found[-1]["proven"] = proven
    return {"goals": ["fairness", "cost"], "better": better, "infeasible": list(infeasible), "points": found}


def test_a_frontier() -> None:
    """Fairness falls as cost rises; cost 0.8, 1 and 1.5 billion, unfairness 30, 9 and 2 millionths."""
    answer = points((1.5e9, 2e-6), (8e8, 3e-5), (1e9, 9e-6), infeasible=(7e8,))
    found = seen(frontier(answer, names("vi")))
    for word in (
        "Công bằng và chi phí",
        "Chi phí, tỷ",
        "Mức kém công bằng, phần triệu",
        "chi phí: 1 mức không có kế hoạch",
        "rẻ nhất",
        "công bằng nhất",
        "1,2",
    ):
        assert word in found.words
    marks = [(x, y) for fill, x, y in found.symbols if fill == look.BLUE]
    assert len(marks) == 3
    (x0, y0), (x1, y1), (x2, y2) = marks
    assert (x1 - x0) / (x2 - x0) == pytest.approx(2 / 7)
    assert (y1 - y0) / (y2 - y0) == pytest.approx(21 / 28)
    assert y2 > y0  # down the picture


@pytest.mark.parametrize(("better", "word"), [("more", "greatest"), ("less", "least")])
def test_a_frontier_against_a_figure(better: str, word: str) -> None:
    answer = points((-1, 0), (2, 3), better=better) | {"goals": ["fairness", "parameters.money.value"]}
    found = seen(frontier(answer, names("en")))
    assert {"Fairness and Vốn (tỷ đồng)", "Vốn (tỷ đồng)", "fairest", word, "-1"} <= set(found.words)


def test_a_frontier_without_fairness() -> None:
    """Cost falls from 900 to 400 as two more quotas change; what lies up is the first goal."""
    answer = points((1, 3), (3, 2)) | {"goals": ["cost", "changes"]}
    for point, cost in zip(answer["points"], (900, 400), strict=True):
        point["values"] = [cost, point["goal"]]
    found = seen(frontier(answer, names("en")))
    assert {"Cost and quotas changed", "Cost", "Quotas changed"} <= set(found.words)
    (x0, y0), (x1, y1) = [(x, y) for fill, x, y in found.symbols if fill == look.BLUE]
    assert x0 < x1
    assert y0 < y1  # down the picture


def test_a_point_that_is_not_proven_is_a_ring() -> None:
    found = seen(frontier(points((1, 3), (2, 2), proven=False), names("en")))
    assert [fill for fill, *_ in found.symbols if fill in (look.BLUE, "white")] == [look.BLUE, "white"]
    assert "Rings: not proven to be the best that there is" in found.words


def test_one_point() -> None:
    found = seen(frontier(points((0, 5)), names("en")))
    assert "cheapest, fairest" in found.words


# ---------------------------------------------------------------------------------------------- bytes

SAMPLES: dict[str, Callable[[], Chart]] = {
    "districts": lambda: districts(
        compared({"jobs": [[9262, 13551], [0, 40]], "training": [[5, 6], [7, None]]}, "base", "more"),
        names("vi"),
    ),
    "tornado": lambda: tornado({"inputs": [swing("a", 1, 2, 30, 20, 10)]}, names("vi")),
    "fan": lambda: fan(swept({"outcome.jobs": spread(-5, 9)}, [], optimal=9), names("vi")),
    "frontier": lambda: frontier(points((1, 2), (2, 1)), names("vi")),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_the_same_picture_is_the_same_bytes(name: str) -> None:
    first = drawn(SAMPLES[name](), ".svg")
    for other in random.Random(1).sample(sorted(SAMPLES), 4):
        drawn(SAMPLES[other](), ".svg")
    assert drawn(SAMPLES[name](), ".svg") == first


@pytest.mark.parametrize("name", SAMPLES)
def test_a_png_has_two_dots_a_point_and_nothing_at_its_edges(name: str) -> None:
    chart = SAMPLES[name]()
    found = seen(chart)
    image = dots(drawn(chart, ".png"))
    assert image.shape[:2] == (2 * found.height, 2 * found.width)
    edge = 8  # of a margin of 40 dots: what is cut would lie in it
    for side in (image[:edge], image[-edge:], image[:, :edge], image[:, -edge:]):
        assert (side == 255).all()
    assert (image[:, :, :3] < 128).any()
