"""``python -m tests.api.recalculate FILE.xlsx …``: LibreOffice works every formula of a workbook out anew;
what it finds is compared with what the workbook was saved with. Needs LibreOffice Calc (``soffice``).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl


def recalculated(path: Path) -> Path:
    """The workbook as LibreOffice saves it, in a new folder. Its stored values are left out of what it reads,
    so that nothing but its own arithmetic can be in there.
    """
    folder = Path(tempfile.mkdtemp())
    bare = folder / path.name
    openpyxl.load_workbook(path).save(bare)  # which writes formulas without values
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", folder / "out", bare],
        check=True,
        capture_output=True,
    )
    return folder / "out" / path.name


def differences(path: Path) -> tuple[int, list[str]]:
    """How many formulas there are, and those that come out otherwise than they were saved."""
    formulas = openpyxl.load_workbook(path)
    saved = openpyxl.load_workbook(path, data_only=True)
    found = openpyxl.load_workbook(recalculated(path), data_only=True)
    count, off = 0, []
    for page in formulas.worksheets:
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                count += 1
                mine = saved[page.title][cell.coordinate].value
                other = found[page.title][cell.coordinate].value
                if not _same(mine, other):
                    off.append(f"{page.title}!{cell.coordinate} {cell.value}: {mine!r}, found {other!r}")
    return count, off


def _same(mine: object, other: object) -> bool:
    if isinstance(mine, int | float) and isinstance(other, int | float):
        return abs(mine - other) <= 1e-9 * max(1, abs(mine))
    return mine == other


def main(paths: list[str]) -> int:
    """Compare each; 1 if anything differs."""
    wrong = False
    for path in paths:
        count, off = differences(Path(path))
        print(f"{path}: {count} formulas, {len(off)} differ")  # noqa: T201
        for line in off[:20]:
            print(f"  {line}")  # noqa: T201
        wrong = wrong or bool(off)
    return int(wrong)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
