"""The loan tape: a folder or zip of CSV files, a snapshot of the loans it names.

It must not touch the store: `read_tape` checks everything and answers values, or names every fault.
"""

from bot.lender.tape.findings import Limits
from bot.lender.tape.reading import Tape, read_tape

__all__ = ["Limits", "Tape", "read_tape"]
