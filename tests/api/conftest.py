from __future__ import annotations

from pathlib import Path

import pytest

from api.cli.main import main
from tests.api.terminal import Result, Run


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """A command of chitieu in this process."""

    def call(*argv: str | Path) -> Result:
        code = main([str(word) for word in argv])
        return Result(code, *capsys.readouterr())

    return call
