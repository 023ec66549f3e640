"""Log lines: structured, to standard error, without anything personal and without a secret.

It must not let through another library's words: they may hold an address with a token in it, a
row, or what somebody wrote. What is ours says everything in fields we chose.
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from types import TracebackType
from typing import Final, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor

_TALKATIVE: Final = (
    "aiohttp",
    "aiosqlite",
    "asyncio",
    "httpcore",
    "httpx",
    "litestar",
    "telegram",
    "uvicorn",
)
_OURS: Final = ("bot", "handlers")
_PACKAGE: Final = Path(__file__).resolve().parent.parent
Form = Literal["human", "json"]


def set_up(form: Form, level: int = logging.INFO, to: TextIO | None = None) -> None:
    """Log from `level` up, `to` standard error; libraries speak from warnings up, wordlessly."""
    to = to or sys.stderr
    renderer = _renderer(form, to)
    structlog.configure(
        processors=[*_FIRST, renderer],
        logger_factory=structlog.PrintLoggerFactory(to),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(to)
    handler.setFormatter(_Wordless(renderer))
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def place_of(trace: TracebackType | None) -> str:
    """Where in our code something failed, innermost first: `store/rows.py:84 < serve/...:61`."""
    places: list[str] = []
    while trace is not None:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(_PACKAGE) and path.relative_to(_PACKAGE).parts[0] in _OURS:
            places.append(f"{path.relative_to(_PACKAGE)}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " < ".join(reversed(places))


class _Wordless(logging.Formatter):
    """A library's record: who spoke, where, how loudly, and what kind of error; never its words."""

    def __init__(self, renderer: Processor) -> None:
        super().__init__()
        self._renderer = renderer

    def format(self, record: logging.LogRecord) -> str:
        told: EventDict = {
            "event": "library",
            "level": record.levelname.lower(),
            "logger": record.name,
            "said_at": f"{record.module}:{record.lineno}",
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = record.exc_info[0].__name__
            told["at"] = place_of(record.exc_info[2])
        structlog.processors.TimeStamper(fmt="iso", utc=True)(None, "", told)
        return str(self._renderer(None, record.levelname.lower(), told))


def _where_it_failed(_logger: object, _method: str, told: EventDict) -> EventDict:
    """An `error` logged while it is handled names its place in our code; its words stay unsaid."""
    if "error" in told:
        told["at"] = place_of(sys.exc_info()[2])
    return told


def _renderer(form: Form, to: TextIO) -> Processor:
    if form == "json":
        return structlog.processors.JSONRenderer(_written)
    return structlog.dev.ConsoleRenderer() if to.isatty() else _plain


def _plain(_logger: object, _method: str, told: EventDict) -> str:
    """As a terminal shows it but for colours, in half the time: every turn writes a line."""
    at, level, event = (told.pop(name, "") for name in ("timestamp", "level", "event"))
    fields = " ".join(f"{name}={told[name]}" for name in sorted(told))
    return f"{at} [{level:9}] {event:30} {fields}"


def _written(told: EventDict, **_given: object) -> str:
    """As JSON in the letters of every script."""
    return _JSON.encode(told)


_JSON: Final = json.JSONEncoder(ensure_ascii=False, default=repr)
_FIRST: Final[tuple[Processor, ...]] = (
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _where_it_failed,
)
