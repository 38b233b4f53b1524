"""A plan as it was issued: the JSON answer of ``plan`` read back and checked, or a fresh plan as data."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.calendar import form_of
from engine.errors import Code, Issues, Place, RuleError
from engine.files import read_text
from engine.overlaid import Overlaid
from engine.rulebook import Rulebook
from engine.words import Message, say

if TYPE_CHECKING:
    from scenarios.plan import Plan

WITH_PLAN = ("optimal", "feasible")
STATUSES = (*WITH_PLAN, "infeasible", "none_found")
MOST_TOLD = 20
"""A file of another kind would be wrong at every line."""


@dataclass(frozen=True, slots=True)
class IssuedRule:
    """At how many of a rule's instances no further unit fitted."""

    name: str
    instances: int
    binding: int


@dataclass(frozen=True, slots=True)
class Issued:
    """A plan as data. Without a plan (``infeasible``, ``none_found``) the inner mappings of ``values``,
    ``fair`` and ``need`` are empty, and so are ``cells``, ``binding`` and ``rules``.

    ``values``, ``fair`` (None where held) and ``need``: quota → unit → number, in the plan's order, in base
    measures; ``cells``: (quota, unit, period) → whole number; ``binding``: (quota, unit) → names;
    ``conflicts``: why there is no plan, of a file in the language that it was written in.
    """

    name: str
    rulebook: str
    allocation: str
    scenario: str | None
    overlaid: tuple[Overlaid, ...]
    status: str
    objective: float | None
    totals: Mapping[str, int]
    values: Mapping[str, Mapping[str, int]]
    fair: Mapping[str, Mapping[str, float | None]]
    need: Mapping[str, Mapping[str, float]]
    cells: Mapping[tuple[str, str, str], int]
    binding: Mapping[tuple[str, str], tuple[str, ...]]
    rules: tuple[IssuedRule, ...]
    conflicts: tuple[Message, ...] = ()

    @property
    def is_plan(self) -> bool:
        """Whether there is a plan at all."""
        return self.status in WITH_PLAN


def issued_of(plan: Plan, name: str) -> Issued:
    """A fresh plan as data, under a name."""
    rulebook = plan.problem.rulebook
    by_quota = {quota: [s for s in plan.shares if s.quota == quota] for quota in plan.totals}
    return Issued(
        name,
        rulebook.id,
        plan.problem.allocation.id,
        rulebook.scenario,
        tuple(rulebook.overlaid),
        plan.status,
        plan.objective,
        plan.totals,
        {quota: {share.unit: share.value for share in shares} for quota, shares in by_quota.items()},
        {quota: {share.unit: share.fair for share in shares} for quota, shares in by_quota.items()},
        {quota: {share.unit: share.need for share in shares} for quota, shares in by_quota.items()},
        {(cell.quota, cell.unit, cell.period): cell.value for cell in plan.cells},
        {(share.quota, share.unit): share.binding for share in plan.shares},
        tuple(IssuedRule(rule.name, rule.instances, rule.binding) for rule in plan.rules),
        tuple(conflict.words for conflict in plan.conflicts),
    )


def issued_file(
    path: Path, label: str, rulebook: Rulebook | None = None, allocation: str | None = None
) -> Issued:
    """The plan in a file that ``chitieu plan --format json -o FILE`` wrote. Raises RuleError as ``issued``,
    and file_not_found and not_utf8.
    """
    issues = Issues()
    text = read_text(path, label, issues)
    issues.raise_errors()
    assert text is not None
    return issued(_parsed(text, label), label, rulebook, allocation)


def issued(
    data: object, name: str, rulebook: Rulebook | None = None, allocation: str | None = None
) -> Issued:
    """A plan from its JSON answer; keys that no reader needs are not looked at.

    ``rulebook`` and ``allocation``: what it must be a plan of. Raises RuleError (bad_plan) where the answer
    isn't whole, doesn't add up, or is about something else.
    """
    try:
        answer = _Answer.model_validate(data)
    except ValidationError as error:
        _raise(name, [_words(told) for told in error.errors(include_url=False)])
    found = _issued(answer, name)
    faults = [*_is_about(found, rulebook, allocation), *_is_whole(answer, found), *_adds_up(found)]
    faults += [say("plan_period", what=period) for period in _no_periods(found)]
    if faults:
        _raise(name, faults)
    return found


# ------------------------------------------------------------------------------------------------- reading

_Count = Annotated[int, Field(strict=True, ge=0, lt=2**53)]
_Real = Annotated[float, Field(ge=0, allow_inf_nan=False, strict=True)]
_Text = Annotated[str, Field(strict=True)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Change(_Part):
    path: _Text
    was: Any = Field(alias="from")
    to: Any
    by: _Text


class _Share(_Part):
    quota: _Text
    unit: _Text
    value: _Count
    fair: _Real | None
    need: _Real
    binding: list[_Text]


class _Cell(_Part):
    quota: _Text
    unit: _Text
    period: _Text
    value: _Count


class _Rule(_Part):
    name: _Text
    instances: _Count
    binding: _Count


class _Conflict(_Part):
    words: _Text


class _Answer(_Part):
    """Of the answer what is read here."""

    rulebook: _Text
    allocation: _Text
    scenario: _Text | None
    overlaid: list[_Change]
    status: Literal["optimal", "feasible", "infeasible", "none_found"]
    objective: _Real | None
    totals: dict[str, _Count]
    by_unit: list[_Share]
    cells: list[_Cell]
    rules: list[_Rule]
    conflicts: list[_Conflict] = []


_KINDS: Mapping[str, str] = {
    "int_type": "count",
    "int_from_float": "count",
    "greater_than_equal": "count",
    "less_than": "exact",
    "float_type": "number",
    "finite_number": "number",
    "string_type": "text",
    "list_type": "list",
    "literal_error": "status",
}
"""pydantic's names of what is wrong, and what is wanted instead; a mapping for all others."""


def _words(told: Mapping[str, Any]) -> Message:
    """One fault of the shape: where in the file, and what is wanted there."""
    at = ""
    for part in told["loc"]:
        at += f"[{part}]" if isinstance(part, int) else f".{part}"
    if told["type"] == "missing":
        return say("plan_key_missing", what=at[1:])
    if not at:
        return say("plan_not_answer")
    kind = _KINDS.get(told["type"], "mapping")
    if kind == "count" and at.endswith((".fair", ".need", "objective")):
        kind = "number"
    return say("plan_value", at=at[1:], wanted=say(f"plan_value.{kind}"))


def _parsed(text: str, label: str) -> object:
    def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice = next(key for key, times in Counter(key for key, _ in pairs).items() if times > 1)
            _raise(label, [say("plan_key_twice", what=twice)])
        return found

    def no_number(text: str) -> NoReturn:
        _raise(label, [say("plan_no_number", what=text)])

    try:
        return json.loads(text, object_pairs_hook=once_each, parse_constant=no_number)
    except json.JSONDecodeError as error:
        _raise(label, [say("plan_not_json")], error.lineno, error.colno)
    except RecursionError:
        _raise(label, [say("plan_too_deep")])
    except ValueError:  # more digits than Python reads
        _raise(label, [say("plan_too_long")])


def _raise(name: str, faults: list[Message], line: int = 1, column: int = 1) -> NoReturn:
    issues = Issues()
    for why in faults[:MOST_TOLD]:
        issues.add(Code.BAD_PLAN, Place(name, line, column), hint=say("bad_plan.hint"), why=why)
    raise RuleError(issues.found)


def _issued(answer: _Answer, name: str) -> Issued:
    by_quota: dict[str, list[_Share]] = {quota: [] for quota in answer.totals}
    for share in answer.by_unit:
        by_quota.setdefault(share.quota, []).append(share)
    return Issued(
        name,
        answer.rulebook,
        answer.allocation,
        answer.scenario,
        tuple(Overlaid(change.path, change.was, change.to, change.by) for change in answer.overlaid),
        answer.status,
        answer.objective,
        answer.totals,
        {quota: {share.unit: share.value for share in shares} for quota, shares in by_quota.items()},
        {quota: {share.unit: share.fair for share in shares} for quota, shares in by_quota.items()},
        {quota: {share.unit: share.need for share in shares} for quota, shares in by_quota.items()},
        {(cell.quota, cell.unit, cell.period): cell.value for cell in answer.cells},
        {(share.quota, share.unit): tuple(share.binding) for share in answer.by_unit},
        tuple(IssuedRule(rule.name, rule.instances, rule.binding) for rule in answer.rules),
        tuple(Message(conflict.words, conflict.words) for conflict in answer.conflicts),
    )


# ------------------------------------------------------------------------------------------------ checking


def _is_about(found: Issued, rulebook: Rulebook | None, allocation: str | None) -> Iterator[Message]:
    """What speaks of another rulebook, allocation, quota or unit."""
    if allocation is not None and found.allocation != allocation:
        yield say("plan_of_allocation", got=found.allocation, meant=allocation)
    if rulebook is None:
        return
    if found.rulebook != rulebook.id:
        yield say("plan_of_rulebook", got=found.rulebook, meant=rulebook.id)
        return  # its names mean nothing here
    known = rulebook.allocations.get(found.allocation)
    if known is None:
        yield say("plan_unknown", what=found.allocation, at="allocation")
    quotas = known.quotas if known else {}
    for quota in found.values if known else ():
        if quota not in quotas:
            yield say("plan_unknown", what=quota, at="totals")
    for unit in dict.fromkeys(unit for units in found.values.values() for unit in units):
        if unit not in rulebook.units.index:
            yield say("plan_unknown", what=unit, at="by_unit")


def _is_whole(answer: _Answer, found: Issued) -> Iterator[Message]:
    """What is said twice, or not at all."""
    shares = Counter((share.quota, share.unit) for share in answer.by_unit)
    cells = Counter((cell.quota, cell.unit, cell.period) for cell in answer.cells)
    rules = Counter((rule.name,) for rule in answer.rules)
    named: list[tuple[tuple[str, ...], int]] = [*shares.items(), *cells.items(), *rules.items()]
    yield from (say("plan_twice", what=".".join(names)) for names, times in named if times > 1)
    if not found.is_plan:
        for key, part in (("by_unit", answer.by_unit), ("cells", answer.cells)):
            if part:
                yield say("plan_without", status=found.status, what=key)
        return
    units = dict.fromkeys(unit for _, unit in shares)
    if not found.totals or not units:
        yield say("plan_empty", status=found.status)
    for quota in found.values:
        if quota not in found.totals:
            yield say("plan_key_missing", what=f"totals.{quota}")
        for unit in units:
            if (quota, unit) not in shares:
                yield say("plan_no_value", at=f"{quota}.{unit}")
    for quota, unit in dict.fromkeys((quota, unit) for quota, unit, _ in cells):
        if (quota, unit) not in shares:
            yield say("plan_no_value", at=f"{quota}.{unit}")


def _no_periods(found: Issued) -> Iterator[str]:
    """What stands in a period's place and isn't one."""
    for period in dict.fromkeys(period for _, _, period in found.cells):
        first, _, last = period.partition("..")
        if form_of(period) is None or (last and last <= first):
            yield period


def _adds_up(found: Issued) -> Iterator[Message]:
    """Units that miss a total, periods that miss a unit's quota."""
    if not found.is_plan:
        return
    for quota, total in found.totals.items():
        reached = sum(found.values[quota].values())
        if reached != total:
            yield say("plan_sum", what=quota, sum=reached, total=total)
    by_period: dict[tuple[str, str], int] = dict.fromkeys(found.binding, 0)
    for (quota, unit, _), value in found.cells.items():
        by_period[quota, unit] = by_period.get((quota, unit), 0) + value
    for quota, units in found.values.items():
        for unit, value in units.items():
            if by_period[quota, unit] != value:
                yield say("plan_sum", what=f"{quota}.{unit}", sum=by_period[quota, unit], total=value)
