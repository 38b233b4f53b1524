"""What is said about overlays (§12): key → (Vietnamese, English)."""

from __future__ import annotations

from collections.abc import Mapping

OVERLAYS: Mapping[str, tuple[str, str]] = {
    "unknown_path": ("bộ chỉ tiêu không có '{what}'", "the rulebook has no '{what}'"),
    "nearest_path.hint": ("Gần nhất là '{what}'.", "The nearest is '{what}'."),
    "nested_path.hint": (
        "Đường dẫn có dấu chấm chỉ dùng với --set; ở đây viết lồng nhau: {what}.",
        "A dotted path is for --set; here it is written nested: {what}.",
    ),
    "nothing_there": ("không có '{what}' để bỏ", "there is no '{what}' to take away"),
    "brought_about": (
        "{message} (tại {where}; không có thay đổi này thì ở đó không có lỗi)",
        "{message} (at {where}, which has no fault without this change)",
    ),
    "brought_about.hint": ("Thay đổi này đã bỏ {what}.", "This change took {what} away."),
    "taken_away.hint": ("Các thay đổi đã bỏ {what}.", "The changes took {what} away."),
    "overlaid.nothing": ("(không có)", "(nothing)"),
    "overlaid.change": ("{path}: {was} → {now}", "{path}: {was} → {now}"),
    "overlaid.labelled": ("{label} ({path}): {was} → {now}", "{label} ({path}): {was} → {now}"),
    "overlaid.taken_away": ("{what}: bỏ đi", "{what}: taken away"),
    "overlaid.actual": ("thực hiện đến {when}", "actual to {when}"),
    "overlaid.estimate": ("ước thực hiện đến {when}", "estimate to {when}"),
    "overlaid.target": ("kế hoạch năm {year}", "target of {year}"),
    "overlaid.held": ("Giữ nguyên", "Held"),
    "overlaid.left_out": ("Đơn vị không được giao", "Units left out"),
    "overlaid.fairness": ("Cách phân bổ", "How quotas are shared out"),
    "overlaid.of_quota.total": ("tổng giao", "total"),
    "overlaid.of_quota.at_least": ("mức sàn", "floor"),
    "overlaid.of_quota.at_most": ("mức trần", "ceiling"),
    "overlaid.of_quota.need": ("nhu cầu", "need"),
    "overlaid.of_quota.multiple_of": ("bội số", "multiple"),
    "overlaid.of_quota.within": ("nằm trong", "part of"),
    "overlaid.of_quota.profile": ("phân theo kỳ", "profile"),
    "overlaid.of_quota.weight": ("trọng số", "weight"),
    "overlaid.of_quota.cost": ("chi phí", "cost"),
    "overlaid.of_quota.per_period": ("từng kỳ", "in each period"),
    "fixed_path": (
        "'{what}' làm nên chính bộ chỉ tiêu này, không phương án nào thay được",
        "'{what}' makes the rulebook what it is; no overlay changes it",
    ),
    "rows_wanted": (
        "cần các dòng số liệu: observations, targets hoặc units, mỗi dòng là một ánh xạ theo tên cột",
        "rows of figures are wanted: observations, targets or units, each row a mapping by column",
    ),
    "figure_path": ("đường dẫn tới một số liệu có dạng {what}", "the path to a figure has the form {what}"),
    "no_such_table": ("bộ chỉ tiêu không có bảng '{what}'", "the rulebook has no table '{what}'"),
    "row_measure.hint": (
        "Dòng trong tệp tính bằng '{what}': hãy ghi rõ đơn vị.",
        "The row in the file is in '{what}': say which measure this one is in.",
    ),
    "unknown_scenario": ("không có phương án '{what}'", "there is no scenario '{what}'"),
    "no_scenarios": (
        "không có phương án '{what}': bộ chỉ tiêu không có mục scenarios",
        "there is no scenario '{what}': the rulebook has no scenarios",
    ),
    "scenario_allocation": (
        "phương án '{what}' nói về phân bổ '{meant}', không phải '{got}'",
        "the scenario '{what}' is about the allocation '{meant}', not '{got}'",
    ),
    "overlay_allocation.hint": (
        "Ghi allocation: TÊN trong phương án, hoặc dùng --allocation TÊN.",
        "Write allocation: NAME in the overlay, or give --allocation NAME.",
    ),
    "option_twice": ("{what} chỉ được ghi một lần", "{what} may be given only once"),
    "option_twice.hint": (
        "Phương án dựa trên phương án khác thì ghi over: TÊN trong bộ chỉ tiêu; thêm thay đổi: --set.",
        "A scenario stands on another by over: NAME in the rulebook; for more changes use --set.",
    ),
    "bad_setting": ("'{what}' không phải một thay đổi", "'{what}' is not a setting"),
    "setting.hint": (
        "Viết ĐƯỜNG.DẪN=GIÁ TRỊ, ví dụ training.total=5500; null để bỏ.",
        "Write PATH=VALUE, such as training.total=5500; null takes away.",
    ),
    "setting_value.hint": (
        "Sau dấu '=' cần một giá trị trên một dòng; null để bỏ.",
        "A value on one line is wanted after '='; null takes away.",
    ),
    "setting_hold.hint": (
        "Viết ĐƠN_VỊ.CHỈ_TIÊU=SỐ, ví dụ phu_quy.jobs=150, hoặc phu_quy.jobs.2023-07=40.",
        "Write UNIT.QUOTA=NUMBER, such as phu_quy.jobs=150, or phu_quy.jobs.2023-07=40.",
    ),
    "setting_leave_out.hint": (
        "Viết tên đơn vị, ví dụ --leave-out phu_quy.",
        "Write a unit's name, such as --leave-out phu_quy.",
    ),
    "freeze_period": (
        "{what} không phải ngày cuối của kỳ nào: {options}",
        "{what} is not the last day of a period: {options}",
    ),
    "freeze_unknown": (
        "{quota}: không rõ {unit} đã đạt bao nhiêu trong {period}, nên không giữ nguyên được ({why})",
        "{quota}: what {unit} reached in {period} is unknown, so it can't be held ({why})",
    ),
    "freeze_no_figure": ("thiếu số thực hiện đến {when}", "no actual dated {when}"),
    "freeze_falls": (
        "{quota}: số lũy kế của {unit} giảm trong {period} ({value}), nên không giữ nguyên được",
        "{quota}: the cumulative figure of {unit} falls in {period} ({value}), so it can't be held",
    ),
    "freeze_level": (
        "{quota}: chỉ tiêu theo trạng thái không có phần đạt được trong kỳ để giữ nguyên",
        "{quota}: a level has no part that was reached in a period, so nothing can be held",
    ),
}
