"""Reads and checks a whole tape before anybody uses a row of it.

It must not touch the store, and answers either the whole tape or every fault it found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, tzinfo
from pathlib import Path
from typing import Final

from bot.domain.books import TapeBorrower, TapeLoan
from bot.errors import Fault, shown
from bot.lender.currencies import currency_digits
from bot.lender.tape import files
from bot.lender.tape.archive import Files, lines, opened
from bot.lender.tape.cells import Row
from bot.lender.tape.files import Gathered, LoanRows
from bot.lender.tape.findings import Findings, Limits, TooManyFaults
from bot.lender.tape.manifest import MANIFEST, Manifest, read_manifest
from bot.lender.tape.table import Columns, rows

_REQUIRED: Final = (files.BORROWERS, files.LOANS, files.INSTALMENTS, files.PAYMENTS)
_GATHER: Final[tuple[tuple[Columns, Callable[[Iterable[Row], Gathered], None]], ...]] = (
    (files.BORROWERS, files.gather_borrowers),
    (files.LOANS, files.gather_loans),
    (files.INSTALMENTS, files.gather_instalments),
    (files.PAYMENTS, files.gather_payments),
    (files.FREEZES, files.gather_freezes),
    (files.WAIVERS, files.gather_waivers),
)


@dataclass(frozen=True, slots=True)
class Tape:
    """A sound tape. `as_of` is the day its books stood at, None when it does not say.

    `fingerprint` is equal for equal bytes in equally named files; `notes` are harmless oddities.
    """

    as_of: date | None
    borrowers: tuple[TapeBorrower, ...]
    loans: tuple[TapeLoan, ...]
    fingerprint: bytes
    notes: tuple[Fault, ...] = ()


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
        so_far = Gathered(_overridden(digits_of, manifest), negotiate, zone)
        _gather(found, so_far, digest, findings)
    findings.stop_if_faulty()
    _note_oddities(so_far, findings)
    return Tape(
        as_of=manifest.as_of,
        borrowers=tuple(borrower for borrower in so_far.borrowers.values() if borrower),
        loans=tuple(_whole(gathered) for gathered in so_far.loans.values()),
        fingerprint=digest.digest(),
        notes=findings.notes,
    )


def _overridden(
    digits_of: Callable[[str], int | None], manifest: Manifest
) -> Callable[[str], int | None]:
    return lambda code: manifest.minor_digits.get(code, digits_of(code))


def _gather(found: Files, so_far: Gathered, digest: hashlib._Hash, findings: Findings) -> None:
    for columns in _REQUIRED:
        if columns.file not in found:
            findings.fault(columns.file, "tape.file.missing")
    for columns, gather in _GATHER:
        if columns.file in found:
            with closing(lines(found[columns.file], findings.limits)) as text:
                table = rows(columns, _hashed(columns.file, text, digest), findings)
                if table is not None:
                    so_far.known.add(columns.file)
                    gather(table, so_far)
    for name in sorted(set(found) - {columns.file for columns, _ in _GATHER} - {MANIFEST}):
        findings.note(shown(name), "tape.file.unknown")


def _hashed(name: str, text: Iterable[str], digest: hashlib._Hash) -> Iterable[str]:
    digest.update(f"\0{name}\0".encode())
    for line in text:
        digest.update(line.encode("utf-8", "surrogateescape"))
        yield line


def _whole(gathered: LoanRows) -> TapeLoan:
    """The loan with its rows in an order that no export changes by chance."""
    if gathered.loan is None:
        raise ValueError("a faulty loan row was not refused")
    return replace(
        gathered.loan,
        instalments=tuple(sorted(gathered.instalments, key=lambda row: (row.due, row.no))),
        payments=tuple(sorted(gathered.payments, key=lambda row: row.on)),
        freezes=tuple(sorted(gathered.freezes, key=lambda row: (row.start, row.until, row.kind))),
        waivers=tuple(sorted(gathered.waivers, key=lambda row: (row.on, row.ref))),
    )


def _note_oddities(so_far: Gathered, findings: Findings) -> None:
    for row in so_far.loans.values():
        if not row.instalments:
            findings.note(files.LOANS.file, "tape.note.no_instalments")
