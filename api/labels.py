"""Words of the faces: column titles, statuses, notes. Vietnamese as planning rooms write it."""

from __future__ import annotations

from collections.abc import Mapping

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
    "quota": Message("Chỉ tiêu giao", "Quota"),
    "period": Message("Kỳ", "Period"),
    "total": Message("Tổng cộng", "Total"),
    "value": Message("Giá trị", "Value"),
    "source": Message("Nguồn", "Source"),
    "place": Message("Vị trí", "Place"),
    "figure": Message("Số liệu", "Figure"),
    "state": Message("Tính chất", "Status"),
    "name": Message("Trường hợp", "Case"),
    "what": Message("Nội dung", "What"),
    "expected": Message("Mong đợi", "Expected"),
    "got": Message("Thực tế", "Got"),
    "passed": Message("Kết quả", "Result"),
    "step": Message("Bước", "Step"),
    "change": Message("Thay đổi", "Change"),
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
    "whole_numbers": Message("Làm tròn số nguyên", "Whole numbers"),
}

BASIS: Mapping[str, Message] = {
    "actual": Message("số thực hiện", "actuals"),
    "estimate": Message("ước thực hiện", "estimates"),
}

UNKNOWN = Message("chưa rõ", "unknown")
NOT_APPLICABLE = Message("–", "–")
PASSED = Message("đạt", "passed")
FAILED = Message("không đạt", "failed")
AS_OF = Message("Tình hình thực hiện đến ngày", "Where the targets stand on")
UNKNOWN_NOTES = Message("Chưa xác định", "Unknown")
FLAG_NOTES = Message("Lưu ý", "To look at")
ASSUMED_NOTES = Message("Dựa trên giả định và số ước", "Rests on assumptions and estimates")
RULE_NOTES = Message("Ràng buộc", "Rules")
CONFLICT_NOTES = Message("Không có phương án vì", "There is no plan because")
ESTIMATE_MARK = Message("(ước)", "(est.)")
BINDING = Message("chạm giới hạn", "binding")
SLACK = Message("còn dư", "slack")
"""Between the name of a rule and what it leaves."""
UNPROVEN = Message("khoảng cách với cận chứng minh", "gap to the proven bound")
