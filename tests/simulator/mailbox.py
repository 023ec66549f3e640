"""Updates waiting for the bot: kept a day (taps 150 seconds), repeated until confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random

from tests.simulator.calls import Json
from tests.simulator.clock import Bell, Clock

KEPT_SECONDS = 24 * 3600
TAP_KEPT_SECONDS = 150
ON_REQUEST_ONLY = {"chat_member", "message_reaction", "message_reaction_count"}
FIRST_ID_BELOW = 900_000_000


@dataclass(eq=False)
class Pending:
    """One update waiting; `once` marks a repetition that no offset can confirm away."""

    update: Json
    queue: str
    expires_at: float
    once: bool = False
    place: int = 0
    tries: int = 0

    @property
    def id(self) -> int:
        return int(self.update.get("update_id", 0))


@dataclass
class Mailbox:
    """The bot's queue of updates."""

    clock: Clock
    random: Random
    arrived: Bell = field(default_factory=Bell)
    pending: list[Pending] = field(default_factory=list)
    everything: list[Pending] = field(default_factory=list)
    allowed: set[str] = field(default_factory=set)
    next_id: int = 0
    _copies: int = 0
    _held: list[Pending] | None = None

    def __post_init__(self) -> None:
        self.next_id = self.random.randrange(100_000_000, FIRST_ID_BELOW)

    def put(self, body: Json, queue: str) -> None:
        """Queue an update unless the bot said it does not want its kind."""
        kind = next((name for name in body if name != "update_id"), "")
        if not self.wants(kind):
            return
        kept = TAP_KEPT_SECONDS if kind == "callback_query" else KEPT_SECONDS
        pending = Pending(dict(body), queue, self.clock.now() + kept)
        if self._held is not None:
            self._held.append(pending)
        else:
            self._release(pending)

    def wants(self, kind: str) -> bool:
        """Whether updates of this kind are delivered, by `allowed_updates`."""
        if kind in self.allowed:
            return True
        return not self.allowed and kind not in ON_REQUEST_ONLY

    def _release(self, pending: Pending) -> None:
        numbered = {"update_id": pending.update.get("update_id", self.next_id)}
        pending.update = numbered | pending.update
        pending.place = len(self.everything)
        self.next_id = pending.id + 1
        self.everything.append(pending)
        self.pending.append(pending)
        self.pending += [replace(pending, once=True) for _ in range(self._copies)]
        self._copies = 0
        self.arrived.ring()

    @contextmanager
    def held(self) -> Iterator[list[Pending]]:
        """Hold back what happens inside; the list, in whatever order it then is, goes out after."""
        held: list[Pending] = []
        self._held = held
        try:
            yield held
        finally:
            self._held = None
            for pending in held:
                self._release(pending)

    def duplicate_next(self, copies: int = 1) -> None:
        """The next update comes that many times more, with the same id."""
        self._copies = copies

    def redeliver(self, update_id: int | None = None) -> None:
        """Send an update again, confirmed or not: the last one, or the one named."""
        if update_id is None:
            update_id = self.everything[-1].id
        known = next(one for one in reversed(self.everything) if one.id == update_id)
        expires_at = self.clock.now() + KEPT_SECONDS
        self.pending.append(replace(known, expires_at=expires_at, once=True, tries=0))
        self.arrived.ring()

    def jump_ids(self, to: int | None = None) -> None:
        """Go on counting elsewhere, as Telegram does after a quiet week."""
        self.next_id = self.random.randrange(1, 2**31 - 10_000) if to is None else to

    def expire(self) -> None:
        """Drop what nobody fetched in time."""
        now = self.clock.now()
        self.pending = [one for one in self.pending if one.expires_at > now]

    def take(self, offset: int, limit: int) -> list[Json]:
        """What getUpdates returns; `offset` confirms everything before it.

        A negative offset keeps that many of the newest and forgets the rest. An offset beyond
        the next id is unknown to Telegram, so it confirms nothing.
        """
        self.expire()
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self._confirm(offset)
        self.arrived.ring()
        return self.waiting(limit)

    def waiting(self, limit: int) -> list[Json]:
        """What waits now, at most `limit`; a repetition is given out once."""
        self.expire()
        taken = self.pending[:limit]
        self.pending = [one for one in self.pending if not (one.once and one in taken)]
        return [one.update for one in taken]

    def _confirm(self, offset: int) -> None:
        """Forget what came before `offset`: by order of arrival, since ids may jump down."""
        seen = (one.place for one in reversed(self.everything) if one.id == offset - 1)
        last = next(seen, None)
        if last is not None:
            self.pending = [one for one in self.pending if one.once or one.place > last]
        elif offset <= self.next_id:
            self.pending = [one for one in self.pending if one.once or one.id >= offset]

    def forget(self, pending: Pending) -> None:
        """Delivered to the webhook."""
        if pending in self.pending:
            self.pending.remove(pending)
        self.arrived.ring()

    def clear(self) -> None:
        """drop_pending_updates."""
        self.pending.clear()
        self.arrived.ring()
