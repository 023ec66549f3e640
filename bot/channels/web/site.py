"""What every page and answer of the web chat shares: machine, words, settings, limits, files.

It must not answer a request itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from babel import Locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency

from bot.channels.allowance import Buckets
from bot.channels.web.assets import Assets
from bot.channels.web.limits import Limits
from bot.channels.web.machine import Demo, Machine
from bot.settings import Settings
from bot.texts import Texts
from bot.turn import Text

Visit = Request[Any, Any, Any]
AnyVisit = ASGIConnection[Any, Any, Any, Any]


@dataclass(slots=True)
class Site:
    """One running web chat."""

    machine: Machine
    texts: Texts
    settings: Settings
    ticks: Callable[[], float]  # seconds of a clock that only grows
    demo: Demo | None
    limits: Limits
    assets: Assets = field(default_factory=Assets)
    buckets: Buckets = field(default_factory=Buckets)
    streams: Counter[str] = field(default_factory=Counter)
    stream_beat: float = 20.0  # seconds of silence after which a stream says it is alive

    @property
    def https(self) -> bool:
        """Whether people reach us over TLS: cookies are then sent no other way."""
        return self.settings.url.startswith("https://")

    @property
    def origin(self) -> str:
        """Scheme and host of the public address, as a browser writes an Origin."""
        parts = urlsplit(self.settings.url)
        return f"{parts.scheme}://{parts.netloc}"

    def say(self, key: str, locale: str, /, **slots: object) -> str:
        """The words of a key, plain."""
        return self.texts.plain(Text(key, slots), locale)

    def page(self, template: str, locale: str, **values: object) -> str:
        """A whole HTML page in that locale; in it `say` speaks and `asset` finds files."""
        return _TEMPLATES.get_template(template).render(
            say=lambda key, **slots: self.say(key, locale, **slots),
            lender=self.settings.lender_name,
            asset=self.assets.url,
            scripts=self.assets.scripts,
            lang=language_tag(locale),
            dir=direction(locale),
            **values,
        )


# How a handler asks for it.
OurSite = NamedDependency[Site]


def language_tag(locale: str) -> str:
    """`zh-Hans` for `zh_Hans`, as HTML and HTTP write languages."""
    return locale.replace("_", "-")


def direction(locale: str) -> str:
    """'ltr' or 'rtl'."""
    return str(Locale.parse(locale).text_direction)


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
