"""`reprieve doctor` asks who answers: Telegram, the gateways, the assistant that runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot import doctor
from bot.app import only_one, real_clock
from bot.doctor import Circumstances, Finding
from bot.settings import load_settings
from tests.chat.house import ROOT
from tests.operations.answering import answering, bot_api
from tests.simulator import Simulator

WEBHOOK = "/telegram/webhook"


@pytest.fixture(autouse=True)
def words_stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The catalogues are checked by their own tests; others may be editing them now."""
    monkeypatch.setattr("bot.doctor.rules.check_catalogues", lambda _root: [])


async def examined(folder: Path, **settings: object) -> dict[str, Finding]:
    """The findings of who answers, by check; the last of each."""
    given = load_settings(
        _env_file=None,
        database_url=f"sqlite:///{folder / 'house.db'}",
        key_file=folder / "house.keys",
        secret_key="x" * 40,
        **settings,
    )
    circumstances = Circumstances(given, real_clock(), ROOT, WEBHOOK)
    return {each.check: each async for each in doctor.examine(circumstances)}


def of_telegram(simulator: Simulator, **more: object) -> dict[str, object]:
    """Settings that lead to the simulator."""
    address = {"telegram_token": simulator.token, "telegram_base_url": simulator.base_url}
    return {**address, **more}


HOOKED = {
    "telegram_mode": "webhook",
    "telegram_webhook_secret": "secret",
    "public_url": "https://bot.example",
}


async def test_a_good_token_has_a_name(folder: Path) -> None:
    async with Simulator() as simulator:
        found = await examined(folder, **of_telegram(simulator))
    assert found["telegram"].key == "doctor.telegram.ok"
    assert found["webhook"].key == "doctor.webhook.polling"


async def test_a_token_telegram_does_not_know_fails_unseen(folder: Path) -> None:
    async with Simulator() as simulator:
        given = of_telegram(simulator, telegram_token="123456:another-token")
        found = await examined(folder, **given)
    assert found["telegram"].key == "doctor.telegram.token"
    assert "another-token" not in json.dumps([str(each) for each in found.values()])


async def test_a_telegram_that_does_not_answer_fails(folder: Path) -> None:
    async with Simulator() as simulator:
        given = of_telegram(simulator)
    found = await examined(folder, **given)
    assert found["telegram"].key == "doctor.telegram.silent"
    assert str(given["telegram_token"]) not in str(found["telegram"])


@pytest.mark.parametrize(
    ("registered", "mode", "key"),
    [
        ("https://bot.example/telegram/webhook", HOOKED, "doctor.webhook.ok"),
        ("https://other.example/hook", HOOKED, "doctor.webhook.elsewhere"),
        ("", HOOKED, "doctor.webhook.elsewhere"),
        ("https://other.example/hook", {}, "doctor.webhook.in_the_way"),
    ],
)
async def test_the_webhook_is_where_the_settings_say(
    folder: Path, registered: str, mode: dict[str, object], key: str
) -> None:
    async with bot_api({"url": registered}) as at:
        found = await examined(folder, **at, **mode)
    assert found["webhook"].key == key


@pytest.mark.parametrize(
    ("told", "key"),
    [
        ({"pending_update_count": 101}, "doctor.webhook.waiting"),
        ({"last_error_message": "Connection refused"}, "doctor.webhook.error"),
    ],
)
async def test_what_telegram_complains_of_is_passed_on(
    folder: Path, told: dict[str, object], key: str
) -> None:
    info = {"url": "https://bot.example/telegram/webhook", **told}
    async with bot_api(info) as at:
        found = await examined(folder, **at, **HOOKED)
    assert found["webhook"].key == key


async def test_a_clock_that_is_not_telegrams_is_told(folder: Path) -> None:
    late = {"Date": "Mon, 02 Mar 2020 09:00:00 GMT"}
    async with bot_api({}, late) as at:
        found = await examined(folder, **at)
    assert found["clock"].key == "doctor.clock.skewed"


async def test_a_gateway_answers_or_not(folder: Path) -> None:
    async with answering({}) as port:
        hook = {"code_hook_url": f"http://127.0.0.1:{port}/codes", "code_hook_secret": "s"}
        assert (await examined(folder, **hook))["code_hook"].key == "doctor.hook.ok"
    assert (await examined(folder, **hook))["code_hook"].key == "doctor.hook.silent"


async def test_a_running_assistant_is_asked_whether_it_is_ready(folder: Path) -> None:
    assert (await examined(folder))["assistant"].key == "doctor.assistant.stopped"
    async with only_one(folder / "house.db"):
        running = await examined(folder, http_port=0)
        assert running["assistant"].key == "doctor.assistant.running"
        async with answering({"readyz": {"ready": True, "failing": []}}) as port:
            ready = await examined(folder, http_port=port)
        assert ready["assistant"].key == "doctor.assistant.ready"
        async with answering({"readyz": {"ready": False, "failing": ["outbox"]}}) as port:
            found = await examined(folder, http_port=port)
        assert found["assistant"].key == "doctor.assistant.not_ready"
        assert found["assistant"].slots == {"failing": "outbox"}
