"""A tape of any size for measuring, written row by row: nothing of it stays in memory."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path

from benchmarks.portfolios import AS_OF, MONTHS
from bot.domain.money import plain
from bot.lender.tape import files

BORROWERS, THEIR_LOANS = 2, 3  # so many borrowers have so many loans together
_FILES = (files.BORROWERS, files.LOANS, files.INSTALMENTS, files.PAYMENTS)


def write_large_tape(folder: Path, loans: int, seed: int = 5) -> int:
    """A year of instalments a loan, every amount another; answers how many rows, headers too."""
    folder.mkdir(parents=True)
    chance = random.Random(seed)
    rows = 0
    with ExitStack() as stack:
        write = []
        for columns in _FILES:
            opened = (folder / columns.file).open("w", encoding="utf-8", newline="")
            writer = csv.writer(stack.enter_context(opened))
            writer.writerow((*columns.required, *columns.optional))
            write.append(writer.writerow)
        for number in range(loans):
            for file, cells in _loan(chance, number):
                write[file](cells)
                rows += 1
    return rows + len(_FILES)


def _loan(chance: random.Random, number: int) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The rows of one loan, each with the place of its file; of its borrower too, when new."""
    ref, owner = f"LN-{number:08}", f"B-{number * BORROWERS // THEIR_LOANS:08}"
    if number * BORROWERS % THEIR_LOANS < BORROWERS:
        phone, last4 = f"+86138{number % 10**8:08}", f"{number % 10_000:04}"
        yield 0, (owner, f"王小明 {number}", phone, last4, "B", "zh-CN", f"b{number}@example.com")
    first = AS_OF - timedelta(days=chance.randint(1, 330))
    opened = (first - timedelta(days=30)).isoformat()
    yield 1, (ref, owner, "cash-loan", "CNY", "60000.00", "0.18", opened, "active", "", "")
    for no in range(MONTHS):
        due = first + timedelta(days=30 * no)
        lent, interest = chance.randrange(20_000, 900_000), chance.randrange(100, 9_000)
        yield 2, (ref, str(no + 1), due.isoformat(), plain(lent, 2), plain(interest, 2), "0.00")
        if due < AS_OF and chance.random() < _PAID:
            yield 3, (f"P-{number:08}-{no}", ref, due.isoformat(), *_paid(due, lent + interest))


_PAID = 0.8


def _paid(on: date, amount: int) -> tuple[str, str, str]:
    return plain(amount, 2), f"{on.isoformat()}T10:30:00+08:00", ""
