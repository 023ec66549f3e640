"""Nothing anybody logs, at any level, holds a token, a phone, a code, digits or what was said."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable

import pytest
from structlog.testing import capture_logs

from tests.chat.books import person
from tests.simulator import Simulator, faults
from tests.telegram.desk import CODE_SECRET, WEBHOOK_SECRET, Desk
from tests.telegram.gateway import FakeGateway, listening
from tests.telegram.someone import Someone, agreed

PHONE = person("ann").phone.lstrip("+")
CANARY = "canary-in-a-coal-mine"
WRONG = "QXZJ"


@pytest.fixture
async def gateway() -> AsyncIterator[FakeGateway]:
    """The lender's, which fails first."""
    async with listening() as running:
        running.answers = [500]
        yield running


@pytest.fixture
def settings(gateway: FakeGateway) -> dict[str, object]:
    """Codes go to the gateway."""
    return {"code_hook_url": gateway.url, "code_hook_secret": CODE_SECRET}


@pytest.mark.parametrize("mode", ["polling", "webhook"])
async def test_no_token_phone_digits_or_code_stands_in_any_log(
    desk: Desk,
    arrives: Callable[..., Someone],
    simulator: Simulator,
    gateway: FakeGateway,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as logs:
        token = await desk.link_token("ANN")
        secrets = {simulator.token, token, PHONE, WRONG, CANARY, WEBHOOK_SECRET, CODE_SECRET}
        someone = await agreed(arrives(phone=PHONE))
        await someone.press("phone.button")
        await someone.sees("phone.ask")
        await someone.chat.press(someone.label("phone.share"))
        secrets.add(await gateway.code())
        await someone.sees("phone.code_sent")
        await someone.answered(await gateway.code(), "link.digits")
        await someone.answered(WRONG, "link.wrong")
        await someone.chat.start(token)
        await someone.quiet()
        await trouble(someone)
        await desk.restart()
        await someone.chat.say(CANARY)
        await someone.quiet()
    lines = [logging.Formatter().format(record) for record in caplog.records]
    lines += [str(entry) for entry in logs]
    assert logs
    assert [line for line in lines if any(secret in line for secret in secrets)] == []


async def trouble(someone: Someone) -> None:
    """Everything that may be logged with an address or a message in it."""
    simulator = someone.desk.simulator
    simulator.fail("getUpdates", faults.connection_reset())
    for fault in (
        faults.connection_reset(),
        faults.garbled(),
        faults.server_error(502, html=True),
        faults.refused(400, f"Bad Request: {CANARY}"),
        faults.forbidden(),
    ):
        simulator.fail("sendMessage", fault)
        simulator.fail("getFile", fault)
        await someone.chat.say(f"{CANARY} /help")
        await someone.quiet()
    simulator.push({"message": {"text": CANARY, "chat": CANARY}})
    await someone.quiet()
