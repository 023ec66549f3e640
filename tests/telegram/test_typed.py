"""Taps live for 150 seconds, messages for a day: all that cannot be undone can also be typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.case import Status
from tests.chat.books import DIGITS
from tests.chat.lender import Staff
from tests.telegram.desk import Desk, words
from tests.telegram.someone import Someone

STORY = "I was ill 🤒"


async def typed(someone: Someone, *keys: str) -> None:
    """The words of one button after another, each once its card is there."""
    for key in keys:
        await someone.offered(key)
        await someone.chat.say(someone.label(key))


async def applied(someone: Someone) -> None:
    """An application, sent without a tap."""
    await someone.chat.say("/relief")
    await typed(someone, "relief.apply", "reason.illness")
    await someone.sees("relief.details.ask", longest=1000)
    await someone.chat.say(STORY)
    await typed(someone, "form.files.none", "relief.day.unknown", "relief.submit")
    await someone.chat.wait_for("RP-")


async def offered_to(someone: Someone, staff: Staff) -> None:
    """The staff's offer is before them."""
    (case,) = await someone.desk.cases("ANN")
    await someone.quiet()
    someone.chat.mark = someone.chat.world.changes
    await staff.decide("offer", case)
    await someone.offered("status.accept")


async def status(someone: Someone) -> Status:
    (case,) = await someone.desk.cases("ANN")
    return case.status


@pytest.mark.parametrize("locale", words().locales)
async def test_consent_application_and_offer_need_no_tap(
    desk: Desk, arrives: Callable[..., Someone], staff: Staff, locale: str
) -> None:
    someone = arrives(locale)
    await someone.chat.start(await desk.link_token("ANN"))
    await typed(someone, "start.agree")
    await someone.sees("link.digits")
    await someone.chat.say(DIGITS)
    await someone.offered("task.why")
    await applied(someone)
    await offered_to(someone, staff)
    await typed(someone, "status.accept")
    await someone.sees("status.accepted.then")
    assert await status(someone) is Status.ACCEPTED
    assert desk.simulator.world.taps == {}


async def test_declining_needs_no_tap(ann: Someone, staff: Staff) -> None:
    await applied(ann)
    await offered_to(ann, staff)
    await typed(ann, "status.decline", "status.decline.yes")
    await ann.quiet()
    assert await status(ann) is Status.DECLINED


async def test_withdrawing_needs_no_tap(ann: Someone) -> None:
    await applied(ann)
    await ann.chat.say("/status")
    await typed(ann, "status.withdraw", "status.withdraw.yes")
    await ann.quiet()
    assert await status(ann) is Status.WITHDRAWN


async def test_asking_for_erasure_and_leaving_need_no_tap(desk: Desk, ann: Someone) -> None:
    await ann.chat.say("/my_data")
    await typed(ann, "my_data.erase", "my_data.erase.yes")
    await ann.sees("my_data.erase_asked")
    await ann.chat.say("/my_data")
    await typed(ann, "my_data.leave", "my_data.leave.yes")
    await ann.sees("my_data.left")
    assert await desk.count("SELECT count(*) FROM chat WHERE borrower_id IS NOT NULL") == 0


async def test_a_button_typed_after_it_has_gone_has_no_effect(ann: Someone, staff: Staff) -> None:
    await applied(ann)
    await offered_to(ann, staff)
    await typed(ann, "status.accept")
    await ann.sees("status.accepted.then")
    await ann.chat.say(ann.label("status.decline"))
    await ann.quiet()
    assert await status(ann) is Status.ACCEPTED
