"""The web chat as tests serve it: real routes and words, a machine in memory, a clock by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from litestar import Litestar

from bot.channels.web.limits import Limits
from bot.channels.web.machine import SentCode, Situation
from bot.channels.web.routes import web_routes
from bot.errors import Refused
from bot.settings import Settings
from bot.texts import Texts
from tests.channels.web_machine import Answer, WebMachine, echo

ROOT = Path(__file__).parents[2]


class Ticks:
    """A clock that goes when told."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


class MadeUp:
    """A demo of two borrowers."""

    staff_name = "reviewer"
    staff_password = "letmein"

    def __init__(self) -> None:
        self.linked: set[str] = set()
        self.paid: list[str] = []
        self.sent: list[SentCode] = []

    def situations(self) -> Sequence[Situation]:
        return [
            Situation("B1", "web.menu", "web.tagline", "1234"),
            Situation("B2", "web.language", "web.tagline", "9876"),
        ]

    async def codes(self) -> Sequence[SentCode]:
        return self.sent

    async def make_link(self, ref: str) -> str:
        if ref not in {"B1", "B2"}:
            raise Refused("web.error.missing")
        return f"https://elsewhere.example/link/token-for-{ref}-0123456789"

    async def is_linked(self, chat_id: str) -> bool:
        return chat_id in self.linked

    async def pay_what_remains(self, chat_id: str) -> None:
        self.paid.append(chat_id)


class WebSite:
    """Everything a test may want to reach."""

    def __init__(
        self,
        answer: Answer = echo,
        *,
        public_url: str = "http://testserver.local",
        demo: MadeUp | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.texts = Texts(ROOT)
        self.machine = WebMachine(self.texts, answer)
        self.ticks = Ticks()
        self.demo = demo
        settings = Settings(public_url=public_url, lender_name="Meadow Finance")
        self.app = Litestar(
            web_routes(self.machine, self.texts, settings, self.ticks, demo=demo, limits=limits),
            openapi_config=None,
            on_shutdown=[self.machine.stop],
        )
