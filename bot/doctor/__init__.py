"""What the assistant stands on, looked at from below: each thing is well, doubtful or failing.

It must not mend, make or change anything, nor print a secret.
"""

from __future__ import annotations

from bot.doctor.circumstances import Circumstances
from bot.doctor.examining import examine
from bot.doctor.finding import Finding, Level

__all__ = ["Circumstances", "Finding", "Level", "examine"]
