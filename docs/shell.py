"""Console blocks of the documents, run as a reader would run them, in a folder of their own."""

from __future__ import annotations

import contextlib
import http.client
import io
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from api.cli.main import main
from docs.markdown import DocsError

ROOT = Path(__file__).resolve().parent.parent
ELIDED = "…"
_PICK = re.compile(r"(?P<first>\^?[0-9]+)(?:-(?P<last>\^?[0-9]+))?|/(?P<text>[^/]+)/(?:\+(?P<more>[0-9]+))?")


class Shell:
    """A shell in ``folder``, which has the repository's ``rules`` and ``report.txt``, with a few commands.

    chitieu, make (its recipe is run), cat, head -n, echo $? and curl; output may go to a file with >.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.status = 0
        self.issues: list[str] = []
        self.server: tuple[subprocess.Popen[bytes], int] | None = None
        skipped = shutil.ignore_patterns("__pycache__", "*.py")
        shutil.copytree(ROOT / "rules", folder / "rules", ignore=skipped)
        shutil.copy(ROOT / "docs" / "report.txt", folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, _: object, __: TracebackType | None) -> None:
        if self.server:
            self.server[0].terminate()  # it then stops the workers that solve plans
            self.server[0].wait()

    def run(self, command: str) -> str:
        """What a command prints, both streams as they come. Raises DocsError for one that isn't known."""
        words = shlex.split(command)
        target = None
        if ">" in words:
            at = words.index(">")
            words, target = words[:at], words[at + 1]
        with contextlib.chdir(self.folder):
            text = self._run(words)
            if target:
                Path(target).write_text(text, encoding="utf-8")
                return ""
        return text

    def _run(self, words: list[str]) -> str:
        match words:
            case ["chitieu", *arguments]:
                return self._chitieu(arguments)
            case ["make", target]:
                return "".join(self._run(line) for line in recipe(target))
            case ["cat", *names]:
                return "".join(Path(name).read_text(encoding="utf-8") for name in names)
            case ["head", "-n", count, name]:
                lines = Path(name).read_text(encoding="utf-8").splitlines(keepends=True)
                return "".join(lines[: int(count)])
            case ["echo", "$?"]:
                return f"{self.status}\n"
            case ["curl", *arguments]:
                return self._curl(arguments)
        raise DocsError(f"a document can't run {shlex.join(words)}")

    def _chitieu(self, arguments: list[str]) -> str:
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            self.status = main(arguments)
        return out.getvalue()

    def _curl(self, arguments: list[str]) -> str:
        """A request to the service, which is started when the first one is made; the port is its own."""
        method, headers = "GET", {}
        body: bytes | None = None
        words = iter(arguments)
        url = ""
        for word in words:
            match word:
                case "-s":
                    continue
                case "-X":
                    method = next(words)
                case "-d":
                    method, body = "POST", next(words).encode()
                case "--data-binary":
                    method, body = "POST", (self.folder / next(words).removeprefix("@")).read_bytes()
                case "-H":
                    name, _, value = next(words).partition(": ")
                    headers[name] = value
                case _:
                    url = word
        parts = urlsplit(url)
        connection = http.client.HTTPConnection("127.0.0.1", self._port(), timeout=60)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body, headers)
        text = connection.getresponse().read().decode()
        connection.close()
        return text

    def _port(self) -> int:
        """The port of the running service."""
        if self.server is None:
            with socket.socket() as free:
                free.bind(("127.0.0.1", 0))
                port = free.getsockname()[1]
            command = [sys.executable, "-m", "api.cli.main", "serve", "--port", str(port)]
            env = {**os.environ, "PYTHONPATH": str(ROOT)}
            quiet = subprocess.DEVNULL
            process = subprocess.Popen(command, cwd=self.folder, env=env, stdout=quiet, stderr=quiet)
            self.server = process, port
            self._wait(process, port)
        return self.server[1]

    def _wait(self, process: subprocess.Popen[bytes], port: int) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and process.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                return
            time.sleep(0.05)
        raise DocsError("chitieu serve doesn't answer")


def recipe(target: str) -> list[list[str]]:
    """The commands that a target of the Makefile runs, without what it sets up first."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--dry-run", "--assume-old=.venv/done/project", target]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    if not lines or any(Path(line.split(" ")[0]).name != "chitieu" for line in lines):
        raise DocsError(f"make {target} runs more than chitieu: {done.stdout}")
    return [["chitieu", *shlex.split(line)[1:]] for line in lines]


def console(lines: list[str], picked: str | None, shell: Shell) -> list[str]:
    """A console block with what its commands print now; ``picked``: which lines of the first."""
    found: list[str] = []
    for command in _commands(lines):
        picked = None if found else picked
        found += command
        text = " ".join(line.removeprefix("$ ").removesuffix("\\").strip() for line in command)
        output = [line.rstrip() for line in shell.run(text).splitlines()]
        found += pick(output, picked) if picked else output
    return found


def _commands(lines: list[str]) -> list[list[str]]:
    """The commands of a block, each with the lines that a backslash continues."""
    found: list[list[str]] = []
    going_on = False
    for line in lines:
        if line.startswith("$ "):
            found.append([line])
        elif going_on:
            found[-1].append(line)
        going_on = line.endswith("\\") and (line.startswith("$ ") or going_on)
    return found


def pick(output: list[str], picked: str) -> list[str]:
    """Some lines of an output, ``…`` where others are left out.

    ``3``, ``3-7``; ``^1`` is the last one; ``/text/+4`` the first that holds the text and four more.
    """
    numbers: list[int] = []
    for part in picked.split(","):
        numbers += _range(part, output)
    found: list[str] = []
    before = 0
    for number in numbers:
        if not before < number <= len(output):
            raise DocsError(f"lines={picked}: no line {number} after {before} of {len(output)}")
        found += [ELIDED] if number > before + 1 else []
        found.append(output[number - 1])
        before = number
    return found + ([ELIDED] if before < len(output) else [])


def _range(part: str, output: list[str]) -> range:
    match = _PICK.fullmatch(part)
    if match is None:
        raise DocsError(f"{part!r} is no line and no range of lines")
    if match["text"] is not None:
        first = next((at for at, line in enumerate(output, start=1) if match["text"] in line), 0)
        return range(first, first + 1 + int(match["more"] or 0))
    first, last = (_number(match[name] or match["first"], len(output)) for name in ("first", "last"))
    return range(first, last + 1)


def _number(text: str, count: int) -> int:
    return count + 1 - int(text[1:]) if text.startswith("^") else int(text)
