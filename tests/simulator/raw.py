"""A bare Bot API client for tests: no retries, no opinions, any parameter at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO

import aiohttp

from tests.simulator.calls import Json


@dataclass(frozen=True)
class Answer:
    """What came back: HTTP status and the JSON body."""

    status: int
    body: Json
    headers: dict[str, str]

    @property
    def result(self) -> Json:
        """The result of an accepted call that returns an object."""
        return dict(self.body["result"])

    @property
    def description(self) -> str:
        """Why the call was refused; empty if it was not."""
        return str(self.body.get("description", ""))


class RawApi:
    """`await api("sendMessage", chat_id=1, text="hi")`; objects and lists become JSON."""

    def __init__(self, base_url: str, session: aiohttp.ClientSession) -> None:
        self.base_url = base_url
        self.session = session

    async def __call__(self, method: str, **params: object) -> Answer:
        """Call with an urlencoded body, or multipart when a value is bytes."""
        form = aiohttp.FormData()
        for name, value in params.items():
            if isinstance(value, bytes):
                form.add_field(name, BytesIO(value), filename=f"{name}.bin")
            else:
                form.add_field(name, as_text(value))
        return await self.post(method, data=form)

    async def post(self, method: str, **request: object) -> Answer:
        """Call with any body aiohttp can make."""
        async with self.session.post(f"{self.base_url}/{method}", **request) as answer:  # type: ignore[arg-type] # passes through what aiohttp takes
            body: Json = json.loads(await answer.read())
            return Answer(answer.status, body, dict(answer.headers))

    async def refused(self, method: str, **params: object) -> str:
        """Why Telegram refuses the call; AssertionError if it does not."""
        answer = await self(method, **params)
        assert not answer.body["ok"], answer.body
        return answer.description

    async def updates(self, **params: object) -> list[Json]:
        """The result of getUpdates."""
        answer = await self("getUpdates", **params)
        found: list[Json] = answer.body["result"]
        return found


def as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value)
