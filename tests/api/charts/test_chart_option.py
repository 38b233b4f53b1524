"""`--chart` as a user meets it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from api.charts.picture import NEEDED
from tests.api.small import BODY, book
from tests.api.terminal import Run, fine, refused
from tests.scenarios import sweeps

PNG = b"\x89PNG\r\n"


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The rulebook, with an overlay in the working folder: 260 of 600 jobs are held for A."""
    monkeypatch.chdir(tmp_path)
    Path("more.yaml").write_text("hold: {a: {jobs: 260}}\n", encoding="utf-8")
    return book(tmp_path / "rules", BODY)


def test_diff(run: Run, rules: Path) -> None:
    """200 become 260, which is 30% more; 400 become 340."""
    plain = fine(run("diff", rules, "base", "more.yaml"))
    assert fine(run("diff", rules, "base", "more.yaml", "--chart", "out.svg")) == plain
    text = Path("out.svg").read_text(encoding="utf-8")
    assert "+60 (+30,00%)" in text
    assert "-60 (-15,00%)" in text
    fine(run("diff", rules, "base", "more.yaml", "--chart", "out.PNG", "--lang", "en"))
    assert Path("out.PNG").read_bytes().startswith(PNG)


def test_sweep_by_one_input_at_a_time_is_a_tornado(run: Run, tmp_path: Path) -> None:
    """100 jobs of which 80% and 90% are done with 100 before: 180 and, of 120, 196."""
    spec = tmp_path / "spec.yaml"
    inputs = "inputs: {jobs.total: [90, 120]}\nachievement: {jobs: 0.8}\n"
    spec.write_text(f"method: one_at_a_time\n{inputs}", encoding="utf-8")
    target = tmp_path / "out.svg"
    fine(run("sweep", sweeps.book(tmp_path), spec, "--workers", "1", "--chart", target))
    text = target.read_text(encoding="utf-8")
    assert ": 90 đến 120" in text
    assert ">24<" in text  # 100 + 0.8 · 90 … 100 + 0.8 · 120


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "vi",
            (
                "Kế hoạch năm 2023: jobs, top: 180 đến 220",
                "jobs, top, số thực hiện đến 30/6/2023: 90 đến 110",
                "need (người), a: 40 đến 60",
                "Giữ nguyên: jobs, a: 10 đến 20",
            ),
        ),
        (
            "en",
            (
                "Target of 2023: jobs, top: 180 to 220",
                "jobs, top, 30 June 2023 (actuals): 90 to 110",
                "need (persons), a: 40 to 60",
                "Held: jobs, a: 10 to 20",
            ),
        ),
    ],
)
def test_rows_of_data_and_holds_are_called_by_their_names(
    run: Run, tmp_path: Path, lang: str, words: tuple[str, ...]
) -> None:
    spec, target = tmp_path / "spec.yaml", tmp_path / "out.svg"
    spec.write_text(
        "method: one_at_a_time\n"
        "inputs:\n"
        "  data.targets.jobs.top: [180, 220]\n"
        "  data.observations.jobs.top.2023-06-30.actual: [90, 110]\n"
        "  data.units.a.need: [40, 60]\n"
        "  hold.a.jobs: [10, 20]\n",
        encoding="utf-8",
    )
    fine(run("sweep", sweeps.book(tmp_path), spec, "--workers", "1", "--chart", target, "--lang", lang))
    text = target.read_text(encoding="utf-8")
    assert [word for word in words if f">{word}<" not in text] == []


def test_sweep_by_draws_is_a_fan(run: Run, tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text("method: draws\ndraws: 20\nachievement: {jobs: {choice: {1: 1}}}\n", encoding="utf-8")
    target = tmp_path / "out.svg"
    fine(run("sweep", sweeps.book(tmp_path), spec, "--workers", "1", "--chart", target, "--lang", "en"))
    text = target.read_text(encoding="utf-8")
    assert "chance 100.0%" in text
    assert "How it may turn out: 20 scenarios" in text


@pytest.mark.parametrize("name", ["out.pdf", "out", "svg"])
def test_another_ending_is_refused_before_anything_is_worked_out(run: Run, tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    refused(run("diff", "no_such_rulebook", "base", "base", "--chart", target), 2, ".svg", ".png", name)
    assert not target.exists()


@pytest.mark.parametrize("module", NEEDED)
def test_without_the_extra_it_says_what_to_install(
    run: Run, rules: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)  # as if it weren't installed
    words = ("--chart", module, "pip install 'chitieu[charts]'")
    refused(run("diff", rules, "base", "more.yaml", "--chart", "out.svg"), 2, *words, "cần phần vẽ hình")
    refused(run("diff", rules, "base", "more.yaml", "--chart", "out.svg", "--lang", "en"), 2, *words)
    assert not Path("out.svg").exists()
    fine(run("diff", rules, "base", "more.yaml"))


def test_a_folder_that_is_not_there(run: Run, rules: Path) -> None:
    found = run("diff", rules, "base", "more.yaml", "--chart", "nowhere/out.svg")
    assert found.code == 1
    assert "không có thư mục 'nowhere'" in found.err
