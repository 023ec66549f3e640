"""Texts and captions as Telegram takes them: parsed, tidied, measured, with entities found."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.simulator.calls import Json
from tests.simulator.markup import parse_html, utf16_length
from tests.simulator.refusals import Refusal, bad_request
from tests.simulator.wire import Asked

MAX_TEXT = 4096
MAX_CAPTION = 1024
MAX_SOURCE_BYTES = 1 << 15
REMOVED = re.compile("[\r\u2028-\u202e\u0333\u033f\u030a]")
BLANKED = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f]")
GIVEN_TYPES = {
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
    "date_time",
    "blockquote",
    "expandable_blockquote",
}
FOUND_TYPES = {
    "mention": re.compile(r"(?<![\w@])@[A-Za-z]\w{2,31}\b"),
    "hashtag": re.compile(r"(?<![\w#])#[^\W\d]\w*"),
    "bot_command": re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z]\w{2,31})?\b"),
    "url": re.compile(r"\bhttps?://[^\s<>\"]+[\w/]"),
    "email": re.compile(r"\b[\w.+-]+@[\w-]+\.[A-Za-z]{2,}\b"),
}


@dataclass(frozen=True)
class Formatted:
    """A text as shown, with its entities in UTF-16 code units."""

    text: str
    entities: list[Json] = field(default_factory=list)

    def as_text(self) -> Json:
        """The members `text` and `entities` of a message."""
        return {"text": self.text} | ({"entities": self.entities} if self.entities else {})

    def as_caption(self) -> Json:
        """The members `caption` and `caption_entities`, absent when empty."""
        found: Json = {"caption": self.text} if self.text else {}
        return found | ({"caption_entities": self.entities} if self.entities else {})


def message_text(asked: Asked, *, editing: bool = False) -> Formatted:
    """The parameters `text`, `parse_mode`, `entities`; Refusal if empty or above 4,096."""
    if not asked.text("text"):
        raise bad_request("message text is empty")
    found = formatted(asked.text("text"), asked.text("parse_mode"), asked_list(asked, "entities"))
    if not found.text:
        raise bad_request("text must be non-empty")
    if utf16_length(found.text) > MAX_TEXT:
        raise bad_request("MESSAGE_TOO_LONG" if editing else "message is too long")
    return found


def message_caption(asked: Asked, *, editing: bool = False) -> Formatted:
    """The parameters `caption`, `parse_mode`, `caption_entities`; Refusal above 1,024."""
    given = asked_list(asked, "caption_entities")
    return checked_caption(asked.text("caption"), asked.text("parse_mode"), given, editing)


def checked_caption(text: str, mode: str, given: list[Any], editing: bool) -> Formatted:
    """A caption from its parts, wherever they came from."""
    found = formatted(text, mode, given)
    if utf16_length(found.text) > MAX_CAPTION:
        raise bad_request("MEDIA_CAPTION_TOO_LONG" if editing else "message caption is too long")
    return found


def asked_list(asked: Asked, name: str) -> list[Any]:
    """A JSON array parameter; Telegram ignores entities it cannot read as an array."""
    try:
        given = asked.json(name, "unreadable")
    except Refusal:
        return []
    return given if isinstance(given, list) else []


def formatted(text: str, parse_mode: str, given: list[Any]) -> Formatted:
    """`text` parsed in `parse_mode`, or with the entities given, then tidied."""
    if len(text.encode()) > MAX_SOURCE_BYTES:
        raise bad_request("Text is too long")
    mode = parse_mode.lower()
    if mode in {"markdown", "markdownv2"}:
        raise Refusal(501, "The simulator reads HTML only, not Markdown")
    if mode not in {"", "none", "html"}:
        raise bad_request("Unsupported parse_mode")
    if mode == "html":
        shown, entities = parse_html(text)
    else:
        shown, entities = text, [given_entity(one) for one in given]
    tidy = tidied(shown, [one for one in entities if one["type"] in GIVEN_TYPES])
    return Formatted(tidy.text, with_found(tidy))


def given_entity(one: object) -> Json:
    """One member of `entities`; Refusal if it is not shaped as an entity."""
    if not isinstance(one, dict):
        raise entity_refused("expected an Object")
    for name in ("offset", "length"):
        if not isinstance(one.get(name), int):
            raise entity_refused(f'Can\'t find field "{name}"')
    if one.get("type") not in GIVEN_TYPES | set(FOUND_TYPES):
        raise entity_refused("Unsupported type specified")
    return one


def entity_refused(why: str) -> Refusal:
    return bad_request(f"Can't parse MessageEntity: {why}")


def tidied(text: str, entities: list[Json]) -> Formatted:
    """Control characters and ends cut as Telegram cuts them, entities moved along."""
    blanked = BLANKED.sub(" ", text)
    first = min((one["offset"] for one in entities), default=utf16_length(blanked))
    lead = leading_blanks(blanked, first)
    kept = [(not REMOVED.match(c)) and at >= lead for at, c in enumerate(blanked)]
    shown = "".join(c for c, keep in zip(blanked, kept, strict=True) if keep).rstrip(" \n")
    places = new_places(blanked, kept)
    moved = [moved_entity(one, places, utf16_length(shown)) for one in entities]
    return Formatted(shown, in_order([one for one in moved if one["length"] > 0]))


def leading_blanks(text: str, limit: int) -> int:
    """How many blanks begin the text, not counting those an entity covers."""
    blanks = len(text) - len(text.lstrip(" \n"))
    return min(blanks, limit)


def new_places(text: str, kept: list[bool]) -> list[int]:
    """For each UTF-16 offset of the old text, its offset in the new one."""
    places, now = [], 0
    for character, keep in zip(text, kept, strict=True):
        for _ in range(utf16_length(character)):
            places.append(now)
            now += keep
    return [*places, now]


def moved_entity(one: Json, places: list[int], shown: int) -> Json:
    """The entity between its new ends, held inside the text."""
    last = len(places) - 1
    begins = min(places[min(max(one["offset"], 0), last)], shown)
    ends = min(places[min(max(one["offset"] + one["length"], 0), last)], shown)
    return one | {"offset": begins, "length": ends - begins}


def in_order(entities: list[Json]) -> list[Json]:
    """Sorted outermost first; nothing lives inside code."""
    code = [one for one in entities if one["type"] in {"code", "pre"}]
    free = [one for one in entities if one in code or not any(inside(one, c) for c in code)]
    return sorted(free, key=lambda one: (one["offset"], -one["length"]))


def inside(one: Json, other: Json) -> bool:
    begins, ends = one["offset"], one["offset"] + one["length"]
    covers = other["offset"] <= begins and ends <= other["offset"] + other["length"]
    return bool(covers and "blockquote" not in one["type"])


def with_found(tidy: Formatted) -> list[Json]:
    """The entities, with the mentions, commands and addresses Telegram finds by itself."""
    found = [one for one in found_entities(tidy.text) if not overlaps(one, tidy.entities)]
    return in_order([*tidy.entities, *found])


def found_entities(text: str) -> list[Json]:
    """What a plain text means to Telegram: commands, mentions, addresses, tags."""
    found: list[Json] = []
    for kind in ("url", "email", "bot_command", "mention", "hashtag"):
        for match in FOUND_TYPES[kind].finditer(text):
            one = {
                "type": kind,
                "offset": utf16_length(text[: match.start()]),
                "length": utf16_length(match.group()),
            }
            found += [] if overlaps(one, found) else [one]
    return sorted(found, key=lambda one: int(one["offset"]))


def overlaps(one: Json, others: list[Json]) -> bool:
    kinds = {"code", "pre", "text_link", *FOUND_TYPES}
    blocking = [other for other in others if other["type"] in kinds]
    return any(
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
        for other in blocking
    )
