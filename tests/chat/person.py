"""A person's side of a web chat: they say, press and send; they see what the page would show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.channels.web.machine import Message, Update
from bot.serve import Update as Came
from tests.chat.books import DIGITS
from tests.chat.house import House

PDF = b"%PDF-1.7 made up"
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Tap:
    """A button somebody can press: its id, its label, the keys that say so, what it does."""

    id: str
    label: str
    keys: frozenset[str]
    press: str


@dataclass
class Chat:
    """A browser's chat. `new` is what the last act brought; `messages` all that can be read now."""

    house: House
    id: str
    token: bytes
    seen: int = 0  # the last seq before the last act

    # --- acting ---

    async def say(self, words: str, key: str = "") -> str:
        """Type something; all that was answered, as plain text."""
        return await self.send("text", words, key)

    async def press(self, wanted: str, on: Message | None = None, key: str = "") -> str:
        """Press the newest button with that label, label key or press (`task|step|value`)."""
        tap = await self.find(wanted, on)
        assert tap is not None, f"no button {wanted!r} among {await self.labels()}"
        return await self.send("button", tap.id, key)

    async def upload(self, content: bytes = PDF, kind: str = "pdf", name: str = "proof.pdf") -> str:
        """Hand in a file and send it."""
        upload_id = await self.house.bridge.store_upload(self.id, name, kind, content)
        return await self.send("upload", upload_id)

    async def send(self, kind: str, value: str, key: str = "") -> str:
        """An update as the page sends it; `key` is made up unless given."""
        self._about_to_act()
        await self.house.bridge.receive(
            Update("web", key or self.house.key(), self.id, kind, value)
        )
        await self.house.check_nothing_waits()
        return await self.said()

    async def hear(self, what: str, **body: object) -> str:
        """Something a browser cannot send, as another channel's update in this chat."""
        self._about_to_act()
        await self.house.receive(Came("test", self.house.key(), self.id, what, body))
        return await self.said()

    async def walk(self, *steps: str) -> str:
        """Several acts: `>label` presses, anything else is typed; what the last one brought."""
        said = ""
        for step in steps:
            said = await (self.press(step[1:]) if step.startswith(">") else self.say(step))
        return said

    async def look_away(self) -> None:
        """Forget what is new: the next `new` starts here."""
        rows = await self.house.chats.messages(self.id, 0)
        self.seen = rows[-1].seq if rows else 0

    def _about_to_act(self) -> None:
        self.house.texts.noted.texts.clear()

    # --- looking ---

    async def messages(self) -> list[Message]:
        """Everything the page shows now, cards in place of those they replace."""
        opened = await self.house.bridge.find_chat(self.token)
        assert opened is not None
        found = await self.house.bridge.messages(self.id, opened.hidden_until)
        replaced = {message.replaces for message in found if message.replaces}
        return [message for message in found if message.seq not in replaced]

    async def new(self) -> list[Message]:
        """What was answered since the act before the last look."""
        return [m for m in await self.messages() if m.seq > self.seen and m.speaker != "me"]

    async def said(self) -> str:
        """The new answers as plain text; from now on, only later ones are new."""
        fresh = await self.new()
        await self.look_away()
        return "\n\n".join(message.text for message in fresh)

    async def last(self) -> Message:
        """The last message that is not the person's own."""
        return [m for m in await self.messages() if m.speaker != "me"][-1]

    async def card(self, holding: str = "") -> Message:
        """The newest message with buttons, or with that one."""
        for message in reversed(await self.messages()):
            if message.buttons and (not holding or await self.find(holding, message)):
                return message
        raise AssertionError(holding)

    async def taps(self, on: Message | None = None) -> list[Tap]:
        """Every button in sight, those of the newest message first."""
        shown = [on] if on else list(reversed(await self.messages()))
        stored = {each.id: each for each in await self.house.chats.messages(self.id, 0)}
        keys = self.house.texts.noted.keys
        return [
            Tap(choice.id, choice.label, frozenset(keys[choice.label]), written.press)
            for message in shown
            for choices, row in zip(message.buttons, stored[message.id].body.buttons, strict=True)
            for choice, written in zip(choices, row, strict=True)
        ]

    async def find(self, wanted: str, on: Message | None = None) -> Tap | None:
        """The newest button of that label, label key or start of its press."""
        for tap in await self.taps(on):
            does = "|" in wanted and tap.press.startswith(wanted)
            if does or wanted == tap.label or wanted in tap.keys:
                return tap
        return None

    async def labels(self, on: Message | None = None) -> list[str]:
        """The labels in sight; of the last message with buttons alone when told."""
        return [tap.label for tap in await self.taps(on)]

    @property
    def keys(self) -> set[str]:
        """The keys of everything said in the last act."""
        return self.house.texts.noted.said()

    def slots(self, key: str) -> dict[str, object]:
        """The slots with which that key was said in the last act."""
        return self.house.texts.noted.slots(key)

    def told(self, key: str) -> bool:
        """Whether the last act said that key."""
        return key in self.keys


async def new_chat(house: House, language: str = "en") -> Chat:
    """A browser that opens the chat for the first time."""
    opened = await house.bridge.open_chat(None, language)
    return Chat(house, opened.chat_id, opened.token)


async def press_link(chat: Chat, ref: str) -> str:
    """Press the lender's one-time link for that borrower on its page."""
    house = chat.house
    made = await house.chats.make_link(ref, house.clock.new_id(), house.clock(), 24 * _HOUR)
    return await chat.send("link", made.token)


async def linked(house: House, ref: str, language: str = "en", digits: str = DIGITS) -> Chat:
    """A chat in which that borrower has agreed, pressed their link and given their digits."""
    chat = await new_chat(house, language)
    await press_link(chat, ref.upper())
    await chat.press("start.agree")
    await chat.say(digits)
    row = await house.chats.row(chat.id)
    assert row is not None
    assert row.borrower_id is not None
    return chat
