"""Whatever is posted as Telegram's update is read, or set aside; nothing else happens."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace
from typing import Any, cast

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.arriving import Arrivals, _kept
from bot.channels.telegram.polling import _results
from bot.channels.telegram.reading import UnknownKind, read_update
from bot.channels.telegram.webhook import PATH, Webhook
from bot.channels.telegram.wire import read, update_id
from tests.fuzz.bending import almost, spoiled, written
from tests.fuzz.often import tried

ANN = {"id": 7, "is_bot": False, "first_name": "Ann", "language_code": "en"}
CHAT = {"id": 7, "type": "private"}
MESSAGE = {"message_id": 5, "date": 0, "from": ANN, "chat": CHAT}
PHOTO = [{"file_id": "a", "file_size": 9, "width": 4}, {"file_id": "b", "width": 8}]
FILE = {"file_id": "c", "file_size": 9, "file_name": "proof.pdf"}
CONTACT = {"phone_number": "+8613800000000", "user_id": 7}
SOUND: list[dict[str, object]] = [
    {"message": {**MESSAGE, "text": "/start abc", "forward_origin": {"type": "user"}}},
    {"message": {**MESSAGE, "text": "/balance@our_bot now"}},
    {"message": {**MESSAGE, "photo": PHOTO, "media_group_id": "9", "caption": "proof"}},
    {"message": {**MESSAGE, "document": FILE}},
    {"message": {**MESSAGE, "contact": CONTACT}},
    {"message": {**MESSAGE, "chat": {"id": -100, "type": "supergroup"}, "text": "hello"}},
    {"edited_message": {**MESSAGE, "text": "again"}},
    {"callback_query": {"id": "1", "from": ANN, "message": MESSAGE, "data": "0f.0.0"}},
    {"my_chat_member": {"chat": CHAT, "from": ANN, "new_chat_member": {"status": "kicked"}}},
]
SENT = [{"update_id": 1_000_000 + number, **update} for number, update in enumerate(SOUND)]
KINDS = {"text", "link", "contact", "file", "unusable", "group", "button", "nothing", "member"}


@tried(150)
@given(st.binary(max_size=60) | almost(SENT))
def test_an_update_is_read_or_set_aside_and_kept_as_it_came(raw: bytes) -> None:
    kept = _kept(raw)
    assert str(kept.body["raw"]).encode("latin-1") == raw
    assert kept.key
    assert update_id(raw) is None or int(kept.key) == update_id(raw)
    try:
        came = read_update(read(raw), "our_bot")
    except (msgspec.MsgspecError, UnknownKind):
        return
    if came is not None:
        assert came.kind in KINDS
        assert not came.address or int(came.address) is not None
        json.dumps(dict(came.body)).encode()


@tried(60)
@given(st.binary(max_size=60) | spoiled(written({"ok": True, "result": SENT[:2]})))
def test_an_answer_to_a_poll_is_updates_or_trouble(body: bytes) -> None:
    try:
        found = _results(200, body)
    except msgspec.MsgspecError:
        return
    assert found is None or all(isinstance(raw, bytes) for raw in found)


@tried(40)
@given(
    st.lists(st.binary(max_size=30), max_size=4),
    st.sampled_from(["POST", "GET", "PUT"]),
    st.sampled_from([b"right", b"wrong", b"", b"\xff"]),
    st.booleans(),
)
def test_a_post_is_taken_or_answered_with_why_not(
    parts: list[bytes], method: str, secret: bytes, hangs_up: bool
) -> None:
    taken: list[bytes] = []

    async def take(raw: bytes) -> None:
        taken.append(raw)

    arrivals = cast("Arrivals", SimpleNamespace(take=take))
    status = asyncio.run(
        _posted(Webhook(_nobody, arrivals, b"right"), parts, method, secret, hangs_up)
    )
    allowed = method == "POST" and secret == b"right"
    assert status in ({200, 400} if allowed else {405, 403})
    assert taken == ([b"".join(parts)] if status == 200 else [])


async def _posted(
    webhook: Webhook, parts: list[bytes], method: str, secret: bytes, hangs_up: bool
) -> int:
    sent: list[Any] = []
    events: list[dict[str, Any]] = [
        {"type": "http.request", "body": part, "more_body": True} for part in parts
    ]
    last = {"type": "http.disconnect"} if hangs_up else {"type": "http.request", "body": b""}
    coming = iter([*events, last])

    async def receive() -> dict[str, Any]:
        return next(coming)

    async def send(event: Any) -> None:  # noqa: ANN401  # as ASGI has it
        sent.append(event)

    headers = [(b"x-telegram-bot-api-secret-token", secret)]
    scope = {"type": "http", "path": PATH, "method": method, "headers": headers}
    await webhook(scope, receive, send)
    return int(sent[0]["status"])


async def _nobody(_scope: object, _receive: object, _send: object) -> None:
    """The application behind, which must not be asked."""
    raise AssertionError


def test_bytes_that_are_no_utf_8_are_read_with_a_sign_in_their_place() -> None:
    raw = written(SENT[0]).replace(b"/start abc", b"half \xf0\x9f")
    came = read_update(read(raw))
    assert came is not None
    assert came.body["text"] == "half \ufffd"
