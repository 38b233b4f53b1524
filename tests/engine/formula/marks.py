"""Formulas with the faulty part between ⟦ and ⟧, so that a table shows where an error is expected."""


def unmarked(marked: str) -> tuple[str, tuple[int, int] | None]:
    """The formula without its marks, and the characters between them, None where there are no marks."""
    if "⟦" not in marked:
        return marked, None
    before, _, rest = marked.partition("⟦")
    inside, _, after = rest.partition("⟧")
    return before + inside + after, (len(before), len(before) + len(inside))
