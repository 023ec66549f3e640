"""The lender's books: what belongs together, what is applied in one piece, what counts as equal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import msgspec
import pytest

from bot.domain.books import TapeBorrower, TapeFreeze, TapeLoan, TapePayment, TapeWaiver
from bot.domain.holding import Holding, chunks, holdings
from bot.domain.loan import Instalment
from bot.domain.money import Currency
from bot.domain.packed_loan import packed

CNY = Currency("CNY", 2)
DAY = date(2026, 1, 10)
ANNA, BO = TapeBorrower("B-1", "Anna"), TapeBorrower("B-2", "Bo")


def loan(ref: str, borrower: str = "B-1") -> TapeLoan:
    return TapeLoan(ref, borrower, "card", CNY)


def holding(loans: int, borrower: TapeBorrower = ANNA) -> Holding:
    return Holding(borrower, tuple(packed(loan(f"L-{number}")) for number in range(loans)))


def content(loan: TapeLoan, confirmed: Sequence[str] = ()) -> bytes:
    whole = packed(loan)
    return whole.content(whole.unpacked(), confirmed)


def test_every_borrower_holds_their_own_loans_in_the_tapes_order() -> None:
    told = loan("L-1", "B-2"), loan("L-2"), loan("L-3", "B-2")
    first, second, third = map(packed, told)
    assert holdings([ANNA, BO], [first, second, third]) == [
        Holding(ANNA, (second,)),
        Holding(BO, (first, third)),
    ]


def test_a_borrower_without_a_loan_is_held_too() -> None:
    assert holdings([ANNA], []) == [Holding(ANNA, ())]


def test_a_loan_of_nobody_is_a_bug() -> None:
    with pytest.raises(KeyError):
        holdings([ANNA], [packed(loan("L-1", "B-9"))])


@pytest.mark.parametrize(
    ("sizes", "cut"),
    [
        ([], []),
        ([1], [[1]]),
        ([1, 0], [[1, 0]]),
        ([1, 1], [[1, 1]]),
        ([1, 1, 1], [[1, 1], [1]]),
        ([1, 0, 0], [[1, 0, 0]]),
        ([0, 2, 0], [[0, 2], [0]]),
        ([9, 1, 1, 0], [[9], [1, 1], [0]]),
        ([2, 1, 1], [[2, 1], [1]]),
        ([9, 0, 0, 0, 0], [[9], [0, 0, 0, 0]]),
    ],
)
def test_a_chunk_ends_at_about_four_rows_and_no_borrower_is_cut(
    sizes: list[int], cut: list[list[int]]
) -> None:
    found = chunks([holding(size) for size in sizes], 4)
    assert [[len(each.loans) for each in chunk] for chunk in found] == cut


WHOLE = TapeLoan(
    ref="L-1",
    borrower_ref="B-1",
    product="card",
    currency=CNY,
    principal=100_00,
    contract_rate=Fraction(18, 100),
    opened_on=DAY,
    reported=1_00,
    reported_on=DAY,
    instalments=(Instalment(1, DAY, 100_00, 1_00, 50),),
    payments=(TapePayment("P-1", DAY, 5_00, datetime(2026, 1, 11, tzinfo=UTC)),),
    freezes=(TapeFreeze(DAY, DAY, "statutory"),),
    waivers=(TapeWaiver("W-1", DAY, 2_00, "RP-1"),),
)
ANOTHER_DAY = date(2026, 1, 12)
CHANGES: list[dict[str, object]] = [
    {"ref": "L-2"},
    {"product": "cash"},
    {"currency": Currency("USD", 2)},
    {"currency": Currency("CNY", 3)},
    {"status": "fraud"},
    {"principal": 100_01},
    {"contract_rate": None},
    {"opened_on": ANOTHER_DAY},
    {"reported": 1_01},
    {"reported_on": None},
    {"instalments": ()},
    {"instalments": (Instalment(2, DAY, 100_00, 1_00, 50),)},
    {"instalments": (Instalment(1, ANOTHER_DAY, 100_00, 1_00, 50),)},
    {"instalments": (Instalment(1, DAY, 100_01, 1_00, 50),)},
    {"instalments": (Instalment(1, DAY, 100_00, 1_01, 50),)},
    {"instalments": (Instalment(1, DAY, 100_00, 1_00, 51),)},
    {"payments": (replace(WHOLE.payments[0], ref="P-2"),)},
    {"payments": (replace(WHOLE.payments[0], on=ANOTHER_DAY),)},
    {"payments": (replace(WHOLE.payments[0], amount=5_01),)},
    {"payments": (replace(WHOLE.payments[0], entered_at=None),)},
    {"payments": (replace(WHOLE.payments[0], reversed_on=DAY),)},
    {"freezes": (TapeFreeze(date(2026, 1, 9), DAY, "statutory"),)},
    {"freezes": (TapeFreeze(DAY, ANOTHER_DAY, "statutory"),)},
    {"freezes": (TapeFreeze(DAY, DAY, "relief"),)},
    {"waivers": (TapeWaiver("W-2", DAY, 2_00, "RP-1"),)},
    {"waivers": (TapeWaiver("W-1", ANOTHER_DAY, 2_00, "RP-1"),)},
    {"waivers": (TapeWaiver("W-1", DAY, 2_01, "RP-1"),)},
    {"waivers": (TapeWaiver("W-1", DAY, 2_00),)},
]


@pytest.mark.parametrize("changed", CHANGES, ids="".join)
def test_whatever_a_tape_tells_of_a_loan_changes_its_content(changed: dict[str, object]) -> None:
    other = replace(WHOLE, **changed)  # type: ignore[arg-type]  # of the case
    assert content(other) != content(WHOLE)


def test_where_the_tape_names_a_loan_is_no_content_but_what_it_confirms_is() -> None:
    assert content(replace(WHOLE, row=7)) == content(WHOLE)
    assert content(WHOLE, ["W-2", "W-1"]) == content(WHOLE, ["W-1", "W-2"]) != content(WHOLE)


def test_the_form_of_the_content_is_kept_so_that_an_upgrade_imports_nothing_anew() -> None:
    read = msgspec.msgpack.decode(content(loan("L-1")))
    assert read == [
        2,
        ["L-1", "card", "CNY", 2, "active"],
        [None, None, None],
        [None, None],
        [[], [], [], []],
        [],
    ]
