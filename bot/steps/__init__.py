"""Questions that more than one form asks: a choice, some words, an amount, a day, a file.

They must not know which form asks them: names, words and limits come from the caller.
"""

from bot.steps.amount import read_amount
from bot.steps.choice import picked
from bot.steps.day import read_day
from bot.steps.words import digits, words

__all__ = ["digits", "picked", "read_amount", "read_day", "words"]
