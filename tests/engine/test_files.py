"""Files inside the rules root, and where a rulebook is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import Code, Issues, Place, RuleError
from engine.files import STANDARD_METRICS, Root, find_rulebook, list_rulebooks, read_text
from engine.link import load_rulebook
from rules import RULES_ROOT
from tests.engine.faults.fault import sound, write

HERE = Place("r/a.yaml", 3, 5)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A rules root with two rulebooks, a template, a part, and neighbours outside."""
    folder = tmp_path / "rules"
    for name, text in {
        "r/a.yaml": "title: x\n",
        "r/b.yaml": "rulebook: r\n",
        "s/book.yaml": "\ufefftitle: x\r\nrulebook: s\r\n",
        "_template/a.yaml": "rulebook: template\n",
        ".hidden/a.yaml": "rulebook: hidden\n",
        "parts/a.yaml": "title: x\nx: {rulebook: no}\n",
        "broken/a.yaml": "rulebook: \ufffd\n",
        "text.yaml": "rulebook: text\n",
        "../outside/a.yaml": "rulebook: outside\n",
        "../rules_not/a.yaml": "rulebook: outside\n",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    (folder / "latin").mkdir()
    (folder / "latin" / "a.yaml").write_bytes(b"title: \xea\n")
    return folder


def test_rulebooks_are_the_folders_with_a_head(root: Path) -> None:
    assert list_rulebooks(root) == ["broken", "r", "s"]
    assert list_rulebooks(root / "nowhere") == []


# ------------------------------------------------------------------------------------- which rulebook


def found(rulebook: str, rules: Path | None) -> tuple[Path, Path]:
    where, folder = find_rulebook(rulebook, rules)
    return where.folder, folder


def refused(rulebook: str, rules: Path | None) -> tuple[Code, str]:
    with pytest.raises(RuleError) as error:
        find_rulebook(rulebook, rules)
    (issue,) = error.value.issues
    return issue.code, issue.hint.en if issue.hint else ""


def test_a_name_under_the_root(root: Path) -> None:
    assert found("r", root) == (root, root / "r")
    assert found("binh_thuan_2023", None) == (RULES_ROOT, RULES_ROOT / "binh_thuan_2023")


def test_a_path_has_its_parent_for_a_root(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found(str(root / "r"), None) == (root, root / "r")
    monkeypatch.chdir(root / "s")
    assert found("../r", None) == (root, root / "r")
    assert found(".", None) == (root, root / "s")
    assert found(str(root / "r"), root) == (root, root / "r")


def test_a_name_wins_over_a_folder_of_that_name(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root.parent / "r").mkdir()
    monkeypatch.chdir(root.parent)
    assert found("r", root) == (root, root / "r")


@pytest.mark.parametrize("name", ["rr", "R", "", "r\0", "x" * 5000, "text.yaml", "..r"])
def test_what_is_no_rulebook(root: Path, name: str) -> None:
    assert refused(name, root)[0] is Code.UNKNOWN_RULEBOOK


def test_the_nearest_name_is_told(root: Path) -> None:
    assert refused("rr", root) == (Code.UNKNOWN_RULEBOOK, "Did you mean 'r'?")
    assert refused("binh_thuan_2024", None)[1] == "Did you mean 'binh_thuan_2023'?"


def test_a_folder_outside_the_root_is_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(str(root.parent / "outside"), root)[0] is Code.OUTSIDE_ROOT
    assert refused(str(root.parent / "rules_not"), root)[0] is Code.OUTSIDE_ROOT
    assert refused(str(root), root)[0] is Code.OUTSIDE_ROOT
    (root / "link").symlink_to(root.parent / "outside")
    assert refused("link", root)[0] is Code.OUTSIDE_ROOT
    monkeypatch.chdir(root)
    assert refused("..", root)[0] is Code.OUTSIDE_ROOT


def test_a_root_that_is_not_there(root: Path) -> None:
    assert refused("r", root / "nowhere")[0] is Code.FILE_NOT_FOUND


def test_a_linked_folder_inside_the_root(root: Path) -> None:
    (root / "alias").symlink_to(root / "r")
    assert found("alias", root) == (root, root / "r")


# ---------------------------------------------------------------------------------------- which file


def file(root: Path, name: str) -> Path | Code:
    issues = Issues()
    path = Root(root).file(name, root / "r" / "a.yaml", HERE, issues)
    if path is not None:
        assert issues.found == []
        return path
    (issue,) = issues.found
    assert issue.place == HERE
    return issue.code


def test_files_are_named_from_the_file_that_names_them(root: Path) -> None:
    assert file(root, "b.yaml") == root / "r" / "b.yaml"
    assert file(root, "../s/book.yaml") == root / "s" / "book.yaml"
    assert file(root, "../s/../r/./b.yaml") == root / "r" / "b.yaml"
    assert file(root, str(root / "s" / "book.yaml")) == root / "s" / "book.yaml"


@pytest.mark.parametrize("name", ["c.yaml", "../s", ".", "b.yaml/x", "a\0b", "x" * 300, "/".join("x" * 3000)])
def test_what_is_no_file(root: Path, name: str) -> None:
    assert file(root, name) is Code.FILE_NOT_FOUND


@pytest.mark.parametrize(
    "name", ["../../outside/a.yaml", "../../rules_not/a.yaml", "/etc/passwd", "../../nothing"]
)
def test_what_lies_outside_is_refused_whether_there_or_not(root: Path, name: str) -> None:
    assert file(root, name) is Code.OUTSIDE_ROOT


def test_links_are_followed_before_they_are_judged(root: Path) -> None:
    (root / "r" / "out.csv").symlink_to(root.parent / "outside" / "a.yaml")
    (root / "r" / "in.csv").symlink_to(root / "s" / "book.yaml")
    (root / "r" / "loop.csv").symlink_to(root / "r" / "loop.csv")
    (root / "r" / "folder").symlink_to(root.parent / "outside")
    assert file(root, "out.csv") is Code.OUTSIDE_ROOT
    assert file(root, "folder/a.yaml") is Code.OUTSIDE_ROOT
    assert file(root, "in.csv") == root / "s" / "book.yaml"
    assert file(root, "loop.csv") is Code.FILE_NOT_FOUND


def test_the_standard_metrics_are_there_under_every_root(root: Path) -> None:
    assert file(root, "../common/metrics.yaml") == STANDARD_METRICS
    assert file(root, str(STANDARD_METRICS)) == STANDARD_METRICS


def test_labels_are_relative_to_the_root(root: Path) -> None:
    assert Root(root).label(root / "r" / "a.yaml") == "r/a.yaml"
    assert Root(root).label(STANDARD_METRICS) == "common/metrics.yaml"
    assert Root(root).label(root.parent / "outside" / "a.yaml") == "a.yaml"


# --------------------------------------------------------------------------------------------- texts


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (b"\xef\xbb\xbfa", "a"),
        ("ước".encode(), "ước"),
        (b"", ""),
    ],
)
def test_texts(tmp_path: Path, data: bytes, text: str) -> None:
    (tmp_path / "a").write_bytes(data)
    issues = Issues()
    assert read_text(tmp_path / "a", "a", issues) == text
    assert issues.found == []


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"\xff", 1, 1),
        (b"a\r\n\xc6\xb0\xe1\xbb\x9bc \xff", 2, 5),
        (b"\xef\xbb\xbf\xc6\xb0\xe1", 1, 2),
        (b"a\n\xed\xa0\x80", 2, 1),
        (b"a\0b\xff", 1, 2),
        ("ước".encode("utf-16"), 1, 1),
    ],
)
def test_what_is_no_text(tmp_path: Path, data: bytes, line: int, column: int) -> None:
    (tmp_path / "a").write_bytes(data)
    issues = Issues()
    assert read_text(tmp_path / "a", "r/a", issues) is None
    (issue,) = issues.found
    assert (issue.code, issue.place) == (Code.NOT_UTF8, Place("r/a", line, column))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    issues = Issues()
    assert read_text(tmp_path / "a", "r/a", issues) is None
    assert read_text(tmp_path, "r", issues) is None
    assert [issue.code for issue in issues.found] == [Code.FILE_NOT_FOUND, Code.FILE_NOT_FOUND]


# ------------------------------------------------------------------------------------- whole rulebooks


def test_a_folder_without_rules(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(RuleError) as error:
        load_rulebook("empty", tmp_path)
    (issue,) = error.value.issues
    assert (issue.code, str(issue.place)) == (Code.FILE_NOT_FOUND, "empty:1:1")


def test_the_same_rulebook_by_name_and_by_path(tmp_path: Path) -> None:
    write(sound(), tmp_path / "rules")
    by_name = load_rulebook("base", tmp_path / "rules")
    by_path = load_rulebook(str(tmp_path / "rules" / "base"))
    assert by_name.id == by_path.id == "base"
    assert by_name.metrics.keys() == by_path.metrics.keys()


def test_the_template_is_sound_and_runs_under_any_name() -> None:
    book = load_rulebook("_template")
    assert (book.id, book.warnings) == ("template", ())
    first, second = (RULES_ROOT / "_template" / "rulebook.yaml").read_text(encoding="utf-8").split("\n")[:2]
    assert first == "rulebook: template"
    assert second.startswith("# ")
    figures = [*book.figures.actual["jobs"].rows.ravel(), *book.figures.targets["jobs", 2023].rows]
    assert sorted(int(row) for row in figures if row >= 0) == [0, 0]
    for provenance in (book.figures.observed, book.figures.targeted):
        assert provenance is not None
        assert provenance.status_of(0) == "assumed"
