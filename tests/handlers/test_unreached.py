"""A message that cannot be brought: staff reach whoever has a decision to hear of another way."""

from __future__ import annotations

from tests.chat.house import House
from tests.chat.lender import Staff
from tests.chat.person import Chat
from tests.handlers.test_books import accepted, offered
from tests.handlers.test_status import filed


async def _asked(house: House) -> list[tuple[str, bool]]:
    return [(asked.kind, asked.urgent) for asked in await house.requests()]


async def test_staff_are_asked_once_when_an_offer_waits(
    ann: Chat, house: House, staff: Staff
) -> None:
    await offered(ann, staff)
    await ann.hear("unreached")
    await ann.hear("unreached")
    assert await _asked(house) == [("unreached", True)]
    assert (await house.requests())[0].loan_id == (await house.case("ann")).loan_id
    assert await ann.new() == []


async def test_staff_are_asked_again_once_the_first_was_answered(
    ann: Chat, house: House, staff: Staff
) -> None:
    await offered(ann, staff)
    await ann.hear("unreached")
    (asked,) = await house.requests()
    body = {"staff_id": "robin", "text": "I called you.", "request_id": asked.id}
    await ann.hear("staff_wrote", **body)
    await ann.hear("unreached")
    assert [asked.state for asked in await house.requests()] == ["answered", "open"]


async def test_a_rejection_is_told_another_way_while_it_is_news(
    ann: Chat, house: House, staff: Staff
) -> None:
    await filed(ann)
    await staff.decide("reject", await house.case("ann"), reason="other")
    await ann.hear("unreached")
    assert await _asked(house) == [("unreached", True)]


async def test_an_old_rejection_is_no_news(ann: Chat, house: House, staff: Staff) -> None:
    await filed(ann)
    await staff.decide("reject", await house.case("ann"), reason="other")
    house.clock.forward(days=2)
    await ann.hear("unreached")
    assert await _asked(house) == []


async def test_nobody_is_asked_when_nothing_waits_for_them(
    ann: Chat, stranger: Chat, house: House, staff: Staff
) -> None:
    await stranger.hear("unreached")
    await ann.hear("unreached")
    await accepted(ann, staff)
    await ann.hear("unreached")
    assert await _asked(house) == []
