"""What is said about sweeps: key → (Vietnamese, English)."""

from __future__ import annotations

from collections.abc import Mapping

SWEEPS: Mapping[str, tuple[str, str]] = {
    "sweep.inputs": ("cần ít nhất một đầu vào", "at least one input is wanted"),
    "sweep.domain": (
        "một danh sách giá trị, {{low, high, steps}} hoặc một phân phối ({shapes})",
        "a list of values, {{low, high, steps}} or a distribution ({shapes})",
    ),
    "sweep.values": ("các giá trị là số, chữ hoặc null", "values are numbers, texts or null"),
    "sweep.numbers": ("{what} cần {count} số", "{what} takes {count} numbers"),
    "sweep.order": ("cần {order}", "{order} is wanted"),
    "sweep.positive": ("'{what}' phải lớn hơn 0", "'{what}' must be above 0"),
    "sweep.steps": ("số bước từ 2 đến {most}", "from 2 to {most} steps"),
    "sweep.weights": (
        "trọng số là số không âm, tổng lớn hơn 0",
        "weights are numbers, 0 or more, and not all 0",
    ),
    "sweep.between": (
        "between chỉ đi với normal và lognormal",
        "between goes with normal and lognormal only",
    ),
    "sweep.rarely": (
        "phân phối hầu như không bao giờ nằm trong [{low}, {high}]",
        "the distribution hardly ever lies within [{low}, {high}]",
    ),
    "sweep.one_of": ("chỉ một phân phối: {what}", "one distribution only: {what}"),
    "sweep.draws_values": (
        "phương pháp draws cần một phân phối hoặc một danh sách (các giá trị như nhau)",
        "method draws wants a distribution, or a list whose values are equally likely",
    ),
    "sweep.grid_values": (
        "phương pháp {method} cần một danh sách giá trị hoặc {{low, high, steps}}",
        "method {method} wants a list of values or {{low, high, steps}}",
    ),
    "sweep.draws_wanted": ("phương pháp draws cần draws: SỐ LẦN", "method draws wants draws: NUMBER"),
    "sweep.draws_only": ("'draws' chỉ đi với method: draws", "'draws' goes with method: draws only"),
    "unknown_job": ("không có công việc '{what}'", "no job '{what}'"),
    "sweep.most": ("{count} kịch bản, nhiều nhất là {most}", "{count} scenarios; at most {most} are run"),
    "sweep.one_value": ("đầu vào chỉ có một giá trị", "an input with one value only"),
    "sweep.grain": (
        "'{path}' là bội của {grain}, nên round phải là bội của số đó",
        "'{path}' is a multiple of {grain}, and so round must be one too",
    ),
    "sweep.grain_value": (
        "'{path}' phải là bội của {grain}, không thể là {value}",
        "'{path}' is a multiple of {grain}, and can't be {value}",
    ),
    "sweep.mapping": (
        "'{what}' gồm nhiều khóa, không phải một giá trị",
        "'{what}' has keys below it and is no value itself",
    ),
    "sweep.mapping.hint": ("Hãy chỉ rõ, ví dụ: {options}.", "Name one, such as: {options}."),
    "sweep.same_path": ("'{what}' và '{other}' là một", "'{what}' and '{other}' are the same"),
    "sweep.achievement": (
        "tỷ lệ đạt là một số hoặc một phân phối",
        "an achievement is a number or a distribution",
    ),
    "sweep.achievement_negative": (
        "tỷ lệ đạt không thể âm: phân phối này cho cả số dưới 0",
        "a share that is achieved can't be negative: this distribution reaches below 0",
    ),
    "sweep.achievement_negative.hint": (
        "Thêm between: [0, 1.2], chẳng hạn.",
        "Add between: [0, 1.2], for example.",
    ),
    "sweep.achievement_fixed": (
        "chỉ method: draws rút ngẫu nhiên tỷ lệ đạt; ở đây cần một số",
        "only method: draws draws achievements; a number is wanted here",
    ),
    "sweep.achievement_missing": (
        "thiếu default, và không có {units}",
        "default is missing, and so are {units}",
    ),
    "sweep.no_quota": ("phân bổ không có chỉ tiêu '{what}'", "the allocation has no quota '{what}'"),
    "sweep.no_unit": (
        "'{what}' không nhận chỉ tiêu trong phân bổ này",
        "'{what}' gets no quota in this allocation",
    ),
    "sweep.seed": ("seed là số nguyên không âm", "a seed is a whole number, 0 or more"),
    "sweep.cluster_workers": (
        "--workers là số tiến trình trên máy này, không đi với --cluster",
        "--workers counts processes of this machine, and doesn't go with --cluster",
    ),
    "sweep.workers": ("--workers là số nguyên từ 1", "--workers is a whole number from 1"),
    "sweep.no_results": (
        "--resume cần -o TỆP của một lần đã dừng; phần ghi dở không có: đã chạy xong hoặc chưa chạy",
        "--resume wants the -o FILE of a stopped sweep; nothing unfinished is there: ended, or never begun",
    ),
    "sweep.output": (
        "kết quả ghi thành .csv hoặc .parquet, không phải '{what}'",
        "results are written as .csv or .parquet, not '{what}'",
    ),
    "sweep.changed": (
        "'{what}' thuộc một lượt khác: bộ chỉ tiêu, tệp khai báo, seed hoặc tùy chọn đã thay đổi",
        "'{what}' is of another sweep: the rulebook, the spec, the seed or an option has changed",
    ),
    "sweep.changed.hint": (
        "Bỏ --resume để chạy lại từ đầu.",
        "Leave --resume out to begin anew.",
    ),
    "sweep.no_parquet": (
        "ghi .parquet cần pyarrow: pip install 'chitieu[parquet]', hoặc ghi .csv",
        "writing .parquet needs pyarrow: pip install 'chitieu[parquet]', or write .csv",
    ),
    "sweep.no_cluster": (
        "--cluster cần dask: pip install 'chitieu[cluster]'",
        "--cluster needs dask: pip install 'chitieu[cluster]'",
    ),
    "sweep.cluster_away": ("không kết nối được với cụm '{what}'", "no cluster answers at '{what}'"),
    "sweep.files_differ": (
        "tiến trình này đọc được tệp khác với nơi bắt đầu: tệp đã thay đổi trong lúc chạy",
        "this process read other files than the sweep began with: they changed meanwhile",
    ),
    "sweep.worker_died": (
        "tiến trình tính dừng đột ngột {times} lần ở kịch bản này ({why})",
        "the process that solved it ended {times} times ({why})",
    ),
    "sweep.fault": ("lỗi của chương trình: {what}", "a fault of the program: {what}"),
    "sweep.infeasible": ("không có kế hoạch nào giữ được mọi ràng buộc", "no plan keeps all that is asked"),
    "sweep.none_found": ("không tìm được kế hoạch trong thời gian cho phép", "no plan was found in time"),
    "sweep.no_share": ("{quota}: không rõ tỷ lệ đạt của {unit}", "{quota}: what {unit} achieves isn't said"),
    "sweep.level": (
        "{quota}: chỉ tiêu theo trạng thái không cộng dồn được phần đạt",
        "{quota}: a level isn't what adds up over a year",
    ),
    "sweep.kept": (
        "Đã dừng: giữ {count} / {total} kịch bản; chạy tiếp với --resume",
        "Stopped: {count} of {total} scenarios are kept; go on with --resume",
    ),
    "sweep.not_kept": ("Đã dừng ở {count} / {total} kịch bản", "Stopped at {count} of {total} scenarios"),
}
