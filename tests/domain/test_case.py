from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from bot.domain.case import (
    OPEN,
    REJECT_REASONS,
    Act,
    ActorKind,
    By,
    CaseEvent,
    CaseFacts,
    Filing,
    Status,
    apply,
    chain_hash,
    counted,
    filed,
    open_case,
)
from bot.texts.catalogue import Catalogue
from tests.domain.cases_made import (
    AT,
    FILED_ON,
    GRANT,
    REVIEWER,
    ROOT,
    a_case,
    actor_for,
    done,
)
from tests.domain.relief_cases import percent, verdict_of
from tests.domain.saying_no import says_no

# --- filing ---------------------------------------------------------------------------------------


def test_a_filed_case_carries_the_verdict_of_its_day() -> None:
    filing = Filing(
        "c1", "RP-7K3M-9QXF", "l1", "b1", "job_loss", "my words", date(2026, 3, 12), ("u1",)
    )
    case = filed(filing, verdict_of({"reason": "job_loss"}), "p1")
    assert case == CaseFacts(
        id="c1",
        reference="RP-7K3M-9QXF",
        loan_id="l1",
        borrower_id="b1",
        currency=case.currency,
        submitted_on=FILED_ON,
        policy_id="p1",
        grade="A",
        days_overdue=10,
        penalty_minor=10_00,
        eligible=True,
        automatic=True,
        matrix_percent=percent("55"),
        answer_due=date(2026, 3, 5),
        reason="job_loss",
        details="my words",
        pay_on=date(2026, 3, 12),
        upload_ids=("u1",),
        status=Status.DRAFT,
        version=0,
    )
    assert case.currency.code == "CNY"


def test_the_first_event_of_a_case_is_its_submission() -> None:
    case, event = done(a_case(Status.DRAFT), Act.SUBMIT)
    assert event == CaseEvent(
        seq=1,
        at=AT,
        actor_kind=ActorKind.BORROWER,
        actor_id="b1",
        act=Act.SUBMIT,
        before=Status.DRAFT,
        after=Status.SUBMITTED,
        why="",
        policy_id="p1",
        slots={},
    )
    assert case.is_open


# --- decisions ------------------------------------------------------------------------------------


def test_taking_a_case_names_the_reviewer() -> None:
    case, _ = done(a_case(), Act.TAKE)
    assert (case.taken_by, case.decided_by) == ("s1", "")


def test_an_offer_carries_the_grant_and_its_event_the_inputs() -> None:
    before = replace(a_case(Status.IN_REVIEW), answer_by=None, pay_by=None)
    by = By(REVIEWER, AT, FILED_ON)
    case, event = apply(before, Act.OFFER, by, grant=GRANT, note="Be well")
    assert (case.percent, case.relief_minor) == (percent("50"), 5_00)
    assert (case.answer_by, case.pay_by) == (date(2026, 3, 9), date(2026, 3, 16))
    assert (case.decided_by, case.decided_on, case.note) == ("s1", FILED_ON, "Be well")
    assert event.slots == {
        "percent": "1/2",
        "relief_minor": "500",
        "answer_by": "2026-03-09",
        "pay_by": "2026-03-16",
    }


def test_an_offer_needs_no_words() -> None:
    by = By(REVIEWER, AT, FILED_ON)
    case, event = apply(a_case(Status.IN_REVIEW), Act.OFFER, by, grant=GRANT)
    assert (case.why, case.note, event.why) == ("", "", "")


def test_an_offer_without_a_condition_says_so_in_its_event() -> None:
    free = replace(GRANT, pay_by=None)
    case, event = apply(a_case(Status.IN_REVIEW), Act.OFFER, By(REVIEWER, AT, FILED_ON), grant=free)
    assert case.pay_by is None
    assert event.slots["pay_by"] == ""


def test_an_automatic_offer_is_decided_by_the_system() -> None:
    case, _ = done(a_case(), Act.AUTO_OFFER)
    assert (case.status, case.decided_by) == (Status.OFFERED, "system")


def test_nothing_is_offered_automatically_that_the_verdict_left_to_a_person() -> None:
    with says_no("case.automatic.not"):
        done(replace(a_case(), automatic=False), Act.AUTO_OFFER)


@pytest.mark.parametrize(
    ("status", "act"), [(Status.SUBMITTED, Act.AUTO_OFFER), (Status.IN_REVIEW, Act.OFFER)]
)
def test_an_offer_above_the_threshold_is_refused_to_one_person(status: Status, act: Act) -> None:
    large = replace(GRANT, second_approver_needed=True)
    with says_no("case.second.needed"):
        apply(a_case(status), act, By(actor_for(act), AT, FILED_ON), grant=large)


def test_an_offer_without_a_grant_is_a_bug() -> None:
    with pytest.raises(ValueError, match="do not go together"):
        apply(a_case(Status.IN_REVIEW), Act.OFFER, By(REVIEWER, AT, FILED_ON))


def test_a_grant_without_an_offer_is_a_bug() -> None:
    with pytest.raises(ValueError, match="do not go together"):
        apply(a_case(), Act.TAKE, By(REVIEWER, AT, FILED_ON), grant=GRANT)


@pytest.mark.parametrize("why", REJECT_REASONS)
def test_a_rejection_carries_its_reason(why: str) -> None:
    case, event = apply(
        a_case(Status.IN_REVIEW), Act.REJECT, By(REVIEWER, AT, FILED_ON), why=why, note="Sorry"
    )
    assert (case.why, case.note, event.why) == (why, "Sorry", why)
    assert (case.decided_by, case.decided_on, case.closed_on) == ("s1", FILED_ON, FILED_ON)
    assert case.percent is None


@pytest.mark.parametrize("why", ["", "because"])
def test_a_rejection_without_a_known_reason_is_refused(why: str) -> None:
    with says_no("case.why.missing"):
        apply(a_case(Status.IN_REVIEW), Act.REJECT, By(REVIEWER, AT, FILED_ON), why=why)


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
def test_every_status_and_reason_has_words(locale: str) -> None:
    catalogue = Catalogue(ROOT, locale)
    keys = [f"case.status.{status}" for status in Status]
    keys += [f"case.reason.{reason}" for reason in REJECT_REASONS]
    assert all(catalogue.message(key) for key in keys)


def test_a_note_has_a_limit() -> None:
    by = By(REVIEWER, AT, FILED_ON)
    case = a_case(Status.IN_REVIEW)
    assert apply(case, Act.REJECT, by, why="other", note="x" * 1_000)[0].note == "x" * 1_000
    with says_no("case.note.long", limit=1_000):
        apply(case, Act.REJECT, by, why="other", note="x" * 1_001)


# --- days -----------------------------------------------------------------------------------------


def test_an_offer_is_accepted_up_to_and_including_its_last_day() -> None:
    offered = a_case(Status.OFFERED)
    assert done(offered, Act.ACCEPT, date(2026, 3, 9))[0].status is Status.ACCEPTED
    with says_no("case.offer.over", day=date(2026, 3, 9)):
        done(offered, Act.ACCEPT, date(2026, 3, 10))


def test_an_offer_may_be_declined_at_any_time() -> None:
    declined, _ = done(a_case(Status.OFFERED), Act.DECLINE, date(2026, 3, 10))
    assert (declined.status, declined.closed_on) == (Status.DECLINED, date(2026, 3, 10))


@pytest.mark.parametrize(
    ("status", "last_day"),
    [(Status.OFFERED, date(2026, 3, 9)), (Status.ACCEPTED, date(2026, 3, 16))],
)
def test_a_case_lapses_only_after_its_last_day(status: Status, last_day: date) -> None:
    case = a_case(status)
    with says_no("case.lapse.early"):
        done(case, Act.LAPSE, last_day)
    lapsed, _ = done(case, Act.LAPSE, last_day + timedelta(days=1))
    assert lapsed.status is Status.LAPSED
    assert not lapsed.is_open


def test_a_case_settles_up_to_and_including_the_pay_by_day() -> None:
    accepted = a_case(Status.ACCEPTED)
    assert done(accepted, Act.SETTLE, date(2026, 3, 16))[0].status is Status.SETTLED
    with says_no("case.settle.late", day=date(2026, 3, 16)):
        done(accepted, Act.SETTLE, date(2026, 3, 17))


def test_without_a_condition_a_case_settles_whenever_and_never_lapses() -> None:
    free = replace(a_case(Status.ACCEPTED), pay_by=None)
    assert done(free, Act.SETTLE, date(2027, 1, 1))[0].status is Status.SETTLED
    with says_no("case.lapse.early"):
        done(free, Act.LAPSE, date(2027, 1, 1))


# --- one open case, what counts, the chain --------------------------------------------------------


@pytest.mark.parametrize("status", Status)
def test_an_open_case_stands_in_the_way_of_another_for_its_loan(status: Status) -> None:
    case = a_case(status)
    found = open_case([case], "l1")
    assert found == (case if status in OPEN else None)
    assert open_case([case], "l2") is None


def test_the_open_statuses_are_those_of_the_store() -> None:
    schema = (ROOT / "bot/store/migrations/0001_first.sql").read_text(encoding="utf-8")
    stated = re.search(r"INDEX case_open .*?NOT IN \((.*?)\)", schema, re.DOTALL)
    assert stated is not None
    closed = set(re.findall(r"'(\w+)'", stated[1]))
    assert closed == {status.value for status in Status if status not in OPEN} - {"draft"}


@pytest.mark.parametrize("status", Status)
def test_only_relief_that_was_given_counts(status: Status) -> None:
    given = {Status.OFFERED, Status.ACCEPTED, Status.SETTLED}
    assert counted([a_case(status)], "l1") == ((FILED_ON,) if status in given else ())
    assert counted([a_case(status)], "l2") == ()


def test_counted_days_are_in_order() -> None:
    later = replace(a_case(Status.SETTLED), submitted_on=date(2026, 4, 1))
    assert counted([later, a_case(Status.SETTLED)], "l1") == (FILED_ON, date(2026, 4, 1))


def test_a_chain_depends_on_every_byte_and_on_where_they_stand() -> None:
    hashes = {
        chain_hash(b"", b"ab"),
        chain_hash(b"", b"ac"),
        chain_hash(b"a", b"b"),
        chain_hash(b"ab", b""),
    }
    assert len(hashes) == 4
    assert all(len(each) == 32 for each in hashes)
    assert chain_hash(b"a", b"b") == chain_hash(b"a", b"b")


def test_a_percent_is_a_fraction_all_the_way() -> None:
    case, _ = done(a_case(Status.IN_REVIEW), Act.OFFER)
    assert isinstance(case.percent, Fraction)


def test_the_form_of_a_chain_is_fixed_for_ever() -> None:
    lengths = bytes(7) + b"\x01" + b"a" + bytes(7) + b"\x02" + b"bc"
    assert chain_hash(b"a", b"bc") == hashlib.sha256(lengths).digest()
