"""Words of the faces: column titles, statuses, notes. Vietnamese as planning rooms write it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.numbers import format_number
from engine.words import Message

COLUMNS: Mapping[str, Message] = {
    "indicator": Message("Chỉ tiêu", "Indicator"),
    "unit": Message("Đơn vị", "Unit"),
    "measure": Message("ĐVT", "Measure"),
    "target": Message("Kế hoạch", "Target"),
    "achieved": Message("Thực hiện", "Achieved"),
    "achieved_on": Message("Đến ngày", "As of"),
    "percent_of_plan": Message("So KH", "Of plan"),
    "last_year": Message("Cùng kỳ", "Last year"),
    "year_on_year": Message("So cùng kỳ", "Year on year"),
    "gap": Message("Còn lại", "Gap"),
    "year_progress": Message("Thời gian đã qua", "Year progress"),
    "pace": Message("Nhịp độ", "Pace"),
    "required_per_month": Message("Cần mỗi tháng", "Per month"),
    "required_rate_ratio": Message("Nhịp cần/đã đạt", "Rate ratio"),
    "landing": Message("Dự kiến năm", "Landing"),
    "status": Message("Đánh giá", "Status"),
    "flags": Message("Lưu ý", "Flags"),
    "causes": Message("Vì sao chưa rõ", "Why unknown"),
    "kind": Message("Loại", "Kind"),
    "words": Message("Diễn giải", "In words"),
    "columns": Message("Cột liên quan", "Columns concerned"),
    "quota": Message("Chỉ tiêu giao", "Quota"),
    "period": Message("Kỳ", "Period"),
    "total": Message("Tổng cộng", "Total"),
    "value": Message("Giá trị", "Value"),
    "source": Message("Nguồn", "Source"),
    "place": Message("Vị trí", "Place"),
    "figure": Message("Số liệu", "Figure"),
    "id": Message("Tên trong công thức", "Name in formulas"),
    "fact": Message("Mục", "Item"),
    "path": Message("Mục thay đổi", "What"),
    "was": Message("Trước", "Before"),
    "now": Message("Nay", "Now"),
    "by": Message("Theo", "By"),
    "rule": Message("Ràng buộc", "Rule"),
    "cost": Message("Làm kém công bằng thêm", "Adds to unfairness"),
    "gains": Message("Được thêm nếu bỏ", "Gains without it"),
    "loses": Message("Bớt đi nếu bỏ", "Loses without it"),
    "shadow_price": Message("Giá bóng", "Shadow price"),
    "per": Message("Trên một", "Per one"),
    "instances": Message("Số trường hợp", "Instances"),
    "binding": Message("Chạm giới hạn", "Binding"),
    "at": Message("Chặt nhất ở", "Tightest at"),
    "left": Message("Vế trái", "Left side"),
    "right": Message("Vế phải", "Right side"),
    "slack": Message("Còn dư", "Slack"),
    "at_least": Message("Sàn", "Floor"),
    "at_most": Message("Trần", "Ceiling"),
    "members": Message("Các điều kiện mâu thuẫn", "What conflicts"),
    "relax": Message("Nới ít nhất", "Least relaxation"),
    "conflict": Message("Không có phương án vì", "There is no plan because"),
    "severity": Message("Mức", "Severity"),
    "code": Message("Mã", "Code"),
    "hint": Message("Gợi ý", "Hint"),
    "state": Message("Tính chất", "Status"),
    "name": Message("Trường hợp", "Case"),
    "what": Message("Nội dung", "What"),
    "expected": Message("Mong đợi", "Expected"),
    "got": Message("Thực tế", "Got"),
    "passed": Message("Kết quả", "Result"),
    "step": Message("Bước", "Step"),
    "change": Message("Thay đổi", "Change"),
    "percent": Message("Thay đổi (%)", "Change (%)"),
    "plan": Message("Kế hoạch", "Plan"),
    "member": Message("Điều kiện", "Condition"),
    "turn": Message("Đổi thế nào", "What changes"),
}

STATUS: Mapping[str, Message] = {
    "achieved": Message("Đạt", "Achieved"),
    "on_track": Message("Đúng tiến độ", "On track"),
    "at_risk": Message("Có nguy cơ", "At risk"),
    "behind": Message("Chậm", "Behind"),
    "exceeded": Message("Vượt ngưỡng", "Exceeded"),
    "no_target": Message("Không giao", "No target"),
    "unknown": Message("Chưa xác định", "Unknown"),
}

FIGURE_STATUS: Mapping[str, Message] = {
    "published": Message("công bố", "published"),
    "reported": Message("báo cáo", "reported"),
    "estimated": Message("ước thực hiện", "estimated"),
    "assumed": Message("giả định", "assumed"),
}

PLAN_STATUS: Mapping[str, Message] = {
    "optimal": Message("tối ưu", "optimal"),
    "feasible": Message("khả thi, chưa chứng minh tối ưu", "feasible, not proven optimal"),
    "infeasible": Message("không có phương án", "infeasible"),
    "none_found": Message("chưa tìm được trong thời gian cho phép", "none found in the time allowed"),
}

STEPS: Mapping[str, Message] = {
    "fair_share": Message("Phần công bằng", "Fair share"),
    "holds": Message("Số giữ cố định", "Holds"),
    "bounds": Message("Sàn và trần", "Bounds"),
    "rules": Message("Ràng buộc", "Rules"),
    "stay": Message("Giữ theo kế hoạch đã giao", "Staying close"),
    "whole_numbers": Message("Làm tròn số nguyên", "Whole numbers"),
}

BASIS: Mapping[str, Message] = {
    "actual": Message("số thực hiện", "actuals"),
    "estimate": Message("ước thực hiện", "estimates"),
}

ROLES: Mapping[str, Message] = {
    "target": Message("kế hoạch", "target"),
    "achieved": Message("thực hiện", "achieved"),
    "actual": Message("số thực hiện", "actual"),
    "estimate": Message("ước thực hiện", "estimate"),
    "baseline": Message("thực hiện cuối năm trước", "end of last year"),
    "change_by": Message("mức tăng, giảm được giao", "assigned change"),
    "last_year": Message("cùng kỳ năm trước", "same period last year"),
    "previous": Message("số liền trước", "figure before"),
}
"""What a figure is to its indicator."""

FAIRNESS: Mapping[str, Message] = {
    "proportional": Message("theo tỷ lệ (Webster, Sainte-Laguë)", "proportional (Webster, Sainte-Laguë)"),
    "largest_remainder": Message("số dư lớn nhất (Hamilton)", "largest remainder (Hamilton)"),
    "equal_proportions": Message("tỷ lệ đều (Huntington–Hill)", "equal proportions (Huntington–Hill)"),
    "smallest_divisors": Message("ước số nhỏ nhất (Adams)", "smallest divisors (Adams)"),
    "greatest_divisors": Message(
        "ước số lớn nhất (Jefferson, D'Hondt)", "greatest divisors (Jefferson, D'Hondt)"
    ),
    "minimax": Message("độ lệch lớn nhất nhỏ nhất (minimax)", "least largest deviation (minimax)"),
    "leximin": Message("độ lệch lớn nhất nhỏ nhất, lần lượt (leximin)", "leximin"),
}

BOUNDS: Mapping[str, Message] = {
    "at_least": Message("sàn", "floor"),
    "at_most": Message("trần", "ceiling"),
    "per_period.at_least": Message("sàn từng kỳ", "floor per period"),
    "per_period.at_most": Message("trần từng kỳ", "ceiling per period"),
    "within": Message("nằm trong chỉ tiêu khác", "within another quota"),
    "hold": Message("giữ cố định", "held"),
    "pace": Message("mức thay đổi so với kỳ trước", "pace of change"),
    "stay.within": Message("mức thay đổi so với kế hoạch đã giao", "how far from the issued plan"),
    "stay.most": Message("số chỉ tiêu được thay đổi", "how many quotas may move"),
    "multiple_of": Message("bội số", "multiple"),
}
"""What may bind a quota beside the rules."""

STAY_WHY: Mapping[str, Message] = {
    "total": Message("tổng chỉ tiêu thay đổi", "the total changed"),
    "fairness": Message("công bằng", "fairness"),
    "new_unit": Message("có đơn vị mới được giao", "a unit that is new"),
    "new": Message("chưa được giao trước đây", "not issued before"),
    "left_out": Message(
        "nhận phần của đơn vị không còn trong kế hoạch", "what units had that are no longer in the plan"
    ),
    "leave_out": Message("không giao cho đơn vị này nữa", "the unit is left out"),
    "not_there": Message("đơn vị không còn trong diện được giao", "no longer a unit that receives"),
    "profile": Message("không còn kỳ nào để giao", "no period is left"),
}
"""Why a quota moved away from an issued plan, beside bounds and rules."""

STAY_COLUMNS: Mapping[str, Message] = {
    "quota": COLUMNS["quota"],
    "unit": COLUMNS["unit"],
    "was": Message("Đã giao", "Issued"),
    "now": Message("Giao lại", "Now"),
    "change": Message("Thay đổi", "Change"),
    "why": Message("Vì sao", "Why"),
}
STAYING = Message("Thay đổi so với {plan}", "What moves away from {plan}")
NOTHING_MOVES = Message("Không chỉ tiêu nào thay đổi.", "No quota moves.")

INEQUALITY: Mapping[str, Message] = {
    "largest_deviation": Message("Độ lệch lớn nhất so với phần công bằng", "Largest deviation from fair"),
    "gini": Message("Hệ số Gini theo nhu cầu", "Gini of quota per need"),
    "theil": Message("Chỉ số Theil theo nhu cầu", "Theil of quota per need"),
}
"""How unequal quotas are against needs."""

FACTS: Mapping[str, Message] = {
    "allocation": Message("Phương án phân bổ", "Allocation"),
    "plan_status": Message("Kết quả", "Outcome"),
    "dates": Message("Thời gian giao", "Time covered"),
    "starting_point": Message("Điểm xuất phát", "Starting point"),
    "fairness": Message("Cách chia công bằng", "Fairness"),
    "objective": Message("Giá trị hàm mục tiêu", "Objective"),
    "bound_gap": Message("Khoảng cách với cận chứng minh", "Gap to the proven bound"),
    "total": Message("Tổng phải giao", "To be placed"),
}

SHEETS: Mapping[str, Message] = {
    "gap": Message("Tiến độ", "Gap table"),
    "notes": Message("Ghi chú", "Notes"),
    "plan": Message("Giao chỉ tiêu", "Quotas"),
    "periods": Message("Theo kỳ", "Periods"),
    "sources": Message("Nguồn và giả định", "Sources and assumptions"),
    "why": Message("Vì sao", "Why"),
    "changes": Message("Thay đổi", "Changes"),
    "quota_check": Message("Kiểm tra chỉ tiêu", "Quota check"),
    "charts": Message("Biểu đồ", "Charts"),
    "conflict": Message("Không có phương án", "No plan"),
    "about": Message("Thông tin kế hoạch", "About the plan"),
    "explain": Message("Giải thích", "Explanation"),
    "check": Message("Kiểm tra", "Check"),
    "test": Message("Trường hợp kiểm thử", "Cases"),
    "diff": Message("So sánh", "Comparison"),
    "limits": Message("Giới hạn", "Limits"),
    "needed": Message("Cần đạt", "Needed"),
    "alternatives": Message("Phương án khác", "Alternatives"),
    "frontier": Message("Đánh đổi", "Frontier"),
    "verify": Message("Kiểm tra báo cáo", "Report check"),
    "actions": Message("Nhiệm vụ", "Actions"),
}
"""Names of a workbook's sheets: 31 characters at most."""
IF_RELAXED = Message("nếu nới", "if relaxed")
"""Behind the name of a sheet that holds the plan under the least relaxation."""

QUOTA_CHECK: Mapping[str, Message] = {
    "title": Message("Chỉ tiêu sau khi sửa có còn đúng không", "Whether edited quotas still hold"),
    "given": Message("Số giao", "Quota"),
    "least": Message("Ít nhất", "At least"),
    "most": Message("Nhiều nhất", "At most"),
    "periods": Message("Cộng các kỳ", "Sum of periods"),
    "verdict": Message("Kiểm tra", "Check"),
    "to_place": Message("Phải giao", "To be placed"),
    "difference": Message("Chênh lệch", "Difference"),
    "fine": Message("đúng", "fine"),
    "look": Message("xem lại", "look again"),
    "no_number": Message("không phải số", "not a number"),
    "not_whole": Message("không phải số nguyên từ 0 trở lên", "not a whole number from 0 up"),
    "below": Message("thấp hơn mức ít nhất", "below the least"),
    "above": Message("cao hơn mức nhiều nhất", "above the most"),
    "not_added": Message("các kỳ cộng lại khác số giao", "periods don't add up to the quota"),
    "part_not_whole": Message(
        "có kỳ không phải số nguyên từ 0 trở lên", "a period is no whole number from 0 up"
    ),
    "beyond": Message("có kỳ vượt chỉ tiêu bao ngoài", "a period is beyond the quota around it"),
    "not_total": Message("tổng khác số phải giao", "the total isn't what is to be placed"),
}
"""Of a workbook's live checks. The verdicts are written into formulas: without double quotes."""
EDIT_NOTE = Message(
    "Sửa số ở trang '{plan}' và '{periods}': các cột ở đây tính lại ngay.",
    "Edit the numbers on the sheets '{plan}' and '{periods}': the columns here follow at once.",
)
NOT_CHECKED_NOTE = Message(
    "Trang này không kiểm tra: {what}. Muốn kiểm tra, hãy chạy lại chitieu plan với --hold.",
    "Not checked here: {what}. To check that, run chitieu plan again with --hold.",
)
NOT_CHECKED: Mapping[str, Message] = {
    "per_period": Message("sàn, trần từng kỳ", "floors and ceilings per period"),
    "multiple_of": Message("bội số", "multiples"),
    "held_periods": Message("số giữ cố định từng kỳ", "holds of single periods"),
    "stay": Message("mức thay đổi so với kế hoạch đã giao", "how far from the issued plan"),
    "profile": Message("kỳ không được giao", "periods that get nothing"),
}
CHARTS: Mapping[str, Message] = {
    "progress": Message("Thực hiện so với kế hoạch", "Achieved against plan"),
    "quota": Message("{quota}: số giao và phần công bằng", "{quota}: quota and fair share"),
    "steps": Message("{quota}: khác phần công bằng vì đâu", "{quota}: what moves it off the fair share"),
    "compared": Message("{quota}: các kế hoạch", "{quota}: the plans"),
    "changes": Message("{quota}: thay đổi so với {plan}", "{quota}: change against {plan}"),
}
TOO_MANY_UNITS = Message(
    "Không vẽ theo đơn vị: {count} đơn vị, biểu đồ chỉ đọc được đến {most}.",
    "Not drawn by unit: {count} units, and a chart can be read up to {most}.",
)
TOO_MANY_HINT = Message(
    "Hãy thu hẹp phạm vi (--unit, --level, --indicator) hoặc ghi ra tệp .csv, .json.",
    "Ask for less (--unit, --level, --indicator), or write a .csv or .json file.",
)

UNKNOWN = Message("chưa rõ", "unknown")
NOT_APPLICABLE = Message("–", "–")
OVERLAID_LINE = Message("thay đổi {path}: {was} → {now} ({by})", "changed {path}: {was} → {now} ({by})")
OVERLAID = Message("Thay đổi so với bộ chỉ tiêu", "Changes laid over the rulebook")
SWEEP_STATUS: Mapping[str, Message] = {**PLAN_STATUS, "failed": Message("lỗi", "failed")}
WITHOUT_PLAN = Message("Kịch bản không có kế hoạch", "Scenarios without a plan")
UNKNOWN_FIGURES = Message("Chưa xác định (số kịch bản)", "Unknown (scenarios)")
COMPARED = Message("So sánh kế hoạch", "Plans compared")
DIFFERENT_INPUTS = Message("Khác nhau ở đầu vào", "What went in differs")
GAINS = Message("Được giao thêm", "Gain")
LOSES = Message("Bị giảm", "Lose")
TURNS = Message("Điều kiện bắt đầu hoặc thôi chạm giới hạn", "What starts or stops binding")
STARTS = Message("bắt đầu chạm giới hạn", "starts binding")
STOPS = Message("thôi chạm giới hạn", "stops binding")
RULES_BINDING = Message("Số trường hợp mà ràng buộc chạm giới hạn", "At how many places each rule binds")
PASSED = Message("đạt", "passed")
FAILED = Message("không đạt", "failed")
AS_OF = Message("Tình hình thực hiện đến ngày", "Where the targets stand on")
SCENARIO_NOTES = Message("Phương án", "Scenarios")
WITHOUT_NOTES = Message("Vì sao không có phương án", "Why there is no plan")
NO_NUMBER_NOTES = Message("Không có số", "No number")
UNKNOWN_NOTES = Message("Chưa xác định", "Unknown")
FLAG_NOTES = Message("Lưu ý", "To look at")
ASSUMED_NOTES = Message("Dựa trên giả định và số ước", "Rests on assumptions and estimates")
RULE_NOTES = Message("Ràng buộc", "Rules")
FIGURE_NOTES = Message("Số liệu đã dùng", "Figures used")
CONFLICT_NOTES = Message("Không có phương án vì", "There is no plan because")
RELAX_NOTES = Message("Cần nới ít nhất để có phương án", "The least that would have to give")
RELAX_NOTES_UNPROVEN = Message(
    "Nới như sau thì có phương án (chưa chứng minh là ít nhất)",
    "This would have to give (not proven to be the least)",
)
RELAXED = Message("Phương án nếu nới như trên", "The plan under that relaxation")
ESTIMATE_MARK = Message("(ước)", "(est.)")
BINDING = Message("chạm giới hạn", "binding")
SLACK = Message("còn dư", "slack")
"""Between the name of a rule and what it leaves."""
UNPROVEN = Message("khoảng cách với cận chứng minh", "gap to the proven bound")
NOT_SAVED = Message("không ghi được tệp", "can't write the file")
NO_PERMISSION = Message("không có quyền ghi", "no permission to write there")


def no_folder(folder: str) -> Message:
    """That a file's folder isn't there."""
    return Message(f"không có thư mục '{folder}'", f"there is no folder '{folder}'")


def too_many_rows(sheet: str, rows: int, most: int) -> Message:
    """That a sheet would be longer than Excel takes."""
    return Message(
        f"trang '{sheet}' cần {format_number(rows, 0, 'vi')} dòng, Excel chỉ chứa "
        f"{format_number(most, 0, 'vi')}",
        f"the sheet '{sheet}' needs {format_number(rows, 0, 'en')} rows, and Excel holds "
        f"{format_number(most, 0, 'en')}",
    )


def too_many_columns(sheet: str, columns: int, most: int) -> Message:
    """That a sheet would be wider than Excel takes."""
    return Message(
        f"trang '{sheet}' cần {format_number(columns, 0, 'vi')} cột, Excel chỉ chứa "
        f"{format_number(most, 0, 'vi')}",
        f"the sheet '{sheet}' needs {format_number(columns, 0, 'en')} columns, and Excel holds "
        f"{format_number(most, 0, 'en')}",
    )
