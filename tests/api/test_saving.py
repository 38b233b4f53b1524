"""Files are whole or not there, and what goes wrong is told plainly."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api.documents.reading import bytes_of
from api.documents.text import DocumentError
from api.saving import SaveError, save


def test_a_saved_file_takes_the_place_of_the_old_one_and_keeps_its_rights(tmp_path: Path) -> None:
    target = tmp_path / "old.txt"
    target.write_text("old")
    target.chmod(0o640)
    save(target, b"new")
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [target]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old")
    link = tmp_path / "link.txt"
    link.symlink_to("real.txt")
    save(link, b"new")
    assert link.is_symlink()
    assert (tmp_path / "real.txt").read_bytes() == b"new"


def test_what_is_no_file_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        save(pipe, b"through")
        assert os.read(reader, 100) == b"through"
    finally:
        os.close(reader)
    assert pipe.is_fifo()


@contextmanager
def ordinary_user() -> Iterator[None]:
    """Rights count for nothing with root: act as nobody for a moment."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_read_only_folder_is_told_plainly(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with ordinary_user(), pytest.raises(SaveError) as caught:
        save(folder / "plan.xlsx", b"new")
    assert caught.value.message.vi == f"không ghi được tệp '{folder}/plan.xlsx': không có quyền ghi"
    assert (
        caught.value.message.en == f"can't write the file '{folder}/plan.xlsx': no permission to write there"
    )
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("none/x.xlsx", "không có thư mục", "there is no folder"),
        ("file/x.xlsx", "đường dẫn đi qua một tệp", "a part of the path is a file"),
        ("folder", "đó là một thư mục", "it is a folder"),
        ("n" * 300, "tên quá dài", "the name is too long"),
    ],
)
def test_places_that_can_not_be_written_are_told_plainly(tmp_path: Path, name: str, vi: str, en: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "folder").mkdir()
    with pytest.raises(SaveError) as caught:
        save(tmp_path / name, b"")
    assert vi in caught.value.message.vi
    assert en in caught.value.message.en
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_file_that_may_not_be_read_is_told_plainly(tmp_path: Path) -> None:
    report = tmp_path / "r.txt"
    report.write_text("x")
    report.chmod(0)
    with ordinary_user(), pytest.raises(DocumentError) as caught:
        bytes_of(report)
    assert caught.value.message.vi == f"không đọc được '{report}': không có quyền"
    assert caught.value.message.en == f"can't read '{report}': no permission"
