"""What is said about allocations before they are solved (§10): key → (Vietnamese, English)."""

from __future__ import annotations

from collections.abc import Mapping

ALLOCATIONS: Mapping[str, tuple[str, str]] = {
    "unit_left_out": (
        "{unit} không được giao chỉ tiêu (leave_out), nên không có số để giải thích",
        "{unit} is left out of the plan (leave_out): it has no number to explain",
    ),
    "unit_left_out.hint": (
        "Bỏ đơn vị này khỏi leave_out, hoặc không dùng --leave-out.",
        "Take it out of leave_out, or do without --leave-out.",
    ),
    "pace_no_limit": (
        "pace không nói chỉ tiêu được tăng hay giảm bao nhiêu",
        "pace doesn't say how far quotas may rise or fall",
    ),
    "pace_no_limit.hint": (
        "Thêm up, down hoặc cả hai, ví dụ up: 0.1 (tăng 10% không bị hạn chế).",
        "Add up, down or both, such as up: 0.1 (10% more is free).",
    ),
    "pace_negative": (
        "{quota}: chỉ tiêu kỳ trước của {unit} là {value}, nhỏ hơn 0",
        "{quota}: the last quota of {unit} is {value}, below 0",
    ),
    "unit_not_of_level": (
        "đơn vị '{unit}' không thuộc cấp '{level}'",
        "unit '{unit}' is not of level '{level}'",
    ),
    "no_units.left_out": (
        "mọi đơn vị cấp '{level}' dưới {root} đều nằm trong leave_out",
        "every unit of level '{level}' below {root} is in leave_out",
    ),
    "in_periods": ("{words} ({periods})", "{words} ({periods})"),
    "applies_nowhere": ("{what} không áp dụng ở đâu cả: {why}", "{what} applies nowhere: {why}"),
    "applies_nowhere.hint": (
        "Sửa only hoặc except, hoặc bỏ {what}.",
        "Mend only or except, or take {what} out.",
    ),
    "nowhere.level": (
        "chỉ tiêu giao cho các đơn vị cấp '{level}' (among), không phải cấp {names}",
        "quotas go to units of level '{level}' (among), not of level {names}",
    ),
    "nowhere.other": (
        "không đơn vị nào ở cấp '{level}' có {what} là {names}",
        "no unit of level '{level}' has the {what} {names}",
    ),
    "nowhere.only": (
        "không nơi nào khớp cùng lúc mọi khóa của only ({keys})",
        "no place fits all keys of only ({keys}) together",
    ),
    "nowhere.except": (
        "except loại hết những nơi mà only giữ lại",
        "except drops every place that only keeps",
    ),
    "nowhere.except_all": ("except loại hết mọi nơi", "except drops every place"),
    "nowhere.group": (
        "không đơn vị nào ở cấp '{level}' thuộc một '{grouping}'",
        "no unit of level '{level}' belongs to a '{grouping}'",
    ),
    "nowhere.unplanned": (
        "không đơn vị nào trong số đó có trong kế hoạch ({units}): xem leave_out, root và ngày của đơn vị",
        "none of its units is in the plan ({units}): see leave_out, root and the units' dates",
    ),
    "empty_only.hint": (
        "Viết nơi áp dụng, ví dụ only: {{unit: [{unit}]}}; áp dụng ở mọi nơi thì bỏ khóa only.",
        "Write where it applies, such as only: {{unit: [{unit}]}}; leave only out where that is everywhere.",
    ),
    "empty_except.hint": (
        "Viết nơi không áp dụng, ví dụ except: {{unit: [{unit}]}}; không trừ nơi nào thì bỏ khóa except.",
        "Write where it doesn't apply, such as except: {{unit: [{unit}]}}; else leave except out.",
    ),
}
