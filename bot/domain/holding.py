"""Borrowers with all their loans of a tape, in runs that are applied in one piece.

It must not look into a loan.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.books import TapeBorrower
from bot.domain.packed_loan import PackedLoan


@dataclass(frozen=True, slots=True)
class Holding:
    """A borrower with every loan of theirs on the tape: what is applied in one piece."""

    borrower: TapeBorrower
    loans: tuple[PackedLoan, ...]

    @property
    def row_count(self) -> int:
        """How many rows of the tape tell it."""
        return 1 + sum(loan.row_count for loan in self.loans)


def holdings(borrowers: Iterable[TapeBorrower], loans: Iterable[PackedLoan]) -> list[Holding]:
    """Borrowers in their order, each with their loans; KeyError for a loan of nobody among them."""
    held: dict[str, list[PackedLoan]] = {}
    known = {borrower.ref: borrower for borrower in borrowers}
    for ref in known:
        held[ref] = []
    for each in loans:
        held[each.loan.borrower_ref].append(each)
    return [Holding(known[ref], tuple(theirs)) for ref, theirs in held.items()]


def chunks(every: Iterable[Holding], rows: int) -> Iterator[tuple[Holding, ...]]:
    """Runs of whole holdings of about so many `rows`; one borrower is never cut in two."""
    chunk: list[Holding] = []
    size = 0
    for holding in every:
        chunk.append(holding)
        size += holding.row_count
        if size >= rows:
            yield tuple(chunk)
            chunk, size = [], 0
    if chunk:
        yield tuple(chunk)
