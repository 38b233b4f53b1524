"""Hypothesis profiles. A test leaves max_examples alone, so that `make fuzz` can raise it."""

import os

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
