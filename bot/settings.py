"""Settings from the environment (`REPRIEVE_…`) or `.env`; wrong ones stop the start in words.

It must not open anything the settings name, except the secret's own file.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import Fault, Faulty

_PREFIX = "REPRIEVE_"
_SHORTEST_SECRET = 32
_WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}\Z")
_TELEGRAM = "https://api.telegram.org/bot"


class Settings(BaseSettings):
    """Every setting, its default and its meaning; in the environment `REPRIEVE_` + upper case."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, env_file=".env", extra="ignore", frozen=True, env_ignore_empty=True
    )

    database_url: str = Field("sqlite:///reprieve.db", description="sqlite:///PATH of the database")
    key_file: Path | None = Field(
        None, description="data keys; default: the database's name + .keys"
    )
    secret_key: SecretStr | None = Field(None, description="master secret, 32 characters or more")
    secret_key_file: Path | None = Field(None, description="a file that holds it instead")
    http_host: str = Field("127.0.0.1", description="address to listen on")
    http_port: int = Field(8000, ge=0, le=65535, description="port to listen on; 0: any free one")
    public_url: str | None = Field(None, description="how people reach this server, without a path")
    policy: Path | None = Field(
        None, description="the lender's policy file; default: the one shipped"
    )
    timezone: str | None = Field(
        None, description="IANA zone of the lender's day; default: the policy's"
    )
    default_locale: str = Field("en", description="language when nothing better is known")
    lender_name: str = Field("Meadow Finance", description="as borrowers see the lender")
    link_hours: int = Field(
        24, ge=1, le=720, description="how long a lender's one-time link is good"
    )
    idle_minutes: int = Field(
        15, ge=1, le=1440, description="quiet minutes after which digits are asked again"
    )
    reminder_days: int = Field(3, ge=1, le=30, description="how many days ahead a reminder looks")
    reminder_due_days: int = Field(
        3, ge=0, le=30, description="how many days ahead an instalment is announced; 0: never"
    )
    reminders_a_week: int = Field(
        2, ge=0, le=7, description="days of any seven on which one is sent at most; 0: never"
    )
    reminders_from: int = Field(
        9, ge=0, le=23, description="hour of the lender's day from which reminders are sent"
    )
    reminders_until: int = Field(
        20, ge=1, le=24, description="hour of the lender's day from which none is sent any more"
    )
    clock: datetime | None = Field(
        None, description="the clock starts there and ticks; rehearsals only"
    )
    demo: bool = Field(default=False, description="show the demo's pages")
    telegram_token: SecretStr | None = Field(None, description="the bot's token")
    telegram_username: str | None = Field(
        None, description="what the bot is called, without @; default: as Telegram says"
    )
    telegram_base_url: str = Field(_TELEGRAM, description="Bot API, ends in /bot")
    telegram_file_url: str | None = Field(
        None, description="file API; default: the same with /file/bot"
    )
    telegram_mode: Literal["polling", "webhook", "off"] | None = Field(
        None, description="polling when a token is set, else off"
    )
    telegram_a_second: int = Field(
        28, ge=1, description="messages a second in all; Telegram bears 30 unless it granted more"
    )
    telegram_webhook_secret: SecretStr | None = Field(None, description="1-256 of A-Z a-z 0-9 _ -")
    code_hook_url: str | None = Field(None, description="gateway that sends one-time codes")
    code_hook_secret: SecretStr | None = Field(None, description="signs the posts to the gateway")
    decision_hook_url: str | None = Field(None, description="told of each decision")
    metrics_port: int | None = Field(None, ge=0, le=65535, description="Prometheus; off when unset")
    metrics_host: str = Field("127.0.0.1", description="address the metrics listen on")
    log: Literal["human", "json"] = Field("human", description="how log lines look")

    @field_validator("database_url")
    @classmethod
    def _sqlite(cls, url: str) -> str:
        if not url.startswith("sqlite:///") or url == "sqlite:///":
            raise ValueError("setting.database")
        return url

    @field_validator("timezone")
    @classmethod
    def _zone(cls, name: str | None) -> str | None:
        if name is not None:
            try:
                ZoneInfo(name)
            except (KeyError, ValueError, OSError) as unknown:
                raise ValueError("setting.timezone") from unknown
        return name

    @field_validator("clock")
    @classmethod
    def _aware(cls, at: datetime | None) -> datetime | None:
        if at is not None and at.tzinfo is None:
            raise ValueError("setting.clock.zone")
        return at

    @field_validator("telegram_base_url")
    @classmethod
    def _ends_in_bot(cls, url: str) -> str:
        if not url.endswith("/bot"):
            raise ValueError("setting.telegram.base_url")
        return url

    @field_validator("telegram_webhook_secret")
    @classmethod
    def _secret_alphabet(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not _WEBHOOK_SECRET.match(secret.get_secret_value()):
            raise ValueError("setting.telegram.secret")
        return secret

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if self.clock is not None and self.telegram_token and self.telegram_base_url == _TELEGRAM:
            raise ValueError("setting.clock.telegram")
        if self.reminders_until <= self.reminders_from:
            raise ValueError("setting.reminders")
        if self.mode == "webhook" and not (self.telegram_webhook_secret and self.public_url):
            raise ValueError("setting.telegram.webhook")
        if self.code_hook_url and not self.code_hook_secret:
            raise ValueError("setting.code_hook")
        if self.mode != "off" and not self.telegram_token:
            raise ValueError("setting.telegram.token")
        return self

    @property
    def mode(self) -> str:
        """How Telegram is reached: 'polling', 'webhook' or 'off'."""
        return self.telegram_mode or ("polling" if self.telegram_token else "off")

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def keys(self) -> Path:
        """The key file."""
        return self.key_file or self.database.with_name(self.database.name + ".keys")

    @property
    def file_url(self) -> str:
        """The address of Telegram's files, ends in /file/bot."""
        return self.telegram_file_url or self.telegram_base_url.removesuffix("/bot") + "/file/bot"

    @property
    def url(self) -> str:
        """How people reach this server, without a trailing slash."""
        return (self.public_url or f"http://{self.http_host}:{self.http_port}").rstrip("/")

    def secret(self) -> bytes:
        """The master secret; Faulty when none is set, unreadable or shorter than 32 characters."""
        value = self._secret_text()
        if len(value) < _SHORTEST_SECRET:
            raise Faulty(
                [Fault(_PREFIX + "SECRET_KEY", "setting.secret", {"shortest": _SHORTEST_SECRET})]
            )
        return value.encode()

    def _secret_text(self) -> str:
        if self.secret_key is not None:
            return self.secret_key.get_secret_value()
        if self.secret_key_file is None:
            return ""
        try:
            return self.secret_key_file.read_text(encoding="utf-8").strip()
        except OSError as unreadable:
            fault = Fault(_PREFIX + "SECRET_KEY_FILE", "setting.secret_file")
            raise Faulty([fault]) from unreadable


def load_settings(**given: object) -> Settings:
    """The settings of this process; Faulty names each wrong variable. `given` wins over all."""
    try:
        return Settings(**given)  # type: ignore[arg-type]  # names and types are checked by pydantic
    except ValidationError as wrong:
        raise Faulty([_fault(dict(error)) for error in wrong.errors(include_url=False)]) from wrong


def _fault(error: dict[str, object]) -> Fault:
    place = error["loc"]
    name = _PREFIX + str(place[0]).upper() if isinstance(place, tuple) and place else _PREFIX + "…"
    context = error.get("ctx")
    raised = context.get("error") if isinstance(context, dict) else None
    if isinstance(raised, ValueError):
        return Fault(name, str(raised))
    return Fault(name, "setting.wrong", {"kind": str(error["type"])})
