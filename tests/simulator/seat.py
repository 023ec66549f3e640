"""A person's seat in a chat: what they see there, and waiting for what they expect to see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.simulator.calls import Json
from tests.simulator.clock import PATIENCE_SECONDS
from tests.simulator.profile import shown_commands, shown_text
from tests.simulator.rooms import Button, Message, Room, User
from tests.simulator.world import World

Wanted = str | Callable[[Message], bool] | None


class NothingCame(AssertionError):
    """What the person waited for did not come in time."""


class NoSuchButton(AssertionError):
    """The person sees no such button."""


@dataclass(eq=False)
class Seat:
    """The reading half of a chat."""

    world: World
    room: Room
    user: User
    mark: int = 0

    @property
    def id(self) -> int:
        return self.room.id

    @property
    def messages(self) -> list[Message]:
        """Everything visible, oldest first."""
        return [one for one in self.room.messages.values() if not one.deleted]

    @property
    def received(self) -> list[Message]:
        """The bot's visible messages, oldest first."""
        return [one for one in self.messages if one.from_bot]

    @property
    def news(self) -> list[Message]:
        """The bot's messages sent or edited since the person last did something."""
        return [one for one in self.received if one.changed > self.mark]

    @property
    def last(self) -> Message:
        """The bot's newest message."""
        if not self.received:
            raise NothingCame(f"no message yet\n{self.transcript()}")
        return self.received[-1]

    @property
    def buttons(self) -> list[Button]:
        """The inline buttons of the newest message that has some."""
        return next((one.buttons for one in reversed(self.received) if one.buttons), [])

    @property
    def labels(self) -> list[str]:
        """What those buttons say."""
        return [button.label for button in self.buttons]

    @property
    def keyboard(self) -> list[Button]:
        """The reply keyboard on the person's screen, empty if none."""
        shown = self.room.shown_keyboard
        return [Button(one["text"], one) for row in shown.rows for one in row] if shown else []

    @property
    def actions(self) -> list[str]:
        """Every "typing…" and its like, oldest first."""
        return [action for _, action in self.room.actions]

    @property
    def toast(self) -> str:
        """What popped up last in answer to a tap; empty if nothing did."""
        taps = [tap for tap in self.world.taps.values() if tap.room is self.room]
        shown = [str(answer["text"]) for tap in taps for answer in tap.answers]
        return next((text for text in reversed(shown) if text), "")

    @property
    def commands(self) -> list[Json]:
        """The command menu this person sees here, in their language."""
        return shown_commands(self.world, self.room, self.user)

    @property
    def description(self) -> str:
        """What an empty chat says about the bot."""
        return shown_text(self.world, "description", self.user)

    @property
    def short_description(self) -> str:
        """What the bot's profile says."""
        return shown_text(self.world, "short_description", self.user)

    @property
    def menu_button(self) -> Json:
        """The button beside the input field."""
        buttons = self.world.profile.menu_buttons
        return buttons.get(self.room.id) or buttons.get(0) or {"type": "default"}

    async def wait_for(self, wanted: Wanted = None, within: float = PATIENCE_SECONDS) -> Message:
        """The first of the bot's news that has the text, or satisfies the predicate.

        News is what was sent or edited since the person's last act; `within` is real seconds.
        Raises NothingCame with the transcript.
        """
        try:
            return await self.world.bell.until(lambda: self._match(wanted), within)
        except TimeoutError:
            sought = wanted if isinstance(wanted, str) else "what was waited for"
            raise NothingCame(f"{sought!r} did not come\n{self.transcript()}") from None

    def _match(self, wanted: Wanted) -> Message | None:
        ordered = sorted(self.news, key=lambda one: one.changed)
        return next((one for one in ordered if fits(one, wanted)), None)

    async def wait_for_news(self, count: int, within: float = PATIENCE_SECONDS) -> list[Message]:
        """The bot's news once there are at least `count`."""

        def enough() -> list[Message] | None:
            return self.news if len(self.news) >= count else None

        try:
            return await self.world.bell.until(enough, within)
        except TimeoutError:
            raise NothingCame(f"{len(self.news)} of {count} came\n{self.transcript()}") from None

    def button(self, wanted: str, message: Message | None = None) -> Button:
        """A button by label or data; part of a label will do if only one button has it.

        It is sought on `message`, else on the newest with buttons and the reply keyboard.
        """
        offered = message.buttons if message is not None else [*self.buttons, *self.keyboard]
        for fitting in (
            [one for one in offered if one.label == wanted],
            [one for one in offered if one.data and one.data == wanted],
            [one for one in offered if wanted.lower() in one.label.lower()],
        ):
            if fitting and (len(fitting) == 1 or fitting[0].label == wanted):
                return fitting[0]
        labels = [one.label for one in offered]
        raise NoSuchButton(f"{wanted!r} is not among {labels}\n{self.transcript()}")

    def transcript(self) -> str:
        """The conversation as a person would tell it, with buttons in brackets."""
        return "\n".join(f"{who}: {indented(what, who)}" for who, what in self.room.log)


def fits(message: Message, wanted: Wanted) -> bool:
    if wanted is None:
        return True
    return wanted in message.text if isinstance(wanted, str) else bool(wanted(message))


def indented(what: str, who: str) -> str:
    return what.replace("\n", "\n" + " " * (len(who) + 2))
