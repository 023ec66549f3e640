"""One loan of a tape with its rows packed, so that millions of rows fit in memory.

It must not check anything: what is added was read and found sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from operator import itemgetter
from struct import Struct
from typing import Final, NamedTuple

import msgspec

from bot.domain.books import TapeFreeze, TapeLoan, TapePayment, TapeWaiver
from bot.domain.loan import Instalment

_INSTALMENT: Final = Struct("<iiqqq")  # no, due, principal, interest, fee
_ORDER: Final = Struct("<ii24x")  # of the same, what tells whether it stands in order
_PAYMENT: Final = Struct("<iqqi")  # on, amount, entered at, reversed on; the references lie apart
_NEVER: Final = 0  # of a day
NO_MOMENT: Final = -(2**63)  # of a payment that does not say when it was entered
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_BETWEEN: Final = "\n"  # references: none holds it
_VERSION: Final = 2  # of `content`: another one makes every loan differ from what is stored

_day = cache(date.fromordinal)  # a lender's books know some thousand days


class Rows(NamedTuple):
    """The rows of one loan in an order that no export changes by chance.

    Of instalments and payments days are ordinals (0: none), moments microseconds since 1970.
    """

    instalments: list[tuple[int, int, int, int, int]]  # no, due, principal, interest, fee
    payments: list[tuple[int, str, int, int, int]]  # on, ref, amount, entered, reversed on
    freezes: list[tuple[date, date, str]]  # start, until, kind
    waivers: list[tuple[date, str, int, str]]  # on, ref, amount, case_ref


@dataclass(slots=True)
class PackedLoan:
    """A whole loan: `loan` is its own row without further ones, which are added one by one."""

    loan: TapeLoan
    instalment_rows: bytearray = field(default_factory=bytearray)
    payment_rows: bytearray = field(default_factory=bytearray)
    payment_refs: bytearray = field(default_factory=bytearray)
    freezes: Sequence[TapeFreeze] = ()
    waivers: Sequence[TapeWaiver] = ()

    def add_instalment(self, no: int, due: date, principal: int, interest: int, fee: int) -> None:
        """One instalment; amounts in minor units."""
        add_instalments((self,), (no,), (due,), (principal,), (interest,), (fee,))

    def add_payment(
        self, ref: str, on: date, amount: int, entered_at: datetime | None, reversed_on: date | None
    ) -> None:
        """One payment, after those before it in the document."""
        add_payments((self,), (ref,), (on,), (amount,), (entered_at,), (reversed_on,))

    @property
    def instalment_count(self) -> int:
        """How many instalments were added."""
        return len(self.instalment_rows) // _INSTALMENT.size

    @property
    def is_in_order(self) -> bool:
        """Whether no instalment falls due before one of a lower number."""
        dues = [due for _, due in sorted(_ORDER.iter_unpack(self.instalment_rows))]
        return dues == sorted(dues)

    @property
    def payment_count(self) -> int:
        """How many payments were added."""
        return len(self.payment_rows) // _PAYMENT.size

    @property
    def row_count(self) -> int:
        """How many rows of a tape tell this loan, its own included."""
        told = self.instalment_count + self.payment_count
        return 1 + told + len(self.freezes) + len(self.waivers)

    def unpacked(self) -> Rows:
        """Its rows, instalments by number, payments by day and in document order within one."""
        refs = self.payment_refs.decode().split(_BETWEEN)
        paid = zip(refs, _PAYMENT.iter_unpack(self.payment_rows), strict=False)  # one end too many
        payments = [(on, ref, amount, at, back) for ref, (on, amount, at, back) in paid]
        payments.sort(key=itemgetter(0))
        return Rows(
            sorted(_INSTALMENT.iter_unpack(self.instalment_rows)),
            payments,
            sorted((row.start, row.until, row.kind) for row in self.freezes),
            sorted((row.on, row.ref, row.amount, row.case_ref) for row in self.waivers),
        )

    def content(self, rows: Rows, confirmed: Iterable[str] = ()) -> bytes:
        """Everything a tape says of the loan: equal for equal books, whatever their day.

        `rows` are its own; `confirmed` are the waivers that only confirm our own: they are kept
        apart, so they count.
        """
        loan = self.loan
        head = (loan.ref, loan.product, loan.currency.code, loan.currency.digits, loan.status)
        rate = None if loan.contract_rate is None else str(loan.contract_rate)
        told = (loan.principal, rate, loan.opened_on)
        reported = (loan.reported, loan.reported_on)
        return msgspec.msgpack.encode((_VERSION, head, told, reported, rows, sorted(confirmed)))

    def whole(self) -> TapeLoan:
        """The loan as one value, its rows in an order that no export changes by chance."""
        rows = self.unpacked()
        instalments = (Instalment(no, _day(due), *rest) for no, due, *rest in rows.instalments)
        return replace(
            self.loan,
            instalments=tuple(sorted(instalments, key=lambda row: (row.due, row.no))),
            payments=tuple(
                TapePayment(
                    ref,
                    _day(on),
                    amount,
                    None if entered == NO_MOMENT else moment(entered),
                    _day(reversed_on) if reversed_on else None,
                )
                for on, ref, amount, entered, reversed_on in rows.payments
            ),
            freezes=tuple(TapeFreeze(*row) for row in rows.freezes),
            waivers=tuple(
                TapeWaiver(ref, on, amount, case) for on, ref, amount, case in rows.waivers
            ),
        )


def add_instalments(
    to: Sequence[PackedLoan],
    numbers: Sequence[int],
    dues: Sequence[date],
    principals: Sequence[int],
    interests: Sequence[int],
    fees: Sequence[int],
) -> None:
    """Instalments of many loans, each value in the column of its kind; amounts in minor units."""
    days = map(date.toordinal, dues)
    rows = map(_INSTALMENT.pack, numbers, days, principals, interests, fees)
    for loan, row in zip(to, rows, strict=True):
        loan.instalment_rows += row


def add_payments(
    to: Sequence[PackedLoan],
    refs: Sequence[str],
    paid: Sequence[date],
    amounts: Sequence[int],
    entered_at: Sequence[datetime | None],
    reversed_on: Sequence[date | None],
) -> None:
    """The same of payments, which stand in document order."""
    entered = (NO_MOMENT if at is None else (at - _EPOCH) // _MICROSECOND for at in entered_at)
    undone = (_NEVER if day is None else day.toordinal() for day in reversed_on)
    rows = map(_PAYMENT.pack, map(date.toordinal, paid), amounts, entered, undone)
    for loan, ref, row in zip(to, refs, rows, strict=True):
        loan.payment_rows += row
        loan.payment_refs += f"{ref}{_BETWEEN}".encode()


def packed(loan: TapeLoan) -> PackedLoan:
    """The same loan, packed."""
    head = replace(loan, instalments=(), payments=(), freezes=(), waivers=())
    made = PackedLoan(head, freezes=loan.freezes, waivers=loan.waivers)
    for each in loan.instalments:
        made.add_instalment(each.no, each.due, each.principal, each.interest, each.fee)
    for paid in loan.payments:
        made.add_payment(paid.ref, paid.on, paid.amount, paid.entered_at, paid.reversed_on)
    return made


def moment(entered: int) -> datetime:
    """The moment of a payment's `entered`."""
    return _EPOCH + entered * _MICROSECOND
