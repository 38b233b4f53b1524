"""Passages written by hand in the ways that reports put things; what is said of each, against what is true.

``written/seen.txt`` and ``written/held_out.txt`` hold them: a style under ``##``, then passages apart by
empty lines. Below a passage stand its claims, in any order: ``= 46,31% : 9262/20000 : swapped_digits`` is
what is stated, the figures that it is of, and how a wrong one was made, which is only compared with the slip
that is told: whether a claim is right, cut off or wrong is computed here from the figures. ``?`` in place of
figures: they aren't printed, so it can't be checked. ``: right`` or ``: wrong`` judges words such as
"trên 46%".

``python -m tests.engine.report.corpus`` prints precision and recall by style; ``--misses`` also what was
misjudged in the seen part. The held-out part is only counted.
"""

from __future__ import annotations

import ast
import operator
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from engine.report.findings import Finding
from engine.report.verify import verify

PARTS = ("seen", "held_out")
_WHERE = Path(__file__).with_name("written")
_BY = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
_JUDGED = ("right", "truncated", "wrong")
_IN_WORDS = {"gấp đôi": "2", "gấp rưỡi": "1,5", "gấp ba": "3"}
SLIPS = ("swapped_digits", "lost_digit", "wrong_separator", "wrong_base")


@dataclass(frozen=True)
class Claim:
    """What is stated at a place: ``stated`` and ``exact`` on the same scale, None if not printed."""

    start: int
    end: int
    quote: str
    stated: Fraction
    exact: Fraction | None
    verdict: str
    slip: str | None


@dataclass(frozen=True)
class Passage:
    """Text of one style and everything claimed in it."""

    style: str
    text: str
    claims: tuple[Claim, ...]


@dataclass
class Score:
    """``hit``: claims judged as they are; ``told``: judgements, with the value that each gives; ``agree``:
    of those the true ones; ``wrong``, ``caught``: claims that are wrong, and those of them told so;
    ``false``: told wrong though not; ``slips``, ``named``: slips found, and those named as they were made.
    """

    claims: int = 0
    hit: int = 0
    told: int = 0
    agree: int = 0
    wrong: int = 0
    caught: int = 0
    false: int = 0
    slips: int = 0
    named: int = 0

    @property
    def recall(self) -> float:
        """Of the claims, those that were judged as they are."""
        return self.hit / self.claims if self.claims else 1.0

    @property
    def precision(self) -> float:
        """Of the judgements (right, truncated, wrong), those that agree in verdict and value."""
        return self.agree / self.told if self.told else 1.0

    @property
    def wrong_recall(self) -> float:
        """Of the wrong claims, those that were told to be."""
        return self.caught / self.wrong if self.wrong else 1.0

    @property
    def wrong_precision(self) -> float:
        """Of what was told to be wrong, what is."""
        return self.caught / (self.caught + self.false) if self.caught + self.false else 1.0

    def add(self, other: Score) -> None:
        for name in vars(other):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def exactly(written: str) -> Fraction:
    """The value of figures joined by + - * /, with Python's points: nothing of the reader's is used."""

    def value(node: ast.expr) -> Fraction:
        match node:
            case ast.Constant(value=int() | float()):
                return Fraction(ast.unparse(node))
            case ast.BinOp(left=left, op=op, right=right):
                joined: Fraction = _BY[type(op)](value(left), value(right))
                return joined
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -value(operand)
            case _:
                raise ValueError(written)

    return value(ast.parse(written, mode="eval").body)


def _verdict(stated: Fraction, exact: Fraction, decimals: int) -> str:
    """§7: half up to the digits stated, or cut off to them."""
    digits, tens = abs(stated) * 10**decimals, abs(exact) * 10**decimals
    if digits == (2 * tens + 1) // 2:
        return "right"
    return "truncated" if digits == tens // 1 else "wrong"


def _claim(text: str, line: str, taken: set[int]) -> Claim:
    quote, written, *rest = line.removeprefix("= ").split(" : ")
    number = re.search(r"[\d.,]+", _IN_WORDS.get(quote, quote))
    assert number is not None, line
    found = [
        m.start()
        for m in re.finditer(rf"(?<![\d.,]){re.escape(quote)}(?![.,]?\d)", text)
        if m.start() not in taken
    ]
    assert found, f"{quote} isn't in {text}"
    taken.add(found[0])
    stated = Fraction(number[0].replace(".", "").replace(",", "."))
    place = (found[0], found[0] + len(quote), quote, stated)
    if written == "?":
        return Claim(*place, None, "cannot_check", None)
    exact = abs(exactly(written)) * {"%": 100, "‰": 1000}.get(quote[-1], 1)
    said = rest[0] if rest else None
    if said in _JUDGED:
        return Claim(*place, exact, said, None)
    verdict = _verdict(stated, exact, len(number[0].partition(",")[2]))
    assert (verdict == "wrong") or said is None, f"{line}: isn't wrong"
    return Claim(*place, exact, verdict, said if said in SLIPS else None)


def passages(part: str) -> Iterator[Passage]:
    """The passages of a part, in the order of its file."""
    style = ""
    for block in (_WHERE / f"{part}.txt").read_text(encoding="utf-8").split("\n\n"):
        lines = block.strip("\n").split("\n")
        if lines[0].startswith("## "):
            style = lines.pop(0).removeprefix("## ")
        text = "\n".join(line for line in lines if not line.startswith("= "))
        taken: set[int] = set()
        if text:
            claims = tuple(_claim(text, line, taken) for line in lines if line.startswith("= "))
            yield Passage(style, text, claims)


def _agrees(claim: Claim, finding: Finding) -> bool:
    if finding.verdict != claim.verdict:
        return False
    if claim.exact is None:
        return True
    if not isinstance(finding.computed, Fraction) or not isinstance(finding.stated, Fraction):
        return False
    return abs(finding.computed) * claim.stated == claim.exact * abs(finding.stated)


def score(passage: Passage) -> tuple[Score, list[str]]:
    """The score of one passage, and what was misjudged in it, in words."""
    found = verify(passage.text)
    result, misses = Score(claims=len(passage.claims)), list[str]()
    mine: set[int] = set()
    for claim in passage.claims:
        here = [
            i
            for i, one in enumerate(found)
            if one.kind in {"ratio", "sum"} and one.start < claim.end and one.end > claim.start
        ]
        mine.update(here)
        judged = [found[i] for i in here]
        hit = any(_agrees(claim, one) for one in judged)
        told = [one for one in judged if one.verdict in _JUDGED]
        result.hit += hit
        result.told += len(told)
        result.agree += sum(_agrees(claim, one) for one in told)
        wrong = [one for one in told if one.verdict == "wrong"]
        result.wrong += claim.verdict == "wrong"
        result.caught += claim.verdict == "wrong" and bool(wrong)
        result.false += len(wrong) if claim.verdict != "wrong" else 0
        if claim.slip and wrong:
            result.slips += 1
            result.named += wrong[0].slip == claim.slip
        if not hit:
            said = "; ".join(f"{one.quote} {one.verdict}: {one.note.vi}" for one in judged) or "nothing said"
            misses.append(f"{claim.quote} is {claim.verdict}: {said}")
    for i, one in enumerate(found):
        if i not in mine and one.verdict in {"wrong", "truncated"}:
            result.told += 1
            result.false += one.verdict == "wrong"
            misses.append(f"no claim, yet {one.quote} {one.verdict}: {one.note.vi}")
    return result, misses


def totals(part: str) -> tuple[dict[str, Score], Score, Counter[str], list[str]]:
    """Scores by style, of the part, how many claims there are of each verdict, and what was misjudged."""
    by_style: dict[str, Score] = {}
    verdicts: Counter[str] = Counter()
    overall, misses = Score(), list[str]()
    for passage in passages(part):
        one, missed = score(passage)
        by_style.setdefault(passage.style, Score()).add(one)
        overall.add(one)
        verdicts.update(claim.verdict for claim in passage.claims)
        misses += [f"{passage.style}: {passage.text}\n    {line}" for line in missed]
    return by_style, overall, verdicts, misses


def _row(name: str, one: Score) -> str:
    return (
        f"{name:<28}{one.claims:>7}{one.precision:>11.4f}{one.recall:>8.4f}{one.wrong:>7}"
        f"{one.wrong_precision:>11.4f}{one.wrong_recall:>8.4f}\n"
    )


def main() -> None:
    write = sys.stdout.write
    for part in PARTS:
        by_style, overall, verdicts, misses = totals(part)
        write(f"{part}: {sum(1 for _ in passages(part))} passages, {overall.claims} claims (")
        write(", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())) + ")\n")
        write(
            f"{'style':<28}{'claims':>7}{'precision':>11}{'recall':>8}{'wrong':>7}{'precision':>11}{'recall':>8}\n"
        )
        write("".join(_row(style, one) for style, one in by_style.items()) + _row("all", overall))
        write(f"slips named as made: {overall.named} of {overall.slips}\n\n")
        if part == "seen" and "--misses" in sys.argv:
            write("\n".join(misses) + "\n\n")


if __name__ == "__main__":
    main()
