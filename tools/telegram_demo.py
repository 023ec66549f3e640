"""Runs a command with a simulated Telegram beside it: `make demo TELEGRAM=1`.

It must not be needed to run anything real: the simulator is the tests', so this works in a checkout
and not from the wheel. The bot's token, addresses and gateway reach the command by its settings;
the people on the page are the demo's borrowers, whose phones also get the one-time codes.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import sys
import time
from pathlib import Path

from aiohttp import web

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bot.lender.madeup import SITUATIONS  # noqa: E402  # path set above
from bot.resources import resource_root  # noqa: E402  # path set above
from bot.texts import Texts  # noqa: E402  # path set above
from bot.turn import text  # noqa: E402  # path set above
from tests.simulator import Clock, Simulator  # noqa: E402  # path set above
from tests.simulator.page import Guest, Page  # noqa: E402  # path set above

LENDER = os.environ.get("REPRIEVE_LENDER_NAME", "Meadow Finance")
PORT = int(os.environ.get("TELEGRAM_PORT", "8081"))


def guests(simulator: Simulator) -> list[Guest]:
    """The borrowers of the demo, each with what is told about them in their own language."""
    texts = Texts(resource_root())
    return [_guest(simulator, texts, number) for number in range(len(SITUATIONS))]


def _guest(simulator: Simulator, texts: Texts, number: int) -> Guest:
    situation = SITUATIONS[number]
    borrower = situation.borrower()
    locale = texts.negotiate(borrower.locale)
    told = (text(situation.title), text("web.demo.digits", digits=borrower.id_last4))
    person = simulator.person(
        borrower.name, language_code=borrower.locale, phone=borrower.phone.lstrip("+")
    )
    return Guest(person, " · ".join(texts.plain(one, locale) for one in told))


def gateway(app: web.Application, page: Page) -> None:
    """The lender's gateway: a code becomes a text message on the page."""

    async def take(request: web.Request) -> web.Response:
        sent = await request.json()
        page.text_message(sent["phone"], LENDER, sent["code"])
        return web.Response()

    app.router.add_post("/codes", take)


def settings(simulator: Simulator) -> dict[str, str]:
    """What the command needs to find all this."""
    return {
        "REPRIEVE_TELEGRAM_TOKEN": simulator.token,
        "REPRIEVE_TELEGRAM_BASE_URL": simulator.base_url,
        "REPRIEVE_TELEGRAM_FILE_URL": simulator.base_file_url,
        "REPRIEVE_TELEGRAM_MODE": "polling",
        "REPRIEVE_CODE_HOOK_URL": f"http://127.0.0.1:{simulator.port}/codes",
        "REPRIEVE_CODE_HOOK_SECRET": secrets.token_urlsafe(),
    }


async def beside(command: list[str]) -> int:
    """Serve until the command ends; its exit code."""
    now = time.time()  # noqa: TID251  # the demo happens today
    # Numbers that the demo's database met in an earlier run would be repetitions to it.
    simulator = Simulator(clock=Clock(now), seed=int(now), bot_name=LENDER)
    page = Page(simulator, guests(simulator))
    simulator.serve_also(page.routes)
    simulator.serve_also(lambda app: gateway(app, page))
    await simulator.start(PORT)
    sys.stdout.write(f"Telegram:  http://127.0.0.1:{simulator.port}/\n")
    sys.stdout.flush()
    try:
        child = await asyncio.create_subprocess_exec(*command, env=os.environ | settings(simulator))
        # Ctrl-C reaches both; whoever asks only this one to stop means both.
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, lambda: None)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, child.terminate)
        return await child.wait()
    finally:
        await simulator.stop()


if __name__ == "__main__":
    sys.exit(asyncio.run(beside(sys.argv[1:])))
