"""The chat page on a phone: what a borrower sees, presses, types, and may rely on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest
from playwright.sync_api import Page, expect

from bot.channels.web.machine import Update
from bot.errors import Broken
from tests.browser.chat_server import ChatServer, chat_server
from tests.channels.web_machine import Line
from tests.channels.web_site import MadeUp, WebSite

pytestmark = pytest.mark.browser


PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


SAYS = {
    "/start": [Line("Hello.\n\nI can help.", rows=(("Go on", "Not now"), ("中文",)))],
    "/prove": [Line("Your digits?")],
    "Go on": [Line("Here it is.", rows=(("Why?", "Next step"),))],
    "Why?": [Line("<b>Because</b> of this.", alt="Chart: it grows.")],
    "Next step": [Line("Step two.", rows=(("Back",),), in_place=True)],
    "long": [Line("\n\n".join(f"Paragraph {number}." for number in range(60)))],
    "forged": [Line("<b>safe</b><img src=x onerror=alert(1)><a href='javascript:alert(1)'>x</a>")],
    "person": [Line("This is Mei.", speaker="person")],
    "rules": [Line("Yes.\n\n<blockquote expandable><b>The rules</b>\n• One.\n• Two.</blockquote>")],
}


def says(update: Update, heard: str) -> Sequence[Line]:
    return SAYS.get(update.value, SAYS.get(heard, [Line("I heard you.")]))


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server(WebSite(says, demo=MadeUp())) as running:
        yield running


@pytest.fixture
def complaints(phone: Page) -> list[str]:
    """What the browser complained about: errors of scripts, and of the security policy."""
    found: list[str] = []
    phone.on("pageerror", lambda error: found.append(str(error)))
    phone.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    return found


@pytest.fixture
def chat(phone: Page, server: ChatServer) -> Page:
    """The chat after its greeting."""
    phone.goto(f"{server.url}/chat")
    phone.get_by_role("button", name="Go on").wait_for()
    return phone


def bubbles(page: Page) -> list[str]:
    """What stands in the bubbles, without the times."""
    return page.locator("#log .text").all_inner_texts()


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Write a message").fill(text)
    page.keyboard.press("Enter")


def heard(server: ChatServer) -> list[tuple[str, str]]:
    return [(update.kind, update.value) for update in server.site.machine.heard]


def test_a_new_visitor_is_greeted_in_their_language_without_asking(
    phone_in: Callable[[str], Page], server: ChatServer
) -> None:
    page = phone_in("zh-CN")
    page.goto(f"{server.url}/chat")

    page.get_by_role("button", name="Go on").wait_for()
    assert heard(server) == [("text", "/start")]
    assert bubbles(page) == ["Hello.\nI can help."]
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    expect(page.get_by_role("textbox", name="输入消息")).to_be_visible()


def test_coming_back_shows_the_conversation_and_greets_nobody_twice(
    chat: Page, server: ChatServer, complaints: list[str]
) -> None:
    write(chat, "hello")
    chat.get_by_text("I heard you.").wait_for()
    chat.reload()
    chat.get_by_text("I heard you.").wait_for()

    assert heard(server) == [("text", "/start"), ("text", "hello")]
    assert complaints == []


def test_a_pressed_choice_becomes_what_i_said_and_the_others_step_back(chat: Page) -> None:
    chat.get_by_role("button", name="Go on").tap()
    chat.get_by_text("Here it is.").wait_for()

    assert bubbles(chat)[1:] == ["Go on", "Here it is."]
    expect(chat.locator(".past .chip.chosen")).to_have_text("Go on")
    expect(chat.locator(".message:not(.past) .chip")).to_have_text(["Why?", "Next step"])


def test_an_old_choice_can_still_be_pressed(chat: Page, server: ChatServer) -> None:
    chat.get_by_role("button", name="Go on").tap()
    chat.get_by_text("Here it is.").wait_for()
    chat.get_by_role("button", name="Not now").tap()
    chat.get_by_text("I heard you.").wait_for()

    assert heard(server)[-1] == ("button", "2.0.1")


def test_a_card_changes_in_place_without_a_stray_bubble(chat: Page) -> None:
    chat.get_by_role("button", name="Go on").tap()
    chat.get_by_role("button", name="Next step").focus()
    chat.keyboard.press("Enter")
    chat.get_by_text("Step two.").wait_for()
    live = bubbles(chat)
    focused = chat.evaluate("document.activeElement.textContent")
    chat.reload()
    chat.get_by_text("Step two.").wait_for()

    assert live == bubbles(chat) == ["Hello.\nI can help.", "Go on", "Step two."]
    assert focused == "Back"


def test_enter_sends_and_shift_enter_breaks_the_line(chat: Page, server: ChatServer) -> None:
    box = chat.get_by_role("textbox", name="Write a message")
    box.fill("<b>one</b>")
    chat.keyboard.press("Shift+Enter")
    chat.keyboard.type("two & three")
    chat.keyboard.press("Enter")
    chat.get_by_text("I heard you.").wait_for()

    assert heard(server)[-1] == ("text", "<b>one</b>\ntwo & three")
    assert bubbles(chat)[1] == "<b>one</b>\ntwo & three"
    assert box.input_value() == ""


def test_what_is_written_offline_survives_a_reload_and_is_sent_once(
    chat: Page, server: ChatServer
) -> None:
    chat.route("**/chat/api/messages", lambda route: route.abort())
    write(chat, "are you there?")
    chat.get_by_text("Not sent yet").wait_for()
    expect(chat.get_by_role("status")).to_contain_text("We cannot be reached right now")
    chat.unroute("**/chat/api/messages")
    chat.reload()
    chat.get_by_text("I heard you.").wait_for()

    assert heard(server)[1:] == [("text", "are you there?")]
    expect(chat.get_by_text("Not sent yet")).to_have_count(0)


def stop_the_clock(page: Page) -> None:
    """No timer of the page runs out any more."""
    page.clock.install(time=0)
    page.clock.pause_at(1)


def test_an_answer_lost_on_the_way_does_not_send_twice(chat: Page, server: ChatServer) -> None:
    # The server takes the message, and the phone never learns of it.
    chat.route("**/chat/api/messages", lambda route: (route.fetch(), route.abort())[1], times=1)
    stop_the_clock(chat)  # else it is sent again by itself
    write(chat, "once")
    chat.get_by_text("Not sent yet").wait_for()
    chat.get_by_role("button", name="Try now").tap()
    expect(chat.get_by_text("Not sent yet")).to_have_count(0)

    assert heard(server)[1:] == [("text", "once")]
    assert bubbles(chat)[1:] == ["once", "I heard you."]


def test_trouble_on_the_server_is_tried_again_by_itself(chat: Page, server: ChatServer) -> None:
    server.site.machine.fail_next = Broken("web.error.again")
    write(chat, "hello")
    chat.get_by_text("I heard you.").wait_for()

    assert heard(server)[1:] == [("text", "hello")]


def test_what_is_accepted_but_not_answered_yet_stays_in_sight(
    chat: Page, server: ChatServer
) -> None:
    server.site.machine.hold_next = True
    write(chat, "kept for later")
    expect(chat.locator("#typing")).to_be_visible()
    expect(chat.locator("#unsent .text")).to_have_text("kept for later")
    server.tell(Line("kept for later", speaker="me"), Line("Now I can answer."))
    chat.get_by_text("Now I can answer.").wait_for()

    assert bubbles(chat)[1:] == ["kept for later", "Now I can answer."]
    expect(chat.locator("#unsent .text")).to_have_count(0)


def test_a_decision_arrives_by_itself(chat: Page, server: ChatServer) -> None:
    server.tell(Line("Your penalty fell."))
    expect(chat.get_by_text("Your penalty fell.")).to_be_in_viewport()


def test_news_does_not_move_what_is_being_read(chat: Page, server: ChatServer) -> None:
    write(chat, "long")
    chat.get_by_text("Paragraph 59.").wait_for()
    place = chat.evaluate("document.getElementById('room').scrollTop")
    server.tell(Line("News."))
    newer = chat.get_by_role("button", name="New messages")
    newer.wait_for()

    assert chat.evaluate("document.getElementById('room').scrollTop") == place
    expect(chat.get_by_text("Paragraph 0.")).to_be_in_viewport()
    newer.tap()
    expect(chat.get_by_text("News.")).to_be_in_viewport()


def test_the_page_changes_its_language_with_the_chat(chat: Page, server: ChatServer) -> None:
    server.site.machine.chats["chat1"].locale = "zh_Hans"
    chat.get_by_role("button", name="Language").tap()
    expect(chat.get_by_role("button", name="菜单")).to_be_visible()

    assert heard(server)[-1] == ("text", "/language")
    assert chat.locator("html").get_attribute("lang") == "zh-Hans"
    assert bubbles(chat)[1] == "语言"


def test_words_that_forge_markup_stay_words(chat: Page) -> None:
    write(chat, "forged")
    chat.locator("#log b", has_text="safe").wait_for()

    assert chat.locator("#log img, #log a").count() == 0


def test_rules_are_folded_under_their_heading_until_they_are_opened(chat: Page) -> None:
    write(chat, "rules")
    heading, said = chat.locator("#log summary"), chat.locator("#log .text").last
    expect(heading).to_have_text("The rules")
    expect(said).not_to_contain_text("Two.", use_inner_text=True)
    heading.tap()
    expect(said).to_contain_text("Two.", use_inner_text=True)
    expect(heading).to_be_in_viewport()


def test_a_person_is_told_from_the_assistant(chat: Page) -> None:
    write(chat, "person")
    expect(chat.locator(".message.person .speaker")).to_have_text("A person at Meadow Finance")


UNREACHABLE_OR_UNNAMED = """
() => [...document.querySelectorAll("button, a, textarea")]
  .filter((part) => part.checkVisibility() && !part.closest(".past, .skip"))
  .map((part) => ({ part: part.outerHTML.slice(0, 80), box: part.getBoundingClientRect(),
    name: part.getAttribute("aria-label") || part.textContent.trim() }))
  .filter(({ box, name }) => box.height < 44 || box.width < 44 || !name)
"""
