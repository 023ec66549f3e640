"""Files on Telegram's side: stored once, named by file_id, fetched through a path for an hour."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from tests.simulator.calls import Json
from tests.simulator.pictures import grey_png, photo_size, smaller_sizes
from tests.simulator.refusals import bad_request

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
PATH_LIVES_SECONDS = 3600
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


@dataclass
class StoredFile:
    """One file; `size` may lie so that a test need not make twenty megabytes."""

    file_id: str
    unique_id: str
    kind: str
    number: int
    data: bytes = field(repr=False)
    size: int = 0
    name: str = ""
    mime: str = ""
    width: int = 0
    height: int = 0

    def json(self) -> Json:
        """The members every file object has."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_size": self.size,
        }

    def document_json(self) -> Json:
        """A Document."""
        return self.json() | {"file_name": self.name, "mime_type": self.mime}

    def size_json(self) -> Json:
        """A PhotoSize."""
        return self.json() | {"width": self.width, "height": self.height}


class Files:
    """Everything uploaded by the bot or by people."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._by_id: dict[str, StoredFile] = {}
        self._paths: dict[str, tuple[StoredFile, float]] = {}

    def add(
        self, kind: str, data: bytes, *, name: str = "", mime: str = "", size: int | None = None
    ) -> StoredFile:
        """Keep a file; `kind` is what it was sent as: photo, document, voice."""
        stored = StoredFile(
            file_id="AgAC" + self._letters(60),
            unique_id="AQAD" + self._letters(12),
            kind=kind,
            number=len(self._by_id),
            data=data,
            size=len(data) if size is None else size,
            name=name,
            mime=mime,
        )
        self._by_id[stored.file_id] = stored
        return stored

    def add_photo(self, data: bytes) -> list[StoredFile]:
        """A photo in all its sizes, smallest first; only the last is the picture sent."""
        width, height = photo_size(data)
        sizes = [(grey_png(w, h), w, h) for w, h in smaller_sizes(width, height)]
        photos = []
        for picture, w, h in [*sizes, (data, width, height)]:
            photo = self.add("photo", picture, name="photo.jpg", mime="image/jpeg")
            photo.width, photo.height = w, h
            photos.append(photo)
        return photos

    def get(self, file_id: str) -> StoredFile | None:
        """The file, None if this id was never given out."""
        return self._by_id.get(file_id)

    def path(self, file_id: str, now: float) -> Json:
        """The answer of getFile; Refusal for an unknown or too big file."""
        stored = self.get(file_id)
        if not file_id:
            raise bad_request("file_id not specified")
        if stored is None:
            raise bad_request("invalid file_id")
        if stored.size > MAX_DOWNLOAD_BYTES:
            raise bad_request("file is too big")
        suffix = stored.name.rpartition(".")[2] if "." in stored.name else "bin"
        path = f"{stored.kind}s/file_{stored.number}.{suffix}"
        self._paths[path] = (stored, now + PATH_LIVES_SECONDS)
        return stored.json() | {"file_path": path}

    def at(self, path: str, now: float) -> StoredFile | None:
        """The file a path leads to while the path lives."""
        stored, ends_at = self._paths.get(path, (None, 0.0))
        return stored if now < ends_at else None

    def _letters(self, count: int) -> str:
        return "".join(self._random.choices(LETTERS, k=count))
