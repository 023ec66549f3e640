"""Catalogues for languages that have none yet, made of `tests/cases/languages.toml` and English."""

from __future__ import annotations

import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.texts import Texts, compile_catalogues

ROOT = Path(__file__).parent.parent.parent
WORDS = tomllib.loads((ROOT / "tests/cases/languages.toml").read_text("utf-8"))


def sampled(folder: Path) -> Texts:
    """Texts in English and in each sampled language, from catalogues written to `folder`."""
    for locale in ("en", *WORDS):
        (folder / "locales" / locale / "LC_MESSAGES").mkdir(parents=True)
        for path in (ROOT / "locales/en/LC_MESSAGES").glob("*.po"):
            with path.open("rb") as file:
                english = read_po(file, locale="en")
            with (folder / "locales" / locale / "LC_MESSAGES" / path.name).open("wb") as file:
                write_po(file, _in(locale, english))
    compile_catalogues(folder)
    return Texts(folder)


def _in(locale: str, english: Catalog) -> Catalog:
    catalog = Catalog(locale=locale, charset="utf-8")
    for message in english:
        key = message.id[0] if isinstance(message.id, list | tuple) else message.id
        if not key:
            continue
        forms = message.string if isinstance(message.string, list | tuple) else (message.string,)
        words = WORDS.get(locale, {}).get(key, forms[-1])
        if isinstance(message.id, list | tuple):
            every = tuple(forms) if locale == "en" else (words,) * catalog.num_plurals
            catalog.add(message.id, every)
        else:
            catalog.add(message.id, words)
    return catalog
