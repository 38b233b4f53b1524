"""`chitieu sweep` as a user meets it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from api.cli.main import main
from engine.messages import MESSAGES
from tests.scenarios.sweeps import book

SPEC = "method: draws\nseed: 4\ndraws: 40\nachievement: {jobs: {choice: {0.5: 1, 1: 3}}}\n"


@pytest.fixture
def rulebook(tmp_path: Path) -> str:
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    return str(book(tmp_path))


def run(rulebook: str, *options: str) -> int:
    workers = () if "--workers" in options else ("--workers", "1")
    return main(["sweep", rulebook, str(Path(rulebook).parent / "spec.yaml"), *workers, *options])


def test_json_and_the_file_say_the_same(
    rulebook: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "out.csv"
    assert run(rulebook, "--format", "json", "-o", str(target)) == 0
    answer = json.loads(capsys.readouterr().out)
    with target.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(answer) == [
        "rulebook",
        "allocation",
        "scenario",
        "overlaid",
        "method",
        "seed",
        "scenarios",
        "counts",
        "failed",
        "failed_untold",
        "unknown",
        "distributions",
        "targets",
        "inputs",
        "file",
    ]
    assert (answer["scenarios"], answer["counts"], answer["file"]) == (40, {"optimal": 40}, str(target))
    outcomes = [float(row["outcome.jobs"]) for row in rows]
    assert answer["distributions"]["outcome.jobs"]["mean"] == pytest.approx(sum(outcomes) / 40)
    met = [row["reached.jobs"] for row in rows].count("true")
    (target_of_jobs,) = answer["targets"]
    assert target_of_jobs["met"] == met
    assert target_of_jobs["chance"] == met / 40


def test_the_seed_of_the_command_line_counts(
    rulebook: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = []
    for name, seed in (("a", "4"), ("b", "5"), ("c", "4")):
        files.append(tmp_path / f"{name}.csv")
        assert run(rulebook, "--seed", seed, "-o", str(files[-1])) == 0
    capsys.readouterr()
    first, second, third = (path.read_bytes() for path in files)
    assert first == third != second


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--workers", "0"), "--workers is a whole number"),
        (("--seed", "-1"), "a seed is a whole number"),
        (("--seed", "x"), "a seed is a whole number"),
        (("-o", "out.txt"), "written as .csv or .parquet"),
        (("--resume",), "--resume wants the -o FILE"),
        (("--workers", "2", "--cluster", "tcp://127.0.0.1:1"), "doesn't go with --cluster"),
    ],
)
def test_options_that_cant_be_are_wrong_usage(
    rulebook: str, options: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(rulebook, "--lang", "en", *options) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert not told.out


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("none/x.csv", "không có thư mục", "there is no folder"),
        ("folder.csv", "đó là một thư mục", "it is a folder"),
        ("a" * 300 + ".csv", "tên quá dài", "the name is too long"),
    ],
)
def test_a_file_that_cant_be_written_is_told_in_the_users_language(
    rulebook: str, tmp_path: Path, name: str, vi: str, en: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.csv").mkdir()
    for lang, words in (("vi", vi), ("en", en)):
        assert run(rulebook, "-o", str(tmp_path / name), "--lang", lang) == 1
        told = capsys.readouterr()
        assert words in told.err
        assert str(tmp_path / name) in told.err
        assert "Errno" not in told.err
        assert not told.out


def test_a_full_disk_is_told_in_words(
    rulebook: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A write that fails doesn't name its file by itself."""
    import errno

    from scenarios.sweep_results import Journal

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Journal, "_line", full)
    target = tmp_path / "out.csv"
    assert run(rulebook, "-o", str(target), "--lang", "en") == 1
    assert capsys.readouterr().err == f"chitieu: can't write the file '{target}': the disk is full\n"


def test_exit_codes_without_any_plan(
    rulebook: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for inputs, code in (("parameters.most.value: [30]", 3), ("data.targets.jobs.top: [90]", 1)):
        (tmp_path / "spec.yaml").write_text(f"method: grid\ninputs: {{{inputs}}}\n", encoding="utf-8")
        assert run(rulebook, "--lang", "en") == code
        assert "Scenarios without a plan" in capsys.readouterr().out


def test_without_pyarrow_parquet_is_refused_in_words(
    rulebook: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import importlib.util

    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *rest: None if name == "pyarrow" else find(name, *rest)
    )
    assert run(rulebook, "-o", "out.parquet", "--lang", "en") == 2
    assert "chitieu[parquet]" in capsys.readouterr().err


def test_every_message_of_sweeps_is_said_in_both_languages() -> None:
    found = {key: value for key, value in MESSAGES.items() if key.startswith("sweep.")}
    assert len(found) > 30
    assert all(vi and en and vi != en for vi, en in found.values())
