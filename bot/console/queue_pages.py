"""The queue, and finding somebody by exact look-up.

It must not show more of a person than a name: a case's own page does, and that is audited.
"""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get, post
from litestar.response import Redirect

from bot.console.context import StaffRequest
from bot.console.visit import Visit, visit_of
from bot.console.words import said_by
from bot.domain.relief.settlement import relief_of
from bot.errors import Refused
from bot.store import desk
from bot.store.staff import Right

_GROUPS: Final = ("open", "mine", "submitted", "in_review", "waiting", "closed")
_MOST_PAGES: Final = 1_000


@get("/", opt={"right": Right.READ})
async def queue_page(request: StaffRequest) -> Response[Any]:
    """Open cases, those promised an answer first on top."""
    visit = visit_of(request)
    return visit.page("queue.html", await _live(visit), "queue")


@get("/queue", opt={"right": Right.READ, "passive": True})
async def queue_live(request: StaffRequest) -> Response[Any]:
    """The part of the queue that refreshes itself."""
    visit = visit_of(request)
    return visit.page("queue_live.html", await _live(visit), "queue")


@get("/next", opt={"right": Right.READ})
async def next_case(request: StaffRequest) -> Response[Any]:
    """On to the case due next that no colleague has taken; the queue when there is none."""
    visit = visit_of(request)
    found = await visit.read(desk.queue, "open")
    free = (row.facts.id for row in found.rows if row.facts.taken_by in {"", visit.actor.id})
    case_id = next(free, None)
    return Redirect(f"/console/cases/{case_id}" if case_id else "/console", status_code=303)


@post("/find", opt={"right": Right.READ})
async def find(request: StaffRequest) -> Response[Any]:
    """Who a reference, phone or whole name belongs to. A form, so that no address holds a name."""
    visit = visit_of(request)
    term = (await visit.form()).get("term", "")
    try:
        found = await visit.read(desk.find, term)
    except Refused as no:
        return visit.page("found.html", {"found": (), "problem": said_by(no)}, status=422)
    for each in found:
        await visit.looked(each.borrower_id, "staff.found", "")
    return visit.page("found.html", {"found": found, "problem": None})


async def _live(visit: Visit) -> dict[str, object]:
    asked = visit.request.query_params
    group = asked.get("group", "open")
    group = group if group in _GROUPS else "open"
    page = asked.get("page", "0")
    number = min(int(page), _MOST_PAGES) if page.isascii() and page.isdecimal() else 0
    found = await visit.read(desk.queue, group, number)
    return {
        "queue": found,
        "group": group,
        "groups": _GROUPS,
        "page": number,
        "urgent": found.urgent,
        "today": visit.console.today(),
        "staff_turn": desk.GROUPS["open"],
        "relief_of": relief_of,
    }
