"""The catalogue check: whether every locale can say everything the code asks for.

It must not write or mend a catalogue. `pybabel compile` misses nearly all of these faults.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from gettext import c2py
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po

from bot.texts.catalogue import locales_under
from bot.texts.compiling import DOMAINS
from bot.texts.template import BadText, template
from bot.texts.usage import Asked, asked_in, matches, unused

REFERENCE = "en"
_COUNTED_TO = 1001  # far enough for every plural rule of CLDR
_KEY_LINE = re.compile(r'^msgid "(.+)"$', re.MULTILINE)
_HEADER = re.compile(r"nplurals\s*=\s*(\d+)\s*;\s*plural\s*=\s*([^;]+)")
_TAG = re.compile(r"</?[a-z]+")
_OPENING = "\u2066\u2067\u2068"
_CLOSING = "\u2069"


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a catalogue: its forms (one, or one for each plural) and where it stands."""

    key: str
    forms: tuple[str, ...]
    plural: bool
    where: str


Entries = Mapping[str, Entry]


def check_catalogues(root: Path) -> list[str]:
    """Every fault of the catalogues under `root/locales`, and of the keys its code asks for.

    English is a catalogue like the others; it only serves as the list of keys and slots. One
    sentence for developers per fault, in a fixed order; empty when all is well.
    """
    faults: list[str] = []
    read = {locale: _read(root, locale, faults) for locale in locales_under(root)}
    if REFERENCE not in read:
        return [f"there is no {REFERENCE} catalogue under {root / 'locales'}"]
    reference = read[REFERENCE]
    for locale, entries in read.items():
        faults += _compared(locale, entries, reference)
    faults += _answered(asked_in(root), reference)
    return faults


# --- reading -------------------------------------------------------------------------------------


def _read(root: Path, locale: str, faults: list[str]) -> Entries:
    entries: dict[str, Entry] = {}
    for domain in DOMAINS:
        path = root / "locales" / locale / "LC_MESSAGES" / f"{domain}.po"
        try:
            body = path.read_bytes()
            catalog = read_po(BytesIO(body), locale=locale, charset="utf-8", abort_invalid=True)
        except (OSError, PoFileError, ValueError) as unreadable:
            faults.append(f"{locale}/{domain}: cannot be read: {unreadable}")
            continue
        faults += _form_faults(catalog, body.decode(), f"{locale}/{domain}", locale)
        for entry in _entries(catalog, f"{locale}/{domain}"):
            if entry.key in entries:
                faults.append(f"{entry.where}: stands in {entries[entry.key].where} too")
            entries[entry.key] = entry
    return entries


def _entries(catalog: Catalog, where: str) -> Iterator[Entry]:
    for message in catalog:
        if message.id:
            plural = isinstance(message.id, (list, tuple))
            key = message.id[0] if plural else str(message.id)
            forms = tuple(message.string) if plural else (str(message.string),)
            yield Entry(key, forms, plural, f"{where}:{message.lineno}: {key}")


def _form_faults(catalog: Catalog, body: str, where: str, locale: str) -> Iterator[str]:
    for key, times in Counter(_KEY_LINE.findall(body)).items():
        if times > 1:
            yield f"{where}: {key} stands {times} times"
    for obsolete in catalog.obsolete:
        yield f"{where}: {obsolete} is obsolete: delete it"
    if not _agrees(body, Locale.parse(locale)):
        yield f"{where}: Plural-Forms are not those of CLDR for {locale}"
    for message in catalog:
        if message.id:
            yield from _flag_faults(message, where)


def _flag_faults(message: Message, where: str) -> Iterator[str]:
    where = f"{where}:{message.lineno}: {message.id}"
    if message.fuzzy:
        yield f"{where}: is fuzzy"
    if isinstance(message.id, (list, tuple)) and message.id[0] != message.id[1]:
        yield f"{where}: msgid_plural must repeat the key"


def _agrees(body: str, locale: Locale) -> bool:
    """Whether the header tells counts apart exactly as CLDR does."""
    found = _HEADER.search(body.replace('"\n"', ""))
    if not found:
        return False
    ours, theirs = c2py(found.group(2)), locale.plural_form
    pairs = {(ours(count), theirs(count)) for count in range(_COUNTED_TO)}
    forms = {form for form, _ in pairs}
    return len(pairs) == len(forms) == len({word for _, word in pairs}) == int(found.group(1))


# --- comparing -----------------------------------------------------------------------------------


def _compared(locale: str, entries: Entries, reference: Entries) -> Iterator[str]:
    for key in sorted(reference.keys() - entries.keys()):
        yield f"{locale}: {key} is missing"
    for key in sorted(entries.keys() - reference.keys()):
        yield f"{locale}: {key} is not in {REFERENCE}"
    for key in sorted(entries.keys() & reference.keys()):
        yield from _entry_faults(entries[key], reference[key], Locale.parse(locale))


def _entry_faults(entry: Entry, reference: Entry, locale: Locale) -> Iterator[str]:
    if entry.plural != reference.plural:
        yield f"{entry.where}: is plural in one locale and not in the other"
        return
    wanted = _slots(reference.forms[-1]), _tags(reference.forms[-1])
    if entry.plural and len(entry.forms) != _form_count(locale):
        yield f"{entry.where}: has {len(entry.forms)} plural forms, needs {_form_count(locale)}"
    for at, form in enumerate(entry.forms):
        only = entry.plural and _stands_for_one_number(at, len(entry.forms), locale)
        for fault in _text_faults(form, wanted, may_drop_count=only):
            yield f"{entry.where}: {fault}"


def _text_faults(
    form: str, wanted: tuple[frozenset[str], list[str]], *, may_drop_count: bool
) -> Iterator[str]:
    if not form.strip():
        yield "has no words"
        return
    if form != form.strip():
        yield "has white space at its edge"
    if sum(map(form.count, _OPENING)) != form.count(_CLOSING):
        yield "has an isolate that is not closed"
    try:
        slots = template(form).slots
    except BadText as bad:
        yield str(bad)
        return
    missing = wanted[0] - slots - ({"count"} if may_drop_count else set())
    if missing or slots - wanted[0]:
        yield f"has the slots {sorted(slots)}, {REFERENCE} has {sorted(wanted[0])}"
    if _tags(form) != wanted[1]:
        yield f"has the tags {_tags(form)}, {REFERENCE} has {wanted[1]}"


def _slots(form: str) -> frozenset[str]:
    try:
        return template(form).slots
    except BadText:
        return frozenset()  # reported where the reference itself is checked


def _tags(form: str) -> list[str]:
    """Which tags a text has. How often may differ: one country has three helplines to name."""
    return sorted(set(_TAG.findall(form)))


def _form_count(locale: Locale) -> int:
    return len({locale.plural_form(count) for count in range(_COUNTED_TO)})


def _stands_for_one_number(at: int, forms: int, locale: Locale) -> bool:
    """Whether form `at` is said of a single count only, and so may spell it ("one day")."""
    words = list(
        dict.fromkeys(locale.plural_form(count) for count in (1, 0, 2, *range(_COUNTED_TO)))
    )
    if forms == 1 or at >= len(words):
        return False
    return sum(locale.plural_form(count) == words[at] for count in range(_COUNTED_TO)) == 1


# --- what the code asks for ----------------------------------------------------------------------


def _answered(asked: Iterable[Asked], reference: Entries) -> Iterator[str]:
    """Faults between the code and the list of keys, each way."""
    every = list(asked)
    for one in every:
        entry = reference.get(one.key)
        if entry is None:
            if one.certain and not any(matches(one.key, key) for key in reference):
                yield f"{one.where}: {one.key} is in no catalogue"
            continue
        wanted = frozenset().union(*(_slots(form) for form in entry.forms)) - {"count"}
        if one.slots is not None and one.slots - {"count"} != wanted:
            yield f"{one.where}: {one.key} gets {sorted(one.slots)}, takes {sorted(wanted)}"
        if one.counted is not None and one.counted != entry.plural:
            yield f"{one.where}: {one.key} needs a count exactly when it is plural"
    for key in unused(every, reference):
        yield f"{reference[key].where}: nothing asks for it"


if __name__ == "__main__":
    sys.exit("\n".join(check_catalogues(Path())) or None)
