"""getUpdates and the webhook methods: two ways to the same mailbox, never both at once."""

from __future__ import annotations

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit

from tests.simulator.calls import Json
from tests.simulator.refusals import Refusal, bad_request, conflict
from tests.simulator.webhook import DEFAULT_CONNECTIONS, Answered, Webhook
from tests.simulator.wire import Asked
from tests.simulator.world import World

MAX_POLL_SECONDS = 50
MAX_CONNECTIONS = 100
WEBHOOK_PORTS = {None, 80, 88, 443, 8443}
LOOPBACK = {"127.0.0.1", "::1", "localhost"}
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
OTHER_POLLER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)


async def get_updates(world: World, asked: Asked) -> list[Json]:
    """getUpdates: at once if something waits, else after up to `timeout` seconds."""
    if world.webhook is not None:
        raise conflict(WEBHOOK_ACTIVE)
    offset = asked.integer("offset", low=-(2**31))
    limit = asked.integer("limit", 100, 1, 100)
    timeout = asked.integer("timeout", 0, 0, MAX_POLL_SECONDS)
    remember_allowed(world, asked)
    updates = world.mailbox.take(offset, limit)
    if updates or not timeout:
        return updates
    return await long_poll(world, limit, timeout)


async def long_poll(world: World, limit: int, seconds: int) -> list[Json]:
    """Wait for updates; a newer poller or setWebhook ends this one with a conflict."""
    world.poll += 1
    mine, world.poll_ended_by = world.poll, OTHER_POLLER
    world.polling = True
    world.mailbox.arrived.ring()
    alarm = asyncio.ensure_future(world.clock.sleep(seconds))
    alarm.add_done_callback(lambda _: world.mailbox.arrived.ring())
    try:
        while world.poll == mine:
            if updates := world.mailbox.waiting(limit):
                return updates
            if alarm.done():
                return []
            await world.mailbox.arrived.wait()
    finally:
        alarm.cancel()
        world.polling = world.polling and world.poll != mine
    raise conflict(world.poll_ended_by)


def remember_allowed(world: World, asked: Asked) -> None:
    """Keep `allowed_updates`; what is not a JSON array of names changes nothing."""
    if not asked.text("allowed_updates"):
        return
    try:
        given: Any = asked.json("allowed_updates", "")
    except Refusal:
        return
    if isinstance(given, list):
        world.mailbox.allowed = {name for name in given if isinstance(name, str)}


async def set_webhook(world: World, asked: Asked, answered: Answered) -> bool:
    """setWebhook; an empty url deletes."""
    url = asked.text("url")
    if not url:
        return await delete_webhook(world, asked)
    check_url(url)
    check_secret(asked.text("secret_token"))
    await drop_webhook(world, asked)
    world.poll += 1
    world.poll_ended_by = "terminated by setWebhook request"
    world.mailbox.arrived.ring()
    remember_allowed(world, asked)
    world.webhook = Webhook(
        url=url,
        secret=asked.text("secret_token"),
        mailbox=world.mailbox,
        clock=world.clock,
        backoff=world.backoff,
        timeout=world.webhook_timeout,
        answered=answered,
        max_connections=asked.integer("max_connections", DEFAULT_CONNECTIONS, 1, MAX_CONNECTIONS),
    )
    world.webhook.start()
    return True


def check_url(url: str) -> None:
    """HTTPS on Telegram's ports; plain HTTP only to this very machine, for tests."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise bad_request("invalid webhook URL specified")
    if parts.hostname in LOOPBACK:
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in WEBHOOK_PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")


def check_secret(secret: str) -> None:
    if len(secret) > 256:
        raise bad_request("secret token is too long")
    if not re.fullmatch("[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")


async def delete_webhook(world: World, asked: Asked) -> bool:
    """The method deleteWebhook."""
    await drop_webhook(world, asked)
    return True


async def drop_webhook(world: World, asked: Asked) -> None:
    if world.webhook is not None:
        old, world.webhook = world.webhook, None
        await old.stop()
    if asked.flag("drop_pending_updates"):
        world.mailbox.clear()


def get_webhook_info(world: World, _asked: Asked) -> Json:
    """The method getWebhookInfo."""
    world.mailbox.expire()
    hook = world.webhook
    shown: Json = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.mailbox.pending),
    }
    if hook is not None:
        shown |= {"max_connections": hook.max_connections, "ip_address": "127.0.0.1"}
        if hook.last_error_at is not None:
            shown["last_error_date"] = int(hook.last_error_at)
            shown["last_error_message"] = hook.last_error
    if world.mailbox.allowed:
        shown["allowed_updates"] = sorted(world.mailbox.allowed)
    return shown
