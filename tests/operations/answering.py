"""Somebody who answers over HTTP: a Bot API of few words, a gateway, an assistant's /readyz."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def answering(
    answers: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> AsyncIterator[int]:
    """Answer the last part of each path with JSON, what is not named with 404; the port."""

    async def answer(request: web.Request) -> web.Response:
        name = request.path.rpartition("/")[2]
        if name not in answers:
            return web.Response(status=404)
        return web.json_response(answers[name], headers=headers)

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()


@asynccontextmanager
async def bot_api(
    webhook: Mapping[str, object], headers: Mapping[str, str] | None = None
) -> AsyncIterator[dict[str, object]]:
    """A Bot API that knows the bot and says this of its webhook; the settings that lead to it."""
    answers = {
        "getMe": {"ok": True, "result": {"username": "reprieve_bot"}},
        "getWebhookInfo": {"ok": True, "result": webhook},
    }
    async with answering(answers, headers) as port:
        yield {"telegram_token": "1:abc", "telegram_base_url": f"http://127.0.0.1:{port}/bot"}
