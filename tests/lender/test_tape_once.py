"""Keys that should stand once: millions in little memory, and no false alarm."""

from __future__ import annotations

from collections.abc import Hashable

from hypothesis import given
from hypothesis import strategies as st

from bot.lender.tape.once import Once, repeats


def repeated(keys: list[Hashable]) -> list[tuple[int, int]]:
    once = Once()
    for key in keys:
        once.add(key)
    return list(repeats(enumerate(keys, start=2), once.suspects()))


@given(st.lists(st.tuples(st.sampled_from(["L1", "L2"]), st.integers(0, 5))))
def test_every_later_row_of_a_key_is_named_with_the_first(keys: list[Hashable]) -> None:
    expected = [
        (row, keys.index(key) + 2)
        for row, key in enumerate(keys, start=2)
        if keys.index(key) + 2 != row
    ]
    assert repeated(keys) == expected


def test_equal_hashes_of_different_keys_are_no_repeat() -> None:
    assert hash(-1) == hash(-2)
    assert repeated([-1, -2, 7]) == []
    assert repeated([-1, -2, -1]) == [(4, 2)]
