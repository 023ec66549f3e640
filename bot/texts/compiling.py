"""Catalogues compiled for running: each `.po` becomes a `.mo` that remembers what it was made from.

It must not import anything of this project: the wheel's build hook loads it by path.
"""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

DOMAINS = ("chat", "tips", "console")
# A key that only compiled catalogues hold.
FINGERPRINT = "catalogue.fingerprint"
_FIXED = datetime(2026, 1, 1, tzinfo=UTC)


def sources(root: Path) -> tuple[Path, ...]:
    """Every `.po` under `root/locales`, in a fixed order."""
    return tuple(sorted((root / "locales").glob("*/LC_MESSAGES/*.po")))


def compile_catalogues(root: Path) -> tuple[Path, ...]:
    """Write the `.mo` beside each `.po` under `root`; answers what was written.

    Each is replaced whole, so that a reader beside us sees the old or the new one. Raises
    babel's PoFileError for a file that cannot be read.
    """
    written = []
    for source in sources(root):
        target = source.with_suffix(".mo")
        _replace(target, compiled(source))
        written.append(target)
    return tuple(written)


def compiled(source: Path) -> bytes:
    """The `.mo` of one `.po`; its header carries the fingerprint of the source."""
    body = source.read_bytes()
    locale = source.parent.parent.name
    catalog = read_po(BytesIO(body), locale=locale, charset="utf-8", abort_invalid=True)
    catalog.add(FINGERPRINT, fingerprint(body))
    # Babel would put the present into the header; the same source must give the same bytes.
    catalog.creation_date = catalog.revision_date = _FIXED
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def fingerprint(body: bytes) -> str:
    """What a `.mo` remembers of its `.po`."""
    return sha256(body).hexdigest()


def _replace(target: Path, body: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as file:
        file.write(body)
    Path(file.name).chmod(0o644)
    os.replace(file.name, target)  # noqa: PTH105  # Path.replace is the same call; this reads better
