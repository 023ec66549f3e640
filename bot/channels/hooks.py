"""The lender's gateways: signed posts of one-time codes, retried until they expire.

It must not know what a code opens. Neither phone nor code stands in a log or an error.
"""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import aiohttp
import structlog

from bot.store.connection import Database
from bot.store.posts import Post, drop_posts_over, due_posts, post_done, post_later
from bot.store.seal import Seals

log = structlog.get_logger()
_SECONDS = 10.0
_FIRST_WAIT, _LONGEST_WAIT = 1.0, 60.0
_GOOD = range(200, 300)


@dataclass(slots=True)
class Gateway:
    """Posts what is due to `url`, signed with `secret`; `run` until cancelled."""

    database: Database
    seals: Seals
    url: str
    secret: bytes
    clock: Callable[[], datetime]
    every: float = 0.5  # seconds between looks

    async def run(self) -> None:
        """Look often: somebody waits for their code."""
        timeout = aiohttp.ClientTimeout(total=_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                try:
                    await self.drain(session)
                except Exception as failed:  # noqa: BLE001  # the next look may go well
                    log.error("hook.broken", error=type(failed).__name__)
                await asyncio.sleep(self.every)

    async def drain(self, session: aiohttp.ClientSession) -> int:
        """Try every post that is due, side by side; how many were accepted."""
        await drop_posts_over(self.database, self.clock())
        posts = await due_posts(self.database, self.seals, self.clock())
        return sum(await asyncio.gather(*(self._one(session, post) for post in posts)))

    async def _one(self, session: aiohttp.ClientSession, post: Post) -> bool:
        if await self._accepted(session, post):
            await post_done(self.database, post)
            return True
        wait = min(_FIRST_WAIT * 2**post.attempts, _LONGEST_WAIT)
        await post_later(self.database, post, self.clock() + timedelta(seconds=wait))
        return False

    async def _accepted(self, session: aiohttp.ClientSession, post: Post) -> bool:
        body = json.dumps(post.body, ensure_ascii=False, separators=(",", ":")).encode()
        try:
            async with session.post(
                self.url, data=body, headers=self._signed(body, post)
            ) as answer:
                accepted = answer.status in _GOOD
        except (aiohttp.ClientError, TimeoutError) as failed:
            log.warning("hook.failed", error=type(failed).__name__)
            return False
        if not accepted:
            log.warning("hook.refused", status=answer.status)
        return accepted

    def _signed(self, body: bytes, post: Post) -> dict[str, str]:
        """The moment and an HMAC over both, so that an old post cannot be played again."""
        moment = str(int(self.clock().timestamp()))
        seal = hmac.new(self.secret, moment.encode() + b"." + body, sha256).hexdigest()
        return {
            "Content-Type": "application/json",
            "Reprieve-Post": post.id,
            "Reprieve-Timestamp": moment,
            "Reprieve-Signature": f"sha256={seal}",
        }
