"""What borrowers sent in, opened for staff: never run, never sniffed, never kept by the browser.

It must not serve a file that belongs to no case or request.
"""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get

from bot.console.context import StaffRequest
from bot.console.pages import HEADERS
from bot.console.visit import visit_of
from bot.store.desk_case import open_evidence
from bot.store.staff import Right

_KINDS: Final = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_PDF: Final = "application/pdf"


@get("/cases/{owner:str}/evidence/{upload_id:str}", opt={"right": Right.READ, "owner": "case"})
async def case_evidence(request: StaffRequest) -> Response[Any]:
    """A file of a case."""
    return await _evidence(request, "case")


@get("/requests/{owner:str}/evidence/{upload_id:str}", opt={"right": Right.READ})
async def request_evidence(request: StaffRequest) -> Response[Any]:
    """A file of a request."""
    return await _evidence(request, "request")


async def _evidence(request: StaffRequest, kind: str) -> Response[Any]:
    visit = visit_of(request)
    owner, upload_id = request.path_params["owner"], request.path_params["upload_id"]
    subject, file = await visit.read(open_evidence, (kind, owner), upload_id)
    await visit.looked(subject, "staff.read_evidence", upload_id)
    # A picture is shown; a PDF is saved, as readers run what a sandbox cannot hold.
    shown = "inline" if file.kind in _KINDS else "attachment"
    suffix = file.kind if file.kind in _KINDS else "pdf"
    headers = {
        **HEADERS,
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Content-Disposition": f'{shown}; filename="{upload_id}.{suffix}"',
    }
    return Response(file.content, media_type=_KINDS.get(file.kind, _PDF), headers=headers)
