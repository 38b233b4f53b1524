"""What is said about how far a figure may go (§12): key → (Vietnamese, English)."""

from __future__ import annotations

from collections.abc import Mapping

LIMITS: Mapping[str, tuple[str, str]] = {
    "not_a_figure": (
        "'{what}' không phải một con số: chỉ con số mới tăng, giảm được",
        "'{what}' is not a figure: only a figure can go up or down",
    ),
    "bad_step": (
        "'{what}': bước phải là một số lớn hơn 0",
        "'{what}': the step must be a number above 0",
    ),
    "step_too_fine": (
        "'{what}': số người, số xã phải là số nguyên, nên bước cũng vậy",
        "'{what}': counts are whole, and so is their step",
    ),
    "bad_until": (
        "'{what}': giá trị cuối phải cách {start} một số nguyên lần bước {step}, về phía cần tìm",
        "'{what}': the last value must lie whole steps of {step} from {start}, on the side searched",
    ),
    "limits.up": ("{what} tăng được đến đâu", "How far {what} can go up"),
    "limits.down": ("{what} giảm được đến đâu", "How far {what} can go down"),
    "limits.limit": (
        "Xuất phát từ {start}, đến {limit} vẫn giao được; {beyond} thì không còn phương án.",
        "From {start} on, a plan still exists at {limit}; at {beyond} there is none.",
    ),
    "limits.free": (
        "Xuất phát từ {start}, đến {limit} vẫn giao được; không tìm xa hơn.",
        "From {start} on, a plan still exists at {limit}; nothing further was searched.",
    ),
    "limits.none": (
        "Tại {start} đã không có phương án, và không tìm được giá trị nào có phương án.",
        "There is no plan at {start}, and no value was found that allows one.",
    ),
    "limits.start_fails": (
        "Ngay tại {start} đã không có phương án; giá trị gần nhất giao được là {limit}.",
        "There is no plan at {start} itself; the nearest value that allows one is {limit}.",
    ),
    "limits.between": (
        "Giữa các giá trị đã thử có thể còn giá trị không giao được.",
        "Between the values tested there may be some that allow no plan.",
    ),
    "whole_figure": ("'{what}' phải là số nguyên", "'{what}' must be whole"),
    "limits.unproven": (
        "Hết thời gian khi thử một số giá trị, nên giới hạn này chưa chắc chắn.",
        "Time ran out at some of the values tested, so this limit is not certain.",
    ),
    "limits.tested": ("Đã thử: {values}", "Tested: {values}"),
    "limits.binding": ("Tại {limit} chạm giới hạn: {names}", "At {limit} these bind: {names}"),
    "limits.why": ("Tại {beyond} không có phương án vì", "At {beyond} there is no plan because"),
}

NEEDED: Mapping[str, tuple[str, str]] = {
    "needed.weight": ("chưa rõ {what} của {unit}", "{what} of {unit} is unknown"),
    "needed.no_weight": (
        "{unit} không có tỷ trọng nào trong số của cấp trên",
        "{unit} has no weight in the figure above",
    ),
    "needed.no_target": ("{unit} không có chỉ tiêu năm", "{unit} has no target of the year"),
    "needed.no_landing": (
        "chưa rõ {unit} sẽ đạt bao nhiêu vào cuối năm",
        "where {unit} will land at the year's end is unknown",
    ),
    "not_a_part": (
        "số của cấp trên không được tổng hợp từ các đơn vị: {what}",
        "the figure above isn't made up of the units': {what}",
    ),
    "needed.not_below": ("{unit} không thuộc {root}", "{unit} doesn't lie below {root}"),
    "needed.title": (
        "{what}: {unit} phải đạt bao nhiêu để {root} hoàn thành chỉ tiêu năm",
        "{what}: what {unit} must reach so that {root} makes the year's target",
    ),
    "needed.others": (
        "Các đơn vị cùng cấp khác ({count}) dự kiến cả năm",
        "Landing of the other units of the level ({count})",
    ),
    "needed.beyond": ("Thêm so với dự kiến", "Beyond its landing"),
    "needed.needed": ("Phải đạt cả năm", "Must reach by the year's end"),
    "needed.target": ("Chỉ tiêu năm của {root}", "The year's target of {root}"),
    "needed.own_target": ("Chỉ tiêu năm của {unit}", "The year's target of {unit}"),
    "needed.achieved": ("{unit} đã đạt", "Reached by {unit}"),
    "needed.landing": ("{unit} dự kiến cả năm", "Landing of {unit}"),
    "needed.per_month": ("Cần mỗi tháng còn lại", "Needed in each month left"),
    "needed.rounded_up": (
        "Số phải đạt được làm tròn lên, không thấp hơn mức cần: chính xác là {exact}",
        "What must be reached is rounded up, never below what is needed: it is {exact} exactly",
    ),
    "needed.rounded_down": (
        "Số phải đạt được làm tròn xuống, không cao hơn mức cho phép: chính xác là {exact}",
        "What must be reached is rounded down, never above what is allowed: it is {exact} exactly",
    ),
    "needed.enough": (
        "Không cần thêm gì từ {unit}: các đơn vị khác đã đủ.",
        "Nothing is needed of {unit}: the others suffice.",
    ),
}
