"""The requests that the OpenAPI page shows, asked of the real service.

``python -m tests.api.examples`` writes them to api/http/examples.json with the answers of today.
"""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch

from fastapi.testclient import TestClient

from api.http.app import create_app
from api.http.documentation import EXAMPLES
from api.http.plans import Plans

Json = dict[str, Any]

BOOK = {"rulebook": "binh_thuan_2023"}
MAY = {**BOOK, "as_of": "2023-05-15"}
PLAN = "3c9f1d52-8a0e-4a53-9f6b-6f0d7f2b9a41"
WHAT_IF = "b7e1c0a4-52d3-4e0f-8c1a-9d4e6f5a2b13"
REFUSED = "0d2f7a86-1c4b-4b7e-a5d9-3e8f6c1b0a74"
"""The plans that are asked for, in that order."""


def _example(
    operation: str, name: str, summary: str, parameters: Json, status: int = 200, body: Json | None = None
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
    _example("plan", "second_half", "Kế hoạch vừa lập / the plan just made", {"plan": PLAN}),
    _example(
        "diff",
        "what_if",
        "Đổi gì nếu dạy nghề chậm và không giao cho Phú Quý / what that changes",
        {"plan": PLAN, "other": WHAT_IF},
    ),
    _example("diff", "unknown", "Không có kế hoạch này / no such plan", {"plan": PLAN, "other": "x"}, 404),
    _example("plan", "unknown", "Không có kế hoạch này / no such plan", {"plan": "unknown"}, 404),
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
    names = iter((PLAN, WHAT_IF, REFUSED))
    with patch.object(Plans, "new_name", lambda _: next(names)):
        for request in REQUESTS:
            method, path = at[request["operation"]]
            named = {key: value for key, value in request["parameters"].items() if f"{{{key}}}" in path}
            query = {key: value for key, value in request["parameters"].items() if key not in named}
            body = {} if request["body"] is None else {"json": request["body"]}
            response = client.request(method, path.format(**named), params=query, **body)
            assert response.status_code == request["status"], response.text
            found.append({**request, "answer": response.json()})
    return found


def main() -> None:
    """Write the file."""
    with TestClient(create_app()) as client:
        lines = [json.dumps(example, ensure_ascii=False) for example in answered(client)]
    EXAMPLES.write_text("[\n{}\n]\n".format(",\n".join(lines)), encoding="utf-8")


if __name__ == "__main__":
    main()
