"""Reads and checks a whole tape before anybody uses a row of it.

It must not touch the store, and answers either the whole tape or every fault it found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from pathlib import Path
from typing import Final

from bot.domain.books import TapeBorrower, TapeLoan
from bot.domain.holding import Holding, holdings
from bot.domain.packed_loan import PackedLoan
from bot.errors import Fault, shown
from bot.lender.currencies import currency_digits
from bot.lender.tape import files
from bot.lender.tape.archive import UNREADABLE, Files, lines, opened
from bot.lender.tape.cells import Row
from bot.lender.tape.files import Gathered
from bot.lender.tape.findings import Findings, Limits, TooManyFaults
from bot.lender.tape.manifest import MANIFEST, Manifest, read_manifest
from bot.lender.tape.once import Once, repeats
from bot.lender.tape.table import Columns, Table, table_of

_REQUIRED: Final = (files.BORROWERS, files.LOANS, files.INSTALMENTS, files.PAYMENTS)
_FILES: Final = (*_REQUIRED, files.FREEZES, files.WAIVERS)


@dataclass(frozen=True, slots=True)
class Tape:
    """A sound tape. `as_of` is the day its books stood at, None when it does not say.

    `fingerprint` is equal for equal bytes in equally named files; `notes` are harmless oddities.
    """

    as_of: date | None
    borrowers: Sequence[TapeBorrower]
    packed: Sequence[PackedLoan]
    fingerprint: bytes
    notes: tuple[Fault, ...] = ()

    @property
    def loans(self) -> tuple[TapeLoan, ...]:
        """All loans as values, made anew: for small tapes."""
        return tuple(each.whole() for each in self.packed)

    def holdings(self) -> list[Holding]:
        """Its borrowers, each with their loans."""
        return holdings(self.borrowers, self.packed)


def read_tape(
    path: Path,
    *,
    digits_of: Callable[[str], int | None] = currency_digits,
    negotiate: Callable[[str], str | None] = lambda tag: tag,
    zone: tzinfo = UTC,
    limits: Limits | None = None,
) -> Tape:
    """The tape in the folder or zip at `path`, or Faulty with every fault as `file:row: column`.

    `digits_of` answers the minor digits of a currency (None: unknown), `negotiate` a language
    of ours for a tag (None: none fits), `zone` is what moments without an offset are meant in.
    """
    findings = Findings(limits or Limits())
    digest = hashlib.sha256()
    manifest = Manifest()
    with opened(path, findings.limits) as found, suppress(TooManyFaults):
        manifest = read_manifest(found, digest, findings)
        so_far = Gathered(_overridden(digits_of, manifest), negotiate)
        _gather(Source(found, zone, findings), so_far, digest)
    findings.stop_if_faulty()
    _note_oddities(so_far, findings)
    return Tape(
        as_of=manifest.as_of,
        borrowers=tuple(so_far.borrowers.values()),
        packed=tuple(so_far.loans.values()),
        fingerprint=digest.digest(),
        notes=findings.notes,
    )


def _overridden(
    digits_of: Callable[[str], int | None], manifest: Manifest
) -> Callable[[str], int | None]:
    return lambda code: manifest.minor_digits.get(code, digits_of(code))


@dataclass(frozen=True, slots=True)
class Source:
    """The files of a tape as they are being read."""

    found: Files
    zone: tzinfo
    findings: Findings

    @contextmanager
    def table(
        self, columns: Columns, digest: hashlib._Hash, findings: Findings
    ) -> Iterator[Table | None]:
        """One of them, open meanwhile; None when that fails, or its header is not sound."""
        with ExitStack() as meanwhile:
            try:
                opening = lines(self.found[columns.file], findings.limits, digest)
                text = meanwhile.enter_context(opening)
            except UNREADABLE:
                findings.fault(columns.file, "tape.file.damaged")
                yield None
            else:
                yield table_of(columns, text, self.zone, findings)


def _gather(source: Source, so_far: Gathered, digest: hashlib._Hash) -> None:
    for columns in _REQUIRED:
        if columns.file not in source.found:
            source.findings.fault(columns.file, "tape.file.missing")
    for columns in _FILES:
        if columns.file in source.found:
            digest.update(f"\0{columns.file}\0".encode())
            once = _read(source, columns, so_far, digest)
            _name_repeats(source, columns, once.suspects())
    for name in sorted(set(source.found) - {columns.file for columns in _FILES} - {MANIFEST}):
        source.findings.note(shown(name), "tape.file.unknown")


def _read(source: Source, columns: Columns, so_far: Gathered, digest: hashlib._Hash) -> Once:
    once = Once()
    with source.table(columns, digest, source.findings) as table:
        if table is not None:
            so_far.known.add(columns.file)
            files.GATHER[columns.file](table, so_far, once)
    return once


def _name_repeats(source: Source, columns: Columns, suspects: frozenset[int]) -> None:
    """Read the file again for the rows that repeat a key, which is a fault of the later one."""
    if not suspects:
        return
    column, key_of = files.KEYS[columns.file]
    noted = Findings(source.findings.limits)  # what else is wrong was told when first read
    with source.table(columns, hashlib.sha256(), noted) as table:
        for number, first in repeats(_keyed(table or (), key_of), suspects):
            path = f"{columns.file}:{number}: {column}"
            source.findings.fault(path, "tape.twice", row=first)


def _keyed(
    table: Iterable[Row], key_of: Callable[[Row], Hashable]
) -> Iterator[tuple[int, Hashable]]:
    return ((row.number, key_of(row)) for row in table)


def _note_oddities(so_far: Gathered, findings: Findings) -> None:
    for each in so_far.loans.values():
        if not each.instalment_count:
            findings.note(files.LOANS.file, "tape.note.no_instalments", each.loan.row)
        elif not each.is_in_order:
            findings.note(files.LOANS.file, "tape.note.order", each.loan.row)
