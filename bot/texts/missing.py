"""What is wrong when a text cannot be said: ours to mend, never passed over in silence."""

from __future__ import annotations

from bot.errors import Broken


class MissingText(Broken):
    """A key, slot or plural form that a catalogue or a caller owes. `why` is for the log."""

    def __init__(self, name: str, locale: str, why: str) -> None:
        super().__init__("error.text.missing", name=name, locale=locale, why=why)
        self.name = name
        self.why = why

    def __str__(self) -> str:
        """Key, locale and reason; slot values never stand in it."""
        return f"text {self.name} in {self.slots['locale']}: {self.why}"
