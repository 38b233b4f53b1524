"""What stands on the pictures: titles, axes, keys, notes."""

from __future__ import annotations

from collections.abc import Mapping

from engine.words import Message

WORDS: Mapping[str, Message] = {
    # before and after
    "against": Message("{others} so với {first}", "{others} against {first}"),
    "same": Message("Không thay đổi: {quotas}", "No change: {quotas}"),
    "no_plan": Message("{plan}: {status}", "{plan}: {status}"),
    "no_number": Message("không có số: {plans}", "no number: {plans}"),
    "more_units": Message(
        "Chỉ vẽ {shown} đơn vị thay đổi nhiều nhất, trong số {count}",
        "Only the {shown} units that change most are drawn, of {count}",
    ),
    "more_quotas": Message("Không vẽ: {quotas}", "Not drawn: {quotas}"),
    # one input at a time
    "tornado": Message("Đầu vào nào quan trọng nhất", "Which inputs matter most"),
    "one_by_one": Message(
        "Mỗi lần chỉ một đầu vào thay đổi; vạch đứng: chưa thay đổi gì; bên phải: khoảng dao động",
        "One input changes at a time; the line: nothing changed; at the right: how far the figure swings",
    ),
    "at_first": Message("ở giá trị đầu", "at the first value"),
    "at_last": Message("ở giá trị cuối", "at the last value"),
    "more_inputs": Message(
        "Chỉ vẽ {shown} đầu vào quan trọng nhất, trong số {count}",
        "Only the {shown} inputs that matter most are drawn, of {count}",
    ),
    "from_to": Message("{path}: {first} đến {last}", "{path}: {first} to {last}"),
    "row_target": Message(
        "Kế hoạch năm {year}: {indicator}, {unit}", "Target of {year}: {indicator}, {unit}"
    ),
    "row_figure": Message("{indicator}, {unit}, {basis} đến {day}", "{indicator}, {unit}, {day} ({basis})"),
    "row_attribute": Message("{attribute}, {unit}", "{attribute}, {unit}"),
    "row_held": Message("Giữ nguyên: {indicator}, {unit}", "Held: {indicator}, {unit}"),
    "row_held_in": Message(
        "Giữ nguyên: {indicator}, {unit}, kỳ {period}", "Held: {indicator}, {unit}, {period}"
    ),
    "total": Message("Tổng giao: {quota}", "Placed: {quota}"),
    "outcome": Message("Kết quả năm: {quota}", "Outcome: {quota}"),
    "objective": Message("Mức kém công bằng", "Unfairness"),
    # how figures spread
    "fan": Message("Kết quả có thể ra sao: {count} kịch bản", "How it may turn out: {count} scenarios"),
    "half": Message("một nửa số kịch bản (25%–75%)", "half of the scenarios (25%–75%)"),
    "most": Message("chín phần mười số kịch bản (5%–95%)", "nine tenths (5%–95%)"),
    "all": Message("tất cả kịch bản", "all scenarios"),
    "middle": Message("trung vị", "median"),
    "target": Message("chỉ tiêu", "target"),
    "chance": Message("khả năng đạt {chance}", "chance {chance}"),
    "target_differs": Message(
        "chỉ tiêu khác nhau giữa các kịch bản", "the target isn't the same in all scenarios"
    ),
    "without_plan": Message("{count} kịch bản không có kế hoạch", "{count} scenarios without a plan"),
    "unknown_in": Message("chưa rõ ở {count} kịch bản", "unknown in {count} scenarios"),
    "more_figures": Message("Không vẽ {count} số liệu khác", "{count} more figures are not drawn"),
    # fairness against a goal
    "frontier": Message("Công bằng và {goal}", "Fairness and {goal}"),
    "frontier_of": Message("{first} và {goal}", "{first} and {goal}"),
    "points": Message(
        "Mỗi điểm là một kế hoạch, giữa các điểm chưa tính",
        "Every point is a plan, nothing is worked out between them",
    ),
    "changes": Message("số chỉ tiêu phải đổi", "quotas changed"),
    "cost": Message("chi phí", "cost"),
    "cheapest": Message("rẻ nhất", "cheapest"),
    "unfair": Message("Mức kém công bằng", "Unfairness"),
    "better": Message(
        "Thấp hơn là công bằng hơn; mỗi điểm là một kế hoạch, giữa các điểm chưa tính",
        "Lower is fairer; every point is a plan, nothing is worked out between them",
    ),
    "fairest": Message("công bằng nhất", "fairest"),
    "least": Message("nhỏ nhất", "least"),
    "greatest": Message("lớn nhất", "greatest"),
    "rings": Message(
        "Vòng tròn rỗng: chưa chứng minh là tốt nhất", "Rings: not proven to be the best that there is"
    ),
    "no_point": Message("{goal}: {count} mức không có kế hoạch", "{goal}: no plan at {count} values"),
    # numbers
    "nothing": Message("Không có gì để vẽ", "There is nothing to draw"),
    "scale.-3": Message("phần nghìn", "thousandths"),
    "scale.-6": Message("phần triệu", "millionths"),
    "scale.-9": Message("phần tỷ", "billionths"),
    "scale.-12": Message("phần nghìn tỷ", "trillionths"),
    "scale.3": Message("nghìn", "thousand"),
    "scale.6": Message("triệu", "million"),
    "scale.9": Message("tỷ", "billion"),
    "scale.12": Message("nghìn tỷ", "trillion"),
}
