"""Server-sent events: a word that the chat has grown, so that the page asks for the rest.

It must not carry what was said.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from http import HTTPStatus

from bot.channels.web.refusals import Declined
from bot.channels.web.site import Site

_RECONNECT_MS = 2_000
_TAB_CLOSES_SECONDS = 10.0


def may_listen(site: Site, chat_id: str) -> None:
    """Declined when this chat has as many open streams as it may."""
    if site.streams[chat_id] >= site.limits.chat_streams:
        raise Declined(
            HTTPStatus.TOO_MANY_REQUESTS, "web.error.busy", retry_after=_TAB_CLOSES_SECONDS
        )


async def stream(site: Site, chat_id: str, seen: int) -> AsyncGenerator[bytes, None]:
    """`wake` events with the chat's last seq once it is past `seen`, and beats when it is quiet."""
    site.streams[chat_id] += 1
    try:
        yield f"retry: {_RECONNECT_MS}\n\n".encode()
        async with (
            aclosing(site.machine.wake(chat_id)) as seqs,
            aclosing(_with_beats(seqs, site.stream_beat)) as beats,
        ):
            async for seq in beats:
                if seq is None:
                    yield b": still here\n\n"
                elif seq > seen:
                    yield f"id: {seq}\nevent: wake\ndata: {seq}\n\n".encode()
    finally:
        _leave(site, chat_id)


def _leave(site: Site, chat_id: str) -> None:
    site.streams[chat_id] -= 1
    if not site.streams[chat_id]:
        del site.streams[chat_id]


async def _with_beats(
    seqs: AsyncGenerator[int, None], beat: float
) -> AsyncGenerator[int | None, None]:
    # A task of its own, since a time-out around `anext` would end the generator it waits for.
    waiting = asyncio.ensure_future(anext(seqs, None))
    try:
        while True:
            done, _ = await asyncio.wait({waiting}, timeout=beat)
            seq = waiting.result() if done else None
            if done and seq is None:
                return
            yield seq
            if done:
                waiting = asyncio.ensure_future(anext(seqs, None))
    finally:
        waiting.cancel()
        await asyncio.wait({waiting})
