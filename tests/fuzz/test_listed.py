"""`make fuzz` tries every property there is."""

from __future__ import annotations

import re

from tests.fuzz.__main__ import FUZZED, ROOT

PROPERTY = re.compile(r"^@given\(|\bassert_holds\(", re.MULTILINE)


def test_no_property_is_left_out() -> None:
    for path in (ROOT / "tests").rglob("test_*.py"):
        place = path.relative_to(ROOT).as_posix()
        if PROPERTY.search(path.read_text("utf-8")):
            assert place.startswith(FUZZED), place
