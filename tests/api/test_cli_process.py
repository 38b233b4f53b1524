"""The command line as a program of its own: pipes, locales, strangers' folders, what it imports."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.api import small
from tests.api.terminal import BOOK

ROOT = Path(__file__).resolve().parents[2]
MODULE = (sys.executable, "-c", "import sys; from api.cli.main import main; sys.exit(main())")
SCRIPT = Path(sys.executable).with_name("chitieu")
HEAVY = ("numpy", "pandas", "pydantic", "pyomo", "fastapi", "highspy", "scipy", "xlsxwriter", "tabulate")


def start(
    *words: str | bytes | Path, cwd: Path = ROOT, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(words, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, check=False)


def imported(code: str) -> set[str]:
    """The modules that are there after some code."""
    done = start(sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules, file=sys.stderr)")
    assert done.returncode == 0, done.stderr
    return set(done.stderr.decode().split())


def test_help_imports_nothing_heavy() -> None:
    modules = imported("import api.cli.main\napi.cli.main.main(['--help'])")
    assert not modules & set(HEAVY)
    assert not {name for name in modules if name.startswith(("engine", "scenarios"))}


@pytest.mark.parametrize("words", [["gap", BOOK], ["explain", BOOK, "jobs.gap"], ["check", BOOK]])
def test_figures_import_no_solver_web_or_workbook(words: list[str]) -> None:
    modules = imported(f"import api.cli.main\nassert api.cli.main.main({words}) == 0")
    assert "numpy" in modules
    assert not modules & {
        "pyomo",
        "fastapi",
        "starlette",
        "uvicorn",
        "highspy",
        "scipy",
        "clarabel",
        "xlsxwriter",
    }


def test_a_plan_imports_no_web_or_workbook() -> None:
    modules = imported(f"import api.cli.main\nassert api.cli.main.main(['plan', '{BOOK}']) == 0")
    assert "highspy" in modules
    assert not modules & {"fastapi", "starlette", "uvicorn", "xlsxwriter"}


@pytest.mark.parametrize("words", [("gap", BOOK), ("schema",)])
def test_a_reader_that_has_enough_is_no_fault(words: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)  # what is written breaks at once, however long it is
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run([*MODULE, *words], cwd=ROOT, stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_infeasible_plan_exits_3_even_if_nobody_reads(tmp_path: Path) -> None:
    folder = small.impossible(tmp_path)
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        assert subprocess.run([*MODULE, "plan", folder], cwd=ROOT, stdout=pipe, check=False).returncode == 3


@pytest.mark.parametrize(
    "locale",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
    ],
    ids=["C", "C without help", "ascii"],
)
def test_vietnamese_whatever_the_locale(locale: dict[str, str], tmp_path: Path) -> None:
    shown = start(*MODULE, "gap", BOOK, env=locale)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert "Giải quyết việc làm" in shown.stdout.decode()
    target = tmp_path / "không có" / "a.txt"
    refused = start(*MODULE, "gap", BOOK, "-o", target, env=locale)
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert "không ghi được tệp '" in refused.stderr.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux names files in any bytes")
def test_names_that_are_no_text_are_told_and_do_not_crash(tmp_path: Path) -> None:
    done = start(*MODULE, "gap", b"\xff\xfe")
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"unknown_rulebook" in done.stderr
    assert b"Traceback" not in done.stderr
    small.book(tmp_path)
    strange = (tmp_path / "book").rename(tmp_path / os.fsdecode(b"\xff"))
    for form in ("table", "json"):
        done = start(*MODULE, "explain", strange, "jobs.achieved", "--format", form)
        assert (done.returncode, done.stderr) == (0, b"")
        assert b"observations.csv" in done.stdout
    assert json.loads(done.stdout)["value"] == 400


def test_strangers_folders_of_the_same_names_are_not_read(tmp_path: Path) -> None:
    for package in ("engine", "rules", "scenarios", "api"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("raise SystemExit('a stranger')")
    small.book(tmp_path / "rules")
    done = start(SCRIPT, "gap", BOOK, "--format", "json", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["rows"][0]["percent_of_plan"] == 0.4631
    done = start(SCRIPT, "gap", "book", "--rules", "rules", "--format", "json", cwd=tmp_path)
    assert json.loads(done.stdout)["rows"][0]["percent_of_plan"] == 0.4


def test_the_same_rulebook_gives_the_same_bytes_in_every_process() -> None:
    found = {
        start(*MODULE, "plan", BOOK, "--format", "json", env={"PYTHONHASHSEED": seed}).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1
    assert json.loads(found.pop())["totals"] == {"jobs": 8458, "training": 6000, "loans": 2500}


def test_an_interruption_while_modules_are_read_in_ends_quietly() -> None:
    script = (
        "import sys\n"
        "import api.cli.main as main\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'api.services':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "sys.exit(main.main(['gap', 'binh_thuan_2023']))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr, done.stdout) == (130, "", "")
