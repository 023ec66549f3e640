"""Imports a loan tape: reads and checks all of it, then makes the store's books those of the tape.

It must not decide what a row means (`lender.tape`) nor how one is kept (`store.books`).
"""

from __future__ import annotations

import asyncio
import gc
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Final

from bot.domain.books import TapeLoan
from bot.domain.holding import Holding, chunks
from bot.errors import Fault, Faulty, shown
from bot.lender.currencies import currency_digits
from bot.lender.tape import Tape, read_tape
from bot.store.books import Applied, apply, finish, foresee
from bot.store.books_plan import Planner, Run
from bot.store.connection import Database
from bot.store.seal import Seals
from bot.texts.negotiate import negotiate

CHUNK_ROWS: Final = 25_000  # in one transaction: a turn waits for the writer no longer than that


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an import depends on besides the tape.

    `locales` are the languages we have words for, `digits` the lender's overrides by currency code,
    `products` those with terms in the policy (None: not checked), `zone` the lender's time zone.
    """

    now: datetime
    today: date
    new_id: Callable[[], str]
    locales: Sequence[str] = ("en",)
    digits: Mapping[str, int] = field(default_factory=dict)
    products: frozenset[str] | None = None
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a tape held and what it changed, or in a dry run would change. Notes are harmless."""

    as_of: date
    dry_run: bool
    borrowers: int
    loans: int
    instalments: int
    payments: int
    new_borrowers: int = 0
    changed_borrowers: int = 0
    new_loans: int = 0
    changed_loans: int = 0
    removed_rows: int = 0
    notes: tuple[Fault, ...] = ()

    @property
    def changed_anything(self) -> bool:
        """Whether the books read otherwise than before."""
        new = self.new_borrowers + self.new_loans
        return bool(new + self.changed_borrowers + self.changed_loans)

    def document(self) -> dict[str, object]:
        """The report as JSON tells it; notes as path, key and slots."""
        counts = {
            name: getattr(self, name)
            for name in ("borrowers", "loans", "instalments", "payments", *_CHANGES)
        }
        notes = [
            {"path": note.path, "key": note.key, **{k: str(v) for k, v in note.slots.items()}}
            for note in self.notes
        ]
        day = {"as_of": self.as_of.isoformat(), "dry_run": self.dry_run}
        return {**day, **counts, "changed_anything": self.changed_anything, "notes": notes}


_CHANGES: Final = (
    "new_borrowers",
    "changed_borrowers",
    "new_loans",
    "changed_loans",
    "removed_rows",
)


async def import_tape(
    path: Path,
    store: tuple[Database, Seals],
    given: Circumstances,
    *,
    dry_run: bool = False,
    on_progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> ImportReport:
    """Import the folder or zip at `path`; Faulty lists every fault, and then nothing was changed.

    Applied in chunks, each one transaction: after a crash, importing the same tape again goes on.
    `on_progress` is told how many of how many loans are done.
    """
    with _no_looking_for_cycles():
        return await _import(path, store, given, dry_run=dry_run, on_progress=on_progress)


@contextmanager
def _no_looking_for_cycles() -> Iterator[None]:
    """Millions of rows come and go, and none refers to itself: looking costs a tenth and more."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


async def _import(
    path: Path,
    store: tuple[Database, Seals],
    given: Circumstances,
    *,
    dry_run: bool,
    on_progress: Callable[[int, int], None],
) -> ImportReport:
    tape = await asyncio.to_thread(_read, path, given)
    run = Run(given.new_id(), tape.fingerprint, tape.as_of or given.today, given.now)
    every = tape.holdings()
    told = _told(tape, run, given, dry_run=dry_run)
    del tape  # what was applied is let go with its chunk
    await _refuse_moved(store, run, every)
    applied = await _apply(store, run, every, given, dry_run=dry_run, on_progress=on_progress)
    changes = {name: getattr(applied, name) for name in _CHANGES}
    return replace(told, **changes, notes=(*told.notes, *_notes(run, applied)))


def _read(path: Path, given: Circumstances) -> Tape:
    return read_tape(
        path,
        digits_of=lambda code: given.digits.get(code, currency_digits(code)),
        negotiate=lambda tag: negotiate(tag, given.locales, "") or None,
        zone=given.zone,
    )


async def _refuse_moved(store: tuple[Database, Seals], run: Run, every: Sequence[Holding]) -> None:
    database, seals = store
    moved = await database.read(lambda db: Planner(db, seals, run, str).moved(every))
    if moved:
        raise Faulty([_moved_fault(loan) for loan in moved])


def _moved_fault(loan: TapeLoan) -> Fault:
    return Fault(f"loans.csv:{loan.row}: borrower_ref", "tape.loan.moved", {"ref": loan.ref})


async def _apply(
    store: tuple[Database, Seals],
    run: Run,
    every: list[Holding],
    given: Circumstances,
    *,
    dry_run: bool,
    on_progress: Callable[[int, int], None],
) -> Applied:
    database, seals = store
    applied, done, total = Applied(), 0, sum(len(holding.loans) for holding in every)
    for chunk in chunks(_taken(every), CHUNK_ROWS):

        def work(db: sqlite3.Connection, chunk: Sequence[Holding] = chunk) -> Applied:
            step = foresee if dry_run else apply
            return step(Planner(db, seals, run, given.new_id), chunk)

        applied = applied.plus(await (database.read if dry_run else database.write)(work))
        done += sum(len(holding.loans) for holding in chunk)
        on_progress(done, total)
    if not dry_run:
        await database.write(lambda db: finish(Planner(db, seals, run, given.new_id)))
    return applied


def _taken(every: list[Holding]) -> Iterator[Holding]:
    """Each of them, first to last; none is left behind."""
    every.reverse()
    while every:
        yield every.pop()


def _notes(run: Run, applied: Applied) -> Iterator[Fault]:
    if applied.older:
        slots = {"count": applied.older, "day": run.as_of}
        yield Fault("manifest.json: as_of", "tape.note.older", slots)
    if applied.erased:
        yield Fault("borrowers.csv", "tape.note.erased", {"count": applied.erased})


def _product_notes(loans: Iterable[TapeLoan], known: frozenset[str] | None) -> list[Fault]:
    if known is None:
        return []
    unknown = Counter(loan.product for loan in loans if loan.product not in known)
    return [
        Fault("loans.csv: product", "tape.note.product", {"value": shown(name), "count": count})
        for name, count in sorted(unknown.items())
    ]


def _told(tape: Tape, run: Run, given: Circumstances, *, dry_run: bool) -> ImportReport:
    """The report of a tape of which nothing was applied so far."""
    found = [*tape.notes, *_product_notes((each.loan for each in tape.packed), given.products)]
    if run.as_of > given.today:
        found.append(Fault("manifest.json: as_of", "tape.note.future", {"day": run.as_of}))
    return ImportReport(
        as_of=run.as_of,
        dry_run=dry_run,
        borrowers=len(tape.borrowers),
        loans=len(tape.packed),
        instalments=sum(loan.instalment_count for loan in tape.packed),
        payments=sum(loan.payment_count for loan in tape.packed),
        notes=tuple(found),
    )
