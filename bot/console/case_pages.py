"""One case on one page, and what staff do with it.

It must not change a case: an act becomes an update and goes up the same staircase as a borrower's.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from litestar import Response, get, post
from litestar.response import Redirect

from bot.console.context import StaffRequest
from bot.console.figures import figures, in_hundred, previewed
from bot.console.gate import Forged
from bot.console.visit import Visit, key_of, nonce, visit_of
from bot.console.words import said_by
from bot.domain.case import (
    REJECT_REASONS,
    Act,
    ActorKind,
    CaseFacts,
    Status,
    acts,
)
from bot.domain.case import (
    Actor as CaseActor,
)
from bot.domain.money import parse_ratio
from bot.domain.relief.settlement import offer_waiver, relief_of, remaining_after
from bot.errors import Refused, Rejected
from bot.serve import Update
from bot.store import desk
from bot.store.desk_case import CaseView, case_view
from bot.store.staff import Right

_FORMS: Final = ("take", "grant", "reject")
_DONE: Final[Mapping[str, frozenset[Status]]] = {
    "taken": frozenset({Status.IN_REVIEW, Status.OFFERED, Status.REJECTED}),
    "granted": frozenset({Status.OFFERED, Status.ACCEPTED, Status.SETTLED, Status.DECLINED}),
    "rejected": frozenset({Status.REJECTED}),
}
_LONGEST_PERCENT: Final = 12


@get("/cases/{case_id:str}", opt={"right": Right.READ})
async def case_page(request: StaffRequest) -> Response[Any]:
    """The case, its figures and what may be done with it now."""
    visit = visit_of(request)
    return await _case(visit, {"done": request.query_params.get("done", "")})


@get("/cases/{case_id:str}/preview", opt={"right": Right.READ})
async def preview(request: StaffRequest) -> Response[Any]:
    """The money a percent makes."""
    visit = visit_of(request)
    view = await visit.read(case_view, request.path_params["case_id"])
    return visit.page("preview.html", _offer(visit, view, request.query_params.get("percent", "")))


@post("/cases/{case_id:str}/take", opt={"right": Right.DECIDE})
async def take(request: StaffRequest) -> Response[Any]:
    """A reviewer starts on the case."""
    visit = visit_of(request)
    return await _decide(visit, await visit.form(), Act.TAKE, "taken")


@post("/cases/{case_id:str}/grant", opt={"right": Right.DECIDE})
async def grant(request: StaffRequest) -> Response[Any]:
    """A reviewer offers a percent."""
    visit = visit_of(request)
    return await _decide(visit, await visit.form(), Act.OFFER, "granted")


@post("/cases/{case_id:str}/reject", opt={"right": Right.DECIDE})
async def reject(request: StaffRequest) -> Response[Any]:
    """A reviewer says no, with a reason."""
    visit = visit_of(request)
    return await _decide(visit, await visit.form(), Act.REJECT, "rejected")


async def _decide(visit: Visit, form: Mapping[str, str], act: Act, done: str) -> Response[Any]:
    """Send the act up; on a refusal show the case as it stands now, with the form as it was."""
    case_id = visit.request.path_params["case_id"]
    view = await visit.read(case_view, case_id)
    try:
        await visit.console.machine.receive(_update(visit, form, view.facts, act))
    except (Refused, Rejected) as no:
        kept = {
            "problem": said_by(no),
            "note": form.get("note", ""),
            "rejecting": form.get("reason", "") if act is Act.REJECT else "",
            "percent": form.get("percent", ""),
        }
        return await _case(visit, kept, 403 if isinstance(no, Forged) else 409)
    return Redirect(f"/console/cases/{view.facts.id}?done={done}", status_code=303)


def _update(visit: Visit, form: Mapping[str, str], facts: CaseFacts, act: Act) -> Update:
    version = form.get("version", "")
    body: dict[str, object] = {
        "case_id": facts.id,
        "act": act.value,
        "staff_id": visit.actor.id,
        "role": visit.actor.role.value,
        "reason": form.get("reason", "") if act is Act.REJECT else "",
        "note": form.get("note", "").strip(),
        "percent": str(_percent(form.get("percent", ""))) if act is Act.OFFER else None,
        "case_version": int(version) if version.isascii() and version.isdecimal() else 0,
    }
    return Update("staff", key_of(visit, form), facts.borrower_id, "staff_decided", body)


def _percent(typed: str) -> Fraction:
    """The share that a number of percent means; Rejected `error.amount.*` when it is no number."""
    return parse_ratio(typed.strip()[:_LONGEST_PERCENT]) / 100


async def _case(visit: Visit, more: Mapping[str, object], status: int = 200) -> Response[Any]:
    view = await visit.read(case_view, visit.request.path_params["case_id"])
    await visit.looked(view.facts.borrower_id, "staff.read_case", view.facts.id)
    return visit.page("case.html", {**_values(visit, view), **_told(view, more)}, "queue", status)


def _values(visit: Visit, view: CaseView) -> dict[str, object]:
    console, facts = visit.console, view.facts
    counted = figures(console.policy, view, console.today())
    percent = in_hundred(min(max(facts.matrix_percent, counted.low), counted.high))
    me = CaseActor(ActorKind.STAFF, visit.actor.id, visit.actor.role.value)
    return {
        "view": view,
        "facts": facts,
        "figures": counted,
        "relief": relief_of(facts.matrix_percent, facts.penalty_minor),
        "today": console.today(),
        "staff_turn": desk.GROUPS["open"],
        "may_decide": visit.actor.may(Right.DECIDE),
        "acts": [act.value for act in acts(facts, me)],
        "nonces": {form: nonce() for form in _FORMS},
        "low": in_hundred(counted.low),
        "high": in_hundred(counted.high),
        "percent": percent,
        "reject_reasons": REJECT_REASONS,
        "borrower_locale": view.locale if view.locale in console.pages.texts.locales else "",
        "problem": None,
        "note": "",
        "rejecting": "",
        **_offer(visit, view, percent),
    }


def _told(view: CaseView, more: Mapping[str, object]) -> dict[str, object]:
    """What the page says about the last act: done only when the case shows it, else kept."""
    done = str(more.get("done", ""))
    if done not in _DONE:
        done = ""
    elif view.facts.status not in _DONE[done]:
        done = "kept"
    said = {name: value for name, value in more.items() if value or name == "note"}
    return {**said, "done": done}


def _offer(visit: Visit, view: CaseView, typed: str) -> dict[str, object]:
    """What the page says about a percent: the offer it makes, or why it makes none."""
    console, facts = visit.console, view.facts
    said: dict[str, object] = {"facts": facts, "offer": None, "remaining": None}
    try:
        offer = previewed(console.policy, facts, _percent(typed), console.today())
    except (Refused, Rejected) as no:
        return {**said, "preview_problem": no}
    now = figures(console.policy, view, console.today()).now
    remaining = remaining_after(now, offer_waiver(offer)) if now else None
    return {**said, "offer": offer, "remaining": remaining, "preview_problem": None}
