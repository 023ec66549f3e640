"""A reviewer at a desk: signs in, finds a case in the queue, decides it.

They must not know addresses behind the console's first page: they follow its links and buttons.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Browser, Locator, Page, expect

from bot.resources import resource_root
from bot.texts import Texts
from bot.turn import text
from tests.browser.borrower import Pictures
from tests.browser.conftest import PATIENCE
from tests.browser.demo_process import DemoProcess

_TEXTS = Texts(resource_root())


@dataclass(slots=True)
class Reviewer:
    """Somebody of the lender's, in a browser of their own."""

    browser: Browser
    demo: DemoProcess
    locale: str
    pictures: Pictures
    page: Page = field(init=False)

    def __post_init__(self) -> None:
        language = self.locale.replace("_", "-")
        context = self.browser.new_context(viewport={"width": 1280, "height": 900}, locale=language)
        context.set_default_timeout(PATIENCE)
        self.page = context.new_page()

    def word(self, key: str) -> str:
        """What stands at a key, plain."""
        return _TEXTS.plain(text(key), self.locale)

    def opens(self, reference: str) -> None:
        """Sign in, find the case in the queue, open it."""
        self.page.goto(f"{self.demo.url}/console/login?lang={self.locale}")
        self._picture("login")
        self.page.locator("#login").fill("reviewer")
        self.page.locator("#password").fill(self.demo.password)
        self._press("console.login.submit")
        self._speaks()
        self._picture("queue")
        self.page.get_by_role("link", name=reference).click()
        expect(self.page.locator("h1")).to_contain_text(reference)

    def takes(self) -> None:
        """Say that somebody is on it."""
        self._press("console.decide.take")
        expect(self._button("console.grant.submit")).to_be_visible()

    def reads(self, words: str) -> None:
        """The case shows what a decision needs, with the borrower's own words."""
        for part in ("facts", "told", "verdict", "statement", "chat"):
            expect(self.page.locator(f"section[aria-labelledby={part}]")).to_be_visible()
        expect(self.page.locator("section[aria-labelledby=told]")).to_contain_text(words)
        picture = self.page.locator(".evidence img").first
        expect(picture).to_be_visible()
        self._picture("case")

    def grants(self) -> str:
        """Grant what the policy gives; the money of it, as the console shows it."""
        relief = self.page.locator("#preview strong").inner_text()
        self._press("console.grant.submit")
        expect(self.page.get_by_role("status")).to_be_visible()
        expect(self.page.locator(".note.warn")).to_have_count(0)
        self._picture("granted")
        return relief

    def rejects(self, reason: str) -> None:
        """Reject for a reason of the list."""
        self.page.locator("details.reject summary").click()
        self.page.get_by_label(self.word(reason)).check()
        self._picture("rejecting")
        self._press("console.reject.submit")
        expect(self.page.get_by_role("status")).to_be_visible()

    def answers(self, asked: str, words: str) -> None:
        """Find what somebody wrote among the requests, and answer it."""
        self.page.goto(f"{self.demo.url}/console")
        self.page.get_by_role("link", name=self.word("console.nav.requests"), exact=True).click()
        request = self.page.locator("tr[data-row]").filter(has_text=asked)
        request.get_by_role("link").click()
        self.page.locator("#text").fill(words)
        self._picture("answering")
        self._press("console.answer.submit")
        expect(self.page.get_by_role("status")).to_be_visible()

    def _speaks(self) -> None:
        """The console in this reviewer's language."""
        self.page.locator(f".languages button[value={self.locale}]").click()
        expect(self.page.locator("html")).to_have_attribute("lang", self.locale.replace("_", "-"))

    def _button(self, key: str) -> Locator:
        return self.page.get_by_role("button", name=self.word(key), exact=True)

    def _press(self, key: str) -> None:
        self._button(key).click()

    def _picture(self, step: str) -> None:
        self.pictures.take(self.page, step)
