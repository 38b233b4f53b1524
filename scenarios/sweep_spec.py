"""What a sweep varies, as it is declared: a YAML file or a mapping, every fault told with its place."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path as File
from typing import Any, Literal

from engine.errors import Code, Issues, Place, RuleError
from engine.overlay import overlay_file, overlay_mapping
from engine.scalars import kind_of
from engine.words import Message, did_you_mean, say
from engine.yamlfile import Document, Path
from scenarios.distributions import Choice, Distribution, Fixed, Normal, Scalar, Triangular, Uniform

Method = Literal["grid", "one_at_a_time", "draws"]
METHODS: tuple[Method, ...] = ("grid", "one_at_a_time", "draws")
KEYS = ("allocation", "method", "seed", "draws", "inputs", "achievement")
SHAPES = ("uniform", "triangular", "normal", "lognormal", "choice")
RANGE = ("low", "high", "steps")
MOST = 100_000
"""Scenarios of one sweep."""
MOST_STEPS = 10_000
RAREST = 0.01
"""A distribution of which less lies within its limits is refused: it isn't the one that is meant."""
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")


@dataclass(frozen=True, slots=True)
class Input:
    """What is varied: a path as ``--set`` takes it, and either its values or its distribution.

    ``step``: drawn figures are rounded to its multiples, halves up; None: to nine digits that count.
    """

    path: str
    place: Place
    values: tuple[Scalar, ...] = ()
    distribution: Distribution | None = None
    step: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Achievement:
    """What share of an assigned quota is usually achieved, by unit where it is said, else ``default``."""

    default: Distribution | None
    by_unit: Mapping[str, Distribution]
    place: Place
    places: Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Spec:
    """A sweep as it is declared. ``data``: as it was given, for who must know whether it has changed."""

    allocation: str | None
    method: Method
    seed: int
    draws: int
    inputs: tuple[Input, ...]
    achievement: Mapping[str, Achievement]
    data: Mapping[str, Any]
    places: Mapping[str, Place] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many scenarios there are."""
        if self.method == "draws":
            return self.draws
        if self.method == "grid":
            return math.prod(len(item.values) for item in self.inputs)
        return 1 + sum(len(item.values) for item in self.inputs)


def spec_file(path: File, label: str, seed: int | None = None) -> Spec:
    """The spec in a YAML file. Raises RuleError with every issue."""
    return read_spec(overlay_file(path, label).document, seed)


def spec_mapping(data: Mapping[str, Any], label: str, seed: int | None = None) -> Spec:
    """The spec that a program gives: texts, numbers, lists, mappings. Raises RuleError."""
    return read_spec(overlay_mapping(_exact(data), label).document, seed)


def _exact(value: Any) -> Any:
    """Finite floats as the decimals that they are written as; the others stay, and are refused."""
    match value:
        case float() if math.isfinite(value):
            return Decimal(repr(value))
        case dict():
            return {key: _exact(item) for key, item in value.items()}
        case list():
            return [_exact(item) for item in value]
        case _:
            return value


def read_spec(document: Document, seed: int | None = None) -> Spec:
    """The spec in a document; ``seed`` stands in place of its own. Raises RuleError with every issue."""
    issues = Issues()
    spec = _Reader(document, issues).spec(seed)
    if issues.found or spec is None:
        raise RuleError(issues.found)
    return spec


class _Reader:
    def __init__(self, document: Document, issues: Issues) -> None:
        self.document, self.issues = document, issues

    # Places and types

    def place(self, at: Path) -> Place:
        """Where a value stands, or the nearest key above it."""
        if at in self.document.values:
            return self.document.values[at].place
        return self.key(at)

    def key(self, at: Path) -> Place:
        while at and at not in self.document.keys:
            at = at[:-1]
        return self.document.keys.get(at) or Place(self.document.file, 1, 1)

    def wrong(self, at: Path, expected: Message, got: Any) -> None:
        self.issues.add(Code.WRONG_TYPE, self.place(at), expected=expected, got=kind_of(got))

    def fault(self, at: Path, message: Message, hint: Message | None = None) -> None:
        self.issues.add(Code.BAD_SETTING, self.place(at), message, hint)

    def mapping(self, at: Path, value: Any) -> dict[str, Any]:
        if isinstance(value, dict):
            return value
        self.wrong(at, say("type.mapping"), value)
        return {}

    def only(self, at: Path, value: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for name in value:
            if name not in known:
                self.issues.add(
                    Code.UNKNOWN_KEY, self.key((*at, name)), hint=did_you_mean(name, known), what=name
                )

    def whole(self, at: Path, value: Any, least: int) -> int | None:
        if isinstance(value, int) and not isinstance(value, bool) and value >= least:
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            self.issues.add(Code.BAD_NUMBER, self.place(at), say("limit.ge", limit=least))
        else:
            self.wrong(at, say("type.whole number"), value)
        return None

    def number(self, at: Path, value: Any) -> float | None:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return float(value)
        self.wrong(at, say("type.number"), value)
        return None

    # The whole

    def spec(self, seed: int | None) -> Spec | None:
        data = self.document.data
        self.only((), data, KEYS)
        allocation, given = data.get("allocation"), data.get("method")
        if allocation is not None and not isinstance(allocation, str):
            self.wrong(("allocation",), say("type.text"), allocation)
            allocation = None
        method = next((known for known in METHODS if known == given), None)
        if method is None:
            options = ", ".join(METHODS)
            if "method" not in data:
                self.issues.add(Code.MISSING_KEY, self.key(()), what="method")
            else:
                hint = did_you_mean(str(given), METHODS)
                place = self.place(("method",))
                self.issues.add(Code.WRONG_CHOICE, place, hint=hint, what=given, options=options)
            return None
        own = self.whole(("seed",), data["seed"], 0) if "seed" in data else 0
        draws = self.draws(method)
        inputs = [self.input(str(path), value, method) for path, value in self.inputs()]
        achievement = {
            str(quota): found
            for quota, value in self.mapping(("achievement",), data.get("achievement", {})).items()
            if (found := self.achievement(str(quota), value, method))
        }
        if not inputs and not achievement and not self.issues.found:
            self.issues.add(Code.MISSING_KEY, self.key(()), say("sweep.inputs"))
        if self.issues.found or own is None or draws is None:
            return None
        places = {key: self.place((key,)) for key in data}
        sound = tuple(item for item in inputs if item is not None)
        chosen = own if seed is None else seed
        spec = Spec(allocation, method, chosen, draws, sound, achievement, dict(data), places)
        if spec.count > MOST:
            at: Path = ("draws",) if method == "draws" else ("inputs",)
            self.fault(at, say("sweep.most", count=spec.count, most=MOST))
        return spec

    def draws(self, method: Method) -> int | None:
        data = self.document.data
        if method == "draws" and "draws" not in data:
            self.issues.add(Code.MISSING_KEY, self.key(()), say("sweep.draws_wanted"))
            return None
        if method != "draws" and "draws" in data:
            self.fault(("draws",), say("sweep.draws_only"))
            return None
        return self.whole(("draws",), data["draws"], 1) if method == "draws" else 0

    def inputs(self) -> list[tuple[str, Any]]:
        return list(self.mapping(("inputs",), self.document.data.get("inputs", {})).items())

    # What is varied

    def input(self, path: str, value: Any, method: Method) -> Input | None:
        at: Path = ("inputs", path)
        place = self.key(at)
        values: tuple[Scalar, ...] | None = None
        found: Distribution | None = None
        step = None
        if isinstance(value, list):
            values = self.values(at, value)
            if values is None:
                return None
        elif isinstance(value, dict) and set(value) & set(RANGE):
            values = self.range(at, value)
            if values is None:
                return None
            if method == "draws":
                self.fault(at, say("sweep.draws_values"))
                return None
        elif isinstance(value, dict):
            found, step = self.distribution(at, value), self.step(at, value)
            if found is None:
                return None
        else:
            self.wrong(at, say("sweep.domain", shapes=", ".join(SHAPES)), value)
            return None
        if method == "draws":
            if found is None and values is not None:
                found = Choice(values, (1.0,) * len(values))
            return Input(path, place, (), found, step)
        if values is None:
            self.fault(at, say("sweep.grid_values", method=method))
            return None
        return Input(path, place, values)

    def values(self, at: Path, given: list[Any]) -> tuple[Scalar, ...] | None:
        sound = bool(given)
        if not given:
            self.fault(at, say("empty_mapping", what=at[-1]))
        for position, value in enumerate(given):
            if isinstance(value, bool | list | dict):
                self.wrong((*at, position), say("sweep.values"), value)
                sound = False
        return tuple(given) if sound else None

    def range(self, at: Path, given: dict[str, Any]) -> tuple[Scalar, ...] | None:
        """Evenly spaced figures, exact in decimals where they can be."""
        self.only(at, given, RANGE)
        for name in RANGE:
            if name not in given:
                self.issues.add(Code.MISSING_KEY, self.key(at), what=name)
        if set(given) != set(RANGE):
            return None
        low, high = (self.number((*at, name), given[name]) for name in ("low", "high"))
        steps = self.whole((*at, "steps"), given["steps"], 2)
        if low is None or high is None or steps is None:
            return None
        if steps > MOST_STEPS:
            self.fault((*at, "steps"), say("sweep.steps", most=MOST_STEPS))
            return None
        if low >= high:
            self.fault(at, say("sweep.order", order="low < high"))
            return None
        first, last = Fraction(given["low"]), Fraction(given["high"])
        return tuple(figure(first + (last - first) * n / (steps - 1)) for n in range(steps))

    def step(self, at: Path, given: dict[str, Any]) -> Decimal | None:
        if "round" not in given:
            return None
        step = self.number((*at, "round"), given["round"])
        if step is not None and step <= 0:
            self.fault((*at, "round"), say("sweep.positive", what="round"))
            return None
        return None if step is None else Decimal(given["round"])

    def distribution(self, at: Path, given: dict[str, Any]) -> Distribution | None:
        self.only(at, given, (*SHAPES, "between", "round"))
        shapes = [name for name in given if name in SHAPES]
        if len(shapes) != 1:
            if shapes:
                self.fault(at, say("sweep.one_of", what=", ".join(shapes)))
            elif not self.issues.found or not set(given) - {"between", "round"}:
                self.wrong(at, say("sweep.domain", shapes=", ".join(SHAPES)), given)
            return None
        shape = shapes[0]
        if "between" in given and shape not in ("normal", "lognormal"):
            self.fault((*at, "between"), say("sweep.between"))
            return None
        makers: Mapping[str, Callable[[Path, dict[str, Any]], Distribution | None]] = {
            "uniform": self.uniform,
            "triangular": self.triangular,
            "normal": self.normal,
            "lognormal": self.normal,
            "choice": self.choice,
        }
        return makers[shape](at, given)

    def numbers(self, at: Path, given: Any, count: int) -> list[float] | None:
        if not isinstance(given, list) or len(given) != count:
            self.fault(at, say("sweep.numbers", what=at[-1], count=count))
            return None
        found = [self.number((*at, position), value) for position, value in enumerate(given)]
        return None if None in found else [value for value in found if value is not None]

    def uniform(self, at: Path, given: dict[str, Any]) -> Distribution | None:
        at = (*at, "uniform")
        numbers = self.numbers(at, given["uniform"], 2)
        if numbers is None:
            return None
        if numbers[0] >= numbers[1]:
            self.fault(at, say("sweep.order", order="[low, high], low < high"))
            return None
        return Uniform(*numbers)

    def triangular(self, at: Path, given: dict[str, Any]) -> Distribution | None:
        at = (*at, "triangular")
        numbers = self.numbers(at, given["triangular"], 3)
        if numbers is None:
            return None
        low, mode, high = numbers
        if not low <= mode <= high or low == high:
            self.fault(at, say("sweep.order", order="[low, mode, high], low ≤ mode ≤ high, low < high"))
            return None
        return Triangular(low, mode, high)

    def normal(self, at: Path, given: dict[str, Any]) -> Distribution | None:
        log = "lognormal" in given
        here: Path = (*at, "lognormal" if log else "normal")
        numbers = self.numbers(here, given[str(here[-1])], 2)
        limits = self.numbers((*at, "between"), given["between"], 2) if "between" in given else []
        if numbers is None or limits is None:
            return None
        for value, name in zip(numbers, ("mean", "sd"), strict=True):
            if value <= 0 and (log or name == "sd"):
                self.fault(here, say("sweep.positive", what=name))
                return None
        if limits and limits[0] >= limits[1]:
            self.fault((*at, "between"), say("sweep.order", order="[low, high], low < high"))
            return None
        low, high = limits or (-math.inf, math.inf)
        make = Normal.lognormal if log else Normal
        found = make(numbers[0], numbers[1], low, high)
        if found.within < RAREST:
            self.fault((*at, "between"), say("sweep.rarely", low=low, high=high))
            return None
        return found

    def choice(self, at: Path, given: dict[str, Any]) -> Distribution | None:
        at = (*at, "choice")
        options = self.mapping(at, given["choice"])
        weights = [self.number((*at, name), weight) for name, weight in options.items()]
        if None in weights or not options:
            if not options and isinstance(given["choice"], dict):
                self.fault(at, say("empty_mapping", what="choice"))
            return None
        sound = [weight for weight in weights if weight is not None]
        if min(sound) < 0 or sum(sound) <= 0:
            self.fault(at, say("sweep.weights"))
            return None
        return Choice(tuple(_scalar(name) for name in options), tuple(sound))

    # What is achieved

    def achievement(self, quota: str, value: Any, method: Method) -> Achievement | None:
        at: Path = ("achievement", quota)
        found: dict[str, Distribution] = {}
        by_unit = isinstance(value, dict) and not set(value) & {*SHAPES, *RANGE}
        shares: Mapping[str, Any] = value if by_unit else {"default": value}
        sound = True
        for unit, share in shares.items():
            place: Path = (*at, unit) if by_unit else at
            distribution = self.share(place, share, method)
            sound &= distribution is not None
            if distribution is not None:
                found[str(unit)] = distribution
        if not sound:
            return None
        places = {unit: self.key((*at, unit)) for unit in found}
        return Achievement(found.pop("default", None), found, self.key(at), places)

    def share(self, at: Path, value: Any, method: Method) -> Distribution | None:
        found: Distribution | None
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            found = Fixed(float(value))
        elif isinstance(value, dict):
            found = self.distribution(at, value)
            if found is not None and "round" in value:
                self.issues.add(Code.UNKNOWN_KEY, self.key((*at, "round")), what="round")
                return None
            if found is not None and method != "draws":
                self.fault(at, say("sweep.achievement_fixed"))
                return None
        else:
            self.wrong(at, say("sweep.achievement"), value)
            return None
        if found is not None and found.least < 0:
            hint = say("sweep.achievement_negative.hint") if isinstance(found, Normal) else None
            self.fault(at, say("sweep.achievement_negative"), hint)
            return None
        return found


def figure(value: Fraction) -> Scalar:
    """An exact figure as a rulebook may state it: whole, or a decimal to nine digits that count."""
    if value.denominator == 1:
        return int(value)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return exact if Fraction(exact) == value else significant(float(value))


def significant(value: float) -> Decimal | int:
    """A figure to nine digits that count, halves to even."""
    found = Decimal(f"{value:.9g}")
    return int(found) if found == found.to_integral_value() else found


def _scalar(text: str) -> Scalar:
    """What a key of ``choice`` stands for: a number where it looks like one, else a text."""
    if text in ("null", "~"):
        return None
    if not _NUMBER.fullmatch(text):
        return text
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() and "." not in text else number
