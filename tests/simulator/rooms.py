"""People, rooms and messages as Telegram keeps them, and their Bot API JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.simulator.calls import Json
from tests.simulator.files import StoredFile
from tests.simulator.keyboards import Markup, MarkupKind

ANONYMOUS_ADMIN_ID = 1087968824


@dataclass
class User:
    """An account: a person, another bot, or the bot itself."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    language_code: str | None = None
    phone: str = ""
    is_bot: bool = False
    deactivated: bool = False

    def json(self) -> Json:
        """A Bot API User."""
        optional = {
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        required: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        return required | {name: value for name, value in optional.items() if value}

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Button:
    """A button the person sees, with the message it hangs under (None: the reply keyboard)."""

    label: str
    action: Json
    message: Message | None = None

    @property
    def data(self) -> str:
        """Callback data, empty for another kind of button."""
        return str(self.action.get("callback_data", ""))

    @property
    def url(self) -> str:
        return str(self.action.get("url", ""))

    @property
    def copied(self) -> str:
        """The text a tap puts on the clipboard."""
        return str(self.action.get("copy_text", {}).get("text", ""))

    @property
    def style(self) -> str:
        return str(self.action.get("style", ""))


@dataclass(eq=False, repr=False)
class Message:
    """A message of a room; `content` holds the members that say what it is."""

    id: int
    room: Room
    sender: User | None
    at: float
    content: Json
    markup: Markup | None = None
    sender_chat: Room | None = None
    reply_to: Message | None = None
    attachment: StoredFile | None = None
    protected: bool = False
    silent: bool = False
    edited_at: float | None = None
    deleted: bool = False
    from_bot: bool = False
    extra: Json = field(default_factory=dict)
    preview: Json = field(default_factory=dict)
    history: list[Json] = field(default_factory=list)
    changed: int = 0

    def __repr__(self) -> str:
        labels = " ".join(f"[{button.label}]" for button in self.buttons)
        return f"<Message {self.id} {describe(self.content)!r} {labels}>"

    @property
    def text(self) -> str:
        """What there is to read: the text or the caption."""
        return str(self.content.get("text", self.content.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        """Entities of the text or caption."""
        return list(self.content.get("entities") or self.content.get("caption_entities") or [])

    @property
    def kind(self) -> str:
        """What it is: text, photo, document, contact, sticker and so on."""
        aside = {"entities", "caption", "caption_entities", "show_caption_above_media"}
        return next((name for name in self.content if name not in aside), "")

    @property
    def rows(self) -> list[list[Button]]:
        """The inline buttons, row by row."""
        if self.markup is None or self.markup.kind is not MarkupKind.INLINE:
            return []
        return [
            [Button(action["text"], action, self) for action in row] for row in self.markup.rows
        ]

    @property
    def buttons(self) -> list[Button]:
        """The inline buttons in reading order."""
        return [button for row in self.rows for button in row]

    @property
    def data(self) -> bytes:
        """The bytes of the picture or document; empty for a text."""
        return self.attachment.data if self.attachment else b""

    @property
    def file_name(self) -> str:
        return self.attachment.name if self.attachment else ""

    def json(self, *, with_reply: bool = True) -> Json:
        """A Bot API Message."""
        shown: Json = {"message_id": self.id}
        if self.sender is not None:
            shown["from"] = self.sender.json()
        if self.sender_chat is not None:
            shown["sender_chat"] = self.sender_chat.json()
        shown |= {"chat": self.room.json(), "date": int(self.at)}
        if self.edited_at is not None:
            shown["edit_date"] = int(self.edited_at)
        if self.protected:
            shown["has_protected_content"] = True
        if self.reply_to is not None and with_reply and not self.reply_to.deleted:
            shown["reply_to_message"] = self.reply_to.json(with_reply=False)
        markup = self.markup.inline_json() if self.markup else {}
        preview = {"link_preview_options": self.preview} if self.preview else {}
        return shown | self.extra | self.content | preview | markup

    def snapshot(self) -> Json:
        """What an edit is compared with: content, inline keyboard and preview."""
        markup = self.markup.inline_json() if self.markup else {}
        return {"content": self.content, "preview": self.preview} | markup


@dataclass(eq=False, repr=False)
class Room:
    """A chat on Telegram's side: private, group, supergroup or channel."""

    id: int
    kind: str
    title: str = ""
    username: str = ""
    person: User | None = None
    members: dict[int, User] = field(default_factory=dict)
    administrators: set[int] = field(default_factory=set)
    started: bool = False
    blocked: bool = False
    bot_status: str = "member"
    messages: dict[int, Message] = field(default_factory=dict)
    shown_keyboard: Markup | None = None
    actions: list[tuple[float, str]] = field(default_factory=list)
    log: list[tuple[str, str]] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<Room {self.id} {self.kind} {self.title}>"

    @property
    def private(self) -> bool:
        return self.kind == "private"

    def json(self) -> Json:
        """A Bot API Chat."""
        shown: Json = {"id": self.id, "type": self.kind}
        if self.person is not None:
            known = self.person.json()
            names = ("first_name", "last_name", "username")
            return shown | {name: known[name] for name in names if name in known}
        shown["title"] = self.title
        return shown | ({"username": self.username} if self.username else {})

    def note(self, who: str, what: str) -> None:
        """Add a line to the transcript."""
        self.log.append((who, what))


def describe(content: Json) -> str:
    """A message in a few words, for transcripts."""
    if "text" in content:
        return str(content["text"])
    caption = str(content.get("caption", ""))
    kind = next(iter(content), "nothing")
    detail = described_detail(kind, content.get(kind))
    return " ".join(part for part in (f"[{kind}{detail}]", caption) if part)


def described_detail(kind: str, value: object) -> str:
    if kind == "document" and isinstance(value, dict):
        return f" {value.get('file_name', '')}"
    if kind == "contact" and isinstance(value, dict):
        return f" {value.get('first_name', '')} {value.get('phone_number', '')}"
    return ""
