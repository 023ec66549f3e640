"""The lender's desk: queue, cases and conversations in a browser, for staff who are signed in.

It must not change anything a borrower has: acts go up the staircase.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import Any

from litestar import Response, Router
from litestar.types import ControllerRouterHandler

from bot.console import (
    case_pages,
    difference_pages,
    evidence,
    queue_pages,
    request_pages,
    signing_in,
    statement_pages,
)
from bot.console.assets import static_file
from bot.console.context import Console, Machine, StaffRequest
from bot.console.gate import LONGEST_FORM, PATH, SignedOut, staff_only, to_sign_in
from bot.console.pages import Pages
from bot.console.visit import visit_of
from bot.console.words import said_by
from bot.domain.policy import Policy
from bot.errors import Refused
from bot.settings import Settings
from bot.store.connection import Database
from bot.store.seal import Seals
from bot.texts import Texts

__all__ = ["Machine", "console_routes"]

_BEHIND_THE_GATE = (
    queue_pages.queue_page,
    queue_pages.queue_live,
    queue_pages.next_case,
    queue_pages.find,
    case_pages.case_page,
    case_pages.preview,
    case_pages.take,
    case_pages.grant,
    case_pages.reject,
    evidence.case_evidence,
    evidence.request_evidence,
    request_pages.requests_page,
    request_pages.requests_live,
    request_pages.request_page,
    request_pages.talk,
    request_pages.answer,
    request_pages.borrower_page,
    difference_pages.differences_page,
    statement_pages.statements_page,
    statement_pages.check_statement,
    signing_in.logout,
    signing_in.language,
)


def console_routes(  # noqa: PLR0913  # the composition root hands each part over once
    machine: Machine,
    database: Database,
    seals: Seals,
    texts: Texts,
    settings: Settings,
    clock: Callable[[], datetime],
    *,
    policy: Policy,
    zone: tzinfo,
) -> list[ControllerRouterHandler]:
    """The routes under `/console`, to be mounted by the application."""
    console = Console(
        machine=machine,
        database=database,
        seals=seals,
        pages=Pages(texts),
        settings=settings,
        policy=policy,
        clock=clock,
        zone=zone,
        checking=asyncio.Semaphore(2),
    )
    common: dict[str, Any] = {
        "opt": {"console": console},
        "include_in_schema": False,
        "request_max_body_size": LONGEST_FORM,
        "exception_handlers": {SignedOut: to_sign_in, Refused: _refused},
    }
    doors = Router(
        PATH,
        route_handlers=[signing_in.login_page, signing_in.sign_in, static_file],
        **common,
    )
    desk = Router(PATH, route_handlers=[*_BEHIND_THE_GATE], guards=[staff_only], **common)
    return [doors, desk]


def _refused(request: StaffRequest, no: Refused) -> Response[Any]:
    """A refusal as a page: what does not exist and what is another's look alike."""
    if "session" not in request.state:
        return to_sign_in(request, SignedOut())
    status = 404 if no.key == "console.error.not_found" else 403
    return visit_of(request).page("refused.html", {"problem": said_by(no)}, status=status)
