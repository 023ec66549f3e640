"""A code over the figures of a statement, by which one that was kept is held against the books.

It must not be taken for a signature: whoever has the figures can compute it. Staff compute it from
their own books, for the loan and the day that the statement names.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from msgspec.structs import astuple

from bot.domain.accrual import Statement
from bot.domain.reference import SIGNS, as_read_out

_PREFIX = "ST"
_SIGN_BITS = 5
_GROUPS, _IN_GROUP = 3, 4  # 60 bits: nobody makes other figures with the same code by trying


def checksum(loan_ref: str, told: Statement, difference: int = 0) -> str:
    """`ST-7K3M-9QXD-2F5H` for a statement of the loan with that reference.

    `difference` is the lender's penalty figure less ours, in minor units. Language, layout and the
    moment of printing leave it as it is; any other figure, day or reference changes it.
    """
    digest = sha256("\n".join(_figures(loan_ref, told, difference)).encode()).digest()
    bits = int.from_bytes(digest, "big") >> 8 * len(digest) - _GROUPS * _IN_GROUP * _SIGN_BITS
    shifts = range((_GROUPS * _IN_GROUP - 1) * _SIGN_BITS, -1, -_SIGN_BITS)
    signs = "".join(SIGNS[bits >> shift & 31] for shift in shifts)
    groups = (signs[at : at + _IN_GROUP] for at in range(0, len(signs), _IN_GROUP))
    return "-".join((_PREFIX, *groups))


def same_checksum(typed: str, code: str) -> bool:
    """Whether somebody typed this code; any case, gaps, O for 0, I or L for 1."""
    read, wanted = as_read_out(typed), as_read_out(code)
    return read in {wanted, wanted.removeprefix(_PREFIX)}


def _figures(loan_ref: str, told: Statement, difference: int) -> Iterator[str]:
    """Every figure of the statement in a fixed order, an entry a line."""
    yield f"statement 1 {loan_ref!r} {told.as_of} {told.currency.code} {told.currency.digits}"
    yield f"owed {astuple(told.outstanding)} overdue {told.days_overdue} difference {difference}"
    yield f"penalty {told.charged} {told.paid} {told.waived} {told.grows_by_per_day}"
    yield f"credit {told.credit}"
    for each in told.instalments:
        yield f"instalment {each.no} {each.due} {astuple(each.owed)}"
    for line in told.lines:
        yield (
            f"line {line.instalment} {line.start} {line.until} {line.days} {line.base}"
            f" {line.rate} {line.rule} {line.amount} {line.capped}"
        )
    for paid in told.allocations:
        yield (
            f"payment {paid.on} {paid.amount} {paid.penalty} {paid.fee} {paid.interest}"
            f" {paid.principal} {paid.credit}"
        )
