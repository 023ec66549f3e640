"""The composition root: clock, ids, one `run` a database, policy and zone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from bot.app import clock_from, only_one, opened, read_policy, real_clock, zone_of
from bot.chance import id_maker
from bot.errors import Broken, Faulty
from bot.settings import Settings

SECRET = "a secret of thirty-two characters"


def test_ids_sort_by_time_even_within_one_moment() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    moments = [now, now, now, now + timedelta(microseconds=1), now + timedelta(seconds=1)]
    ticking = iter(moments)
    new_id = id_maker(lambda: next(ticking))
    made = [new_id() for _ in moments]
    assert made == sorted(set(made))


def test_ids_sort_on_when_the_clock_goes_back() -> None:
    ticking = iter([datetime(2026, 3, 1, tzinfo=UTC), datetime(2025, 3, 1, tzinfo=UTC)])
    new_id = id_maker(lambda: next(ticking))
    assert new_id() < new_id()


def test_ids_are_version_seven_and_differ_between_processes() -> None:
    moment = datetime(2026, 3, 1, 12, 30, 0, 123_456, tzinfo=UTC)
    one, other = id_maker(lambda: moment)(), id_maker(lambda: moment)()
    assert one != other
    assert one[:16] == other[:16]
    assert (len(one), one[12], one[16] in "89ab") == (32, "7", True)
    assert int(one[:12], 16) == int(moment.timestamp() * 1000)


def test_the_clock_starts_where_it_is_told_and_ticks() -> None:
    start = datetime(2026, 3, 1, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    clock = clock_from(start)
    first, second = clock(), clock()
    assert first.tzinfo is UTC
    assert timedelta(0) <= first - start <= second - start < timedelta(minutes=1)


def test_without_a_start_the_clock_is_the_real_one() -> None:
    assert clock_from(None) is real_clock
    assert real_clock().tzinfo is UTC


async def test_a_second_run_on_the_same_database_is_refused_with_a_sentence(
    tmp_path: Path,
) -> None:
    database = tmp_path / "x.db"
    async with only_one(database):
        with pytest.raises(Broken) as refused:
            async with only_one(database):
                pass
        async with only_one(tmp_path / "y.db"):
            pass
    assert refused.value.key == "run.second"
    async with only_one(database):
        pass


def test_a_policy_that_is_not_there_or_faulty_is_named(tmp_path: Path) -> None:
    for path, words in ((tmp_path / "none.toml", None), (tmp_path / "bad.toml", "[[terms]]\n")):
        if words is not None:
            path.write_text(words, encoding="utf-8")
        with pytest.raises(Faulty) as faulty:
            read_policy(Settings(policy=path))
        assert faulty.value.faults


def test_the_lenders_day_is_in_the_zone_of_the_setting_the_policy_or_utc() -> None:
    policy = read_policy(Settings())
    assert str(zone_of(Settings(timezone="Asia/Tokyo"), policy)) == "Asia/Tokyo"
    assert str(zone_of(Settings(), policy)) == "Asia/Shanghai"


async def test_opening_makes_what_is_missing_and_closes_it_again(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'x.db'}",
        secret_key=SecretStr(SECRET),
        clock=datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
    )
    async with opened(settings) as parts:
        assert parts.seals.has("system")
        assert parts.today().isoformat() == "2026-03-02"  # it is morning in Shanghai
        assert await parts.chats.borrower("NOBODY") is None
    assert (tmp_path / "x.db.keys").exists()
