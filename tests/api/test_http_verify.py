"""`POST /v1/verify`: a report sent as a file, what is answered, and what a bad file can't do."""

import io
import json
import os
import signal
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from fastapi.testclient import TestClient

from api.http import files, verify
from api.http.app import create_app
from api.http.asked import MOST_FILE
from scenarios.workers import Workers
from tests.api.documents.test_verify import BAD, GOOD, pdf_of, word
from tests.api.terminal import Run
from tests.api.test_http_refusals import codes, problem

FILE = {"content-type": "application/octet-stream"}


@pytest.fixture(scope="module")
def workers() -> Workers:
    return Workers(1)


@pytest.fixture(scope="module")
def client(workers: Workers) -> Iterator[TestClient]:
    with TestClient(create_app(workers=workers)) as found:
        yield found


def ask(client: TestClient, data: bytes, name: str, address: str = "/v1/verify", **query: str) -> Any:
    return client.post(address, params={"file": name, **query}, content=data, headers=FILE)


@pytest.mark.parametrize("rulebook", [(), ("binh_thuan_2023",)])
@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", ["r.docx", "r.txt"])
def test_the_answer_is_that_of_the_command(
    run: Run, client: TestClient, tmp_path: Path, name: str, lang: str, rulebook: tuple[str, ...]
) -> None:
    path = tmp_path / name
    if name == "r.docx":
        word(path)
    else:
        path.write_text(f"{GOOD}\n{BAD}", encoding="utf-8")
    told = json.loads(run("verify", path, *rulebook, "--format", "json", "--lang", lang).out)
    query = {"rulebook": rulebook[0]} if rulebook else {}
    response = ask(client, path.read_bytes(), name, lang=lang, **query)
    assert response.status_code == 200
    assert response.json() == {**told, "file": name}
    assert "wrong" in {finding["verdict"] for finding in told["findings"]}


def test_a_workbook_and_a_pdf(client: TestClient) -> None:
    book, buffer = openpyxl.Workbook(), io.BytesIO()
    for row in (["Đơn vị", "Kế hoạch", "Thực hiện", "Tỷ lệ (%)"], ["La Gi", 736, 300, 47.06]):
        book.worksheets[0].append(row)
    book.save(buffer)
    (found,) = ask(client, buffer.getvalue(), "r.xlsx").json()["findings"]
    assert (found["quote"], found["verdict"]) == ("47,06", "wrong")
    (found,) = ask(client, pdf_of("300/736 people, 47,06% ."), "r.pdf").json()["findings"]
    assert (found["quote"], found["computed"]) == ("47,06%", 0.4076086956521739)


def test_a_word_copy_with_comments(client: TestClient, tmp_path: Path) -> None:
    data = word(tmp_path / "Báo cáo.docx").read_bytes()
    response = ask(client, data, "Báo cáo.docx", "/v1/verify/comments", lang="en")
    assert response.headers["content-type"] == files.DOCX
    assert response.headers["content-disposition"].endswith("''B%C3%A1o%20c%C3%A1o.docx")
    copy = docx.Document(io.BytesIO(response.content))
    texts = [comment.text for comment in copy.comments]
    assert [text.partition(" (plan)")[0] for text in texts] == ["WRONG: 2,311 / 10,000", "WRONG: 300 / 736"]
    plain = ask(client, BAD.encode(), "r.txt", "/v1/verify/comments")
    copy = docx.Document(io.BytesIO(plain.content))
    assert [paragraph.text for paragraph in copy.paragraphs] == [BAD]
    assert [comment.text.partition(":")[0] for comment in copy.comments] == ["SAI"]


def bomb() -> bytes:
    """A package that would unpack to more than what is read."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * 65_000_000)
    return buffer.getvalue()


@pytest.mark.parametrize("address", ["/v1/verify", "/v1/verify/comments"])
@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("r.docx", b"PK\x03\x04 cut", "damaged"),
        ("r.docx", bomb(), "64 MB"),
        ("r.xlsx", b"", "damaged"),
        ("r.pdf", b"%PDF-1.7 nothing", "damaged"),
        ("r.txt", b"\xff\xd8\xe0\xff\xe1 9.262", "UTF-8"),
        ("r.odt", b"x", "r.odt"),
        ("r.doc", b"x", "r.doc"),
    ],
)
def test_a_bad_file_is_told_as_a_problem(
    client: TestClient, workers: Workers, address: str, name: str, data: bytes, words: str
) -> None:
    before = workers.pids
    found = problem(ask(client, data, name, address, lang="en"), 422)
    (issue,) = found["issues"]
    assert (issue["code"], issue["file"], issue["message"]) == ("bad_document", name, found["detail"])
    assert words in f"{issue['message']} {issue['hint']}"
    assert workers.pids == before


def test_what_is_asked_is_checked_first(client: TestClient) -> None:
    data = GOOD.encode()
    assert codes(problem(client.post("/v1/verify", content=data, headers=FILE), 422)) == ["missing_key"]
    assert codes(problem(ask(client, data, "r.txt", page="1"), 422)) == ["unknown_key"]
    assert codes(problem(ask(client, data, ""), 422)) == ["wrong_type"]
    assert codes(problem(ask(client, data, "r.txt", rulebook="../x"), 404)) == ["unknown_rulebook"]
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        headers = {"content-type": kind}
        found = problem(client.post("/v1/verify?file=r.txt", content=data, headers=headers), 415)
        assert "application/octet-stream" in found["detail"]
    found = problem(ask(client, b"x" * (MOST_FILE + 1), "r.txt", lang="en"), 413)
    assert found["detail"] == "what was sent is too long (at most 20 MB)"
    assert problem(client.get("/v1/verify"), 405)


def test_a_file_that_takes_too_long_is_stopped_and_holds_up_no_other_address(
    client: TestClient, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask(client, GOOD.encode(), "r.txt").status_code == 200  # a warm worker
    (pid,) = workers.pids
    monkeypatch.setattr(verify, "SECONDS", 1.0)
    os.kill(pid, signal.SIGSTOP)  # it would never answer
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask, client, GOOD.encode(), "r.txt")
        assert client.get("/v1/rulebooks").status_code == 200
        refused = waiting.result()
    assert problem(refused, 503)
    assert pid not in workers.pids
    monkeypatch.setattr(verify, "SECONDS", 120.0)
    assert ask(client, GOOD.encode(), "r.txt").status_code == 200
