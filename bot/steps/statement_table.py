"""The statement to keep as one table: what is due, instalments, penalty lines, payments.

It must not round, group or translate a figure: spreadsheets and programs read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bot.domain.money import plain, rate_text
from bot.steps.statement import Kept, file_name
from bot.turn import Paper, Table, Text, text

# A column each, and the key that names it.
_COLUMNS = {
    "entry": "statement.column.entry",
    "instalment": "statement.column.instalment",
    "start": "statement.column.from",
    "until": "statement.column.until",
    "days": "statement.column.days",
    "base": "statement.column.base",
    "rate": "statement.column.rate",
    "amount": "statement.column.amount",
    "principal": "statement.part.principal",
    "interest": "statement.part.interest",
    "fee": "statement.part.fee",
    "penalty": "statement.part.penalty",
    "credit": "statement.column.credit",
    "currency": "statement.column.currency",
    "loan": "statement.column.loan",
    "as_of": "statement.column.as_of",
    "code": "statement.code",
}
_PARTS = ("principal", "interest", "fee", "penalty")
Row = dict[str, Text | str]


def table_of(kept: Kept) -> Paper[Text]:
    """The statement for a spreadsheet: plain decimals, ISO days, every row complete."""
    same = {
        "currency": kept.told.currency.code,
        "loan": kept.booked.ref,
        "as_of": kept.told.as_of.isoformat(),
        "code": kept.code,
    }
    rows = (
        tuple(row.get(name, same.get(name, "")) for name in _COLUMNS)
        for row in (*_sums(kept), *_instalments(kept), *_lines(kept), *_payments(kept))
    )
    table = Table(tuple(text(key) for key in _COLUMNS.values()), tuple(rows))
    return Paper(file_name(kept, "csv"), kept.told.as_of, table=table)


def _sums(kept: Kept) -> Iterator[Row]:
    told = kept.told
    due = told.outstanding.total + kept.difference
    parts = {name: getattr(told.outstanding, name) for name in _PARTS}
    yield _row(kept, "total", parts | {"amount": due, "credit": told.credit})
    if kept.difference:
        yield _row(kept, "part.difference", {"amount": kept.difference})
    for name, minor in (
        ("charged", told.charged), ("paid", -told.paid), ("waived", -told.waived),
        ("left", told.penalty), ("grows", told.grows_by_per_day),
    ):  # fmt: skip
        yield _row(kept, name, {"amount": minor})


def _instalments(kept: Kept) -> Iterator[Row]:
    for each in kept.told.instalments:
        parts = {name: getattr(each.owed, name) for name in _PARTS}
        row = _row(kept, "entry.instalment", parts | {"amount": each.owed.total})
        yield row | {"instalment": str(each.no), "start": each.due.isoformat()}


def _lines(kept: Kept) -> Iterator[Row]:
    for line in kept.told.lines:
        amounts = {"amount": line.amount} | ({"base": line.base} if line.rate is not None else {})
        yield _row(kept, f"entry.{line.rule.value}", amounts) | {
            "instalment": str(line.instalment),
            "start": line.start.isoformat(),
            "until": line.until.isoformat(),
            "days": str(line.days),
            "rate": "" if line.rate is None else rate_text(line.rate),
        }


def _payments(kept: Kept) -> Iterator[Row]:
    for paid in kept.told.allocations:
        amounts = {name: getattr(paid, name) for name in ("amount", *_PARTS, "credit")}
        yield _row(kept, "entry.payment", amounts) | {"start": paid.on.isoformat()}


def _row(kept: Kept, entry: str, amounts: Mapping[str, int]) -> Row:
    digits = kept.told.currency.digits
    shown = {name: plain(minor, digits) for name, minor in amounts.items()}
    return {"entry": text(f"statement.{entry}"), **shown}
