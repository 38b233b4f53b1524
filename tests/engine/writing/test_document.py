"""Blocks of a written document."""

from __future__ import annotations

import pytest

from engine.writing.document import Column, Row, Table


def test_a_row_has_a_cell_for_each_column() -> None:
    with pytest.raises(ValueError, match="a row of 1 cells under 2 columns"):
        Table((Column("Huyện"), Column("Chỉ tiêu", is_number=True)), (Row(("Phú Quý",)),))
