"""A message of ours in Telegram's shape: cut to its limits, buttons as inline keyboards.

It must not send. Telegram counts UTF-16 code units after entities are parsed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from telegram import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

from bot.store.rows import Body, ShownButton
from bot.texts import escaped, plain_words

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_LONGEST_SIGN = 64  # characters that may make up one sign
_JOINER = "\u200d"
Inline = list[list[dict[str, str]]]
"""Rows of inline buttons as Telegram's JSON has them."""
Keyboard = Inline | ReplyKeyboardMarkup | ReplyKeyboardRemove


@dataclass(frozen=True, slots=True)
class Shaped:
    """The parts to send in order; the keyboard goes with the last one."""

    parts: tuple[str, ...]
    keyboard: Keyboard | None


def shaped(body: Body, message_id: str, base_url: str | None) -> Shaped:
    """Text parts within the limit, cut between paragraphs where that is possible."""
    return Shaped(tuple(_parts(body.html)), keyboard(body, message_id, base_url))


def length(html: str) -> int:
    """The length of a text as Telegram counts it."""
    return len(plain_words(html).encode("utf-16-le")) // 2


def keyboard(body: Body, message_id: str, base_url: str | None) -> Keyboard | None:
    """Inline buttons; a request for the contact has a keyboard of its own, as Telegram wants."""
    if any(shown.contact for row in body.buttons for shown in row):
        return _contact_keyboard(body)
    rows_of = [
        [
            button
            for c, shown in enumerate(row)
            if (button := _button(shown, f"{message_id}.{r}.{c}", base_url)) is not None
        ]
        for r, row in enumerate(body.buttons)
    ]
    inline = [row for row in rows_of if row]
    if inline:
        return inline
    return ReplyKeyboardRemove() if body.contact_done else None


def _contact_keyboard(body: Body) -> ReplyKeyboardMarkup:
    rows = [[shown for shown in row if shown.contact] for row in body.buttons]
    keys = [
        [KeyboardButton(shown.label, request_contact=True) for shown in row] for row in rows if row
    ]
    return ReplyKeyboardMarkup(keys, resize_keyboard=True, one_time_keyboard=True)


def _button(shown: ShownButton, button_id: str, base_url: str | None) -> dict[str, str] | None:
    if shown.press:
        return {"text": shown.label, "callback_data": button_id}
    url = f"{base_url}{shown.url}" if base_url and shown.url.startswith("/") else shown.url
    return {"text": shown.label, "url": url} if url.startswith("https://") else None


def _parts(html: str) -> Iterator[str]:
    """Greedy: as many whole paragraphs, else lines, else characters as fit."""
    part = ""
    for piece, gap in _pieces(html):
        joined = f"{part}{gap}{piece}" if part else piece
        if length(joined) <= TEXT_LIMIT:
            part = joined
            continue
        if part:
            yield part
        part = piece
    if part:
        yield part


def _pieces(html: str) -> Iterator[tuple[str, str]]:
    """Paragraphs with the gap before them; one too long alone in lines, a line too long in cuts."""
    for paragraph in html.split("\n\n"):
        if length(paragraph) <= TEXT_LIMIT:
            yield paragraph, "\n\n"
            continue
        gap = "\n\n"
        for line in paragraph.split("\n"):
            yield from ((cut, gap if first else "") for first, cut in _cut(line))
            gap = "\n"


def _cut(line: str) -> Iterator[tuple[bool, str]]:
    """A line that fits as it is; a longer one as plain words, cut."""
    if length(line) <= TEXT_LIMIT:
        yield True, line
        return
    words, at = plain_words(line), 0
    while at < len(words):
        end = _end(words, at + TEXT_LIMIT // 2)  # every character is at most two code units
        yield at == 0, escaped(words[at:end])
        at = end


def _end(words: str, end: int) -> int:
    """Where to cut at `end` or shortly before it: no sign loses its accent, no emoji its parts."""
    for place in range(end, max(end - _LONGEST_SIGN, 0), -1):
        if place >= len(words) or not (_belongs(words[place]) or words[place - 1] == _JOINER):
            return place
    return end


def _belongs(sign: str) -> bool:
    """Whether a character goes with the one before it."""
    marks = unicodedata.combining(sign) or unicodedata.category(sign) in {"Mn", "Me", "Mc"}
    return bool(marks) or sign == _JOINER or "\U0001f3fb" <= sign <= "\U0001f3ff"
