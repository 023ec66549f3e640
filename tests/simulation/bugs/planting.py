"""How a bug is planted: by name, with what it does wrong, for as long as a simulation lasts.

It must not leave anything behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from bot.store import queries

Places = tuple[tuple[object, str, Any], ...]


@dataclass(frozen=True)
class Bug:
    """A change to the product that breaks a promise; `says` is what it does wrong."""

    name: str
    says: str
    places: Callable[[], Places]
    sql: Mapping[str, str]

    @contextmanager
    def planted(self) -> Iterator[None]:
        """The product with this bug in it."""
        with ExitStack() as stack:
            stack.enter_context(patch.dict(queries.SQL, self.sql))
            for where, name, what in self.places():
                stack.enter_context(patch.object(where, name, what))
            yield


BUGS: dict[str, Bug] = {}


def plant(says: str, **sql: str) -> Callable[[Callable[[], Places]], Callable[[], Places]]:
    """Register what a function changes, under the function's name."""

    def registered(places: Callable[[], Places]) -> Callable[[], Places]:
        BUGS[places.__name__] = Bug(places.__name__, says, places, sql)
        return places

    return registered


def statement(name: str, *changes: tuple[str, str]) -> str:
    """A statement of the product's, changed; AssertionError when what is to change is not in it."""
    sql = queries.SQL[name]
    for before, after in changes:
        assert before in sql, f"{name} reads otherwise now: {before}"
        sql = sql.replace(before, after)
    return sql
