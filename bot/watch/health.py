"""`GET /healthz` and `GET /readyz`: for whoever starts, stops and routes to this process.

It must not say more than a word for each thing that fails: anybody may ask.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from litestar import Response, get
from litestar.types import ControllerRouterHandler

from bot.watch.readiness import Readiness

_FRESH = {"Cache-Control": "no-store"}


def health_routes(readiness: Readiness) -> list[ControllerRouterHandler]:
    """Both routes."""

    @get("/healthz", include_in_schema=False)
    async def healthz() -> Response[Any]:
        """Alive: the event loop goes round."""
        return Response({"alive": True}, headers=_FRESH)

    @get("/readyz", include_in_schema=False)
    async def readyz() -> Response[Any]:
        """Ready, or 503 with what is not."""
        failing = await readiness.failing()
        status = HTTPStatus.SERVICE_UNAVAILABLE if failing else HTTPStatus.OK
        return Response(
            {"ready": not failing, "failing": failing}, status_code=status, headers=_FRESH
        )

    return [healthz, readyz]
