"""The HTTP face: `/bot<TOKEN>/<method>` and `/file/bot<TOKEN>/<path>` on a loopback port.

It reads a call, lets a planned fault strike, runs the method, writes the record and answers;
what Telegram accepts stays accepted even when the answer is lost on the way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from aiohttp import web

from tests.simulator import delivery
from tests.simulator.calls import Call, Json, Outcome
from tests.simulator.faults import Fault
from tests.simulator.methods import METHODS
from tests.simulator.ports import HeldPort
from tests.simulator.refusals import Refusal
from tests.simulator.wire import MAX_BODY_BYTES, Asked, read
from tests.simulator.world import World

TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
WELL = 200


class Server:
    """Serves one world."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._runner: web.AppRunner | None = None
        self._port: HeldPort | None = None
        self.extensions: list[Callable[[web.Application], None]] = []

    async def start(self, port: int = 0) -> int:
        """Listen on loopback; the port, any free one if 0 is asked, the same after a `pause`."""
        self._port = self._port or HeldPort(port)
        app = web.Application(client_max_size=MAX_BODY_BYTES)
        app.router.add_route("*", "/bot{token}/{method}", self._method)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        for extend in self.extensions:
            extend(app)
        app.router.add_route("*", "/{anything:.*}", self._nothing)
        self._runner = web.AppRunner(
            app, handler_cancellation=True, access_log=None, shutdown_timeout=0.1
        )
        await self._runner.setup()
        await web.SockSite(self._runner, self._port.socket()).start()
        return self._port.number

    async def pause(self) -> None:
        """Stop listening and drop every connection; nobody else can take the port."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def stop(self) -> None:
        """Stop for good."""
        await self.pause()
        if self._port is not None:
            self._port.close()

    async def _nothing(self, _request: web.Request) -> web.Response:
        return answer_of(Refusal(404, "Not Found"))

    async def _method(self, request: web.Request) -> web.Response:
        if refusal := self._wrong_token(request):
            return answer_of(refusal)
        method = request.match_info["method"]
        try:
            asked = await read(request, method)
        except Refusal as refusal:
            call = self._record(Asked(method))
            close(call, refusal)
            return answer_of(refusal)
        try:
            return await self._answer(request, self._record(asked), asked)
        except Exception as crash:  # noqa: BLE001 - kept, and raised when the simulator stops
            self._world.crashes.append(crash)
            return answer_of(Refusal(500, f"Internal Server Error: {crash!r}"))

    async def _answer(self, request: web.Request, call: Call, asked: Asked) -> web.Response:
        """Run the call through a planned fault, if any, and tell the bot."""
        fault = self._strike(call)
        if fault is not None and not fault.accepted:
            call.outcome = Outcome.HINDERED
            call.code, call.error = fault.status, fault.name
            return await self._suffer(request, call, fault, fault.refusal)
        response = await self.run(call, asked)
        if fault is None:
            return response
        return await self._suffer(request, call, fault, response)

    async def _suffer(
        self,
        request: web.Request,
        call: Call,
        fault: Fault,
        told: Refusal | web.Response | None,
    ) -> web.Response:
        """What the bot gets to see of an answer that a fault has touched."""
        if fault.delay:
            await self._world.clock.sleep(fault.delay)
        if fault.cut:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        if fault.raw is not None:
            return web.Response(body=fault.raw, status=fault.status, content_type="text/html")
        if isinstance(told, Refusal):
            call.code, call.error = told.code, told.description
            return answer_of(told)
        return told or web.Response()

    async def run(self, call: Call, asked: Asked) -> web.Response:
        """Do what is asked and note how it ended."""
        try:
            call.result = await self._dispatch(asked)
        except Refusal as refusal:
            close(call, refusal)
            self._world.bell.ring()
            return answer_of(refusal)
        call.outcome, call.code = Outcome.ACCEPTED, WELL
        self._world.bell.ring()
        return web.json_response({"ok": True, "result": call.result})

    async def _dispatch(self, asked: Asked) -> object:
        name = asked.method.lower()
        if name == "getupdates":
            return await delivery.get_updates(self._world, asked)
        if name == "setwebhook":
            return await delivery.set_webhook(self._world, asked, self.obey)
        if name == "deletewebhook":
            return await delivery.delete_webhook(self._world, asked)
        if name not in METHODS:
            raise Refusal(404, "Not Found: method not found")
        return METHODS[name](self._world, asked)

    async def obey(self, asked: Json) -> None:
        """A call that came in the body of a webhook answer; nobody hears how it ends."""
        params = {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in asked.items()
            if name != "method"
        }
        call = Asked(str(asked["method"]), params, encoding="webhook")
        await self.run(self._record(call), call)

    def _record(self, asked: Asked) -> Call:
        world = self._world
        call = Call(
            number=len(world.calls) + 1,
            at=world.clock.now(),
            method=asked.method,
            params=asked.params,
            files=asked.files,
            encoding=asked.encoding,
        )
        world.calls.append(call)
        return call

    def _strike(self, call: Call) -> Fault | None:
        plan = next((plan for plan in self._world.plans if plan.strikes(call)), None)
        if plan is None:
            return None
        call.fault = plan.fault.name
        return plan.fault

    def _wrong_token(self, request: web.Request) -> Refusal | None:
        token = request.match_info["token"]
        if token == self._world.token:
            return None
        if TOKEN.fullmatch(token):
            return Refusal(401, "Unauthorized")
        return Refusal(404, "Not Found")

    async def _file(self, request: web.Request) -> web.Response:
        if refusal := self._wrong_token(request):
            return answer_of(refusal)
        path = request.match_info["path"]
        call = self._record(Asked("file", {"path": path}))
        fault = self._strike(call)
        stored = self._world.files.at(path, self._world.clock.now())
        if stored is None:
            close(call, missing := Refusal(404, "Not Found"))
            return answer_of(missing)
        call.outcome, call.code = Outcome.ACCEPTED, WELL
        response = web.Response(body=stored.data, content_type="application/octet-stream")
        if fault is None:
            return response
        call.outcome = Outcome.ACCEPTED if fault.accepted else Outcome.HINDERED
        return await self._suffer(request, call, fault, fault.refusal or response)


def close(call: Call, refusal: Refusal) -> None:
    """Write a refusal into the record."""
    call.outcome = Outcome.REFUSED if refusal.mistake else Outcome.HINDERED
    call.code, call.error = refusal.code, refusal.description


def answer_of(refusal: Refusal) -> web.Response:
    """A refusal over HTTP."""
    headers = {"Retry-After": str(refusal.retry_after)} if refusal.retry_after else {}
    return web.json_response(refusal.body(), status=refusal.code, headers=headers)
