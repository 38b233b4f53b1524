"""What must be refused, and how: nothing here reaches a worker."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import unquote

import pytest
from fastapi.testclient import TestClient

from api.http.app import create_app
from api.http.asked import MOST_BYTES
from api.http.problems import problem_of
from api.http.serve import HOSTS, serve
from engine.errors import Code, Issue, RuleError
from engine.words import say

BOOK = "/v1/rulebooks/binh_thuan_2023"
JSON = {"content-type": "application/json"}


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app())


def problem(response: Any, status: int) -> Any:
    """The problem in a response, after what all problems have in common."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    found = response.json()
    assert set(found) == {"type", "title", "status", "detail", "issues"}
    assert (found["type"], found["status"]) == ("about:blank", status)
    assert found["title"]
    assert found["detail"]
    for issue in found["issues"]:
        assert set(issue) == {"code", "severity", "file", "line", "column", "message", "hint"}
    return found


def codes(found: Any) -> list[str]:
    return [issue["code"] for issue in found["issues"]]


async def raw(
    path: bytes, method: str = "GET", received: Any = None, headers: Sequence[tuple[bytes, bytes]] = ()
) -> tuple[int, bytes]:
    """The answer to a request that no client would send as it is."""
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"localhost"), *headers],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return received or {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await create_app()(scope, receive, send)
    body = b"".join(message.get("body", b"") for message in sent)
    return sent[0]["status"], body


@pytest.mark.parametrize(
    "path",
    [
        b"/v1/rulebooks/..",
        b"/v1/rulebooks/../../etc/passwd",
        b"/v1/rulebooks/%2e%2e",
        b"/v1/rulebooks/..%2f..%2fetc%2fpasswd",
        b"/v1/rulebooks/..%5c..%5cetc",
        b"/v1/rulebooks/%2Fetc",
        b"/v1/rulebooks//etc/passwd",
        b"/v1/rulebooks/.",
        b"/v1/rulebooks/%00",
        b"/v1/rulebooks/binh_thuan_2023%00",
        b"/v1/rulebooks/binh_thuan_2023%2f",
        b"/v1/rulebooks/BINH_THUAN_2023",
        b"/v1/rulebooks/%20binh_thuan_2023",
        b"/v1/rulebooks/%F0%9F%98%80",
        b"/v1/rulebooks/%ff%fe",
        b"/v1/rulebooks/_template",
        b"/v1/rulebooks/_template/gaps",
        b"/v1/rulebooks/common",
        b"/v1/rulebooks/" + b"a" * 100_000,
        b"/v1/rulebooks/" + b"%2e%2e%2f" * 5_000,
        b"/v1/rulebooks/~",
        b"/v1/rulebooks/C:%5C",
        b"/v1/plans/..",
        b"/v1/plans/" + b"0" * 50_000,
        b"/v1/plans/00000000-0000-4000-8000-000000000000",
    ],
)
def test_names_lead_nowhere_else(path: bytes) -> None:
    status, body = asyncio.run(raw(path))
    assert status == 404
    found = json.loads(body)
    assert found["status"] == 404
    assert len(body) < 1_000
    assert b"root:" not in body


def test_an_unknown_rulebook_has_its_hint(client: TestClient) -> None:
    found = problem(client.get("/v1/rulebooks/binh_thuan_2022/gaps?lang=en"), 404)
    assert found["title"] == "Not found"
    assert found["detail"] == "no rulebook 'binh_thuan_2022'"
    assert found["issues"] == [
        {
            "code": "unknown_rulebook",
            "severity": "error",
            "file": None,
            "line": None,
            "column": None,
            "message": "no rulebook 'binh_thuan_2022'",
            "hint": "Did you mean 'binh_thuan_2023'?",
        }
    ]
    assert codes(problem(client.post("/v1/rulebooks/nobody/plans", json={}), 404)) == ["unknown_rulebook"]
    assert codes(problem(client.get("/v1/plans/nobody"), 404)) == ["unknown_plan"]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/v1",
        "/v1/",
        "/v2/rulebooks",
        "/v1/rulebooks/",
        f"{BOOK}/",
        f"{BOOK}/gaps/",
        f"{BOOK}/nothing",
        "/v1/plans",
        "/v1/plans/a/diff",
        f"{BOOK}/observations",
        "/V1/rulebooks",
    ],
)
def test_unknown_addresses_are_problems(client: TestClient, path: str) -> None:
    assert problem(client.get(path), 404)["issues"] == []
    assert problem(client.post(path, content=b"x"), 404)["issues"] == []


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/v1/rulebooks", "GET, HEAD"),
        ("DELETE", BOOK, "GET, HEAD"),
        ("OPTIONS", f"{BOOK}/gaps", "GET, HEAD"),
        ("TRACE", f"{BOOK}/gaps", "GET, HEAD"),
        ("BREW", f"{BOOK}/gaps", "GET, HEAD"),
        ("GET", f"{BOOK}/plans", "POST"),
        ("PUT", f"{BOOK}/plans", "POST"),
        ("PATCH", "/v1/plans/x", "GET, HEAD"),
    ],
)
def test_other_methods_are_problems(client: TestClient, method: str, path: str, allowed: str) -> None:
    response = client.request(method, path)
    assert problem(response, 405)["issues"] == []
    assert response.headers["allow"] == allowed


def test_head_is_get_without_the_body(client: TestClient) -> None:
    for path, status in ((f"{BOOK}/gaps", 200), ("/v1/rulebooks/nobody", 404), (f"{BOOK}/plans", 405)):
        head, get = client.head(path), client.get(path)
        assert (head.status_code, get.status_code) == (status, status)
        assert head.content == b""
        assert head.headers["content-length"] == str(len(get.content))


@pytest.mark.parametrize(
    ("query", "code", "words"),
    [
        ("unitt=phan_thiet", "unknown_key", "no key 'unitt' here"),
        ("as-of=2023-05-15", "unknown_key", "no key 'as-of' here"),
        ("unit=phan_thiet&unit=la_gi", "duplicate_key", "'unit' stands twice"),
        ("nobody=1&nobody=2", "duplicate_key", "'nobody' stands twice"),
        ("unit=", "wrong_type", "unit: must not be empty"),
        ("unit=nobody", "unknown_unit", "no unit 'nobody'"),
        ("unit=phan_thiet%00", "unknown_unit", "no unit 'phan_thiet\0'"),
        ("unit=%ff", "unknown_unit", "no unit '\ufffd'"),
        ("level=village", "unknown_level", "no level 'village'"),
        ("indicator=job", "unknown_indicator", "no indicator 'job'"),
        (f"indicator={'j' * 201}", "too_large", "indicator: longer than 200 characters"),
        ("basis=guess", "wrong_choice", "basis: 'guess' is not one of: actual, estimate"),
        ("basis=", "wrong_choice", "basis: '' is not one of: actual, estimate"),
        ("as_of=15/5/2023", "bad_date", "as_of: '15/5/2023' is not a date"),
        ("as_of=1684108800", "bad_date", "as_of: '1684108800' is not a date"),
        ("as_of=2023-02-29", "bad_date", "as_of: '2023-02-29' is not a date"),
        ("as_of=2023-05-15T00:00:00", "bad_date", "as_of: '2023-05-15T00:00:00' is not a date"),
        ("as_of=9999-12-31", "bad_date", "as_of: '9999-12-31' is not a date"),
        ("as_of=", "bad_date", "as_of: '' is not a date"),
    ],
)
def test_faulty_queries(client: TestClient, query: str, code: str, words: str) -> None:
    found = problem(client.get(f"{BOOK}/gaps?lang=en&{query}"), 422)
    assert codes(found) == [code]
    assert found["detail"] == found["issues"][0]["message"] == words


def test_all_faults_of_a_query_are_told_together(client: TestClient) -> None:
    found = problem(client.get(f"{BOOK}/explain?baseis=actual&as_of=x&lang=en"), 422)
    assert sorted(codes(found)) == ["bad_date", "missing_key", "unknown_key"]
    hints = {issue["code"]: issue["hint"] for issue in found["issues"]}
    assert hints["unknown_key"] == "Did you mean 'basis'?"
    both = problem(client.get(f"{BOOK}/gaps?unit=nobody&indicator=job"), 422)
    assert codes(both) == ["unknown_unit", "unknown_indicator"]


@pytest.mark.parametrize("path", ["/v1/rulebooks", BOOK, f"{BOOK}/units", f"{BOOK}/metrics", "/v1/plans/x"])
def test_addresses_without_options_take_a_language_alone(client: TestClient, path: str) -> None:
    assert codes(problem(client.get(f"{path}?unit=phan_thiet"), 422)) == ["unknown_key"]
    assert codes(problem(client.get(f"{path}?lang=fr"), 422)) == ["wrong_choice"]


@pytest.mark.parametrize(
    "what", ["jobs", "jobs.", ".jobs", "jobs.nothing", "nobody.gap", "a.b.c", "jobs.gap.x", "việc làm"]
)
def test_what_cannot_be_explained(client: TestClient, what: str) -> None:
    found = problem(client.get(f"{BOOK}/explain", params={"what": what}), 422)
    assert codes(found)[0] in ("unknown_indicator", "unknown_metric")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_json"),
        (b"{", "bad_json"),
        (b'{"allocation": }', "bad_json"),
        (b"{'allocation': null}", "bad_json"),
        (b'\xef\xbb\xbf{"allocation": null}', "bad_json"),
        (b'{"allocation": "\xff"}', "bad_json"),
        ("{}".encode("utf-16"), "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b'{"overlay":' * 50_000, "bad_json"),
        (b'{"overlay": ' + b"[" * 400_000 + b"]" * 400_000 + b"}", "bad_json"),
        (b'{"time_limit": ' + b"9" * 5_000 + b"}", "bad_json"),
        (b"null", "wrong_type"),
        (b"[]", "wrong_type"),
        (b'"second_half"', "wrong_type"),
        (b'{"allocation": 1}', "wrong_type"),
        (b'{"allocation": ""}', "wrong_type"),
        (b'{"allocation": "\\ud800"}', "wrong_type"),
        (b'{"\\ud800": 1}', "wrong_type"),
        (b'{"overlay": []}', "wrong_type"),
        (b'{"allocation": NaN}', "not_finite"),
        (b'{"time_limit": NaN}', "not_finite"),
        (b'{"time_limit": -Infinity}', "not_finite"),
        (b'{"overlay": {"parameters": {"x": Infinity}}}', "not_finite"),
        (b'{"time_limit": 1e999}', "bad_number"),
        (b'{"time_limit": 0}', "bad_number"),
        (b'{"time_limit": -1}', "bad_number"),
        (b'{"time_limit": 600.1}', "bad_number"),
        (b'{"time_limit": "5"}', "bad_number"),
        (b'{"time_limit": true}', "bad_number"),
        (b'{"time_limit": ' + b"9" * 400 + b"}", "bad_number"),
        (b'{"allocaton": null}', "unknown_key"),
        (b'{"lang": "en"}', "unknown_key"),
        (b'{"allocation": "a", "allocation": "b"}', "duplicate_key"),
        (b'{"scenario": "slow_trainin"}', "unknown_scenario"),
        (b'{"scenario": ""}', "wrong_type"),
        (b'{"overlay": {"parameters": {"loan_capital": {"value": 1}}}}', "unknown_key"),
        (b'{"overlay": {"set": []}}', "wrong_type"),
        (b'{"overlay": {"set": {"parameters": {"loan_captial": {"value": 1}}}}}', "unknown_path"),
        (b'{"overlay": {"set": {"parameters": {"loan_capital": {"value": 1e999}}}}}', "not_finite"),
        (b'{"overlay": {"set": {"parameters": {"loan_capital": {"value": 1e-99999999}}}}}', "not_finite"),
        (
            b'{"overlay": {"set": {"parameters": {"loan_capital": {"value": ' + b"9" * 400 + b"}}}}}",
            "not_finite",
        ),
        (b'{"overlay": {"set": {"title": "\\ud800"}}}', "yaml_syntax"),
        (b'{"overlay": {"set": {"\\u0000": 1}}}', "yaml_syntax"),
        (b'{"overlay": {"set": ' + b'{"a":' * 30 + b"1" + b"}" * 32, "yaml_syntax"),
        (b'{"overlay": {"hold": {"phu_quy": {"jobs": 1.5}}}}', "ambiguous_count"),
        (b'{"overlay": {"over": "x"}}', "unknown_key"),
    ],
)
def test_faulty_bodies(client: TestClient, body: bytes, code: str) -> None:
    response = client.post(f"{BOOK}/plans", content=body, headers=JSON)
    assert codes(problem(response, 422)) == [code]
    assert len(response.content) < 2_000


def test_a_dotted_key_in_a_body_says_how_it_is_written(client: TestClient) -> None:
    body = b'{"overlay": {"set": {"training.total": 5500}}}'
    found = problem(client.post(f"{BOOK}/plans?lang=en", content=body, headers=JSON), 422)
    assert codes(found) == ["unknown_path"]
    (issue,) = found["issues"]
    assert issue["hint"].endswith(": allocations: {second_half: {quotas: {training: {total: …}}}}.")


@pytest.mark.parametrize(
    ("lang", "hint"),
    [
        ("en", "The language goes in the address: …/plans?lang=en."),
        ("vi", "Ngôn ngữ đặt trong địa chỉ: …/plans?lang=en."),
    ],
)
def test_a_language_in_the_body_is_told_where_it_goes(client: TestClient, lang: str, hint: str) -> None:
    found = problem(client.post(f"{BOOK}/plans?lang={lang}", json={"lang": "en"}), 422)
    assert [issue["hint"] for issue in found["issues"]] == [hint]


def test_hints_speak_of_keys_and_not_of_options() -> None:
    two = RuleError(
        [
            Issue(
                Code.UNKNOWN_ALLOCATION,
                say("which_allocation", options="a, b"),
                hint=say("which_allocation.hint"),
            ),
            Issue(Code.NO_DATE, say("no_date", year=2023), hint=say("no_date.hint")),
            Issue(Code.OUTSIDE_ROOT, say("outside_root", what="x"), hint=say("outside_root.hint")),
        ]
    )
    told = json.loads(bytes(problem_of(two, "en").response("en").body))
    assert [issue["hint"] for issue in told["issues"]] == [
        "Choose one with 'allocation'.",
        "Give the date with 'as_of'.",
        "Keep the file inside the rules root (--rules DIR), with no links that lead out.",
    ]


def test_a_fault_of_an_overlay_has_its_path_in_words(client: TestClient) -> None:
    asked = {"overlay": {"set": {"parameters": {"loan_captial": {"value": 100}}}, "leave_out": ["phuquy"]}}
    found = problem(client.post(f"{BOOK}/plans?lang=en", json=asked), 422)
    told = [(issue["code"], issue["file"], issue["message"], issue["hint"]) for issue in found["issues"]]
    assert told == [
        (
            "unknown_unit",
            "overlay.leave_out.0",
            "no unit 'phuquy'",
            "Did you mean 'phu_quy'?",
        ),
        (
            "unknown_path",
            "overlay.set.parameters.loan_captial",
            "the rulebook has no 'parameters.loan_captial.value'",
            "The nearest is 'parameters.loan_capital.value'.",
        ),
    ]


@pytest.mark.parametrize("path", ["gaps", "explain?what=jobs.gap"])
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("scenario=slow_trainin", "unknown_scenario"),
        ("scenario=a&scenario=b", "duplicate_key"),
        ("set=x", "bad_setting"),
        ("set=x=1", "unknown_path"),
        ("set=training.total=[1", "yaml_syntax"),
        ("set=", "bad_setting"),
        ("hold=phu_quy.jobs", "bad_setting"),
        ("hold=phu_quy.job=1", "unknown_name"),
        ("leave_out=", "bad_setting"),
        ("leave_out=phuquy", "unknown_unit"),
        ("freeze=2023-08-30", "bad_period"),
        ("allocation=x&leave_out=phu_quy", "unknown_allocation"),
        ("overlay=x.yaml", "unknown_key"),
        ("set=" + "x" * 2_001, "too_large"),
        ("&".join(["set=x=1"] * 101), "too_large"),
    ],
)
def test_faulty_overlays_in_a_query(client: TestClient, path: str, query: str, code: str) -> None:
    mark = "&" if "?" in path else "?"
    found = problem(client.get(f"{BOOK}/{path}{mark}{query}"), 422)
    assert codes(found)[0] == code


@pytest.mark.parametrize("path", ["units", "indicators"])
def test_other_addresses_take_no_overlay(client: TestClient, path: str) -> None:
    assert codes(problem(client.get(f"{BOOK}/{path}?set=x=1&set=y=2"), 422)) == ["unknown_key"]


def test_malformed_json_has_its_place(client: TestClient) -> None:
    body = b'{\n  "allocation": second_half\n}'
    (issue,) = problem(client.post(f"{BOOK}/plans?lang=en", content=body, headers=JSON), 422)["issues"]
    assert (issue["line"], issue["column"], issue["message"]) == (2, 17, "what was sent is not JSON")


def test_long_bodies_are_refused_before_they_are_read(client: TestClient) -> None:
    read = 0

    def parts() -> Iterator[bytes]:
        nonlocal read
        for _ in range(1_000):
            read += 100_000
            yield b" " * 100_000

    path = f"{BOOK}/plans"
    assert problem(client.post(path, content=b" " * (MOST_BYTES + 1), headers=JSON), 413)["issues"] == []
    problem(client.post(path, content=b"{}", headers={**JSON, "content-length": "9" * 30}), 413)
    problem(client.post(path, content=parts(), headers=JSON), 413)
    body = b'{"scenario": "x"' + b" " * (MOST_BYTES - 17) + b"}"
    problem(client.post(path, content=body, headers=JSON), 422)


def test_who_goes_away_half_way_is_no_fault_of_ours() -> None:
    gone = {"type": "http.disconnect"}
    asked = raw(f"{BOOK}/plans".encode(), "POST", gone, [(b"content-type", b"application/json")])
    assert asyncio.run(asked)[0] == 400


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded", "json", ""])
def test_other_media_types_are_refused(client: TestClient, media_type: str | None) -> None:
    headers = {} if media_type is None else {"content-type": media_type}
    problem(client.post(f"{BOOK}/plans", content=b"{}", headers=headers), 415)


def test_a_media_type_may_have_parameters(client: TestClient) -> None:
    headers = {"content-type": "Application/JSON; charset=utf-8"}
    assert codes(problem(client.post(f"{BOOK}/plans", content=b"{", headers=headers), 422)) == ["bad_json"]


def test_problems_speak_vietnamese_unless_asked(client: TestClient) -> None:
    for query, title in (("", "Không tìm thấy"), ("?lang=en", "Not found"), ("?lang=fr", "Không tìm thấy")):
        assert problem(client.get(f"/nowhere{query}"), 404)["title"] == title


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("127.0.0.1:8000", 200),
        ("LOCALHOST:80", 200),
        ("[::1]:8000", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("evil.example:127.0.0.1", 421),
        ("", 421),
    ],
)
def test_a_served_app_answers_to_its_own_names(host: str, status: int) -> None:
    client = TestClient(create_app(hosts=HOSTS))
    response = client.get("/v1/rulebooks", headers={"host": host})
    assert response.status_code == status
    if status != 200:
        problem(response, status)


@pytest.mark.parametrize(
    ("host", "port", "code"),
    [
        ("0.0.0.0", 8000, Code.WRONG_CHOICE),
        ("::", 8000, Code.WRONG_CHOICE),
        ("192.168.1.2", 8000, Code.WRONG_CHOICE),
        ("", 8000, Code.WRONG_CHOICE),
        ("localhost ", 8000, Code.WRONG_CHOICE),
        ("127.0.0.1", -1, Code.BAD_NUMBER),
        ("127.0.0.1", 65_536, Code.BAD_NUMBER),
    ],
)
def test_serve_listens_on_this_machine_only(host: str, port: int, code: Code) -> None:
    with pytest.raises(RuleError) as refused:
        serve(None, host, port)
    assert [issue.code for issue in refused.value.issues] == [code]


def test_serve_wants_rules_that_are_there(tmp_path: Any) -> None:
    with pytest.raises(RuleError) as refused:
        serve(tmp_path / "nowhere", "0.0.0.0", 70_000)
    assert [issue.code for issue in refused.value.issues] == [
        Code.WRONG_CHOICE,
        Code.BAD_NUMBER,
        Code.FILE_NOT_FOUND,
    ]
