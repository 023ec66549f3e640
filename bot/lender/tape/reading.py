"""Reads and checks a whole tape before anybody uses a row of it.

It must not touch the store, and answers either the whole tape or every fault it found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, tzinfo
from pathlib import Path
from typing import Final

from bot.domain.books import TapeBorrower, TapeLoan
from bot.domain.days import parse_day
from bot.errors import Fault, Rejected, shown
from bot.lender.currencies import currency_digits
from bot.lender.tape import files
from bot.lender.tape.archive import UNREADABLE, Files, lines, opened
from bot.lender.tape.cells import Row
from bot.lender.tape.files import Gathered, LoanRows
from bot.lender.tape.findings import Findings, Limits, TooManyFaults
from bot.lender.tape.table import Columns, rows

MANIFEST: Final = "manifest.json"
_LONGEST_MANIFEST: Final = 65_536
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
    so_far = Gathered(digits_of, negotiate, zone)
    digest = hashlib.sha256()
    as_of: date | None = None
    with opened(path, findings.limits) as found, suppress(TooManyFaults):
        as_of = _manifest(found, digest, findings)
        _gather(found, so_far, digest, findings)
    findings.stop_if_faulty()
    _note_oddities(so_far, findings)
    return Tape(
        as_of=as_of,
        borrowers=tuple(borrower for borrower in so_far.borrowers.values() if borrower),
        loans=tuple(_whole(gathered) for gathered in so_far.loans.values()),
        fingerprint=digest.digest(),
        notes=findings.notes,
    )


def _gather(found: Files, so_far: Gathered, digest: hashlib._Hash, findings: Findings) -> None:
    for columns in _REQUIRED:
        if columns.file not in found:
            findings.fault(columns.file, "tape.file.missing")
    for columns, gather in _GATHER:
        if columns.file in found:
            with found[columns.file]() as raw:
                text = _hashed(columns.file, lines(raw, findings.limits), digest)
                table = rows(columns, text, findings)
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


def _manifest(found: Files, digest: hashlib._Hash, findings: Findings) -> date | None:
    """The day of the manifest; None without one, or without a day in it."""
    if MANIFEST not in found:
        return None
    try:
        with found[MANIFEST]() as raw:
            body = raw.read(_LONGEST_MANIFEST)
        content = json.loads(body.decode("utf-8-sig"))
    except (*UNREADABLE, ValueError, RecursionError):
        findings.fault(MANIFEST, "tape.manifest.json")
        return None
    digest.update(body)
    if not isinstance(content, dict):
        findings.fault(MANIFEST, "tape.manifest.json")
        return None
    return _as_of(content, findings)


def _as_of(content: dict[str, object], findings: Findings) -> date | None:
    for name in content:
        if name != "as_of":
            findings.note(f"{MANIFEST}: {shown(name)}", "tape.column.unknown")
    if content.get("as_of") is None:
        return None
    try:
        return parse_day(content["as_of"])
    except Rejected as error:
        findings.fault(f"{MANIFEST}: as_of", error.key, **error.slots)
        return None


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
