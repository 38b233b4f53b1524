"""What the command line refuses, in plain words, with the exit code of DESIGN §5."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.api import small
from tests.api.terminal import BOOK, Run, fine, refused

# Exit code 1: the request is sound in form, but names something that isn't there.
UNKNOWN = [
    (("gap", "binh_thuan_2032"), "không có bộ chỉ tiêu 'binh_thuan_2032'", "'binh_thuan_2023'"),
    (("gap", BOOK, "--unit", "phanthiet"), "không có đơn vị 'phanthiet'", "'phan_thiet'"),
    (("gap", BOOK, "--level", "districts"), "không có cấp 'districts'", "'district'"),
    (("gap", BOOK, "--indicator", "job"), "không có chỉ tiêu 'job'", "'jobs'"),
    (
        ("plan", BOOK, "--allocation", "second_haft"),
        "không có phương án phân bổ 'second_haft'",
        "'second_half'",
    ),
    (("explain", BOOK, "jobs.percent_of_plam"), "'jobs' không có 'percent_of_plam'", "'percent_of_plan'"),
    (("explain", BOOK, "jos.percent_of_plan"), "không có chỉ tiêu 'jos'", "'jobs'"),
    (("explain", BOOK, "second_half.job"), "không có tên 'job'", "'jobs'"),
    (("explain", BOOK, "jobs.gap", "--unit", "la_gii"), "không có đơn vị 'la_gii'", "'la_gi'"),
    (("explain", BOOK, "second_half.jobs", "--unit", "la_gii"), "không có đơn vị 'la_gii'", "'la_gi'"),
]


@pytest.mark.parametrize(("words", "told", "near"), UNKNOWN, ids=[" ".join(words) for words, *_ in UNKNOWN])
def test_an_unknown_name_comes_with_the_nearest_known_one(
    run: Run, words: tuple[str, ...], told: str, near: str
) -> None:
    result = run(*words)
    refused(result, 1, "lỗi unknown_", told, f"Có phải ý bạn là {near}?")
    assert result.err.count("\n") == 1


def test_unknown_names_are_told_together_and_in_english(run: Run) -> None:
    result = run("gap", BOOK, "--unit", "x_1", "--indicator", "jbs", "--lang", "en")
    refused(
        result, 1, "error unknown_unit: no unit 'x_1'", "error unknown_indicator:", "Did you mean 'jobs'?"
    )
    assert result.err.count("\n") == 2


@pytest.mark.parametrize("verb", ["gap", "plan", "check", "test"])
def test_every_verb_needs_a_rulebook_that_is_there(run: Run, tmp_path: Path, verb: str) -> None:
    refused(run(verb, tmp_path / "none"), 1, "unknown_rulebook")
    refused(run(verb, "x" * 5000), 1, "unknown_rulebook")
    refused(run(verb, BOOK, "--rules", tmp_path / "none"), 1, "file_not_found", str(tmp_path / "none"))


@pytest.mark.parametrize(
    "day", ["2023-5-15", "15/5/2023", "2023-02-29", "2023-05-15T00:00", "", "0000-01-01", "nay"]
)
def test_a_date_that_is_none(run: Run, day: str) -> None:
    for words in (("gap", BOOK), ("explain", BOOK, "jobs.gap")):
        refused(
            run(*words, "--as-of", day),
            1,
            "bad_date",
            f"'{day}'",
            "2023-05-15" if day == "15/5/2023" else "2023-06-30",
        )


@pytest.mark.parametrize("seconds", ["0", "-1", "abc", "1e3", "inf", "nan", "", "1,5", "9" * 400])
def test_a_time_limit_that_is_none(run: Run, seconds: str) -> None:
    refused(run("plan", BOOK, f"--time-limit={seconds}"), 2, "bad_setting", "số giây dương")
    english = run("plan", BOOK, f"--time-limit={seconds}", "--lang", "en")
    refused(english, 2, "bad_setting: a time limit is a positive number of seconds. Such as --time-limit 60.")


VERBS = [("gap",), ("plan",), ("explain", "jobs.gap"), ("check",), ("test",)]


@pytest.mark.parametrize("verb", VERBS, ids=[verb[0] for verb in VERBS])
@pytest.mark.parametrize(
    ("option", "text"),
    [
        *(("--set", text) for text in ("x", "=", "=1", "x=", "a..b=1", ".=1", "a.=1", "")),
        *(("--hold", text) for text in ("phu_quy.jobs", "jobs=1", "a.b.c.d=1", ".jobs=1", "phu_quy.jobs=")),
        *(("--leave-out", text) for text in ("", "  ")),
        ("--freeze", ""),
    ],
)
def test_a_setting_that_is_none_is_a_fault_of_usage(
    run: Run, verb: tuple[str, ...], option: str, text: str
) -> None:
    result = run(verb[0], BOOK, *verb[1:], f"{option}={text}")
    refused(result, 2, f"{option} {text}:1:", "lỗi bad_setting")


@pytest.mark.parametrize("verb", VERBS, ids=[verb[0] for verb in VERBS])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--scenario", "slow"), ("unknown_scenario", "'slow'")),
        (("--overlay", "no_such_file.yaml"), ("file_not_found", "no_such_file.yaml")),
        (("--set", "x=1"), ("--set x=1:1:1", "unknown_path", "'x'")),
        (("--set", "training.totl=1"), ("unknown_path", "'training.totl'", "'training.total'")),
        (("--set", "training.total=a: b"), ("--set training.total=a: b:1:17", "yaml_syntax")),
        (("--hold", "phuquy.jobs=1"), ("phuquy", "'phu_quy'")),
        (("--leave-out", "phuquy"), ("unknown_unit", "'phu_quy'")),
        (("--freeze", "2023-08-30"), ("bad_period", "2023-08-30")),
        (("--allocation", "x", "--leave-out", "phu_quy"), ("unknown_allocation", "'x'")),
    ],
)
def test_an_overlay_of_what_is_not_there(
    run: Run, verb: tuple[str, ...], options: tuple[str, ...], words: tuple[str, ...]
) -> None:
    result = run(verb[0], BOOK, *verb[1:], *options)
    told = result.out if verb[0] == "check" and not result.err else result.err
    assert result.code == 1, told
    assert all(word in told for word in words), told
    assert "Traceback" not in result.err


def test_other_things_that_are_not_built_yet(run: Run) -> None:
    refused(run("serve", "--db", "sqlite:///x.db"), 2, "'--db' chưa được hỗ trợ")


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("gaps", BOOK),
        ("gap",),
        ("gap", BOOK, "extra"),
        ("gap", BOOK, "--asof", "2023-05-15"),
        ("gap", BOOK, "--as", "2023-05-15"),
        ("gap", BOOK, "--as-of"),
        ("gap", BOOK, "--basis", "guess"),
        ("gap", BOOK, "--format", "xml"),
        ("gap", BOOK, "--lang", "fr"),
        ("gap", BOOK, "--periods"),
        ("explain", BOOK),
        ("new",),
        ("plan", BOOK, "--as-of", "2023-05-15"),
        ("serve", "--format", "json"),
    ],
    ids=lambda words: " ".join(words) or "nothing",
)
def test_words_that_are_none_of_a_command_are_usage(run: Run, words: tuple[str, ...]) -> None:
    refused(run(*words), 2, "usage: chitieu")


@pytest.mark.parametrize(
    ("words", "vi", "en"),
    [
        (("gap",), "chitieu gap: thiếu RULEBOOK", "the following arguments are required: RULEBOOK"),
        (
            ("gap", BOOK, "--asof", "1"),
            "chitieu: không có tham số --asof 1",
            "unrecognized arguments: --asof 1",
        ),
        (("gap", BOOK, "--as-of"), "chitieu gap: --as-of: cần một giá trị", "expected one argument"),
        (("plan", BOOK, "--periods=3"), "--periods: không nhận giá trị '3'", "ignored explicit argument '3'"),
        (
            ("gap", BOOK, "--basis", "guess"),
            "--basis: không dùng được 'guess' (chọn ",
            "invalid choice: 'guess'",
        ),
        (("diff", BOOK, "base"), "chitieu diff: thiếu B", "the following arguments are required: B"),
    ],
)
def test_usage_is_told_in_the_language_asked_for(run: Run, words: tuple[str, ...], vi: str, en: str) -> None:
    told = run(*words)
    refused(told, 2, vi)
    assert en not in told.err
    for asked in (("--lang", "en"), ("--lang=en",)):
        told = run(words[0], *asked, *words[1:])
        refused(told, 2, en)
        assert vi not in told.err


def test_help_and_version_are_answers(run: Run) -> None:
    assert fine(run("--help")).out.startswith("usage: chitieu")
    for verb in ("gap", "plan", "explain", "check", "test", "new", "schema", "serve", "verify"):
        assert verb in fine(run("--help")).out
        assert fine(run(verb, "--help")).out.startswith(f"usage: chitieu {verb}")
    assert fine(run("--version")).out == "chitieu 0.1.0\n"


# ------------------------------------------------------------------------------- where a rulebook is


def test_a_rulebook_is_a_name_under_the_root_or_a_folder(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = small.book(tmp_path)
    by_folder = fine(run("gap", folder)).out
    assert "40,00%" in by_folder
    assert fine(run("gap", "book", "--rules", tmp_path)).out == by_folder
    assert fine(run("gap", folder, "--rules", tmp_path)).out == by_folder
    monkeypatch.chdir(tmp_path)
    assert fine(run("gap", "book")).out == by_folder
    assert fine(run("gap", "./book/")).out == by_folder
    assert fine(run("gap", "book", "--rules", ".")).out == by_folder


def test_a_rulebook_outside_the_root_given_is_refused(run: Run, tmp_path: Path) -> None:
    small.book(tmp_path)
    (tmp_path / "rules").mkdir()
    refused(run("gap", tmp_path / "book", "--rules", tmp_path / "rules"), 1, "outside_root")
    refused(run("gap", "../book", "--rules", tmp_path / "rules"), 1)


# ------------------------------------------------------------------------------ where an answer can't go


@pytest.mark.parametrize("name", ["gap.xlsx", "gap.json"])
def test_a_folder_that_is_not_there_is_told_plainly(run: Run, tmp_path: Path, name: str) -> None:
    target = tmp_path / "none" / name
    result = run("gap", BOOK, "-o", target)
    refused(result, 1)
    assert result.err == f"chitieu: không ghi được tệp '{target}': không có thư mục '{target.parent}'\n"
    result = run("gap", BOOK, "-o", target, "--lang", "en")
    assert result.err == f"chitieu: can't write the file '{target}': there is no folder '{target.parent}'\n"


def test_a_folder_is_no_place_for_an_answer(run: Run, tmp_path: Path) -> None:
    refused(run("gap", BOOK, "-o", tmp_path), 1, "đó là một thư mục")
    refused(run("gap", BOOK, "-o", ""), 1, "đó là một thư mục")
    (tmp_path / "a.xlsx").mkdir()
    refused(run("plan", BOOK, "-o", tmp_path / "a.xlsx"), 1, "đó là một thư mục")
    assert [path.name for path in tmp_path.rglob("*")] == ["a.xlsx"]


@pytest.mark.parametrize("ending", [".doc", ".DOCM", ".pdf", ".xls", ".xlsm", ".odt", ".ods", ".rtf"])
def test_a_file_is_never_called_what_it_is_not(run: Run, tmp_path: Path, ending: str) -> None:
    for command, taken in (("plan", ".docx, .xlsx, .txt, .json, .csv"), ("gap", ".xlsx, .txt, .json, .csv")):
        refused(run(command, BOOK, "-o", tmp_path / f"x{ending}"), 2, f"hãy dùng {taken}")
    refused(
        run("report", BOOK, "-o", tmp_path / f"x{ending}", "--lang", "en"), 2, "take .docx, .txt, .md, .json"
    )
    assert list(tmp_path.iterdir()) == []


WITH_ENDINGS = (
    (("gap", BOOK), ".xlsx, .txt, .json, .csv"),
    (("plan", BOOK), ".docx, .xlsx, .txt, .json, .csv"),
    (("diff", BOOK, "base", "slow_training"), ".xlsx, .txt, .json, .csv"),
    (("limits", BOOK, "training.total"), ".xlsx, .txt, .json, .csv"),
    (("alternatives", BOOK), ".xlsx, .txt, .json, .csv"),
    (("frontier", BOOK), ".xlsx, .txt, .json, .csv"),
    (("needed", BOOK, "jobs", "--unit", "phu_quy"), ".xlsx, .txt, .json, .csv"),
    (("explain", BOOK, "jobs.gap"), ".xlsx, .txt, .json, .csv"),
    (("check", BOOK), ".xlsx, .txt, .json, .csv"),
    (("test", BOOK), ".xlsx, .txt, .json, .csv"),
    (("report", BOOK), ".docx, .txt, .md, .json, .csv"),
    (("actions", BOOK), ".xlsx, .txt, .json, .csv"),
    (("verify", "no_such_file.txt"), ".xlsx, .txt, .json, .csv"),
    (("new", "fresh"), ".txt, .json, .csv"),
    (("schema",), ".json"),
)


@pytest.mark.parametrize(("words", "known"), WITH_ENDINGS)
def test_an_ending_that_no_form_has_is_refused_with_those_there_are(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], known: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for lang, take in (("vi", "hãy dùng"), ("en", "take")):
        result = run(*words, "-o", "q.foo", "--lang", lang)
        refused(result, 2)
        assert result.err.startswith(f"chitieu {words[0]}: ")
        assert result.err.endswith(f"{take} {known}\n")
    assert list(tmp_path.iterdir()) == []


def test_every_command_that_writes_a_file_has_its_endings_told() -> None:
    from api.cli.commands import COMMANDS

    assert {words[0] for words, _ in WITH_ENDINGS} == set(COMMANDS) - {"serve", "sweep"}


def test_a_format_that_is_named_goes_with_any_ending_but_an_office_program_s(
    run: Run, tmp_path: Path
) -> None:
    fine(run("gap", BOOK, "--format", "json", "-o", tmp_path / "gap.v1"))
    assert json.loads((tmp_path / "gap.v1").read_text(encoding="utf-8"))["rulebook"] == BOOK
    refused(run("gap", BOOK, "--format", "json", "-o", tmp_path / "gap.pdf"), 2, "gap.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["gap.v1"]


# ------------------------------------------------------------------------ files that the system won't give


@pytest.mark.parametrize(
    ("words", "code", "vi", "en"),
    [
        (
            ("verify", "no.txt"),
            1,
            "không đọc được 'no.txt': không có tệp",
            "can't read 'no.txt': there is no such",
        ),
        (("verify", "."), 1, "không đọc được '.': đó là một thư mục", "can't read '.': it is a folder"),
        (("verify", "file.txt/x.pdf"), 1, "đường dẫn đi qua một tệp", "a part of the path is a file"),
        (("verify", "round.docx"), 1, "các liên kết dẫn vòng quanh", "its links lead round in a circle"),
        (("verify", "n" * 300), 1, "tên quá dài", "the name is too long"),
        (("gap", BOOK, "--overlay", "."), 1, "'.': đó là một thư mục", "'.': it is a folder"),
        (("plan", BOOK, "--stay-close-to", "."), 1, "'.': đó là một thư mục", "'.': it is a folder"),
        (
            ("report", BOOK, "-o", "r.docx", "--template", "no.docx"),
            1,
            "không có tệp",
            "there is no such file",
        ),
        (("report", BOOK, "-o", "r.docx", "--template", "."), 1, "đó là một thư mục", "it is a folder"),
    ],
)
def test_why_a_file_can_t_be_read_is_told_in_the_language_asked_for(
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    vi: str,
    en: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.txt").write_text("x")
    (tmp_path / "round.docx").symlink_to("round.docx")
    for lang, said in (("vi", vi), ("en", en)):
        result = run(*words, "--lang", lang)
        refused(result, code, said)
        for words_of_the_system in ("[Errno", "No such", "s a directory", "ot a directory", "oo many"):
            assert words_of_the_system not in result.err
