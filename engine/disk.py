"""Why the system won't read or write a file, in words: its own are in the machine's language."""

from __future__ import annotations

import errno
from collections.abc import Mapping

from engine.words import Message, say

_KEYS: Mapping[int, str] = {
    errno.ENOENT: "disk.missing",
    errno.EACCES: "disk.not_allowed",
    errno.EPERM: "disk.not_allowed",
    errno.EROFS: "disk.read_only",
    errno.EISDIR: "disk.folder",
    errno.ENOTDIR: "disk.through_a_file",
    errno.ELOOP: "disk.loop",
    errno.ENAMETOOLONG: "disk.long_name",
    errno.ENOSPC: "disk.full",
    errno.EDQUOT: "disk.full",
    errno.EIO: "disk.failing",
    errno.EMFILE: "disk.too_many_open",
    errno.ENFILE: "disk.too_many_open",
}


def reason(error: OSError) -> Message:
    """Why a file can't be read or written; what has no words of ours keeps the system's, with its number."""
    if error.errno is None:
        return say("disk.other", what=str(error))
    key = _KEYS.get(error.errno)
    return say(key) if key else say("disk.other", what=f"{error.strerror} ({error.errno})")
