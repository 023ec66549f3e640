"""Seeded people: they read what the bot sent, press what they find, and do what people do.

A person acts in one piece, between two steps of the assistant; a crash is nothing they notice.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.texts import Texts
from bot.turn import text
from tests.simulation.ledger import Ledger
from tests.simulation.post import Post
from tests.simulation.rooms import Button, Room, Rooms

POISON, FLAKY = "☠", "⚡"  # words that break every task: for good, or the first times
_LIKED: Final[Mapping[str, float]] = {
    "start.agree": 40,
    "start.disagree": 0.2,
    "task.relief": 12,
    "task.status": 5,
    "task.person": 0.2,  # a person who takes over keeps the assistant silent
    "task.language": 0.4,
    "relief.apply": 20,
    "relief.apply_anyway": 15,
    "relief.day.unknown": 10,
    "relief.submit": 60,
    "form.go_on": 20,
    "form.skip": 8,
    "form.files.none": 10,
    "form.files.done": 15,
    "form.back": 0.3,
    "form.later": 0.2,
    "form.cancel": 0.1,
    "status.accept": 14,
    "status.decline": 3,
    "status.withdraw": 2,
    "status.withdraw.yes": 4,
    "status.decline.yes": 4,
}
_HASTE = 0.1  # chance of not waiting for an answer
_READING, _PATIENCE = 1.2, 20.0  # seconds until an answer is read, or is waited for no longer
_COMMANDS = ("/relief", "/relief", "/status", "/status", "/balance", "/why", "/help", "/what_if")
_TYPED = ("my hours were cut", "120.50", "2026-03-20", "I lost my job", "yes", "no", "500")
_NONSENSE = ("", "<b>&\"'", "🤷", "/nothing", "/start junk", "a" * 4000, "-5", "1e309", "\u202eabc")
_DECLINED = {"sticker": {"file_id": "s"}, "voice": {"file_id": "v"}, "dice": {"value": 3}}
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64


@dataclass
class Person:
    """One account; `digits` are the lender's, `link` the one-time link they were given."""

    chat: int
    locale: str
    digits: str
    digits_asked: tuple[str, ...]  # in these words
    link: str
    liked: Mapping[str, float]  # weights of button labels
    acts_left: int
    seen: dict[str, Button] = field(default_factory=dict)
    sent: int = 0
    heard: int = 0  # what the chat had heard when they last did something
    patient_until: float = 0.0
    noticed: int = 0
    read_at: float = 0.0  # when they have read what they noticed


@dataclass
class Crowd:
    """Everybody, and Telegram as they see it."""

    chance: random.Random
    rooms: Rooms
    post: Post
    ledger: Ledger
    people: list[Person]
    oddness: float = 0.13

    @property
    def is_done(self) -> bool:
        """Whether nobody has anything left to do."""
        return not any(person.acts_left for person in self.people)

    def act(self, now: float) -> None:
        """Somebody does something: answered, tired of waiting, or without patience."""
        left = [person for person in self.people if person.acts_left]
        hasty = self.chance.random() < _HASTE
        ready = [person for person in left if hasty or self._is_answered(person, now)]
        if ready:
            person = self.chance.choice(ready)
            person.acts_left -= 1
            person.heard = self.rooms.room(person.chat).heard
            person.patient_until = now + _PATIENCE
            self._one(person, now)

    def _is_answered(self, person: Person, now: float) -> bool:
        heard = self.rooms.room(person.chat).heard
        if heard > person.noticed:
            person.noticed, person.read_at = heard, now + _READING
        return now > (person.read_at if heard > person.heard else person.patient_until)

    def ask(self, person: Person, words: str, now: float) -> None:
        """That person types that."""
        if self.rooms.room(person.chat).blocked:
            self._member(person, now, blocked=False)
        self._say(person, words, now)

    def _one(self, person: Person, now: float) -> None:
        room = self.rooms.room(person.chat)
        _look(person, room)
        drawn = self.chance.random()
        if room.blocked:
            if drawn < 0.4:
                self._member(person, now, blocked=False)
        elif person.link and (person.sent == 0 or drawn < 0.02):
            self._say(person, f"/start {person.link}", now)
        elif drawn < 0.045:
            self._member(person, now, blocked=True)
        elif drawn < self.oddness:
            self._odd(person, room, now)
        elif drawn < self.oddness + 0.06:
            self._say(person, self.chance.choice(_COMMANDS), now)
        else:
            self._go_on(person, room, now)

    def _go_on(self, person: Person, room: Room, now: float) -> None:
        """Answer the newest message: the digits it asks for, one of its buttons, or words."""
        newest = room.newest()
        asked = newest is not None and any(each in newest.text for each in person.digits_asked)
        if self.chance.random() < (0.95 if asked else 0.03):
            self._say(person, person.digits, now)
        elif newest is not None and newest.buttons and self.chance.random() < 0.93:
            self._press(person, self._chosen(person, newest.buttons), now)
        elif self.chance.random() < 0.2:
            self._file(person, now)
        else:
            self._say(person, self.chance.choice(_TYPED), now)

    def _chosen(self, person: Person, buttons: tuple[Button, ...]) -> Button:
        weights = [person.liked.get(button.label, 1.0) for button in buttons]
        return self.chance.choices(buttons, weights)[0]

    def _odd(self, person: Person, room: Room, now: float) -> None:
        """Nonsense, a tap on something old, the same tap twice, a fault of ours, of Telegram's."""
        drawn = self.chance.randrange(12)
        if drawn < 4 and person.seen:
            self._press(person, self.chance.choice(list(person.seen.values())), now)
        elif drawn < 6 and room.newest() is not None and (buttons := room.newest().buttons):  # type: ignore[union-attr]  # asked before
            chosen = self._chosen(person, buttons)
            self._press(person, chosen, now)
            self._press(person, chosen, now)
        elif drawn == 6:
            self._say(person, f"{POISON} {person.sent}", now)
        elif drawn == 7:
            self._say(person, f"{FLAKY} {person.sent} {self.chance.randrange(1, 3)}", now)
        elif drawn == 8:
            self._put(person, now, "unreadable", '"message":{"message_id":"x"}}')
        elif drawn == 9:
            name = self.chance.choice(list(_DECLINED))
            self._message(person, now, name, {name: _DECLINED[name]})
        elif drawn == 10:
            self._file(person, now)
        else:
            self._say(person, self.chance.choice(_NONSENSE), now)

    def _say(self, person: Person, words: str, now: float) -> None:
        kind = {POISON: "poison", FLAKY: "flaky"}.get(words[:1], "text")
        kind = "link" if words.startswith("/start ") else kind
        self._message(person, now, kind, {"text": words})

    def _file(self, person: Person, now: float) -> None:
        """A photo; at times two in one go."""
        album = f"a{person.chat}-{person.sent}" if self.chance.random() < 0.3 else None
        for _ in range(2 if album else 1):
            file_id = f"f{person.chat}-{person.sent}"
            self.rooms.files[file_id] = PNG
            photo = [{"file_id": file_id, "file_size": len(PNG), "width": 90}]
            more = {"media_group_id": album} if album else {}
            self._message(person, now, "file", {"photo": photo, **more})

    def _press(self, person: Person, button: Button, now: float) -> None:
        tap = {
            "id": f"t{person.chat}-{person.sent}",
            "from": _sender(person),
            "chat_instance": "1",
            "message": _place(person, button.message_id),
            "data": button.data,
        }
        self._put(person, now, "tap", {"callback_query": tap}, about=button.label)

    def _message(self, person: Person, now: float, kind: str, content: dict[str, Any]) -> None:
        head = _place(person, 1_000_000 + person.sent)
        message = {**head, "from": _sender(person), **content}
        about = str(content.get("text", ""))[:40]
        self._put(person, now, kind, {"message": message}, about=about)

    def _member(self, person: Person, now: float, *, blocked: bool) -> None:
        self.rooms.room(person.chat).blocked = blocked
        status = "kicked" if blocked else "member"
        change = {
            "chat": {"id": person.chat, "type": "private"},
            "from": _sender(person),
            "date": 1,
            "new_chat_member": {"status": status, "user": {"id": 1, "is_bot": True}},
        }
        self._put(person, now, "member", {"my_chat_member": change}, about=status)

    def _put(
        self,
        person: Person,
        now: float,
        kind: str,
        update: Mapping[str, object] | str,
        about: str = "",
    ) -> None:
        person.sent += 1
        act = self.post.put(now, person.chat, update, is_tap=kind == "tap")
        self.ledger.acts[act] = kind
        self.ledger.note(f"person {person.chat}", kind, about)


def tastes(texts: Texts, locale: str) -> dict[str, float]:
    """How much people like the buttons they find, by label."""
    return {texts.label(text(key), locale): weight for key, weight in _LIKED.items()}


def digits_asked(texts: Texts, locale: str) -> tuple[str, ...]:
    """The words in which the digits are asked for, the first time and again."""
    return tuple(texts.plain(text(key), locale) for key in ("link.digits", "prove.digits"))


def _look(person: Person, room: Room) -> None:
    for shown in room.shown.values():
        for button in shown.buttons:
            person.seen[button.data] = button


def _sender(person: Person) -> dict[str, object]:
    code = "zh-hans" if person.locale.startswith("zh") else "en"
    return {"id": person.chat, "is_bot": False, "first_name": "P", "language_code": code}


def _place(person: Person, message_id: int) -> dict[str, object]:
    chat = {"id": person.chat, "type": "private"}
    return {"message_id": message_id, "date": 1, "chat": chat}
