"""The books of the lender in the tests: a few people, each in a situation that tells something.

All days are counted back from the day the tests start on. Digits to prove oneself with: `DIGITS`.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Final

from bot.domain.books import TapeBorrower, TapeFreeze, TapeLoan, TapePayment
from bot.domain.loan import Instalment
from bot.domain.money import Currency
from tests.chat.clock import TODAY

CNY: Final = Currency("CNY", 2)
JPY: Final = Currency("JPY", 0)
KWD: Final = Currency("KWD", 3)
DIGITS: Final = "123X"


def ago(days: int) -> date:
    """So many days before the tests start."""
    return TODAY - timedelta(days=days)


def person(name: str, grade: str = "B", digits: str = DIGITS, locale: str = "en") -> TapeBorrower:
    """A borrower whose reference is the name in capitals."""
    phone = f"+4477009{sum(map(ord, name)):05d}"
    return TapeBorrower(name.upper(), f"{name.title()} Test", phone, digits, grade, locale)


def cash(owner: str, late: int, principal: int, interest: int = 0, **more: object) -> TapeLoan:
    """A cash loan of one instalment, `late` days overdue (negative: not yet due); whole units."""
    return one(owner, "cash-loan", late, principal, interest, **more)


def one(
    owner: str, product: str, late: int, principal: int, interest: int = 0, **more: object
) -> TapeLoan:
    """A loan of one instalment; its reference is the owner's with a number, `-1` unless told."""
    currency = more.pop("currency", CNY)
    assert isinstance(currency, Currency)
    unit = currency.minor_units
    given: dict[str, object] = {
        "ref": f"{owner.upper()}-1",
        "principal": principal * unit,
        "contract_rate": Fraction(18, 100),
        "opened_on": ago(max(late, 400)),
        "instalments": (Instalment(1, ago(late), principal * unit, interest * unit, 0),),
        **more,
    }
    return TapeLoan(borrower_ref=owner.upper(), product=product, currency=currency, **given)  # type: ignore[arg-type]  # the fields of a loan


def _several() -> tuple[TapeLoan, ...]:
    return (
        cash("sam", 40, 4_000, ref="SAM-1"),
        one("sam", "card-instalment", 20, 3_000, ref="SAM-2"),
        cash("sam", -10, 500, ref="SAM-3"),
    )


def _many() -> tuple[TapeLoan, ...]:
    return tuple(cash("max", 10 + no, 1_000, ref=f"MAX-{no:02d}") for no in range(1, 11))


def _paying() -> TapeLoan:
    """Two instalments, numbered from 11, one payment in part and one reversed."""
    due = (Instalment(11, ago(70), 100_000, 1_000, 500), Instalment(12, ago(40), 100_000, 900, 0))
    paid = (
        TapePayment("PIA-P1", ago(60), 30_000),
        TapePayment("PIA-P2", ago(50), 5_000, reversed_on=ago(49)),
    )
    return cash("pia", 0, 2_000, instalments=due, payments=paid)


LENDER: Final = (
    (person("ann"), (cash("ann", 45, 10_000, 200),)),  # a penalty a person decides about
    (person("amy"), (one("amy", "pay-later", 9, 300),)),  # small enough for an answer at once
    (person("sam"), _several()),
    (person("max"), _many()),
    (person("joy"), (cash("joy", -10, 500, 20),)),  # nothing overdue
    (person("ned"), (cash("ned", 2, 1_000),)),  # within the days of grace: no penalty
    (person("leo", "E"), (cash("leo", 60, 8_000, status="legal"),)),  # excluded
    (person("dan"), (cash("dan", 30, 5_000, reported=20_000, reported_on=TODAY),)),  # a difference
    (person("zoe"), (cash("zoe", 30, 5_000, status="closed"),)),  # closed: owes nothing here
    (person("eva"), ()),  # no loan at all
    (person("nod", digits=""), (cash("nod", 30, 5_000),)),  # cannot prove to be who they are
    (
        person("fay"),
        (cash("fay", 42, 6_000, freezes=(TapeFreeze(ago(20), ago(-39), "statutory"),)),),
    ),
    (person("pia"), (_paying(),)),
    (person("yui"), (cash("yui", 30, 90_000, currency=JPY),)),  # a currency without decimals
    (person("kit"), (cash("kit", 30, 900, currency=KWD),)),  # one with three
    (person("li", locale="zh_Hans"), (cash("li", 45, 10_000, 200),)),
)
