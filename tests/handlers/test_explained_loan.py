"""One loan with two tiers, a freeze, a part payment and one entered late, as its borrower reads it.

`UPDATE_EXPLAINED=1` writes the conversations under `tests/cases/explained` anew; read them then as
somebody who knows nothing of loans.
"""

from __future__ import annotations

import os

import pytest

from bot.importing import Circumstances, import_tape
from bot.texts import plain_words
from tests.chat.clock import ZONE
from tests.chat.house import ROOT, House
from tests.chat.person import Chat, linked

EXPLAINED = ROOT / "tests/cases/explained"
LOCALES = ("en", "zh_Hans", "zh_Hant")
FRIDAY = {"en": "Friday", "zh_Hans": "周五", "zh_Hant": "週五"}
ASKED = ("/balance", "/why", ">task.what_if", ">what_if.try", ">what_if.everything")


async def import_the_loan(house: House) -> None:
    """The small tape, as `reprieve import` reads it."""
    given = Circumstances(house.clock(), house.clock.today, house.clock.new_id, LOCALES, zone=ZONE)
    await import_tape(EXPLAINED / "tape", (house.database, house.seals), given)
    await house.tick()


async def conversation(chat: Chat, locale: str) -> str:
    """Everything asked and answered, folded blocks open, buttons in brackets."""
    said: list[str] = []
    for step in (*ASKED, FRIDAY[locale]):
        seen = chat.seen
        await (chat.press(step[1:]) if step.startswith(">") else chat.say(step))
        for message in await chat.messages():
            if message.seq > seen:
                mine = "> " if message.speaker == "me" else ""
                said.append(mine + plain_words(message.text).strip())
                said += ["  ".join(f"[{b.label}]" for b in row) for row in message.buttons]
    return "\n\n".join(said).replace("]\n\n[", "]\n[") + "\n"


@pytest.mark.parametrize("locale", LOCALES)
async def test_the_conversation_reads_as_it_was_read(house: House, locale: str) -> None:
    await import_the_loan(house)
    chat = await linked(house, "noor", locale)
    told = await conversation(chat, locale)
    path = EXPLAINED / f"{locale}.txt"
    if os.environ.get("UPDATE_EXPLAINED"):
        path.write_text(told, "utf-8")
    assert told == path.read_text("utf-8")
