"""The assistant over a made-up lender's books, for tests of what operators do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chat.fixtures import amy, ann, folder, house, imported, lender, sam
from tests.operations.operator import Operator

__all__ = ["amy", "ann", "folder", "house", "imported", "lender", "operator", "sam"]


@pytest.fixture
def operator(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    """Somebody at a terminal of the house."""
    return Operator(folder, monkeypatch)
