"""What the examination is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Good settings and the moment; `root` holds catalogues and policies.

    `webhook` is the path at which Telegram reaches us.
    """

    settings: Settings
    now: datetime
    root: Path
    webhook: str

    @property
    def policy_file(self) -> Path:
        """The lender's policy: the file set, or the one shipped."""
        return self.settings.policy or self.root / "policy" / "default.toml"
