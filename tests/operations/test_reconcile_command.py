"""`reprieve reconcile`: both figures of each difference and what would explain it."""

from __future__ import annotations

import json

import pytest

from tests.chat.lender import Lender
from tests.chat.person import Chat
from tests.operations.operator import Operator


@pytest.mark.usefixtures("ann")
async def test_both_figures_are_told_and_that_nothing_explains_them(operator: Operator) -> None:
    assert await operator.runs_beside("reconcile")
    assert "DAN-1" in operator.said
    assert "¥200.00" in operator.said
    assert "¥112.50" in operator.said
    assert "ANN-1" not in operator.said  # nobody reported a figure of it


async def test_each_cause_is_told_in_words_and_in_the_json(
    ann: Chat, lender: Lender, operator: Operator
) -> None:
    day_before = 34_425 - 765
    await lender.change("ANN-1", reported=day_before, reported_on=ann.house.clock.today)
    assert await operator.runs_beside("reconcile")
    assert "one day fewer" in operator.said
    assert await operator.runs_beside("reconcile", "--json")
    listed = json.loads(operator.said)["differences"]
    told = next(each for each in listed if each["loan_ref"] == "ANN-1")
    assert (told["reported"], told["ours"], told["difference"]) == ("336.60", "344.25", "-7.65")
    assert {"key": "difference.day_earlier"} in told["causes"]
