"""What is said to people: key → (Vietnamese, English). Data alone; engine.words fills in the blanks.

A key equal to an issue's code is its message; ``….hint`` says how to mend it.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.allocation_messages import ALLOCATIONS
from engine.alternatives_messages import ALTERNATIVES
from engine.chart_messages import CHARTS
from engine.conflict_messages import CONFLICTS
from engine.diff_messages import DIFFS
from engine.document_messages import DOCUMENTS
from engine.limits_messages import LIMITS, NEEDED
from engine.overlay_messages import OVERLAYS
from engine.report_messages import REPORTS
from engine.stay_messages import STAY
from engine.sweep_messages import SWEEPS
from engine.writing_messages import WRITING

ISSUES: Mapping[str, tuple[str, str]] = {
    "severity.error": ("lỗi", "error"),
    "severity.warning": ("cảnh báo", "warning"),
    "did_you_mean.hint": ("Có phải ý bạn là '{what}'?", "Did you mean '{what}'?"),
    "known.hint": ("Có thể dùng: {what}.", "Known here: {what}."),
    # files and YAML
    "file_not_found": ("không có tệp hoặc thư mục '{what}'", "no file or folder '{what}'"),
    "disk.unread": ("không đọc được '{what}': {why}", "can't read '{what}': {why}"),
    "disk.untouched": ("không đọc hoặc ghi được '{what}': {why}", "can't read or write '{what}': {why}"),
    "disk.missing": ("không có tệp hoặc thư mục này", "there is no such file or folder"),
    "disk.not_allowed": ("không có quyền", "no permission"),
    "disk.read_only": ("nơi lưu chỉ cho đọc", "the place is read-only"),
    "disk.folder": ("đó là một thư mục", "it is a folder"),
    "disk.through_a_file": ("đường dẫn đi qua một tệp", "a part of the path is a file"),
    "disk.loop": ("các liên kết dẫn vòng quanh", "its links lead round in a circle"),
    "disk.long_name": ("tên quá dài", "the name is too long"),
    "disk.full": ("đĩa đã đầy", "the disk is full"),
    "disk.failing": ("đĩa bị lỗi", "the disk fails"),
    "disk.too_many_open": ("đang mở quá nhiều tệp", "too many files are open"),
    "disk.other": ("hệ thống báo '{what}'", "the system says '{what}'"),
    "outside_root": (
        "'{what}' dẫn ra ngoài thư mục gốc của các bộ chỉ tiêu",
        "'{what}' leads outside the rules root",
    ),
    "outside_root.hint": (
        "Đặt tệp trong thư mục gốc (--rules DIR), không dùng liên kết ra ngoài.",
        "Keep the file inside the rules root (--rules DIR), with no links that lead out.",
    ),
    "not_utf8": ("tệp không phải văn bản UTF-8", "the file is not UTF-8 text"),
    "not_utf8.hint": ("Lưu lại tệp với bảng mã UTF-8.", "Save the file as UTF-8."),
    "too_large": ("tệp dài quá {limit} ký tự", "the file is longer than {limit} characters"),
    "yaml_syntax": ("YAML không hợp lệ: {why}", "not valid YAML: {why}"),
    "yaml.colon": ("dấu ':' không đứng được ở đây", "a ':' can't stand here"),
    "yaml.colon.hint": (
        "Kiểm tra thụt lề; giá trị có ': ' phải đặt trong nháy.",
        "Check the indentation; a value that holds ': ' needs quotes.",
    ),
    "yaml.indentation": (
        "thụt lề không khớp với các khóa phía trên",
        "the indentation doesn't match the keys above",
    ),
    "yaml.dash_wanted": ("cần một mục '- ' ở đây", "a list item '- ' is wanted here"),
    "yaml.dash": ("mục '- ' không đứng được ở đây", "a list item '- ' can't stand here"),
    "yaml.brace": ("thiếu ',' hoặc '}}' trước chỗ này", "a ',' or '}}' is missing before this"),
    "yaml.bracket": ("thiếu ',' hoặc ']' trước chỗ này", "a ',' or ']' is missing before this"),
    "yaml.no_colon": ("thiếu ':' sau khóa này", "a ':' is missing after this key"),
    "yaml.escape": ("'\\' trong nháy kép không đúng", "a '\\' in double quotes that means nothing"),
    "yaml.escape.hint": ("Dùng nháy đơn.", "Use single quotes."),
    "yaml.tab": ("có ký tự tab", "a tab stands here"),
    "yaml.tab.hint": ("Thụt lề bằng dấu cách.", "Indent with spaces."),
    "yaml.unprintable": ("ký tự {what} không phải chữ", "the character {what} is not text"),
    "yaml.too_deep": ("lồng nhau quá {limit} lớp", "nested more than {limit} deep"),
    "one_document": ("mỗi tệp chỉ có một tài liệu YAML", "a file holds one YAML document"),
    "top_is_mapping": ("tệp phải gồm các khóa và giá trị", "the file must be keys and values"),
    "key_is_text": ("khóa phải là chữ", "a key must be a plain text"),
    "yaml_anchor": (
        "không dùng neo và tham chiếu YAML ('{what}')",
        "YAML anchors and aliases are refused ('{what}')",
    ),
    "yaml_tag": ("không dùng thẻ YAML ('{what}')", "YAML tags are refused ('{what}')"),
    "yaml_anchor.hint": ("Viết lại giá trị ở từng chỗ.", "Write the value out at each place."),
    "yaml_tag.hint": ("Bỏ thẻ: khóa đã biết kiểu của giá trị.", "Leave it out: a key knows its type."),
    "duplicate_key": (
        "khóa '{what}' có hai lần (lần đầu ở dòng {first})",
        "key '{what}' stands twice (first in line {first})",
    ),
    "beyond_exact": (
        "{what} quá lớn để tính chính xác đến từng đơn vị",
        "{what} is too large to be exact to the unit",
    ),
    "not_finite": ("'{what}' không phải số hữu hạn", "'{what}' is not a finite number"),
    # keys and values
    "unknown_key": ("không có khóa '{what}' ở đây", "no key '{what}' here"),
    "comma.hint": (
        "Trong {{…}} dấu phẩy kết thúc giá trị: đặt công thức có dấu phẩy trong nháy.",
        "Within {{…}} a comma ends the value: put a formula with a comma in quotes.",
    ),
    "missing_key": ("thiếu khóa '{what}'", "key '{what}' is missing"),
    "wrong_type": ("cần {expected}, gặp {got}", "expected {expected}, found {got}"),
    "wrong_choice": ("'{what}' không thuộc: {options}", "'{what}' is not one of: {options}"),
    "type.text": ("một văn bản", "a text"),
    "type.name": ("một tên", "a name"),
    "type.names": ("một tên hoặc danh sách tên", "a name or a list of names"),
    "type.formula": ("một số hoặc công thức", "a number or a formula"),
    "type.bound": (
        "một số, một công thức hoặc {{is: công thức, …}}",
        "a number, a formula or {{is: formula, …}}",
    ),
    "type.amount": (
        "một số, một công thức hoặc {{kỳ: số}}",
        "a number, a formula or {{period: number}}",
    ),
    "type.number": ("một số", "a number"),
    "type.whole number": ("một số nguyên", "a whole number"),
    "type.mapping": ("các khóa và giá trị", "keys and values"),
    "type.list": ("một danh sách", "a list"),
    "type.boolean": ("true/false", "true or false"),
    "type.nothing": ("giá trị trống", "nothing"),
    "type.this_text": ("'{what}'", "'{what}'"),
    "type.this_number": ("số {what}", "the number {what}"),
    "type.date": ("một ngày như 2023-06-30", "a date like 2023-06-30"),
    "type.label": ("một nhãn: văn bản, hoặc {{vi: …, en: …}}", "a label: a text, or {{vi: …, en: …}}"),
    "label_comma.hint": (
        "Trong {{…}}, văn bản có dấu phẩy phải đặt trong dấu nháy.",
        "Inside {{…}} a text with a comma goes in quotes.",
    ),
    "empty_mapping": ("'{what}' không được rỗng", "'{what}' must not be empty"),
    "limit.gt": ("phải lớn hơn {limit}", "must be greater than {limit}"),
    "limit.ge": ("phải từ {limit} trở lên", "must be {limit} or more"),
    "limit.le": ("phải từ {limit} trở xuống", "must be {limit} or less"),
    "bad_identifier": ("tên '{what}' không hợp lệ", "'{what}' is not a valid name"),
    "bad_identifier.hint": (
        "Dùng chữ thường không dấu a–z, chữ số và gạch dưới, bắt đầu bằng chữ.",
        "Use lower-case ASCII letters, digits and underscores, starting with a letter.",
    ),
    "bad_date": ("'{what}' không phải ngày hợp lệ", "'{what}' is not a date"),
    "bad_year": ("'{what}' không phải năm từ 1900 đến 2199", "'{what}' is not a year from 1900 to 2199"),
    "bad_date.hint": ("Viết theo dạng 2023-06-30.", "Write it like 2023-06-30."),
    "bad_date.form.hint": ("Viết {what}.", "Write {what}."),
    "bad_period": ("{why}", "{why}"),
    "period_ends_first": ("kỳ kết thúc trước khi bắt đầu", "the end lies before the start"),
    "period_not_whole": (
        "từ {start} đến {end} không gồm trọn các kỳ '{every}'",
        "{start} to {end} is not made of whole periods '{every}'",
    ),
    "period_two_years": ("kỳ phân bổ phải nằm trong năm {year}", "the periods must lie in the year {year}"),
    "bad_curve": ("{why}", "{why}"),
    "curve_date": (
        "'{what}' không phải ngày trong năm dạng MM-DD",
        "'{what}' is not a day of the year like 06-30",
    ),
    "curve_rising": (
        "tỷ lệ kỳ vọng phải tăng dần từ 0 đến 1",
        "expected shares must rise and lie between 0 and 1",
    ),
    "bad_number": ("'{what}' không phải số", "'{what}' is not a number"),
    "bad_number.hint": (
        "Viết số máy như 1469.72: không phân nhóm, nhiều nhất 25 chữ số trước và 15 sau dấu chấm.",
        "Write a plain number like 1469.72: no grouping, at most 25 digits before the point and 15 after.",
    ),
    "bad_number.form.hint": ("Nếu đúng là số đó, viết {what}.", "If that is what it says, write {what}."),
    "bad_number.either.hint": (
        "Có thể là {first} hoặc {second}: viết số thực sự muốn nói.",
        "It could be {first} or {second}: write the one that is meant.",
    ),
    "bad_number.quoted.hint": ("Bỏ dấu nháy.", "Leave out the quotes."),
    "other_ending": (
        "'{what}' là loại tệp chưa ghi được; hãy dùng {options}",
        "'{what}' is a kind of file that isn't written; take {options}",
    ),
    "not_supported": ("'{what}' chưa được hỗ trợ", "'{what}' is not supported yet"),
    "bound_priority.hint": (
        "Viết thẳng công thức của sàn hoặc trần; priority chưa có.",
        "Write the bound's formula itself; there is no priority yet.",
    ),
    # names
    "duplicate_name": (
        "'{what}' được khai báo hai lần (lần đầu ở {first})",
        "'{what}' is defined twice (first at {first})",
    ),
    "name_taken": (
        "tên '{what}' đã dùng cho {taken}",
        "the name '{what}' is already taken by {taken}",
    ),
    "reserved_name": ("từ dành riêng của công thức", "a word of the formula language"),
    "built_in_measure": ("đơn vị đo có sẵn", "a built-in measure"),
    "redefined_metric": (
        "chỉ số chuẩn '{what}' không được định nghĩa lại",
        "the standard metric '{what}' can't be redefined",
    ),
    "another_name.hint": ("Đặt một tên khác.", "Give yours another name."),
    "unknown_name": ("không có tên '{what}'", "no name '{what}'"),
    "unknown_role": ("chỉ tiêu '{indicator}' không có '{what}'", "indicator '{indicator}' has no '{what}'"),
    "unknown_function": ("không có hàm '{what}'", "no function '{what}'"),
    "unknown_source": ("không có nguồn '{what}'", "no source '{what}'"),
    "unknown_unit": ("không có đơn vị '{what}'", "no unit '{what}'"),
    "unknown_level": ("không có cấp '{what}'", "no level '{what}'"),
    "unknown_period": ("không có kỳ '{what}'", "no period '{what}'"),
    "period_names.hint": (
        "Viết kỳ dạng 2023-07, 2023-Q3, 2023-H2 hoặc 2023.",
        "Write a period like 2023-07, 2023-Q3, 2023-H2 or 2023.",
    ),
    "table_other_periods": (
        "bảng '{what}' có kỳ {got}, phương án phân bổ theo kỳ như {expected}",
        "the table '{what}' has the period {got}, the allocation has periods like {expected}",
    ),
    "unknown_group": ("không có nhóm '{what}'", "no group '{what}'"),
    "named_twice": ("'{what}' được nêu hai lần", "'{what}' is named twice"),
    "for_units_once": (
        "for: chỉ nhận unit hoặc một cách chia nhóm, không cả hai",
        "for: takes unit or one grouping, not more",
    ),
    "filter_not_here": ("không lọc theo '{what}' được ở đây", "there is no '{what}' to choose by here"),
    "filter_not_here.hint": (
        "unit, level và nhóm cần for: unit; period cần for: period hoặc per_period.",
        "unit, level and groups need for: unit; period needs for: period, or per_period.",
    ),
    "profile_zero": ("mọi kỳ đều có trọng số 0", "every period has the weight 0"),
    "index_name": ("một chiều của ràng buộc và bảng", "an index of rules and tables"),
    "unknown_indicator": ("không có chỉ tiêu '{what}'", "no indicator '{what}'"),
    "unknown_measure": ("không có đơn vị đo '{what}'", "no measure '{what}'"),
    "unknown_attribute": ("không có thuộc tính '{what}'", "no attribute '{what}'"),
    "unknown_rulebook": ("không có bộ chỉ tiêu '{what}'", "no rulebook '{what}'"),
    "unknown_allocation": ("không có phương án phân bổ '{what}'", "no allocation '{what}'"),
    "unknown_metric": ("không có chỉ số '{what}'", "no metric '{what}'"),
    "explain_what.hint": (
        "Viết dạng jobs.percent_of_plan hoặc second_half.jobs.",
        "Write it like jobs.percent_of_plan or second_half.jobs.",
    ),
    "which_allocation": (
        "bộ chỉ tiêu có nhiều phương án phân bổ: {options}",
        "the rulebook has several allocations: {options}",
    ),
    "no_allocation": ("bộ chỉ tiêu không có phương án phân bổ nào", "the rulebook has no allocation"),
    "which_allocation.hint": ("Chọn một bằng --allocation.", "Choose one with --allocation."),
    "cycle": ("vòng lặp: {what}", "a cycle: {what}"),
    # formulas
    "formula_syntax": ("công thức không đọc được: {why}", "the formula can't be read: {why}"),
    "formula_too_long": ("dài quá {limit} ký tự", "longer than {limit} characters"),
    "formula_too_big": ("có hơn {limit} phần tử", "more than {limit} parts"),
    "formula_too_deep": ("lồng nhau quá {limit} lớp", "nested more than {limit} deep"),
    "formula_empty": ("công thức rỗng", "an empty formula"),
    "formula_ends": ("công thức kết thúc giữa chừng", "the formula ends too early"),
    "unexpected": ("không chờ '{what}' ở đây", "'{what}' is not expected here"),
    "unexpected_equals.hint": ("So sánh bằng nhau viết là '=='.", "Equality is written '=='."),
    "ascii_names.hint": ("Tên viết bằng chữ thường không dấu.", "Names are written in ASCII letters."),
    "decimal_point.hint": (
        "Dấu thập phân là dấu chấm; dấu phẩy ngăn cách đối số.",
        "The decimal sign is a point; commas separate arguments.",
    ),
    "no_grouping.hint": ("Số không phân nhóm.", "Numbers have no grouping."),
    "open_quote": ("thiếu dấu nháy đóng", "the quote is never closed"),
    "open_bracket": ("ngoặc mở không có ngoặc đóng", "the bracket is never closed"),
    "leading_zero": ("số '{what}' bắt đầu bằng 0", "the number '{what}' starts with a 0"),
    "wrong_arguments": (
        "'{what}' cần từ {least} đến {most} đối số",
        "'{what}' takes {least} to {most} arguments",
    ),
    "wrong_arguments.exactly": ("'{what}' cần đúng {least} đối số", "'{what}' takes {least} argument(s)"),
    "metrics_too_deep": (
        "chỉ số dựa trên chỉ số quá {limit} lớp",
        "metrics stand on one another more than {limit} deep",
    ),
    "text_not_here": ("văn bản chỉ dùng trong quantity(…)", "a text stands only in quantity(…)"),
    "exponent_not_constant": ("số mũ phải là hằng số", "an exponent must be a constant"),
    "exponent_too_big": ("số mũ lớn hơn {limit}", "the exponent is beyond {limit}"),
    "exponent_not_whole": (
        "lũy thừa của số có đơn vị cần số mũ nguyên",
        "a power of a measure needs a whole exponent",
    ),
    "figure_wanted": (
        "'{what}' cần achieved, actual hoặc estimate của một chỉ tiêu",
        "'{what}' takes achieved, actual or estimate of an indicator",
    ),
    "quantity_wanted": ('viết dạng quantity(5, "million VND")', 'write it like quantity(5, "million VND")'),
    "digits_wanted": (
        "số chữ số làm tròn phải là số nguyên từ -15 đến 15",
        "the digits must be a whole number from -15 to 15",
    ),
    "wrong_place": ("'{what}' không dùng được ở đây", "'{what}' can't be used here"),
    "function_not_here": ("hàm '{what}' không dùng được ở đây", "the function '{what}' can't be used here"),
    "function_needs_brackets": (
        "'{what}' là hàm, cần ngoặc và đối số",
        "'{what}' is a function and needs brackets",
    ),
    "calendar_not_here": ("'{what}' không dùng được ở đây", "'{what}' can't be used here"),
    "fair_in_bounds_only": (
        "'fair' chỉ dùng trong at_least và at_most",
        "'fair' stands only in at_least and at_most",
    ),
    "table_not_here": (
        "bảng '{what}' chỉ dùng trong sàn, trần và ràng buộc",
        "the table '{what}' stands only in bounds and rules",
    ),
    "table_by_period": (
        "bảng '{what}' có số của từng kỳ, ở đây không nói kỳ nào",
        "the table '{what}' has a figure for each period, and none is meant here",
    ),
    "table_by_period.hint": (
        "Đặt sàn hoặc trần trong per_period, hoặc viết ràng buộc for: period.",
        "Put the bound under per_period, or write a rule for: period.",
    ),
    "group_in_rules_only": (
        "'{what}' là số liệu của nhóm, chỉ dùng trong ràng buộc",
        "'{what}' is a figure of groups and stands only in rules",
    ),
    "by_group_without_group": (
        "by_group cần một cách chia nhóm trong for:",
        "by_group needs a grouping in for:",
    ),
    "by_group_without_group.hint": (
        "Viết dạng for: [school, period].",
        "Write it like for: [school, period].",
    ),
    "bare_role": ("'{what}' cần tên chỉ tiêu đứng trước ở đây", "'{what}' needs an indicator before it here"),
    "write_indicator.hint": ("Viết dạng jobs.{what}.", "Write it like jobs.{what}."),
    "indicator_needs_role": (
        "'{what}' là chỉ tiêu, chưa nói số liệu nào",
        "'{what}' is an indicator, not yet a figure",
    ),
    "write_role.hint": (
        "Viết {what}.achieved, {what}.target, …",
        "Write {what}.achieved, {what}.target and so on.",
    ),
    "metric_not_for": (
        "chỉ số '{what}' không áp dụng cho chỉ tiêu '{indicator}'",
        "metric '{what}' is not for indicator '{indicator}'",
    ),
    "metric_not_for.hint": ("Xem khóa 'for' của chỉ số.", "See the metric's key 'for'."),
    "metric_takes_kind": (
        "công thức theo loại cần khóa flow hoặc level",
        "a formula by kind needs the key flow or level",
    ),
    "not_linear": ("ràng buộc không tuyến tính theo chỉ tiêu giao", "the rule is not linear in the quotas"),
    "rule_without_quota": ("ràng buộc không nói tới chỉ tiêu giao nào", "the rule names no quota"),
    "rule_form": (
        "ràng buộc phải là so sánh <=, >= hoặc ==",
        "a rule is a comparison with <=, >= or ==",
    ),
    "free_index": (
        "'{index}' không được cộng gộp và không có trong for:",
        "'{index}' is neither summed nor in for:",
    ),
    "free_index.hint": (
        "Dùng total(…), by_unit(…), by_period(…) hoặc thêm vào for:.",
        "Use total(…), by_unit(…), by_period(…) or add it to for:.",
    ),
    # measures
    "unlike_measures": (
        "'{left}' và '{right}' không cùng đại lượng",
        "'{left}' and '{right}' are unlike measures",
    ),
    "rate_and_change": (
        "tỷ lệ (%) và mức thay đổi (điểm %) không đi cùng nhau",
        "a rate (percent) and a change of rate (percentage points) don't mix here",
    ),
    "rate_and_change.hint": (
        "Chỉ có: tỷ lệ − tỷ lệ = mức thay đổi; tỷ lệ ± mức thay đổi = tỷ lệ.",
        "Only: rate − rate = change; rate ± change = rate.",
    ),
    "bare_number": (
        "số trần đứng cạnh '{measure}': không rõ đơn vị",
        "a bare number beside '{measure}': its scale is unclear",
    ),
    "bare_number.hint": ('Viết quantity(số, "{measure}").', 'Write quantity(number, "{measure}").'),
    "wrong_measure": (
        "cần '{expected}', công thức cho '{got}'",
        "expected '{expected}', the formula gives '{got}'",
    ),
    "show_in_differs": (
        "không hiển thị '{got}' bằng '{expected}' được",
        "'{got}' can't be shown in '{expected}'",
    ),
    "figure_measure": (
        "cần đơn vị đo cùng loại với '{expected}', gặp '{got}'",
        "expected a measure like '{expected}', found '{got}'",
    ),
    "change_by_measure": (
        "chỉ tiêu change_by của tỷ lệ tính bằng điểm phần trăm (percentage point)",
        "a change_by target of a rate is in percentage points",
    ),
    "condition_not_number": ("cần một số, gặp một điều kiện", "a number is needed, this is a condition"),
    "number_not_condition": ("cần một điều kiện, gặp một số", "a condition is needed, this is a number"),
    "not_a_condition": ("cần một điều kiện", "a condition is needed"),
    "branches_differ": ("hai nhánh không cùng loại", "the two branches are of different kinds"),
    "ambiguous_count": (
        "'{what}': hàng nghìn hay số lẻ? Số đếm phải là số nguyên, không có dấu chấm",
        "'{what}': thousands or a fraction? A count is whole and written without a point",
    ),
    "count_with_point": (
        "số đếm có dấu chấm: không rõ là hàng nghìn hay số lẻ",
        "a count with a decimal point: unclear whether thousands or a fraction",
    ),
    "ambiguous_count.hint": (
        "Viết số nguyên không phân nhóm, ví dụ 9262.",
        "Write a whole number without grouping, such as 9262.",
    ),
    "fraction_of_dong": ("'{what}' {measure} lẻ hơn một đồng", "'{what}' {measure} has a fraction of a đồng"),
    # tables
    "missing_column": ("thiếu cột '{what}'", "column '{what}' is missing"),
    "unknown_column": ("không có cột '{what}'", "no column '{what}' here"),
    "duplicate_column": ("cột '{what}' có hai lần", "column '{what}' stands twice"),
    "ragged_row": (
        "dòng có {got} ô, tiêu đề có {expected}",
        "the row has {got} cells, the header {expected}",
    ),
    "cell_quotes": (
        "dấu nháy kép của dòng này không thành cặp quanh ô",
        "the double quotes of this row don't stand around whole cells",
    ),
    "cell_quotes.hint": (
        "Ô có dấu phẩy đặt trong nháy kép; nháy kép bên trong viết hai lần.",
        "Quote a cell that holds a comma; write a quote inside it twice.",
    ),
    "comma_separated.hint": (
        "Các ô ngăn cách bằng dấu phẩy: khi lưu chọn CSV UTF-8 (Comma delimited).",
        "Cells are separated by commas: save as CSV UTF-8 (comma delimited).",
    ),
    "ragged_row.hint": (
        "Số không phân nhóm bằng dấu phẩy; văn bản có dấu phẩy đặt trong nháy kép.",
        "Numbers have no grouping commas; a text with a comma goes in double quotes.",
    ),
    "empty_cell": ("cột '{what}' không được để trống", "column '{what}' must not be empty"),
    "duplicate_row": ("trùng với dòng {first}", "the same as line {first}"),
    "more_issues": ("còn {more} lỗi nữa như vậy trong tệp này", "{more} more such issues in this file"),
    # figures
    "outside_validity": (
        "đơn vị '{unit}' không tồn tại vào {when}",
        "unit '{unit}' is not valid on {when}",
    ),
    "outside_validity.hint": (
        "Xem valid_from và valid_to trong units.csv.",
        "See valid_from and valid_to in units.csv.",
    ),
    "unit_ends_first": ("đơn vị kết thúc trước khi bắt đầu", "the unit ends before it begins"),
    "sums_differ": (
        "{what}: số của {unit} là {own}, tổng các đơn vị trực thuộc là {children}",
        "{what}: {unit} has {own}, its units below add up to {children}",
    ),
    "implausible_estimate": (
        "{what}, {unit}: ước đến {when} cần {implied}/ngày, gấp {ratio} lần đến nay ({so_far}/ngày)",
        "{what}, {unit}: the estimate for {when} needs {implied} a day, {ratio} times so far ({so_far})",
    ),
    "implausible_slower": (
        "{what}, {unit}: ước đến {when} cần {implied}/ngày, chỉ bằng {ratio} lần đến nay ({so_far}/ngày)",
        "{what}, {unit}: the estimate for {when} needs {implied} a day, only {ratio} times so far ({so_far})",
    ),
    "implausible_from_zero": (
        "{what}, {unit}: ước đến {when} cần {implied} mỗi ngày, đến nay chưa có gì",
        "{what}, {unit}: the estimate for {when} needs {implied} a day, so far there was nothing",
    ),
    "falling": (
        "{what}, {unit}: số lũy kế giảm từ {before} xuống {after} vào {when}",
        "{what}, {unit}: the cumulative figure falls from {before} to {after} on {when}",
    ),
    "negative_target": (
        "{what}, {unit}: chỉ tiêu năm {year} là {value}, mà số này không thể dưới 0",
        "{what}, {unit}: the target of {year} is {value}, and this can't lie below 0",
    ),
    "check_failed": ("kiểm tra '{what}' không đạt ở {unit}: {why}", "check '{what}' fails at {unit}: {why}"),
    "check_unknown": (
        "kiểm tra '{what}' chưa xác định ở {unit}: {why}",
        "check '{what}' is unknown at {unit}: {why}",
    ),
    "plan_case.hint": (
        "Phương án có ngày, cơ sở và đơn vị riêng: xem allocations.",
        "A plan has its own date, basis and units: see allocations.",
    ),
    "expected.hint": (
        "Viết như 46.31%, 9262, 4.2 billion VND, unknown, not_applicable hoặc một trạng thái.",
        "Write it like 46.31%, 9262, 4.2 billion VND, unknown, not_applicable or a status.",
    ),
    "expected_status": ("'{got}' không phải một trạng thái", "'{got}' is not a status"),
    "expected_differs": (
        "'{got}' không so sánh được với {what}; cần ghi rõ đơn vị đo",
        "'{got}' can't be compared with {what}: say the measure",
    ),
    # requests
    "explain_of": (
        "'{what}' tại một đơn vị cần nói rõ số nào: {options}",
        "'{what}' at a unit needs one of: {options}",
    ),
    "no_date": ("chưa có số thực hiện nào trong năm {year}", "there is no actual in {year}"),
    "no_date.hint": ("Cho biết ngày bằng --as-of.", "Give the date with --as-of."),
    "folder_exists": ("thư mục '{what}' đã có", "the folder '{what}' exists already"),
    "unknown_plan": ("không có kế hoạch '{what}'", "no plan '{what}'"),
    "bad_time_limit.hint": ("Ví dụ --time-limit 60.", "Such as --time-limit 60."),
    "bad_time_limit": (
        "giới hạn thời gian phải là số giây dương",
        "a time limit is a positive number of seconds",
    ),
    # allocations
    "unknown_total": ("{quota}: tổng giao chưa xác định: {why}", "{quota}: the total is unknown: {why}"),
    "negative_total": ("{quota}: tổng giao âm ({value})", "{quota}: the total is negative ({value})"),
    "total_not_whole": (
        "{quota}: tổng giao {value} không phải số nguyên",
        "{quota}: the total {value} is not whole",
    ),
    "unknown_need": (
        "{quota}: nhu cầu của {unit} chưa xác định: {why}",
        "{quota}: the need of {unit} is unknown: {why}",
    ),
    "negative_need": (
        "{quota}: nhu cầu của {unit} âm ({value})",
        "{quota}: the need of {unit} is negative ({value})",
    ),
    "unknown_hold": (
        "{quota}: mức giữ cố định của {unit} chưa xác định: {why}",
        "{quota}: what {unit} is held at is unknown: {why}",
    ),
    "bad_hold": (
        "{quota}: mức giữ cố định của {unit} phải là số nguyên không âm, không phải {value}",
        "{quota}: {unit} must be held at a whole number, 0 or more, not {value}",
    ),
    "hold_not_in_plan": (
        "{unit} không nhận chỉ tiêu trong kế hoạch này nên không thể giữ cố định",
        "{unit} receives no quota in this plan, so it can't be held",
    ),
    "unknown_cost": (
        "{quota}: chi phí của {unit} chưa xác định: {why}",
        "{quota}: the cost at {unit} is unknown: {why}",
    ),
    "no_cell": (
        "bảng {what} không có số liệu của {unit}",
        "the table {what} has no figure for {unit}",
    ),
    "no_group_figure": (
        "{unit} không thuộc nhóm nào có {what}",
        "{unit} is in no group that has {what}",
    ),
    "no_group_attribute": ("nhóm {group} chưa có {what}", "the group {group} has no {what}"),
    "zero_needs.hint": (
        "Tổng bằng 0: không có gì để giao. Bỏ chỉ tiêu này, hoặc đặt một nhu cầu khác 0, ví dụ need: 1.",
        "The total is 0: there is nothing to share out. Leave the quota out, or give a need such as 1.",
    ),
    "zero_needs": ("{quota}: mọi nhu cầu đều bằng 0", "{quota}: all needs are zero"),
    "zero_needs.free": (
        "{quota}: mọi đơn vị không bị giữ cố định đều có nhu cầu bằng 0",
        "{quota}: the needs of all units that are not held are zero",
    ),
    "unknown_bound": (
        "{quota}: {bound} của {unit} chưa xác định: {why}",
        "{quota}: {bound} of {unit} is unknown: {why}",
    ),
    "unknown_rule": (
        "ràng buộc '{rule}' chưa xác định ở {at}: {why}",
        "rule '{rule}' is unknown at {at}: {why}",
    ),
    "no_units": (
        "không có đơn vị nào ở cấp '{level}' dưới {root}",
        "no units of level '{level}' below {root}",
    ),
    "within_itself": ("'{what}' nằm trong chính nó", "'{what}' lies within itself"),
}

CAUSES: Mapping[str, tuple[str, str]] = {
    "no_actual": (
        "chưa có số thực hiện '{what}' của {unit} đến ngày {when}",
        "no actual of {what} for {unit} up to {when}",
    ),
    "no_estimate": (
        "chưa có số ước thực hiện '{what}' của {unit} đến ngày {when}",
        "no estimate of {what} for {unit} for {when}",
    ),
    "no_achieved": (
        "chưa có số thực hiện hay ước thực hiện '{what}' của {unit} vào ngày {when}",
        "no actual or estimate of {what} for {unit} on {when}",
    ),
    "no_actual_on": (
        "chưa có số thực hiện '{what}' của {unit} ngày {when}",
        "no actual of {what} for {unit} dated {when}",
    ),
    "no_previous": (
        "chưa có số thực hiện '{what}' của {unit} trước ngày {when} trong năm",
        "no actual of {what} for {unit} before {when} in the same year",
    ),
    "no_baseline": (
        "chưa có số thực hiện '{what}' của {unit} năm {year} làm gốc",
        "no actual of {what} for {unit} in {year} to start from",
    ),
    "no_target": (
        "chưa có chỉ tiêu '{what}' của {unit} năm {year}",
        "no target of {what} for {unit} in {year}",
    ),
    "targets_of_several_kinds": (
        "chỉ tiêu '{what}' của các đơn vị thuộc {unit} không cùng loại",
        "the targets of {what} below {unit} are of several kinds",
    ),
    "no_attribute": ("chưa có '{what}' của {unit}", "no {what} of {unit}"),
    "no_parent": ("{unit} không có đơn vị cấp trên", "{unit} has no unit above it"),
    "no_children": ("{unit} không có đơn vị trực thuộc", "{unit} has no units below it"),
    "division_by_zero.plain": ("chia cho 0", "division by zero"),
    "division_by_zero": ("chia cho 0: {what} bằng 0", "division by zero: {what} is 0"),
    "beyond_numbers": ("kết quả của {what} vượt giới hạn số", "{what} has no finite value"),
    "more_causes": ("và {more} đơn vị khác", "and {more} more"),
}

FLAGS: Mapping[str, tuple[str, str]] = {
    "amount": ("{value} {measure}", "{value} {measure}"),
    "stale": (
        "số liệu ngày {when} đã cũ {age} ngày (giới hạn {limit})",
        "the figure of {when} is {age} days old (limit {limit})",
    ),
    "dates_differ": (
        "số liệu các đơn vị thuộc {unit} không cùng ngày; lấy ngày sớm nhất",
        "the figures below {unit} are of different dates; the earliest is taken",
    ),
    "slipping": ("kém hơn cuối năm trước ({before})", "worse than at the end of last year ({before})"),
}

PLANS: Mapping[str, tuple[str, str]] = {
    "dated": (", ngày {when}", ", {when}"),
    "rests_on_assumed": (
        "{what} = {value} {measure}{when} là giả định",
        "{what} = {value} {measure}{when} is assumed",
    ),
    "rests_on_estimated": (
        "{what} = {value} {measure}{when} là số ước thực hiện",
        "{what} = {value} {measure}{when} is an estimate",
    ),
    "all_assumed": ("{what} là giả định", "{what} is assumed"),
    "all_estimated": ("{what} là số ước", "{what} is an estimate"),
    "several_assumed": (
        "{what}: số liệu của {count} đơn vị là giả định",
        "{what}: figures of {count} units are assumed",
    ),
    "several_estimated": (
        "{what}: số liệu của {count} đơn vị là số ước",
        "{what}: figures of {count} units are estimates",
    ),
    "no_plan_found": (
        "chưa tìm được phương án trong thời gian cho phép",
        "no plan was found in the time allowed",
    ),
    "fallback_taken": (
        "'{what}' chưa xác định ({why}); {formula} lấy giá trị dự phòng",
        "'{what}' is unknown ({why}); {formula} takes its fallback",
    ),
}

FACES: Mapping[str, tuple[str, str]] = {
    "without_each": (
        "Nếu bỏ từng ràng buộc: phương án được tính lại không có ràng buộc đó",
        "Without each rule: the plan made anew without it",
    ),
    "without_nothing": (
        "Phương án không có ràng buộc, sàn, trần hay mức giữ cố định nào.",
        "The plan has no rules, bounds, multiples or holds.",
    ),
    "shadow_prices": (
        "Giá bóng, từ bài toán liên tục (proportional): nới một đơn vị thì bất công bằng giảm bấy nhiêu",
        "Shadow prices, from the relaxation in real numbers (proportional): what loosening by one takes off",
    ),
    "bound_by": ("Bị giới hạn bởi", "Bound by"),
    "rule_nowhere": (
        "không áp dụng ở đâu trong kế hoạch này",
        "applies nowhere in this plan",
    ),
    "waterfall": ("Vì sao là con số này", "Why this number"),
    "no_waterfall": (
        "không rõ các bước: không tìm được phương án tối ưu trên số thực; chỉ tiêu giao vẫn đúng",
        "the steps are unknown: the best plan in real numbers wasn't found; the quota stands all the same",
    ),
    "no_shadow_prices": (
        "không rõ giá bóng: không tìm được phương án tối ưu trên số thực; phương án giao vẫn đúng",
        "the shadow prices are unknown: the best plan in real numbers wasn't found; the plan still stands",
    ),
    "quota_own_date": (
        "chỉ tiêu giao tính từ điểm xuất phát của phương án: không chọn ngày hay loại số liệu khác",
        "a quota stands at its allocation's starting point: no other date or basis can be asked",
    ),
    "no_issues": ("Không có lỗi hay cảnh báo.", "No issues."),
    "cases_passed": ("{passed}/{count} đạt", "{passed} of {count} passed"),
    "new_rulebook": (
        "Đã tạo '{what}'. Thử: chitieu gap {what}",
        "Made '{what}'. Try: chitieu gap {what}",
    ),
    "bad_port": ("'{what}' không phải cổng từ 0 đến 65535", "'{what}' is not a port from 0 to 65535"),
}

MESSAGES: Mapping[str, tuple[str, str]] = {
    **ISSUES,
    **CAUSES,
    **FLAGS,
    **PLANS,
    **ALLOCATIONS,
    **CONFLICTS,
    **OVERLAYS,
    **DIFFS,
    **STAY,
    **SWEEPS,
    **CHARTS,
    **LIMITS,
    **REPORTS,
    **NEEDED,
    **ALTERNATIVES,
    **WRITING,
    **DOCUMENTS,
    **FACES,
}
"""Every message by its key."""
