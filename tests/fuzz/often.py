"""How often a property is tried: fixed cases in `make test`, fresh ones in `make fuzz`.

`REPRIEVE_FUZZ` is how many, `REPRIEVE_FUZZ_SEED` where seeds of made-up loans begin.
"""

from __future__ import annotations

import os
from typing import Final

from hypothesis import HealthCheck, settings

EXAMPLES: Final = int(os.environ.get("REPRIEVE_FUZZ", "0"))
FIRST: Final = int(os.environ.get("REPRIEVE_FUZZ_SEED", "0")) * 1_000_000
_UNHURRIED = [
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.function_scoped_fixture,  # what one case leaves behind, the next one may find
]


def tried(times: int) -> settings:
    """So many cases, the same on every machine and day; another number of others when fuzzing."""
    return settings(
        max_examples=EXAMPLES or times,
        derandomize=not EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=_UNHURRIED,
    )
