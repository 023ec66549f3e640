"""A file on its way in: its size counted while it streams, its kind told from its first bytes.

It must not unpack, render or trust it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from http import HTTPStatus

import filetype
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from multipart import (
    MultipartError,
    MultipartSegment,
    PushMultipartParser,
)

from bot.channels.web.refusals import Declined
from bot.channels.web.site import Visit
from bot.texts import cleaned

_MEGABYTE = 1_000_000
LIMIT_MB = 10
LARGEST_FILE = LIMIT_MB * _MEGABYTE
LARGEST_BODY = LARGEST_FILE + 65_536  # the file with what multipart puts around it
_LONGEST_NAME = 120
_MOST_PARTS = 4
_FIRST_BYTES = 8_192
_KINDS = {
    "image/jpeg": "jpeg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
}


async def read_file(request: Visit) -> tuple[str, str, bytes]:
    """Name, kind ('jpeg', 'png', 'webp', 'pdf') and content; Declined when it cannot be used."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > LARGEST_BODY:
        raise _too_large()
    media_type, options = request.content_type
    if media_type != "multipart/form-data" or not options.get("boundary"):
        raise Declined(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "web.error.file.missing")
    name, content = await _first_file(request.stream(), options["boundary"])
    return name, kind_of(content), content


def kind_of(content: bytes) -> str:
    """What the first bytes say it is; Declined for anything we do not take."""
    if not content:
        raise Declined(HTTPStatus.BAD_REQUEST, "web.error.file.empty")
    kind = _KINDS.get(_mime(content[:_FIRST_BYTES]))
    if kind is None:
        raise Declined(HTTPStatus.BAD_REQUEST, "web.error.file.kind")
    return kind


def _mime(first_bytes: bytes) -> str:
    guessed = filetype.guess_mime(first_bytes)
    return str(guessed)


async def _first_file(chunks: AsyncIterator[bytes], boundary: str) -> tuple[str, bytes]:
    parts = _Parts()
    try:
        with PushMultipartParser(boundary, max_segment_count=_MOST_PARTS, strict=True) as parser:
            async for chunk in chunks:
                for event in parser.parse(chunk) if chunk else ():
                    parts.take(event)
    except RequestEntityTooLarge as flood:
        raise _too_large() from flood
    except MultipartError as broken:
        raise Declined(HTTPStatus.BAD_REQUEST, "web.error.file.missing") from broken
    if parts.name is None:
        raise Declined(HTTPStatus.BAD_REQUEST, "web.error.file.missing")
    return parts.name, bytes(parts.content)


class _Parts:
    """What the parser tells, of which the first file is kept and the rest passed over."""

    def __init__(self) -> None:
        self.name: str | None = None
        self.content = bytearray()
        self._keeping = False

    def take(self, event: MultipartSegment | bytes | bytearray | None) -> None:
        if isinstance(event, MultipartSegment):
            self._keeping = self.name is None and event.filename is not None
            if self._keeping:
                self.name = _plain_name(event.filename or "")
        elif event is None:
            self._keeping = False
        elif self._keeping:
            self.content += event
            if len(self.content) > LARGEST_FILE:
                raise _too_large()


def _plain_name(sent: str) -> str:
    last = sent.replace("\\", "/").rsplit("/", 1)[-1]
    return " ".join(cleaned(last).split())[:_LONGEST_NAME]


def _too_large() -> Declined:
    return Declined(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "web.error.file.large", {"limit": LIMIT_MB}
    )
