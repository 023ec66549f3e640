"""A page to be a borrower by hand: the person's side of the simulator in a browser.

For rehearsals on one's own machine only: whoever opens the page is everybody.
"""

from __future__ import annotations

from contextlib import suppress
from importlib.resources import files as packaged
from typing import Any

from aiohttp import web
from telegram import Message as BotMessage

from tests.simulator.arrivals import CannotWrite
from tests.simulator.calls import Json
from tests.simulator.chat import Chat
from tests.simulator.rooms import Message
from tests.simulator.simulator import Simulator

POLL_SECONDS = 25.0
TYPING_SECONDS = 5.0
CAST = (("Ana", "en"), ("小明", "zh-hans"), ("小華", "zh-hant"))


class Page:
    """Routes of the page; each person of the cast has a chat of their own."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        cast = [simulator.person(name, language_code=code) for name, code in CAST]
        self._chats = {person.id: person.private_chat() for person in cast}

    def routes(self, app: web.Application) -> None:
        """Add the page to the simulator's own server."""
        app.router.add_get("/", self._page)
        app.router.add_get("/people", self._people)
        app.router.add_get("/chats/{person}", self._look)
        app.router.add_post("/chats/{person}", self._act)
        app.router.add_get("/pictures/{file_id}", self._picture)

    async def _page(self, _request: web.Request) -> web.Response:
        html = packaged("tests.simulator").joinpath("page.html").read_text(encoding="utf-8")
        return web.Response(text=html, content_type="text/html")

    async def _people(self, _request: web.Request) -> web.Response:
        people = [
            {"id": chat.id, "name": chat.user.name, "language": chat.user.language_code}
            for chat in self._chats.values()
        ]
        return web.json_response(people)

    async def _look(self, request: web.Request) -> web.Response:
        """The chat as it is once something has changed since `after`, or after a while."""
        chat, after = self._chat(request), int(request.query.get("after", "-1"))
        world = self._simulator.world
        with suppress(TimeoutError):
            await world.bell.until(lambda: moment(chat) > after, POLL_SECONDS)
        return web.json_response(self._state(chat))

    def _state(self, chat: Chat) -> Json:
        world = self._simulator.world
        typed = [at for at, _ in chat.room.actions]
        return {
            "seen": moment(chat),
            "messages": [shown(one) for one in chat.messages],
            "keyboard": [key.label for key in chat.keyboard],
            "commands": chat.commands,
            "description": chat.description,
            "typing": bool(typed and world.clock.now() - typed[-1] < TYPING_SECONDS),
            "toast": chat.toast,
        }

    async def _act(self, request: web.Request) -> web.Response:
        """Say, press a key, tap a button, or send a file."""
        chat = self._chat(request)
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

    def _chat(self, request: web.Request) -> Chat:
        return self._chats[int(request.match_info["person"])]


def moment(chat: Chat) -> int:
    """Grows with everything the page shows."""
    return len(chat.room.log) + len(chat.room.actions) + chat.world.changes


async def send_file(chat: Chat, upload: web.FileField) -> None:
    data = upload.file.read()
    if upload.content_type.startswith("image/"):
        await chat.send_photo(data)
    else:
        await chat.send_document(data, upload.filename, upload.content_type)


def shown(message: Message) -> Json:
    """A message for the page; its HTML is python-telegram-bot's rendering of the entities."""
    parsed: Any = BotMessage.de_json(message.json(), None)
    stored = message.attachment
    return {
        "id": message.id,
        "mine": not message.from_bot,
        "html": parsed.text_html or parsed.caption_html or f"[{message.kind}]",
        "photo": stored.file_id if stored and stored.kind == "photo" else "",
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
