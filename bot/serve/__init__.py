"""The staircase: an update comes down, is decided by pure functions, and goes up in one commit.

It must not know a channel, a table or a word: those are its neighbours.
"""

from __future__ import annotations

from bot.serve.machine import Machine
from bot.serve.staircase import ATTEMPTS, Interpreter, Serve
from bot.serve.update import Update

__all__ = ["ATTEMPTS", "Interpreter", "Machine", "Serve", "Update"]
