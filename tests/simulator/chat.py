"""A person's side of a chat: say, press, share, send, edit, forward, block."""

from __future__ import annotations

import re

from tests.simulator import arrivals
from tests.simulator.arrivals import CannotWrite
from tests.simulator.calls import Json
from tests.simulator.files import StoredFile
from tests.simulator.formatted import MAX_TEXT
from tests.simulator.markup import utf16_length
from tests.simulator.pictures import picture_size
from tests.simulator.rooms import Button, Message, User
from tests.simulator.seat import Seat
from tests.simulator.world import Tap

PAYLOAD = re.compile("[A-Za-z0-9_-]{0,64}")


class Chat(Seat):
    """The acting half of a chat; every act marks the moment from which `wait_for` looks."""

    async def say(
        self, text: str, *, reply_to: Message | None = None, anonymous: bool = False
    ) -> Message:
        """Type a text and send it, exactly as given; clients split what is above 4,096."""
        if utf16_length(text) > MAX_TEXT:
            raise CannotWrite("a person's message has at most 4,096 UTF-16 units")
        content = arrivals.text_content(text)
        return self._send(content, reply_to=reply_to, anonymous=anonymous)

    async def start(self, payload: str = "") -> Message:
        """Open the bot's link and press Start; the link carries at most 64 plain characters."""
        if not PAYLOAD.fullmatch(payload):
            raise CannotWrite(f"t.me/…?start={payload} is no deep link")
        return await self.say(f"/start {payload}".rstrip())

    async def press(self, wanted: str, message: Message | None = None) -> Tap | Message | Button:
        """Press a button by label or data, inline or on the reply keyboard.

        A Tap for a button with data, the Message for one of the keyboard, the Button itself for
        an address or a text to copy, of which the bot hears nothing.
        """
        button = self.button(wanted, message)
        if button.message is None:
            return await self._press_key(button)
        if not button.data:
            self.room.note(self.user.name, f"(opens [{button.label}] {button.url}{button.copied})")
            return button
        return self._tap(button.message, button.data, button.label)

    async def tap(self, wanted: str, message: Message | None = None) -> Tap:
        """Press a button that has data."""
        pressed = await self.press(wanted, message)
        if not isinstance(pressed, Tap):
            raise CannotWrite(f"[{wanted}] carries no data")
        return pressed

    async def tap_data(
        self, data: str, message: Message | None = None, *, inaccessible: bool = False
    ) -> Tap:
        """Send data no button offers, as a tampered client can; or tap a message too old to see."""
        return self._tap(message or self.last, data, data, inaccessible=inaccessible)

    async def share_contact(
        self,
        of: User | None = None,
        *,
        phone: str | None = None,
        with_user_id: bool = True,
        forwarded: bool = False,
    ) -> Message:
        """Share a contact: one's own by default, somebody else's, without id, or forwarded."""
        whose = of or self.user
        contact: Json = {
            "phone_number": phone if phone is not None else whose.phone,
            "first_name": whose.first_name,
        }
        if whose.last_name:
            contact["last_name"] = whose.last_name
        if with_user_id:
            contact["user_id"] = whose.id
        extra = self._origin(whose) if forwarded else {}
        return self._send({"contact": contact}, extra=extra)

    async def send_photo(self, data: bytes, caption: str = "", *, album: str = "") -> Message:
        """Send a picture; what is no picture arrives as a small one, bytes unchanged."""
        if picture_size(data):
            photos = self.world.files.add_photo(data)
        else:
            photos = [self.world.files.add("photo", data, name="photo.jpg", mime="image/jpeg")]
            photos[0].width = photos[0].height = 100
        content = {"photo": [photo.size_json() for photo in photos]} | captioned(caption)
        return self._send(content, photos[-1], extra=grouped(album))

    async def send_document(
        self,
        data: bytes,
        file_name: str = "file.pdf",
        mime_type: str = "application/pdf",
        caption: str = "",
        *,
        size: int | None = None,
        album: str = "",
    ) -> Message:
        """Send a file; `size` claims another length than it has, as for one of 25 MB."""
        stored = self.world.files.add("document", data, name=file_name, mime=mime_type, size=size)
        content = {"document": stored.document_json()} | captioned(caption)
        return self._send(content, stored, extra=grouped(album))

    async def send_album(self, pictures: list[bytes], caption: str = "") -> list[Message]:
        """Several pictures in one go: one message each, tied by media_group_id."""
        album = self.world.new_tap_id()
        captions = [caption, *[""] * (len(pictures) - 1)]
        return [
            await self.send_photo(data, words, album=album)
            for data, words in zip(pictures, captions, strict=True)
        ]

    async def send_sticker(self) -> Message:
        """A sticker."""
        return self._send_media("sticker", sticker_members())

    async def send_voice(self) -> Message:
        """A voice message of three seconds."""
        return self._send_media("voice", {"duration": 3, "mime_type": "audio/ogg"})

    async def send_video(self) -> Message:
        """A short video."""
        return self._send_media("video", {"width": 320, "height": 240, "duration": 2})

    async def send_video_note(self) -> Message:
        """A round video."""
        return self._send_media("video_note", {"length": 240, "duration": 2})

    async def send_dice(self, value: int = 3) -> Message:
        """A thrown die."""
        return self._send({"dice": {"emoji": "🎲", "value": value}})

    async def send_location(self) -> Message:
        """A place."""
        return self._send({"location": {"latitude": 31.2304, "longitude": 121.4737}})

    async def send_raw(self, content: Json, extra: Json | None = None) -> Message:
        """A message with any members, known to Telegram's future or broken."""
        return self._send(content, extra=extra)

    async def edit(self, message: Message, text: str) -> None:
        """Change one's own message: its text, or the caption of a picture."""
        kept = {name: value for name, value in message.content.items() if "caption" not in name}
        content = arrivals.text_content(text)
        if "text" not in message.content:
            content = kept | captioned(text)
        self._mark()
        arrivals.rewrite(self.world, message, content)

    async def forward(self, message: Message, *, hidden: bool = False) -> Message:
        """Forward a message here; `hidden` leaves only its author's name."""
        origin = self._origin(message.sender or self.user, hidden=hidden)
        return self._send(dict(message.content), message.attachment, extra=origin)

    async def forward_text(self, text: str, author: User | None = None) -> Message:
        """Forward a text somebody wrote elsewhere."""
        return self._send(arrivals.text_content(text), extra=self._origin(author or self.user))

    async def block(self) -> None:
        """Block the bot, or remove it from the group."""
        self._membership("kicked", blocked=True)

    async def unblock(self) -> None:
        """Unblock the bot, or add it again."""
        self._membership("member", blocked=False)

    async def deactivate(self) -> None:
        """Delete one's account: the bot is told nothing until it writes."""
        self.user.deactivated = True

    def _membership(self, status: str, *, blocked: bool) -> None:
        old, self.room.bot_status = self.room.bot_status, status
        self.room.blocked = blocked and self.room.private
        self.room.note(self.user.name, "(blocks the bot)" if blocked else "(lets the bot back in)")
        arrivals.membership(self.world, self.room, self.user, old, status)

    def _mark(self) -> None:
        self.mark = self.world.changes

    def _send(
        self,
        content: Json,
        attachment: StoredFile | None = None,
        *,
        reply_to: Message | None = None,
        anonymous: bool = False,
        extra: Json | None = None,
    ) -> Message:
        self._mark()
        return arrivals.arrive(
            self.world,
            self.room,
            self.user,
            content,
            attachment=attachment,
            reply_to=reply_to,
            anonymous=anonymous,
            extra=extra,
        )

    def _send_media(self, kind: str, members: Json) -> Message:
        stored = self.world.files.add(kind, b"\0" * 64, name=f"{kind}.bin")
        return self._send({kind: stored.json() | members}, stored)

    def _tap(self, message: Message, data: str, label: str, *, inaccessible: bool = False) -> Tap:
        self._mark()
        self.room.note(self.user.name, f"(taps [{label}])")
        return arrivals.tap(self.world, self.user, message, data, inaccessible=inaccessible)

    async def _press_key(self, button: Button) -> Message:
        shown = self.room.shown_keyboard
        if shown is not None and shown.options.get("one_time_keyboard"):
            self.room.shown_keyboard = None
        if button.action.get("request_contact"):
            return await self.share_contact()
        if button.action.get("request_location"):
            return await self.send_location()
        return await self.say(button.label)

    def _origin(self, author: User, *, hidden: bool = False) -> Json:
        at = int(self.world.clock.now()) - 60
        if hidden:
            name = {"type": "hidden_user", "sender_user_name": author.name}
            return {"forward_origin": name | {"date": at}}
        return {"forward_origin": {"type": "user", "sender_user": author.json(), "date": at}}


def captioned(caption: str) -> Json:
    """The members of a caption, none when empty."""
    found = arrivals.text_content(caption)
    named = {"text": "caption", "entities": "caption_entities"}
    return {named[name]: value for name, value in found.items()} if caption else {}


def grouped(album: str) -> Json:
    return {"media_group_id": album} if album else {}


def sticker_members() -> Json:
    return {
        "type": "regular",
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "emoji": "🙂",
    }
