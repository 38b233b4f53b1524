"""Every fault in a rulebook gives its own code at the right file, line and column, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.errors import RuleError
from engine.link import load_rulebook
from tests.engine.faults.fault import Fault, marked, told_of, write
from tests.engine.faults.table import FAULTS

BY_NAME = {fault.name: fault for fault in FAULTS}


@pytest.mark.parametrize("fault", FAULTS, ids=BY_NAME)
def test_a_fault_gives_its_issues_and_no_others(fault: Fault, tmp_path: Path) -> None:
    texts, expected = marked([fault])
    write(texts, tmp_path / "rules")
    with pytest.raises(RuleError) as caught:
        load_rulebook("base", tmp_path / "rules")
    issues = caught.value.issues
    assert told_of(issues) == sorted(expected), "\n".join(issue.text("en") for issue in issues)
    assert fault.hint in " ".join(issue.hint.en for issue in issues if issue.hint)
    for issue in issues:
        for text in (
            issue.message.vi,
            issue.message.en,
            *((issue.hint.vi, issue.hint.en) if issue.hint else ()),
        ):
            assert text.strip()
            assert not re.search(r"\{\w*\}|None|Decimal\(", text)
