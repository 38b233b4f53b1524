"""Every error as RFC 9457 problem details, with its issues. The one file that knows status codes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any, get_type_hints

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import (  # type: ignore[attr-defined]
    RequestValidationError,
    StarletteHTTPException,  # what the router raises; FastAPI's own is below it
)

from api.answers import issue_answer
from api.http.encoding import BadJsonError, to_json
from api.http.faults import issues_of
from api.http.job_store import EndedError, TooManyJobsError
from engine.errors import Code, Issue, RuleError
from engine.numbers import Lang
from engine.words import Message
from scenarios.workers import TooBusyError, TooMuchMemoryError, TooSlowError, WorkerError

MEDIA_TYPE = "application/problem+json"
OK, CREATED, ACCEPTED = HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED
NO_CONTENT = HTTPStatus.NO_CONTENT
NOT_FOUND_CODES = (Code.UNKNOWN_RULEBOOK, Code.UNKNOWN_PLAN, Code.UNKNOWN_JOB)
TRY_AGAIN = {"Retry-After": "5"}

TITLES: Mapping[int, Message] = {
    HTTPStatus.BAD_REQUEST: Message("Yêu cầu không đọc được", "Bad request"),
    HTTPStatus.NOT_FOUND: Message("Không tìm thấy", "Not found"),
    HTTPStatus.METHOD_NOT_ALLOWED: Message("Phương thức không dùng được", "Method not allowed"),
    HTTPStatus.CONFLICT: Message("Không hợp với tình trạng hiện tại", "Conflict"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Message("Nội dung quá dài", "Content too large"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: Message("Kiểu nội dung không dùng được", "Unsupported media type"),
    HTTPStatus.MISDIRECTED_REQUEST: Message("Gửi nhầm máy chủ", "Misdirected request"),
    HTTPStatus.UNPROCESSABLE_ENTITY: Message("Yêu cầu hoặc bộ chỉ tiêu có lỗi", "Faulty request or rulebook"),
    HTTPStatus.INTERNAL_SERVER_ERROR: Message("Lỗi của chương trình", "A fault of the program"),
    HTTPStatus.SERVICE_UNAVAILABLE: Message("Tạm thời không làm được", "Not available at the moment"),
}
NO_SUCH_PAGE = Message("không có gì ở địa chỉ này", "there is nothing at this address")
NO_SUCH_METHOD = Message("địa chỉ này không nhận phương thức đó", "this address doesn't take that method")
REFUSED = Message("yêu cầu bị từ chối", "the request was refused")
TOO_LARGE = Message(
    "nội dung gửi lên quá dài (nhiều nhất {limit} MB)", "what was sent is too long (at most {limit} MB)"
)
FILE_WANTED = Message(
    "nội dung gửi lên phải là tệp (Content-Type: application/octet-stream)",
    "what is sent must be the file (Content-Type: application/octet-stream)",
)
JSON_WANTED = Message(
    "nội dung gửi lên phải là JSON (Content-Type: application/json)",
    "what is sent must be JSON (Content-Type: application/json)",
)
JSON_HINT = Message(
    'Gửi một đối tượng, ít nhất là {}, như {"allocation": "second_half"}.',
    'Send an object, {} at least, such as {"allocation": "second_half"}.',
)
WRONG_HOST = Message("dịch vụ chỉ nhận yêu cầu từ chính máy này", "this service answers its own machine only")
OUR_FAULT = Message(
    "lỗi của chương trình, không phải của yêu cầu; chi tiết nằm trong nhật ký của máy chủ",
    "the program failed, not the request; the server's log has the details",
)
BUSY = Message(
    "đang có quá nhiều kế hoạch chờ tính; hãy thử lại sau", "too many plans are waiting; try later"
)
TOO_MANY_JOBS = Message(
    "đang có quá nhiều công việc chờ; hãy thử lại sau", "too many jobs are waiting; try later"
)
ENDED = Message("công việc đã kết thúc, không còn gì để hủy", "the job has ended; there is nothing to cancel")
TOO_SLOW = Message(
    "việc tính toán quá thời gian cho phép và đã bị dừng",
    "the computation went past its time and was stopped",
)
TOO_MUCH_MEMORY = Message(
    "việc tính toán cần nhiều bộ nhớ hơn mức cho phép và đã bị dừng",
    "the computation needed more memory than it may have and was stopped",
)
DIED = Message(
    "tiến trình tính toán đã dừng giữa chừng; hãy thử lại",
    "the process that computes ended half-way; try again",
)

OPTION = re.compile(r"--(allocation|scenario|overlay|set|hold|leave-out|freeze|as-of|basis|unit|level)\b")
"""Options of the command line that are keys here."""

WORKER_WORDS: Mapping[type[WorkerError], Message] = {
    TooBusyError: BUSY,
    TooManyJobsError: TOO_MANY_JOBS,
    TooSlowError: TOO_SLOW,
    TooMuchMemoryError: TOO_MUCH_MEMORY,
}


def possible(*, named: bool, body: bool, solves: bool, ends: bool = False) -> dict[int, Message]:
    """The errors of an address: one that ``named`` something in its path, takes a body, solves, or ends
    something.
    """
    found = [HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.INTERNAL_SERVER_ERROR]
    found += [HTTPStatus.NOT_FOUND] if named else []
    found += [HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE] if body else []
    found += [HTTPStatus.SERVICE_UNAVAILABLE] if solves else []
    found += [HTTPStatus.CONFLICT] if ends else []
    return {int(status): TITLES[status] for status in sorted(found)}


class TooLargeError(Exception):
    """A body longer than the service takes, which is ``most`` bytes."""

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most} bytes")
        self.most = most


class NotJsonError(Exception):
    """A body that isn't said to be JSON."""


class NotFileError(Exception):
    """A body that isn't said to be a file."""


class UnreadError(Exception):
    """A file that can't be read as a document."""

    def __init__(self, file: str, message: Message, hint: Message | None) -> None:
        super().__init__(message.en)
        self.file, self.message, self.hint = file, message, hint


class GoneError(Exception):
    """Who asked went away before all was said."""


class WrongHostError(Exception):
    """A request sent to another machine's name."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is told about an error; ``issues`` as in ``check``'s JSON."""

    status: int
    detail: Message
    issues: Sequence[Mapping[str, Any]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self, lang: Lang) -> Response:
        """The problem in one language."""
        title = TITLES.get(self.status)
        told = {
            "type": "about:blank",
            "title": title.in_(lang) if title else HTTPStatus(self.status).phrase,
            "status": int(self.status),
            "detail": self.detail.in_(lang),
            "issues": list(self.issues),
        }
        return Response(to_json(told), self.status, dict(self.headers), MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Tell every error of an app as a problem."""
    for kind in (
        Exception,
        StarletteHTTPException,
        RequestValidationError,
        RuleError,
        BadJsonError,
        WorkerError,
        TooLargeError,
        NotJsonError,
        NotFileError,
        UnreadError,
        GoneError,
        EndedError,
    ):
        app.add_exception_handler(kind, _handle)


async def _handle(request: Request, error: Exception) -> Response:
    return response_to(request, error)


def response_to(request: Request, error: Exception) -> Response:
    """The answer to a request that met an error, in the request's language."""
    lang = lang_of(request)
    problem = problem_of(error, lang, _query_names(request))
    if problem.status == HTTPStatus.METHOD_NOT_ALLOWED and (allowed := _allowed(request)):
        problem = replace(problem, headers={**problem.headers, "Allow": ", ".join(allowed)})
    return problem.response(lang)


def _allowed(request: Request) -> list[str]:
    """The methods of an address: the router tells those of its first route alone."""
    found = {
        method.upper()
        for template, methods in request.app.openapi()["paths"].items()
        if re.fullmatch(re.sub(r"\{[^/]*\}", "[^/]+", template), request.url.path)
        for method in methods
    }
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


def _query_names(request: Request) -> Collection[str]:
    """What the query of the address may hold: the fields of the endpoint's ``asked``."""
    endpoint = request.scope.get("endpoint")
    model = get_type_hints(endpoint).get("asked") if endpoint else None
    fields = getattr(model, "model_fields", {})
    return [field.alias or name for name, field in fields.items()]


def lang_of(request: Request) -> Lang:
    """The language asked for, Vietnamese unless it is English."""
    return "en" if request.query_params.get("lang") == "en" else "vi"


def problem_of(error: Exception, lang: Lang, known: Collection[str] = ()) -> Problem:
    """What is told about an error; ``known``: the names that the query may hold."""
    match error:
        case RuleError():
            unknown = any(issue.code in NOT_FOUND_CODES for issue in error.issues)
            status = HTTPStatus.NOT_FOUND if unknown else HTTPStatus.UNPROCESSABLE_ENTITY
            return _with_issues(status, error.issues, lang)
        case RequestValidationError():
            found = issues_of(error.errors(), known)
            return _with_issues(HTTPStatus.UNPROCESSABLE_ENTITY, found, lang)
        case BadJsonError():
            return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, error.why, [_bad_json(error, lang)])
        case TooLargeError():
            limit = f"{error.most // 1_000_000}"
            words = Message(TOO_LARGE.vi.format(limit=limit), TOO_LARGE.en.format(limit=limit))
            return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, words)
        case NotFileError():
            return Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, FILE_WANTED)
        case UnreadError():
            return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, error.message, [_unread(error, lang)])
        case NotJsonError():
            return Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, JSON_WANTED)
        case EndedError():
            return Problem(HTTPStatus.CONFLICT, ENDED)
        case WrongHostError():
            return Problem(HTTPStatus.MISDIRECTED_REQUEST, WRONG_HOST)
        case WorkerError():
            words = WORKER_WORDS.get(type(error), DIED)
            return Problem(HTTPStatus.SERVICE_UNAVAILABLE, words, headers=TRY_AGAIN)
        case StarletteHTTPException():
            return _http(error)
        case GoneError():  # nobody reads this any more, and nothing of ours failed
            return Problem(HTTPStatus.BAD_REQUEST, REFUSED)
        case _:
            return Problem(HTTPStatus.INTERNAL_SERVER_ERROR, OUR_FAULT)


def _with_issues(status: int, issues: Iterable[Issue], lang: Lang) -> Problem:
    found = list(issues)
    return Problem(status, found[0].message, [_spoken(issue_answer(issue, lang)) for issue in found])


def _spoken(issue: dict[str, Any]) -> dict[str, Any]:
    """An issue whose hint speaks of the keys of queries and bodies, not of the command line's options."""
    hint = issue["hint"] and OPTION.sub(lambda found: f"'{found[1].replace('-', '_')}'", issue["hint"])
    return {**issue, "hint": hint}


def _bad_json(error: BadJsonError, lang: Lang) -> dict[str, Any]:
    return {
        "code": "bad_json",
        "severity": "error",
        "file": None,
        "line": error.line,
        "column": error.column,
        "message": error.why.in_(lang),
        "hint": JSON_HINT.in_(lang),
    }


def _unread(error: UnreadError, lang: Lang) -> dict[str, Any]:
    return {
        "code": "bad_document",
        "severity": "error",
        "file": error.file,
        "line": None,
        "column": None,
        "message": error.message.in_(lang),
        "hint": error.hint.in_(lang) if error.hint else None,
    }


def _http(error: StarletteHTTPException) -> Problem:
    """What the framework itself refuses: unknown addresses and methods."""
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        if headers.get("Allow") == "GET":
            headers["Allow"] = "GET, HEAD"
        return Problem(error.status_code, NO_SUCH_METHOD, headers=headers)
    words = NO_SUCH_PAGE if error.status_code == HTTPStatus.NOT_FOUND else REFUSED
    return Problem(error.status_code, words, headers=headers)
