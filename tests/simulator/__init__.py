"""A Telegram for tests: the Bot API over real HTTP on loopback, strict where Telegram is strict.

It knows nothing of the product. `Simulator` is the server, `Person` and `Chat` are the people,
`faults` is the trouble. Limits of its own: HTML only (no Markdown), no files fetched by URL.
"""

from tests.simulator import faults
from tests.simulator.arrivals import CannotWrite
from tests.simulator.calls import Call, Outcome, Upload
from tests.simulator.chat import Chat
from tests.simulator.clock import Bell, Clock
from tests.simulator.faults import Fault, Plan
from tests.simulator.people import Person
from tests.simulator.rooms import Button, Message, User
from tests.simulator.seat import NoSuchButton, NothingCame
from tests.simulator.simulator import Simulator
from tests.simulator.webhook import Backoff
from tests.simulator.world import Tap

__all__ = [
    "Backoff",
    "Bell",
    "Button",
    "Call",
    "CannotWrite",
    "Chat",
    "Clock",
    "Fault",
    "Message",
    "NoSuchButton",
    "NothingCame",
    "Outcome",
    "Person",
    "Plan",
    "Simulator",
    "Tap",
    "Upload",
    "User",
    "faults",
]
