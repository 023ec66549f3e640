"""One locale speaking: a Text with its slots becomes HTML or plain words.

It must not choose what to say, and says nothing when a slot is missing or left over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, tzinfo
from decimal import Decimal
from fractions import Fraction

from babel.lists import format_list

from bot.domain.money import Money
from bot.texts.amounts import Amounts
from bot.texts.catalogue import Catalogue, babel_locale
from bot.texts.missing import MissingText
from bot.texts.moments import Moments
from bot.texts.safe import cleaned, escaped, isolated
from bot.texts.template import Place, Slot
from bot.turn import Days, Named, Short, Text, Weekday

_WEEKDAYS = ("format.weekday", "format.weekday_short")
_PATTERNS = ("format.day", "format.day_short", "format.days", "format.moment", *_WEEKDAYS)
_BULLET = "• "


class Voice:
    """A locale's catalogue and its ways with numbers and days, resolved once."""

    def __init__(self, catalogue: Catalogue, region: str | None, zone: tzinfo) -> None:
        locale = babel_locale(catalogue.locale, region)
        self._catalogue = catalogue
        self._locale = locale
        self._right_to_left = locale.text_direction == "rtl"
        self.amounts = Amounts(locale, region)
        self.moments = Moments(locale, zone, {key: catalogue.message(key) for key in _PATTERNS})
        # By exact type: a datetime is a date to isinstance, and a bool is an int.
        self._forms: dict[type, Callable[..., str]] = {
            int: self.amounts.number,
            Money: self.amounts.money,
            Fraction: self.amounts.percent,
            Decimal: self.amounts.decimal,
            Short: lambda short: self.amounts.short(short.money),
            date: self.moments.day,
            datetime: self.moments.moment,
            Days: self.moments.days,
            Weekday: self.moments.weekday,
        }

    def message(self, key: str) -> str:
        """The catalogue's own words of `key`, not rendered."""
        return self._catalogue.message(key)

    def said(self, text: Text, *, html: bool) -> str:
        """`text` as the HTML that Telegram knows, or as plain words; else MissingText."""
        slots = text.slots if text.count is None else {**text.slots, "count": text.count}
        count = slots.get("count")
        template = self._catalogue.template(text.key, count if isinstance(count, int) else None)
        if not template.slots.issuperset(slots):
            self._refuse_leftovers(text, template.slots)
        said = []
        for piece in template.html if html else template.plain:
            if isinstance(piece, str):
                said.append(piece)
            elif piece.name in slots:
                said.append(self._shown(text.key, slots[piece.name], piece, html=html))
            else:
                raise MissingText(text.key, self._catalogue.locale, f"slot {piece.name} is missing")
        return "".join(said)

    def _refuse_leftovers(self, text: Text, wanted: frozenset[str]) -> None:
        # A plural form may do without the number ("one day"); nothing else may go unsaid.
        left = set(text.slots) - wanted
        if left:
            why = f"slots {sorted(left)} are not in it"
            raise MissingText(text.key, self._catalogue.locale, why)

    def _shown(self, key: str, value: object, slot: Slot, *, html: bool) -> str:
        form = self._forms.get(type(value))
        if form is not None:
            shown = form(value)
            return escaped(shown) if html else shown
        if isinstance(value, str):
            return self._words(value, slot.place, html=html)
        if isinstance(value, Text):
            return self.said(value, html=html)
        if isinstance(value, Named):
            known = self._catalogue.has(value.key)
            return self._shown(key, Text(value.key) if known else value.otherwise, slot, html=html)
        if isinstance(value, tuple):
            return self._list(key, value, slot, html=html)
        why = f"slot {slot.name} cannot show a {type(value).__name__}"
        raise MissingText(key, self._catalogue.locale, why)

    def _words(self, words: str, place: Place, *, html: bool) -> str:
        clean = cleaned(words)
        if place in {Place.WORDS, Place.LINE}:
            clean = isolated(clean, right_to_left=self._right_to_left)
        return escaped(clean) if html else clean

    def _list(self, key: str, values: tuple[object, ...], slot: Slot, *, html: bool) -> str:
        shown = [self._shown(key, value, slot, html=html) for value in values]
        if slot.place is Place.LINE:
            return "\n".join(_BULLET + each for each in shown)
        return format_list(shown, locale=self._locale)
