"""What is said about plans read back and plans compared: key → (Vietnamese, English)."""

from __future__ import annotations

from collections.abc import Mapping

DIFFS: Mapping[str, tuple[str, str]] = {
    "nothing_to_change": (
        "các kế hoạch này đều đã lập sẵn, nên không có gì để thay đổi bằng {what}",
        "all of these plans were made before, so there is nothing that {what} could change",
    ),
    "nothing_to_change.hint": (
        "So với base, một phương án hoặc một tệp .yaml để lập kế hoạch mới.",
        "Compare with base, a scenario or a .yaml file: their plans are made anew.",
    ),
    "bad_plan": ("kế hoạch này không dùng được: {why}", "this plan can't be used: {why}"),
    "bad_plan.hint": (
        "Dùng tệp do `chitieu plan --format json -o TỆP.json` ghi ra.",
        "Give a file that `chitieu plan --format json -o FILE.json` wrote.",
    ),
    "bad_plan_of": ("kế hoạch '{what}' không dùng được: {why}", "the plan '{what}' can't be used: {why}"),
    "plan_not_json": ("nội dung không phải JSON từ chỗ này", "it is no JSON from here on"),
    "plan_too_deep": ("JSON lồng nhau quá sâu", "its JSON is nested too deep"),
    "plan_too_long": ("có số quá nhiều chữ số", "a number has too many digits"),
    "plan_no_number": ("'{what}' không phải một số", "'{what}' is no number"),
    "plan_key_twice": ("khóa '{what}' có hai lần", "the key '{what}' stands twice"),
    "plan_key_missing": ("thiếu '{what}'", "'{what}' is missing"),
    "plan_not_answer": ("đây không phải câu trả lời của lệnh plan", "it isn't an answer of `plan`"),
    "plan_value": ("{at} phải là {wanted}", "{at} must be {wanted}"),
    "plan_value.count": (
        "một số nguyên không âm, viết không có dấu thập phân",
        "a whole number, 0 or more, without a decimal point",
    ),
    "plan_value.exact": ("nhỏ hơn 2^53", "below 2^53"),
    "plan_value.number": ("một số không âm", "a number, 0 or more"),
    "plan_value.text": ("chữ", "a text"),
    "plan_value.list": ("một danh sách", "a list"),
    "plan_value.mapping": ("một ánh xạ", "a mapping"),
    "plan_value.status": (
        "optimal, feasible, infeasible hoặc none_found",
        "optimal, feasible, infeasible or none_found",
    ),
    "plan_of_rulebook": (
        "đó là kế hoạch của bộ chỉ tiêu '{got}', không phải '{meant}'",
        "it is a plan of the rulebook '{got}', not of '{meant}'",
    ),
    "plan_of_allocation": (
        "đó là kế hoạch của phân bổ '{got}', không phải '{meant}'",
        "it is a plan of the allocation '{got}', not of '{meant}'",
    ),
    "plan_unknown": (
        "bộ chỉ tiêu không có '{what}' ({at})",
        "the rulebook has no '{what}' ({at})",
    ),
    "plan_twice": ("{what} có hai lần", "{what} stands twice"),
    "plan_without": (
        "kế hoạch '{status}' không thể có {what}",
        "a plan that is '{status}' can't have {what}",
    ),
    "plan_empty": ("kế hoạch '{status}' mà không giao gì", "it is '{status}', but places nothing"),
    "plan_no_value": ("by_unit thiếu {at}", "by_unit lacks {at}"),
    "plan_period": (
        "'{what}' không phải là một kỳ như 2023-07, 2023-Q3, 2023-H2, 2023 hoặc 2023-07..2023-11",
        "'{what}' is no period such as 2023-07, 2023-Q3, 2023-H2, 2023 or 2023-07..2023-11",
    ),
    "plan_sum": (
        "{what}: các phần cộng lại là {sum}, không phải {total}",
        "{what}: the parts add up to {sum}, not to {total}",
    ),
    # plans compared
    "base_taken": (
        "'base' là chính bộ chỉ tiêu; hãy đổi tên phương án 'base'",
        "'base' is the rulebook itself; rename the scenario 'base'",
    ),
    "two_scenarios": (
        "--scenario {what} và phương án '{other}' không đi cùng nhau",
        "--scenario {what} and the scenario '{other}' don't go together",
    ),
    "plan_status.infeasible": ("không có phương án", "infeasible"),
    "plan_status.none_found": ("chưa tìm được trong thời gian cho phép", "none found in the time allowed"),
    "no_plan_there": ("{what}: {status}", "{what}: {status}"),
    "no_quota_there": ("{what} không giao {quota}", "{what} doesn't share out {quota}"),
    "no_unit_there": ("{unit} không có trong {what}", "{unit} isn't in {what}"),
    "percent_of_nothing": (
        "{what} giao 0 ở {at}: không tính được phần trăm của 0",
        "{what} has 0 at {at}: there is no percent of 0",
    ),
    "of_unit": ("{quota}.{unit}", "{quota}.{unit}"),
    "rulebook_changed": (
        "các kế hoạch được lập khi bộ chỉ tiêu ghi {path} khác nhau",
        "the plans were made when the rulebook said different things at {path}",
    ),
    "without_need": (
        "{what} không có nhu cầu mà vẫn được giao: tỷ lệ so với nhu cầu là vô hạn",
        "{what} has a quota without any need: its quota per need has no limit",
    ),
    "beyond_numbers": ("lớn hơn mọi số mà máy tính được", "larger than any number that can be worked with"),
    "none_free": ("mọi đơn vị đều được giữ cố định", "every unit is held"),
    "nothing_placed": ("không giao gì", "nothing is placed"),
    "no_need_at_all": ("không đơn vị nào có nhu cầu", "no unit has any need"),
}
