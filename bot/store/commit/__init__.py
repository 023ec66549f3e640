"""Writing: what a decided turn changes, as one plan of statements.

It must not decide or touch the database; `Database.commit` applies the plan or nothing of it.
"""

from __future__ import annotations

from bot.store.commit.chaining import audit_op
from bot.store.commit.decided import Decided, Spoken
from bot.store.commit.planning import plan

__all__ = ["Decided", "Spoken", "audit_op", "plan"]
