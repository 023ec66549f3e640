"""Everything Telegram knows about this one bot: accounts, rooms, files, taps, settings."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tests.simulator.calls import Call, Json
from tests.simulator.clock import PATIENCE_SECONDS, Bell, Clock
from tests.simulator.faults import Plan, RateLimits
from tests.simulator.files import Files
from tests.simulator.mailbox import Mailbox
from tests.simulator.refusals import bad_request, forbidden
from tests.simulator.rooms import Message, Room, User
from tests.simulator.webhook import Backoff, Webhook

TAP_LIVES_SECONDS = 150


@dataclass(eq=False)
class Tap:
    """A pressed button: Telegram waits 150 seconds for the bot's answer."""

    id: str
    person: User
    room: Room
    message: Message
    data: str
    at: float
    bell: Bell
    answers: list[Json] = field(default_factory=list)

    async def answered(self, within: float = PATIENCE_SECONDS) -> Json:
        """The bot's first answer: `text` and `show_alert`; TimeoutError if none comes."""
        return await self.bell.until(lambda: self.answers[0] if self.answers else None, within)


@dataclass
class Profile:
    """What BotFather keeps and the bot may set: by (scope, language) or by language."""

    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)


@dataclass
class World:
    """The state all methods read and write."""

    token: str
    bot: User
    clock: Clock
    random: Random
    bell: Bell
    mailbox: Mailbox
    files: Files
    limits: RateLimits
    backoff: Backoff
    people: dict[int, User] = field(default_factory=dict)
    rooms: dict[int, Room] = field(default_factory=dict)
    taps: dict[str, Tap] = field(default_factory=dict)
    profile: Profile = field(default_factory=Profile)
    calls: list[Call] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    webhook: Webhook | None = None
    webhook_timeout: float = 10.0
    reads_all_group_messages: bool = False
    crashes: list[Exception] = field(default_factory=list)
    poll: int = 0
    polling: bool = False
    poll_ended_by: str = ""
    changes: int = 0
    _message_ids: dict[int, int] = field(default_factory=dict)

    def change(self, message: Message) -> None:
        """Note that a message is new or different, and wake whoever waits for it."""
        self.changes += 1
        message.changed = self.changes
        self.bell.ring()

    def new_message_id(self, room: Room) -> int:
        """Private chats and groups count together, supergroups and channels each alone."""
        counter = room.id if room.kind in {"supergroup", "channel"} else 0
        first = 1 if counter else 1000
        self._message_ids[counter] = self._message_ids.get(counter, first) + 1
        return self._message_ids[counter]

    def new_tap_id(self) -> str:
        """A 64-bit number as text."""
        return str(self.random.randrange(2**60, 2**63))

    def room(self, chat_id: str) -> Room:
        """The room a call names; Refusal unless the bot has met it."""
        if not chat_id:
            raise bad_request("chat_id is empty")
        found = self._named(chat_id) if chat_id.startswith("@") else self._numbered(chat_id)
        if found is None:
            raise bad_request("chat not found")
        return found

    def _named(self, name: str) -> Room | None:
        wanted = name[1:].lower()
        public = (room for room in self.rooms.values() if room.username and not room.private)
        return next((room for room in public if room.username.lower() == wanted), None)

    def _numbered(self, chat_id: str) -> Room | None:
        try:
            return self.rooms.get(int(chat_id))
        except ValueError:
            return None

    def writable(self, chat_id: str) -> Room:
        """The room, if the bot may write there; Refusal in Telegram's words otherwise."""
        room = self.room(chat_id)
        if room.person is not None:
            self._private_allows(room)
        elif room.bot_status in {"kicked", "left"}:
            where = {"group": "group chat", "supergroup": "supergroup chat"}
            place = where.get(room.kind, "channel chat")
            was = "was kicked from" if room.bot_status == "kicked" else "is not a member of"
            raise forbidden(f"bot {was} the {place}")
        return room

    def _private_allows(self, room: Room) -> None:
        person = room.person
        if person is not None and person.is_bot:
            raise forbidden("bot can't send messages to bots")
        if person is not None and person.deactivated:
            raise forbidden("user is deactivated")
        if room.blocked:
            raise forbidden("bot was blocked by the user")
        if not room.started and self._met(room):
            raise forbidden("bot can't initiate conversation with a user")
        if not room.started:
            raise bad_request("chat not found")

    def _met(self, room: Room) -> bool:
        """Whether the bot has seen this person in a group."""
        return any(room.id in other.members for other in self.rooms.values() if not other.private)
