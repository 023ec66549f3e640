"""The compiled catalogues of one locale, looked up by key over all domains.

It must not answer with the key, or another locale's words, when a text is missing.
"""

from __future__ import annotations

from functools import lru_cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Final

from babel import Locale, UnknownLocaleError

from bot.errors import Broken
from bot.texts.compiling import DOMAINS, FINGERPRINT, fingerprint
from bot.texts.missing import MissingText
from bot.texts.template import BadText, Template, template

_KEPT: Final = 32  # catalogues, of which there are as many as languages


def locales_under(root: Path) -> tuple[str, ...]:
    """The locales that have a chat catalogue under `root`, in alphabetical order."""
    found = (root / "locales").glob("*/LC_MESSAGES/chat.[mp]o")
    return tuple(sorted({path.parent.parent.name for path in found}))


def babel_locale(name: str, region: str | None) -> Locale:
    """`name` in the lender's `region` where CLDR knows the pair, else the bare language."""
    if region:
        try:
            return Locale.parse(f"{name}_{region}")
        except UnknownLocaleError:
            pass
    return Locale.parse(name)


class Catalogue:
    """One locale's texts as templates, made when first asked for and kept."""

    def __init__(self, root: Path, locale: str) -> None:
        self.locale = locale
        # One look-up over the domains: the catalogue check sees to it that no key is in two.
        first, *others = (_opened(root, locale, domain) for domain in DOMAINS)
        for other in others:
            first.add_fallback(other)
        self._messages = first
        self._templates: dict[str, Template] = {}

    def has(self, key: str) -> bool:
        """Whether there are words for `key`."""
        return self._messages.gettext(key) != key

    def message(self, key: str, count: int | None = None) -> str:
        """The words of `key`, in the plural form for `count` if it has any; else MissingText."""
        message = key if count is None else self._messages.ngettext(key, key, count)
        if message == key:
            message = self._messages.gettext(key)
        if message == key:
            raise MissingText(key, self.locale, "no such text")
        return message

    def template(self, key: str, count: int | None = None) -> Template:
        """The same taken apart; MissingText when the words are no text."""
        message = self.message(key, count)
        found = self._templates.get(message)
        if found is None:
            found = self._made(key, message)
            self._templates[message] = found
        return found

    def _made(self, key: str, message: str) -> Template:
        try:
            return template(message)
        except BadText as bad:
            raise MissingText(key, self.locale, str(bad)) from bad


@lru_cache(maxsize=_KEPT)
def catalogue_of(root: Path, locale: str) -> Catalogue:
    """The texts of a locale as they were when this process first asked for them."""
    return Catalogue(root, locale)


def _opened(root: Path, locale: str, domain: str) -> GNUTranslations:
    path = root / "locales" / locale / "LC_MESSAGES" / f"{domain}.mo"
    try:
        with path.open("rb") as file:
            messages = GNUTranslations(file)
    except FileNotFoundError as missing:
        raise Broken("error.catalogue.missing", path=str(path)) from missing
    source = path.with_suffix(".po")
    if source.exists() and messages.gettext(FINGERPRINT) != fingerprint(source.read_bytes()):
        raise Broken("error.catalogue.stale", path=str(path))
    return messages
