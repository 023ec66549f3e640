"""A borrower with a phone: reads and presses what stands in the chat, in one language.

It must not know addresses of the API: it uses the page as a person does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from bot.resources import resource_root
from bot.texts import Texts
from bot.turn import text

_TEXTS = Texts(resource_root())


@dataclass(slots=True)
class Pictures:
    """Keeps a picture of the page at each step, when a folder is given."""

    folder: Path | None
    name: str
    taken: int = field(default=0)

    def take(self, page: Page, step: str) -> None:
        """`<name>-<number>-<step>.png`: what can be seen now, and nothing without a folder."""
        if self.folder is None:
            return
        self.taken += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(300)  # A bubble that is still fading in photographs badly.
        page.screenshot(path=self.folder / f"{self.name}-{self.taken:02}-{step}.png")


@dataclass(slots=True)
class Borrower:
    """Somebody at `page`, who reads `locale`."""

    page: Page
    url: str
    locale: str
    pictures: Pictures

    def word(self, key: str, count: int | None = None, **slots: object) -> str:
        """What stands at a key, plain."""
        return _TEXTS.plain(text(key, count, **slots), self.locale)

    def label(self, key: str, count: int | None = None, **slots: object) -> str:
        """The words of a button."""
        return _TEXTS.label(text(key, count, **slots), self.locale)

    def choice(self, key: str, count: int | None = None, **slots: object) -> Locator:
        """A button of the cards that are still asking."""
        open_cards = self.page.locator("#log .message:not(.past)")
        return open_cards.get_by_role("button", name=self.label(key, count, **slots), exact=True)

    def press(self, key: str, count: int | None = None, **slots: object) -> None:
        """Tap a button and see it taken: its card steps back, or another takes its place."""
        button = self.choice(key, count, **slots).last
        button.wait_for()
        pressed = button.element_handle()
        button.tap()
        taken = "button => !button.isConnected || button.closest('.past') !== null"
        self.page.wait_for_function(taken, arg=pressed)
        # Bringing a button into view scrolls the conversation, and nothing else.
        expect(self.page.locator("header")).to_be_in_viewport(ratio=1)

    def write(self, words: str) -> None:
        """Type and send."""
        self.page.locator("#write").fill(words)
        self.page.keyboard.press("Enter")

    def sees(self, key: str, count: int | None = None, **slots: object) -> Locator:
        """The newest bubble that holds the words of `key`, once it is there."""
        return self.reads(self.word(key, count, **slots))

    def reads(self, words: str) -> Locator:
        """The newest bubble that holds these words, once it is there."""
        bubble = self.page.locator("#log .text").filter(has_text=words).last
        expect(bubble).to_be_visible()
        return bubble

    def picture(self, step: str) -> None:
        """Keep what can be seen now, for whoever looks at it."""
        self.pictures.take(self.page, step)
