"""The reminder job: once a day, by daylight, exactly once whatever ends it in between."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import Broken
from bot.reminding import Daytime, looking
from bot.settings import Settings
from bot.store.connection import Op
from bot.store.queries import KEEPING
from tests.chat.fixtures import folder, house, imported, lender
from tests.chat.house import ROOT, House
from tests.chat.lender import Lender
from tests.chat.person import linked
from tests.chat.reminding import found_soon, remind
from tests.handlers.test_remind import card

__all__ = ["folder", "house", "imported", "lender"]
NEW_YORK = Daytime(9, 20, ZoneInfo("America/New_York"))


@pytest.fixture
async def _tiered(house: House, lender: Lender) -> None:
    """Ann, whose rate rises in two days."""
    await linked(house, "ann")
    await lender.change("ANN-1", **card(29))


async def looked_at(house: House) -> int:
    """How many updates of the job have had their effect."""
    return len(await house.rows("SELECT 1 FROM inbox WHERE kind = 'remind'"))


async def count(house: House) -> int:
    """How many reminders were ever told."""
    return len(await house.rows("SELECT DISTINCT borrower_id, told_on FROM reminder"))


@pytest.mark.usefixtures("_tiered")
async def test_many_ticks_and_restarts_of_a_day_remind_once(house: House) -> None:
    for _ in range(2):
        await remind(house)
        await remind(house)
        await house.restart()
    assert (await looked_at(house), await count(house)) == (1, 1)


async def test_what_ended_between_a_reminder_and_the_end_of_the_look_repeats_nothing(
    house: House, lender: Lender
) -> None:
    """The job told one of two and was killed before it noted that the day was done."""
    first, second = await linked(house, "ann"), await linked(house, "pia")
    await lender.change("ANN-1", **card(29))
    await lender.change("PIA-1", **{**card(29), "payments": ()})
    both = await found_soon(house, house.clock.today)
    assert len(both) == 2

    async def breaks(_day: date) -> list[str]:
        return [both[0]] if not await looked_at(house) else both

    await remind(house, breaks)
    undone = {"name": "reminded_on", "value": "never"}
    await house.database.commit([Op(KEEPING["note"], undone)])
    await house.restart()
    await remind(house, breaks)
    assert (await looked_at(house), await count(house)) == (2, 2)
    for chat in (first, second):
        said = [message.text for message in await chat.new()]
        assert sum("Stop" in label for label in await chat.labels()) == 1, said


@pytest.mark.usefixtures("_tiered")
async def test_a_look_at_night_waits_for_the_morning_and_loses_nothing(house: House) -> None:
    house.clock.forward(hours=-1)  # eight in the morning
    await remind(house)
    assert await looked_at(house) == 0
    house.clock.forward(hours=12)  # eight in the evening
    await remind(house)
    assert await looked_at(house) == 0
    house.clock.forward(hours=13)
    await remind(house)
    assert (await looked_at(house), await count(house)) == (1, 1)


@pytest.mark.usefixtures("_tiered")
async def test_the_evening_ends_a_look_that_is_not_through_and_the_morning_goes_on(
    house: House,
) -> None:
    async def slow(day: date) -> list[str]:
        house.clock.forward(hours=11)
        return await found_soon(house, day)

    await remind(house, slow)
    assert await looked_at(house) == 0
    house.clock.forward(hours=13)
    await remind(house)
    assert await count(house) == 1


@pytest.mark.usefixtures("_tiered")
async def test_each_reminder_is_counted_by_what_it_told_of(house: House) -> None:
    await remind(house)
    assert dict(house.serve.machine.meters.reminders) == {"turning": 1}


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        ("2026-03-08T12:59+00:00", False),  # the clocks went forward that night: 8:59 there
        ("2026-03-08T13:00+00:00", True),
        ("2026-11-01T13:59+00:00", False),  # back: 8:59
        ("2026-11-01T14:00+00:00", True),
        ("2026-11-02T00:59+00:00", True),  # 19:59
        ("2026-11-02T01:00+00:00", False),
    ],
)
def test_the_hours_are_those_of_the_lenders_clocks(at: str, holds: bool) -> None:
    assert NEW_YORK.holds(datetime.fromisoformat(at)) is holds


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2026-03-08T13:00+00:00", datetime(2026, 3, 9, 0, tzinfo=UTC)),
        ("2026-11-01T14:00+00:00", datetime(2026, 11, 2, 1, tzinfo=UTC)),
    ],
)
def test_they_end_on_a_day_of_twenty_three_or_twenty_five_hours_too(
    at: str, ends: datetime
) -> None:
    assert NEW_YORK.ends(datetime.fromisoformat(at)) == ends


def test_hours_until_midnight_end_with_the_day() -> None:
    late = Daytime(9, 24, ZoneInfo("Asia/Shanghai"))
    at = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)
    assert late.holds(at)
    assert late.ends(at) == datetime(2026, 3, 2, 16, tzinfo=UTC)


# --- the process that looks -----------------------------------------------------------------------


def settings(folder: Path) -> Settings:
    """Those of the house in that folder."""
    return Settings(database_url=f"sqlite:///{folder}/house.db", reminder_days=3)


@pytest.mark.usefixtures("_tiered")
async def test_the_process_finds_whom_the_look_in_this_one_finds(house: House) -> None:
    look = looking(settings(house.folder), ROOT / "policy" / "default.toml")
    found = await look(house.clock.today)
    assert found == await found_soon(house, house.clock.today)
    assert found == [await house.borrower_id("ann")]


async def test_a_process_that_fails_says_so(house: House, tmp_path: Path) -> None:
    with pytest.raises(Broken, match=r"error\.reminders\.look"):
        await looking(settings(house.folder), tmp_path / "none.toml")(house.clock.today)
