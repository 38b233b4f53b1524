"""Files that are either whole or not there: written beside their place, then moved into it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from api import labels
from engine.disk import reason
from engine.words import Message


class SaveError(Exception):
    """A file that can't be written; ``message`` says which and why."""

    def __init__(self, target: Path | str, reason: Message) -> None:
        self.message = Message(
            f"{labels.NOT_SAVED.vi} '{target}': {reason.vi}", f"{labels.NOT_SAVED.en} '{target}': {reason.en}"
        )
        super().__init__(self.message.en)


def save(target: Path, data: bytes) -> None:
    """Put a file in place of what stands there: a failed save leaves that as it was. Raises SaveError.

    What is no file, such as /dev/stdout or a pipe, is written to and never replaced.
    """
    try:
        if target.exists() and not target.is_file():
            target.write_bytes(data)
        else:
            _replace(target.resolve(), data)
    except OSError as error:
        raise not_saved(target, error) from error


def not_saved(target: Path, error: OSError) -> SaveError:
    """That a file couldn't be written, in words."""
    return SaveError(target, _reason(target, error))


def _replace(place: Path, data: bytes) -> None:
    temporary = place.with_name(f".{place.name}.{os.getpid()}.part")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            temporary.chmod(place.stat().st_mode & 0o777)
        temporary.replace(place)
    finally:
        temporary.unlink(missing_ok=True)


def _reason(target: Path, error: OSError) -> Message:
    if error.errno == errno.ENOENT and not target.parent.is_dir():
        return labels.no_folder(str(target.parent))
    if isinstance(error, PermissionError):
        return labels.NO_PERMISSION
    return reason(error)
