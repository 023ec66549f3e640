"""The console in a real browser: the keyboard, the money a percent makes, pages that refresh."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk_server import Desk, desk_server
from tests.console.browser import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A console with cases waiting."""
    with desk_server(tmp_path) as running:
        yield running


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    """A reviewer who has signed in; what the browser complains of fails the test."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en").new_page()
    opened.set_default_timeout(15_000)
    complaints: list[str] = []
    opened.on("console", lambda said: complaints.append(said.text))
    opened.on("pageerror", lambda wrong: complaints.append(str(wrong)))
    opened.goto(f"{desk.url}/console")
    opened.fill("#login", "reviewer")
    opened.fill("#password", PASSWORD)
    opened.keyboard.press("Enter")
    opened.wait_for_url(f"{desk.url}/console")
    yield opened
    assert complaints == []


def test_a_reviewer_decides_a_case_from_the_keyboard(desk: Desk, page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(page.locator("a[data-go]:focus")).to_have_text("RP-0000-0001")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("王小明")
    page.keyboard.press("t")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("The case is yours.")
    page.keyboard.press("g")
    page.keyboard.type("60")
    expect(page.locator("#preview")).to_contain_text("¥100.93")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Granted")
    assert desk.status() == "offered"
    page.keyboard.press("n")
    expect(page.locator("h1")).to_contain_text("RP-0000-0002")


def test_slider_and_number_show_one_percent_and_its_money(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/console/cases/{desk.case_id}")
    page.locator("[data-take]").click()
    slider, number = page.locator("input[type=range]"), page.locator("#percent")
    slider.fill("80")
    expect(number).to_have_value("80")
    expect(page.locator("#preview")).to_contain_text("¥134.57")
    number.fill("65.5")
    expect(slider).to_have_value("65.5")
    number.fill("95")
    expect(page.locator("#preview")).to_contain_text("60% to 80%")


def test_a_refreshing_queue_keeps_the_row_in_hand(page: Page) -> None:
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("a[data-go]:focus")).to_have_text("RP-0000-0002")
    with page.expect_response("**/console/queue?*"):
        page.evaluate("htmx.trigger('#live', 'refresh')")
    page.wait_for_function("!document.querySelector('.htmx-request, .htmx-swapping')")
    expect(page.locator("a[data-go]:focus")).to_have_text("RP-0000-0002")


def test_evidence_is_shown_on_the_page_of_its_case(desk: Desk, page: Page) -> None:
    with page.expect_response("**/evidence/*") as answer:
        page.goto(f"{desk.url}/console/cases/{desk.case_id}")
        page.locator(".evidence img").scroll_into_view_if_needed()
    assert answer.value.status == 200


def test_an_answer_is_written_while_the_conversation_refreshes(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/console/requests/{desk.request_id}")
    page.locator("#text").fill("I am here.")
    with page.expect_response("**/talk"):
        page.evaluate(
            "htmx.ajax('GET', document.getElementById('talk').getAttribute('hx-get'), '#talk')"
        )
    expect(page.locator("#text")).to_have_value("I am here.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".from-person .said")).to_contain_text("I am here.")
