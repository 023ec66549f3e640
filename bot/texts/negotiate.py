"""From the language codes that phones and browsers send to the locales we have words for.

It must not guess a language from anything else than what was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from babel import Locale, UnknownLocaleError

_PARTS = 3  # language, script, region; what follows says nothing about words
_TRADITIONAL = frozenset({"TW", "HK", "MO"})
_LONGEST_HEADER = 1_000


def negotiate(code: str | None, supported: Sequence[str], default: str) -> str:
    """The supported locale for an IETF tag as Telegram sends it, in any case, else `default`.

    A Chinese tag without a script takes it from its region; when the wanted script has no words
    here, the language in another script is still closer than the default.
    """
    return _match(code, supported) or default


def negotiate_accept_language(header: str | None, supported: Sequence[str], default: str) -> str:
    """The same for a browser's `Accept-Language`: the best weighted tag that we have words for."""
    for code in _weighted((header or "")[:_LONGEST_HEADER]):
        if found := _match(code, supported):
            return found
    return default


def _match(code: str | None, supported: Sequence[str]) -> str | None:
    wanted = _parsed(code)
    if wanted is None:
        return None
    ours = [(_distance(Locale.parse(name), wanted), name) for name in supported]
    spoken = [(distance, name) for distance, name in ours if distance is not None]
    return min(spoken, key=itemgetter(0), default=(None, None))[1]


def _distance(ours: Locale, wanted: Locale) -> tuple[bool, bool, bool] | None:
    """How far ours is: script first, then region, then the plainest; None for another language."""
    if ours.language != wanted.language:
        return None
    return (
        _script(ours) != _script(wanted),
        ours.territory != wanted.territory,
        ours.territory is not None,
    )


def _script(locale: Locale) -> str | None:
    if locale.script or locale.language != "zh":
        return locale.script
    return "Hant" if locale.territory in _TRADITIONAL else "Hans"


def _parsed(code: str | None) -> Locale | None:
    parts = (code or "").strip().replace("_", "-").split("-")[:_PARTS]
    while parts and parts[0]:
        try:
            return Locale.parse("-".join(parts), sep="-", resolve_likely_subtags=False)
        except (ValueError, UnknownLocaleError):
            parts.pop()
    return None


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
