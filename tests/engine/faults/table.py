"""All faults, one after another."""

from __future__ import annotations

from tests.engine.faults.fault import Fault
from tests.engine.faults.files import FILES
from tests.engine.faults.formulas import FORMULAS
from tests.engine.faults.keys import KEYS
from tests.engine.faults.names import NAMES
from tests.engine.faults.tables import TABLES
from tests.engine.faults.values import VALUES

FAULTS: tuple[Fault, ...] = (*FILES, *KEYS, *VALUES, *NAMES, *FORMULAS, *TABLES)
