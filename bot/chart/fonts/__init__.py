"""The fonts pictures and documents are drawn with, the viewer's being out of reach: one a script.

It must not draw. `make fonts` builds the files beside it (tools/chart_fonts.py).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.core import get_global

WEIGHTS: Final = (400, 700)
FOLDER: Final = Path(__file__).resolve().parent
_FAMILY: Final = "Reprieve"


def script_of(locale: str) -> str:
    """The script `locale` is written in, as ISO 15924 names it: `Latn`, `Hans`."""
    parsed = Locale.parse(locale)
    if parsed.script:
        return str(parsed.script)
    likely: str = get_global("likely_subtags").get(parsed.language, "")
    return likely.split("_")[1] if "_" in likely else "Latn"


def family_of(script: str) -> str:
    """What the files of a script call themselves: `Reprieve Latn`."""
    return f"{_FAMILY} {script}"


def spelled_out(words: str) -> str:
    """`words`, each sign that none of our fonts can draw as `[U+1F4CE]`."""
    known = every_sign()
    if known.issuperset(words):
        return words
    return "".join(
        sign if sign in known or sign == "\n" else f"[U+{ord(sign):04X}]" for sign in words
    )


def families_for(locale: str) -> tuple[str, ...]:
    """What every font of ours calls itself, the locale's own first."""
    own = script_of(locale)
    return tuple(map(family_of, dict.fromkeys((own, *_scripts()))))


def files_of(script: str) -> tuple[Path, ...]:
    """The files of a script, regular and bold, whether they are there or not."""
    return tuple(FOLDER / f"{script}-{weight}.ttf" for weight in WEIGHTS)


@cache
def signs_of(script: str) -> frozenset[str]:
    """Every sign the files of a script can draw; none when there are no files."""
    listed = FOLDER / f"{script}.txt"
    return frozenset(listed.read_text("utf-8")) if listed.is_file() else frozenset()


@cache
def every_sign() -> frozenset[str]:
    """Every sign that any of our fonts can draw."""
    return frozenset().union(*map(signs_of, _scripts()))


@cache
def _scripts() -> tuple[str, ...]:
    return tuple(sorted(path.name.split("-")[0] for path in FOLDER.glob(f"*-{WEIGHTS[0]}.ttf")))
