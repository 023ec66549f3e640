"""What borrowers asked the lender's people: the list, one conversation, the answer.

It must not write to a chat: an answer becomes an update and goes up the staircase.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from litestar import Response, get, post
from litestar.response import Redirect

from bot.console.context import Console, StaffRequest
from bot.console.figures import difference, told
from bot.console.gate import Forged
from bot.console.visit import Visit, key_of, nonce, visit_of
from bot.console.words import said_by
from bot.domain.accrual import Statement
from bot.errors import Refused, Rejected
from bot.serve import Update
from bot.store import desk
from bot.store.desk_case import BorrowerView, RequestView, borrower_view, request_view
from bot.store.staff import Right
from bot.turn import BookedLoan

LONGEST_ANSWER: Final = 2_000
_STATES: Final = ("open", "answered")


@get("/requests", opt={"right": Right.READ})
async def requests_page(request: StaffRequest) -> Response[Any]:
    """Open requests, urgent ones on top; or those answered."""
    visit = visit_of(request)
    return visit.page("requests.html", await _live(visit), "requests")


@get("/requests/live", opt={"right": Right.READ, "passive": True})
async def requests_live(request: StaffRequest) -> Response[Any]:
    """The part of the list that refreshes itself."""
    visit = visit_of(request)
    return visit.page("requests_live.html", await _live(visit), "requests")


@get("/requests/{request_id:str}", opt={"right": Right.READ})
async def request_page(request: StaffRequest) -> Response[Any]:
    """One request with its conversation."""
    done = request.query_params.get("done") == "answered"
    return await _request(visit_of(request), {"done": "answered" if done else ""})


@get("/requests/{request_id:str}/talk", opt={"right": Right.READ, "passive": True})
async def talk(request: StaffRequest) -> Response[Any]:
    """The conversation alone, refreshing itself while an answer is written."""
    visit = visit_of(request)
    view = await visit.read(request_view, request.path_params["request_id"])
    return visit.page("talk.html", {"view": view})


@post("/requests/{request_id:str}/answer", opt={"right": Right.ANSWER})
async def answer(request: StaffRequest) -> Response[Any]:
    """Write to the borrower as a person."""
    visit = visit_of(request)
    form = await visit.form()
    view = await visit.read(request_view, request.path_params["request_id"])
    chat_id = view.request.chat_id
    try:
        body = _body(visit, form, view)
        update = Update("staff", key_of(visit, form), chat_id, "staff_wrote", body)
        await visit.console.machine.receive(update)
    except (Refused, Rejected) as no:
        kept = {"problem": said_by(no), "draft": form.get("text", "")}
        return await _request(visit, kept, 403 if isinstance(no, Forged) else 409)
    return Redirect(f"/console/requests/{view.request.id}?done=answered", status_code=303)


@get("/borrowers/{borrower_id:str}", opt={"right": Right.READ})
async def borrower_page(request: StaffRequest) -> Response[Any]:
    """One borrower: loans, cases, conversation."""
    visit = visit_of(request)
    about = await visit.read(borrower_view, request.path_params["borrower_id"])
    await visit.looked(about.borrower.id, "staff.read_borrower", "")
    return visit.page("borrower.html", {"about": about, "loans": _loans(visit.console, about)})


def _body(visit: Visit, form: Mapping[str, str], view: RequestView) -> dict[str, object]:
    """The fields of StaffWrote. It answers what the writer had seen, not what came since."""
    words = form.get("text", "").strip()
    if not words or len(words) > LONGEST_ANSWER:
        raise Refused("console.error.answer", longest=LONGEST_ANSWER)
    seen = form.get("also", "").split()
    return {
        "staff_id": visit.actor.id,
        "text": words,
        "request_id": view.request.id,
        "also": tuple(other.id for other in view.others if other.id in seen),
        "hand_back": form.get("then") == "hand_back",
    }


async def _live(visit: Visit) -> dict[str, object]:
    state = visit.request.query_params.get("state", "open")
    state = state if state in _STATES else "open"
    return {"requests": await visit.read(desk.requests, state), "state": state}


async def _request(visit: Visit, more: Mapping[str, object], status: int = 200) -> Response[Any]:
    view = await visit.read(request_view, visit.request.path_params["request_id"])
    asked = view.request
    await visit.looked(asked.borrower_id or asked.chat_id, "staff.read_request", asked.id)
    values: dict[str, object] = {
        "view": view,
        "request": asked,
        "loans": _loans(visit.console, view.about) if view.about else (),
        "may_answer": visit.actor.may(Right.ANSWER),
        "nonce": nonce(),
        "problem": None,
        "done": "",
        "draft": "",
    }
    kept = more.get("done") and asked.state == "open"
    said = {**values, **more, **({"done": "kept"} if kept else {})}
    return visit.page("request.html", said, "requests", status)


def _loans(console: Console, about: BorrowerView) -> list[tuple[BookedLoan, Statement | None, int]]:
    """Each loan with its statement of today, None where no terms cover it, and its difference."""
    return [(booked, *_told(console, booked)) for booked in about.loans]


def _told(console: Console, booked: BookedLoan) -> tuple[Statement | None, int]:
    try:
        return told(console.policy, booked, console.today()), difference(console.policy, booked)
    except Rejected:
        return None, 0
