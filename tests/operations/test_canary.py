"""No log line holds who somebody is, what they wrote, or a secret, whatever goes wrong."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
import structlog

from bot import logs
from bot.logs import Form
from bot.turn import Outcome, Turn
from tests.chat.books import DIGITS, LENDER
from tests.chat.house import SECRET, understanding
from tests.simulator import Simulator, faults
from tests.telegram.desk import CODE_SECRET, WEBHOOK_SECRET, Desk
from tests.telegram.someone import Someone, linked

STORY = "kanarie words: my wife is ill"
BUG = "kanarie of a bug: Ann Test +447700900123"


@pytest.fixture(params=["human", "json"])
def form(request: pytest.FixtureRequest) -> Form:
    """Both ways a line is written."""
    return "json" if request.param == "json" else "human"


@pytest.fixture
def written(form: Form) -> Iterator[io.StringIO]:
    """All that is logged, ours and the libraries', at DEBUG; put back as it was at the end."""
    root, lines = logging.getLogger(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    logs.set_up(form, logging.DEBUG, lines)
    # As an operator who turns everything on would have it, with whole messages and tracebacks.
    blunt = logging.StreamHandler(lines)
    blunt.setFormatter(logging.Formatter("%(name)s %(message)s"))
    blunt.addFilter(lambda record: record.levelno < logging.WARNING)
    root.addHandler(blunt)
    root.setLevel(logging.DEBUG)
    yield lines
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
async def desk(
    folder: Path, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Desk]:
    """The whole assistant by webhook over the simulator, its lines in `written`."""
    del written
    monkeypatch.setattr("bot.app.assistant.Understanding", lambda _texts: understanding())
    async with Simulator() as simulator:
        running = Desk(simulator, folder, "webhook")
        await running.start()
        try:
            yield running
        finally:
            await running.stop()


def canaries(desk: Desk, someone: Someone) -> dict[str, str]:
    """What must appear nowhere."""
    borrower = next(each for each, _ in LENDER if each.ref == "ANN")
    token = desk.simulator.token
    return {
        "name": borrower.name,
        "first name": "Canaria",
        "phone": borrower.phone.removeprefix("+"),
        "reference": "ANN",
        "loan": "ANN-1",
        "digits": DIGITS,
        "text": "kanarie",
        "token": token.partition(":")[2],
        "account": str(someone.person.id),
        "master secret": SECRET.decode(),
        "webhook secret": WEBHOOK_SECRET,
        "code secret": CODE_SECRET,
    }


def leaks(lines: str, wanted: dict[str, str]) -> dict[str, str]:
    """Each canary that is in the lines, with the line."""
    return {
        name: line
        for name, canary in wanted.items()
        for line in lines.splitlines()
        if re.search(rf"(?<![A-Za-z0-9]){re.escape(canary)}", line)
    }


async def _journey(desk: Desk) -> Someone:
    """Linked, told, a form filled with a story, wrong digits, contacts, files."""
    person = desk.simulator.person(first_name="Canaria", language_code="en")
    someone = await linked(Someone(desk, person), "ANN")
    await someone.chat.say(STORY)
    await someone.chat.say("/relief")
    await someone.press("relief.apply")
    await someone.press("reason.other")
    await someone.chat.say(STORY)
    await someone.chat.share_contact()
    await someone.chat.send_photo(b"\x89PNG\r\n\x1a\n kanarie", "kanarie caption")
    await someone.quiet()
    return someone


async def _trouble(desk: Desk, someone: Someone) -> None:
    """Everything that makes something log."""
    simulator = desk.simulator
    for fault in (
        faults.retry_after(1),
        faults.server_error(502, html=True),
        faults.connection_reset(),
        faults.answer_lost(),
        faults.refused(400, "Bad Request: kanarie can't parse entities"),
        faults.garbled(),
    ):
        simulator.fail("sendMessage", fault, times=1)
        await someone.chat.say("/balance")
        await someone.quiet()
    simulator.push({"update_id": 7_000_001, "message": {"text": STORY}})
    simulator.push({"update_id": 7_000_002, "unheard_of": {"text": STORY}})
    await someone.quiet()
    await _bugs(desk, someone)
    await _strangers(desk)
    logging.getLogger("asyncio").error("Task failed: %s", BUG, exc_info=ValueError(BUG))
    logging.getLogger("uvicorn.error").warning(BUG)
    await someone.chat.block()
    await someone.quiet()


async def _bugs(desk: Desk, someone: Someone) -> None:
    """A task with a bug whose words are a person's."""
    menu = desk.assistant.serve.machine.menu
    task = menu["balance"]

    def broken(turn: Turn) -> Outcome:
        raise ValueError(BUG, turn.borrower)

    assert isinstance(menu, dict)
    menu["balance"] = replace(task, handle=broken)
    await someone.chat.say("/balance")
    await someone.quiet()
    for _ in range(4):
        await desk.tick()
    menu["balance"] = task


async def _strangers(desk: Desk) -> None:
    """Posts to the webhook that are not Telegram's."""
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {"X-Telegram-Bot-Api-Secret-Token": "kanarie"}):
            url = f"{desk.settings.url}/telegram/webhook"
            async with session.post(url, data=STORY, headers=headers) as answer:
                assert answer.status == 403
        async with session.get(f"{desk.settings.url}/link/kanarie") as page:
            await page.read()


async def test_no_line_holds_a_person_their_words_or_a_secret(
    desk: Desk, written: io.StringIO
) -> None:
    someone = await _journey(desk)
    await _trouble(desk, someone)
    assert leaks(written.getvalue(), canaries(desk, someone)) == {}
    told = written.getvalue()
    for event in ("turn", "turn.failed", "update.quarantined", "library"):
        assert event in told, told


async def test_every_turn_leaves_one_line_with_what_is_needed_to_find_it(
    desk: Desk, written: io.StringIO, form: Form
) -> None:
    someone = await linked(Someone(desk, desk.simulator.person(language_code="en")), "ANN")
    written.truncate(0)
    written.seek(0)
    await someone.chat.say("/balance")
    await someone.quiet()
    lines = [line for line in written.getvalue().splitlines() if "answered" in line]
    assert len(lines) == 1
    if form == "json":
        told = json.loads(lines[0])
        assert set(told) == {
            "timestamp", "level", "event", "turn", "channel", "kind", "task", "outcome", "ms",
        }  # fmt: skip
        assert (told["channel"], told["task"]) == ("telegram", "balance")
        found = await desk.count("SELECT count(*) FROM message WHERE turn_id = :t", t=told["turn"])
        assert found >= 1


async def test_an_error_names_its_place_in_our_code_and_not_its_words(
    desk: Desk, written: io.StringIO
) -> None:
    someone = await linked(Someone(desk, desk.simulator.person(language_code="en")), "ANN")
    await _bugs(desk, someone)
    line = next(line for line in written.getvalue().splitlines() if "turn.failed" in line)
    assert "ValueError" in line
    assert "bot/serve/deciding.py:" in line
    assert "kanarie" not in line


async def test_a_look_for_leaks_finds_one(desk: Desk) -> None:
    """A test of the test."""
    someone = Someone(desk, desk.simulator.person())
    await asyncio.sleep(0)
    wanted = canaries(desk, someone)
    for canary in wanted.values():
        assert leaks(f"before {canary} after", wanted)
