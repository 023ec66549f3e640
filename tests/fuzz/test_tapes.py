"""Whatever lies in a tape's folder or zip is read, or each fault is named in words."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Faulty
from bot.lender.tape import read_tape
from tests.fuzz.bending import JSON, WORDS, spoiled, written
from tests.fuzz.often import tried
from tests.fuzz.wording import assert_worded
from tests.lender.tapes import SOUND, text_of

NAMES = [*SOUND, "manifest.json"]
MANIFEST = b'{"as_of": "2026-11-23", "minor_digits": {"IDR": 0}}'
BYTES = {**{name: text_of(rows).encode() for name, rows in SOUND.items()}, NAMES[-1]: MANIFEST}


@st.composite
def cells_changed(draw: st.DrawFn, name: str) -> bytes:
    """A file of the tape with a few cells of another content."""
    rows = [list(row) for row in SOUND[name]]
    for _ in range(draw(st.integers(1, 3))):
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, len(row) - 1))] = draw(WORDS)
    return text_of(rows).encode("utf-8", "surrogatepass")


changed = st.sampled_from(NAMES).flatmap(
    lambda name: st.tuples(
        st.just(name),
        st.binary(max_size=60)
        | spoiled(BYTES[name])
        | (JSON.map(written) if name == NAMES[-1] else cells_changed(name)),
    )
)


@tried(60)
@given(st.lists(changed, min_size=1, max_size=2))
def test_a_folder_is_a_tape_or_its_faults_are_named(files: list[tuple[str, bytes]]) -> None:
    with tempfile.TemporaryDirectory() as at:
        for name, content in {**BYTES, **dict(files)}.items():
            (Path(at) / name).write_bytes(content)
        _read(Path(at))


@tried(40)
@given(st.lists(changed, max_size=1), st.data())
def test_a_zip_is_a_tape_or_its_faults_are_named(
    files: list[tuple[str, bytes]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as at:
        path = Path(at) / "tape.zip"
        with zipfile.ZipFile(path, "w") as into:
            for name, content in {**BYTES, **dict(files)}.items():
                into.writestr(name, content)
        path.write_bytes(data.draw(spoiled(path.read_bytes())))
        _read(path)


def _read(path: Path) -> None:
    try:
        read_tape(path)
    except Faulty as faulty:
        assert_worded(faulty)
