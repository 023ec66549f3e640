"""Telegram's HTML, parsed as its server parses it: the same tags, the same complaints.

Byte offsets in complaints count UTF-8 bytes of the text as sent; entity offsets count UTF-16
code units of the text as shown. It knows HTML only: Markdown is the simulator's limit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tests.simulator.calls import Json
from tests.simulator.links import usable_link
from tests.simulator.refusals import bad_request

PLAIN_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
TAGS = {*PLAIN_TAGS, "a", "code", "pre", "blockquote", "tg-emoji", "tg-time"}
TIME_FORMAT = re.compile("r|w?[dD]?[tT]?")
NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
SPACES = b" \t\r\n\v\0"


@dataclass
class OpenTag:
    """A start tag that waits for its end."""

    name: str
    starts_at: int
    shown_from: int
    argument: str = ""
    format: str = ""


@dataclass
class Reading:
    """Where the parser is; `source` ends with a NUL so that it never runs over the end."""

    source: bytes
    at: int = 0
    shown: list[str] = field(default_factory=list)
    units: int = 0
    nested: list[OpenTag] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    def show(self, text: str) -> None:
        """Add visible text and count its UTF-16 code units."""
        self.shown.append(text)
        self.units += utf16_length(text)

    @property
    def byte(self) -> bytes:
        return self.source[self.at : self.at + 1]

    def skip_spaces(self) -> None:
        while self.byte != b"\0" and self.byte in SPACES:
            self.at += 1

    def take_until(self, stops: bytes) -> bytes:
        begins = self.at
        while self.byte not in stops:
            self.at += 1
        return self.source[begins : self.at]


def utf16_length(text: str) -> int:
    """Length as Telegram counts it: code units of UTF-16."""
    return len(text) + sum(character > "\uffff" for character in text)


def parse_html(text: str) -> tuple[str, list[Json]]:
    """The text shown and its entities; Refusal "can't parse entities: …" as Telegram words it."""
    reading = Reading(text.replace("\0", " ").encode() + b"\0")
    while reading.at < len(reading.source) - 1:
        step(reading)
    if reading.nested:
        name = reading.nested[-1].name
        raise unparsable(f'Can\'t find end tag corresponding to start tag "{name}"')
    return "".join(reading.shown), [forget_language(entity) for entity in reading.entities]


def unparsable(why: str) -> Exception:
    return bad_request(f"can't parse entities: {why}")


def forget_language(entity: Json) -> Json:
    """A language outside `pre` means nothing."""
    if entity["type"] == "pre":
        return entity
    return {key: value for key, value in entity.items() if key != "language"}


def step(reading: Reading) -> None:
    """Consume one character, one reference or one tag."""
    if reading.byte == b"&" and (decoded := reference(reading.source, reading.at)):
        character, reading.at = decoded
        reading.show(character)
    elif reading.byte != b"<":
        begins = reading.at
        reading.at += 1
        reading.take_until(b"<&\0")
        reading.show(reading.source[begins : reading.at].decode())
    elif reading.source[reading.at + 1 : reading.at + 2] == b"/":
        end_tag(reading)
    else:
        start_tag(reading)


def reference(source: bytes, at: int) -> tuple[str, int] | None:
    """The character a reference at `at` stands for and where it ends; None if it is plain text."""
    number = re.compile(rb"&#(?:x([0-9A-Fa-f]*)|([0-9]*))").match(source, at)
    if number:
        code = int(number[1] or b"0", 16) if number[1] is not None else int(number[2] or b"0")
        if code == 0 or code >= 0x10FFFF or number.end() - at >= 10:
            return None
        if 0xD800 <= code <= 0xDFFF:
            raise unparsable(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        return chr(code), after_semicolon(source, number.end())
    name = re.compile(rb"&([A-Za-z]*)").match(source, at)
    if name is None or name[1] not in NAMED:
        return None
    return NAMED[name[1]], after_semicolon(source, name.end())


def after_semicolon(source: bytes, at: int) -> int:
    return at + 1 if source[at : at + 1] == b";" else at


def start_tag(reading: Reading) -> None:
    begins = reading.at
    reading.at += 1
    name = reading.take_until(SPACES + b">").decode(errors="replace").lower()
    if reading.byte == b"\0":
        raise unparsable(f"Unclosed start tag at byte offset {begins}")
    if name not in TAGS:
        raise unparsable(f'Unsupported start tag "{name}" at byte offset {begins}')
    tag = OpenTag(name, reading.units, len(reading.shown))
    while True:
        reading.skip_spaces()
        if reading.byte == b">":
            break
        attribute(reading, tag, begins)
    reading.at += 1
    if name == "span" and tag.argument != "spoiler":
        raise unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {begins}')
    reading.nested.append(tag)


def attribute(reading: Reading, tag: OpenTag, begins: int) -> None:
    """Read one `name=value` or bare `name` and keep what matters to the tag."""
    name = reading.take_until(SPACES + b"=>/\"'").decode()
    if not name:
        raise unparsable(f'Empty attribute name in the tag "{tag.name}" at byte offset {begins}')
    reading.skip_spaces()
    if reading.byte == b"=":
        reading.at += 1
        reading.skip_spaces()
        value = attribute_value(reading, tag, begins)
    elif reading.byte == b"\0":
        raise unparsable(f'Unclosed start tag "{tag.name}" at byte offset {begins}')
    else:
        value = ""
    keep_argument(tag, name, value)


def attribute_value(reading: Reading, tag: OpenTag, begins: int) -> str:
    if reading.byte == b"\0":
        raise unparsable(f'Unclosed start tag "{tag.name}" at byte offset {begins}')
    quote = reading.byte
    value = quoted(reading, quote) if quote in b"'\"" else name_token(reading)
    if reading.byte == b"\0":
        raise unparsable(f"Unclosed start tag at byte offset {begins}")
    return value


def name_token(reading: Reading) -> str:
    begins = reading.at
    while reading.byte.isalnum() or reading.byte in b".-":
        reading.at += 1
    if reading.byte not in SPACES + b">":
        raise unparsable(f"Unexpected end of name token at byte offset {begins}")
    return reading.source[begins : reading.at].decode().lower()


def quoted(reading: Reading, quote: bytes) -> str:
    reading.at += 1
    pieces: list[str] = []
    while reading.byte not in quote + b"\0":
        if reading.byte == b"&" and (decoded := reference(reading.source, reading.at)):
            piece, reading.at = decoded
        else:
            begins = reading.at
            reading.at += 1
            reading.take_until(quote + b"&\0")
            piece = reading.source[begins : reading.at].decode()
        pieces.append(piece)
    reading.at += reading.byte == quote
    return "".join(pieces)


def keep_argument(tag: OpenTag, name: str, value: str) -> None:
    if (tag.name, name) in {("a", "href"), ("tg-emoji", "emoji-id"), ("tg-time", "unix")}:
        tag.argument = value
    elif (tag.name, name) == ("code", "class") and value.startswith("language-"):
        tag.argument = value.removeprefix("language-")
    elif (tag.name, name) == ("span", "class") and value.startswith("tg-"):
        tag.argument = value.removeprefix("tg-")
    elif (tag.name, name) == ("tg-time", "format"):
        tag.format = value
    elif (tag.name, name) == ("blockquote", "expandable"):
        tag.argument = "expandable"


def end_tag(reading: Reading) -> None:
    begins = reading.at
    if not reading.nested:
        raise unparsable(f"Unexpected end tag at byte offset {begins}")
    reading.at += 2
    name = reading.take_until(SPACES + b">").decode(errors="replace").lower()
    reading.skip_spaces()
    if reading.byte != b">":
        raise unparsable(f"Unclosed end tag at byte offset {begins}")
    reading.at += 1
    tag = reading.nested.pop()
    if name not in {"", tag.name}:
        raise unparsable(
            f"Unmatched end tag at byte offset {begins}, "
            f'expected "</{tag.name}>", found "</{name}>"'
        )
    if reading.units > tag.starts_at:
        close(reading, tag)


def close(reading: Reading, tag: OpenTag) -> None:
    """Turn a finished, non-empty tag into its entity."""
    span: Json = {"offset": tag.starts_at, "length": reading.units - tag.starts_at}
    if tag.name in PLAIN_TAGS:
        reading.entities.append({"type": PLAIN_TAGS[tag.name]} | span)
    elif tag.name == "blockquote":
        kind = "expandable_blockquote" if tag.argument else "blockquote"
        reading.entities.append({"type": kind} | span)
    elif tag.name == "tg-emoji":
        reading.entities.append(custom_emoji(tag.argument) | span)
    elif tag.name == "tg-time":
        reading.entities.append(date_time(tag) | span)
    elif tag.name == "a":
        shown = "".join(reading.shown[tag.shown_from :])
        reading.entities.extend(link | span for link in links(tag.argument or shown))
    else:
        close_code(reading, tag, span)


def custom_emoji(argument: str) -> Json:
    if not re.fullmatch(r"-?\d{1,19}", argument) or int(argument) == 0:
        raise unparsable("Invalid custom emoji identifier specified")
    return {"type": "custom_emoji", "custom_emoji_id": argument}


def date_time(tag: OpenTag) -> Json:
    if not re.fullmatch(r"\d{1,10}", tag.argument) or not TIME_FORMAT.fullmatch(tag.format):
        raise unparsable("Invalid date or date format specified")
    chosen = {"date_time_format": tag.format} if tag.format else {}
    return {"type": "date_time", "unix_time": int(tag.argument)} | chosen


def links(address: str) -> list[Json]:
    """One text link, or none: an address Telegram cannot use leaves plain text behind."""
    usable = usable_link(address)
    return [{"type": "text_link", "url": usable}] if usable else []


def close_code(reading: Reading, tag: OpenTag, span: Json) -> None:
    """`pre` and `code` that cover the same text are one `pre`, with the language if given."""
    last = reading.entities[-1] if reading.entities else {}
    same = all(last.get(key) == value for key, value in span.items())
    partner = {"pre": "code", "code": "pre"}[tag.name]
    language = last.get("language", "") if tag.name == "pre" else tag.argument
    if same and last.get("type") == partner and language:
        last |= {"type": "pre", "language": language}
        return
    entity: Json = {"type": tag.name} | span
    if tag.name == "code" and tag.argument:
        entity["language"] = tag.argument
    reading.entities.append(entity)
