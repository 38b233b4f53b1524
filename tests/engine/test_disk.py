"""Why files can't be read or written, in both languages."""

from __future__ import annotations

import errno
import os

import pytest

from engine.disk import reason


@pytest.mark.parametrize(
    ("number", "vi", "en"),
    [
        (errno.ENOENT, "không có tệp hoặc thư mục này", "there is no such file or folder"),
        (errno.EACCES, "không có quyền", "no permission"),
        (errno.EPERM, "không có quyền", "no permission"),
        (errno.ENOSPC, "đĩa đã đầy", "the disk is full"),
        (errno.EIO, "đĩa bị lỗi", "the disk fails"),
    ],
)
def test_what_the_system_says_is_told_in_two_languages(number: int, vi: str, en: str) -> None:
    why = reason(OSError(number, os.strerror(number), "a.txt"))
    assert (why.vi, why.en) == (vi, en)


def test_what_has_no_words_of_ours_keeps_the_system_s() -> None:
    why = reason(OSError(errno.EXDEV, "Invalid cross-device link"))
    assert why.vi == f"hệ thống báo 'Invalid cross-device link ({errno.EXDEV})'"
    assert reason(OSError("no number")).en == "the system says 'no number'"
