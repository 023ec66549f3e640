"""HTTP/1.1 on a raw asyncio protocol: whole messages out of bytes, and no more than that."""

from __future__ import annotations

import asyncio
import re
from abc import ABC, abstractmethod

_HEAD_ENDS = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)


class Messages(asyncio.Protocol, ABC):
    """One connection of whole messages; `heard` is told head and body of each."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self.transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.WriteTransport) -> None:  # type: ignore[override]  # as streams are
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while (message := _taken(self._buffer)) is not None:
            self.heard(*message)

    def write(self, data: bytes) -> None:
        """Send, unless the other side has gone."""
        if self.transport is not None:
            self.transport.write(data)

    @abstractmethod
    def heard(self, head: bytes, body: bytes) -> None:
        """A whole message came."""


def _taken(buffer: bytearray) -> tuple[bytes, bytes] | None:
    """The first whole message, taken out of the buffer; None while there is none."""
    end = buffer.find(_HEAD_ENDS)
    if end < 0:
        return None
    head, start = bytes(buffer[:end]), end + len(_HEAD_ENDS)
    length = _LENGTH.search(head)
    if length is None and _CHUNKED.search(head):
        return _dechunked(buffer, head, start)
    stop = start + (int(length[1]) if length else 0)
    if len(buffer) < stop:
        return None
    body = bytes(buffer[start:stop])
    del buffer[:stop]
    return head, body


def _dechunked(buffer: bytearray, head: bytes, at: int) -> tuple[bytes, bytes] | None:
    body = b""
    while True:
        end = buffer.find(b"\r\n", at)
        if end < 0:
            return None
        size = int(buffer[at:end], 16)
        at = end + 2
        if len(buffer) < at + size + 2:
            return None
        body += buffer[at : at + size]
        at += size + 2
        if size == 0:
            del buffer[:at]
            return head, body
