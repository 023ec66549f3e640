"""Whatever books are written as a tape are the books read from it."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.books import TapeBorrower, TapeFreeze, TapeLoan, TapePayment, TapeWaiver
from bot.domain.loan import Instalment
from bot.domain.money import Currency, parse_ratio
from bot.lender.tape import read_tape
from bot.lender.tape.writing import write_tape
from tests.fuzz.often import tried

days = st.dates(date(1970, 1, 1), date(2100, 12, 31))
amounts = st.integers(0, 10**15)
received = st.integers(1, 10**15)
moments = st.datetimes(datetime(1970, 1, 2), datetime(2100, 12, 30), timezones=st.just(UTC))  # noqa: DTZ001  # bounds
words = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)
names = st.text("aZ'\"=,;<>&|王é-", min_size=1).map(" ".join).map(str.strip).filter(bool)
refs = st.text("aZ0'\"=,;/王", min_size=1, max_size=20)
freezes = st.tuples(days, days, words).map(lambda it: TapeFreeze(min(it[:2]), max(it[:2]), it[2]))


@st.composite
def loans(draw: st.DrawFn, ref: str) -> TapeLoan:
    instalments = st.builds(Instalment, st.integers(0, 10**9), days, amounts, amounts, amounts)
    payments = st.builds(
        TapePayment, refs.map(f"{ref}-{{}}".format), days, received, st.none() | moments
    )
    waivers = st.builds(
        TapeWaiver, refs.map(f"{ref}-{{}}".format), days, amounts, refs | st.just("")
    )
    return TapeLoan(
        ref=ref,
        borrower_ref="B",
        product=draw(words),
        currency=Currency("KWD", 3),
        status=draw(words),
        principal=draw(st.none() | amounts),
        contract_rate=draw(st.none() | st.sampled_from(["0", "0.18", "1.000001"]).map(parse_ratio)),
        opened_on=draw(st.sampled_from((None, date(1970, 1, 1)))),
        instalments=tuple(
            sorted(
                draw(st.lists(instalments, max_size=4, unique_by=lambda row: row.no)),
                key=lambda row: (row.due, row.no),
            )
        ),
        payments=tuple(
            sorted(
                draw(st.lists(payments, max_size=4, unique_by=lambda row: row.ref)),
                key=lambda row: row.on,
            )
        ),
        freezes=tuple(
            sorted(
                draw(st.lists(freezes, max_size=3, unique=True)),
                key=lambda row: (row.start, row.until, row.kind),
            )
        ),
        waivers=tuple(
            sorted(
                draw(st.lists(waivers, max_size=3, unique_by=lambda row: row.ref)),
                key=lambda row: (row.on, row.ref),
            )
        ),
    )


@tried(60)
@given(name=names.filter(lambda name: len(name) <= 200), one=loans("L1"), other=loans("L'2"))
def test_books_survive_being_written_as_a_tape(name: str, one: TapeLoan, other: TapeLoan) -> None:
    borrower = TapeBorrower("B", name, "+442079460018", "12AB", "B", "en", "a@example.com")
    with tempfile.TemporaryDirectory() as folder:
        write_tape(Path(folder), date(2026, 11, 23), [borrower], [one, other])
        tape = read_tape(Path(folder))
    assert tape.borrowers == (borrower,)
    assert tape.loans == (one, other)
