"""What is said about Word documents and their templates, and in them: key → (Vietnamese, English)."""

from __future__ import annotations

from collections.abc import Mapping

DOCUMENTS: Mapping[str, tuple[str, str]] = {
    "document.extra": (
        "ghi tệp Word cần phần văn bản (thiếu {missing})",
        "writing Word files needs what handles documents ({missing} is missing)",
    ),
    "document.extra.hint": ("pip install 'chitieu[documents]'", "pip install 'chitieu[documents]'"),
    # what reading a file leaves out
    "document.pdf_tables": (
        (
            "Trang {pages} có vẻ có bảng. Bảng trong tệp PDF chỉ đọc được thành từng dòng chữ, nên số trong "
            "các cột chưa được kiểm tra theo tiêu đề cột; hãy kiểm tra tệp Word hoặc Excel gốc."
        ),
        (
            "Pages that seem to have tables: {pages}. Tables in a PDF are read as lines of text only, so "
            "their numbers aren't checked by columns; check the Word or Excel file that it was made from."
        ),
    ),
    "document.pdf_lines": (
        "Tệp PDF được đọc theo từng dòng chữ; nếu có bảng, số trong các cột chưa được kiểm tra.",
        "A PDF is read as lines of text; if it has tables, the numbers in their columns aren't checked.",
    ),
    "document.pdf_without_text": (
        "Trang {pages} không có chữ đọc được (có thể là bản quét), nên chưa được kiểm tra.",
        "Pages without text that can be read (scans?), which aren't checked: {pages}.",
    ),
    "document.pdf_damaged": (
        "Tệp PDF có {count} chỗ sai quy cách; có thể có chữ không đọc được.",
        "Departures of the PDF from its format: {count}; some of its text may be missing.",
    ),
    "document.excel_left_out": (
        "Khi đọc tệp Excel đã bỏ qua {count} phần, thường là định dạng chứ không phải số liệu.",
        "Parts of the Excel file that were left out, most often formats and no figures: {count}.",
    ),
    "document.template_alone": (
        "--template chỉ dùng khi ghi ra tệp .docx",
        "--template is for writing a .docx file",
    ),
    "document.template_alone.hint": ("Thêm -o TỆP.docx.", "Add -o FILE.docx."),
    "document.none_written": (
        "không có kế hoạch nên không lập quyết định",
        "there is no plan, so no decision is written",
    ),
    "bad_template": ("mẫu này không dùng được: {why}", "this template can't be used: {why}"),
    "template.not_found": ("không đọc được tệp: {why}", "the file can't be read: {why}"),
    "template.broken": (
        "tệp hỏng hoặc không phải .docx",
        "it is damaged, or no .docx file",
    ),
    "template.too_large": (
        "giải nén ra hơn {limit} MB hoặc hơn {parts} phần",
        "it unpacks to more than {limit} MB or {parts} parts",
    ),
    "template.active": (
        "có nội dung chạy được hoặc nhúng: {what}",
        "it holds what can run, or is embedded: {what}",
    ),
    "template.active.hint": (
        "Trong Word, lưu lại thành .docx không có macro và đối tượng nhúng.",
        "In Word, save it as a .docx without macros and embedded objects.",
    ),
    "template.outside": (
        "trỏ ra ngoài tệp: {what}",
        "it points out of the file: {what}",
    ),
    "template.doctype": (
        "{what} có DOCTYPE, điều tệp Word không được có",
        "{what} has a DOCTYPE, which Word files never have",
    ),
    "template.field": (
        "trường '{what}' không được phép",
        "the field '{what}' isn't allowed",
    ),
    "template.field.hint": (
        "Các trường được phép: {options}.",
        "Fields that are allowed: {options}.",
    ),
    "template.unknown_place": (
        "không có chỗ điền '{what}' (đoạn '{around}')",
        "there is no place '{what}' (in '{around}')",
    ),
    "template.syntax": (
        "'{what}' ở đây không phải một chỗ điền (đoạn '{around}')",
        "'{what}' here is no place (in '{around}')",
    ),
    "template.syntax.hint": (
        "Một chỗ điền viết là {{{{tên}}}}; mẫu không có lệnh.",
        "A place is written {{{{name}}}}; templates have no commands.",
    ),
    "template.not_alone": (
        "'{what}' phải đứng một mình trong đoạn, ngoài bảng và đầu trang",
        "'{what}' must stand alone in its paragraph, outside tables and headers",
    ),
    "template.twice": ("'{what}' chỉ được có một lần", "'{what}' may stand only once"),
    "template.too_many": ("có hơn {limit} chỗ điền", "it has more than {limit} places"),
    "template.no_content": (
        "không có chỗ điền '{what}'",
        "it has no place '{what}'",
    ),
    "template.no_content.hint": (
        "Đặt {{{{{what}}}}} ở một đoạn riêng.",
        "Put {{{{{what}}}}} in a paragraph of its own.",
    ),
    # in a decision
    "decision.date": ("ngày … tháng … năm …", "…… (date)"),
    "decision.subject": ("Về việc {what}", "{what}"),
    "decision.quota": ("{quota}: {total} {measure}", "{quota}: {total} {measure}"),
    "decision.number": ("STT", "No."),
    "decision.unit": ("Đơn vị", "Unit"),
    "decision.total": ("Tổng cộng", "Total"),
    "decision.in": ("Đơn vị tính: {measure}", "In: {measure}"),
    "decision.scenario": ("Phương án: {title}", "Scenario: {title}"),
    "decision.base": ("Phương án: cơ sở", "Scenario: the base"),
    "decision.changed": ("Thay đổi: {what}", "Changed: {what}"),
    "decision.start": (
        "Số liệu tính đến ngày {as_of} ({basis})",
        "Figures as of {as_of} ({basis})",
    ),
    "decision.fairness": ("Cách phân bổ: {fairness}", "Shared out by: {fairness}"),
    "decision.unproven": (
        "Chưa chứng minh là phương án công bằng nhất (còn cách cận {gap}%)",
        "Not proven to be the fairest (within {gap}% of the bound)",
    ),
    "decision.source": ("Nguồn: {source}", "Source: {source}"),
    "decision.rests_on_assumed": (
        "{what}: {value} {measure}{when} (giả định)",
        "{what}: {value} {measure}{when} (assumed)",
    ),
    "decision.rests_on_estimated": (
        "{what}: {value} {measure}{when} (số ước thực hiện)",
        "{what}: {value} {measure}{when} (an estimate)",
    ),
    "decision.all_assumed": ("{what}: số liệu giả định", "{what}: assumed"),
    "decision.all_estimated": ("{what}: số ước", "{what}: estimated"),
    "decision.several_assumed": (
        "{what}: số liệu của {count} đơn vị là giả định",
        "{what}: figures of {count} units are assumed",
    ),
    "decision.several_estimated": (
        "{what}: số liệu của {count} đơn vị là số ước",
        "{what}: figures of {count} units are estimates",
    ),
    "decision.fallback_taken": (
        "{what}: {why}; lấy số thay thế theo cách tính đã định",
        "{what}: {why}; the figure that stands in for it is taken",
    ),
}
