"""Copies of the database and its key file: made while others write, put back when nobody does.

It must not judge a copy: that is `verifying`.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

from bot.store.connection import read_only

PAGES: Final = 512  # copied at a time, 2 MB
_PAUSE: Final = 0.002  # seconds between, in which the disk is the writers'
_BESIDE: Final = ("-wal", "-shm")
Progress = Callable[[int, int], None]
"""Told after each step: pages done, pages in all."""


def copy(source: Path, target: Path, on_progress: Progress = lambda _done, _all: None) -> None:
    """A whole copy of `source` at `target`, which is replaced at once or not at all.

    The copy is one moment of the source, and one file. Writers go on: the source is read under one
    read transaction, without which each of their commits would start the copy anew.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    partial.touch(mode=0o600)
    try:
        with closing(read_only(source)) as read, closing(_writing(partial)) as written:
            read.execute("BEGIN")
            read.execute("SELECT count(*) FROM sqlite_master").fetchone()
            read.backup(
                written,
                pages=PAGES,
                progress=lambda _, left, every: on_progress(every - left, every),
                sleep=_PAUSE,
            )
            # Its own journal then: a copy in WAL mode would want two more files beside it.
            written.execute("PRAGMA journal_mode=DELETE").fetchone()
        _settled(partial)
        partial.replace(target)
        _settled(target.parent)
    finally:
        partial.unlink(missing_ok=True)


def put_back(copied: Path, target: Path, aside: Path) -> None:
    """Make `target` what `copied` holds; what was there lies at `aside`, with its journal.

    For when nobody has `target` open. There is a whole database at `target` at every moment.
    """
    for ending in ("", *_BESIDE):
        with suppress(FileNotFoundError):
            shutil.copy2(f"{target}{ending}", f"{aside}{ending}")
    for ending in _BESIDE:  # a journal beside another database would be played into it
        Path(f"{target}{ending}").unlink(missing_ok=True)
    copy(copied, target)


def _writing(path: Path) -> sqlite3.Connection:
    written = sqlite3.connect(path, isolation_level=None)
    written.execute("PRAGMA synchronous=OFF")  # it counts once it is whole and settled
    return written


def _settled(path: Path) -> None:
    """Have the disk hold what the path names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
