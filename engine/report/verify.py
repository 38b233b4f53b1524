"""A report checked: everything found in it, in the order of the text."""

from __future__ import annotations

from engine.report.claims import each
from engine.report.findings import Finding
from engine.report.grids import grids
from engine.report.known import Known
from engine.report.marks import brackets, measures, separators
from engine.report.plans import shelf
from engine.report.ratios import Ratios
from engine.report.reading import read
from engine.report.shares import shares
from engine.report.sums import sums
from engine.report.whens import whens
from engine.rulebook import Rulebook


def verify(text: str, rulebook: Rulebook | None = None) -> list[Finding]:
    """Check a report's text, with a rulebook its figures too. Takes linear time.

    ``text[finding.start:finding.end]`` is ``finding.quote``.
    """
    report = read(text)
    claims = list(each(report.sentences))
    plans = shelf(claims, (figure for sentence in report.sentences for figure in sentence.figures))
    known = Known(rulebook, report) if rulebook else None
    ratios = Ratios(report, plans, known.base if known else None)
    found = [
        *ratios.check(claims),
        *grids(report, ratios),
        *sums(report),
        *shares(report, claims),
        *whens(report),
        *brackets(report),
        *separators(report),
        *measures(report),
        *(known.compare(claims) if known else ()),
    ]
    return sorted(found, key=lambda one: (one.start, one.end, one.kind))
