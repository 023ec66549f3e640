"""A made-up lender for the demonstration: 200 borrowers, twelve of them in telling situations.

It must not know real people: phones come from a range reserved for fiction, addresses from
example.com. Everything is relative to the day it is asked for, and equal for equal seeds.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.domain.books import TapeBorrower, TapeLoan, TapePayment
from bot.lender.madeup.crowd import crowd
from bot.lender.madeup.situations import SITUATIONS, Situation, situations
from bot.lender.tape import read_tape
from bot.lender.tape.writing import write_tape

__all__ = ["BORROWERS", "SITUATIONS", "Situation", "made_up", "pay", "write_made_up_tape"]

BORROWERS = 200


def made_up(today: date, seed: int = 1) -> tuple[tuple[TapeBorrower, ...], tuple[TapeLoan, ...]]:
    """All borrowers and loans of the lender as its books stand on `today`."""
    held = (*situations(today), *crowd(today, seed, BORROWERS - len(SITUATIONS)))
    borrowers = tuple(borrower for borrower, _ in held)
    return borrowers, tuple(loan for _, loans in held for loan in loans)


def write_made_up_tape(folder: Path, today: date, seed: int = 1) -> None:
    """Write the lender's tape of `today` to `folder`."""
    write_tape(folder, today, *made_up(today, seed))


def pay(folder: Path, loan_ref: str, amount: int, on: date) -> None:
    """Make the tape in `folder` the next one: `amount` minor units came in on `on` for a loan.

    The books then stand at `on`, or stay at their day when that is later. KeyError for a loan the
    tape does not have.
    """
    tape = read_tape(folder)
    if loan_ref not in {loan.ref for loan in tape.loans}:
        raise KeyError(loan_ref)
    loans = [_paid(loan, amount, on) if loan.ref == loan_ref else loan for loan in tape.loans]
    write_tape(folder, max(on, tape.as_of or on), tape.borrowers, loans)


def _paid(loan: TapeLoan, amount: int, on: date) -> TapeLoan:
    payment = TapePayment(f"{loan.ref}-P{len(loan.payments) + 1}", on, amount)
    return replace(loan, payments=(*loan.payments, payment))
