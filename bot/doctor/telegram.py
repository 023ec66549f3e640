"""The bot as Telegram knows it: its token, and where its updates go."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus
from typing import Any, Final

from bot.doctor.asking import Answer, ask
from bot.doctor.circumstances import Circumstances
from bot.doctor.finding import Finding, doubtful, failing, well

_SKEW: Final = timedelta(minutes=1)
_MANY: Final = 100  # updates waiting at Telegram


async def bot_and_webhook(given: Circumstances) -> list[Finding]:
    """The token is good, the clock is Telegram's, and updates go where the settings say."""
    settings = given.settings
    token = settings.telegram_token
    if settings.mode == "off" or token is None:
        return [well("telegram", "doctor.telegram.off")]
    address = f"{settings.telegram_base_url}{token.get_secret_value()}"
    me = await ask(f"{address}/getMe")
    if me.status != HTTPStatus.OK:
        return [_refused(me)]
    found = [well("telegram", "doctor.telegram.ok", name=str(me.body["result"].get("username")))]
    if settings.clock is None:
        found += _skew(given, me)
    told = await ask(f"{address}/getWebhookInfo")
    return found + _webhook(given, told.body.get("result") or {})


def _refused(answer: Answer) -> Finding:
    if answer.status == 0:
        return failing("telegram", "doctor.telegram.silent", error=answer.error)
    if answer.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND}:
        return failing("telegram", "doctor.telegram.token")
    return failing("telegram", "doctor.telegram.refused", status=answer.status)


def _skew(given: Circumstances, answer: Answer) -> list[Finding]:
    if answer.said_at is None or abs(answer.said_at - given.now) < _SKEW:
        return []
    slots = {"now": given.now, "theirs": answer.said_at}
    return [doubtful("clock", "doctor.clock.skewed", **slots)]


def _webhook(given: Circumstances, told: dict[str, Any]) -> list[Finding]:
    found = [_registered(given, str(told.get("url", "")))]
    waiting = int(told.get("pending_update_count", 0))
    if waiting > _MANY:
        found.append(doubtful("webhook", "doctor.webhook.waiting", waiting=waiting))
    if given.settings.mode == "webhook" and told.get("last_error_message"):
        said = str(told["last_error_message"])
        found.append(doubtful("webhook", "doctor.webhook.error", said=said))
    return found


def _registered(given: Circumstances, url: str) -> Finding:
    settings = given.settings
    wanted = f"{settings.url}{given.webhook}" if settings.mode == "webhook" else ""
    if url == wanted:
        key = "doctor.webhook.ok" if wanted else "doctor.webhook.polling"
        return well("webhook", key)
    if not wanted:
        return doubtful("webhook", "doctor.webhook.in_the_way", url=url)
    return doubtful("webhook", "doctor.webhook.elsewhere", url=url or "–", wanted=wanted)
