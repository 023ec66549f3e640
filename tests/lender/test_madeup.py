"""The made-up lender: a fresh, equal tape for every day, and twelve people whose story is true."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.domain.accrual import Statement, statement
from bot.domain.books import TapeLoan
from bot.domain.loan import Freeze, Loan, Payment, Waiver
from bot.domain.policy import Policy, load_policy
from bot.domain.relief import ReliefFacts, Verdict, verdict
from bot.lender.madeup import BORROWERS, SITUATIONS, made_up, pay, write_made_up_tape
from bot.lender.tape import read_tape
from bot.texts import Texts
from bot.turn import Text

ROOT = Path(__file__).parent.parent.parent
POLICY = load_policy((ROOT / "policy" / "default.toml").read_text(encoding="utf-8"))
DAYS = [
    date(2026, 1, 5),
    date(2026, 3, 1),
    date(2026, 11, 23),
    date(2027, 3, 31),
    date(2028, 2, 29),
]
every_day = pytest.mark.parametrize("today", DAYS, ids=str)


def told(loan: TapeLoan, today: date, policy: Policy = POLICY) -> Statement:
    books = Loan(
        currency=loan.currency,
        instalments=loan.instalments,
        payments=tuple(Payment(row.on, row.amount) for row in loan.payments),
        freezes=tuple(Freeze(row.start, row.until) for row in loan.freezes),
        waivers=tuple(Waiver(row.on, row.amount) for row in loan.waivers),
        contract_rate=loan.contract_rate,
        principal=loan.principal,
    )
    terms = policy.terms_for(loan.product)
    return statement(books, terms, policy.allocation_for(loan.product), today)


def loans_of(name: str, today: date) -> tuple[TapeLoan, ...]:
    found = next(each for each in SITUATIONS if each.id == name)
    return found.loans(found.borrower_ref, today)


def judged(name: str, today: date, reason: str | None = None) -> Verdict:
    loan = loans_of(name, today)[0]
    grade = next(each.grade for each in SITUATIONS if each.id == name)
    facts = ReliefFacts(
        product=loan.product,
        grade=grade,
        loan_status=loan.status,
        statement=told(loan, today),
        reason=reason,
        difference=loan.reported is not None,
    )
    return verdict(facts, POLICY, today)


def failed(found: Verdict) -> set[str]:
    return {rule.key for rule in found.rules if not rule.passed}


@every_day
def test_the_tape_reads_back_as_it_was_made(tmp_path: Path, today: date) -> None:
    write_made_up_tape(tmp_path, today)
    tape = read_tape(tmp_path)
    borrowers, loans = made_up(today)
    assert (tape.as_of, tape.notes) == (today, ())
    assert tape.borrowers == borrowers
    assert tape.loans == loans


def test_it_is_equal_for_equal_seeds_and_differs_for_others() -> None:
    assert made_up(DAYS[0], 7) == made_up(DAYS[0], 7)
    assert made_up(DAYS[0], 7) != made_up(DAYS[0], 8)


@every_day
def test_it_is_mixed(today: date) -> None:
    borrowers, loans = made_up(today)
    late = [told(loan, today).days_overdue for loan in loans]
    held = Counter(loan.borrower_ref for loan in loans)
    assert len(borrowers) == len({borrower.phone for borrower in borrowers}) == BORROWERS == 200
    assert {borrower.grade for borrower in borrowers} == set("ABCDE")
    assert {loan.product for loan in loans} == set(POLICY.products)
    assert {loan.currency.code for loan in loans} == {"CNY", "IDR", "INR"}
    assert max(held.values()) == 5
    assert 0.3 < sum(days == 0 for days in late) / len(late) < 0.6
    assert {days for days in late if days > 90}


@every_day
def test_nothing_was_paid_in_the_future(today: date) -> None:
    _, loans = made_up(today)
    assert all(row.on <= today for loan in loans for row in loan.payments)


def test_everybody_has_a_title_and_a_line_in_every_language() -> None:
    texts = Texts(ROOT)
    assert len(SITUATIONS) == len({each.borrower_ref for each in SITUATIONS}) == 12
    for each in SITUATIONS:
        texts.render_everywhere(Text(each.title))
        texts.render_everywhere(Text(each.line))


@every_day
def test_inside_the_grace_nothing_is_charged_yet(today: date) -> None:
    (loan,) = loans_of("grace", today)
    assert told(loan, today).days_overdue == 2
    assert told(loan, today).charged == 0
    assert told(loan, today + timedelta(days=2)).charged > 0


@every_day
def test_the_tiers_are_those_of_the_picture(today: date) -> None:
    (loan,) = loans_of("tiers", today)
    penalties = [told(loan, today + timedelta(days=days)).penalty for days in (0, 7, 30)]
    assert penalties == [40250, 52500, 99750]
    found = judged("tiers", today)
    assert (found.eligible, found.relief_minor, found.automatic) == (True, 20125, False)


@every_day
def test_a_lost_job_needs_evidence_and_brings_points(today: date) -> None:
    without, found = judged("evidence", today), judged("evidence", today, "job_loss")
    assert found.eligible
    assert found.evidence
    assert found.percent > without.percent
    assert not found.automatic
    assert found.penalty_minor > 500_000


@every_day
def test_a_small_penalty_is_granted_at_once(today: date) -> None:
    assert judged("automatic", today, "other").automatic


@every_day
def test_two_of_three_loans_are_late(today: date) -> None:
    late = [told(loan, today).days_overdue for loan in loans_of("several", today)]
    assert late == [45, 20, 0]


@every_day
def test_part_payments_are_several_a_day_and_one_is_backdated(today: date) -> None:
    (loan,) = loans_of("part_payments", today)
    days = Counter(row.on for row in loan.payments)
    booked = [row for row in loan.payments if row.entered_at is not None]
    assert max(days.values()) == 2
    assert all(row.entered_at and row.entered_at.date() > row.on for row in booked)
    assert loan.instalments[0].no == 11
    assert judged("part_payments", today).eligible


@every_day
def test_the_window_has_closed_for_one(today: date) -> None:
    assert failed(judged("too_late", today)) == {"verdict.window.no"}


@every_day
def test_one_has_nothing_overdue(today: date) -> None:
    (loan,) = loans_of("on_time", today)
    assert told(loan, today).outstanding.total == 0


@every_day
def test_the_reported_penalty_is_another_than_ours(today: date) -> None:
    (loan,) = loans_of("difference", today)
    assert loan.reported_on == today
    assert loan.reported != told(loan, today).penalty > 0
    assert not judged("difference", today, "other").automatic


@every_day
def test_a_statutory_freeze_holds_the_penalty(today: date) -> None:
    (loan,) = loans_of("frozen", today)
    assert told(loan, today).penalty > 0
    assert told(loan, today).grows_by_per_day == 0


@every_day
def test_a_loan_in_court_is_excluded(today: date) -> None:
    assert failed(judged("excluded", today)) == {"verdict.status.no"}


@every_day
def test_two_yearly_rates_show_on_one_statement(today: date) -> None:
    (loan,) = loans_of("rate_change", today)
    assert len({line.rate for line in told(loan, today).lines}) >= 2


def test_paying_makes_the_next_tape(tmp_path: Path) -> None:
    today = DAYS[2]
    write_made_up_tape(tmp_path, today)
    pay(tmp_path, "LN-2024-0817", 50_000, today + timedelta(days=1))
    pay(tmp_path, "LN-2024-0817", 1_740_250, today - timedelta(days=1))
    tape = read_tape(tmp_path)
    paid = next(loan for loan in tape.loans if loan.ref == "LN-2024-0817")
    assert tape.as_of == today + timedelta(days=1)
    assert [row.amount for row in paid.payments] == [1_740_250, 50_000]
    assert len({row.ref for row in paid.payments}) == 2


def test_paying_an_unknown_loan_is_a_bug(tmp_path: Path) -> None:
    write_made_up_tape(tmp_path, DAYS[0])
    with pytest.raises(KeyError):
        pay(tmp_path, "nowhere", 1, DAYS[0])
