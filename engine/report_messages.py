"""What is said about a report that is checked: key → (Vietnamese, English)."""

from __future__ import annotations

from collections.abc import Mapping

REPORTS: Mapping[str, tuple[str, str]] = {
    "report.of.plan": ("kế hoạch", "plan"),
    "report.of.same": ("cùng kỳ", "same period"),
    "report.of.total": ("tổng số", "total"),
    "report.of.from": ("số trước", "figure before"),
    "report.of.": ("số gốc", "base"),
    "report.ratio": ("{part} / {base} ({of}) = {computed}", "{part} / {base} ({of}) = {computed}"),
    "report.up": (
        "({part} − {base}) / {base} ({of}) = {computed}",
        "({part} − {base}) / {base} ({of}) = {computed}",
    ),
    "report.down": (
        "({base} − {part}) / {base} ({of}) = {computed}",
        "({base} − {part}) / {base} ({of}) = {computed}",
    ),
    "report.less": ("{part} − {base} ({of}) = {computed}", "{part} − {base} ({of}) = {computed}"),
    "report.left": ("{base} ({of}) − {part} = {computed}", "{base} ({of}) − {part} = {computed}"),
    "report.formula": (
        "ô này là công thức mà tệp không lưu kết quả: mở tệp bằng Excel, lưu lại rồi kiểm tra lại",
        "this cell is a formula whose result the file doesn't hold: open it in Excel, save it, check again",
    ),
    "report.truncated": (
        "{how}: chỉ đúng khi cắt bớt, làm tròn là {rounded}",
        "{how}: right only when cut off; rounded it is {rounded}",
    ),
    "report.wrong": ("{how}, không phải {stated}", "{how}, not {stated}"),
    "report.wrong_slip": ("{how}, không phải {stated}: có thể {slip}", "{how}, not {stated}: likely {slip}"),
    "report.slip.swapped_digits": ("đảo chữ số", "swapped digits"),
    "report.slip.lost_digit": ("sót chữ số", "a lost digit"),
    "report.slip.wrong_separator": ("sai dấu chấm, dấu phẩy", "a wrong dot or comma"),
    "report.slip.wrong_base": ("lấy nhầm số gốc", "another base"),
    "report.is_ratio": (
        "{how}; {stated} là tỷ lệ so với số gốc, không phải mức tăng, giảm",
        "{how}; {stated} is the ratio to the base, not the change",
    ),
    "report.is_change": (
        "{how}; {stated} là mức tăng, giảm, không phải tỷ lệ so với số gốc",
        "{how}; {stated} is the change, not the ratio to the base",
    ),
    "report.over_ratio": (
        "{how}: 'vượt {stated}' nên viết 'đạt {stated}'",
        "{how}: 'beyond by {stated}' should read 'reaches {stated}'",
    ),
    "report.no_base.plan": (
        "không tính lại được: thiếu số kế hoạch trong văn bản",
        "can't be recomputed: the plan's figure isn't printed",
    ),
    "report.no_base.same": (
        "không tính lại được: thiếu số cùng kỳ trong văn bản",
        "can't be recomputed: the figure of the same period isn't printed",
    ),
    "report.no_base.total": (
        "không tính lại được: thiếu tổng số trong văn bản",
        "can't be recomputed: the total isn't printed",
    ),
    "report.no_base.from": (
        "không tính lại được: thiếu số trước đó trong văn bản",
        "can't be recomputed: the earlier figure isn't printed",
    ),
    "report.no_base.": (
        "không tính lại được: không rõ so với số nào",
        "can't be recomputed: what it is compared with isn't printed",
    ),
    "report.no_part": (
        "không tính lại được: thiếu số thực hiện trong văn bản",
        "can't be recomputed: the figure that it is said of isn't printed",
    ),
    "report.base_zero": ("không tính lại được: số gốc bằng 0", "can't be recomputed: the base is 0"),
    "report.base_unsure": (
        "không tính lại được: không rõ {base} có phải số gốc không",
        "can't be recomputed: whether {base} is its base is not certain",
    ),
    "report.itself": ("{part} chính là số kế hoạch", "{part} is the plan's figure itself"),
    "report.by_rulebook": ("{how}; số gốc theo bộ chỉ tiêu", "{how}; the base is the rulebook's"),
    "report.points": (
        "{part} và {base} cách nhau {computed} điểm %",
        "{part} and {base} are {computed} points apart",
    ),
    "report.points_meant": (
        "{part} và {base} cách nhau {computed} điểm %: nên viết 'điểm %'",
        "{part} and {base} are {computed} points apart: should read 'points'",
    ),
    "report.each": ("{part} / {base} = {computed}", "{part} / {base} = {computed}"),
    "report.shares": (
        "các tỷ trọng cộng lại: {parts} = {computed}",
        "the shares add up: {parts} = {computed}",
    ),
    "report.shares_wrong": (
        "các tỷ trọng cộng lại là {computed} ({parts}), không phải 100%",
        "the shares add up to {computed} ({parts}), not 100%",
    ),
    "report.shares_wrong_slip": (
        "các tỷ trọng cộng lại là {computed} ({parts}), không phải 100%: có thể {slip}",
        "the shares add up to {computed} ({parts}), not 100%: likely {slip}",
    ),
    "report.no_figures": (
        "không tính lại được: văn bản không in các số mà tỷ lệ này được tính từ đó",
        "can't be recomputed: the figures that this rate is of aren't printed",
    ),
    "report.sum": ("{parts} = {computed}", "{parts} = {computed}"),
    "report.sum_wrong": (
        "các phần cộng lại là {computed}, không phải {stated}",
        "the parts add up to {computed}, not {stated}",
    ),
    "report.sum_wrong_slip": (
        "các phần cộng lại là {computed}, không phải {stated}: có thể {slip}",
        "the parts add up to {computed}, not {stated}: likely {slip}",
    ),
    "report.part_beyond": (
        "một phần ({part}) lớn hơn tổng số ({stated})",
        "a part ({part}) is more than its total ({stated})",
    ),
    "report.figures_differ": (
        "phía sau ghi {other}: có thể {slip}",
        "further on it reads {other}: likely {slip}",
    ),
    "report.no_such_day": ("không có ngày này", "there is no such day"),
    "report.day_right": ("phù hợp với năm báo cáo {year}", "fits a report of {year}"),
    "report.estimate_before": (
        "ước thực hiện đến một ngày trước {other}: có thể là {computed}",
        "an estimate for a day before {other}: perhaps {computed}",
    ),
    "report.day_other_year": (
        "năm {stated} không khớp với báo cáo năm {year}: có thể là {computed}",
        "the year {stated} doesn't fit a report of {year}: perhaps {computed}",
    ),
    "report.same_period_year": (
        "cùng kỳ của năm {year} là năm {computed}, không phải {stated}",
        "the same period before {year} is in {computed}, not {stated}",
    ),
    "report.bracket_open": ("thiếu dấu đóng ngoặc sau {what}", "the bracket around {what} isn't closed"),
    "report.bracket_close": (
        "dấu đóng ngoặc sau {what} không có dấu mở",
        "the bracket after {what} was never opened",
    ),
    "report.two_marks": (
        "đọc là {value}: dấu chấm ở đây là dấu thập phân, còn chỗ khác viết {other}",
        "read as {value}: here the dot begins decimals, elsewhere it reads {other}",
    ),
    "report.two_marks_en": (
        "đọc là {value}: dấu phẩy ở đây là dấu thập phân, còn chỗ khác viết {other}",
        "read as {value}: here the comma begins decimals, elsewhere it reads {other}",
    ),
    "report.not_whole": (
        "{stated} đọc ra số lẻ: có thể là {computed}",
        "{stated} reads as a fraction of one: perhaps {computed}",
    ),
    "report.measure_changes": (
        "ở đây tính bằng {unit}, phía trước tính bằng {other}",
        "here in {unit}, before in {other}",
    ),
    "report.as_rulebook": ("{what}: đúng như bộ chỉ tiêu", "{what}: as in the rulebook"),
    "report.not_as_rulebook": (
        "{what}: bộ chỉ tiêu ghi {computed}",
        "{what}: the rulebook has {computed}",
    ),
    "report.not_as_rulebook_slip": (
        "{what}: bộ chỉ tiêu ghi {computed}: có thể {slip}",
        "{what}: the rulebook has {computed}: likely {slip}",
    ),
    "report.not_in_rulebook": (
        "{what}: bộ chỉ tiêu không có số này",
        "{what}: the rulebook doesn't have this figure",
    ),
    "report.target": ("{what}, kế hoạch năm {year}", "{what}, target of {year}"),
    "report.actual": ("{what}, thực hiện đến {when}", "{what}, actual up to {when}"),
    "report.estimate": ("{what}, ước thực hiện đến {when}", "{what}, estimate for {when}"),
    "report.verdict.right": ("đúng", "right"),
    "report.verdict.truncated": ("cắt bớt", "truncated"),
    "report.verdict.wrong": ("SAI", "WRONG"),
    "report.verdict.unclear": ("cần xem", "unclear"),
    "report.verdict.cannot_check": ("không kiểm tra được", "can't be checked"),
    "report.title": ("Kiểm tra {file}", "Check of {file}"),
    "report.quote": ("Chỗ viết", "Where it says"),
    "report.stated": ("Ghi", "Stated"),
    "report.computed": ("Tính lại", "Computed"),
    "report.verdict": ("Kết luận", "Verdict"),
    "report.note": ("Diễn giải", "Why"),
    "report.place": ("Vị trí", "Place"),
    "report.summary": (
        "{right} đúng, {truncated} cắt bớt, {wrong} sai, {unclear} cần xem, {cannot_check} chưa rõ",
        "{right} right, {truncated} truncated, {wrong} wrong, {unclear} unclear, {cannot_check} unknown",
    ),
    "report.nothing": (
        "Không tìm thấy số liệu nào kiểm tra được.",
        "No figure was found that can be checked.",
    ),
    "report.line": ("dòng {line}", "line {line}"),
    "report.paragraph": ("đoạn {number}", "paragraph {number}"),
    "report.cell": ("bảng {table}, hàng {row}", "table {table}, row {row}"),
    "report.loose": (
        "{how}, nhưng số liệu chỉ nói khoảng, không kết luận được",
        "{how}, but a figure is only told about, so nothing can be concluded",
    ),
    "report.box": ("khung chữ {number}", "text box {number}"),
    "report.footnote": ("chú thích {number}", "note {number}"),
    "report.endnote": ("chú thích {number}", "note {number}"),
    "report.header": ("đầu trang", "header"),
    "report.footer": ("chân trang", "footer"),
    "report.hidden_sheet": ("{sheet} (đang ẩn)", "{sheet} (hidden)"),
    "report.legacy": (
        "'{what}' gõ bằng bảng mã cũ ({encoding}), không phải Unicode",
        "'{what}' is written in an old encoding ({encoding}), not Unicode",
    ),
    "report.legacy.hint": (
        "Chuyển văn bản sang Unicode (chẳng hạn bằng Unikey) rồi kiểm tra lại.",
        "Convert the text to Unicode (with Unikey, for instance) and check it again.",
    ),
    "report.sheet": ("{sheet}, hàng {row}", "{sheet}, row {row}"),
    "report.page": ("trang {page}, dòng {line}", "page {page}, line {line}"),
    "report.unknown_form": (
        "không đọc được '{what}': chỉ đọc .txt, .docx, .xlsx và .pdf có lớp chữ",
        "can't read '{what}': only .txt, .docx, .xlsx and .pdf with a text layer are read",
    ),
    "report.broken": (
        "không đọc được '{what}': tệp hỏng hoặc không đúng loại",
        "can't read '{what}': damaged, or not what its name says",
    ),
    "report.not_text": (
        "không đọc được '{what}': không phải văn bản UTF-8, UTF-16 hay Windows-1258",
        "can't read '{what}': it is not text in UTF-8, UTF-16 or Windows-1258",
    ),
    "report.save_utf8.hint": ("Lưu lại tệp với bảng mã UTF-8.", "Save the file as UTF-8."),
    "report.too_large": ("'{what}' lớn hơn {limit} MB", "'{what}' is larger than {limit} MB"),
    "report.no_text": (
        "'{what}' không có lớp chữ (có thể là bản quét)",
        "'{what}' has no text layer (a scan?)",
    ),
    "report.extra": (
        "đọc '{what}' cần phần đọc văn bản (thiếu {missing}): pip install 'chitieu[documents]'",
        "'{what}' needs what reads documents ({missing} is missing): pip install 'chitieu[documents]'",
    ),
    "report.comments_docx": (
        "--comments ghi ra tệp .docx, không phải '{what}'",
        "--comments writes a .docx file, not '{what}'",
    ),
}
