"""Linking of what an allocation fixes: quotas that are held, units that are left out (§10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine import schema
from engine.errors import Code, Issues
from engine.formula.checker import constant
from engine.formula.names import Scope, Where
from engine.link_formulas import Linker
from engine.link_places import Path, PlaceLinker
from engine.rulebook import Hold, Placed
from engine.words import did_you_mean, say


@dataclass(frozen=True, slots=True)
class HoldLinker:
    """Links the holds of the allocation at ``path``. ``quotas``: the indicator of each of its quotas."""

    places: PlaceLinker
    quotas: Mapping[str, str]
    path: Path

    @property
    def linker(self) -> Linker:
        """What reads formulas."""
        return self.places.linker

    @property
    def issues(self) -> Issues:
        """Where faults go."""
        return self.linker.issues

    def left_out(self, names: tuple[str, ...]) -> frozenset[str]:
        """The units that receive nothing; they must be of the receiving level, each once."""
        for position, name in enumerate(names):
            place = self.linker.source.spot(*self.path, "leave_out", position).place
            if self.places.receiver(name, place) and name in names[:position]:
                self.issues.add(Code.DUPLICATE_NAME, place, say("named_twice", what=name))
        return frozenset(names)

    def holds(self, item: schema.Allocation) -> Iterator[Hold]:
        """Every hold, with issues instead of the faulty ones."""
        for unit, held in (item.hold or {}).items():
            path = (*self.path, "hold", unit)
            place = self.linker.source.key(*path)
            known = self.places.unit(unit, place)
            if known and (not self.places.receives(unit) or unit in (item.leave_out or ())):
                at = self.places.units.index.get(unit)
                name = unit if at is None else self.places.units.names[at]
                self.issues.add(Code.HOLD_NOT_IN_PLAN, place, unit=name)
            for quota, amount in held.items():
                yield from self._of_quota(unit, quota, amount, (*path, quota))

    def _of_quota(self, unit: str, quota: str, amount: str | Mapping[str, str], path: Path) -> Iterator[Hold]:
        place = self.linker.source.key(*path)
        if quota not in self.quotas:
            hint = did_you_mean(quota, self.quotas)
            self.issues.add(Code.UNKNOWN_NAME, place, hint=hint, what=quota)
            return
        if isinstance(amount, str):
            if placed := self._amount(amount, unit, quota, path):
                yield Hold(unit, quota, None, placed, place)
            return
        if not amount:
            self.issues.add(Code.MISSING_KEY, place, say("empty_mapping", what=quota))
        for period, one in amount.items():
            key = self.linker.source.key(*path, period)
            known = self.places.period(period, key)
            placed = self._amount(one, unit, quota, (*path, period))
            if known and placed:
                yield Hold(unit, quota, period, placed, key)

    def _amount(self, text: str, unit: str, quota: str, path: Path) -> Placed | None:
        """A hold's amount; one that is written as a number must be whole and not negative."""
        item = self.linker.indicators.get(self.quotas[quota])
        if item is None:
            return None
        scope = Scope(self.linker.names, Where.NEED, item.id)
        placed = self.linker.number(text, scope, item.measure, *path)
        value = constant(placed.root) if placed else None
        if placed is None or value is None:
            return placed
        base = item.measure.to_base(value)
        if base >= 0 and base.denominator == 1:
            return placed
        at = self.places.units.index.get(unit)
        name = unit if at is None else self.places.units.names[at]
        self.issues.add(Code.BAD_HOLD, placed.place, quota=item.label, unit=name, value=value)
        return None
