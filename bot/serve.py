"""The staircase: an update comes down, is decided by pure functions, and goes up in one commit.

It must not know a channel, a table or a word: those are its neighbours.
"""

from __future__ import annotations

import asyncio
import unicodedata
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction
from typing import TYPE_CHECKING

import structlog

from bot.domain.policy import Policy
from bot.errors import Broken, Refused, Rejected, ReprieveError
from bot.route import Menu, gate, route, wanted
from bot.speak import spoken_of, with_way_back
from bot.store.commit import Decided, plan
from bot.store.connection import Conflict, Database
from bot.store.inbox import (
    finish,
    keep_for_later,
    keep_new,
    open_body,
    quarantine,
    waiting_rows,
)
from bot.store.load import Loaded, Wanted, load
from bot.store.seal import Seals
from bot.texts import Texts
from bot.turn import (
    BooksChanged,
    DayPassed,
    Heard,
    Keep,
    Lost,
    OpenedLink,
    Outcome,
    Press,
    Pressed,
    Public,
    Said,
    Say,
    SharedContact,
    StaffDecided,
    StaffWrote,
    Text,
    Turn,
    Unusable,
    Uploaded,
    refusal,
    text,
)
from bot.understand import Understood

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

log = structlog.get_logger()
_TRIES = 3  # decisions upon a fresh snapshot before a turn counts as failed
ATTEMPTS = 3  # failed turns before an update is set aside
_LOCKS = 10_000
_CODE_DIGITS = 6


_OF_CHAT = frozenset({"text", "button", "upload", "unusable", "link", "public", "contact", "sorry"})


@dataclass(frozen=True, slots=True)
class Update:
    """Something that happened, from a channel, from staff or from the machine itself.

    `key` is the sender's own identifier: the same (source, key) again has one effect. `subject_id`
    is the chat's id for what a chat sent and for staff_wrote, the borrower's for other events.
    Kinds and their bodies:
    text {text}, button {button}, upload {upload_id, kind, size}, unusable {kind}, link {},
    staff_decided / staff_wrote {the fields of the heard value}, books_changed {}, day_passed {}.
    """

    source: str
    key: str
    subject_id: str
    kind: str
    body: Mapping[str, object] = field(default_factory=dict)

    @property
    def of_chat(self) -> bool:
        """Whether a chat sent it."""
        return self.kind in _OF_CHAT


@dataclass(frozen=True, slots=True)
class Machine:
    """What the staircase stands on. `clock` answers aware UTC; `chance` 64 random bits."""

    database: Database
    seals: Seals
    texts: Texts
    menu: Menu
    policy: Policy
    zone: tzinfo
    clock: Callable[[], datetime]
    new_id: Callable[[], str]
    chance: Callable[[], int]
    understand: Callable[[str, str], Understood]
    idle: timedelta
    demo: bool = False
    can_code: bool = False  # one-time codes have a way to the borrower


Interpreter = Callable[[Update], Awaitable[Update | None]]
"""Reads an update that a channel kept raw; None when it needs no turn."""


class Serve:
    """Takes updates, each with one effect, those of one subject one at a time."""

    def __init__(self, machine: Machine, wake_outbox: Callable[[], None]) -> None:
        self.machine = machine
        self._wake_outbox = wake_outbox
        self._locks: OrderedDict[str, asyncio.Lock] = OrderedDict()
        self._subject: dict[str, str] = {}
        self._held: set[tuple[str, str]] = set()
        self.interpreters: dict[str, Interpreter] = {}

    async def receive(self, update: Update) -> None:
        """Decide and commit `update`; on return it is durable, or kept to be tried again.

        Raises Refused or Rejected for acts of staff that a rule forbids; nothing else is raised for
        an update that has been accepted.
        """
        try:
            await self._turn(update)
        except (Refused, Rejected):
            raise
        except Exception as failed:  # noqa: BLE001  # a bug must not lose an accepted update
            log.error("turn.failed", kind=update.kind, error=_name(failed))
            await keep_for_later(self._store(), update, _name(failed), self.machine.clock())

    async def keep(self, updates: Sequence[Update]) -> list[Update]:
        """Keep updates for later in one commit; those that were not known before, now held.

        What is held is not resumed until it is let go. Durable on return.
        """
        new = await keep_new(self._store(), updates, self.machine.clock())
        self._held.update((update.source, update.key) for update in new)
        return new

    def let_go(self, update: Update) -> None:
        """Its turn has been tried: if it still waits, `resume` takes it up."""
        self._held.discard((update.source, update.key))

    async def finish(self, update: Update) -> None:
        """A kept update needs no turn."""
        await finish(self._store(), update)

    async def set_aside(self, update: Update, error: str) -> None:
        """A kept update cannot be read; it stays for whoever mends the fault."""
        await quarantine(self._store(), update, error)

    async def resume(self) -> int:
        """Try again what waits in the inbox; what failed three times is set aside. Returns how many."""
        rows = await waiting_rows(self._store())
        free = [row for row in rows if (row["source"], row["key"]) not in self._held]
        for row in free:
            await self._again(row)
        return len(free)

    async def _again(self, row: Mapping[str, object]) -> None:
        body = open_body(self.machine.seals, row)
        update = Update(
            str(row["source"]), str(row["key"]), str(row["subject_id"]), str(row["kind"]), body
        )
        try:
            read = self.interpreters.get(update.kind)
            wanted_turn = await read(update) if read else update
            if wanted_turn is not None:
                await self._turn(wanted_turn)
        except Exception as failed:  # noqa: BLE001  # counted, then set aside: the rest goes on
            log.error("turn.failed.again", kind=update.kind, error=_name(failed))
            await self._count_failure(update, int(str(row["attempts"])) + 1, failed)

    async def _count_failure(self, update: Update, attempts: int, failed: Exception) -> None:
        if attempts < ATTEMPTS and not isinstance(failed, ReprieveError):
            await keep_for_later(
                self._store(), update, _name(failed), self.machine.clock(), attempts
            )
            return
        await quarantine(self._store(), update, _name(failed))
        log.error("update.quarantined", kind=update.kind, error=_name(failed))
        if update.of_chat and update.kind != "sorry":
            sorry = Update("system", f"sorry:{update.source}:{update.key}", update.subject_id, "sorry")
            await self.receive(sorry)

    async def _turn(self, update: Update) -> None:
        async with self._one_at_a_time(update.subject_id):
            go_on = await self._decide_and_commit(update)
            while go_on is not None:
                update = replace(update, key=update.key + ">", kind="go_on", body={"press": go_on})
                go_on = await self._decide_and_commit(update)
        self._wake_outbox()

    async def _decide_and_commit(self, update: Update) -> Press | None:
        """One decision upon one snapshot, again when somebody else was first."""
        for left in reversed(range(_TRIES)):
            loaded = await self._load(update)
            if loaded.seen in {"done", "quarantined"}:
                return None
            decided = self._decide(update, loaded)
            try:
                await self.machine.database.commit(
                    plan(decided, self.machine.seals, self.machine.new_id)
                )
            except Conflict:
                if left == 0:
                    raise
                continue
            return decided.outcome.go_on
        raise Broken("error.turn.busy")

    async def _load(self, update: Update) -> Loaded:
        wanted_rows = Wanted(
            update.source,
            update.key,
            chat_id=None if _about_borrower(update) else update.subject_id,
            borrower_id=update.subject_id if _about_borrower(update) else None,
            button=str(update.body.get("button", "")) if update.kind == "button" else None,
            phone=str(update.body["phone"]) if update.kind == "contact" else None,
        )
        seals = self.machine.seals
        loaded = await self.machine.database.read(lambda db: load(db, seals, wanted_rows))
        self._remember(update.subject_id, loaded.here.subject_id)
        return loaded

    def _decide(self, update: Update, loaded: Loaded) -> Decided:
        turn = self._facts(update, loaded)
        task = route(turn, self.machine.menu)
        outcome = self._answer(turn, update)
        outcome = with_way_back(outcome, turn, self.machine.menu, task)
        return Decided(
            source=update.source,
            key=update.key,
            kind=update.kind,
            turn_id=turn.id,
            at=turn.now,
            actor=_actor(update),
            loaded=loaded,
            outcome=outcome,
            spoken=spoken_of(outcome, turn, loaded, self.machine.texts),
            heard_here=update.of_chat,
            idle=self.machine.idle,
        )

    def _answer(self, turn: Turn, update: Update) -> Outcome:
        if update.kind == "sorry":
            return Outcome((Say((text("error.sorry"),)),), asking=Keep.AS_IS)
        task = route(turn, self.machine.menu)
        before = gate(task, turn, self.machine.idle)
        try:
            if before is not None and before != task.name:
                gated = replace(turn, wanted=wanted(turn, task))
                return self.machine.menu[before].handle(gated)
            return task.handle(turn)
        except (Rejected, Refused) as said_no:
            if isinstance(turn.heard, StaffDecided | StaffWrote):
                raise
            return Outcome((Say((refusal(said_no),)),), asking=Keep.AS_IS)

    def _facts(self, update: Update, loaded: Loaded) -> Turn:
        machine = self.machine
        now = machine.clock()
        return Turn(
            id=machine.new_id(),
            now=now,
            today=now.astimezone(machine.zone).date(),
            heard=self._heard(update, loaded),
            chat=loaded.here.chat,
            policy=machine.policy,
            ids=tuple(machine.new_id() for _ in range(4)),
            chance=machine.chance(),
            borrower=loaded.borrower,
            link=loaded.link,
            loans=loaded.loans,
            drafts=loaded.drafts,
            cases=loaded.cases,
            rated=loaded.rated,
            locales=machine.texts.locales,
            demo=machine.demo,
            tries=loaded.tries,
            locked_until=loaded.locked_until,
            can_code=machine.can_code,
            code=loaded.code,
            contact_of=loaded.contact_of,
            new_code=f"{machine.chance() % 10**_CODE_DIGITS:0{_CODE_DIGITS}d}",
        )

    def _heard(self, update: Update, loaded: Loaded) -> Heard:
        body = update.body
        match update.kind:
            case "text":
                return self._said(body, loaded)
            case "button":
                return _pressed(loaded)
            case "go_on":
                press = body["press"]
                return Pressed(press) if isinstance(press, Press) else Lost()
            case "upload":
                return _uploaded(body)
            case "link":
                return OpenedLink()
            case "public":
                return Public()
            case "contact":
                return SharedContact(str(body["phone"]), own=bool(body["own"]))
            case "staff_decided":
                return _staff_decided(body)
            case "staff_wrote":
                return StaffWrote(**body)  # type: ignore[arg-type]  # the console built it from one
            case "books_changed":
                return BooksChanged()
            case "day_passed" | "sorry":
                return DayPassed()
            case _:
                return Unusable(str(body.get("kind", "unknown")))

    def _said(self, body: Mapping[str, object], loaded: Loaded) -> Heard:
        """Typed words: a label of a card still in sight is a tap; else what they may mean."""
        typed = str(body["text"])
        label = "" if typed.startswith("/") else _folded(typed)
        for card in loaded.cards:
            for row in card.buttons:
                for shown in row:
                    if shown.press and label and _folded(shown.label) == label:
                        return Pressed(Press.read(shown.press), shown.label)
        meant = self.machine.understand(typed, loaded.here.chat.locale)
        tasks = (meant.task,) if meant.task else meant.choices
        return Said(typed, tasks, meant.distress, forwarded=bool(body.get("forwarded")))

    @asynccontextmanager
    async def _one_at_a_time(self, subject_id: str) -> AsyncIterator[None]:
        subject = self._subject.get(subject_id, subject_id)
        lock = self._locks.setdefault(subject, asyncio.Lock())
        self._locks.move_to_end(subject)
        async with lock:
            yield
        while len(self._locks) > _LOCKS and not next(iter(self._locks.values())).locked():
            self._locks.popitem(last=False)

    def _remember(self, chat_id: str, subject_id: str) -> None:
        """Which borrower's turns a chat's turns must not run beside; versions guard when unknown."""
        if len(self._subject) > _LOCKS:
            self._subject.clear()
        self._subject[chat_id] = subject_id

    def _store(self) -> tuple[Database, Seals]:
        return self.machine.database, self.machine.seals


def _about_borrower(update: Update) -> bool:
    return update.kind in {"staff_decided", "books_changed", "day_passed"}


def _uploaded(body: Mapping[str, object]) -> Heard:
    """A file this chat handed in; any other id is a lost button's match."""
    if not body.get("upload_id"):
        return Lost()
    return Uploaded(str(body["upload_id"]), str(body["kind"]), int(str(body["size"])))


def _staff_decided(body: Mapping[str, object]) -> StaffDecided:
    percent = body.get("percent")
    share = Fraction(str(percent)) if percent is not None else None
    return StaffDecided(**{**body, "percent": share})  # type: ignore[arg-type]  # the console built it


def _pressed(loaded: Loaded) -> Heard:
    if loaded.pressed is None:
        return Lost()
    shown, _seq = loaded.pressed
    return Pressed(Press.read(shown.press), shown.label)


def _folded(label: str) -> str:
    """A label as people type it: letters and digits alone, whatever their width and case."""
    plain = unicodedata.normalize("NFKC", label).casefold()
    return "".join(character for character in plain if character.isalnum())


def _actor(update: Update) -> str:
    if update.kind in {"staff_decided", "staff_wrote"}:
        return f"staff:{update.body.get('staff_id', '')}"
    return "borrower" if update.of_chat else "system"


def _name(failed: Exception) -> str:
    """What failed, without its words, which may hold personal data."""
    return failed.key if isinstance(failed, ReprieveError) else type(failed).__name__
