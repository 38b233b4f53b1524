"""`python -m docs.generate`: every generated part of the documents, written anew.

Console blocks are run, answers cut down to the keys shown, tables made from the code, pictures drawn by the
commands that stand before them. The tests compare what stands in the documents with what this writes, so that
nothing in them grows old unseen.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from docs.markdown import Block, DocsError, blocks
from docs.reference import TABLES
from docs.shell import ROOT, Shell, console
from docs.snippets import snippet
from docs.worked import columns_by_hand, statuses_by_hand

GENERATED: Mapping[str, Callable[[], list[str]]] = {
    **TABLES,
    "columns by hand": columns_by_hand,
    "statuses by hand": statuses_by_hand,
}
PICTURES = "pictures"
"""The folder of pictures, beside the documents that show them."""
_PICTURE = re.compile(rf"!\[[^\]]+\]\({PICTURES}/([\w.-]+\.svg)\)")
DOCUMENTS = ("README.md", "docs/guide.md", "docs/what-if.md", "docs/reference.md")


def refreshed(text: str, name: str, pictures: dict[str, bytes] | None = None) -> str:
    """The document as it should read now; ``pictures`` takes up what it shows, by the files' names.

    Raises DocsError where a snippet isn't true, or no command drew a picture.
    """
    with tempfile.TemporaryDirectory() as folder, Shell(Path(folder).resolve()) as shell:
        found = []
        for block in blocks(text, name):
            try:
                block.lines = _lines(block, shell)
                for picture in _PICTURE.findall("\n".join(block.lines) if block.kind == "prose" else ""):
                    shown = (shell.folder / picture).read_bytes()
                    if pictures is not None:
                        pictures[picture] = shown
            except (DocsError, OSError, ValueError) as error:
                raise DocsError(f"{name}:{block.line}: {error}") from error
            found.append(block.text())
    return "".join(found)


def _lines(block: Block, shell: Shell) -> list[str]:
    match block.kind, block.lang:
        case "prose", _:
            return block.lines
        case "generated", _:
            if block.name not in GENERATED:
                raise DocsError(f"no table {block.name!r}")
            return ["", *GENERATED[block.name](), ""]
        case _, "console":
            return console(block.lines, block.attributes.get("lines"), shell)
        case _, "yaml" | "csv" | "json" | "text":
            return snippet(block, shell)
        case _, "sh":
            return block.lines  # commands for a shell to set up: the tests look for their targets
    raise DocsError(f"a fence of {block.lang or 'nothing'} is not checked by anything")


def main() -> int:
    """Rewrite the documents; say which changed."""
    for name in DOCUMENTS:
        path = ROOT / name
        before = path.read_text(encoding="utf-8")
        pictures: dict[str, bytes] = {}
        after = refreshed(before, name, pictures)
        if after != before:
            path.write_text(after, encoding="utf-8")
            sys.stdout.write(f"{name}\n")
        for picture, shown in pictures.items():
            place = path.parent / PICTURES / picture
            if not place.exists() or place.read_bytes() != shown:
                place.parent.mkdir(exist_ok=True)
                place.write_bytes(shown)
                sys.stdout.write(f"{place.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
