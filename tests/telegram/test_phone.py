"""Who is asking, without a link: their own phone, a one-time code, the last four digits."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from tests.chat.books import DIGITS, person
from tests.simulator import faults
from tests.telegram.desk import CODE_SECRET, Desk
from tests.telegram.gateway import FakeGateway, listening
from tests.telegram.someone import Someone, agreed

PHONE = person("ann").phone.lstrip("+")


@pytest.fixture
async def gateway() -> AsyncIterator[FakeGateway]:
    """The lender's."""
    async with listening() as running:
        yield running


@pytest.fixture
def settings(gateway: FakeGateway) -> dict[str, object]:
    """Codes go to the gateway."""
    return {"code_hook_url": gateway.url, "code_hook_secret": CODE_SECRET}


async def asked(someone: Someone) -> Someone:
    """The keyboard that shares the contact is on their screen."""
    await agreed(someone)
    await someone.press("phone.button")
    await someone.sees("phone.ask")
    return someone


async def shared(someone: Someone) -> Someone:
    """They shared their own contact, and were told that a code may come."""
    await asked(someone)
    await someone.chat.press(someone.label("phone.share"))
    await someone.sees("phone.code_sent")
    return someone


async def links(desk: Desk) -> int:
    """How many chats are linked."""
    return await desk.count("SELECT count(*) FROM chat WHERE borrower_id IS NOT NULL")


async def test_the_own_contact_the_code_and_the_digits_lead_to_the_balance(
    desk: Desk, arrives: Callable[..., Someone], gateway: FakeGateway
) -> None:
    someone = await shared(arrives(phone=PHONE))
    assert someone.chat.keyboard == []
    await someone.chat.say(await gateway.code())
    await someone.sees("link.digits")
    assert await links(desk) == 0
    await someone.chat.say(DIGITS)
    await someone.offered("task.why")
    assert await links(desk) == 1
    (sent,) = gateway.taken
    assert sent["kind"] == "code"
    assert sent["phone"] == f"+{PHONE}"
    assert sent["locale"] == "en"
    assert len(sent["code"]) == 6
    assert await desk.count("SELECT count(*) FROM code") == 0


@pytest.mark.parametrize("mode", ["webhook"])
async def test_a_gateway_that_fails_first_is_tried_again_under_the_same_id(
    arrives: Callable[..., Someone], gateway: FakeGateway
) -> None:
    gateway.answers = [503]
    someone = await shared(arrives(phone=PHONE))
    code = await gateway.code()
    first, second = gateway.posts
    assert first["Reprieve-Post"] == second["Reprieve-Post"]
    await someone.chat.say(code)
    await someone.sees("link.digits")


async def test_others_forwarded_and_ownerless_contacts_are_refused_and_the_button_explained(
    desk: Desk, arrives: Callable[..., Someone], gateway: FakeGateway
) -> None:
    other = desk.simulator.person("Other", phone=PHONE)
    someone = await asked(arrives())
    await someone.chat.share_contact(other.user)
    await someone.sees("phone.not_own")
    await someone.chat.share_contact(phone=PHONE, with_user_id=False)
    await someone.sees("phone.not_own")
    await someone.chat.share_contact(phone=PHONE, forwarded=True)
    await someone.sees("phone.not_own")
    assert [key.label for key in someone.chat.keyboard] == [someone.label("phone.share")]
    assert gateway.posts == []
    assert await desk.count("SELECT count(*) FROM code") == 0


async def test_a_contact_in_a_group_proves_nothing(
    desk: Desk, arrives: Callable[..., Someone]
) -> None:
    someone = await agreed(arrives(phone=PHONE))
    desk.simulator.world.reads_all_group_messages = True
    group = someone.person.group()
    await group.share_contact()
    await group.wait_for(someone.word("start.privately"))
    assert await desk.count("SELECT count(*) FROM code") == 0


async def test_a_phone_nobody_knows_is_worded_as_a_known_one_with_a_wrong_code(
    desk: Desk, arrives: Callable[..., Someone], gateway: FakeGateway
) -> None:
    known, unknown = await shared(arrives(phone=PHONE)), await shared(arrives())
    code = await gateway.code()
    for someone in (known, unknown):
        await someone.chat.say("000000" if code != "000000" else "111111")
        await someone.sees("link.wrong")
        await someone.chat.say("12")
        await someone.sees("link.wrong")
    assert [m.text for m in known.chat.received] == [m.text for m in unknown.chat.received]
    assert len(gateway.posts) == 1
    await unknown.chat.say(code)
    await unknown.sees("link.wrong")
    assert await links(desk) == 0


async def test_a_code_is_good_for_ten_minutes(
    desk: Desk, arrives: Callable[..., Someone], gateway: FakeGateway
) -> None:
    someone = await shared(arrives(phone=PHONE))
    code = await gateway.code()
    desk.clock.forward(minutes=10, seconds=1)
    await someone.chat.say(code)
    await someone.sees("phone.code_over")
    assert someone.chat.keyboard
    await someone.chat.press(someone.label("phone.share"))
    await someone.sees("phone.code_sent")
    await someone.chat.say(await gateway.code(2))
    await someone.sees("link.digits")


async def test_a_code_is_not_sent_twice_within_a_minute(
    arrives: Callable[..., Someone], gateway: FakeGateway
) -> None:
    someone = await shared(arrives(phone=PHONE))
    code = await gateway.code()
    await someone.chat.share_contact()
    await someone.sees("phone.code_sent")
    await someone.quiet()
    assert len(gateway.posts) == 1
    await someone.chat.say(code)
    await someone.sees("link.digits")


async def test_five_wrong_codes_lock_the_phone_and_the_borrower_for_an_hour(
    desk: Desk, arrives: Callable[..., Someone], gateway: FakeGateway
) -> None:
    someone = await shared(arrives(phone=PHONE))
    code = await gateway.code()
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(4):
        await someone.answered(wrong, "link.wrong")
    await someone.chat.say(wrong)
    locked = someone.word("link.locked", until="…").partition("…")[0]
    await someone.chat.wait_for(locked)
    await someone.chat.say(code)
    await someone.chat.wait_for(locked)
    # The same borrower by another way is locked as well: by a link, in another chat.
    other = arrives()
    await other.chat.start(await desk.link_token("ANN"))
    await other.press("start.agree")
    await other.chat.wait_for(locked)
    # And so is the same phone in another account.
    third = await asked(arrives(phone=PHONE))
    await third.chat.press(third.label("phone.share"))
    await third.chat.wait_for(locked)
    desk.clock.forward(hours=1, seconds=1)
    await someone.chat.share_contact()
    await someone.sees("phone.code_sent")
    await someone.chat.say(await gateway.code(2))
    await someone.sees("link.digits")


async def test_tries_count_together_over_all_chats_about_one_borrower(
    desk: Desk, arrives: Callable[..., Someone], gateway: FakeGateway
) -> None:
    first = await shared(arrives(phone=PHONE))
    wrong = "000000" if await gateway.code() != "000000" else "111111"
    for _ in range(3):
        await first.answered(wrong, "link.wrong")
    second = arrives()
    await second.chat.start(await desk.link_token("ANN"))
    await second.press("start.agree")
    await second.sees("link.digits")
    await second.answered("0000", "link.wrong")
    await second.chat.say("0000")
    locked = second.word("link.locked", until="…").partition("…")[0]
    await second.chat.wait_for(locked)
    await first.chat.say(wrong)
    await first.chat.wait_for(locked)


async def test_tries_count_together_over_all_borrowers_one_person_asks_about(
    desk: Desk, arrives: Callable[..., Someone]
) -> None:
    someone = await agreed(arrives())
    locked = someone.word("link.locked", until="…").partition("…")[0]
    for ref, tries in (("ANN", 3), ("AMY", 1)):
        await someone.chat.start(await desk.link_token(ref))
        await someone.sees("link.digits")
        for _ in range(tries):
            await someone.answered("0000", "link.wrong")
    await someone.chat.say("0000")
    await someone.chat.wait_for(locked)
    await someone.chat.start(await desk.link_token("SAM"))
    await someone.chat.wait_for(locked)


async def test_wrong_digits_count_like_wrong_codes(
    desk: Desk, arrives: Callable[..., Someone], gateway: FakeGateway
) -> None:
    someone = await shared(arrives(phone=PHONE))
    await someone.answered(await gateway.code(), "link.digits")
    for _ in range(4):
        await someone.answered("0000", "link.wrong")
    await someone.chat.say("0000")
    await someone.chat.wait_for(someone.word("link.locked", until="…").partition("…")[0])
    assert await links(desk) == 0


async def test_a_sticker_instead_of_the_code_keeps_waiting_for_it(
    arrives: Callable[..., Someone], gateway: FakeGateway
) -> None:
    someone = await shared(arrives(phone=PHONE))
    await someone.chat.send_sticker()
    await someone.sees("heard.sticker")
    await someone.answered(await gateway.code(), "link.digits")
    await someone.chat.send_voice()
    told = await someone.sees("heard.voice")
    assert someone.word("link.digits") in told.text
    await someone.chat.say(DIGITS)
    await someone.offered("task.why")


async def test_a_forwarded_code_proves_nothing(
    arrives: Callable[..., Someone], gateway: FakeGateway
) -> None:
    someone = await shared(arrives(phone=PHONE))
    code = await gateway.code()
    await someone.chat.forward_text(code)
    await someone.sees("link.forwarded")
    await someone.answered(code, "link.digits")


async def test_a_post_nobody_took_leaves_no_code_behind(
    desk: Desk, arrives: Callable[..., Someone], gateway: FakeGateway
) -> None:
    gateway.answers = [500] * 100
    someone = await shared(arrives(phone=PHONE))
    await gateway.refused()
    desk.clock.forward(minutes=11)
    await desk.until_none("SELECT count(*) FROM post")
    assert gateway.taken == []
    await someone.answered("123456", "phone.code_over")


async def test_the_keyboard_goes_though_telegram_is_busy(
    arrives: Callable[..., Someone],
) -> None:
    someone = await asked(arrives())
    someone.desk.simulator.fail("sendMessage", faults.retry_after(1))
    await someone.chat.press(someone.label("phone.share"))
    await someone.sees("phone.code_sent")
    assert someone.chat.keyboard == []
