"""What an outcome says, as messages to keep: to which chats, in whose language, with which buttons.

It must not decide anything.
"""

from __future__ import annotations

from dataclasses import replace

from bot.chart import alt
from bot.route import Menu
from bot.store.commit import Spoken
from bot.store.load import NO_CHAT, ChatRow, Loaded
from bot.store.rows import Body, ShownButton
from bot.texts import Texts, cleaned, escaped
from bot.turn import (
    Button,
    CloseDraft,
    Outcome,
    Paragraph,
    Press,
    Pressed,
    Said,
    Say,
    SetLocale,
    Task,
    Text,
    To,
    Turn,
    Uploaded,
    in_words,
    text,
)

_SECRET = ("link", "prove", "phone")  # what is typed to these is not kept
_MASK = "••••"


def spoken_of(outcome: Outcome, turn: Turn, loaded: Loaded, texts: Texts) -> tuple[Spoken, ...]:
    """What was heard in this chat, then each message of the outcome in each chat it goes to."""
    locale = _locale(outcome, turn)
    said = [
        Spoken(
            row.chat.id,
            say.speaker,
            _body(say, texts, locale if row.chat.id == turn.chat.id else row.chat.locale),
            _replaced(say, row, turn, loaded),
        )
        for say in outcome.say
        for row in _chats(say.to, loaded)
    ]
    return (*_mine(turn, texts), *said)


def with_way_back(outcome: Outcome, turn: Turn, menu: Menu, task: Task) -> Outcome:
    """The outcome, its last message offering to go on with a form that was left open."""
    done = {write.draft.flow for write in outcome.write if isinstance(write, CloseDraft)}
    left = [
        name
        for name in turn.drafts
        if name in menu and menu[name].resumable and name not in done and name != task.name
    ]
    if not left or outcome.asking is not None or not outcome.say or outcome.go_on is not None:
        return outcome
    last = outcome.say[-1]
    if last.to is not To.HERE or not isinstance(turn.heard, Said | Pressed):
        return outcome
    rows = tuple((Button(text("form.go_on"), Press(name)),) for name in left)
    return replace(outcome, say=(*outcome.say[:-1], replace(last, buttons=(*last.buttons, *rows))))


def _locale(outcome: Outcome, turn: Turn) -> str:
    chosen = [write.locale for write in outcome.write if isinstance(write, SetLocale)]
    return chosen[-1] if chosen else turn.chat.locale


def _chats(to: To, loaded: Loaded) -> tuple[ChatRow, ...]:
    if to is To.HERE:
        chats: tuple[ChatRow, ...] = (loaded.here,)
    elif to is To.LATEST:
        chats = loaded.chats[:1]
    else:
        chats = loaded.chats
    return tuple(row for row in chats if row.chat.id != NO_CHAT)


def _mine(turn: Turn, texts: Texts) -> tuple[Spoken, ...]:
    """What the person did, as their own side of the transcript; tokens and digits are not kept."""
    match turn.heard:
        case Said(text=typed) if typed.startswith("/start"):
            return ()
        case Said(text=typed):
            secret = (turn.chat.asking or "").partition(" ")[0] in _SECRET
            html = _MASK if secret and not typed.startswith("/") else escaped(cleaned(typed))
            return (Spoken(turn.chat.id, "me", Body(html)),)
        case Pressed(shown=label) if label:
            return (Spoken(turn.chat.id, "me", Body(escaped(label))),)
        case Uploaded(upload_id=upload_id):
            words = texts.render(text("heard.uploaded"), turn.chat.locale)
            return (Spoken(turn.chat.id, "me", Body(words, upload_id=upload_id)),)
        case _:
            return ()


def _body(say: Say, texts: Texts, locale: str) -> Body:
    html = "\n\n".join(_paragraph(each, texts, locale) for each in say.paragraphs)
    rows = tuple(tuple(_shown(button, texts, locale) for button in row) for row in say.buttons)
    words = alt(say.picture, texts, locale) if say.picture else ""
    shown = tuple(row for row in rows if row)
    return Body(
        html,
        shown,
        say.picture,
        words,
        paper=in_words(say.paper, locale, lambda key: texts.plain(key, locale))
        if say.paper
        else None,
        contact_done=say.contact_done,
    )


def _paragraph(paragraph: Paragraph, texts: Texts, locale: str) -> str:
    lines = (paragraph,) if isinstance(paragraph, Text) else paragraph
    return "\n".join(texts.render(line, locale) for line in lines)


def _shown(button: Button, texts: Texts, locale: str) -> ShownButton:
    label = texts.label(button.label, locale)
    press = str(button.press) if button.press else ""
    return ShownButton(label, press, button.url or "", button.contact)


def _replaced(say: Say, row: ChatRow, turn: Turn, loaded: Loaded) -> int | None:
    """The card whose button was pressed, when the message takes its place in this chat."""
    if loaded.pressed is None or row.chat.id != turn.chat.id:
        return None
    _, seq = loaded.pressed
    # Further up it would change out of sight.
    follows = say.next_card and not row.shows_presses and seq == row.last_seq
    return seq if say.replaces or follows else None
