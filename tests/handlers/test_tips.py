"""Ten tips on money."""

from __future__ import annotations

from handlers.tips import TIPS
from tests.chat.person import Chat


async def test_ten_titles_each_open_a_tip_in_place(stranger: Chat) -> None:
    await stranger.say("/tips")
    assert len(await stranger.labels(await stranger.card())) == len(TIPS) == 10
    before = len(await stranger.messages())
    await stranger.press("tips.agents.title")
    assert stranger.told("tips.agents.body")
    after = await stranger.messages()
    assert len(after) == before + 1  # the press itself; the card was edited


async def test_next_walks_through_all_ten_and_round(stranger: Chat) -> None:
    await stranger.walk("/tips", f">tips.{TIPS[0]}.title")
    for tip in (*TIPS[1:], TIPS[0]):
        await stranger.press("tips.next")
        assert stranger.told(f"tips.{tip}.body")


async def test_back_to_the_list_in_place(stranger: Chat) -> None:
    await stranger.walk("/tips", ">tips.family.title")
    count = len(await stranger.messages())
    await stranger.press("tips.all")
    assert stranger.told("tips.head")
    assert len(await stranger.messages()) == count + 1


async def test_tips_are_asked_for_in_words(stranger: Chat) -> None:
    await stranger.say("give me some money tips")
    assert stranger.told("tips.head")
