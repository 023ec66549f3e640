"""Where the files that are no code lie: catalogues and policies, in a checkout and in the wheel.

It must not read them.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_IN_THE_WHEEL = _PACKAGE / "_data"


def resource_root() -> Path:
    """The folder that holds `locales/` and `policy/`: the checkout's, or the installed wheel's."""
    return _IN_THE_WHEEL if _IN_THE_WHEEL.is_dir() else _PACKAGE.parent
