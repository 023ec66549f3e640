"""Where the lender's penalty and ours differ, with both figures and what would explain it.

It must not name the person: the borrower's own page does, and that is audited.
"""

from __future__ import annotations

import re
import sqlite3
from typing import Any, Final

from litestar import Response, get

from bot.console.context import Console, StaffRequest
from bot.console.visit import visit_of
from bot.reconciling import Difference, differences
from bot.store.staff import Right

MOST_SHOWN: Final = 50
MOST_LOOKED_AT: Final = 500  # borrowers: what a page looks through takes a moment, not a minute
_ID: Final = re.compile(r"[0-9a-f]{0,32}\Z")


@get("/differences", opt={"right": Right.READ})
async def differences_page(request: StaffRequest) -> Response[Any]:
    """The differences from one borrower on; `next` leads to where this page stopped looking."""
    visit = visit_of(request)
    visit.actor.must(Right.READ)
    asked = request.query_params.get("after", "")
    after = asked if _ID.match(asked) else ""
    console = visit.console
    found, last = await console.database.apart(lambda db: _found(db, console, after))
    values = {"found": found, "after": after, "next": last}
    return visit.page("differences.html", values, "differences")


def _found(
    db: sqlite3.Connection, console: Console, after: str
) -> tuple[tuple[Difference, ...], str]:
    """A page of differences and the borrower it stopped at; none when everybody was looked at."""
    found: list[Difference] = []
    looked = differences(db, console.seals, console.policy, after)
    for number, (borrower_id, theirs) in enumerate(looked, start=1):
        found += theirs
        if number == MOST_LOOKED_AT or len(found) >= MOST_SHOWN:
            return tuple(found), borrower_id
    return tuple(found), ""
