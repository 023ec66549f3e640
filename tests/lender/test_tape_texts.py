"""What texts in cells say, however often they are seen."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.errors import Rejected
from bot.lender.tape import texts
from bot.lender.tape.texts import Texts, amount

WRITTEN = st.one_of(
    st.from_regex(r"[0-9]{0,16}\.?[0-9]{0,4}", fullmatch=True),
    st.text(alphabet="0123456789.-+, ٣²", max_size=17),
)


def told(read: object, cell: str) -> tuple[object, ...]:
    try:
        return ("is", read(cell))  # type: ignore[operator]  # one of the two readers below
    except Rejected as wrong:
        return ("wrong", wrong.key, wrong.slots)


@given(WRITTEN, st.integers(0, 4))
@example("12.", 0)
@example(".5", 1)
@example("1٣.00", 2)
@example("99999999999.99", 2)
@example("9999999999999999.99", 2)
def test_the_usual_spelling_of_an_amount_reads_as_any_other(cell: str, digits: int) -> None:
    def slowly(written: str) -> int:
        return texts.read(written, lambda text: amount(digits, text), 1_000)

    quickly = Texts(UTC, 1_000).amounts[digits]
    assert told(quickly.__getitem__, cell) == told(slowly, cell)


def test_a_text_seen_again_says_the_same_and_wrong_ones_stay_wrong() -> None:
    days = Texts(UTC, 1_000).days
    assert days["2026-03-01"] is days["2026-03-01"]
    for _ in range(2):
        with pytest.raises(Rejected):
            days["2026-02-30"]


def test_texts_are_forgotten_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MOST_KNOWN", 3)
    wholes = Texts(UTC, 1_000).wholes
    assert [wholes[str(number)] for number in range(10)] == list(range(10))
    assert len(wholes) <= 3
