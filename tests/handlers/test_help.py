"""Help, what was not understood, and what cannot be read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.serve import Machine
from bot.understand import Understood
from handlers.help import MENU
from tests.chat.person import Chat

_NOT_HERE = ["sticker", "voice", "video", "dice", "edited", "too_large", "wrong_type", "unknown"]


async def test_every_entry_of_the_menu_leads_to_its_task(ann: Chat) -> None:
    heads = {
        "balance": "balance.today",
        "why": "why.head",
        "relief": "relief.free",
        "status": "status.none",
        "what_if": "what_if.head",
        "statement": "statement.ask",
        "how_to_pay": "how_to_pay.head",
        "already_paid": "already_paid.loan.ask",
        "not_my_loan": "not_my_loan.loan.ask",
        "tips": "tips.head",
        "person": "person.ask",
        "my_data": "my_data.head",
        "reminders": "reminders.is.on",
        "language": "language.ask",
    }
    assert {name for row in MENU for name in row} == set(heads)
    for name, head in heads.items():
        await ann.say("/help")
        await ann.press(f"task.{name}")
        assert ann.told(head), name


@pytest.mark.parametrize("typed", ["/nonsense", "/", "/Balancé", "/help@otherbot x"])
async def test_an_unknown_command_brings_the_menu(ann: Chat, typed: str) -> None:
    await ann.say(typed)
    assert ann.told("help.can_do")
    assert not ann.told("help.not_understood")


@pytest.mark.parametrize("typed", ["/BALANCE", "/balance now please", "/balance@reprieve_bot"])
async def test_a_command_is_read_however_it_is_written(ann: Chat, typed: str) -> None:
    await ann.say(typed)
    assert ann.told("balance.today")


@pytest.mark.parametrize("typed", ["qwrtz plmk", "🦆" * 50, "?", "\u200d", "12345", "....."])
async def test_nonsense_is_not_understood_and_gets_the_menu(ann: Chat, typed: str) -> None:
    await ann.say(typed)
    assert {"help.not_understood", "help.can_do"} <= ann.keys


async def test_what_may_mean_several_things_is_asked_once(ann: Chat) -> None:
    house = ann.house
    unsure = Understood(None, ("balance", "why"))
    machine: Machine = replace(house.serve.machine, understand=lambda _w, _l: unsure)
    house.serve.machine = machine
    await ann.say("money money")
    assert ann.told("help.did_you_mean")
    card = await ann.card()
    assert len(await ann.labels(card)) == 3
    await ann.press("help.other")
    assert ann.told("help.can_do")
    await ann.press("task.why", on=card)
    assert ann.told("why.head")


@pytest.mark.parametrize("kind", _NOT_HERE)
async def test_what_cannot_be_read_gets_one_hint(ann: Chat, kind: str) -> None:
    await ann.hear("unusable", kind=kind)
    assert ann.told(f"heard.{kind}")


async def test_a_kind_nobody_has_thought_of_gets_the_general_hint(ann: Chat) -> None:
    await ann.hear("hologram", kind="unknown")
    assert ann.told("heard.unknown")


async def test_a_file_nobody_asked_for_is_received_and_said_so(ann: Chat) -> None:
    await ann.upload()
    assert ann.told("help.upload")


@pytest.mark.parametrize("typed", ["cancel", "stop", "never mind", "forget it"])
async def test_wanting_to_stop_outside_a_form_does_no_harm(ann: Chat, typed: str) -> None:
    await ann.say(typed)
    assert ann.told("help.can_do")


@pytest.mark.parametrize(
    "typed", ["hello", "help", "what can you do", "谢谢", "你好", "good morning"]
)
async def test_a_greeting_is_answered_with_what_can_be_done(ann: Chat, typed: str) -> None:
    await ann.say(typed)
    assert ann.told("help.can_do") or ann.told("help.did_you_mean")
