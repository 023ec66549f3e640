"""Files both ways: what is stored, what is fetched, and pictures Telegram cannot use."""

from __future__ import annotations

import pytest
from telegram import Bot
from telegram.error import BadRequest, TelegramError

from tests.simulator import Chat, Simulator, faults
from tests.simulator.pictures import grey_png, picture_size
from tests.simulator.raw import RawApi

pytest_plugins = ["tests.simulator.fixtures"]

JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b08001e002801011100ffd9")
GIF = b"GIF89a" + (40).to_bytes(2, "little") + (30).to_bytes(2, "little") + b"\0" * 9
WEBP_X = b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + (39).to_bytes(3, "little") + b"\x1d\0\0"


@pytest.mark.parametrize("picture", [grey_png(40, 30), JPEG, GIF, WEBP_X])
def test_the_size_of_a_picture_is_read_from_its_header(picture: bytes) -> None:
    assert picture_size(picture) == (40, 30)


async def test_a_photo_comes_in_sizes_and_only_the_largest_is_the_original(
    ptb: Bot, chat: Chat
) -> None:
    picture = grey_png(1000, 500)
    await chat.send_photo(picture, "my slip")
    (update,) = await ptb.get_updates()
    assert update.message is not None
    assert update.message.caption == "my slip"
    assert [(one.width, one.height) for one in update.message.photo] == [
        (90, 45),
        (320, 160),
        (800, 400),
        (1000, 500),
    ]
    first, *_, last = [await one.get_file() for one in update.message.photo]
    assert bytes(await last.download_as_bytearray()) == picture
    assert bytes(await first.download_as_bytearray()) != picture
    assert last.file_size == len(picture)


async def test_a_document_is_fetched_as_it_was_sent(ptb: Bot, chat: Chat) -> None:
    data = bytes(range(256)) * 4
    await chat.send_document(data, "slip.pdf")
    (update,) = await ptb.get_updates()
    assert update.message is not None
    document = update.message.document
    assert document is not None
    assert (document.file_name, document.mime_type) == ("slip.pdf", "application/pdf")
    file = await document.get_file()
    assert bytes(await file.download_as_bytearray()) == data


async def test_a_file_above_20_mb_cannot_be_fetched(ptb: Bot, chat: Chat) -> None:
    await chat.send_document(b"short", size=20 * 1024 * 1024 + 1)
    (update,) = await ptb.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    with pytest.raises(BadRequest, match="File is too big"):
        await update.message.document.get_file()


async def test_a_path_lives_an_hour(api: RawApi, simulator: Simulator, chat: Chat) -> None:
    sent = await chat.send_document(b"abc")
    assert sent.attachment is not None
    path = (await api("getFile", file_id=sent.attachment.file_id)).result["file_path"]
    url = f"{simulator.base_file_url}{simulator.token}/{path}"
    async with api.session.get(url) as answer:
        assert await answer.read() == b"abc"
    simulator.clock.advance(3601)
    async with api.session.get(url) as answer:
        assert answer.status == 404
    async with api.session.get(url.replace(simulator.token, "1:AA")) as answer:
        assert answer.status == 401


async def test_a_download_can_fail(ptb: Bot, simulator: Simulator, chat: Chat) -> None:
    sent = await chat.send_document(b"abc")
    assert sent.attachment is not None
    file = await ptb.get_file(sent.attachment.file_id)
    simulator.fail("file", faults.server_error(502))
    with pytest.raises(TelegramError):
        await file.download_as_bytearray()
    assert bytes(await file.download_as_bytearray()) == b"abc"


@pytest.mark.parametrize("file_id", ["", "AgACnone"])
async def test_an_unknown_file_is_refused(api: RawApi, file_id: str) -> None:
    why = await api.refused("getFile", file_id=file_id)
    assert why == f"Bad Request: {'invalid file_id' if file_id else 'file_id not specified'}"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "file must be non-empty"),
        (b"%PDF-1.7", "IMAGE_PROCESS_FAILED"),
        (grey_png(9_000, 1_001), "PHOTO_INVALID_DIMENSIONS"),
        (grey_png(2, 41), "PHOTO_INVALID_DIMENSIONS"),
    ],
)
async def test_what_is_no_photo_is_refused(api: RawApi, chat: Chat, data: bytes, why: str) -> None:
    told = await api.refused("sendPhoto", chat_id=chat.id, photo=data)
    assert told == f"Bad Request: {why}"


async def test_a_photo_above_10_mb_is_refused(api: RawApi, chat: Chat) -> None:
    data = grey_png(10, 10) + b"\0" * (10 * 1024 * 1024)
    why = await api.refused("sendPhoto", chat_id=chat.id, photo=data)
    assert why.endswith("is too big for a photo")


async def test_a_file_is_sent_again_by_its_id_but_only_as_what_it_is(
    ptb: Bot, api: RawApi, chat: Chat
) -> None:
    sent = await ptb.send_document(chat.id, b"abc", filename="statement.pdf", caption="May")
    assert sent.document is not None
    again = await ptb.send_document(chat.id, sent.document.file_id)
    assert again.document == sent.document
    assert (chat.last.file_name, chat.last.data) == ("statement.pdf", b"abc")
    why = await api.refused("sendPhoto", chat_id=chat.id, photo=sent.document.file_id)
    assert why == "Bad Request: can't use file of type Document as Photo"
    why = await api.refused("sendDocument", chat_id=chat.id, document="nonsense")
    assert why == "Bad Request: wrong file identifier/HTTP URL specified"
    why = await api.refused("sendDocument", chat_id=chat.id)
    assert why == "Bad Request: there is no document in the request"


async def test_an_album_is_several_messages_with_one_group(ptb: Bot, chat: Chat) -> None:
    await chat.send_album([grey_png(10, 10), grey_png(20, 20)], "two slips")
    first, second = await ptb.get_updates()
    assert first.message is not None
    assert second.message is not None
    assert first.message.media_group_id == second.message.media_group_id is not None
    assert (first.message.caption, second.message.caption) == ("two slips", None)
