"""What a decided turn changes, as one plan of statements: seen update, chat, messages, writes, audit.

It must not decide or touch the database; `Database.commit` applies the plan or nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import singledispatchmethod

from bot.domain.case import CaseFacts
from bot.store.connection import Op
from bot.store.load import NO_CHAT, ChatRow, Loaded, Tip
from bot.store.posts import new_post
from bot.store.queries import SQL
from bot.store.rows import Body, DraftBody, RequestBody, encode, stamp
from bot.store.seal import Seals, chained
from bot.turn import (
    AskStaff,
    Audit,
    CloseDraft,
    CloseRequest,
    CountTry,
    Draft,
    EndFreeze,
    GiveConsent,
    Keep,
    LinkChat,
    Outcome,
    PassCode,
    Prove,
    PutFreeze,
    PutWaiver,
    Rate,
    RemoveWaiver,
    SaveCase,
    SaveDraft,
    SetLocale,
    StartCode,
    TakeOver,
    WithdrawConsent,
    Write,
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message to keep: in which chat, by whom ('me', 'reprieve', 'person'), and what it says."""

    chat_id: str
    speaker: str
    body: Body
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """A turn's update, what was loaded for it, and what was decided; `actor` stands in the audit."""

    source: str
    key: str
    kind: str
    turn_id: str
    at: datetime
    actor: str
    loaded: Loaded
    outcome: Outcome
    spoken: tuple[Spoken, ...]
    heard_here: bool  # whether a person wrote in the chat, rather than an event happening
    idle: timedelta  # after so much quiet, the digits are asked again


def plan(decided: Decided, seals: Seals, new_id: Callable[[], str]) -> list[Op]:
    """The statements that make `decided` durable, guarded by the versions it was decided upon."""
    return _Planner(decided, seals, new_id).ops()


@dataclass(slots=True)
class _Planner:
    decided: Decided
    seals: Seals
    new_id: Callable[[], str]
    event_tips: dict[str, Tip] = field(default_factory=dict)
    audit_tip: Tip = field(default_factory=Tip)
    here: ChatRow = field(init=False)

    def __post_init__(self) -> None:
        self.event_tips = dict(self.decided.loaded.case_tips)
        self.audit_tip = self.decided.loaded.audit_tip
        self.here = self._moved_here()

    @property
    def subject(self) -> str:
        """Who the writes are about: the borrower, or the chat until a link."""
        return self.here.subject_id

    @property
    def at(self) -> str:
        return stamp(self.decided.at)

    def ops(self) -> list[Op]:
        rows = self._chat_rows()
        return [
            self._see(),
            *(op for write in self.decided.outcome.write for op in self._written(write)),
            *self._spoken(rows),
        ]

    # --- the update ---

    def _see(self) -> Op:
        same = {"source": self.decided.source, "key": self.decided.key}
        if self.decided.loaded.seen == "waiting":
            return Op(SQL["see_waiting"], same)
        kind = {"kind": self.decided.kind, "at": self.at}
        subject = self.decided.loaded.here.subject_id
        return Op(SQL["see_new"], {**same, **kind, "subject_id": subject})

    # --- chats and messages ---

    def _moved_here(self) -> ChatRow:
        """The chat heard, as the writes leave it."""
        row = self.decided.loaded.here
        for write in self.decided.outcome.write:
            row = _moved(row, write, self.decided.at)
        asking = self.decided.outcome.asking
        chat = row.chat if isinstance(asking, Keep) else replace(row.chat, asking=asking)
        if not self.decided.heard_here:
            return replace(row, chat=chat)
        fresh = self._is_fresh(replace(row, chat=chat))
        proven_at = self.decided.at if fresh else chat.proven_at
        chat = replace(chat, heard_at=self.decided.at, proven_at=proven_at)
        return replace(row, chat=chat, hidden_until=0 if fresh else row.hidden_until or row.last_seq)

    def _is_fresh(self, row: ChatRow) -> bool:
        """Whether the digits count as given: nobody is linked, or there was no long quiet since."""
        proven = row.chat.proven_at
        if row.borrower_id is None:
            return True
        return proven is not None and self.decided.at - proven <= self.decided.idle

    def _chat_rows(self) -> dict[str, ChatRow]:
        rows = {row.chat.id: row for row in self.decided.loaded.chats}
        rows[self.here.chat.id] = self.here
        return rows

    def _spoken(self, rows: dict[str, ChatRow]) -> Iterator[Op]:
        """Messages and outbox rows, each chat's numbers going up, then the chats themselves."""
        moved = {self.here.chat.id} if self.here.chat.id != NO_CHAT else set()
        for spoken in self.decided.spoken:
            row = rows[spoken.chat_id]
            row = rows[spoken.chat_id] = self._numbered(row)
            moved.add(spoken.chat_id)
            yield from self._message(row, spoken)
        for chat_id in sorted(moved):
            yield Op(SQL["move_chat"], _chat_values(rows[chat_id]))

    def _numbered(self, row: ChatRow) -> ChatRow:
        """The chat with one more message, hidden if it came by itself while nobody is proven there."""
        seq = row.last_seq + 1
        by_itself = not self.decided.heard_here or row.chat.id != self.here.chat.id
        hidden = seq if by_itself and not self._is_fresh(row) else row.hidden_until
        return replace(row, last_seq=seq, hidden_until=hidden)

    def _message(self, row: ChatRow, spoken: Spoken) -> Iterator[Op]:
        message_id = self.new_id()
        subject = row.subject_id
        place = (subject, "message", "body", message_id)
        same = {"message_id": message_id, "chat_id": row.chat.id, "seq": row.last_seq}
        yield Op(
            SQL["new_message"],
            {
                **same,
                "borrower_id": row.borrower_id,
                "subject_id": subject,
                "turn_id": self.decided.turn_id,
                "at": self.at,
                "speaker": spoken.speaker,
                "body": self.seals.seal(*place, encode(spoken.body)),
                "replaces": spoken.replaces,
            },
        )
        if spoken.speaker != "me":
            yield Op(SQL["new_outbox"], {**same, "channel": row.channel})

    # --- writes ---

    @singledispatchmethod
    def _written(self, write: Write) -> Iterable[Op]:
        """Statements of one write; those that only change the chat row have none but an audit."""
        if isinstance(write, GiveConsent | WithdrawConsent):
            return [self._audit(type(write).__name__)]
        return []

    @_written.register
    def _(self, write: LinkChat) -> Iterable[Op]:
        audit = self._audit("LinkChat", write.link_id or "")
        if write.link_id is None:
            used = Op(SQL["remove_code"], {"chat_id": self.here.chat.id})
        else:
            used = Op(SQL["use_link"], {"link_id": write.link_id, "at": self.at})
        return [used, *self._forgotten(), audit]

    @_written.register
    def _(self, write: CountTry) -> Iterable[Op]:
        until = _stamped(write.locked_until)
        for token in self.decided.loaded.attempt_tokens:
            yield Op(SQL["count_attempt"], {"token": token, "locked_until": until})
        yield self._audit("CountTry")

    @_written.register
    def _(self, write: Prove) -> Iterable[Op]:
        return [*self._forgotten(), self._audit("Prove")]

    @_written.register
    def _(self, write: StartCode) -> Iterable[Op]:
        chat_id = self.here.chat.id
        values = {
            "chat_id": chat_id,
            "borrower_id": write.borrower_id,
            "code": self.seals.seal(chat_id, "code", "code", chat_id, write.code.encode()),
            "expires_at": stamp(write.expires_at),
        }
        yield Op(SQL["put_code"], values)
        yield self._audit("StartCode")
        if write.borrower_id is not None:
            body = {
                "kind": "code",
                "phone": write.phone,
                "code": write.code,
                "locale": self.here.chat.locale,
                "expires_at": stamp(write.expires_at),
            }
            yield new_post(self.seals, self.new_id(), body, self.decided.at, write.expires_at)

    @_written.register
    def _(self, write: PassCode) -> Iterable[Op]:
        return [Op(SQL["pass_code"], {"chat_id": self.here.chat.id, "at": self.at})]

    @_written.register
    def _(self, write: SaveDraft) -> Iterable[Op]:
        return [self._draft(write.draft, "open", write.draft.version - 1)]

    @_written.register
    def _(self, write: CloseDraft) -> Iterable[Op]:
        return [self._draft(write.draft, write.how, write.draft.version)]

    @_written.register
    def _(self, write: SaveCase) -> Iterable[Op]:
        yield self._case(write.case, write.draft_id)
        yield self._event(write)

    @_written.register
    def _(self, write: PutWaiver) -> Iterable[Op]:
        values = {
            **self._loan(write.loan_id),
            "waiver_id": write.waiver_id,
            "on_day": write.waiver.on.isoformat(),
            "amount_minor": write.waiver.amount,
            "case_id": write.case_id,
        }
        return [Op(SQL["put_waiver"], values), self._move_loan(write.loan_id)]

    @_written.register
    def _(self, write: RemoveWaiver) -> Iterable[Op]:
        values = {**self._loan(write.loan_id), "case_id": write.case_id}
        return [Op(SQL["remove_waiver"], values, None), self._move_loan(write.loan_id)]

    @_written.register
    def _(self, write: PutFreeze) -> Iterable[Op]:
        values = {
            **self._loan(write.loan_id),
            "freeze_id": write.freeze_id,
            "from_on": write.start.isoformat(),
            "until_on": write.until.isoformat(),
            "case_id": write.case_id,
        }
        return [Op(SQL["put_freeze"], values), self._move_loan(write.loan_id)]

    @_written.register
    def _(self, write: EndFreeze) -> Iterable[Op]:
        values = {**self._loan(write.loan_id), "case_id": write.case_id}
        if write.until is None:
            return [Op(SQL["remove_freeze"], values, None), self._move_loan(write.loan_id)]
        until = {"until_on": write.until.isoformat()}
        return [Op(SQL["end_freeze"], {**values, **until}, None), self._move_loan(write.loan_id)]

    @_written.register
    def _(self, write: AskStaff) -> Iterable[Op]:
        place = (self.subject, "request", "body", write.request_id)
        body = encode(RequestBody(write.words, write.upload_ids))
        values = {
            "subject_id": self.subject,
            "request_id": write.request_id,
            "chat_id": self.here.chat.id,
            "kind": write.kind,
            "loan_id": write.loan_id,
            "urgent": write.urgent,
            "at": self.at,
            "body": self.seals.seal(*place, body),
        }
        return [Op(SQL["new_request"], values)]

    @_written.register
    def _(self, write: CloseRequest) -> Iterable[Op]:
        chat_id = self.here.chat.id  # what was asked before a link rests under the chat
        values = {
            "subject_id": self.subject,
            "chat_id": chat_id,
            "request_id": write.request_id,
        }
        return [Op(SQL["answer_request"], values, None)]

    @_written.register
    def _(self, write: Rate) -> Iterable[Op]:
        values = {
            "borrower_id": self.subject,
            "case_id": write.case_id,
            "stars": write.stars,
            "at": self.at,
        }
        return [Op(SQL["new_rating"], values)]

    @_written.register
    def _(self, write: Audit) -> Iterable[Op]:
        return [self._audit(write.kind, write.about)]

    # --- parts ---

    def _forgotten(self) -> list[Op]:
        """Right digits: wrong ones before them no longer count."""
        tokens = self.decided.loaded.attempt_tokens
        return [Op(SQL["forget_attempt"], {"token": token}, None) for token in tokens]

    def _loan(self, loan_id: str) -> dict[str, object]:
        return {"borrower_id": self.subject, "loan_id": loan_id}

    def _move_loan(self, loan_id: str) -> Op:
        return Op(SQL["move_loan"], self._loan(loan_id))

    def _draft(self, draft: Draft, state: str, left: int) -> Op:
        """The draft at the version after `left`; 0 means that it was never stored."""
        place = (self.subject, "draft", "answers", draft.id)
        body = encode(DraftBody(dict(draft.raw), draft.changing))
        values = {
            "subject_id": self.subject,
            "draft_id": draft.id,
            "flow": draft.flow,
            "answers": self.seals.seal(*place, body),
            "state": state,
            "created_at": stamp(draft.created_at),
            "updated_at": self.at,
        }
        if left == 0:
            return Op(SQL["new_draft"], {**values, "version": 1})
        return Op(SQL["move_draft"], {**values, "version": left})

    def _case(self, case: CaseFacts, draft_id: str | None) -> Op:
        place = (case.borrower_id, "relief_case", "facts", case.id)
        values = {
            "borrower_id": case.borrower_id,
            "case_id": case.id,
            "loan_id": case.loan_id,
            "draft_id": draft_id,
            "reference": case.reference,
            "status": case.status.value,
            "submitted_on": case.submitted_on.isoformat(),
            "answer_due": case.answer_due.isoformat(),
            "pay_by": case.pay_by.isoformat() if case.pay_by else None,
            "facts": self.seals.seal(*place, encode(case)),
            "version": case.version,
        }
        return Op(SQL["new_case" if case.version == 1 else "move_case"], values)

    def _event(self, write: SaveCase) -> Op:
        case = write.case
        tip = self.event_tips.get(case.id, Tip())
        seq = tip.seq + 1
        place = (case.borrower_id, "case_event", "body", f"{case.id}.{seq}")
        sealed = self.seals.seal(*place, encode(write.event))
        self.event_tips[case.id] = Tip(seq, chained(tip.hash, sealed))
        values = {
            "borrower_id": case.borrower_id,
            "case_id": case.id,
            "seq": seq,
            "at": self.at,
            "body": sealed,
            "hash": self.event_tips[case.id].hash,
        }
        return Op(SQL["new_event"], values)

    def _audit(self, kind: str, about: str = "") -> Op:
        """The next row of the audit chain of the subject as it was loaded."""
        subject = self.decided.loaded.here.subject_id
        op, self.audit_tip = audit_op(
            self.seals, self.audit_tip, (subject, self.decided.actor, kind, about), self.decided.at
        )
        return op


def audit_op(
    seals: Seals, tip: Tip, what: tuple[str, str, str, str], at: datetime
) -> tuple[Op, Tip]:
    """The row after `tip` for (subject, actor, kind, about), and the tip it makes."""
    subject, actor, kind, about = what
    seq = tip.seq + 1
    sealed = seals.seal(subject, "audit", "body", f"{subject}.{seq}", about.encode())
    after = Tip(seq, chained(tip.hash, sealed))
    values = {
        "subject_id": subject,
        "seq": seq,
        "at": stamp(at),
        "actor": actor,
        "kind": kind,
        "body": sealed,
        "hash": after.hash,
    }
    return Op(SQL["new_audit"], values), after


def _moved(row: ChatRow, write: Write, at: datetime) -> ChatRow:
    """The chat row after one write."""
    chat = row.chat
    match write:
        case SetLocale():
            return replace(row, chat=replace(chat, locale=write.locale))
        case GiveConsent():
            return replace(row, chat=replace(chat, consented_at=at))
        case WithdrawConsent():
            gone = replace(chat, consented_at=None, proven_at=None, asking=None)
            return replace(row, chat=gone, borrower_id=None, link_id=None)
        case LinkChat():
            return replace(row, chat=replace(chat, proven_at=at), borrower_id=write.borrower_id, link_id=None)
        case Prove():
            return replace(row, chat=replace(chat, proven_at=at))
        case TakeOver():
            return replace(row, chat=replace(chat, human=write.human))
        case _:
            return row


def _chat_values(row: ChatRow) -> Mapping[str, object]:
    chat = row.chat
    return {
        "chat_id": chat.id,
        "borrower_id": row.borrower_id,
        "locale": chat.locale,
        "consented_at": _stamped(chat.consented_at),
        "asking": chat.asking,
        "link_id": row.link_id,
        "proven_at": _stamped(chat.proven_at),
        "hidden_until": row.hidden_until,
        "heard_at": _stamped(chat.heard_at),
        "human": chat.human,
        "last_seq": row.last_seq,
        "version": row.version,
    }


def _stamped(at: datetime | None) -> str | None:
    return stamp(at) if at is not None else None
