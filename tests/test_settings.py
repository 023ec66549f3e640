"""Settings from the environment; a wrong one stops the start and is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import Faulty
from bot.settings import Settings, load_settings

CANARY = "123456:canary-token-canary-token"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither this machine's environment nor a `.env` file counts."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"REPRIEVE_{name.upper()}", raising=False)


def _faults(**given: object) -> dict[str, str]:
    with pytest.raises(Faulty) as faulty:
        load_settings(**given)
    return {fault.path: fault.key for fault in faulty.value.faults}


def test_every_setting_has_a_default() -> None:
    settings = load_settings()
    assert (settings.http_host, settings.http_port, settings.mode) == ("127.0.0.1", 8000, "off")
    assert settings.database == Path("reprieve.db")
    assert settings.keys == Path("reprieve.db.keys")
    assert settings.url == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("DATABASE_URL", "postgresql://db/reprieve", "setting.database"),
        ("DATABASE_URL", "sqlite:///", "setting.database"),
        ("DATABASE_URL", "reprieve.db", "setting.database"),
        ("TIMEZONE", "Mars/Olympus", "setting.timezone"),
        ("TIMEZONE", "../../etc/passwd", "setting.timezone"),
        ("CLOCK", "2026-03-01T09:00", "setting.clock.zone"),
        ("CLOCK", "yesterday", "setting.wrong"),
        ("HTTP_PORT", "70000", "setting.wrong"),
        ("HTTP_PORT", "eighty", "setting.wrong"),
        ("LINK_HOURS", "0", "setting.wrong"),
        ("IDLE_MINUTES", "-1", "setting.wrong"),
        ("TELEGRAM_BASE_URL", "https://api.telegram.org", "setting.telegram.base_url"),
        ("TELEGRAM_MODE", "carrier pigeon", "setting.wrong"),
        ("TELEGRAM_WEBHOOK_SECRET", "no spaces", "setting.telegram.secret"),
        ("LOG", "loud", "setting.wrong"),
    ],
)
def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, key: str
) -> None:
    monkeypatch.setenv(f"REPRIEVE_{name}", value)
    assert _faults() == {f"REPRIEVE_{name}": key}


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPRIEVE_HTTP_PORT", "x")
    monkeypatch.setenv("REPRIEVE_TIMEZONE", "x")
    assert set(_faults()) == {"REPRIEVE_HTTP_PORT", "REPRIEVE_TIMEZONE"}


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"telegram_token": CANARY, "clock": "2026-03-01T09:00+08:00"}, "setting.clock.telegram"),
        ({"telegram_token": CANARY, "telegram_mode": "webhook"}, "setting.telegram.webhook"),
        ({"telegram_mode": "polling"}, "setting.telegram.token"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(given: dict[str, object], key: str) -> None:
    assert key in _faults(**given).values()


def test_a_rehearsed_clock_goes_with_another_address_of_telegram() -> None:
    settings = load_settings(
        telegram_token=CANARY,
        clock="2026-03-01T09:00+08:00",
        telegram_base_url="http://127.0.0.1:1/bot",
    )
    assert settings.mode == "polling"
    assert settings.file_url == "http://127.0.0.1:1/file/bot"


@pytest.mark.parametrize("secret", ["", "short", "x" * 31])
def test_a_secret_must_be_long(secret: str) -> None:
    with pytest.raises(Faulty) as faulty:
        load_settings(secret_key=secret).secret()
    assert faulty.value.faults[0].path == "REPRIEVE_SECRET_KEY"


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("x" * 40 + "\n", encoding="utf-8")
    assert load_settings(secret_key_file=file).secret() == b"x" * 40
    with pytest.raises(Faulty) as faulty:
        load_settings(secret_key_file=tmp_path / "none").secret()
    assert faulty.value.faults[0].path == "REPRIEVE_SECRET_KEY_FILE"


def test_no_secret_shows_when_settings_or_their_faults_are_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = load_settings(telegram_token=CANARY, secret_key=CANARY * 2)
    assert CANARY not in f"{settings} {settings!r}"
    monkeypatch.setenv("REPRIEVE_TELEGRAM_WEBHOOK_SECRET", f"{CANARY} ")
    with pytest.raises(Faulty) as faulty:
        load_settings()
    assert CANARY not in f"{faulty.value} {faulty.value.faults}"


def test_a_file_called_env_counts_after_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("REPRIEVE_HTTP_PORT=9000\nREPRIEVE_LENDER_NAME=Meadow\n")
    monkeypatch.setenv("REPRIEVE_HTTP_PORT", "9001")
    settings = load_settings()
    assert (settings.http_port, settings.lender_name) == (9001, "Meadow")
