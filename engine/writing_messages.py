"""What is said about reports that are written, and about actions: key → (Vietnamese, English)."""

from __future__ import annotations

from collections.abc import Mapping

WRITING: Mapping[str, tuple[str, str]] = {
    "template_too_long": ("văn bản dài quá {limit} ký tự", "the text is longer than {limit} characters"),
    "brace_alone": ("dấu '}}' không có '{{' mở trước nó", "a '}}' without a '{{' before it"),
    "brace_inside": ("dấu '{{' nằm trong một công thức", "a '{{' inside a formula"),
    "brace_open": ("công thức trong ngoặc nhọn chưa đóng", "the formula in braces isn't closed"),
    "brace_twice.hint": (
        "Viết công thức trong {{…}}; dấu ngoặc nhọn thường thì viết hai lần.",
        "Write formulas as {{…}}; write a brace itself twice.",
    ),
    "word_format": ("'{what}' là chữ, không có định dạng", "'{what}' is words and takes no format"),
    "format_wanted": ("sau ':' cần đơn vị tính hoặc số chữ số thập phân", "a measure or decimals after ':'"),
    "format_wanted.hint": (
        "Ví dụ {{x: billion VND, 3}} hoặc {{x: 2}}.",
        "Such as {{x: billion VND, 3}} or {{x: 2}}.",
    ),
    "decimals_wanted": ("nhiều nhất {limit} chữ số thập phân", "{limit} decimals at most"),
    "section_of_two": (
        "một mục chỉ có một loại nội dung: đã có '{first}', không thêm '{second}'",
        "a section has one kind of content: '{first}' already, not '{second}' too",
    ),
    "unit_or_level": ("chỉ dùng 'unit' hoặc 'level'", "either 'unit' or 'level'"),
    "report_allocation": (
        "báo cáo chưa nói chỉ tiêu giao của phân bổ nào (khóa 'allocation')",
        "the report doesn't say whose quotas these are (key 'allocation')",
    ),
    "report_of_allocation": (
        "báo cáo '{what}' giao chỉ tiêu theo phân bổ '{own}', không phải '{got}'",
        "the report '{what}' has quotas of '{own}', not of '{got}'",
    ),
    "causes_not_here": ("causes() chỉ dùng trong if_unknown", "causes() stands in if_unknown only"),
    "indicator_wanted": ("{what}() cần tên một chỉ tiêu", "{what}() takes the name of an indicator"),
    "done_on_not_done": (
        "'done_on' chỉ dùng khi state là done, đây là {state}",
        "'done_on' goes with state done, and this is {state}",
    ),
    # what a report says
    "unknown_in_report": ("{what}: chưa rõ vì {why}", "{what}: unknown because {why}"),
    "unknown_report": ("không có báo cáo '{what}'", "no report '{what}'"),
    "no_reports": ("bộ chỉ tiêu không có mẫu báo cáo (mục 'reports')", "the rulebook has no 'reports'"),
    "which_report": (
        "có nhiều báo cáo, phải chọn: {options}",
        "several reports, one must be named: {options}",
    ),
    "report_of_year": (
        "báo cáo '{what}' là của năm {year}, ngày {day} nằm ngoài năm đó",
        "the report '{what}' is of {year}, and {day} isn't in it",
    ),
    "report_of_year.hint": ("Chọn ngày từ {first} đến {last}.", "Take a day from {first} to {last}."),
    "writing.unknown": ("chưa có số liệu", "not known"),
    "writing.of_unit": ("{what} ({unit})", "{what} ({unit})"),
    "writing.none_of_all": (
        "{who}: không được giao chỉ tiêu trong phương án này.",
        "{who}: given no quotas in this plan.",
    ),
    "writing.unknown_of_all": ("{who}: chưa có số liệu vì {why}.", "{who}: not known, because {why}."),
    "writing.none_at_risk": (
        "Không có chỉ tiêu nào chậm hoặc có nguy cơ không đạt.",
        "No indicator is behind or at risk.",
    ),
    "writing.not_judged": (
        "Chưa đánh giá được vì chưa có chỉ tiêu hoặc số liệu: {names}.",
        "Not known whether behind or at risk, for want of targets or figures: {names}.",
    ),
    "writing.others_not_at_risk": (
        (
            "Chưa đánh giá được vì chưa có chỉ tiêu hoặc số liệu: {names}. "
            "Không có chỉ tiêu nào khác chậm hoặc có nguy cơ không đạt."
        ),
        (
            "Not known whether behind or at risk, for want of targets or figures: {names}. "
            "No other indicator is behind or at risk."
        ),
    ),
    "writing.none": ("Không có.", "None."),
    "writing.estimated": (
        (
            "Số liệu đến ngày {when} trong báo cáo này là số ước thực hiện ở những chỉ tiêu chưa có số thực "
            "hiện của ngày đó."
        ),
        "Figures up to {when} in this report are estimates wherever there is no actual of that day.",
    ),
    "writing.over": (
        "Báo cáo này tính trên các thay đổi so với bộ chỉ tiêu:",
        "This report is written over changes to the rulebook:",
    ),
    "writing.no_plan_because": (
        "Không có phương án giao chỉ tiêu: {why}.",
        "There is no plan of quotas: {why}.",
    ),
    "writing.no_plan.cause": ("không có phương án giao chỉ tiêu", "there is no plan of quotas"),
    "writing.no_plan": ("Không có phương án giao chỉ tiêu.", "There is no plan of quotas."),
    "writing.not_in_plan": (
        "{what} không được giao trong phương án này",
        "{what} is given no quotas in this plan",
    ),
    "writing.not_given": ("không giao", "none given"),
    "writing.indicator": ("Chỉ tiêu", "Indicator"),
    "writing.unit": ("Đơn vị", "Unit"),
    "writing.measure": ("Đơn vị tính", "Measure"),
    "writing.total": ("Tổng cộng", "Total"),
    "writing.quotas": ("chỉ tiêu giao", "quotas"),
    "writing.month": ("Tháng {month}/{year}", "{name} {year}"),
    "writing.quarter": ("Quý {roman}/{year}", "Q{quarter} {year}"),
    "writing.first_half": ("6 tháng đầu năm {year}", "first half of {year}"),
    "writing.second_half": ("6 tháng cuối năm {year}", "second half of {year}"),
    "writing.target": ("Kế hoạch", "Target"),
    "writing.achieved": ("Thực hiện", "Achieved"),
    "writing.achieved_on": ("Đến ngày", "As of"),
    "writing.year_progress": ("Thời gian đã qua", "Year progress"),
    "writing.status": ("Đánh giá", "Status"),
    "writing.not_applicable": ("–", "–"),
    "status.achieved": ("Đạt", "Achieved"),
    "status.on_track": ("Đúng tiến độ", "On track"),
    "status.at_risk": ("Có nguy cơ", "At risk"),
    "status.behind": ("Chậm", "Behind"),
    "status.exceeded": ("Vượt ngưỡng", "Exceeded"),
    "status.no_target": ("Không giao", "No target"),
    "status.unknown": ("Chưa xác định", "Unknown"),
    # actions
    "actions.title": ("Nhiệm vụ, giải pháp tính đến ngày {when}", "Actions as of {when}"),
    "actions.label": ("Nhiệm vụ", "Action"),
    "actions.who": ("Thực hiện", "Who"),
    "actions.until": ("Thời hạn", "Until"),
    "actions.state": ("Tình trạng", "State"),
    "actions.serves": ("Phục vụ chỉ tiêu", "Serves"),
    "actions.flags": ("Lưu ý", "Flags"),
    "actions.gap": ("còn thiếu {gap}", "{gap} to go"),
    "actions.over": ("vượt {gap}", "{gap} over"),
    "actions.below": ("còn dưới trần {gap}", "{gap} below the ceiling"),
    "actions.nothing": (
        "Bộ chỉ tiêu chưa có nhiệm vụ nào (mục 'actions').",
        "The rulebook has no actions (section 'actions').",
    ),
    "actions.planned": ("Chưa thực hiện", "Planned"),
    "actions.in_progress": ("Đang thực hiện", "In progress"),
    "actions.done": ("Hoàn thành", "Done"),
    "actions.done_on": ("Hoàn thành ngày {when}", "Done on {when}"),
    "actions.dropped": ("Không thực hiện", "Dropped"),
    "actions.overdue": ("quá hạn {days} ngày", "{days} days overdue"),
    "actions.overdue.one": ("quá hạn 1 ngày", "1 day overdue"),
    "actions.due_soon": ("còn {days} ngày", "due in {days} days"),
    "actions.due_soon.one": ("còn 1 ngày", "due in 1 day"),
    "actions.due_today": ("đến hạn hôm nay", "due today"),
    "actions.done_late": ("hoàn thành sau thời hạn", "done late"),
    "actions.serves_nothing_behind": (
        "không phục vụ chỉ tiêu nào đang chậm hoặc có nguy cơ",
        "serves nothing that is behind or at risk",
    ),
    "actions.serves_unknown": (
        "chưa rõ có phục vụ chỉ tiêu nào đang chậm hay không",
        "it is unknown whether what it serves is behind",
    ),
    "actions.unserved": (
        "Chỉ tiêu chậm hoặc có nguy cơ mà chưa có nhiệm vụ nào đang mở",
        "Behind or at risk, with no open action",
    ),
    "actions.assumed": ("Thời hạn, tình trạng là giả định", "Date and state assumed"),
    "actions.some_assumed": (
        "Thời hạn, tình trạng của các nhiệm vụ không có nguồn công bố là giả định.",
        "Dates and states of actions that no source states are assumed.",
    ),
}
