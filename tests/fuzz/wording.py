"""A refusal is one only when it can be said: its key has words in every language."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot.errors import Fault, Faulty, ReprieveError
from bot.texts import Texts
from bot.turn import Text

ROOT = Path(__file__).parent.parent.parent


@cache
def texts() -> Texts:
    """The catalogues."""
    return Texts(ROOT)


def assert_worded(refused: ReprieveError) -> None:
    """Fails with MissingText when there is nothing to say."""
    assert not isinstance(refused, Faulty) or refused.faults
    for fault in refused.faults if isinstance(refused, Faulty) else [_as_fault(refused)]:
        sentence_of(fault)


def sentence_of(fault: Fault) -> str:
    """The words of a fault, said in every language; those of the first."""
    slots = dict(fault.slots)
    count = slots.pop("count", None)
    wanted = Text(fault.key, slots, count if isinstance(count, int) else None)
    said = [texts().plain(wanted, locale) for locale in texts().locales]
    assert all(said)
    return said[0]


def _as_fault(refused: ReprieveError) -> Fault:
    return Fault("", refused.key, refused.slots)
