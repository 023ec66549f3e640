"""Forks processes that run the whole bot: `python -m tests.kills.nursery`, one line an order.

What takes long, importing, is done once; each child is a process of its own with its own files,
threads and connections, which it opens after the fork as `reprieve run` does.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import os
import signal
import sys
import threading
from contextvars import ContextVar
from datetime import timedelta
from importlib import import_module
from typing import Any, Final, cast

import uvicorn
import uvloop
from litestar import Litestar

from bot import keeping, logs, outbox
from bot.app import Parts, assistant, real_clock
from bot.channels.telegram import request
from bot.channels.telegram.delivery import TelegramDelivery
from bot.keeping import Files
from bot.resources import resource_root
from bot.settings import Settings, load_settings
from bot.store import backup
from bot.store.outgoing import Claimed
from bot.texts import Texts
from bot.understand import Understanding
from tests.kills.full_disk import limit
from tests.kills.points import Blow, Striking, Work, checkpoint, plant, put
from tests.telegram.desk import without_pace

_PARENT_DEATH_SIGNAL: Final = 1  # of linux/prctl.h
_MESSAGE: ContextVar[str] = ContextVar("message", default="")
STAMP: Final = "outbox_id"
"""The parameter by which the simulator sees which row of the outbox a send is of."""


def say(*words: object) -> None:
    """One line to whoever gave the order, in one write."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def main() -> None:
    """Fork a child for each order; say when it was born and how it ended."""
    _learn()
    _die_with_parent()
    say("hello")
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _die_with_parent()
            _live(order)
        say("born", child)
        _, status = os.waitpid(child, 0)
        say("ended", os.waitstatus_to_exitcode(status))


def _learn() -> None:
    """What every child would read, import or compile anew."""
    learnt = Understanding(Texts(resource_root()))
    put(assistant, "Understanding", lambda _class: lambda _texts: learnt)
    uvicorn.Config(Litestar([]), loop="uvloop", lifespan="on").load()
    for name in ("anyio._backends._asyncio", "bot.app.pages"):
        import_module(name)
    gc.collect()
    gc.freeze()  # a child's collector need not touch, and so copy, what is its parent's


def _die_with_parent() -> None:
    """Where the system can: a test that is killed leaves no process behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, int(signal.SIGKILL))


def _live(order: dict[str, Any]) -> None:
    """The child's whole life; it never returns."""
    code = 70
    try:
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(log, 2)
        logs.set_up("human")
        _prepare(order)
        uvloop.run(_run(order))
        code = 0
    except BaseException as failed:  # noqa: BLE001  # a forked child must not run its parent's code
        sys.stderr.write(f"the life failed: {failed!r}\n")
    finally:
        sys.stderr.flush()
        os._exit(code)


def _prepare(order: dict[str, Any]) -> None:
    """Watch what is sent; what a scene shortens or limits."""
    put(TelegramDelivery, "deliver", _telling_which)
    put(request, "_form", _stamped)
    put(outbox, "_LEASE", lambda _: timedelta(seconds=order["lease"]))
    put(assistant, "assemble", _unpaced)
    if order["room"] is not None:
        limit(order["room"], lambda: say("full"))


async def _run(order: dict[str, Any]) -> None:
    blow = Blow(**order["blow"])
    striking = Striking(blow, lambda: say("struck"))
    plant(striking)
    settings = load_settings(_env_file=None, **order["settings"])
    beside: list[object] = []  # a task that nobody holds may be collected

    def checkpointing(assemble: Work) -> Work:
        def assembled(parts: Parts) -> assistant.Assistant:
            beside.append(asyncio.ensure_future(checkpoint(parts.database, striking)))
            return cast("assistant.Assistant", assemble(parts))

        return assembled

    def ready(port: int) -> None:
        say("ready", port)
        if blow.point == "backup.inside":
            threading.Thread(target=_back_up, args=(settings,), daemon=True).start()

    if blow.point == "checkpoint.inside":
        put(assistant, "assemble", checkpointing)
    await assistant.run(settings, ready)


def _back_up(settings: Settings) -> None:
    """Back up again and again, a few pages at a time: the blow falls in the midst of one."""
    put(backup, "PAGES", lambda _: 8)
    put(keeping, "copy", lambda _: backup.copy)  # the one with its point
    copies = settings.database.parent / "copies"
    files = Files(settings.database, settings.keys)
    target = Files(copies / "house.db", copies / "keys" / "house.keys")
    while True:
        keeping.back_up(files, target, real_clock(), force=True, on_progress=_unheard)


def _unheard(_done: int, _all: int) -> None:
    pass


def _unpaced(assemble: Work) -> Work:
    """People in tests do not wait for one another; Telegram's limits are tested elsewhere."""

    def assembled(parts: Parts) -> assistant.Assistant:
        made: assistant.Assistant = assemble(parts)
        if made.telegram is not None:
            without_pace(made.telegram)
        return made

    return assembled


def _telling_which(deliver: Work) -> Work:
    """Each call that delivers a row of the outbox knows which."""

    async def delivered(self: TelegramDelivery, message: Claimed) -> str | None:
        _MESSAGE.set(message.message_id)
        return cast("str | None", await deliver(self, message))

    return delivered


def _stamped(form: Work) -> Work:
    """And says so, in a parameter that Telegram does not know."""

    def formed(given: object) -> object:
        fields = form(given)
        if _MESSAGE.get() and isinstance(fields, dict):
            fields[STAMP] = _MESSAGE.get()
        return fields

    return formed


if __name__ == "__main__":
    main()
