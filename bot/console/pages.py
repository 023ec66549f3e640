"""Pages: Jinja templates spoken in one locale, with the headers every answer carries.

It must not hold words or decide what a page shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response

from bot.console.words import Words, tidy
from bot.texts import Texts

_HERE: Final = Path(__file__).parent
HTML: Final = "text/html; charset=utf-8"
_KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
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


class Pages:
    """The templates and static files, read once."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts
        self.assets = _assets()

    def page(
        self, template: str, locale: str, values: Mapping[str, object], status: int = 200
    ) -> Response[str]:
        """A template as an answer, with every header that keeps it private."""
        words = Words(self.texts, locale)
        told = {"words": words, "t": words.t, "locales": self.texts.locales, **values}
        said = _jinja().get_template(template).render(told)
        return Response(said, status_code=status, media_type=HTML, headers=dict(HEADERS))


@cache
def _jinja() -> Environment:
    """The templates, each compiled once a process."""
    jinja = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    jinja.filters["tidy"] = tidy
    jinja.globals["asset"] = _address
    return jinja


def _address(name: str) -> str:
    """Where a static file is: the name of its contents lets browsers keep it for ever."""
    version = hashlib.sha256(_assets()[name].content).hexdigest()[:12]
    return f"/console/static/{name}?v={version}"


@cache
def _assets() -> Mapping[str, Asset]:
    return {path.name: _asset(path) for path in (_HERE / "static").iterdir()}


def _asset(path: Path) -> Asset:
    kind = _KINDS.get(path.suffix, "text/plain; charset=utf-8")
    return Asset(path.read_bytes(), kind)
