"""Plain text in the encodings that Vietnamese offices use: UTF-8, UTF-16, Windows-1258; no others."""

from __future__ import annotations

import codecs
import unicodedata

from api.documents.legacy import encoding_of
from api.documents.text import DocumentError

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_COMMON = frozenset(
    ("và", "của", "các", "năm", "được", "đạt", "trong", "cho", "người", "kế", "tỉnh", "triệu", "với", "là")
)
"""Words of which some stand in any Vietnamese text: bytes that decode to none of them are something else."""


def decoded(data: bytes, name: str) -> str:
    """The text of a file. Raises DocumentError."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data, encoding, name)
    if b"\x00" in data[:4096]:
        even, odd = data[0:4096:2].count(0), data[1:4096:2].count(0)
        return _strict(data, "utf-16-le" if odd > even else "utf-16-be", name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        if (old := encoding_of(data.decode("latin-1"))) is not None:
            raise DocumentError("report.legacy", "report.legacy.hint", what=name, encoding=old) from None
        text = _strict(data, "cp1258", name)
    words = unicodedata.normalize("NFC", text).lower().split()
    if not _COMMON.intersection(words):
        raise DocumentError("report.not_text", "report.save_utf8.hint", what=name)
    return text


def _strict(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise DocumentError("report.not_text", "report.save_utf8.hint", what=name) from None
