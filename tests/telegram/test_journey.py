"""The main job over Telegram, by polling and by webhook, in every language, whatever goes wrong.

Duplicates, a message and a tap swapped, a storm of 429, an answer lost on its way, a restart in
the middle of the form and another before the decision arrives.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

import pytest

from bot.domain.case import Status
from bot.domain.money import Money
from tests.chat.books import CNY, DIGITS
from tests.chat.lender import Lender, Staff
from tests.simulator import Call, faults
from tests.telegram.desk import PICTURE, Desk, words
from tests.telegram.someone import Someone

LOCALES = words().locales
RELIEF = 17_213  # of 344.25 penalty, in minor units, rounded up
DUE = 1_054_425
STORY = "I was in hospital & could not work. <b>Back</b> on Monday 🙏"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_a_penalty_falls_whatever_happens_on_the_way(
    desk: Desk, arrives: Callable[..., Someone], locale: str, lender: Lender, staff: Staff
) -> None:
    someone = arrives(locale)
    await greeted(someone)
    await informed(someone)
    await half_filled(someone)
    await desk.kill()
    await desk.start()
    await filed(someone)
    await desk.restart()
    await decided(someone, staff)
    await settled(someone, lender)
    assert desk.simulator.refused == []
    assert await desk.inbox() == []


async def greeted(someone: Someone) -> None:
    """The link pressed twice over, consent given twice over, the digits; the balance."""
    simulator = someone.desk.simulator
    simulator.duplicate_next()
    await someone.chat.start(await someone.desk.link_token("ANN"))
    await someone.sees("start.can_do")
    simulator.duplicate_next(2)
    await someone.press("start.agree")
    await someone.sees("link.digits")
    await someone.chat.say(DIGITS)
    balance = await someone.offered("task.why")
    assert money(someone, DUE) in balance.text
    assert texts(someone).count(someone.word("start.thanks")) == 1


async def informed(someone: Someone) -> None:
    """Why, with a picture; what if. Telegram is busy, and loses an answer."""
    simulator = someone.desk.simulator
    storm = simulator.fail("*", faults.retry_after(1), times=2, where=sends)
    await someone.press("task.why")
    photo = await someone.chat.wait_for(lambda message: message.kind == "photo")
    assert money(someone, 34_425) in photo.text
    await someone.sees("why.lines.head")
    assert storm.struck == 2
    lost = simulator.fail("sendMessage", faults.answer_lost())
    await someone.press("task.what_if")
    await someone.sees("what_if.nothing_paid")
    await simulator.until(lambda: lost.struck)
    await someone.quiet()


async def half_filled(someone: Someone) -> None:
    """Into the form; a tap and the words after it arrive the wrong way round."""
    simulator = someone.desk.simulator
    await someone.chat.say("/relief")
    await someone.sees("relief.free")
    await someone.press("relief.apply")
    asked = await someone.offered("reason.illness")
    with simulator.swapped():
        await someone.chat.tap(someone.label("reason.illness"), asked)
        await someone.chat.say(STORY)
    await someone.sees("form.moved_on")
    await someone.press("reason.illness")
    await someone.sees("relief.details.ask", longest=1000)
    await someone.chat.say(STORY)
    await someone.sees("relief.files.ask", count=5)
    await someone.chat.send_photo(PICTURE)
    await someone.offered("form.files.done")


async def filed(someone: Someone) -> None:
    """The draft stands where it stood; an early answer changes; sent by two taps at once."""
    await someone.press("form.files.done")
    await someone.press("relief.day.unknown")
    await someone.sees("relief.review.check")
    await someone.press("form.change", what=someone.label("relief.reason.label"))
    await someone.press("reason.family_care")
    review = await someone.sees("relief.review.check")
    for kept in ("reason.family_care", "relief.day.unknown"):
        assert someone.word(kept) in review.text
    assert STORY in review.text
    await someone.chat.tap(someone.label("relief.submit"), review)
    await someone.chat.tap(someone.label("relief.submit"), review)
    told = await someone.chat.wait_for("RP-")
    assert re.search(r"RP-\w{4}-\w{4}", told.text)
    await someone.quiet()
    (case,) = await someone.desk.cases("ANN")
    assert case.status is Status.SUBMITTED
    (upload,) = await someone.desk.rows("SELECT kind, size FROM upload")
    assert tuple(upload) == ("png", len(PICTURE))


async def decided(someone: Someone, staff: Staff) -> None:
    """Staff offer; the offer comes by itself and is accepted, twice over."""
    (case,) = await someone.desk.cases("ANN")
    await someone.quiet()
    someone.chat.mark = someone.chat.world.changes
    await staff.decide("offer", case, percent=Fraction(1, 2))
    offer = await someone.offered("status.accept")
    assert case.reference in offer.text
    assert money(someone, RELIEF) in offer.text
    someone.desk.simulator.duplicate_next()
    await someone.press("status.accept")
    await someone.sees("status.accepted.then")


async def settled(someone: Someone, lender: Lender) -> None:
    """The lender's next tape shows the payment; the chat says what it did, and asks for stars."""
    await lender.pay("ANN-1", DUE - RELIEF)
    await someone.sees("settled.fell", amount=Money(RELIEF, CNY))
    await someone.press("rate.star", count=5)
    await someone.sees("rate.thanks")
    (case,) = await someone.desk.cases("ANN")
    assert case.status is Status.SETTLED
    assert await someone.desk.count("SELECT stars FROM rating") == 5


def sends(call: Call) -> bool:
    """Whether a call puts something before a person."""
    return call.method.lower() in {"sendmessage", "sendphoto"}


def money(someone: Someone, minor: int) -> str:
    """An amount as the chat writes it."""
    return someone.word("form.amount", amount=Money(minor, CNY))


def texts(someone: Someone) -> list[str]:
    """Everything the bot said that can be seen."""
    return [message.text for message in someone.chat.received]
