"""Pages: Jinja templates spoken in one locale, with the headers every answer carries.

It must not hold words or decide what a page shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response
from markupsafe import Markup

from bot.domain.money import Currency, Money
from bot.texts import Texts
from bot.turn import Days, Text

_HERE: Final = Path(__file__).parent
HTML: Final = "text/html; charset=utf-8"
_KINDS: Final = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not `no-referrer`: with that, browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """A static file, kept in memory."""

    content: bytes
    media_type: str


class Words:
    """What a template says in one locale. Every method answers text that autoescape keeps safe."""

    def __init__(self, texts: Texts, locale: str) -> None:
        self.locale = locale
        self.lang = locale.replace("_", "-")
        self._texts = texts
        self._voice = texts.voice(locale)

    def t(self, key: str, count: int | None = None, **slots: object) -> Markup:
        """A text as HTML: slots are escaped by `texts`, the catalogue holds only safe tags."""
        return Markup(self._texts.render(Text(key, slots, count), self.locale))  # noqa: S704  # see above

    def label(self, key: str, count: int | None = None, **slots: object) -> str:
        """A text as plain words on one line, for attributes and titles."""
        return self._texts.label(Text(key, slots, count), self.locale)

    def text(self, said: Text) -> Markup:
        """A text made elsewhere."""
        return Markup(self._texts.render(said, self.locale))  # noqa: S704  # as above

    def money(self, minor: int, currency: Currency) -> str:
        """Minor units with the currency's sign."""
        return self._voice.amounts.money(Money(minor, currency))

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


class Pages:
    """The templates and static files, read once."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.assets = {path.name: _asset(path) for path in (_HERE / "static").iterdir()}
        self._jinja = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._jinja.globals["asset"] = self._address
        self._jinja.globals["locales"] = texts.locales

    def page(
        self, template: str, locale: str, values: Mapping[str, object], status: int = 200
    ) -> Response[str]:
        """A template as an answer, with every header that keeps it private."""
        words = Words(self.texts, locale)
        said = self._jinja.get_template(template).render({"words": words, "t": words.t, **values})
        return Response(said, status_code=status, media_type=HTML, headers=dict(HEADERS))

    def _address(self, name: str) -> str:
        """Where a static file is: the name of its contents lets browsers keep it for ever."""
        version = hashlib.sha256(self.assets[name].content).hexdigest()[:12]
        return f"/console/static/{name}?v={version}"


def _asset(path: Path) -> Asset:
    kind = _KINDS.get(path.suffix, "text/plain; charset=utf-8")
    return Asset(path.read_bytes(), kind)
