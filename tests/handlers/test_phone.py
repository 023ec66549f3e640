"""The other way in: one's own contact, a one-time code, the digits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.serve import Update
from tests.chat.books import DIGITS, LENDER
from tests.chat.house import House
from tests.chat.person import Chat, new_chat

ANN = next(borrower for borrower, _ in LENDER if borrower.ref == "ANN")


@pytest.fixture
async def caller(house: House) -> Chat:
    """Somebody who agreed, where one-time codes have a way to the borrower."""
    house.serve.machine = replace(house.serve.machine, can_code=True)
    chat = await new_chat(house)
    await chat.walk("/start", ">start.agree")
    return chat


async def _shared(chat: Chat, phone: str = ANN.phone, *, own: bool = True) -> str:
    """The contact is shared; the code that was made for it."""
    await chat.hear("contact", phone=phone, own=own)
    return chat.house.turns[-1].new_code


async def _in(chat: Chat) -> bool:
    row = await chat.house.chats.row(chat.id)
    assert row is not None
    return row.borrower_id is not None


async def test_contact_code_and_digits_open_the_chat(caller: Chat) -> None:
    await caller.say("/phone")
    assert caller.told("phone.ask")
    code = await _shared(caller)
    assert caller.told("phone.code_sent")
    await caller.say(code)
    assert caller.told("link.digits")
    await caller.say(DIGITS)
    assert {"link.done", "balance.today"} <= caller.keys


async def test_a_code_alone_shows_nothing(caller: Chat) -> None:
    await caller.say(await _shared(caller))
    await caller.say("/balance")
    assert caller.told("link.how")
    assert not await _in(caller)


async def test_an_unknown_phone_is_worded_alike(caller: Chat) -> None:
    code = await _shared(caller, "+10000000000")
    assert caller.keys == {"phone.code_sent"}
    await caller.say(code)
    assert caller.keys == {"link.wrong"}


async def test_somebody_elses_contact_is_refused(caller: Chat) -> None:
    await _shared(caller, own=False)
    assert caller.told("phone.not_own")


@pytest.mark.parametrize("typed", ["000000", "12345", "abc", "", "١٢"])
async def test_a_wrong_code_is_asked_for_again(caller: Chat, typed: str) -> None:
    code = await _shared(caller)
    await caller.say(typed)
    assert caller.keys == {"link.wrong"}
    await caller.say(code)
    assert caller.told("link.digits")


async def test_wrong_digits_after_the_code_are_asked_for_again(caller: Chat) -> None:
    await caller.walk(await _shared(caller), "9999")
    assert caller.keys == {"link.wrong"}
    await caller.say(DIGITS)
    assert await _in(caller)


async def test_five_wrong_tries_lock_for_an_hour(caller: Chat, house: House) -> None:
    code = await _shared(caller)
    await caller.walk("1", "2", "3", "4", "5")
    assert caller.keys == {"link.locked"}
    await caller.say(code)
    assert caller.keys == {"link.locked"}
    await _shared(caller)
    assert caller.keys == {"link.locked"}
    house.clock.forward(minutes=61)
    await caller.say(await _shared(caller))
    assert caller.told("link.digits")


async def test_a_code_is_good_for_ten_minutes(caller: Chat, house: House) -> None:
    code = await _shared(caller)
    house.clock.forward(minutes=11)
    await caller.say(code)
    assert caller.told("phone.code_over")


async def test_a_forwarded_code_proves_nothing(caller: Chat) -> None:
    code = await _shared(caller)
    await caller.hear("text", text=code, forwarded=True)
    assert caller.keys == {"link.forwarded"}
    await caller.say(code)
    assert caller.told("link.digits")


async def test_without_a_way_for_codes_the_link_is_spoken_of(stranger: Chat) -> None:
    await stranger.walk("/start", ">start.agree", "/phone")
    assert stranger.told("link.how")


async def test_where_contacts_can_be_shared_the_way_is_offered(caller: Chat, house: House) -> None:
    await house.database.write(lambda db: db.execute("UPDATE chat SET channel = 'telegram'"))
    await house.receive(Update("telegram", "1", caller.id, "text", {"text": "/link"}))
    assert caller.told("phone.button")


async def test_neither_code_nor_digits_are_kept_in_the_transcript(caller: Chat) -> None:
    code = await _shared(caller)
    await caller.walk(code, DIGITS)
    mine = [message.text for message in await caller.messages() if message.speaker == "me"]
    assert code not in mine
    assert DIGITS not in mine


async def test_a_sticker_instead_of_the_code_keeps_the_question(caller: Chat) -> None:
    code = await _shared(caller)
    await caller.hear("unusable", kind="sticker")
    assert {"heard.sticker", "phone.code_sent"} == caller.keys
    await caller.say(code)
    await caller.hear("unusable", kind="sticker")
    assert {"heard.sticker", "link.digits"} == caller.keys
    await caller.say(DIGITS)
    assert await _in(caller)


async def test_asking_again_in_the_middle_starts_with_the_contact(caller: Chat) -> None:
    await _shared(caller)
    await caller.say("/phone")
    assert caller.told("phone.ask")


async def test_a_contact_shared_again_within_a_minute_makes_no_second_code(caller: Chat) -> None:
    first = await _shared(caller)
    await _shared(caller)
    await caller.say(first)
    assert caller.told("link.digits")


async def test_a_file_instead_of_the_code_asks_for_the_contact_again(caller: Chat) -> None:
    await _shared(caller)
    await caller.upload()
    assert caller.told("phone.ask")
