"""What is measured: each function answers one row of the table, with its floor."""

from __future__ import annotations

import asyncio
import csv
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

import numpy as np

from benchmarks.database import write_books
from benchmarks.measuring import Figure, best, elapsed, peak_megabytes
from benchmarks.portfolios import (
    AS_OF,
    CNY,
    MONTHS,
    REALISTIC,
    SIMPLE,
    realistic_loans,
    simple_columns,
)
from benchmarks.tapes import write_large_tape
from bot.chance import id_maker
from bot.domain.accrual import statement
from bot.domain.loan import Instalment, Loan
from bot.domain.policy import Policy, load_policy
from bot.domain.policy.document import ProductTerms
from bot.importing import Circumstances, import_tape
from bot.lender.madeup.crowd import crowd
from bot.lender.tape.writing import write_tape
from bot.portfolio.engine import Asked, figures
from bot.portfolio.figures import How
from bot.portfolio.gathering import columns_of
from bot.portfolio.survey import Survey, survey
from bot.resources import resource_root
from bot.store.connection import Database, read_only
from bot.store.seal import Seals

_LATE = 365
_TIMES = 500
_IMPORTS = 9  # rounds


def one_statement() -> Figure:
    """A statement of one instalment that is a year late, with three tiers."""
    loan = Loan(CNY, (Instalment(1, AS_OF - timedelta(days=_LATE), 512_345, 6_789, 0),))
    terms, order = REALISTIC.terms, REALISTIC.allocation

    def work() -> None:
        for _ in range(_TIMES):
            statement(loan, terms, order, AS_OF)

    def floor() -> None:
        for _ in range(_TIMES):
            sum(512_345 * day // 4000 for day in range(_LATE))

    each, bare = best(work) / _TIMES, best(floor) / _TIMES
    return Figure(
        "one 365-day statement, two terms entries and three tiers",
        f"{each * 1e6:.0f} µs",
        f"{each / bare:.1f} x a bare loop over its days ({bare * 1e6:.0f} µs)",
        "≤ 100 µs",
    )


def realistic_mix() -> Figure:
    """The columns against the one-loan engine on the same loans."""
    loans = realistic_loans(1_500)
    columns, products = columns_of(loans, "mix"), {"mix": REALISTIC}
    found = figures(columns, products, Asked(AS_OF))
    at_once = int((found.how == How.AT_ONCE).sum())
    together = best(lambda: figures(columns, products, Asked(AS_OF)))
    alone = best(
        lambda: [statement(loan, REALISTIC.terms, REALISTIC.allocation, AS_OF) for loan in loans], 3
    )
    return Figure(
        f"portfolio, realistic mix ({at_once} of {len(loans)} loans at once)",
        f"{alone / together:.0f} x the one-loan engine",
        f"{len(columns.planned.due) / together / 1e6:.1f} M instalments/s against "
        f"{len(columns.planned.due) / alone / 1e6:.2f} M",
        "≥ 10 x",
    )


def simple_instalments() -> Figure:
    """Overdue instalments nobody paid anything of, from columns."""
    columns, products = simple_columns(1_500), {"simple": SIMPLE}
    rows = len(columns.planned.due)
    each = best(lambda: figures(columns, products, Asked(AS_OF)), 20) / rows
    base, days = columns.planned.principal, AS_OF.toordinal() - columns.planned.due
    bare = best(lambda: np.floor_divide(base * days * 3, 4000), 20) / rows
    return Figure(
        "simple instalments from columns, one core",
        f"{1 / each / 1e6:.1f} M/s",
        f"{each / bare:.0f} x one bare multiply and divide ({1 / bare / 1e6:.0f} M/s)",
        "≥ 10 M/s",
    )


def from_sqlite(folder: Path, loans: int = 20_000) -> Figure:
    """The whole `reprieve portfolio` less its start: read, compute, add up."""
    path = folder / f"{loans}.db"
    rows = write_books(path, loans)
    asked = Survey(policy(), AS_OF, 7)

    def work() -> None:
        db = read_only(path)
        survey(db, asked)
        db.close()

    def floor() -> None:
        db = read_only(path)
        for query in ("SELECT * FROM instalment", "SELECT * FROM payment", "SELECT * FROM loan"):
            for _ in db.execute(query):
                pass
        db.close()

    each, bare = best(work, 3) / rows, best(floor, 3) / rows
    return Figure(
        f"portfolio from SQLite, realistic mix, {rows:,} instalments",
        f"{1 / each / 1e6:.2f} M instalments/s",
        f"{each / bare:.1f} x fetching the same rows ({1 / bare / 1e6:.2f} M/s)",
        "≥ 0.5 M/s",
    )


def memory(folder: Path, loans: int) -> Figure:
    """The most memory a portfolio of so many loans takes; for a process that did nothing else."""
    path = folder / "large.db"
    rows = write_books(path, loans)
    written = peak_megabytes()
    db = read_only(path)
    took = elapsed(lambda: survey(db, Survey(policy(), AS_OF, 7)), 1)
    db.close()
    return Figure(
        f"portfolio of {rows:,} instalments from SQLite",
        f"{took:.0f} s, {peak_megabytes():.0f} MB at most",
        f"{written:.0f} MB before it began",
        "< 1,000 MB",
    )


def tape_imports(folder: Path, borrowers: int = 3_000) -> tuple[Figure, Figure]:
    """A first import of a tape: read, checked, sealed and written; then the same tape again."""
    held = list(crowd(AS_OF, 1, borrowers))
    loans = [loan for _, theirs in held for loan in theirs]
    write_tape(folder / "tape", AS_OF, [borrower for borrower, _ in held], loans)

    def floor() -> int:
        files = (folder / "tape").glob("*.csv")
        return sum(sum(1 for _ in csv.reader(file.open(encoding="utf-8"))) for file in files)

    rows, bare = floor(), best(floor)
    rounds = [asyncio.run(_imported(folder, times=2)) for _ in range(_IMPORTS)]

    def figure(name: str, seconds: float, aim: str) -> Figure:
        return Figure(
            f"{name}, {rows:,} rows",
            f"{rows / seconds:,.0f} rows/s",
            f"{seconds / bare:.0f} x reading the files with csv ({rows / bare:,.0f} rows/s)",
            aim,
        )

    first, again = (min(seconds) for seconds in zip(*rounds, strict=True))
    return (
        figure("first import of a tape", first, "≥ 100,000 rows/s"),
        figure("the same tape again, nothing changed", again, "none"),
    )


def import_memory(folder: Path, loans: int) -> Figure:
    """The most memory a first import takes; for a process that did nothing else."""
    rows = write_large_tape(folder / "tape", loans)
    written = peak_megabytes()
    (took,) = asyncio.run(_imported(folder, times=1))
    return Figure(
        f"first import of {loans * MONTHS:,} instalments, {rows:,} rows",
        f"{took:.0f} s ({rows / took:,.0f} rows/s), {peak_megabytes():.0f} MB at most",
        f"{written:.0f} MB before it began",
        "< 1,000 MB",
    )


async def _imported(folder: Path, times: int) -> list[float]:
    """Processor seconds of a first import into a new database, and of the same tape again."""
    with tempfile.TemporaryDirectory(dir=folder) as place:
        database = await Database.open(Path(place) / "books.db")
        seals = Seals(Path(place) / "books.keys", b"k" * 32)
        now = datetime(2026, 11, 23, tzinfo=UTC)
        given = Circumstances(now, AS_OF, id_maker(lambda: now))
        took = []
        for _ in range(times):
            begun = process_time()
            await import_tape(folder / "tape", (database, seals), given)
            took.append(process_time() - begun)
        await database.close()
        seals.close()
    return took


def policy() -> Policy:
    """The shipped policy, with the realistic terms for the product of the books."""
    text = (resource_root() / "policy" / "default.toml").read_text(encoding="utf-8")
    shipped = load_policy(text)
    entries = tuple(ProductTerms("cash-loan", terms) for terms in REALISTIC.terms)
    return replace(shipped, entries=entries, allocation={})
