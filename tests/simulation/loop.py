"""An event loop whose time is made up and whose order is drawn: a seed decides all of it.

It must not know what runs on it.
"""

from __future__ import annotations

import asyncio
import heapq
import random
from asyncio.events import _set_running_loop
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import Context
from typing import Any

_MOST_STEPS = 100_000  # of one life; half of it is much
_LONGEST_JOB = 0.02  # seconds that work handed to a thread takes at most


class Crash(BaseException):  # not an error: the power is gone
    """The process ends here, in the middle of whatever it does."""


class Stuck(AssertionError):
    """Nothing is left to run, and nothing will ever come; or what runs never ends."""


class Fuse:
    """Ends a life after so many steps: turns of the loop and statements of the database."""

    def __init__(self, steps: int | None) -> None:
        self.left = steps
        self.blown = False

    def shorten(self, steps: int) -> None:
        """Not later than after so many steps; a life that may end by itself still may."""
        if self.left is not None:
            self.left = min(self.left, steps)

    def burn(self) -> None:
        """One step; raises Crash at the last one, and ever after."""
        if self.left is not None:
            self.left -= 1
            if self.left <= 0:
                self.blown = True
        if self.blown:
            raise Crash


class _Start(asyncio.Handle):
    """The first step of a task: asyncio promises that tasks start in the order they were made."""

    __slots__ = ()


class SimLoop(asyncio.BaseEventLoop):
    """Runs what is ready in an order drawn by `chance`; jumps to the next timer, never waits."""

    def __init__(self, chance: random.Random, now: float, fuse: Fuse, *, shuffles: bool) -> None:
        super().__init__()
        self.set_debug(False)
        self.fuse = fuse
        self.steps = 0
        self._chance = chance
        self._now = now
        self._shuffles = shuffles
        self._due: list[asyncio.Handle] = []
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._made = 0
        self._is_starting = False

    def live(self, main: Coroutine[Any, Any, None]) -> None:
        """Run `main` to its end; Crash when the fuse ends it before, Stuck when nothing can."""
        task = self.create_task(main)
        with self._current():
            while not task.done():
                self._turn()
                if self.steps > _MOST_STEPS:
                    raise Stuck("a life never ends")
        task.result()

    def time(self) -> float:
        """Made-up seconds."""
        return self._now

    def call_soon(  # type: ignore[override]  # typeshed ties `args` to the callback
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        kind = _Start if self._is_starting else asyncio.Handle
        handle = kind(callback, args, self, context)
        self._due.append(handle)
        return handle

    call_soon_threadsafe = call_soon  # type: ignore[assignment]  # the same

    def call_later(  # type: ignore[override]  # typeshed ties `args` to the callback
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]  # typeshed ties `args` to the callback
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        self._made += 1
        heapq.heappush(self._timers, (when, self._made, timer))
        return timer

    def create_task(self, coro: Any, **named: Any) -> asyncio.Task[Any]:
        self._is_starting = True
        try:
            return super().create_task(coro, **named)
        finally:
            self._is_starting = False

    def run_in_executor(  # type: ignore[override]  # typeshed ties `args` to the callback
        self, executor: object, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """A thread's work: done in one piece, some time later."""
        del executor
        done = self.create_future()

        def run() -> None:
            try:
                result = func(*args)
            except Exception as failed:  # noqa: BLE001  # handed on, as an executor does
                if not done.done():
                    done.set_exception(failed)
            else:
                if not done.done():
                    done.set_result(result)

        self.call_later(self._chance.random() * _LONGEST_JOB, run)
        return done

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """Nothing to count: a timer that was called off is dropped when its time comes."""

    def _turn(self) -> None:
        """What is ready now, once through."""
        if not self._due:
            self._jump()
        while self._timers and self._timers[0][0] <= self._now:
            self._due.append(heapq.heappop(self._timers)[2])
        ready, self._due = self._due, []
        for handle in self._drawn(ready):
            if not handle.cancelled():
                self.steps += 1
                self.fuse.burn()
                handle._run()
                if self.fuse.blown:  # by a statement whose task was told, and took it
                    raise Crash

    def _jump(self) -> None:
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
        if not self._timers:
            raise Stuck("nothing is scheduled any more")
        self._now = max(self._now, self._timers[0][0])

    def _drawn(self, ready: list[asyncio.Handle]) -> list[asyncio.Handle]:
        """In a drawn order, but tasks in the order they were made."""
        if not self._shuffles or len(ready) == 1:
            return ready
        starts = iter([handle for handle in ready if type(handle) is _Start])
        self._chance.shuffle(ready)
        return [next(starts) if type(handle) is _Start else handle for handle in ready]

    @contextmanager
    def _current(self) -> Iterator[None]:
        _set_running_loop(self)
        try:
            yield
        finally:
            _set_running_loop(None)
