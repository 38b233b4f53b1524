"""Hypothesis profiles, and which files come first.

A test leaves max_examples alone, so that `make fuzz` can raise it.
"""

import os

import pytest
from hypothesis import HealthCheck, settings

FUZZ_EXAMPLES = os.environ.get("CHITIEU_FUZZ_EXAMPLES")

# The same examples in every run: a red build is red for everyone, and again tomorrow.
settings.register_profile("ci", max_examples=100, derandomize=True, deadline=None, print_blob=True)

if FUZZ_EXAMPLES is None:
    settings.load_profile("ci")
else:
    settings.register_profile(
        "fuzz",
        max_examples=int(FUZZ_EXAMPLES),
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("fuzz")

LONG = {
    f"test_{name}.py"
    for name in (
        *("docs", "http", "http_job_processes", "http_processes", "http_sweeps"),
        *("afar", "exchange", "frontier", "frontier_goals", "headroom", "methods", "methods_cp_sat"),
        *("replan", "stability", "sweep", "sweep_processes"),
    )
}
"""Files that take longest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files come first: a worker takes file after file, and a long one at the end has none beside it."""
    items.sort(key=lambda item: item.path.name not in LONG)
