"""What an update means, in the light of what was loaded: the value that a task hears.

It must not answer or fetch anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import datetime
from fractions import Fraction

from bot.serve.update import Update
from bot.store.load import Loaded
from bot.turn import (
    BooksChanged,
    DayPassed,
    Heard,
    Lost,
    OpenedLink,
    Press,
    Pressed,
    Public,
    Remind,
    Said,
    SharedContact,
    StaffDecided,
    StaffWrote,
    Unreached,
    Unusable,
    Uploaded,
)
from bot.understand import Understood

Body = Mapping[str, object]
_COMMAND = "/"
# All but letters and digits; a sign between two digits stays, as 512.50 is not 51250.
_BETWEEN = re.compile(r"(?<!\d)[\W_]+|[\W_]+(?!\d)")


def heard_of(update: Update, loaded: Loaded, understand: Callable[[str, str], Understood]) -> Heard:
    """What was heard; `understand` is asked for typed words only, with the chat's locale."""
    if update.kind == "text":
        return _typed(update.body, loaded, understand)
    read = _READ.get(update.kind)
    if read is None:
        return Unusable(str(update.body.get("kind", "unknown")))
    return read(update.body, loaded)


def needs_cards(update: Update) -> bool:
    """Whether the cards still in sight matter: words may be a label on them, but for a command."""
    typed = str(update.body["text"]) if update.kind == "text" else ""
    return update.kind == "away" or bool(typed and not typed.startswith(_COMMAND))


def _typed(
    body: Body, loaded: Loaded, understand: Callable[[str, str], Understood]
) -> Said | Pressed:
    """Typed words: a label of a card still in sight is a tap; else what they may mean."""
    typed = str(body["text"])
    forwarded = bool(body.get("forwarded"))
    if typed.startswith(_COMMAND):
        return Said(typed, forwarded=forwarded)
    tapped = _labelled(_folded(typed), loaded)
    if tapped is not None:
        return tapped
    meant = understand(typed, loaded.here.chat.locale)
    # Answers to a form tell of hard times: there, only words of despair themselves leave it.
    distress = meant.certain if loaded.here.chat.asking in loaded.drafts else meant.distress
    tasks = (meant.task,) if meant.task else meant.choices
    return Said(typed, tasks, distress, forwarded, meant.ahead, meant.mentions, meant.wish)


def _labelled(label: str, loaded: Loaded) -> Pressed | None:
    """The button in sight that is called so, the newest card's first.

    Of older cards only where no question stands open, whose answer might read alike, and by words:
    a bare number may mean anything.
    """
    alone = loaded.here.chat.asking is not None or not any(map(str.isalpha, label))
    cards = loaded.cards[:1] if alone else loaded.cards
    for shown in (shown for card in cards for row in card.buttons for shown in row):
        if shown.press and label and _folded(shown.label) == label:
            return Pressed(Press.read(shown.press), shown.label)
    return None


def _folded(label: str) -> str:
    """A label as people type it, whatever its width and case: letters, digits, what parts them."""
    plain = unicodedata.normalize("NFKC", label).casefold()
    return _BETWEEN.sub("", plain)


def _pressed(_body: Body, loaded: Loaded) -> Pressed | Lost:
    if loaded.pressed is None:
        return Lost()
    shown, _seq = loaded.pressed
    return Pressed(Press.read(shown.press), shown.label)


def _gone_on(body: Body, _loaded: Loaded) -> Pressed:
    return Pressed(Press.read(str(body["press"])))


def _uploaded(body: Body, _loaded: Loaded) -> Uploaded | Lost:
    """A file this chat handed in; any other id is a lost button's match."""
    if not body.get("upload_id"):
        return Lost()
    return Uploaded(str(body["upload_id"]), str(body["kind"]), int(str(body["size"])))


def _contact(body: Body, _loaded: Loaded) -> SharedContact:
    return SharedContact(str(body["phone"]), own=bool(body["own"]))


def _staff_decided(body: Body, _loaded: Loaded) -> StaffDecided:
    percent = body.get("percent")
    share = Fraction(str(percent)) if percent is not None else None
    given = {**body, "percent": share}
    return StaffDecided(**given)  # type: ignore[arg-type]  # the console built it from one


def _staff_wrote(body: Body, _loaded: Loaded) -> StaffWrote:
    return StaffWrote(**body)  # type: ignore[arg-type]  # the console built it from one


def _remind(body: Body, _loaded: Loaded) -> Remind:
    until = datetime.fromisoformat(str(body["until"]))
    days, due_days, a_week = (int(str(body[name])) for name in ("days", "due_days", "a_week"))
    return Remind(days, due_days, a_week, until)


_READ: Mapping[str, Callable[[Body, Loaded], Heard]] = {
    "button": _pressed,
    "go_on": _gone_on,
    "upload": _uploaded,
    "link": lambda _body, _loaded: OpenedLink(),
    "public": lambda _body, _loaded: Public(),
    "contact": _contact,
    "staff_decided": _staff_decided,
    "staff_wrote": _staff_wrote,
    "books_changed": lambda _body, _loaded: BooksChanged(),
    "day_passed": lambda _body, _loaded: DayPassed(),
    "remind": _remind,
    "unreached": lambda _body, _loaded: Unreached(),
    "sorry": lambda _body, _loaded: DayPassed(),
    "away": lambda _body, _loaded: DayPassed(),
}
