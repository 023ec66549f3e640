"""One request of somebody signed in: who, in which language, and how a page is answered.

It must not know any page.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from litestar import Response

from bot.console.context import Console, StaffRequest, console_of, session_of
from bot.console.gate import Forged, own_path
from bot.store import audit
from bot.store.seal import Seals
from bot.store.staff import Actor
from bot.store.staff_session import Session
from bot.texts import cleaned

Result = TypeVar("Result")
More = ParamSpec("More")
Read = Callable[Concatenate[sqlite3.Connection, Seals, Actor, More], Result]
_NONCE: Final = re.compile(r"[0-9a-f]{32}\Z")


@dataclass(frozen=True, slots=True)
class Visit:
    """A request with its session."""

    request: StaffRequest
    console: Console
    session: Session

    @property
    def actor(self) -> Actor:
        """Who asks."""
        return self.session.actor

    async def read(self, what: Read[More, Result], *args: More.args, **more: More.kwargs) -> Result:
        """A reading of the desk in one snapshot, on behalf of the actor; no turn waits for it."""
        seals, actor = self.console.seals, self.actor

        def look(db: sqlite3.Connection) -> Result:
            db.row_factory = sqlite3.Row
            return what(db, seals, actor, *args, **more)

        return await self.console.database.apart(look)

    async def looked(self, subject_id: str, kind: str, about: str) -> None:
        """Note in the subject's audit chain that the actor looked."""
        console, now = self.console, self.console.clock()
        what = (subject_id, f"staff:{self.actor.id}", kind, about)
        await console.database.write(lambda db: audit.append(db, console.seals, what, now))

    def page(
        self, template: str, values: Mapping[str, object], here: str = "", status: int = 200
    ) -> Response[Any]:
        """A page in the actor's language."""
        frame = {"visit": self.session, "here": here, "back": own_path(self.request.url.path)}
        return self.console.pages.page(template, self.locale, {**frame, **values}, status)

    @property
    def locale(self) -> str:
        """The actor's language, or the lender's when there are no words in it."""
        texts = self.console.pages.texts
        return self.actor.locale if self.actor.locale in texts.locales else texts.default

    async def form(self) -> Mapping[str, str]:
        """The fields of the form, cleaned of control signs."""
        return {
            name: cleaned(value)
            for name, value in (await self.request.form()).items()
            if isinstance(value, str)
        }


def visit_of(request: StaffRequest) -> Visit:
    """The visit behind a request that passed the gate."""
    return Visit(request, console_of(request), session_of(request))


def nonce() -> str:
    """A fresh key for one form: what it does has one effect, however often it is sent."""
    return secrets.token_hex(16)


def key_of(visit: Visit, form: Mapping[str, str]) -> str:
    """The update's key from the form's nonce; Forged when it has none of ours."""
    given = form.get("nonce", "")
    if not _NONCE.match(given):
        raise Forged
    return f"{visit.actor.id}:{given}"
