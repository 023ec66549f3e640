"""The assistant, its lender and some borrowers, for every test of a task."""

from __future__ import annotations

from tests.chat.fixtures import (
    amy,
    ann,
    folder,
    house,
    imported,
    lender,
    sam,
    staff,
    stranger,
)

__all__ = ["amy", "ann", "folder", "house", "imported", "lender", "sam", "staff", "stranger"]
