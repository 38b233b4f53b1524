"""Plans that a report prints anywhere, found again by what they are about."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from engine.report.items import Figure
from engine.report.said import OVER, REACH, Claim
from engine.report.scales import Unit, alike

COMMON = 64
"""A syllable in the subjects of more plans than this tells nothing."""
STRONG = Fraction(3, 4)


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan's figure and its subject. ``source``: where it is printed."""

    subject: frozenset[str]
    value: Fraction
    unit: Unit
    source: Figure


@dataclass(slots=True)
class Shelf:
    """Plans by the syllables of their subjects; the same one is kept once."""

    plans: list[Plan] = field(default_factory=list)
    by_word: dict[str, list[int]] = field(default_factory=dict)
    seen: set[tuple[frozenset[str], Fraction, str]] = field(default_factory=set)
    said: set[tuple[Fraction, str]] = field(default_factory=set)

    def add(self, figure: Figure, subject: frozenset[str]) -> None:
        """Keep a plan, unless it is there or has no subject."""
        key = (subject, figure.value, figure.unit.kind)
        if len(subject) < 2 or key in self.seen:
            return
        self.seen.add(key)
        for word in subject:
            self.by_word.setdefault(word, []).append(len(self.plans))
        self.plans.append(Plan(subject, figure.value, figure.unit, figure))

    def like(self, subject: frozenset[str], unit: Unit) -> list[tuple[Fraction, Plan]]:
        """The plans whose subject is nearest, with how near, 0 to 1: one, or several that are as near."""
        shared: dict[int, int] = {}
        for word in subject:
            found = self.by_word.get(word, [])
            if len(found) <= COMMON:
                for at in found:
                    shared[at] = shared.get(at, 0) + 1
        near = []
        for at, count in shared.items():
            plan = self.plans[at]
            least = min(len(subject), len(plan.subject))
            enough = count >= 3 or count == least
            if enough and count >= 2 and 5 * count >= 3 * least and alike(plan.unit, unit):
                near.append((Fraction(count, len(subject | plan.subject)), plan))
        best = max((score for score, _ in near), default=Fraction(0))
        return [(score, plan) for score, plan in near if score >= best - Fraction(1, 10)]


def shelf(claims: Iterable[Claim], figures: Iterable[Figure]) -> Shelf:
    """The plans that claims are said to be of, those that are called so, and what is 100% of its plan."""
    found = Shelf()
    whole = []
    for claim in claims:
        reaches = claim.relation in {REACH, OVER} and claim.kind in {"plan", ""}
        if claim.base is not None and claim.kind == "plan":
            found.said.add((claim.base.value, claim.base.unit.kind))
        if claim.base is not None and reaches and not claim.weak:
            found.add(claim.base, (claim.part or claim.base).subject)
        elif (
            claim.base is None
            and claim.kind == "plan"
            and claim.part is not None
            and claim.figure.value == 100
        ):
            whole.append(claim.part)
    for figure in figures:
        if figure.role == "plan":
            found.add(figure, figure.subject)
    for figure in whole:
        found.add(figure, figure.subject)
    return found
