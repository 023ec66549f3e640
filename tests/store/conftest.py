"""The assistant over a made-up lender's books, for tests of its files."""

from __future__ import annotations

from tests.chat.fixtures import ann, folder, house, imported, sam, staff, stranger

__all__ = ["ann", "folder", "house", "imported", "sam", "staff", "stranger"]
