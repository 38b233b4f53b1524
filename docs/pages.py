"""``python -m docs.pages`` draws pages of Word and Excel files into docs/pages/, as LibreOffice shows them.

Needs LibreOffice (``soffice``) and poppler (``pdftoppm``); tests don't, so they read the files instead.
"""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent / "pages"
BOOK = "binh_thuan_2023"
DOTS_PER_INCH = 60


class Page(NamedTuple):
    """A page of what a command writes."""

    command: str
    suffix: str
    number: int


PAGES = {
    "decision": Page("plan", ".docx", 2),
    "report": Page("report", ".docx", 1),
    "workbook": Page("plan", ".xlsx", 7),
}


def draw(name: str, page: Page, folder: Path) -> bytes:
    """The page as PNG. Raises CalledProcessError where a program fails, OSError where one isn't there."""
    file = folder / f"{name}{page.suffix}"
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    at = str(page.number)
    made = [
        f"{sys.executable} -m api.cli.main {page.command} {BOOK} -o {file}",
        f"soffice {profile} --headless --convert-to pdf --outdir {folder} {file}",
        f"pdftoppm -r {DOTS_PER_INCH} -f {at} -l {at} -png -singlefile {folder / name}.pdf {folder / name}",
    ]
    for command in made:
        subprocess.run(shlex.split(command), check=True, capture_output=True)
    return (folder / f"{name}.png").read_bytes()


def main() -> None:
    """Draw all pages."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, page in PAGES.items():
            (FOLDER / f"{name}.png").write_bytes(draw(name, page, Path(folder)))
            sys.stdout.write(f"docs/pages/{name}.png\n")


if __name__ == "__main__":
    main()
