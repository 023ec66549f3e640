"""Words: every text a person sees, rendered from a key and its slots in their locale.

It must not hold words itself, nor fall back to another locale's.
"""

from __future__ import annotations

from datetime import UTC, tzinfo
from pathlib import Path

from bot.errors import Broken
from bot.texts.catalogue import catalogue_of, locales_under
from bot.texts.compiling import compile_catalogues
from bot.texts.missing import MissingText
from bot.texts.negotiate import negotiate, negotiate_accept_language
from bot.texts.safe import cleaned, escaped, plain_words
from bot.texts.voice import Voice
from bot.turn import Text

__all__ = [
    "MissingText",
    "Texts",
    "Voice",
    "cleaned",
    "compile_catalogues",
    "escaped",
    "negotiate",
    "negotiate_accept_language",
    "plain_words",
]


class Texts:
    """The words of every locale under `root/locales`, loaded once a process.

    `region` is the lender's (ISO 3166, such as `CN`), for separators and the owner of a shared
    currency sign; `zone` the lender's time zone, for moments. Raises Broken
    `error.catalogue.missing` or `error.catalogue.stale` when catalogues are not compiled.

    What a slot looks like, by its type: str literally (escaped, and isolated where its direction
    could disturb), int grouped, Money with its sign, Fraction as a percentage, date, datetime and
    Days by the catalogue's `format.*` patterns, Text rendered in place, a tuple as bullets when the
    slot stands alone on its line, else as a list ("a, b and c").
    """

    def __init__(
        self, root: Path, default: str = "en", *, region: str | None = None, zone: tzinfo = UTC
    ) -> None:
        self.locales = locales_under(root)
        self.default = default
        if default not in self.locales:
            raise Broken("error.catalogue.missing", path=str(root / "locales" / default))
        self._voices = {
            locale: Voice(catalogue_of(root, locale), region, zone) for locale in self.locales
        }

    def render(self, text: Text, locale: str) -> str:
        """`text` as HTML of the few tags Telegram knows; MissingText when a key or slot is."""
        return self.voice(locale).said(text, html=True)

    def plain(self, text: Text, locale: str) -> str:
        """`text` as plain words, without tags or entities."""
        return self.voice(locale).said(text, html=False)

    def label(self, text: Text, locale: str) -> str:
        """`text` as a button shows it: plain, on one line."""
        return " ".join(self.plain(text, locale).split())

    def escape(self, words: str) -> str:
        """Other people's words as HTML: cleaned of steering signs, tags shown literally."""
        return escaped(cleaned(words))

    def message(self, key: str, locale: str) -> str:
        """The catalogue's own words of `key`, not rendered: phrase lists for `understand`."""
        return self.voice(locale).message(key)

    def render_everywhere(self, text: Text) -> dict[str, str]:
        """`text` rendered in every locale: MissingText if any of them cannot say it."""
        return {locale: self.render(text, locale) for locale in self.locales}

    def negotiate(self, code: str | None) -> str:
        """The locale for a language code as Telegram sends it."""
        return negotiate(code, self.locales, self.default)

    def negotiate_accept_language(self, header: str | None) -> str:
        """The locale for a browser's `Accept-Language`."""
        return negotiate_accept_language(header, self.locales, self.default)

    def voice(self, locale: str) -> Voice:
        """The locale speaking; a locale we have no words for is a bug of the caller."""
        return self._voices[locale]
