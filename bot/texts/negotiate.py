"""From the language codes that phones and browsers send to the locales we have words for.

It must not guess a language from anything else than what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import NamedTuple

from babel.core import get_global

# Language, script, region; what follows in a tag says nothing about words.
_TAG = re.compile(
    r"([a-z]{2,3})(?:-([a-z]{4})(?![a-z]))?(?:-([a-z]{2}|[0-9]{3})(?![a-z0-9]))?(?:-|\Z)"
)
_TRADITIONAL = frozenset({"tw", "hk", "mo"})
_LONGEST = 1_000


class _Tag(NamedTuple):
    """A language code taken apart, in lower case."""

    language: str
    script: str | None
    region: str | None


def negotiate(code: str | None, supported: Sequence[str], default: str) -> str:
    """The supported locale for an IETF tag as Telegram sends it, in any case, else `default`.

    A Chinese tag without a script takes it from its region; when the wanted script has no words
    here, the language in another script is still closer than the default.
    """
    return _match(code, supported) or default


def negotiate_accept_language(header: str | None, supported: Sequence[str], default: str) -> str:
    """The same for a browser's `Accept-Language`: the best weighted tag that we have words for."""
    for code in _weighted((header or "")[:_LONGEST]):
        if found := _match(code, supported):
            return found
    return default


def _match(code: str | None, supported: Sequence[str]) -> str | None:
    wanted = _parsed(code or "")
    if wanted is None:
        return None
    known = [(_distance(_parsed(name), wanted), name) for name in supported]
    spoken = [(distance, name) for distance, name in known if distance is not None]
    return min(spoken, key=itemgetter(0), default=(None, None))[1]


def _distance(ours: _Tag | None, wanted: _Tag) -> tuple[bool, bool, bool] | None:
    """How far ours is: script first, then region, then the plainest; None for another language."""
    if ours is None or ours.language != wanted.language:
        return None
    return (
        _script(ours) != _script(wanted),
        ours.region != wanted.region,
        ours.region is not None,
    )


def _script(tag: _Tag) -> str | None:
    if tag.script or tag.language != "zh":
        return tag.script
    return "hant" if tag.region in _TRADITIONAL else "hans"


def _parsed(code: str) -> _Tag | None:
    found = _TAG.match(code.strip()[:_LONGEST].replace("_", "-").lower())
    if found is None:
        return None
    language, script, region = found.groups()
    # Phones still send codes withdrawn long ago, such as `in` for Indonesian.
    return _Tag(get_global("language_aliases").get(language, language), script, region)


def _weighted(header: str) -> list[str]:
    choices: list[tuple[float, int, str]] = []
    for entry in header.split(","):
        code, *parameters = (part.strip() for part in entry.split(";"))
        weight = _weight(parameters)
        if code and code != "*" and weight > 0:
            choices.append((-weight, len(choices), code))
    return [code for _, _, code in sorted(choices)]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
