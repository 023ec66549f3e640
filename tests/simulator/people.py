"""A person with an account, and the chats they sit in."""

from __future__ import annotations

from tests.simulator import arrivals
from tests.simulator.chat import Chat
from tests.simulator.rooms import Room, User
from tests.simulator.world import World

FIRST_CHANNEL_ID = -1_001_000_000_000


class Person:
    """Opens chats; what is done in them is on `Chat`."""

    def __init__(self, world: World, user: User) -> None:
        self._world = world
        self._seats: dict[int, Chat] = {}
        self.user = user

    @property
    def id(self) -> int:
        return self.user.id

    def private_chat(self) -> Chat:
        """The chat with the bot; not started until they write."""
        return self._seat(self._world.rooms[self.user.id])

    def group(
        self,
        title: str = "Group",
        *,
        kind: str = "supergroup",
        others: tuple[Person, ...] = (),
        administrators: tuple[Person, ...] = (),
        username: str = "",
    ) -> Chat:
        """A new group (`group` or `supergroup`) to which this person adds the bot."""
        room = self._room(kind, title, username)
        people = [self, *others, *administrators]
        room.members = {one.id: one.user for one in people}
        room.administrators = {one.id for one in administrators}
        arrivals.membership(self._world, room, self.user, "left", "member")
        return self._seat(room)

    def channel(self, title: str = "Channel", *, username: str = "") -> Chat:
        """A new channel where this person posts and the bot is an administrator."""
        room = self._room("channel", title, username)
        room.administrators = {self.id, self._world.bot.id}
        room.bot_status = "administrator"
        arrivals.membership(self._world, room, self.user, "left", "administrator")
        return self._seat(room)

    def joins(self, chat: Chat) -> Chat:
        """This person's own seat in a group somebody made."""
        chat.room.members[self.id] = self.user
        return self._seat(chat.room)

    def _room(self, kind: str, title: str, username: str) -> Room:
        rooms = self._world.rooms
        number = len(rooms) + 1
        room_id = -4_000_000_000 - number if kind == "group" else FIRST_CHANNEL_ID - number
        rooms[room_id] = Room(room_id, kind, title, username)
        return rooms[room_id]

    def _seat(self, room: Room) -> Chat:
        if room.id not in self._seats:
            self._seats[room.id] = Chat(self._world, room, self.user)
        return self._seats[room.id]
