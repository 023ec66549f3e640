"""The language of this chat. It must not change anything else."""

from __future__ import annotations

from bot.turn import (
    Access,
    Button,
    Keep,
    Outcome,
    Press,
    Pressed,
    Say,
    SetLocale,
    Task,
    Turn,
    text,
)


def handle(turn: Turn) -> Outcome:
    """Every language by its own name, or the one that was pressed."""
    heard = turn.heard
    chosen = heard.press.value if isinstance(heard, Pressed) else ""
    if chosen not in turn.locales:
        rows = tuple(
            (Button(text(f"language.{locale}"), Press("language", "set", locale)),)
            for locale in turn.locales
        )
        return Outcome((Say((text("language.ask"),), rows),), asking=Keep.AS_IS)
    done = Say((text("language.done"),))
    if turn.chat.consented_at is None:
        return Outcome((done,), (SetLocale(chosen),), go_on=Press("start"))
    asking = turn.chat.asking
    go_on = Press(asking) if asking in turn.drafts and asking is not None else None
    menu = ((Button(text("task.help"), Press("help")),),)
    said = done if go_on else Say(done.paragraphs, menu)
    return Outcome((said,), (SetLocale(chosen),), asking=Keep.AS_IS, go_on=go_on)


TASK = Task("language", handle, Access.ANYONE)
