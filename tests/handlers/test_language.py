"""The language of a chat."""

from __future__ import annotations

from tests.chat.person import Chat, linked, press_link


async def test_every_language_is_offered_by_its_own_name(ann: Chat) -> None:
    await ann.say("/language")
    assert await ann.labels(await ann.card()) == ["English", "简体中文", "繁體中文"]


async def test_from_then_on_the_chat_speaks_it(ann: Chat) -> None:
    said = await ann.walk("/language", ">简体中文")
    assert "¥" not in said
    said = await ann.say("/balance")
    assert "逾期" in said
    await ann.walk("/language", ">繁體中文")
    assert "罰息" in await ann.say("/balance")
    await ann.walk("/language", ">English")
    assert "overdue" in await ann.say("/balance")


async def test_in_a_form_the_question_is_put_again_in_the_new_language(ann: Chat) -> None:
    await ann.walk("/relief", ">relief.apply", "/language")
    said = await ann.press("简体中文")
    assert {"language.done", "relief.reason.ask"} <= ann.keys
    assert "原因" in said or "什么" in said


async def test_a_change_in_the_middle_of_the_digits_keeps_the_question(stranger: Chat) -> None:
    await press_link(stranger, "ANN")
    await stranger.press("start.agree")
    await stranger.walk("/language", ">简体中文", "123X")
    assert stranger.told("link.done")


async def test_the_other_chat_of_the_same_person_keeps_its_own(ann: Chat) -> None:
    other = await linked(ann.house, "ann")
    await ann.walk("/language", ">简体中文")
    assert "overdue" in await other.say("/balance")
