"""The console's static files, from memory: nothing on the disk can be asked for by name.

It must not serve anything else.
"""

from __future__ import annotations

from typing import Any

from litestar import Response, get

from bot.console.context import StaffRequest, console_of
from bot.console.pages import HEADERS


@get("/static/{name:str}")
async def static_file(request: StaffRequest) -> Response[Any]:
    """A file by name; addresses carry a version, so browsers may keep it for ever."""
    asset = console_of(request).pages.assets.get(request.path_params["name"])
    headers = dict(HEADERS)
    if asset is None:
        return Response(b"", status_code=404, headers=headers)
    headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return Response(asset.content, media_type=asset.media_type, headers=headers)
