"""Trouble on demand: what a network and a busy Telegram do to a bot, when a test asks for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil

from tests.simulator.calls import Call
from tests.simulator.clock import Clock
from tests.simulator.refusals import Refusal, too_many_requests


@dataclass(frozen=True)
class Fault:
    """One kind of trouble; `accepted` tells whether Telegram does the work before it strikes."""

    name: str
    accepted: bool = False
    refusal: Refusal | None = None
    delay: float = 0.0
    cut: bool = False
    raw: bytes | None = None
    status: int = 0


def retry_after(seconds: int = 1) -> Fault:
    """429 that asks to wait whole seconds."""
    return Fault("429", refusal=too_many_requests(seconds))


def forbidden(description: str = "Forbidden: bot was blocked by the user") -> Fault:
    """403 as the description says."""
    return Fault("403", refusal=Refusal(403, description, mistake=False))


def refused(code: int, description: str) -> Fault:
    """Any answer of Telegram's, word for word."""
    return Fault(str(code), refusal=Refusal(code, description, mistake=False))


def server_error(code: int = 502, *, html: bool = False) -> Fault:
    """5xx, as JSON or as the gateway's HTML page."""
    words = {500: "Internal Server Error", 502: "Bad Gateway", 504: "Gateway Timeout"}
    phrase = words.get(code, "Service Unavailable")
    if html:
        page = f"<html><body><h1>{code} {phrase}</h1></body></html>"
        return Fault(str(code), raw=page.encode(), status=code)
    return Fault(str(code), refusal=Refusal(code, phrase, mistake=False))


def connection_reset() -> Fault:
    """The connection breaks and Telegram has done nothing."""
    return Fault("connection reset", cut=True)


def answer_lost() -> Fault:
    """Telegram has done it; the connection breaks before the answer."""
    return Fault("answer lost", accepted=True, cut=True)


def slow(seconds: float) -> Fault:
    """Done at once, answered `seconds` later by the simulator's clock."""
    return Fault("slow", accepted=True, delay=seconds)


def garbled() -> Fault:
    """Done, but the answer is not JSON."""
    return Fault("garbled", accepted=True, raw=b'{"ok":true,"resu', status=200)


@dataclass(eq=False)
class Plan:
    """A fault that waits for matching calls; `times=None` strikes until `stop`."""

    fault: Fault
    method: str
    times: int | None
    where: Callable[[Call], bool]
    struck: int = 0

    def strikes(self, call: Call) -> bool:
        """Whether this call is hit; counts it if so."""
        spent = self.times is not None and self.struck >= self.times
        named = self.method in {"*", call.method.lower()}
        if spent or not named or not self.where(call):
            return False
        self.struck += 1
        return True

    def stop(self) -> None:
        """Strike no more."""
        self.times = self.struck


@dataclass
class RateLimits:
    """Telegram's limits by the simulator's clock; bursts above one per chat are borne a while."""

    clock: Clock
    overall_per_second: int = 30
    chat_burst: int = 3
    group_per_minute: int = 20
    enabled: bool = False
    _sent: deque[tuple[float, int]] = field(default_factory=deque)

    def check(self, chat_id: int) -> None:
        """Count one message to the chat; Refusal 429 if it is one too many."""
        if not self.enabled:
            return
        now = self.clock.now()
        while self._sent and self._sent[0][0] <= now - 60:
            self._sent.popleft()
        wait = max(wait for wait in self._waits(chat_id, now))
        if wait > 0:
            raise too_many_requests(max(1, ceil(wait)))
        self._sent.append((now, chat_id))

    def _waits(self, chat_id: int, now: float) -> list[float]:
        """Seconds to wait by each limit; zero or less where there is room."""
        mine = [at for at, chat in self._sent if chat == chat_id]
        everyone = [at for at, _ in self._sent]
        waits = [
            until_free(everyone, self.overall_per_second, 1, now),
            until_free(mine, self.chat_burst, self.chat_burst, now),
        ]
        if chat_id < 0:
            waits.append(until_free(mine, self.group_per_minute, 60, now))
        return waits


def until_free(sent: list[float], most: int, window: float, now: float) -> float:
    """Seconds until fewer than `most` of the moments lie within the last `window`."""
    if len(sent) < most:
        return 0.0
    return sent[-most] + window - now
