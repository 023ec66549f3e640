"""What a template says: texts, money and days in one locale, and the names of people and acts.

It must not hold words: keys only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from html import escape
from typing import Final

from markupsafe import Markup

from bot.domain.case import ActorKind, CaseEvent
from bot.domain.differences import Cause
from bot.domain.money import Currency, Money
from bot.domain.relief import Fired
from bot.errors import ReprieveError
from bot.steps.verdict import fired_text
from bot.texts import Texts
from bot.turn import Days, Named, Text

_ALLOWED: Final = re.compile(
    r"</?(?:b|i|u|s|code|pre|blockquote)>|<blockquote expandable>|</a>|<a href=\"https://[^\"<>]*\">"
)
_ASKED: Final = frozenset({"person", "already_paid", "not_my_loan", "erase", "unreached"})
_ANY_TAG: Final = re.compile(r"<[^<>]*>|[<>]")


class Words:
    """One locale speaking. Every method answers text that autoescape keeps safe."""

    def __init__(self, texts: Texts, locale: str) -> None:
        self.locale = locale
        self.lang = locale.replace("_", "-")
        self._texts = texts
        self._voice = texts.voice(locale)

    def t(self, key: str, count: int | None = None, **slots: object) -> Markup:
        """A text as HTML: slots are escaped by `texts`, the catalogue holds only safe tags."""
        return self.text(Text(key, slots, count))

    def text(self, said: Text) -> Markup:
        """A text made elsewhere, as HTML."""
        return Markup(self._texts.render(said, self.locale))  # noqa: S704  # slots were escaped by texts

    def label(self, key: str, count: int | None = None, **slots: object) -> str:
        """A text as plain words on one line, for attributes and titles."""
        return self._texts.label(Text(key, slots, count), self.locale)

    def product(self, name: str) -> Markup:
        """A product by its words, or as the lender's policy calls it."""
        return self.t("console.product", name=Named(f"product.{name}", name))

    def reason(self, name: str) -> Markup:
        """A borrower's reason by its words, or as the lender's policy calls it."""
        return self.t("console.reason", name=Named(f"reason.{name}", name))

    def problem(self, error: ReprieveError) -> Markup:
        """What an error says."""
        return self.text(said_by(error))

    def fired(self, fired: Fired) -> Markup:
        """A rule that fired, with its inputs."""
        return self.text(fired_text(fired))

    def cause(self, cause: Cause) -> Markup:
        """What would explain a difference."""
        return self.text(Text(cause.key, cause.slots))

    def money(self, minor: int, currency: Currency) -> str:
        """Minor units with the currency's sign."""
        return self._voice.amounts.money(Money(minor, currency))

    def sum(self, minor: int, currency: Currency) -> Money:
        """Minor units as a slot of a text."""
        return Money(minor, currency)

    def percent(self, share: Fraction) -> str:
        """A share as a percentage."""
        return self._voice.amounts.percent(share)

    def number(self, value: int) -> str:
        """A whole number, grouped."""
        return self._voice.amounts.number(value)

    def day(self, day: date) -> str:
        """A day with its year."""
        return self._voice.moments.day(day)

    def days(self, start: date, until: date) -> str:
        """A run of days with years."""
        return self._voice.moments.days(Days(start, until, years=True))

    def moment(self, at: datetime) -> str:
        """A moment in the lender's time zone."""
        return self._voice.moments.moment(at)

    def person(self, staff_id: str, people: Mapping[str, str]) -> str:
        """A colleague's name; the system's when a rule decided."""
        return people.get(staff_id) or self.label("console.speaker.system")

    def asked(self, kind: str) -> str:
        """What a request is about; a kind without words of its own is something else."""
        return self.label(f"console.request.{kind if kind in _ASKED else 'other'}")

    def actor(self, event: CaseEvent, people: Mapping[str, str]) -> str:
        """Who made an event."""
        if event.actor_kind is ActorKind.STAFF:
            return self.person(event.actor_id, people)
        return self.label(f"console.speaker.{event.actor_kind.value}")

    def inputs(self, event: CaseEvent, currency: Currency) -> Markup:
        """The inputs of a grant as its event remembers them."""
        percent, minor = event.slots.get("percent", "0"), event.slots.get("relief_minor", "0")
        money = Money(int(minor), currency)
        return self.t("console.decide.granted", percent=Fraction(percent), money=money)


def said_by(error: ReprieveError) -> Text:
    """An error's key and slots as a text."""
    return fired_text(Fired(error.key, error.slots))


def tidy(html: str) -> Markup:
    """A stored message as it may stand in a page: the tags our texts use, any other shown as typed.

    The store holds only what `texts` escaped; this is the second lock on the same door.
    """
    return Markup(_ANY_TAG.sub(_kept, html))  # noqa: S704  # only the tags above are left


def _kept(found: re.Match[str]) -> str:
    tag = found.group()
    return tag if _ALLOWED.fullmatch(tag) else escape(tag)
