"""Reads a Bot API request as Telegram's server does: query string, urlencoded, multipart, JSON.

Every parameter becomes text; a JSON body's numbers and objects stay the JSON they were.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from aiohttp import BodyPartReader, web

from tests.simulator.calls import Upload
from tests.simulator.refusals import bad_request

MAX_BODY_BYTES = 55 * 1024 * 1024


@dataclass
class Asked:
    """A method with its parameters and files."""

    method: str
    params: dict[str, str] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)
    encoding: str = "none"

    def text(self, name: str) -> str:
        """The parameter as sent; empty when absent, which Telegram treats alike."""
        return self.params.get(name, "")

    def flag(self, name: str) -> bool:
        """Telegram's notion of true: true, yes or 1."""
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def integer(
        self, name: str, default: int = 0, low: int | None = None, high: int = 2**31
    ) -> int:
        """A number held between `low` and `high`; its leading digits count, junk is 0."""
        raw = self.text(name)
        found = re.match(r"-?\d+", raw.strip())
        value = default if not raw else int(found.group()) if found else 0
        return min(max(value, value if low is None else low), high)

    def json(self, name: str, complaint: str) -> object:
        """The parameter parsed, None when absent; `complaint` is Telegram's word for bad JSON."""
        if not self.text(name):
            return None
        try:
            return json.loads(self.text(name))
        except ValueError as error:
            raise bad_request(complaint) from error


async def read(request: web.Request, method: str) -> Asked:
    """The request as a call; Refusal if the body is not what its content type says."""
    asked = Asked(method, params=form_fields(request.rel_url.raw_query_string.encode()))
    kind = request.content_type
    if kind == "multipart/form-data":
        asked.encoding = "multipart"
        await add_parts(asked, request)
    elif kind == "application/x-www-form-urlencoded":
        asked.encoding = "urlencoded"
        asked.params |= form_fields(await request.read())
    elif kind == "application/json":
        asked.encoding = "json"
        asked.params |= json_fields(await request.read())
    return asked


def form_fields(raw: bytes) -> dict[str, str]:
    """Name and value pairs of an urlencoded text; Refusal unless UTF-8."""
    pairs = (piece.partition(b"=") for piece in raw.split(b"&") if piece)
    return {form_text(name): form_text(value) for name, _, value in pairs}


def form_text(raw: bytes) -> str:
    return utf8(unquote_to_bytes(raw.replace(b"+", b" ")))


def utf8(raw: bytes) -> str:
    """The text of `raw`; a Refusal in Telegram's words if it is not UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise bad_request("Strings must be encoded in UTF-8") from error


def json_fields(raw: bytes) -> dict[str, str]:
    """The members of a JSON body: strings as they are, all else as its JSON."""
    try:
        members = json.loads(utf8(raw)) if raw.strip() else {}
        json.dumps(members, ensure_ascii=False).encode()
    except ValueError as error:
        raise bad_request("Can't parse JSON object") from error
    if not isinstance(members, dict):
        raise bad_request("Can't parse JSON object")
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in members.items()
    }


async def add_parts(asked: Asked, request: web.Request) -> None:
    """Sort the parts of a multipart body into parameters and files."""
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader):
                await add_part(asked, part)
    except ValueError as error:
        raise bad_request("Can't parse multipart form data") from error


async def add_part(asked: Asked, part: BodyPartReader) -> None:
    data = bytes(await part.read())
    name = part.name or ""
    if part.filename is None:
        asked.params[name] = utf8(data)
        return
    kind = part.headers.get("Content-Type", "application/octet-stream")
    asked.files[name] = Upload(part.filename, kind, data)
