"""The chat page's pictures, files, hidden messages, tabs, link page and smallest phone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from bot.channels.web.machine import Update
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


UNREACHABLE_OR_UNNAMED = """
() => [...document.querySelectorAll("button, a, textarea")]
  .filter((part) => part.checkVisibility() && !part.closest(".past, .skip"))
  .map((part) => ({ part: part.outerHTML.slice(0, 80), box: part.getBoundingClientRect(),
    name: part.getAttribute("aria-label") || part.textContent.trim() }))
  .filter(({ box, name }) => box.height < 44 || box.width < 44 || !name)
"""


def test_a_photo_is_shown_before_it_is_sent_and_afterwards(
    chat: Page, server: ChatServer, complaints: list[str]
) -> None:
    photo: FilePayload = {"name": "note.png", "mimeType": "image/png", "buffer": PNG}
    chat.locator("#file").set_input_files([photo])
    chat.get_by_text("I heard you.").wait_for()

    [(name, kind, _)] = server.site.machine.chats["chat1"].uploads.values()
    assert (name, kind, heard(server)[-1]) == ("note.png", "png", ("upload", "upload1"))
    expect(chat.locator("#log .me .picture img")).to_have_attribute("alt", "note.png")
    assert complaints == []


def test_a_file_that_cannot_be_read_is_not_even_sent(chat: Page, server: ChatServer) -> None:
    packed: FilePayload = {"name": "a.zip", "mimeType": "application/zip", "buffer": b"PK\3\4"}
    chat.locator("#file").set_input_files([packed])
    chat.get_by_text("This kind of file cannot be read here.").wait_for()
    chat.get_by_role("button", name="Remove").tap()

    expect(chat.get_by_text("a.zip")).to_have_count(0)
    assert server.site.machine.chats["chat1"].uploads == {}


def test_on_a_phone_the_clip_offers_camera_and_files(chat: Page) -> None:
    clip = chat.get_by_role("button", name="Add a photo or a file")
    clip.tap()
    expect(chat.get_by_role("button", name="Take a photo")).to_be_visible()
    chat.keyboard.press("Escape")

    expect(chat.get_by_role("button", name="Take a photo")).to_be_hidden()
    assert clip.evaluate("clip => clip === document.activeElement")


def test_a_picture_can_be_enlarged_and_put_away_by_keyboard(chat: Page) -> None:
    chat.get_by_role("button", name="Go on").tap()
    chat.get_by_role("button", name="Why?").tap()
    picture = chat.get_by_role("button", name="Chart: it grows.")
    picture.press("Enter")
    expect(chat.get_by_role("dialog").get_by_role("img", name="Chart: it grows.")).to_be_visible()
    chat.keyboard.press("Escape")

    expect(chat.get_by_role("dialog")).to_have_count(0)
    assert picture.evaluate("picture => picture === document.activeElement")


def test_hidden_messages_stay_away_until_somebody_goes_on(chat: Page, server: ChatServer) -> None:
    server.site.machine.chats["chat1"].hidden_until = 2
    chat.reload()
    chat.get_by_text("earlier messages stay hidden").wait_for()

    assert chat.get_by_text("I can help.").count() == 0
    chat.get_by_role("button", name="Go on").tap()
    chat.get_by_text("Your digits?").wait_for()
    assert heard(server) == [("text", "/start"), ("text", "/prove")]
    server.site.machine.chats["chat1"].hidden_until = 0
    write(chat, "1234")
    expect(chat.get_by_text("I can help.")).to_be_visible()
    expect(chat.get_by_text("earlier messages stay hidden")).to_have_count(0)


def test_starting_over_in_another_tab_starts_over_here(chat: Page, server: ChatServer) -> None:
    write(chat, "mine alone")
    chat.get_by_text("I heard you.").wait_for()
    chat.context.request.post(f"{server.url}/demo/fresh")
    write(chat, "hello again")

    expect(chat.locator("#log .text")).to_have_text(["hello again", "I heard you."])
    assert len(server.site.machine.chats) == 2


def test_a_link_is_opened_by_a_press_and_leads_to_the_chat(
    phone: Page, server: ChatServer, complaints: list[str]
) -> None:
    phone.goto(f"{server.url}/demo")
    phone.get_by_role("button", name="Be this borrower").first.tap()
    phone.get_by_role("button", name="Open my chat").tap()
    phone.get_by_text("I heard you.").wait_for()

    assert phone.url == f"{server.url}/chat"
    assert heard(server) == [("link", "token-for-B1-0123456789")]
    assert complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_the_smallest_phone_everything_fits_and_can_be_reached(
    browser: Browser, server: ChatServer, scheme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(
        viewport={"width": 320, "height": 568}, is_mobile=True, has_touch=True, color_scheme=scheme
    )
    page = context.new_page()
    page.goto(f"{server.url}/chat")
    page.get_by_role("button", name="Go on").wait_for()
    write(page, "word" * 60)
    page.get_by_text("I heard you.").wait_for()

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(UNREACHABLE_OR_UNNAMED) == []
    log = page.get_by_role("log", name="Conversation")
    assert (log.get_attribute("aria-live"), log.get_attribute("aria-busy")) == ("polite", "false")
