"""`reprieve link` gives the deep link too, when there is a bot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.channels.telegram import username_of
from bot.command_line import command_line
from bot.settings import load_settings
from tests.chat.house import SECRET
from tests.simulator import Simulator, faults


@pytest.fixture
def environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The settings of an installation with a bot whose name is set."""
    given = {
        "DATABASE_URL": f"sqlite:///{folder / 'house.db'}",
        "KEY_FILE": str(folder / "house.keys"),
        "SECRET_KEY": SECRET.decode(),
        "TELEGRAM_TOKEN": "12345:a-token-of-the-tests",
        "TELEGRAM_USERNAME": "meadow_bot",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"REPRIEVE_{name}", value)
    return monkeypatch


def made() -> dict[str, str | None]:
    """What `reprieve link ANN --json` tells."""
    answer = CliRunner().invoke(command_line, ["link", "ANN", "--json"])
    assert answer.exit_code == 0, answer.output
    told: dict[str, str | None] = json.loads(answer.output.splitlines()[-1])
    return told


@pytest.mark.usefixtures("environment")
def test_a_link_opens_in_the_browser_and_in_telegram() -> None:
    told = made()
    address, _, token = str(told["telegram"]).partition("?start=")
    assert address == "https://t.me/meadow_bot"
    assert str(told["web"]).endswith(f"/link/{token}")
    assert len(token) == 22


def test_without_a_bot_there_is_no_deep_link(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("REPRIEVE_TELEGRAM_MODE", "off")
    environment.delenv("REPRIEVE_TELEGRAM_USERNAME")
    assert made()["telegram"] is None


async def test_telegram_is_asked_for_the_name_and_may_be_away(simulator: Simulator) -> None:
    given = load_settings(
        _env_file=None,
        telegram_token=simulator.token,
        telegram_base_url=simulator.base_url,
    )
    assert await username_of(given) == "reprieve_test_bot"
    simulator.fail("getMe", faults.connection_reset())
    assert await username_of(given) is None
