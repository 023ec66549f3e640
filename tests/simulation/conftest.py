"""What a worker leaves behind when its simulations are done: nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulation.image import forget


@pytest.fixture(scope="package", autouse=True)
def image_is_removed() -> Iterator[None]:
    """A worker of many may end without the interpreter's own farewell."""
    yield
    forget()
