"""The demo has no gateway: the codes stand on its page, as the lender's gateway would send them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.demo import DemoPages
from tests.chat.books import DIGITS, person
from tests.telegram.desk import Desk
from tests.telegram.someone import Someone, agreed


@pytest.fixture
def settings() -> dict[str, object]:
    """The demo."""
    return {"demo": True}


async def test_the_demo_shows_the_latest_codes_until_they_are_over(
    desk: Desk, arrives: Callable[..., Someone]
) -> None:
    pages = DemoPages(desk.assistant.parts, desk.folder / "tape", "a password")
    assert await pages.codes() == []
    someone = await agreed(arrives(phone=person("ann").phone.lstrip("+")))
    await someone.press("phone.button")
    await someone.sees("phone.ask")
    await someone.chat.press(someone.label("phone.share"))
    await someone.sees("phone.code_sent")
    (sent,) = await pages.codes()
    assert sent.phone == person("ann").phone
    await someone.answered(sent.code, "link.digits")
    await someone.chat.say(DIGITS)
    await someone.offered("task.why")
    desk.clock.forward(minutes=10)
    assert await pages.codes() == []
    assert await desk.count("SELECT count(*) FROM post") == 0
