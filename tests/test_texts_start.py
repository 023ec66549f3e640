"""What has no words, or yesterday's, does not start."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import Broken
from bot.texts import Texts, compile_catalogues
from tests.test_texts import FORMATS, catalogue, entry


def test_catalogues_that_were_never_compiled_stop_the_start(tmp_path: Path) -> None:
    catalogue(tmp_path, "en", FORMATS)
    with pytest.raises(Broken, match=r"error\.catalogue\.missing"):
        Texts(tmp_path)


def test_catalogues_older_than_their_source_stop_the_start(tmp_path: Path) -> None:
    catalogue(tmp_path, "en", FORMATS)
    compile_catalogues(tmp_path)
    with (tmp_path / "locales/en/LC_MESSAGES/chat.po").open("a", encoding="utf-8") as file:
        file.write(entry("new", "words"))
    with pytest.raises(Broken, match=r"error\.catalogue\.stale"):
        Texts(tmp_path)


def test_the_wheel_needs_no_sources(tmp_path: Path) -> None:
    catalogue(tmp_path, "en", FORMATS)
    compile_catalogues(tmp_path)
    for source in tmp_path.rglob("*.po"):
        source.unlink()
    assert Texts(tmp_path).locales == ("en",)


def test_the_same_source_compiles_to_the_same_bytes(tmp_path: Path) -> None:
    catalogue(tmp_path, "en", FORMATS)
    first = [path.read_bytes() for path in compile_catalogues(tmp_path)]
    assert [path.read_bytes() for path in compile_catalogues(tmp_path)] == first


def test_a_default_language_without_words_stops_the_start(tmp_path: Path) -> None:
    catalogue(tmp_path, "de", FORMATS)
    compile_catalogues(tmp_path)
    with pytest.raises(Broken, match=r"error\.catalogue\.missing"):
        Texts(tmp_path)
