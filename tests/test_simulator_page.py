"""The page on which a person tries the bot by hand."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.simulator import Simulator
from tests.simulator.calls import Json
from tests.simulator.page import Page, cast
from tests.simulator.pictures import grey_png
from tests.simulator.raw import RawApi


class Visitor:
    """A browser without a screen."""

    def __init__(self, simulator: Simulator, page: Page, session: aiohttp.ClientSession) -> None:
        self.simulator = simulator
        self.page = page
        self.session = session
        self.address = f"http://127.0.0.1:{simulator.port}"
        self.bot = RawApi(simulator.base_url + simulator.token, session)
        self.person = 0

    async def get(self, path: str) -> bytes:
        async with self.session.get(f"{self.address}/{path}") as answer:
            assert answer.status == 200
            return await answer.read()

    async def look(self, after: int = -1) -> Json:
        url = f"{self.address}/chats/{self.person}?after={after}"
        async with self.session.get(url) as answer:
            state: Json = await answer.json()
            return state

    async def act(self, **fields: object) -> int:
        form = aiohttp.FormData({name: str(value) for name, value in fields.items()})
        return await self.post(form)

    async def post(self, form: aiohttp.FormData) -> int:
        url = f"{self.address}/chats/{self.person}"
        async with self.session.post(url, data=form) as answer:
            return answer.status


@pytest.fixture
async def visitor() -> AsyncIterator[Visitor]:
    simulator = Simulator()
    page = Page(simulator, cast(simulator))
    simulator.serve_also(page.routes)
    await simulator.start()
    async with aiohttp.ClientSession() as session:
        visiting = Visitor(simulator, page, session)
        async with session.get(f"{visiting.address}/people") as answer:
            people = await answer.json()
        visiting.person = people["people"][0]["id"]
        yield visiting
    await simulator.stop()


async def test_the_page_is_served_and_names_its_people(visitor: Visitor) -> None:
    assert b"Telegram, simulated" in await visitor.get("")
    assert b"fetch(" in await visitor.get("page.js")
    told = json.loads(await visitor.get("people"))
    assert told["bot"] == "Reprieve"
    assert [one["name"] for one in told["people"]] == ["Ana", "小明", "小華"]


async def test_what_is_said_reaches_the_bot_and_its_answer_is_shown_escaped(
    visitor: Visitor,
) -> None:
    await visitor.act(say="/start")
    (update,) = await visitor.bot.updates()
    chat_id = update["message"]["chat"]["id"]
    button = {"text": "Go", "callback_data": "go", "style": "success"}
    await visitor.bot(
        "sendMessage",
        chat_id=chat_id,
        text="<b>due</b> &lt;script&gt;",
        parse_mode="HTML",
        reply_markup={"inline_keyboard": [[button]]},
    )
    state = await visitor.look()
    told = state["messages"][-1]
    assert told["html"] == "<b>due</b> &lt;script&gt;"
    assert told["rows"][0][0]["style"] == "success"
    await visitor.act(tap="go", message=told["id"])
    *_, tapped = await visitor.bot.updates()
    query = tapped["callback_query"]
    assert query["data"] == "go"
    await visitor.bot("answerCallbackQuery", callback_query_id=query["id"], text="noted")
    assert (await visitor.look(after=state["seen"]))["toast"] == "noted"


async def test_keys_share_the_contact_and_files_are_sent(visitor: Visitor) -> None:
    await visitor.act(say="/start")
    keyboard = {"keyboard": [[{"text": "My number", "request_contact": True}]]}
    await visitor.bot("sendMessage", chat_id=visitor.person, text="who?", reply_markup=keyboard)
    assert (await visitor.look())["keyboard"] == [[{"label": "My number", "contact": True}]]
    await visitor.act(say="My number")
    form = aiohttp.FormData()
    form.add_field("file", grey_png(9, 9), filename="a.png", content_type="image/png")
    await visitor.post(form)
    _, contact, photo = await visitor.bot.updates()
    assert contact["message"]["contact"]["user_id"] == visitor.person
    assert "photo" in photo["message"]
    shown = (await visitor.look())["messages"][-1]
    assert await visitor.get(f"pictures/{shown['photo']}") == grey_png(9, 9)


async def test_what_no_client_would_send_is_refused(visitor: Visitor) -> None:
    assert await visitor.act(say="a" * 4097) == 400


async def test_typing_shows_until_the_bot_says_something(visitor: Visitor) -> None:
    await visitor.act(say="/start")
    assert not (await visitor.look())["typing"]
    await visitor.bot("sendChatAction", chat_id=visitor.person, action="typing")
    assert (await visitor.look())["typing"]
    await visitor.bot("sendMessage", chat_id=visitor.person, text="here")
    assert not (await visitor.look())["typing"]


async def test_a_text_message_arrives_on_the_phone_it_was_sent_to(visitor: Visitor) -> None:
    before = (await visitor.look())["seen"]
    phone = visitor.simulator.world.people[visitor.person].phone
    visitor.page.text_message("+44", "Lender", "not here")
    visitor.page.text_message(f"+{phone}", "Lender", "481516")
    state = await visitor.look(after=before)
    assert state["sms"] == [{"from": "Lender", "words": "481516"}]
