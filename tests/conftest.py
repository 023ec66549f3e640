"""What every test stands on: fresh catalogues, fixed seeds, a loud word about a missing browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from hatch_build import compile_catalogues
from tests.browser.finding import browser_required, find_browser
from tests.fuzz.often import tried

ROOT = Path(__file__).parent.parent

# The same cases on every machine and day; a failing one is printed and becomes a worked case.
settings.register_profile("reprieve", tried(100))
settings.load_profile("reprieve")


def pytest_configure() -> None:
    """Tests read the words as they stand in the `.po` files, not as they stood at set-up."""
    compile_catalogues(ROOT)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Without a browser a green run proves less: say so where it is read."""
    if find_browser() is None and not browser_required():
        terminalreporter.section("NO BROWSER FOUND", red=True, bold=True)
        terminalreporter.line(
            "The browser tests did not run. Install Chromium, or name one in REPRIEVE_BROWSER.",
            red=True,
        )
