"""Sealed fields, blind tokens, erasure."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.errors import Broken
from bot.store import tokens
from bot.store.seal import Seals, token_hash

SECRET = b"s" * 32
PLACE = ("anna", "message", "body", "m1")


@pytest.fixture
def seals(tmp_path: Path) -> Iterator[Seals]:
    """Seals with a key for anna and one for ben."""
    opened = Seals(tmp_path / "x.keys", SECRET)
    opened.create(["anna", "ben"])
    yield opened
    opened.close()


def test_what_was_sealed_opens_again(seals: Seals) -> None:
    sealed = seals.seal(*PLACE, "¥512.50".encode())
    assert b"512" not in sealed
    assert seals.open(*PLACE, sealed) == "¥512.50".encode()


def test_the_same_words_are_sealed_differently_each_time(seals: Seals) -> None:
    assert seals.seal(*PLACE, b"x") != seals.seal(*PLACE, b"x")


@pytest.mark.parametrize(
    "moved",
    [
        ("ben", "message", "body", "m1"),
        ("anna", "draft", "body", "m1"),
        ("anna", "message", "name", "m1"),
        ("anna", "message", "body", "m2"),
    ],
)
def test_a_ciphertext_that_was_moved_does_not_open(
    seals: Seals, moved: tuple[str, str, str, str]
) -> None:
    sealed = seals.seal(*PLACE, b"x")
    with pytest.raises(Broken) as broken:
        seals.open(*moved, sealed)
    assert broken.value.key == "error.sealed.damaged"


@pytest.mark.parametrize("damage", [b"", b"short", b"\0" * 40])
def test_a_damaged_ciphertext_does_not_open(seals: Seals, damage: bytes) -> None:
    with pytest.raises(Broken):
        seals.open(*PLACE, damage)


def test_one_bit_flipped_is_noticed(seals: Seals) -> None:
    sealed = bytearray(seals.seal(*PLACE, b"x"))
    sealed[-1] ^= 1
    with pytest.raises(Broken):
        seals.open(*PLACE, bytes(sealed))


def test_without_a_key_nothing_is_sealed_or_opened(seals: Seals) -> None:
    with pytest.raises(Broken) as broken:
        seals.seal("nobody", *PLACE[1:], b"x")
    assert broken.value.key == "error.key.missing"


def test_destroying_a_key_erases_for_good_and_only_that_subject(
    seals: Seals, tmp_path: Path
) -> None:
    hers, his = seals.seal(*PLACE, b"x"), seals.seal("ben", *PLACE[1:], b"y")
    seals.destroy("anna")
    assert not seals.has("anna")
    with pytest.raises(Broken):
        seals.open(*PLACE, hers)
    assert seals.open("ben", *PLACE[1:], his) == b"y"
    seals.close()
    later = Seals(tmp_path / "x.keys", SECRET)
    assert not later.has("anna")
    later.create(["anna"])
    with pytest.raises(Broken):
        later.open(*PLACE, hers)
    later.close()


def test_a_key_made_twice_is_the_same(seals: Seals) -> None:
    sealed = seals.seal(*PLACE, b"x")
    seals.create(["anna"])
    assert seals.open(*PLACE, sealed) == b"x"


def test_keys_survive_a_restart_under_the_same_secret_only(seals: Seals, tmp_path: Path) -> None:
    sealed = seals.seal(*PLACE, b"x")
    seals.close()
    same = Seals(tmp_path / "x.keys", SECRET)
    assert same.open(*PLACE, sealed) == b"x"
    same.close()
    other = Seals(tmp_path / "x.keys", b"t" * 32)
    with pytest.raises(Broken) as broken:
        other.open(*PLACE, sealed)
    assert broken.value.key == "error.key.secret"
    other.close()


@pytest.mark.usefixtures("seals")
def test_no_data_key_stands_readable_in_the_file(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.keys") as file:
        wrapped = [row[0] for row in file.execute("SELECT wrapped FROM data_key")]
    assert {len(each) for each in wrapped} == {12 + 32 + 16}
    assert len(set(wrapped)) == 2
    file.close()


@pytest.mark.usefixtures("seals")
def test_only_the_owner_reads_the_key_file(tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "x.keys").stat().st_mode) == 0o600


def test_blind_tokens_are_equal_for_equal_values_of_one_purpose_alone(seals: Seals) -> None:
    assert seals.blind("phone", "123") == seals.blind("phone", "123")
    assert seals.blind("phone", "123") != seals.blind("name", "123")
    assert seals.blind("phone", "123") != seals.blind("phone", "124")
    assert b"123" not in seals.blind("phone", "123")


def test_blind_tokens_differ_under_another_secret(seals: Seals, tmp_path: Path) -> None:
    other = Seals(tmp_path / "y.keys", b"t" * 32)
    assert seals.blind("phone", "123") != other.blind("phone", "123")
    assert seals.session_key() != other.session_key()
    other.close()


def test_phones_and_names_are_found_however_they_are_written(seals: Seals) -> None:
    assert tokens.phone_token(seals, "+44 7700-900001") == tokens.phone_token(seals, "447700900001")
    assert tokens.phone_token(seals, " ") is None
    assert tokens.name_token(seals, " ANN  Test") == tokens.name_token(seals, "ann test")
    assert tokens.name_token(seals, "王小明") == tokens.name_token(seals, "王小明 ")
    assert tokens.name_token(seals, "") is None
    assert tokens.borrower_token(seals, "A") != tokens.borrower_token(seals, "a")


def test_a_token_is_kept_by_its_hash() -> None:
    assert token_hash("a") != token_hash("b")
    assert len(token_hash("a")) == 32


def test_more_subjects_than_are_kept_at_hand_still_open(
    seals: Seals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.seal._CACHED_KEYS", 1)
    hers, his = seals.seal(*PLACE, b"x"), seals.seal("ben", *PLACE[1:], b"y")
    for _ in range(2):
        assert seals.open(*PLACE, hers) == b"x"
        assert seals.open("ben", *PLACE[1:], his) == b"y"
