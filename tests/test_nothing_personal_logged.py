"""Canaries: a phone, digits, a name, a sum and a token that must stand in no log line."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog

from bot.logs import set_up
from bot.turn import Outcome, Turn
from tests.chat.books import DIGITS, LENDER
from tests.chat.fixtures import ann, folder, house, imported, lender, staff, stranger
from tests.chat.house import House
from tests.chat.lender import Lender, Staff
from tests.chat.person import Chat, linked, new_chat

__all__ = ["ann", "folder", "house", "imported", "lender", "staff", "stranger"]

ANN = next(borrower for borrower, _ in LENDER if borrower.ref == "ANN")
WORDS = "canary words only mine"
CANARIES = (ANN.name, ANN.phone, ANN.phone[1:], DIGITS, "ANN-1", "10,544", "1054425", WORDS)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Everything logged from the least level up, as an operator would see it."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    lines = io.StringIO()
    set_up("human", logging.DEBUG, to=lines)
    yield lines
    structlog.configure(**before)
    root.handlers[:], root.level = handlers, level


async def test_a_whole_journey_logs_nothing_personal(
    logged: io.StringIO, house: House, lender: Lender, staff: Staff
) -> None:
    chat = await linked(house, "ann")
    for words in ("/balance", "/why", "/what_if", "/my_data", WORDS, f"my digits are {DIGITS}"):
        await chat.say(words)
    await chat.walk("/relief", ">relief.apply", ">reason.illness", WORDS)
    await chat.upload(name="canary words only mine.pdf")
    await chat.walk(">form.files.done", ">relief.day.unknown", ">relief.submit")
    await staff.decide("offer", await house.case("ann"), note=WORDS)
    await chat.press("status.accept")
    await lender.pay("ANN-1", 1_100_000)
    await house.outbox.drain()
    house.clock.forward(minutes=20)
    await chat.walk("/balance", "0000", DIGITS)
    assert logged.getvalue()
    _check(logged)


async def test_a_fault_in_a_turn_logs_its_kind_and_no_words(
    logged: io.StringIO, house: House
) -> None:
    def broken(turn: Turn) -> Outcome:
        raise ValueError(f"{turn.owner.name} {turn.owner.phone} {turn.heard} 10,544 {DIGITS}")

    chat = await linked(house, "ann")
    house.menu["why"] = replace(house.menu["why"], handle=broken)
    await house.restart()
    house.patient = True
    await chat.say(f"/why {WORDS}")
    for _ in range(4):
        await house.tick()
    assert "ValueError" in logged.getvalue()
    _check(logged)


async def test_a_links_token_is_in_no_log(logged: io.StringIO, house: House) -> None:
    chat = await new_chat(house)
    made = await house.chats.make_link(
        "ANN", house.clock.new_id(), house.clock(), timedelta(hours=1)
    )
    await chat.send("link", made.token)
    assert made.token not in logged.getvalue()
    assert chat.token.hex() not in logged.getvalue()


async def test_a_turn_is_one_line_that_names_what_happened_first(
    logged: io.StringIO, ann: Chat
) -> None:
    await ann.say("/balance")
    line = logged.getvalue().splitlines()[-1]
    assert re.match(
        r"\d{4}-\d\d-\d\dT[\d:.]+Z \[info     \] turn {27}channel=web kind=text ms=", line
    )
    assert " outcome=answered task=balance turn=" in line


async def test_a_fault_of_a_library_logs_no_words(logged: io.StringIO) -> None:
    said = ConnectionError(f"https://api.example/bot{WORDS}/sendMessage {ANN.phone}")
    logging.getLogger("telegram").error("could not send to %s", ANN.phone, exc_info=said)
    _check(logged)


def _check(logged: io.StringIO) -> None:
    seen = logged.getvalue()
    assert [canary for canary in CANARIES if canary in seen] == []
