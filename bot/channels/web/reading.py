"""What a client sent, read strictly: a JSON message, a number in the query.

It must not act on it.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Annotated

import msgspec

from bot.channels.web.refusals import Declined
from bot.channels.web.site import Visit
from bot.texts import cleaned

LONGEST_TEXT = 4_096  # characters; as Telegram's limit, so that handlers see one limit
# Every character of the longest text escaped as a pair of surrogates, and the rest.
LARGEST_BODY = LONGEST_TEXT * 12 + 4_096
_SEQ_DIGITS = 15

_Id = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9._:-]{1,64}\Z")]
_Named = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class _Sent(msgspec.Struct, forbid_unknown_fields=True):
    id: _Id
    text: str | None = None
    button: _Named | None = None
    upload: _Named | None = None


async def read_update(request: Visit) -> tuple[str, str, str]:
    """The client's key, the kind and the value of a message; Declined when it is none."""
    if request.content_type[0] != "application/json":
        raise Declined(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "web.error.json.kind")
    sent = _read(await request.body())
    given = [
        (kind, value)
        for kind, value in (("text", sent.text), ("button", sent.button), ("upload", sent.upload))
        if value is not None
    ]
    if len(given) != 1:
        raise Declined(HTTPStatus.BAD_REQUEST, "web.error.shape")
    kind, value = given[0]
    if len(value) > LONGEST_TEXT:
        raise Declined(HTTPStatus.BAD_REQUEST, "web.error.long", {"limit": LONGEST_TEXT})
    return sent.id, kind, cleaned(value)


def _read(body: bytes) -> _Sent:
    # The standard library's reader, since msgspec's refuses a lone surrogate, which browsers send
    # for half an emoji; it becomes U+FFFD below instead.
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as unreadable:
        raise Declined(HTTPStatus.BAD_REQUEST, "web.error.json") from unreadable
    try:
        return msgspec.convert(document, _Sent)
    except (msgspec.ValidationError, UnicodeEncodeError) as misshapen:
        # The latter for half an emoji as a name, which msgspec cannot put into words.
        raise Declined(HTTPStatus.BAD_REQUEST, "web.error.shape") from misshapen


def read_after(request: Visit) -> int:
    """The `after` of the query, 0 when there is none; Declined when it is no seq."""
    return _seq("after", request.query_params.get("after", "0"))


def read_seen(request: Visit) -> int:
    """The last seq a reconnecting browser knows of (Last-Event-ID), else `after`."""
    known = request.headers.get("last-event-id")
    return _seq("Last-Event-ID", known) if known else read_after(request)


def _seq(name: str, written: str) -> int:
    if not (written.isascii() and written.isdigit() and len(written) <= _SEQ_DIGITS):
        raise Declined(HTTPStatus.BAD_REQUEST, "web.error.number", {"name": name})
    return int(written)
