"""Opens a tape, be it a folder or a zip, and hands out its files line by line.

It must not write to disk: a zip is read where it lies, so no member can land anywhere.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO, Final

from bot.errors import Fault, Faulty, Rejected, shown
from bot.lender.tape.findings import Limits

Files = Mapping[str, Callable[[], IO[bytes]]]
UNREADABLE: Final = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError)
_ENCRYPTED: Final = 0x1


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


def lines(source: Callable[[], IO[bytes]], limits: Limits) -> Generator[str]:
    """The text lines of a file, opened at the first and closed after the last; line ends are kept.

    Bytes that are no UTF-8 become lone surrogates. Raises Rejected `tape.line.long` for a line
    beyond the limit.
    """
    with io.TextIOWrapper(source(), "utf-8-sig", "surrogateescape", newline="") as text:
        while line := text.readline(limits.line + 1):
            if len(line) > limits.line:
                raise Rejected("tape.line.long", limit=limits.line)
            yield line


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
