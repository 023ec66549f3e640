"""What comes down the staircase: something that happened, as its sender told it.

It must not say what it means: that is `hearing`.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from bot.turn import Press

_OF_CHAT = frozenset(
    {"text", "button", "upload", "unusable", "link", "public", "contact", "go_on", "sorry"}
)
_OF_BORROWER = frozenset({"staff_decided", "books_changed", "day_passed", "remind"})
_OF_STAFF = frozenset({"staff_decided", "staff_wrote"})


class Update(Struct, frozen=True):
    """Something that happened, from a channel, from staff or from the machine itself.

    `key` is the sender's own identifier: the same (source, key) again has one effect. `subject_id`
    is the chat's id for what a chat sent and for staff_wrote, the borrower's for other events.
    Kinds and their bodies:
    text {text}, button {button}, upload {upload_id, kind, size}, unusable {kind}, link {},
    public {}, contact {phone, own}, staff_decided / staff_wrote {the fields of the heard value},
    books_changed {}, day_passed {}, remind {days, due_days, a_week, until}, away {} and
    unreached {} (in a chat, but no act of it), and the staircase's own go_on {press} and sorry {}.
    With `more_follow` true an upload is taken without an answer: that of the last serves for all.
    """

    source: str
    key: str
    subject_id: str
    kind: str
    body: Mapping[str, object] = field(default_factory=dict)

    def going_on(self, press: Press | None) -> Update | None:
        """The update with which the same sender goes on with `press`; None for none."""
        if press is None:
            return None
        return replace(self, key=f"{self.key}>", kind="go_on", body={"press": str(press)})

    @property
    def of_chat(self) -> bool:
        """Whether a chat sent it."""
        return self.kind in _OF_CHAT

    @property
    def of_borrower(self) -> bool:
        """Whether `subject_id` is a borrower's."""
        return self.kind in _OF_BORROWER

    @property
    def actor(self) -> str:
        """Who did it, as the audit names them."""
        if self.kind in _OF_STAFF:
            return f"staff:{self.body.get('staff_id', '')}"
        return "borrower" if self.of_chat else "system"
