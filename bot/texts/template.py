"""One catalogue text taken apart once: literal pieces and slots, for HTML and for plain text.

It must not know values; a text may hold the small HTML that Telegram knows and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from html import unescape
from string import Formatter

TAGS = frozenset({"b", "i", "u", "s", "code", "pre", "blockquote", "a"})
_TAG = re.compile(r"<(/?)([a-z]+)((?:\s[^<>]*)?)>")
_ATTRIBUTES = {
    "a": re.compile(r'\s+href="[^"<>]+"\Z'),
    "blockquote": re.compile(r"(?:\s+expandable)?\Z"),
}
_NONE = re.compile(r"\Z")
_BARE = re.compile(r"[<>]|&(?!(?:amp|lt|gt|quot|#\d+);)")


class Place(Enum):
    """Where a slot stands, which decides how its value is dressed."""

    WORDS = "words"  # in running text
    LINE = "line"  # alone on its line: a list becomes one line each
    CODE = "code"  # inside <code>, to be copied: never isolated
    ATTRIBUTE = "attribute"  # inside a tag


@dataclass(frozen=True, slots=True)
class Slot:
    """A named gap and its place."""

    name: str
    place: Place


Piece = str | Slot


@dataclass(frozen=True, slots=True)
class Template:
    """A text in two dresses; `slots` are the names both need."""

    html: tuple[Piece, ...]
    plain: tuple[Piece, ...]
    slots: frozenset[str]


class BadText(ValueError):
    """A catalogue text that is no text: unknown tag, stray brace, bare `<` or `&`."""


def template(message: str) -> Template:
    """`message` taken apart; raises BadText with a reason."""
    html: list[Piece] = []
    plain: list[Piece] = []
    inside: list[str] = []
    for is_tag, chunk in _chunks(message):
        if is_tag:
            _follow(chunk, inside)
            html.extend(_pieces(chunk, Place.ATTRIBUTE))
        else:
            place = Place.CODE if {"code", "pre"} & set(inside) else Place.WORDS
            pieces = list(_pieces(chunk, place))
            html.extend(pieces)
            plain.extend(unescape(piece) if isinstance(piece, str) else piece for piece in pieces)
    if inside:
        raise BadText(f"<{inside[-1]}> is not closed")
    slots = frozenset(piece.name for piece in html if isinstance(piece, Slot))
    return Template(tuple(_placed(html)), tuple(_placed(plain)), slots)


def _chunks(message: str) -> Iterator[tuple[bool, str]]:
    at = 0
    for found in _TAG.finditer(message):
        if found.start() > at:
            yield False, message[at : found.start()]
        yield True, found.group()
        at = found.end()
    if at < len(message):
        yield False, message[at:]


def _follow(tag: str, inside: list[str]) -> None:
    found = _TAG.fullmatch(tag)
    closing, name, attributes = found.groups() if found else ("", "", "")
    if name not in TAGS or (closing and attributes):
        raise BadText(f"{tag} is not among {sorted(TAGS)}")
    if not closing and not _ATTRIBUTES.get(name, _NONE).match(attributes):
        raise BadText(f"{tag} has attributes it may not have")
    if not closing:
        inside.append(name)
    elif not inside or inside.pop() != name:
        raise BadText(f"{tag} closes what is not open")


def _pieces(chunk: str, place: Place) -> Iterator[Piece]:
    if place is not Place.ATTRIBUTE and (bare := _BARE.search(chunk)):
        raise BadText(f"a bare {bare.group()}: write &lt; &gt; or &amp;")
    try:
        parsed = list(Formatter().parse(chunk))
    except ValueError as stray:
        raise BadText(str(stray)) from stray
    for literal, name, spec, conversion in parsed:
        if literal:
            yield literal
        if name is None:
            continue
        if spec or conversion or not name.isidentifier():
            raise BadText(f"slot {{{name}}} must be a plain name")
        yield Slot(name, place)


def _placed(pieces: list[Piece]) -> Iterator[Piece]:
    """The same, slots that stand alone on a line marked so."""
    for at, piece in enumerate(pieces):
        if isinstance(piece, str) or piece.place is not Place.WORDS:
            yield piece
            continue
        before = pieces[at - 1] if at else "\n"
        after = pieces[at + 1] if at + 1 < len(pieces) else "\n"
        alone = isinstance(before, str) and before.endswith("\n")
        alone = alone and isinstance(after, str) and after.startswith("\n")
        yield Slot(piece.name, Place.LINE) if alone else piece
