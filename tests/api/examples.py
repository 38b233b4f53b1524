"""The requests that the OpenAPI page shows, asked of the real service.

``python -m tests.api.examples`` writes them to api/http/examples.json with the answers of today.
"""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch

from fastapi.testclient import TestClient

from api.http.app import create_app
from api.http.asked import FILE
from api.http.documentation import EXAMPLES
from api.http.job_store import Jobs
from api.http.plans import Plans

Json = dict[str, Any]

BOOK = {"rulebook": "binh_thuan_2023"}
MAY = {**BOOK, "as_of": "2023-05-15"}
PLAN = "3c9f1d52-8a0e-4a53-9f6b-6f0d7f2b9a41"
WHAT_IF = "b7e1c0a4-52d3-4e0f-8c1a-9d4e6f5a2b13"
REFUSED = "0d2f7a86-1c4b-4b7e-a5d9-3e8f6c1b0a74"
"""The plans that are asked for, in that order."""
CLOSE = "5b8e3c17-64f2-4d0a-b9c3-2a7d1e9f8046"
JOB = "8d4b6e20-7c15-4f3a-9e82-b1a5c0d7f364"
STOPPED = "e6a90b3d-15f8-4c72-a4d1-7f2c8b5e6093"
"""The sweeps that are begun, in that order."""
SWEEP = {
    "method": "one_at_a_time",
    "inputs": {"jobs.total": [8000, 9000], "parameters.loan_capital.value": [120, 140]},
    "achievement": {"jobs": 0.95},
}
DRAWS = {
    "method": "draws",
    "draws": 5000,
    "seed": 7,
    "inputs": {
        "jobs.total": {"uniform": [7500, 9500]},
        "parameters.loan_capital.value": {"triangular": [125, 130, 150]},
    },
    "achievement": {"jobs": {"uniform": [0.8, 1.1]}},
}

REPORT = (
    "Tính đến ngày 15/5/2023, giải quyết việc làm cho 9.262 lao động, đạt 46,31% kế hoạch (9.262/20.000); "
    "tuyển mới và đào tạo nghề cho 2.311/10.000 người, đạt 32,11% kế hoạch năm.\n"
)


def _example(
    operation: str,
    name: str,
    summary: str,
    parameters: Json,
    status: int = 200,
    body: Json | str | None = None,
) -> Json:
    return {
        "operation": operation,
        "name": name,
        "summary": summary,
        "parameters": parameters,
        "body": body,
        "status": status,
    }


REQUESTS = [
    _example("rulebooks", "all", "Các bộ chỉ tiêu có sẵn / what is there", {}),
    _example("rulebook", "binh_thuan", "Bình Thuận 2023", BOOK),
    _example("rulebook", "unknown", "Không có bộ này / no such rulebook", {"rulebook": "binh_thuan"}, 404),
    _example("units", "districts", "Tỉnh và các huyện / province and districts", BOOK),
    _example("indicators", "all", "Mọi chỉ tiêu / all indicators", BOOK),
    _example("metrics", "all", "Chỉ số chuẩn / the standard metrics", BOOK),
    _example("parameters", "all", "Các giả định / what is assumed", BOOK),
    _example("gaps", "may", "Việc làm đến 15/5 / jobs up to 15 May", {**MAY, "indicator": "jobs"}),
    _example(
        "gaps", "unknown", "Chưa có số liệu / no figures yet", {**MAY, "indicator": "loans", "lang": "en"}
    ),
    _example(
        "gaps",
        "estimate",
        "Ước 6 tháng / estimates for June",
        {**BOOK, "as_of": "2023-06-30", "basis": "estimate", "indicator": "gratitude_fund", "lang": "en"},
    ),
    _example(
        "gaps",
        "what_if",
        "Nếu chỉ tiêu là 24.000 / if the target were 24,000",
        {**MAY, "indicator": "jobs", "set": ["data.targets.jobs.binh_thuan=24000"]},
    ),
    _example("gaps", "faulty", "Sai tên / a wrong name", {**BOOK, "indicator": "job", "lang": "en"}, 422),
    _example("explain", "metric", "46,31% từ đâu ra / from where", {**MAY, "what": "jobs.percent_of_plan"}),
    _example(
        "explain",
        "quota",
        "1.558 việc làm của Phan Thiết / the jobs of Phan Thiết",
        {**BOOK, "what": "second_half.jobs", "unit": "phan_thiet"},
    ),
    _example(
        "make_plan", "second_half", "6 tháng cuối năm / second half", BOOK, 201, {"allocation": "second_half"}
    ),
    _example(
        "make_plan",
        "what_if",
        "Nếu dạy nghề chậm và không giao cho Phú Quý / slow training, Phú Quý left out",
        BOOK,
        201,
        {"scenario": "slow_training", "overlay": {"leave_out": ["phu_quy"]}},
    ),
    _example(
        "make_plan",
        "unknown_path",
        "Thay đổi điều không có / a change of what isn't there",
        {**BOOK, "lang": "en"},
        422,
        {"overlay": {"set": {"parameters": {"loan_captial": {"value": 100}}}}},
    ),
    _example(
        "needed",
        "province",
        "Thành phố phải đạt / what the city must reach",
        {**BOOK, "indicator": "jobs", "unit": "phan_thiet", "lang": "en"},
    ),
    _example(
        "limits",
        "capital",
        "Vốn giảm được đến đâu / how far the capital may fall",
        {**BOOK, "path": "parameters.loan_capital.value", "down": True, "lang": "en"},
    ),
    _example(
        "alternatives",
        "two",
        "Hai phương án gần như nhau / two plans nearly as fair",
        {**BOOK, "lang": "en"},
        200,
        {"count": 2, "slack": "100%", "move": "0.1%"},
    ),
    _example(
        "frontier",
        "training",
        "Công bằng và dạy nghề / fairness and training",
        BOOK,
        200,
        {"goal": "training.total", "from": 5800, "to": 6000, "points": 2, "more": True},
    ),
    _example(
        "frontier",
        "no_cost",
        "Chưa có chi phí / nothing has a cost",
        {**BOOK, "lang": "en"},
        422,
        {},
    ),
    _example("plan", "second_half", "Kế hoạch vừa lập / the plan just made", {"plan": PLAN}),
    _example(
        "diff",
        "what_if",
        "Đổi gì nếu dạy nghề chậm và không giao cho Phú Quý / what that changes",
        {"plan": PLAN, "other": WHAT_IF},
    ),
    _example("diff", "unknown", "Không có kế hoạch này / no such plan", {"plan": PLAN, "other": "x"}, 404),
    _example("gaps_workbook", "may", "Tiến độ đến 15/5 / where it stood on 15 May", MAY),
    _example(
        "gaps_workbook", "faulty", "Sai tên / a wrong name", {**BOOK, "indicator": "job", "lang": "en"}, 422
    ),
    _example("plan_workbook", "second_half", "Kế hoạch vừa lập / the plan just made", {"plan": PLAN}),
    _example("plan_workbook", "unknown", "Không có kế hoạch này / no such plan", {"plan": "unknown"}, 404),
    _example("decision", "second_half", "Kế hoạch vừa lập / the plan just made", {"plan": PLAN}),
    _example("decision", "unknown", "Không có kế hoạch này / no such plan", {"plan": "unknown"}, 404),
    _example(
        "report_document",
        "estimate",
        "Ước 6 tháng / estimates for June",
        {**BOOK, "report": "half_year", "as_of": "2023-06-30", "basis": "estimate"},
    ),
    _example(
        "report_document",
        "faulty",
        "Không có mẫu này / no such report",
        {**BOOK, "report": "half", "lang": "en"},
        422,
    ),
    _example("plan", "unknown", "Không có kế hoạch này / no such plan", {"plan": "unknown"}, 404),
    _example(
        "make_plan",
        "close",
        "Gần kế hoạch đã giao, Phú Quý thêm 15 / close to the issued plan, 15 more for Phú Quý",
        BOOK,
        201,
        {"overlay": {"hold": {"phu_quy": {"jobs": 200}}}, "stay": {"plan": PLAN, "most": 3}},
    ),
    _example("make_sweep", "tornado", "Từng đầu vào một / one input at a time", BOOK, 202, SWEEP),
    _example("make_sweep", "draws", "Rút ngẫu nhiên / drawn at random", BOOK, 202, DRAWS),
    _example("cancel_job", "cancelled", "Hủy giữa chừng / cancelled on the way", {"job": STOPPED}),
    _example(
        "make_sweep",
        "faulty",
        "Sai đường dẫn / a path that isn't there",
        {**BOOK, "lang": "en"},
        422,
        {"method": "grid", "inputs": {"parameters.loan_captial.value": [100, 125]}},
    ),
    _example("job", "done", "Đã xong, có tóm tắt / done, with its summary", {"job": JOB}),
    _example("job", "unknown", "Không có công việc này / no such job", {"job": "unknown"}, 404),
    _example("rows", "done", "Năm kịch bản / five scenarios", {"job": JOB, "lang": "en"}),
    _example("events", "end", "Sự kiện cuối / the last event", {"job": JOB}),
    _example("cancel_job", "ended", "Đã xong thì không hủy được / it has ended", {"job": JOB}, 409),
    _example("verify", "right", "Đúng và sai / right and wrong", {"file": "report.txt"}, 200, REPORT),
    _example(
        "verify",
        "rulebook",
        "Đối chiếu với bộ chỉ tiêu / beside a rulebook",
        {"file": "report.txt", **BOOK, "lang": "en"},
        200,
        REPORT,
    ),
    _example(
        "verify",
        "broken",
        "Không phải tệp Word / no Word file",
        {"file": "report.docx", "lang": "en"},
        422,
        REPORT,
    ),
    _example("verify_comments", "word", "Ghi chú / comments", {"file": "report.txt"}, 200, REPORT),
]


def answered(client: TestClient) -> list[Json]:
    """The examples with the answers of today."""
    paths = client.get("/openapi.json").json()["paths"]
    at = {
        operation["operationId"]: (method, path)
        for path, methods in paths.items()
        for method, operation in methods.items()
    }
    found = []
    names, jobs = iter((PLAN, WHAT_IF, REFUSED, CLOSE)), iter((JOB, STOPPED))
    with (
        patch.object(Plans, "new_name", lambda _: next(names)),
        patch.object(Jobs, "new_name", lambda _: next(jobs)),
    ):
        for request in REQUESTS:
            method, path = at[request["operation"]]
            named = {key: value for key, value in request["parameters"].items() if f"{{{key}}}" in path}
            query = {key: value for key, value in request["parameters"].items() if key not in named}
            response = client.request(method, path.format(**named), params=query, **_sent(request["body"]))
            assert response.status_code == request["status"], response.text
            found.append({**request, "answer": _answer(response)})
            if request["name"] == "tornado":
                ended(client, response.headers["location"])
    return found


def _sent(body: Json | str | None) -> dict[str, Any]:
    if isinstance(body, str):
        return {"content": body.encode(), "headers": {"Content-Type": FILE}}
    return {} if body is None else {"json": body}


def _answer(response: Any) -> Any:
    """What an answer holds; None of a file, which the page can't show."""
    media_type = response.headers["content-type"]
    if media_type.startswith("text/"):
        return response.text
    return None if media_type.startswith("application/vnd.") else response.json()


def ended(client: TestClient, address: str) -> Json:
    """A job when it has ended, which its last event tells."""
    assert client.get(f"{address}/events").text.count("event: end") == 1
    found: Json = client.get(address).json()
    return found


def main() -> None:
    """Write the file."""
    with TestClient(create_app()) as client:
        lines = [json.dumps(example, ensure_ascii=False) for example in answered(client)]
    EXAMPLES.write_text("[\n{}\n]\n".format(",\n".join(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
