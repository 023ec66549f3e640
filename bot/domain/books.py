"""The lender's books as a tape tells them: borrowers and whole loans by the lender's references.

It must not read a tape, and never says what is owed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Final

from bot.domain.loan import Instalment
from bot.domain.money import Currency

STATUTORY: Final = "statutory"  # a freeze the law sets; any other kind is the lender's own
ACTIVE: Final = "active"  # the status of a loan of which a tape says nothing else


@dataclass(frozen=True, slots=True)
class TapeBorrower:
    """A borrower of the lender; texts may be empty. `phone` is digits, `+` first if international.

    `locale` is a language of ours or empty; `id_last4` is empty when the lender told none, and then
    nobody can prove to be this borrower.
    """

    ref: str
    name: str
    phone: str = ""
    id_last4: str = ""
    grade: str = ""
    locale: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class TapePayment:
    """Money received on `on`, in minor units.

    A payment with `reversed_on` counts for nothing: the statement replays as if it never was.
    `entered_at` is when the lender booked it: an aware UTC moment.
    """

    ref: str
    on: date
    amount: int
    entered_at: datetime | None = None
    reversed_on: date | None = None


@dataclass(frozen=True, slots=True)
class TapeFreeze:
    """Days, both included, on which nothing is charged; `kind` is STATUTORY or another word."""

    start: date
    until: date
    kind: str


@dataclass(frozen=True, slots=True)
class TapeWaiver:
    """Penalty the lender gave up on a day, in minor units; `case_ref` names our case it obeys."""

    ref: str
    on: date
    amount: int
    case_ref: str = ""


@dataclass(frozen=True, slots=True)
class TapeLoan:
    """One whole loan: everything the lender's books hold about it, rows in document order.

    Amounts in minor units of `currency`; `contract_rate` is a fraction a year; None means not told.
    `reported` is the lender's own penalty figure as of `reported_on` (None: of the tape's day);
    `row` is where the tape names the loan.
    """

    ref: str
    borrower_ref: str
    product: str
    currency: Currency
    status: str = ACTIVE
    principal: int | None = None
    contract_rate: Fraction | None = None
    opened_on: date | None = None
    reported: int | None = None
    reported_on: date | None = None
    instalments: tuple[Instalment, ...] = ()
    payments: tuple[TapePayment, ...] = ()
    freezes: tuple[TapeFreeze, ...] = ()
    waivers: tuple[TapeWaiver, ...] = ()
    row: int = field(default=0, compare=False)
