"""A rulebook that stands linked for settings: the same as one that is linked whole under each of them."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from engine.base import Base
from engine.errors import RuleError
from engine.overlay import Overlay, hold, setting
from engine.standing import Standing
from tests.engine.faults.fault import sound, write

VALUES = [
    ("parameters.loan_capital.value=110",),
    ("parameters.loan_capital.value=110", "parameters.officers.value=7"),
    ("parameters.loan_capital.value=110", "parameters.loan_capital.value=90"),
    ("parameters.loan_capital.value=2.50",),
]
OTHERS = [
    ("parameters.officers.status=assumed",),
    ("parameters.loan_capital.value=110", "parameters.average_loan.measure=billion VND / person"),
    ("parameters.loan_capital.value=110", "jobs.at_most=5000"),
    ("stale_after=10",),
    ("data.units.an.population=120000",),
]
FAULTY = [
    ("parameters.loan_capital.valu=110",),
    ("parameters.loan_capitals.value=110",),
    ("parameters.loan_capital.value=much",),
    ("parameters.loan_capital.value=null",),
    ("parameters.loan_capital=null",),
    ("parameters.officers.value=2.5",),
    ("parameters.loan_capital.value=0.00000000001", "parameters.officers.value=x"),
]
STANDING = [Overlay(allocation="half"), Overlay(None, (setting("data.units.an.population=130000"),), "half")]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    folder = tmp_path_factory.mktemp("standing") / "rules"
    write(sound(), folder)
    return Base.of("base", folder)


def differ(one: Any, other: Any, at: str = "") -> list[str]:
    """The places at which two values aren't the same, arrays compared element by element."""
    if type(one) is not type(other):
        return [at]
    if isinstance(one, np.ndarray):
        same = one.shape == other.shape and one.dtype == other.dtype
        return [] if same and np.array_equal(one, other, equal_nan=one.dtype.kind == "f") else [at]
    if is_dataclass(one):
        names = [field.name for field in fields(one) if not field.name.startswith("_")]
        return [found for n in names for found in differ(getattr(one, n), getattr(other, n), f"{at}.{n}")]
    if isinstance(one, dict):
        if list(one) != list(other):
            return [at]
        return [found for key in one for found in differ(one[key], other[key], f"{at}.{key}")]
    if isinstance(one, (list, tuple)):
        if len(one) != len(other):
            return [at]
        pairs = enumerate(zip(one, other, strict=True))
        return [found for n, pair in pairs for found in differ(*pair, f"{at}.{n}")]
    return [] if one == other else [at]


@pytest.mark.parametrize("overlay", STANDING)
@pytest.mark.parametrize("texts", [*VALUES, *OTHERS])
def test_under_settings_it_is_the_rulebook_that_is_linked_whole(
    base: Base, overlay: Overlay, texts: tuple[str, ...]
) -> None:
    layers = tuple(map(setting, texts))
    whole = base.under(Overlay(None, (*overlay.layers, *layers), "half"))
    assert differ(Standing.of(base, overlay).under(layers), whole) == []
    assert differ(base.under(overlay), whole) != []


@pytest.mark.parametrize("texts", FAULTY)
def test_what_is_faulty_is_told_as_if_linked_whole(base: Base, texts: tuple[str, ...]) -> None:
    layers = tuple(map(setting, texts))
    told = []
    for under in (Standing.of(base, STANDING[0]).under, lambda some: base.under(Overlay(None, some, "half"))):
        try:
            told.append(list(under(layers).warnings))
        except RuleError as error:
            told.append(list(error.issues))
    assert told[0] == told[1]
    assert told[0]


@pytest.mark.parametrize("texts", VALUES)
def test_values_alone_are_linked_in_part(
    base: Base, texts: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    stands = Standing.of(base, STANDING[0])
    monkeypatch.setattr(Base, "under", lambda *_: pytest.fail("linked whole"))
    assert stands.under(tuple(map(setting, texts))).parameters["loan_capital"].status == "assumed"


def test_a_hold_is_no_value(base: Base) -> None:
    stands = Standing.of(base, STANDING[0])
    assert stands.under((hold("an.jobs=150"),)).allocations["half"].holds
