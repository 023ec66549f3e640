"""Whether a statement somebody holds says what the books say: loan, day and checksum.

It must not change anything, nor say whose loan it is before it is found.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from litestar import Response, get, post

from bot.console.context import StaffRequest
from bot.console.visit import Visit, visit_of
from bot.console.words import said_by
from bot.domain.checksum import same_checksum
from bot.domain.days import parse_day
from bot.errors import Rejected
from bot.steps.statement import kept_on
from bot.store.load import load_loan
from bot.store.staff import Right
from bot.turn import Text, text

_LONGEST: Final = 100
_FIELDS: Final = ("loan", "day", "code")


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of it; `borrower_id` is empty while no loan was found."""

    said: Text
    same: bool = False
    borrower_id: str = ""
    ref: str = ""


@get("/statements", opt={"right": Right.READ})
async def statements_page(request: StaffRequest) -> Response[Any]:
    """The form, with today's day in it."""
    visit = visit_of(request)
    typed = {"loan": "", "day": visit.console.today().isoformat(), "code": ""}
    return _page(visit, typed, None)


@post("/statements", opt={"right": Right.READ}, status_code=200)
async def check_statement(request: StaffRequest) -> Response[Any]:
    """The answer above the form as it was filled. A form, so that no address holds a reference."""
    visit = visit_of(request)
    form = await visit.form()
    typed = {name: form.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
    try:
        checked = await _checked(visit, typed["loan"], parse_day(typed["day"]), typed["code"])
    except Rejected as no:
        return _page(visit, typed, Checked(said_by(no)), 422)
    if checked.borrower_id:
        await visit.looked(checked.borrower_id, "staff.statement_checked", checked.ref)
    return _page(visit, typed, checked)


async def _checked(visit: Visit, ref: str, day: date, code: str) -> Checked:
    console = visit.console
    found = await console.database.read(lambda db: load_loan(db, console.seals, ref))
    if found is None:
        return Checked(text("console.statements.unknown"))
    borrower_id, booked = found
    kept = kept_on(console.policy, booked, day)
    same = same_checksum(code, kept.code)
    key = "console.statements.same" if same else "console.statements.other"
    return Checked(text(key, ref=booked.ref, day=day), same, borrower_id, booked.ref)


def _page(
    visit: Visit, typed: dict[str, str], checked: Checked | None, status: int = 200
) -> Response[Any]:
    values = {"typed": typed, "checked": checked}
    return visit.page("statements.html", values, "statements", status)
