"""The page's own scripts and styles: read once, served from memory under a name that changes.

It must not serve anything but the files of its folder.
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).parent / "static"
_KINDS = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """One file, plain and compressed, with its media type."""

    content: bytes
    compressed: bytes
    kind: str


class Assets:
    """Every static file by name. `version` changes when any of them does."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        paths = sorted(path for path in folder.iterdir() if path.suffix in _KINDS)
        self._files = {path.name: _asset(path) for path in paths}
        whole = sha256()
        for name, file in self._files.items():
            whole.update(name.encode() + b"\0" + file.content)
        self.version = whole.hexdigest()[:12]
        self.scripts = tuple(name for name in self._files if name.endswith(".js"))

    def get(self, name: str) -> Asset | None:
        """The file of that name; None for any other."""
        return self._files.get(name)

    def url(self, name: str) -> str:
        """Where the page finds it; scripts import each other within the same folder."""
        return f"/chat/static/{self.version}/{name}"


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    return Asset(content, gzip.compress(content, mtime=0), _KINDS[path.suffix])
