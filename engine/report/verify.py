"""A report checked: everything found in it, in the order of the text."""

from __future__ import annotations

from engine.report.claims import each
from engine.report.findings import Finding
from engine.report.marks import brackets, measures, separators
from engine.report.plans import shelf
from engine.report.ratios import Ratios
from engine.report.reading import read
from engine.report.sums import sums
from engine.report.whens import whens


def verify(text: str) -> list[Finding]:
    """Check a report's text: ``text[finding.start:finding.end]`` is ``finding.quote``. Takes linear time."""
    report = read(text)
    claims = list(each(report.sentences))
    plans = shelf(claims, (figure for sentence in report.sentences for figure in sentence.figures))
    found = [
        *Ratios(report, plans).check(claims),
        *sums(report),
        *whens(report),
        *brackets(report),
        *separators(report),
        *measures(report),
    ]
    return sorted(found, key=lambda one: (one.start, one.end, one.kind))
