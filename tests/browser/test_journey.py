"""The main job end to end: a real demo, a borrower's phone, a reviewer's desk, a server killed.

`SCREENSHOTS=1` keeps a picture of each step in `screenshots/`; another value names the folder.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.borrower import Borrower, Pictures
from tests.browser.demo_process import DemoProcess, demo_in
from tests.browser.photo import photo
from tests.browser.reviewer import Reviewer

pytestmark = pytest.mark.browser

LANGUAGES = (("en-US", "en"), ("zh-CN", "zh_Hans"), ("zh-TW", "zh_Hant"))
FELL = {
    "en": "Your penalty fell by {amount}",
    "zh_Hans": "您的罚息减少了 {amount}",
    "zh_Hant": "您的罰息減少了 {amount}",
}
DETAILS = {
    "en": "I was in hospital for three weeks & could not work. <b>Back</b> on Monday 🙏",
    "zh_Hans": "住院三周，没有收入。<b>下周一</b>复工 🙏",
    "zh_Hant": "住院三個禮拜，沒有收入。<b>下週一</b>復工 🙏",
}


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[DemoProcess]:
    """A demo of this test's own, killed at the end."""
    process = demo_in(tmp_path / "demo")
    process.start()
    yield process
    process.kill()


@pytest.fixture
def somebody(demo: DemoProcess, phone_in: Callable[[str], Page]) -> Callable[[str, str], Borrower]:
    """A borrower whose phone is in the language given (`zh-CN`, `zh_Hans`)."""

    def arrives(language: str, locale: str) -> Borrower:
        return Borrower(phone_in(language), demo.url, locale, Pictures(_folder(), locale))

    return arrives


def _folder() -> Path | None:
    wanted = os.environ.get("SCREENSHOTS", "")
    if wanted in {"", "0"}:
        return None
    return Path("screenshots" if wanted == "1" else wanted)


@pytest.mark.parametrize(("language", "locale"), LANGUAGES)
def test_a_penalty_falls_though_the_server_dies_twice(
    language: str,
    locale: str,
    somebody: Callable[[str, str], Borrower],
    demo: DemoProcess,
    browser: Browser,
) -> None:
    borrower = somebody(language, locale)
    greeted(borrower)
    linked(borrower, "MF-0002")
    informed(borrower)
    half_filled(borrower)
    demo.restart()
    reference = filed(borrower)
    reviewer = Reviewer(browser, demo, locale, Pictures(_folder(), f"console-{locale}"))
    reviewer.opens(reference)
    reviewer.takes()
    reviewer.reads(DETAILS[locale])
    # Nobody can be told before the server dies: the phone is out of reach.
    borrower.page.context.set_offline(True)
    relief = reviewer.grants()
    demo.restart()
    expect(borrower.choice("status.accept")).to_have_count(0)
    borrower.page.context.set_offline(False)
    accepted(borrower, reference, relief)
    rated(borrower, relief)


def test_a_small_relief_is_offered_at_once(somebody: Callable[[str, str], Borrower]) -> None:
    borrower = somebody("en-US", "en")
    borrower.pictures.name = "automatic"
    linked(borrower, "MF-0004", is_new=True)
    borrower.press("task.relief")
    borrower.sees("verdict.decision.automatic")
    borrower.press("relief.apply")
    borrower.press("reason.other")
    borrower.press("form.skip")
    borrower.press("relief.day.unknown")
    borrower.press("relief.submit")
    expect(borrower.choice("status.accept")).to_be_visible()
    borrower.reads("RP-")
    borrower.picture("offered")
    borrower.press("status.accept")
    borrower.sees("status.accepted.then")


def test_a_loan_outside_the_programme_reaches_a_person_who_answers(
    somebody: Callable[[str, str], Borrower], demo: DemoProcess, browser: Browser
) -> None:
    borrower = somebody("zh-CN", "zh_Hans")
    borrower.pictures.name = "outside"
    linked(borrower, "MF-0007", is_new=True)
    borrower.press("task.relief")
    borrower.sees("relief.ask_anyway")
    borrower.picture("not-eligible")
    borrower.press("relief.apply_anyway")
    borrower.press("reason.other")
    borrower.press("form.skip")
    borrower.press("relief.day.unknown")
    borrower.press("relief.submit")
    reference = reference_in(borrower)
    reviewer = Reviewer(browser, demo, "zh_Hans", Pictures(_folder(), "outside-console"))
    reviewer.opens(reference)
    reviewer.takes()
    reviewer.rejects("case.reason.recent_relief")
    borrower.sees("rejected.why", reason=borrower.word("case.reason.recent_relief"))
    borrower.picture("rejected")
    borrower.press("task.person")
    borrower.sees("person.ask")
    borrower.write("我想和真人谈谈 <i>谢谢</i>")
    borrower.sees("person.waiting")
    reviewer.answers("我想和真人谈谈 <i>谢谢</i>", "您好，我是小周，明天给您打电话。")
    answer = borrower.reads("我是小周")
    expect(answer.locator("xpath=ancestor::article")).to_have_class(re.compile("person"))
    borrower.picture("answered")


def greeted(borrower: Borrower) -> None:
    """The greeting in the browser's language, and consent."""
    borrower.page.goto(f"{borrower.url}/chat")
    borrower.sees("start.can_do")
    borrower.picture("greeting")
    borrower.press("start.agree")
    borrower.sees("link.how")


def linked(borrower: Borrower, ref: str, *, is_new: bool = False) -> None:
    """The one-time link that the demo's page hands out, pressed, then the digits.

    `is_new`: they have not met the chat before, so that it asks for consent in between.
    """
    borrower.page.goto(f"{borrower.url}/demo")
    card = borrower.page.locator("li.card").filter(has=borrower.page.locator(f'[action$="{ref}"]'))
    digits = card.locator(".digits").inner_text()[-4:]
    borrower.picture("demo")
    card.get_by_role("button").tap()
    borrower.picture("link")
    borrower.page.get_by_role("button", name=borrower.label("web.link.open")).tap()
    if is_new:
        borrower.press("start.agree")
    borrower.sees("link.digits")
    borrower.picture("digits")
    borrower.write(digits)


def informed(borrower: Borrower) -> None:
    """What is owed, why, and what if."""
    expect(borrower.choice("task.why")).to_be_visible()
    borrower.picture("balance")
    borrower.press("task.why")
    borrower.sees("why.lines.head")
    picture = borrower.page.locator("#log .picture img").last
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("image => image.naturalWidth") > 0
    borrower.picture("why")
    borrower.press("task.what_if")
    borrower.sees("what_if.nothing_paid")
    borrower.picture("what-if")


def half_filled(borrower: Borrower) -> None:
    """The verdict, then the form as far as its evidence."""
    borrower.press("task.relief")
    borrower.sees("relief.free")
    borrower.picture("relief")
    borrower.press("relief.apply")
    borrower.sees("relief.reason.ask")
    borrower.picture("reason")
    borrower.press("reason.illness")
    borrower.picture("details")
    borrower.write(DETAILS[borrower.locale])
    borrower.sees("relief.files.ask", count=5)
    borrower.picture("evidence")
    borrower.page.locator("#file").set_input_files(
        FilePayload(name="note.png", mimeType="image/png", buffer=photo())
    )
    expect(borrower.choice("form.files.done")).to_be_visible()
    borrower.picture("evidence-sent")


def filed(borrower: Borrower) -> str:
    """The rest of the form, an early answer changed, sent; the reference."""
    borrower.press("form.files.done")
    borrower.sees("relief.day.ask")
    borrower.picture("day")
    borrower.press("relief.day.unknown")
    borrower.sees("relief.review.check")
    borrower.picture("review")
    borrower.press("form.change", what=borrower.label("relief.reason.label"))
    borrower.press("reason.family_care")
    review = borrower.sees("relief.review.check")
    for kept in ("reason.family_care", "relief.day.unknown"):
        expect(review).to_contain_text(borrower.word(kept))
    expect(review).to_contain_text(DETAILS[borrower.locale])
    expect(review).to_contain_text(borrower.word("form.files.count", count=1))
    borrower.picture("review-changed")
    borrower.press("relief.submit")
    return reference_in(borrower)


def reference_in(borrower: Borrower) -> str:
    """The reference number the chat gives after filing."""
    told = borrower.reads("RP-").inner_text()
    borrower.picture("filed")
    reference = re.search(r"RP-\w{4}-\w{4}", told)
    assert reference is not None
    return reference[0]


def accepted(borrower: Borrower, reference: str, relief: str) -> None:
    """The decision came by itself, after the crash; the offer is accepted."""
    expect(borrower.choice("status.accept")).to_be_visible()
    offer = borrower.reads(reference)
    expect(offer).to_contain_text(relief)
    borrower.picture("offer")
    borrower.press("status.accept")
    borrower.sees("status.accepted.then")
    borrower.picture("accepted")


def rated(borrower: Borrower, relief: str) -> None:
    """The lender's next books show the payment; the chat says what it did by itself; five stars."""
    books = borrower.page.context.new_page()
    books.goto(f"{borrower.url}/demo")
    borrower.pictures.take(books, "demo-linked")
    books.get_by_role("button", name=borrower.label("web.demo.pay")).tap()
    books.wait_for_url("**/chat")
    books.close()
    borrower.reads(FELL[borrower.locale].format(amount=relief))
    borrower.picture("fell")
    borrower.press("rate.star", count=5)
    borrower.sees("rate.thanks")
    borrower.picture("thanks")
