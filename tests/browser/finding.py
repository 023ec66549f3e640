"""Which browser the browser tests may drive: Debian's Chromium, Playwright's, or Chrome."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_A_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
REQUIRED = "REPRIEVE_REQUIRE_BROWSER"


def browser_required() -> bool:
    """Whether a missing browser is a failure, as in continuous integration."""
    return os.environ.get(REQUIRED, "") not in {"", "0"}


def find_browser() -> Path | None:
    """The browser's program: the one `REPRIEVE_BROWSER` names, else the first found."""
    named = os.environ.get("REPRIEVE_BROWSER")
    if named:
        return Path(named)
    on_path = (shutil.which(name) for name in NAMES)
    return next((Path(path) for path in on_path if path), None) or _playwrights() or _on_a_mac()


def _playwrights() -> Path | None:
    # Playwright knows its own path only once its driver runs, which takes longer than looking.
    folders = (Path.home() / ".cache/ms-playwright", Path.home() / "Library/Caches/ms-playwright")
    patterns = ("chromium-*/chrome-linux*/chrome", "chromium-*/chrome-mac*/*.app/*/MacOS/*")
    found = (path for folder in folders for pattern in patterns for path in folder.glob(pattern))
    return max(found, default=None)


def _on_a_mac() -> Path | None:
    return ON_A_MAC if ON_A_MAC.exists() else None
