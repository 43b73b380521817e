"""How hard a law is tried: a few examples in ``make test``, many where somebody searches (``make fuzz``)."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

TIMES = 20


def tried(few: int) -> Callable[[Any], Any]:
    """Mark a law that is tried with a few examples, or with twenty times as many."""
    many = few * TIMES if "FUZZ_EXAMPLES" in os.environ else few
    how = settings(max_examples=many, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    return lambda test: pytest.mark.fuzz(how(test))
