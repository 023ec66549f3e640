"""The statements of each write of a decided turn.

It must not change the chat row: `chat` does, from the same writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import singledispatchmethod

from bot.domain.case import CaseFacts
from bot.store.commit.chaining import Chains
from bot.store.commit.decided import Decided
from bot.store.connection import Op
from bot.store.load import ChatRow
from bot.store.posts import new_post
from bot.store.queries import SQL
from bot.store.rows import DraftBody, RequestBody, encode, stamp, stamped
from bot.store.seal import Seals
from bot.turn import (
    AskStaff,
    Audit,
    CloseDraft,
    CloseRequest,
    CountTry,
    Draft,
    EndFreeze,
    GiveConsent,
    LinkChat,
    PassCode,
    Prove,
    PutFreeze,
    PutWaiver,
    Rate,
    Remember,
    Reminded,
    RemoveWaiver,
    SaveCase,
    SaveDraft,
    StartCode,
    WantReminders,
    WithdrawConsent,
    Write,
)


@dataclass(frozen=True, slots=True)
class Writes:
    """The writes of a decided turn; `here` is the chat heard, as the turn leaves it."""

    decided: Decided
    seals: Seals
    new_id: Callable[[], str]
    here: ChatRow
    chains: Chains

    @property
    def subject(self) -> str:
        """Who the writes are about: the borrower, or the chat until a link."""
        return self.here.subject_id

    @property
    def at(self) -> str:
        """The turn's moment, as stored."""
        return stamp(self.decided.at)

    @singledispatchmethod
    def ops(self, write: Write) -> Iterable[Op]:
        """Statements of one write; those that only change the chat row have none but an audit."""
        if isinstance(write, GiveConsent | WithdrawConsent):
            return [self.chains.audit(type(write).__name__)]
        return []

    @ops.register
    def _(self, write: LinkChat) -> Iterable[Op]:
        audit = self.chains.audit("LinkChat", write.link_id or "")
        if write.link_id is None:
            used = Op(SQL["remove_code"], {"chat_id": self.here.chat.id})
        else:
            used = Op(SQL["use_link"], {"link_id": write.link_id, "at": self.at})
        return [used, *self._forgotten(), audit]

    @ops.register
    def _(self, write: CountTry) -> Iterable[Op]:
        until = stamped(write.locked_until)
        for token in self.decided.loaded.attempt_tokens:
            yield Op(SQL["count_attempt"], {"token": token, "locked_until": until})
        yield self.chains.audit("CountTry")

    @ops.register
    def _(self, _write: Prove) -> Iterable[Op]:
        return [*self._forgotten(), self.chains.audit("Prove")]

    @ops.register
    def _(self, write: StartCode) -> Iterable[Op]:
        chat_id = self.here.chat.id
        values = {
            "chat_id": chat_id,
            "borrower_id": write.borrower_id,
            "code": self.seals.seal(chat_id, "code", "code", chat_id, write.code.encode()),
            "expires_at": stamp(write.expires_at),
        }
        yield Op(SQL["put_code"], values)
        yield self.chains.audit("StartCode")
        if write.borrower_id is not None:
            body = {
                "kind": "code",
                "phone": write.phone,
                "code": write.code,
                "locale": self.here.chat.locale,
                "expires_at": stamp(write.expires_at),
            }
            yield new_post(self.seals, self.new_id(), body, self.decided.at, write.expires_at)

    @ops.register
    def _(self, _write: PassCode) -> Iterable[Op]:
        return [Op(SQL["pass_code"], {"chat_id": self.here.chat.id, "at": self.at})]

    @ops.register
    def _(self, write: SaveDraft) -> Iterable[Op]:
        return [self._draft(write.draft, "open", write.draft.version - 1)]

    @ops.register
    def _(self, write: CloseDraft) -> Iterable[Op]:
        return [self._draft(write.draft, write.how, write.draft.version)]

    @ops.register
    def _(self, write: SaveCase) -> Iterable[Op]:
        yield self._case(write.case, write.draft_id)
        yield self.chains.event(write)

    @ops.register
    def _(self, write: PutWaiver) -> Iterable[Op]:
        values = {
            **self._loan(write.loan_id),
            "waiver_id": write.waiver_id,
            "on_day": write.waiver.on.isoformat(),
            "amount_minor": write.waiver.amount,
            "case_id": write.case_id,
        }
        return [Op(SQL["put_waiver"], values), self._move_loan(write.loan_id)]

    @ops.register
    def _(self, write: RemoveWaiver) -> Iterable[Op]:
        values = {**self._loan(write.loan_id), "case_id": write.case_id}
        return [Op(SQL["remove_waiver"], values, None), self._move_loan(write.loan_id)]

    @ops.register
    def _(self, write: PutFreeze) -> Iterable[Op]:
        values = {
            **self._loan(write.loan_id),
            "freeze_id": write.freeze_id,
            "from_on": write.start.isoformat(),
            "until_on": write.until.isoformat(),
            "case_id": write.case_id,
        }
        return [Op(SQL["put_freeze"], values), self._move_loan(write.loan_id)]

    @ops.register
    def _(self, write: EndFreeze) -> Iterable[Op]:
        values = {**self._loan(write.loan_id), "case_id": write.case_id}
        if write.until is None:
            return [Op(SQL["remove_freeze"], values, None), self._move_loan(write.loan_id)]
        until = {"until_on": write.until.isoformat()}
        return [Op(SQL["end_freeze"], {**values, **until}, None), self._move_loan(write.loan_id)]

    @ops.register
    def _(self, write: Remember) -> Iterable[Op]:
        place = (self.subject, "look", "seen", write.loan_id)
        sealed = self.seals.seal(*place, encode(write.seen))
        values = {**self._loan(write.loan_id), "seen": sealed, "at": self.at}
        return [Op(SQL["put_look"], values)]

    @ops.register
    def _(self, write: WantReminders) -> Iterable[Op]:
        off_at = None if write.wanted else self.at
        yield Op(SQL["want_reminders"], {"borrower_id": self.subject, "at": off_at})
        yield self.chains.audit("RemindersOn" if write.wanted else "RemindersOff")

    @ops.register
    def _(self, write: Reminded) -> Iterable[Op]:
        days = {"last_day": write.last_day.isoformat(), "told_on": write.told_on.isoformat()}
        return [
            Op(SQL["new_reminder"], {**self._loan(write.loan_id), "event": write.event, **days})
        ]

    @ops.register
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
        if write.once:
            return [Op(SQL["new_request_once"], values, None)]
        return [Op(SQL["new_request"], values)]

    @ops.register
    def _(self, write: CloseRequest) -> Iterable[Op]:
        chat_id = self.here.chat.id  # what was asked before a link rests under the chat
        values = {
            "subject_id": self.subject,
            "chat_id": chat_id,
            "request_id": write.request_id,
        }
        return [Op(SQL["answer_request"], values, None)]

    @ops.register
    def _(self, write: Rate) -> Iterable[Op]:
        values = {
            "borrower_id": self.subject,
            "case_id": write.case_id,
            "stars": write.stars,
            "at": self.at,
        }
        return [Op(SQL["new_rating"], values)]

    @ops.register
    def _(self, write: Audit) -> Iterable[Op]:
        return [self.chains.audit(write.kind, write.about)]

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
