"""Keys that another process destroys are gone here too."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import Broken
from bot.store.seal import Seals
from tests.chat.house import SECRET, House

PLACE = ("somebody", "table", "column", "row")


def test_a_key_destroyed_by_another_process_is_forgotten(tmp_path: Path) -> None:
    running, command = (Seals(tmp_path / "keys", SECRET) for _ in range(2))
    running.create(["somebody"])
    sealed = running.seal(*PLACE, b"private")
    running.refresh()
    command.destroy("somebody")
    running.refresh()
    with pytest.raises(Broken, match=r"error\.key\.missing"):
        running.open(*PLACE, sealed)
    for seals in (running, command):
        seals.close()


def test_keys_in_memory_stay_while_nobody_changes_the_file(tmp_path: Path) -> None:
    seals = Seals(tmp_path / "keys", SECRET)
    seals.create(["somebody"])
    seals.refresh()
    sealed = seals.seal(*PLACE, b"private")
    before = dict(seals._keys)
    seals.refresh()
    assert seals._keys == before
    assert seals.open(*PLACE, sealed) == b"private"
    seals.close()


async def test_the_jobs_look_for_it(house: House) -> None:
    borrower = await house.borrower_id("ann")
    assert house.seals.has(borrower)
    command = Seals(house.folder / "house.keys", SECRET)
    command.destroy(borrower)
    command.close()
    await house.tick()
    assert not house.seals.has(borrower)


def test_the_tokens_of_many_values_are_those_of_each(tmp_path: Path) -> None:
    seals = Seals(tmp_path / "keys", SECRET)
    values = ["P-1", "支付-2", "P-1"]
    assert seals.blinds("payment.ref", values) == [seals.blind("payment.ref", v) for v in values]
    seals.close()
