"""What the scenes need: a nursery for the session, books imported once, a copy for each."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.kills.books import imported
from tests.kills.lives import Nursery


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """Processes are forked from it."""
    opened = Nursery()
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The imported books."""
    folder = tmp_path_factory.mktemp("kills")
    asyncio.run(imported(folder))
    return folder


@pytest.fixture
def folder(template: Path, tmp_path: Path) -> Path:
    """A copy of them that is the scene's own."""
    return shutil.copytree(template, tmp_path / "house")
