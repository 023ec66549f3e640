"""An error is a text key and its slots: a test names both, whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.errors import ReprieveError


@contextmanager
def says_no(
    key: str, family: type[ReprieveError] = ReprieveError, **slots: object
) -> Iterator[None]:
    with pytest.raises(family) as raised:
        yield
    assert (raised.value.key, dict(raised.value.slots)) == (key, slots)
