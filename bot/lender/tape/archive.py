"""Opens a tape, be it a folder or a zip, and hands out its files line by line.

It must not write to disk: a zip is read where it lies, so no member can land anywhere.
"""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Final

from bot.errors import Fault, Faulty, Rejected, shown
from bot.lender.tape.findings import Limits

Files = Mapping[str, Callable[[], IO[bytes]]]
UNREADABLE: Final = (
    OSError,
    EOFError,
    NotImplementedError,
    UnicodeDecodeError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What a file or zip that is damaged makes the standard library raise."""
_ENCRYPTED: Final = 0x1
_BLOCK: Final = 65_536  # bytes read at once


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Files]:
    """The files of the tape at `path` by name, while the context lasts; Faulty when it is none."""
    if path.is_dir():
        yield _in_folder(path, limits)
        return
    if not path.is_file():
        raise _faulty(path, "tape.path.missing")
    try:
        archive = zipfile.ZipFile(path)
    except UNREADABLE as error:
        raise _faulty(path, "tape.path.kind") from error
    with archive:
        yield _in_zip(path, archive, limits)


@contextmanager
def lines(
    source: Callable[[], IO[bytes]], limits: Limits, digest: hashlib._Hash
) -> Iterator[Iterator[str]]:
    """The text lines of a file, open meanwhile; line ends are kept, and `digest` gets all bytes.

    Bytes that are no UTF-8 become lone surrogates. Going on after a line beyond the limit raises
    Rejected `tape.line.long`.
    """
    with source() as raw:
        watched = io.BufferedReader(_Watched(raw, limits.line, digest), _BLOCK)
        yield io.TextIOWrapper(watched, "utf-8-sig", "surrogateescape", newline="")


class _Watched(io.RawIOBase):
    """Bytes on their way to be read as lines: hashed, and ended before a line that is too long."""

    def __init__(self, source: IO[bytes], longest: int, digest: hashlib._Hash) -> None:
        super().__init__()
        self._source = source
        self._longest = longest
        self._digest = digest
        self._begun = 0  # bytes of the line that is not over yet
        self._over = False

    def readable(self) -> bool:
        """A reader asks first."""
        return True

    def readinto(self, room: bytearray | memoryview) -> int:  # type: ignore[override]  # what a buffer gives
        """Fill `room` with what comes next."""
        if self._over:
            raise Rejected("tape.line.long", limit=self._longest)
        block = self._source.read(len(room))
        self._digest.update(block)
        kept = self._sound(block)
        self._over = kept < len(block)
        if self._over and not kept:
            raise Rejected("tape.line.long", limit=self._longest)
        room[:kept] = block[:kept]
        return kept

    def _sound(self, block: bytes) -> int:
        """How many bytes come before a line that is too long: all of them, nearly always."""
        parts = block.replace(b"\r", b"\n").split(b"\n")
        if self._begun + len(parts[0]) <= self._longest >= max(map(len, parts)):
            self._begun = len(parts[-1]) if len(parts) > 1 else self._begun + len(block)
            return len(block)
        kept = 0
        for part in parts:
            if self._begun + len(part) > self._longest:
                break
            kept += len(part) + 1
            self._begun = 0
        return kept


def _in_folder(folder: Path, limits: Limits) -> Files:
    files = {item.name: item for item in folder.iterdir() if item.is_file()}
    if sum(item.stat().st_size for item in files.values()) > limits.bytes_unpacked:
        raise _faulty(folder, "tape.size", limit=limits.bytes_unpacked)
    return {name: partial(_bytes, item) for name, item in files.items()}


def _bytes(file: Path) -> IO[bytes]:
    return file.open("rb")


def _in_zip(path: Path, archive: zipfile.ZipFile, limits: Limits) -> Files:
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > limits.members:
        raise _faulty(path, "tape.zip.members", limit=limits.members, count=len(members))
    # A header that lies about its size is no danger: zipfile never reads a member beyond it.
    if sum(member.file_size for member in members) > limits.bytes_unpacked:
        raise _faulty(path, "tape.size", limit=limits.bytes_unpacked)
    wrong = [fault for fault in map(_member_fault, members) if fault is not None]
    if wrong:
        raise Faulty(wrong)
    return _by_name(path, archive, members)


def _member_fault(member: zipfile.ZipInfo) -> Fault | None:
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in member.filename:
        return Fault(shown(member.filename), "tape.zip.path")
    if member.flag_bits & _ENCRYPTED:
        return Fault(shown(member.filename), "tape.zip.encrypted")
    return None


def _by_name(path: Path, archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Files:
    """Members at the top, or all in one folder: zipping a folder puts its name before each file."""
    wanted = [member for member in members if not _is_debris(PurePosixPath(member.filename))]
    tops = {PurePosixPath(member.filename).parent for member in wanted}
    if len(tops) > 1 or any(len(top.parts) > 1 for top in tops):
        raise _faulty(path, "tape.zip.folders")
    names = [PurePosixPath(member.filename).name for member in wanted]
    if len(set(names)) < len(names):
        raise _faulty(path, "tape.zip.twice")
    return {name: partial(archive.open, member) for name, member in zip(names, wanted, strict=True)}


def _is_debris(path: PurePosixPath) -> bool:
    return path.parts[0] == "__MACOSX" or path.name.startswith(".")


def _faulty(path: Path, key: str, **slots: object) -> Faulty:
    return Faulty([Fault(path.name or str(path), key, slots)])
