"""A browser for the tests in this folder, and pages as wide as a phone.

It must not know any page of the product.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.finding import browser_required, find_browser

PATIENCE = 45_000  # milliseconds for one answer, on a machine that is busy with other things
expect.set_options(timeout=PATIENCE)
FLAGS = [
    "--no-sandbox",  # In a container Chromium runs as root, where its sandbox cannot.
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A headless Chromium for the tests of this folder that a process does one after another.

    It ends with them, since Playwright's loop would stand in the way of asynchronous tests.
    """
    program = find_browser()
    if program is None:
        _missing()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, headless=True, args=FLAGS)
        yield chromium
        chromium.close()


def _missing() -> None:
    if browser_required():
        pytest.fail("no browser found, and REPRIEVE_REQUIRE_BROWSER is set")
    pytest.skip("no browser found")


@pytest.fixture
def phone_in(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Opens a page as wide as a phone whose owner reads the language given (`zh-CN`).

    Each is a phone of its own: no page sees what another one keeps.
    """
    contexts: list[BrowserContext] = []

    def opened(locale: str) -> Page:
        context = browser.new_context(
            viewport={"width": 390, "height": 844},
            device_scale_factor=2,
            is_mobile=True,
            has_touch=True,
            locale=locale,
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def phone(phone_in: Callable[[str], Page]) -> Page:
    """A page as wide as a phone, in English."""
    return phone_in("en-US")
