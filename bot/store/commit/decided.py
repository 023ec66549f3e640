"""A turn that is decided and not yet durable."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from bot.store.load import Loaded
from bot.store.rows import Body
from bot.turn import Outcome


class Spoken(Struct, frozen=True):
    """A message to keep: in which chat, by whom ('me', 'reprieve', 'person'), and what it says."""

    chat_id: str
    speaker: str
    body: Body
    replaces: int | None = None


class Decided(Struct, frozen=True):
    """A turn's update, what was loaded for it, what was decided; `actor` stands in the audit."""

    source: str
    key: str
    kind: str
    turn_id: str
    at: datetime
    actor: str
    loaded: Loaded
    outcome: Outcome
    spoken: tuple[Spoken, ...]
    heard_here: bool  # whether a person wrote in the chat, rather than an event happening
    idle: timedelta  # after so much quiet, the digits are asked again
    task: str = ""  # the one the turn was for
    refused: bool = False  # a rule or a permission said no
