"""A page to be a borrower by hand: the person's side of the simulator, as on a phone.

For rehearsals on one's own machine only: whoever opens the page is everybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from html import escape
from importlib.resources import files as packaged
from typing import Any

from aiohttp import web
from telegram import Message as BotMessage

from tests.simulator.arrivals import CannotWrite
from tests.simulator.calls import Json
from tests.simulator.chat import Chat
from tests.simulator.people import Person
from tests.simulator.rooms import Message
from tests.simulator.simulator import Simulator

POLL_SECONDS = 25.0
TYPING_SECONDS = 5.0
CAST = (("Ana", "en"), ("小明", "zh-hans"), ("小華", "zh-hant"))
KINDS = {"page.html": "text/html", "page.js": "text/javascript"}


@dataclass
class Guest:
    """Somebody the visitor can be; `hint` is shown beside the name, `sms` arrives on the phone."""

    person: Person
    hint: str = ""
    sms: list[Json] = field(default_factory=list)


def cast(simulator: Simulator) -> list[Guest]:
    """Three people who read different languages."""
    return [Guest(simulator.person(name, language_code=code)) for name, code in CAST]


class Page:
    """Routes of the page; each guest has a chat of their own."""

    def __init__(self, simulator: Simulator, guests: Sequence[Guest]) -> None:
        self._simulator = simulator
        self._guests = {guest.person.id: guest for guest in guests}
        self._texts = 0

    def routes(self, app: web.Application) -> None:
        """Add the page to the simulator's own server."""
        app.router.add_get("/", self._page)
        app.router.add_get("/{name:page[.]js}", self._page)
        app.router.add_get("/people", self._people)
        app.router.add_get("/chats/{person}", self._look)
        app.router.add_post("/chats/{person}", self._act)
        app.router.add_get("/pictures/{file_id}", self._picture)

    def text_message(self, phone: str, sender: str, words: str) -> None:
        """A text message arrives on the phone with that number, if it is a guest's."""
        digits = phone.lstrip("+")
        for guest in self._guests.values():
            if guest.person.user.phone.lstrip("+") == digits:
                guest.sms.append({"from": sender, "words": words})
        self._texts += 1
        self._simulator.world.bell.ring()

    async def _page(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", "page.html")
        body = packaged("tests.simulator").joinpath(name).read_text(encoding="utf-8")
        return web.Response(text=body, content_type=KINDS[name])

    async def _people(self, _request: web.Request) -> web.Response:
        people = [
            {
                "id": guest.person.id,
                "name": guest.person.user.name,
                "language": guest.person.user.language_code,
                "hint": guest.hint,
            }
            for guest in self._guests.values()
        ]
        return web.json_response({"bot": self._simulator.world.bot.name, "people": people})

    async def _look(self, request: web.Request) -> web.Response:
        """The chat as it is once something has changed since `after`, or after a while."""
        guest, after = self._guest(request), int(request.query.get("after", "-1"))
        chat = guest.person.private_chat()
        with suppress(TimeoutError):
            await chat.world.bell.until(lambda: self._moment(chat) > after, POLL_SECONDS)
        return web.json_response(self._state(chat) | {"sms": guest.sms})

    def _moment(self, chat: Chat) -> int:
        """Grows with everything the page shows."""
        world = self._simulator.world
        calls = len(world.profile.commands) + len(world.profile.texts)
        return len(chat.room.log) + len(chat.room.actions) + world.changes + self._texts + calls

    def _state(self, chat: Chat) -> Json:
        world = self._simulator.world
        keyboard = chat.room.shown_keyboard
        return {
            "seen": self._moment(chat),
            "messages": [shown(one) for one in chat.messages],
            "keyboard": [[key(one) for one in row] for row in keyboard.rows] if keyboard else [],
            "commands": chat.commands,
            "description": chat.description,
            "typing": typing(chat, world.clock.now()),
            "toast": chat.toast,
        }

    async def _act(self, request: web.Request) -> web.Response:
        """Say, press a key, tap a button, or send a file."""
        chat = self._guest(request).person.private_chat()
        fields = await request.post()
        upload = fields.get("file")
        try:
            if isinstance(upload, web.FileField):
                await send_file(chat, upload)
            elif "tap" in fields:
                message = chat.room.messages[int(str(fields["message"]))]
                await chat.tap_data(str(fields["tap"]), message)
            elif str(fields["say"]) in {key.label for key in chat.keyboard}:
                await chat.press(str(fields["say"]))
            else:
                await chat.say(str(fields["say"]))
        except CannotWrite as why:
            return web.json_response({"error": str(why)}, status=400)
        return web.json_response({})

    async def _picture(self, request: web.Request) -> web.Response:
        stored = self._simulator.file(request.match_info["file_id"])
        disposition = {"Content-Disposition": f'inline; filename="{stored.number}"'}
        kind = "image/png" if stored.kind == "photo" else "application/octet-stream"
        return web.Response(body=stored.data, content_type=kind, headers=disposition)

    def _guest(self, request: web.Request) -> Guest:
        return self._guests[int(request.match_info["person"])]


async def send_file(chat: Chat, upload: web.FileField) -> None:
    data = upload.file.read()
    if upload.content_type.startswith("image/"):
        await chat.send_photo(data)
    else:
        await chat.send_document(data, upload.filename, upload.content_type)


def typing(chat: Chat, now: float) -> bool:
    """Whether the bot was typing a moment ago and has said nothing since."""
    typed = max((at for at, _ in chat.room.actions), default=0.0)
    said = max((one.edited_at or one.at for one in chat.received), default=0.0)
    return typed > max(said, now - TYPING_SECONDS)


def wordless(message: Message) -> str:
    """What stands for a message without words; a picture and a file show themselves."""
    if message.kind == "contact":
        return escape(f"☎ +{message.content['contact']['phone_number'].lstrip('+')}")
    return "" if message.attachment else f"[{message.kind}]"


def key(button: Json) -> Json:
    """A key of the reply keyboard."""
    return {"label": button["text"], "contact": bool(button.get("request_contact"))}


def shown(message: Message) -> Json:
    """A message for the page; its HTML is python-telegram-bot's rendering of the entities."""
    parsed: Any = BotMessage.de_json(message.json(), None)
    stored = message.attachment
    return {
        "id": message.id,
        "mine": not message.from_bot,
        "html": parsed.text_html or parsed.caption_html or wordless(message),
        "at": message.edited_at or message.at,
        "photo": stored.file_id if stored and stored.kind == "photo" else "",
        "width": stored.width if stored else 0,
        "height": stored.height if stored else 0,
        "document": stored.file_id if stored and stored.kind == "document" else "",
        "name": message.file_name,
        "edited": message.edited_at is not None,
        "rows": [
            [
                {
                    "label": button.label,
                    "data": button.data,
                    "url": button.url,
                    "copied": button.copied,
                    "style": button.style,
                }
                for button in row
            ]
            for row in message.rows
        ],
    }
