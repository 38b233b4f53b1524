"""The one namespace that a rulebook's names share with the formula language (DESIGN §3)."""

from __future__ import annotations

from engine import schema
from engine.errors import Issues
from engine.formula.names import RESERVED
from engine.formula.parser import KEYWORDS
from engine.link_formulas import name_taken
from engine.link_tables import FILTERS
from engine.loader import Source
from engine.words import both, say

SECTIONS = ("indicators", "attributes", "parameters", "metrics", "tables", "groupings")


def check_namespace(book: schema.Rulebook, source: Source, issues: Issues) -> None:
    """An issue at each name that means something already: attributes of groupings are names too, and a
    grouping is no other index of rules.
    """
    taken = dict.fromkeys(source.standard, "metrics")

    def claim(name: str, owner: str, *path: str) -> None:
        if name in RESERVED | KEYWORDS:
            name_taken(issues, source.key(*path), name, say("reserved_name"))
        elif name in taken:
            name_taken(issues, source.key(*path), name, both(f"{taken[name]}.{name}"))
        taken.setdefault(name, owner)

    for section in SECTIONS:
        for name in getattr(book, section):
            if section != "metrics" or name not in source.standard:
                claim(name, section, section, name)
    for grouping, item in book.groupings.items():
        if grouping in FILTERS:
            name_taken(issues, source.key("groupings", grouping), grouping, say("index_name"))
        for name in item.attributes:
            claim(name, f"groupings.{grouping}", "groupings", grouping, "attributes", name)
