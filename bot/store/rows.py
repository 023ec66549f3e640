"""Rows to values and back: the one place that knows how a value is written in a sealed column.

It must not read or write the database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from threading import Lock
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from bot.domain.chart import Chart
from bot.turn import Paper

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Person:
    """The sealed personal fields of a borrower; texts may be empty."""

    ref: str
    name: str
    phone: str
    id_last4: str
    email: str


class ShownButton(Struct, frozen=True):
    """A button as it was shown: its label, and its `Press` as written or the url it opens."""

    label: str
    press: str = ""
    url: str = ""
    contact: bool = False  # shares the person's own phone number, where the channel can


class Body(Struct, frozen=True):
    """What a message says: the safe HTML subset, rows of buttons, the values of what is drawn."""

    html: str
    buttons: tuple[tuple[ShownButton, ...], ...] = ()
    picture: Chart | None = None
    alt: str = ""
    upload_id: str = ""
    paper: Paper[str] | None = None
    contact_done: bool = False  # a keyboard that asks for the contact goes


@dataclass(frozen=True, slots=True)
class DraftBody:
    """The sealed part of a draft."""

    raw: dict[str, str]
    changing: str | None = None


@dataclass(frozen=True, slots=True)
class RequestBody:
    """The sealed part of a request to staff."""

    words: str
    upload_ids: tuple[str, ...] = ()


def encode(value: object) -> bytes:
    """A value as JSON; fractions as `3/10`."""
    return _ENCODER.encode(value)


def decode(raw: bytes, kind: type[Value]) -> Value:
    """The value of that kind that `encode` wrote."""
    return _decoder(kind).decode(raw)


def stamp(at: datetime) -> str:
    """An instant as text that sorts by time."""
    utc = at if at.tzinfo is UTC else at.astimezone(UTC)
    return utc.isoformat(timespec="microseconds")


def stamped(at: datetime | None) -> str | None:
    """The same of an instant there may be."""
    return None if at is None else stamp(at)


def instant(written: str | None) -> datetime | None:
    """The instant that `stamp` wrote."""
    return None if written is None else datetime.fromisoformat(written)


def day(written: str | None) -> date | None:
    """An ISO day, or None."""
    return None if written is None else date.fromisoformat(written)


def _written(value: object) -> object:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError  # msgspec's own signal for a type it cannot write


def _read(kind: type, value: object) -> object:
    if kind is Fraction and isinstance(value, str):
        return Fraction(value)
    raise NotImplementedError  # msgspec's own signal for a type it cannot read


def _decoder(kind: type[Value]) -> msgspec.json.Decoder[Value]:
    """Made once for a kind: making one costs more than using it."""
    found = _DECODERS.get(kind)
    if found is None:
        with _MAKING:
            found = _DECODERS[kind] = msgspec.json.Decoder(kind, dec_hook=_read)
    return found


_DECODERS: dict[type[Any], msgspec.json.Decoder[Any]] = {}
# Two threads that have msgspec look into one dataclass for the first time crash the process: one
# uses what the other has half filled in (seen with 0.22, in a process that had just started).
_MAKING = Lock()
_ENCODER = msgspec.json.Encoder(enc_hook=_written)
