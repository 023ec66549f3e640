from __future__ import annotations

import random

import pytest

from bot.domain.reference import BITS, parse_reference, reference
from bot.errors import Rejected
from tests.domain.saying_no import says_no

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def test_a_reference_looks_as_it_is_read_out() -> None:
    assert reference(0) == "RP-0000-0000"
    assert reference(0b00111_10011_00011_10100_01001_10111_11101) == "RP-7K3M-9QXF"


def test_only_the_lowest_bits_count() -> None:
    assert reference(5 << BITS | 77) == reference(77)


@pytest.mark.parametrize(
    "typed",
    [
        "RP-7K3M-9QXF",
        "rp-7k3m-9qxf",
        " RP 7K3M 9QXF ",
        "7K3M9QXF",
        "RP–7K3M—9QXF",
        "ＲＰ－７Ｋ３Ｍ－９ＱＸＦ",
    ],
)
def test_a_reference_is_read_however_it_was_typed(typed: str) -> None:
    assert parse_reference(typed) == "RP-7K3M-9QXF"


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    given = reference(0b00001_00000_00001_00000_00001_00000_00001)
    typed = given.replace("0", "O").replace("1", "l")
    assert parse_reference(typed) == given


@pytest.mark.parametrize(
    "typed", ["", "RP", "RP-7K3M-9QX", "RP-7K3M-9QXFF", "XX-7K3M-9QXF", "RP-7K3M-9QXU", "7K3M_9QXF"]
)
def test_what_does_not_look_like_a_reference_is_refused(typed: str) -> None:
    with says_no("error.reference.form", Rejected, value=typed):
        parse_reference(typed)


def test_every_single_wrong_sign_is_found() -> None:
    chance = random.Random(7)
    for _ in range(20):
        given = reference(chance.getrandbits(64))
        for place, sign in enumerate(given[3:], 3):
            for other in SIGNS.replace(sign, ""):
                if sign != "-":
                    assert_typo(given[:place] + other + given[place + 1 :])


def test_every_swap_of_two_signs_is_found() -> None:
    chance = random.Random(8)
    for _ in range(50):
        signs = list(reference(chance.getrandbits(64))[3:].replace("-", ""))
        for one in range(8):
            for two in range(one):
                if signs[one] != signs[two]:
                    swapped = signs.copy()
                    swapped[one], swapped[two] = signs[two], signs[one]
                    assert_typo("".join(swapped))


def assert_typo(typed: str) -> None:
    with says_no("error.reference.typo", Rejected, value=typed):
        parse_reference(typed)
