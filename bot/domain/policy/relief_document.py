"""One `[[relief]]` entry of the policy file, read into values; every fault is named by path.

It must not judge a loan. Keys: docs/policy.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Final

from bot.domain.policy.relief_policy import (
    Amounts,
    Appeal,
    Band,
    Conditions,
    CreditRecord,
    Deadlines,
    Decision,
    Percents,
    Reason,
    ReliefPolicy,
    Scope,
    Source,
    WhenNotSettled,
    Window,
)
from bot.domain.reading import Fields

MOST_DAYS: Final = 3_660  # ten years: no deadline, band or window of relief is longer
MOST_ROWS: Final = 100
_ID: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}\Z")
_GRADE: Final = re.compile(r"[A-Za-z0-9+-]{1,8}\Z")
_CURRENCY: Final = re.compile(r"[A-Z]{3}\Z")
_WHOLE: Final = Fraction(1)


def read_relief(entry: Fields, products: frozenset[str], holidays: frozenset[date]) -> ReliefPolicy:
    """The relief programme of one entry; after faults it holds stand-ins and must not be used.

    `products` are those with terms; `holidays` are days the lender does not work.
    """
    scope = _scope(entry.child("scope"), products)
    relief = ReliefPolicy(
        start=entry.day("from"),
        source=read_source(entry),
        scope=scope,
        percent=_percents(entry.child("percent"), scope),
        reasons=_reasons(entry),
        window=_window(entry.child("window")),
        conditions=_conditions(entry.child("conditions")),
        decision=_decision(entry.child("decision")),
        deadlines=_deadlines(entry.child("deadlines")),
        appeal=_appeal(entry.child("appeal")),
        credit_record=_credit_record(entry.child("credit_record")),
        holidays=holidays,
    )
    entry.close()
    return relief


def read_source(fields: Fields) -> Source:
    """The required `source` and `checked_on` of an object."""
    text = fields.text("source")
    if not text.strip() and isinstance(fields.raw("source"), str):
        fields.fault("source", "error.field.empty")
    return Source(text, fields.day("checked_on"))


def read_id(fields: Fields, key: str) -> str:
    """A required id: small letters, digits, `-` and `_`, at most forty."""
    raw = fields.text(key)
    if isinstance(fields.raw(key), str) and not _ID.match(raw):
        fields.fault(key, "error.policy.id")
    return raw


def read_percent(fields: Fields, key: str) -> Fraction:
    """A required percent from 0 to 100, as a fraction."""
    percent = fields.ratio(key) / 100
    if percent > _WHOLE:
        fields.fault(key, "error.policy.percent")
    return percent


def _scope(fields: Fields, products: frozenset[str]) -> Scope:
    days = fields.child("days_overdue")
    from_day, until_day = days.whole("from", 1, MOST_DAYS), _optional_days(days, "until")
    if days.sound and until_day is not None and until_day < from_day:
        days.fault("until", "error.policy.before")
    days.close()
    scope = Scope(
        products=_names(fields, "products", _known(products), "error.policy.product"),
        grades=_names(fields, "grades", _is_grade, "error.policy.grade"),
        from_day=from_day,
        until_day=until_day,
        minimum_penalty=_amounts(fields, "minimum_penalty"),
        times_in_12_months=fields.whole("times_in_12_months", 1, MOST_ROWS),
        excluded_statuses=_names(
            fields, "excluded_statuses", _is_id, "error.policy.id", required=False
        ),
        source=read_source(fields),
    )
    fields.close()
    return scope


def _percents(fields: Fields, scope: Scope) -> Percents:
    bands = tuple(_band(row, scope) for row in fields.objects("bands", MOST_ROWS, required=True))
    if fields.sound:
        _check_bands(fields, bands, scope)
    percents = Percents(bands, read_percent(fields, "ceiling"), read_source(fields))
    fields.close()
    return percents


def _band(fields: Fields, scope: Scope) -> Band:
    from_day = fields.whole("from_day", 1, MOST_DAYS)
    row = fields.child("percent")
    percent = {grade: read_percent(row, grade) for grade in scope.grades}
    if scope.grades:  # without grades every percent would be called unknown
        row.close()
    fields.close()
    return Band(from_day, percent)


def _check_bands(fields: Fields, bands: tuple[Band, ...], scope: Scope) -> None:
    if not bands:
        fields.fault("bands", "error.field.empty")
        return
    for at, band in enumerate(bands[1:], 1):
        if band.from_day <= bands[at - 1].from_day:
            fields.fault(f"bands[{at}].from_day", "error.policy.order")
    if bands[0].from_day > scope.from_day:
        fields.fault("bands[0].from_day", "error.policy.gap", day=scope.from_day)


def _reasons(entry: Fields) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    for row in entry.objects("reasons", MOST_ROWS, required=True):
        reason = Reason(
            id=read_id(row, "id"),
            points=read_percent(row, "points"),
            evidence=_names(row, "evidence", _is_id, "error.policy.id", required=False),
            source=read_source(row),
        )
        if reason.id in {other.id for other in reasons}:
            row.fault("id", "error.policy.twice")
        reasons.append(reason)
        row.close()
    if not reasons and isinstance(entry.raw("reasons"), list):
        entry.fault("reasons", "error.field.empty")
    return tuple(reasons)


def _window(fields: Fields) -> Window:
    if fields.has("within_days") == fields.has("campaign"):
        fields.fault_here("error.policy.window")
    within = _optional_days(fields, "within_days")
    campaign = _campaign(fields.child("campaign")) if fields.has("campaign") else None
    window = Window(within, campaign, read_source(fields))
    fields.close()
    return window


def _campaign(fields: Fields) -> tuple[date, date]:
    start, until = fields.day("from"), fields.day("until")
    if fields.sound and until < start:
        fields.fault("until", "error.policy.before")
    fields.close()
    return start, until


def _conditions(fields: Fields) -> Conditions:
    conditions = Conditions(
        pay_within_days=_optional_days(fields, "pay_within_days"),
        freeze_days_in_12_months=fields.whole("freeze_days_in_12_months", 0, 366),
        freeze_when_not_settled=fields.choice("freeze_when_not_settled", WhenNotSettled),
        source=read_source(fields),
    )
    fields.close()
    return conditions


def _decision(fields: Fields) -> Decision:
    decision = Decision(
        automatic_up_to=_amounts(fields, "automatic_up_to"),
        second_approver_above=_amounts(fields, "second_approver_above", required=True),
        staff_may_depart=read_percent(fields, "staff_may_depart_points"),
        source=read_source(fields),
    )
    fields.close()
    return decision


def _deadlines(fields: Fields) -> Deadlines:
    deadlines = Deadlines(
        answer_working_days=fields.whole("answer_working_days", 1, 366),
        info_reply_days=fields.whole("info_reply_days", 1, 366),
        offer_answer_days=fields.whole("offer_answer_days", 1, 366),
        draft_days=fields.whole("draft_days", 1, 366),
        source=read_source(fields),
    )
    fields.close()
    return deadlines


def _appeal(fields: Fields) -> Appeal:
    appeal = Appeal(fields.whole("within_days", 1, 366), read_source(fields))
    fields.close()
    return appeal


def _credit_record(fields: Fields) -> CreditRecord:
    record = CreditRecord(read_id(fields, "text"), read_source(fields))
    fields.close()
    return record


def _optional_days(fields: Fields, key: str) -> int | None:
    return fields.whole(key, 1, MOST_DAYS) if fields.has(key) else None


def _amounts(fields: Fields, key: str, *, required: bool = False) -> Amounts:
    if not required and not fields.has(key):
        return {}
    table = fields.child(key)
    raw = fields.raw(key)
    codes = tuple(raw) if isinstance(raw, Mapping) else ()
    for code in codes:
        if not _CURRENCY.match(code):
            fields.fault(f"{key}.{code}", "error.policy.currency")
    return {code: table.ratio(code) for code in codes}


def _names(
    fields: Fields, key: str, fits: Callable[[str], bool], text_key: str, *, required: bool = True
) -> tuple[str, ...]:
    rows = fields.rows(key, MOST_ROWS, required=required)
    found: list[str] = []
    for at, row in enumerate(rows):
        if not isinstance(row, str) or not fits(row):
            fields.fault(f"{key}[{at}]", text_key)
        elif row in found:
            fields.fault(f"{key}[{at}]", "error.policy.twice")
        else:
            found.append(row)
    if required and not rows and isinstance(fields.raw(key), list):
        fields.fault(key, "error.field.empty")
    return tuple(found)


def _known(products: frozenset[str]) -> Callable[[str], bool]:
    return lambda name: name in products


def _is_id(name: str) -> bool:
    return _ID.match(name) is not None


def _is_grade(name: str) -> bool:
    return _GRADE.match(name) is not None
