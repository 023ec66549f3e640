"""One borrower in the browser and in Telegram: one draft, one case, one transcript."""

from __future__ import annotations

import pytest

from bot.channels.web.bridge import Bridge
from bot.channels.web.machine import Choice, Message
from bot.channels.web.machine import Update as WebUpdate
from bot.domain.case import CaseFacts, Status
from bot.texts import plain_words
from bot.turn import text
from tests.chat.books import DIGITS
from tests.chat.lender import Lender, Staff
from tests.telegram.desk import Desk
from tests.telegram.someone import Someone


class Browser:
    """The same borrower's web chat, as its page talks to the machine."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.chat_id = ""
        self.token = b""
        self.sent = 0

    async def linked(self, ref: str) -> Browser:
        opened = await self.bridge.open_chat(None, "en")
        self.chat_id, self.token = opened.chat_id, opened.token
        await self.send("link", await self.desk.link_token(ref))
        await self.press("start.agree")
        await self.send("text", DIGITS)
        return self

    @property
    def bridge(self) -> Bridge:
        return self.desk.assistant.bridge

    async def send(self, kind: str, value: str) -> None:
        self.sent += 1
        update = WebUpdate("web", f"b{self.sent}", self.chat_id, kind, value)
        await self.bridge.receive(update)

    async def press(self, key: str) -> None:
        label = self.desk.texts.label(text(key), "en")
        choices = [choice for message in reversed(await self.seen()) for choice in flat(message)]
        await self.send("button", next(one.id for one in choices if one.label == label))

    async def seen(self) -> list[Message]:
        return list(await self.bridge.messages(self.chat_id, 0))

    async def last(self) -> str:
        return (await self.seen())[-1].text


def flat(message: Message) -> list[Choice]:
    return [choice for row in message.buttons for choice in row]


@pytest.fixture
async def browser(desk: Desk) -> Browser:
    """Ann's, linked before her phone is."""
    return await Browser(desk).linked("ANN")


async def test_a_form_begun_in_the_browser_goes_on_in_telegram_and_is_filed_once(
    desk: Desk, browser: Browser, ann: Someone
) -> None:
    await browser.send("text", "/relief")
    await browser.press("relief.apply")
    await browser.press("reason.job_loss")
    await ann.chat.say("/relief")
    await ann.sees("relief.details.ask", longest=1000)
    await ann.chat.say("The plant closed")
    await ann.sees("relief.files.ask", count=5)
    await browser.press("reason.illness")
    assert ann.word("form.moved_on") in await browser.last()
    assert ann.word("relief.files.ask", count=5) in await browser.last()
    await browser.press("form.files.none")
    await browser.press("relief.day.unknown")
    assert "The plant closed" in await browser.last()
    await ann.chat.say("/relief")
    await ann.sees("relief.review.check")
    await ann.press("relief.submit")
    await ann.chat.wait_for("RP-")
    await browser.press("relief.submit")
    (case,) = await desk.cases("ANN")
    assert case.status is Status.SUBMITTED


async def test_decisions_go_to_both_and_notices_where_they_last_wrote(
    desk: Desk, browser: Browser, ann: Someone, staff: Staff, lender: Lender
) -> None:
    case = await filed(desk, ann)
    await ann.quiet()
    ann.chat.mark = ann.chat.world.changes
    await staff.decide("offer", case)
    await ann.offered("status.accept")
    assert case.reference in await browser.last()
    await browser.press("status.accept")
    before = len(ann.chat.received)
    await lender.pay("ANN-1", 1_054_425)
    fell = await ann.chat.wait_for("fell")
    seen = [message.text for message in await browser.seen()]
    assert fell.text in seen
    assert seen[-1] == ann.word("rate.ask")
    await ann.quiet()
    assert ann.chat.received[before:] == [fell]


async def test_the_transcript_holds_both_channels_in_one(
    desk: Desk, browser: Browser, ann: Someone
) -> None:
    await browser.send("text", "/tips")
    await ann.chat.say("/help")
    await ann.sees("help.can_do")
    chats = desk.assistant.parts.chats
    borrower_id = await chats.borrower("ANN")
    assert borrower_id is not None
    told = await chats.transcript(borrower_id)
    assert len({stored.chat_id for stored in told}) == 2
    said = [plain_words(stored.body.html) for stored in told if stored.speaker == "me"]
    assert {"/tips", "/help"} <= set(said)
    assert [stored.at for stored in told] == sorted(stored.at for stored in told)


async def filed(desk: Desk, someone: Someone) -> CaseFacts:
    """An application, by Telegram."""
    await someone.chat.say("/relief")
    await someone.press("relief.apply")
    await someone.press("reason.illness")
    await someone.sees("relief.details.ask", longest=1000)
    await someone.chat.say("I was ill")
    await someone.press("form.files.none")
    await someone.press("relief.day.unknown")
    await someone.press("relief.submit")
    await someone.chat.wait_for("RP-")
    (case,) = await desk.cases("ANN")
    return case
