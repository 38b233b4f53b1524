"""The OpenAPI document: what FastAPI finds, with problems in their media type and real examples."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from api.http import shapes
from api.http.asked import FILE, AskedPlan
from api.http.asked_sweep import AskedSweep
from api.http.asked_what_if import AskedAlternatives, AskedFrontier
from api.http.files import DOCX, XLSX
from api.http.problems import MEDIA_TYPE, OK, possible

EXAMPLES = Path(__file__).with_name("examples.json")
"""Real requests with their answers, which a test makes again and compares."""

TITLE = "chitieu"
DESCRIPTION = (
    "Theo dõi chỉ tiêu được giao và phân bổ phần còn lại thành số nguyên / "
    "tracks a year's assigned targets and shares out what is left in whole numbers.\n\n"
    "Numbers are at full precision in base measures (person, VND, ratio); unknown is null, with its causes. "
    "Every error is `application/problem+json` (RFC 9457) and carries its issues."
)
"""What the page says first."""

Json = dict[str, Any]
_AT = "#/components/schemas/"
BODIES: Mapping[str, type[BaseModel]] = {
    "make_plan": AskedPlan,
    "make_sweep": AskedSweep,
    "alternatives": AskedAlternatives,
    "frontier": AskedFrontier,
}
MAKING = ("make_plan", "make_sweep")
"""What makes something that then has an address."""
KINDS: Mapping[str, str] = {DOCX: "Tệp Word / a Word file", XLSX: "Tệp Excel / an Excel file"}
"""What is sent as a file."""
FILES = ("verify", "verify_comments")
SOLVING = (*BODIES, *FILES, "explain", "limits", "plan_workbook", "decision", "report_document")


def document(app: FastAPI) -> Json:
    """The whole document."""
    found = get_openapi(title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes)
    schemas = found["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)  # FastAPI's own form of errors, which is never sent
    models: list[type[BaseModel]] = [shapes.Problem, *BODIES.values()]
    for shape in models:
        schema = shape.model_json_schema(ref_template=f"{_AT}{{model}}")
        schemas.update(schema.pop("$defs", {}))
        schemas[shape.__name__] = schema
    operations = {}
    for path, methods in found["paths"].items():
        for method, operation in methods.items():
            _complete(operation, path, method)
            operations[operation["operationId"]] = operation
    for example in json.loads(EXAMPLES.read_text(encoding="utf-8")):
        _show(operations[example["operation"]], example)
    return found


def _complete(operation: Json, path: str, method: str) -> None:
    """Add the body, the errors and the headers that FastAPI can't see."""
    name = operation["operationId"]
    body = BODIES.get(name)
    if body is not None:
        content = {"application/json": {"schema": {"$ref": f"{_AT}{body.__name__}"}}}
        operation["requestBody"] = {"required": True, "content": content}
    if name in MAKING:
        (good,) = (status for status in operation["responses"] if status.startswith("2"))
        operation["responses"][good]["headers"] = {
            "Location": {
                "description": "Địa chỉ của kế hoạch, của công việc / where the plan or the job is",
                "schema": {"type": "string"},
            }
        }
    if name in FILES:
        file = {"type": "string", "format": "binary"}
        operation["requestBody"] = {"required": True, "content": {FILE: {"schema": file}}}
    if name == "events":
        operation["responses"]["204"] = {"description": "Hết sự kiện / no more events"}
    for response in operation["responses"].values():
        for media_type in response.get("content", {}).keys() & KINDS.keys():
            _describe_file(response, media_type)
    if name in ("rows", "events"):  # FastAPI adds a media type of its own
        operation["responses"][str(int(OK))]["content"].pop("application/json", None)
    found = possible(
        named="{" in path or name in FILES,
        body=body is not None or name in FILES,
        solves=name in SOLVING,
        ends=method == "delete",
    )
    for status, title in found.items():
        operation["responses"][str(status)] = {
            "description": f"{title.vi} / {title.en}",
            "content": {MEDIA_TYPE: {"schema": {"$ref": f"{_AT}Problem"}}},
        }


def _describe_file(response: Json, media_type: str) -> None:
    """What is sent as a file, which the page can't show, and the name that it is saved under."""
    response["description"] = KINDS[media_type]
    response["content"][media_type]["schema"] = {"type": "string", "format": "binary"}
    response["headers"] = {
        "Content-Disposition": {
            "description": "Tên tệp để lưu / the name to save it under",
            "schema": {"type": "string"},
        }
    }


def _show(operation: Json, example: Json) -> None:
    """Put an example where its parts belong."""
    name, summary = example["name"], example["summary"]
    for parameter in operation["parameters"]:
        if parameter["name"] in example["parameters"]:
            value = example["parameters"][parameter["name"]]
            parameter.setdefault("examples", {})[name] = {"summary": summary, "value": value}
    if example["body"] is not None:
        (content,) = operation["requestBody"]["content"].values()
        content.setdefault("examples", {})[name] = {"summary": summary, "value": example["body"]}
    if example["answer"] is None:  # a file
        return
    for content in operation["responses"][str(example["status"])]["content"].values():
        content.setdefault("examples", {})[name] = {"summary": summary, "value": example["answer"]}
