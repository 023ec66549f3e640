"""The blind-index tokens by which a borrower, a loan or a payment is found without being readable.

It must not store anything: each function answers the token of one value.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from bot.store.seal import Seals


def borrower_token(seals: Seals, borrower_ref: str) -> bytes:
    """Finds a borrower by the lender's reference, exactly as the lender writes it."""
    return seals.blind("borrower.ref", borrower_ref)


def loan_token(seals: Seals, loan_ref: str) -> bytes:
    """Finds a loan by the lender's reference, exactly as the lender writes it."""
    return seals.blind("loan.ref", loan_ref)


def payment_tokens(seals: Seals, payment_refs: Iterable[str]) -> list[bytes]:
    """Tell one payment from another by the lender's reference of each: an import makes millions."""
    return seals.blinds("payment.ref", payment_refs)


def phone_token(seals: Seals, phone: str) -> bytes | None:
    """Finds borrowers by phone, with or without the leading `+`; None for an empty phone."""
    bare = phone.removeprefix("+")
    digits = bare if bare.isdecimal() else "".join(filter(str.isdecimal, phone))
    return seals.blind("borrower.phone", digits) if digits else None


def name_token(seals: Seals, name: str) -> bytes | None:
    """Finds borrowers by whole name, however cased, spaced or composed; None for an empty name."""
    folded = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return seals.blind("borrower.name", folded) if folded else None


def waiver_id(seals: Seals, waiver_ref: str) -> str:
    """The identifier of a waiver the lender made itself, from the lender's reference."""
    return seals.blind("waiver.ref", waiver_ref).hex()
