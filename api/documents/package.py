"""What a Word template from outside may hold: pages, no programs, nothing that points elsewhere."""

from __future__ import annotations

import io
import re
import zipfile
from xml.parsers import expat

from engine.errors import Code, Issues, Place
from engine.words import Message, say

MOST_MEGABYTES, MOST_PARTS = 16, 400
FIELDS = (
    *("AUTHOR", "CREATEDATE", "DATE", "FILENAME", "HYPERLINK", "NUMPAGES", "PAGE", "PAGEREF", "REF"),
    *("SAVEDATE", "SECTION", "SECTIONPAGES", "SEQ", "STYLEREF", "SUBJECT", "TIME", "TITLE", "TOC"),
)
"""Fields that show something of the document itself."""
_ACTIVE = re.compile(
    r"vbaProject|vbaData|activeX|embeddings/|afchunk|ctrlProps|\.(bin|ole|exe|dll|js|mht)$", re.IGNORECASE
)
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def inspected(data: bytes, name: str, issues: Issues) -> bool:
    """Whether a template's package is fit to be opened; each reason why not is an issue."""
    before = len(issues.found)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            size = sum(entry.file_size for entry in entries)
            if size > MOST_MEGABYTES * 1_000_000 or len(entries) > MOST_PARTS:
                _refuse(issues, name, say("template.too_large", limit=MOST_MEGABYTES, parts=MOST_PARTS))
                return False
            for entry in entries:
                if _ACTIVE.search(entry.filename):
                    _refuse(issues, name, say("template.active", what=entry.filename), "template.active.hint")
                elif entry.filename.lower().endswith((".xml", ".rels")):
                    _Part(entry.filename, name, issues).read(package.read(entry))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, expat.ExpatError):
        _refuse(issues, name, say("template.broken"))  # encrypted ones raise RuntimeError
    return len(issues.found) == before


def _refuse(issues: Issues, name: str, why: Message, hint: str | None = None) -> None:
    issues.add(Code.BAD_TEMPLATE, Place(name, 1, 1), hint=say(hint) if hint else None, why=why)


class _Part:
    """One XML part, read for what it mustn't have."""

    def __init__(self, part: str, name: str, issues: Issues) -> None:
        self.part, self.name, self.issues = part, name, issues
        self.fields: list[str] = []  # instructions; one may be spread over runs
        self.within_instruction = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def read(self, data: bytes) -> None:
        try:
            self.parser.Parse(data, True)
        except _RefusedError:
            return
        for instruction in self.fields:
            words = instruction.split()
            if words and words[0].upper() not in FIELDS:
                hint = say("template.field.hint", options=", ".join(FIELDS))
                why = say("template.field", what=words[0][:40])
                self.issues.add(Code.BAD_TEMPLATE, Place(self.name, 1, 1), hint=hint, why=why)

    def doctype(self, *_: object) -> None:
        _refuse(self.issues, self.name, say("template.doctype", what=self.part))
        raise _RefusedError

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(" ")[2]
        if name == "Relationship":
            self.relationship(attributes)
        elif name == "Override" and "macro" in attributes.get("ContentType", "").lower():
            _refuse(self.issues, self.name, say("template.active", what="macro"), "template.active.hint")
        elif name == "fldSimple":
            self.fields.append(attributes.get(f"{_WORD} instr", ""))
        elif name == "fldChar" and attributes.get(f"{_WORD} fldCharType") == "begin":
            self.fields.append("")
        elif name in ("instrText", "delInstrText"):
            self.within_instruction = True
            if not self.fields:
                self.fields.append("")
        elif name in ("object", "control", "altChunk", "subDoc"):
            _refuse(self.issues, self.name, say("template.active", what=name), "template.active.hint")

    def relationship(self, attributes: dict[str, str]) -> None:
        kind = attributes.get("Type", "").rpartition("/")[2]
        if attributes.get("TargetMode", "").lower() == "external" and kind != "hyperlink":
            what = f"{kind} {attributes.get('Target', '')[:80]}"
            _refuse(self.issues, self.name, say("template.outside", what=what))

    def end(self, tag: str) -> None:
        if tag.endswith("nstrText"):
            self.within_instruction = False

    def text(self, data: str) -> None:
        if self.within_instruction:
            self.fields[-1] += data


class _RefusedError(Exception):
    """The part isn't read on."""
