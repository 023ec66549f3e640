"""The reminder job over a house, looking in this process; each look is that of a new start."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

from bot.portfolio.soon import soon
from bot.portfolio.survey import Survey
from bot.reminding import Ahead, Daytime, Look, Reminding
from tests.chat.clock import ZONE
from tests.chat.house import House

DAYTIME = Daytime(9, 20, ZONE)
DAYS: Final = Ahead(3, 2)


async def remind(house: House, look: Look | None = None) -> None:
    """One look of the job, and what it says."""
    house.texts.noted.texts.clear()
    job = Reminding(house.serve, DAYTIME, look or partial(found_soon, house), DAYS, a_week=2)
    await job.tick()
    await house.check_nothing_waits()


async def found_soon(house: House, day: date) -> list[str]:
    """The borrowers to whom the next days bring something, as the job's process finds them."""
    found: list[str] = []
    asked = Survey(house.policy, day, DAYS.days + 1)
    await house.database.apart(lambda db: soon(db, asked, DAYS.due_days, found.append))
    return found
