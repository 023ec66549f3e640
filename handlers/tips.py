"""Ten tips on money, one at a time. It must not ask who is reading."""

from __future__ import annotations

from bot.turn import Access, Button, Buttons, Outcome, Press, Pressed, Say, Task, Turn, text

TIPS = (
    "oldest_first",
    "ask_early",
    "relief_is_free",
    "agents",
    "minimum_trap",
    "three_numbers",
    "family",
    "no_new_debt",
    "keep_proof",
    "credit_record",
)


def handle(turn: Turn) -> Outcome:
    """The list of titles, or the tip a button names; its card is edited in place."""
    heard = turn.heard
    named = heard.press.value if isinstance(heard, Pressed) else ""
    if named not in TIPS:
        in_place = isinstance(heard, Pressed) and heard.press.step == "list"
        return Outcome((Say((text("tips.head"),), _titles(), replaces=in_place),))
    return Outcome((_tip(TIPS.index(named)),))


def _titles() -> Buttons:
    return tuple((Button(text(f"tips.{tip}.title"), Press("tips", "one", tip)),) for tip in TIPS)


def _tip(index: int) -> Say:
    tip, following = TIPS[index], TIPS[(index + 1) % len(TIPS)]
    said = (text("tips.one", title=text(f"tips.{tip}.title")), text(f"tips.{tip}.body"))
    buttons = (
        (
            Button(text("tips.next"), Press("tips", "one", following)),
            Button(text("tips.all"), Press("tips", "list")),
        ),
    )
    return Say(said, buttons, replaces=True)


TASK = Task("tips", handle, Access.ANYONE)
