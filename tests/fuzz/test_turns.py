"""Whatever a chat sends has its turn, in the midst of a form too, and leaves the books whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.serve import Update
from bot.texts import cleaned
from tests.chat.fixtures import ann, folder, house, imported
from tests.chat.house import House
from tests.chat.person import Chat
from tests.fuzz.bending import WORDS
from tests.fuzz.often import tried

Comes = Callable[[str, dict[str, object]], Awaitable[None]]
__all__ = ["ann", "folder", "house", "imported"]
# As both channels hand it on.
CLEAN = WORDS.map(cleaned)
TYPED = st.sampled_from(["/relief", "/what_if", "/person", "/language", "/start", "/", "//", "/x@"])
sent = st.one_of(
    st.tuples(
        st.just("text"), st.fixed_dictionaries({"text": CLEAN | TYPED, "forwarded": st.booleans()})
    ),
    st.tuples(st.just("button"), st.fixed_dictionaries({"button": CLEAN})),
    st.tuples(st.just("unusable"), st.fixed_dictionaries({"kind": st.just("sticker")})),
    st.tuples(st.just("contact"), st.fixed_dictionaries({"phone": CLEAN, "own": st.booleans()})),
)


@pytest.fixture
def comes(house: House, ann: Chat) -> Comes:
    """Something from Ann's chat; what fails in a turn fails the test."""

    async def come(kind: str, body: dict[str, object]) -> None:
        await house.receive(Update("web", house.key(), ann.id, kind, body))

    return come


@tried(25)
@given(sent)
async def test_what_a_chat_sends_has_its_turn(
    comes: Comes, what: tuple[str, dict[str, object]]
) -> None:
    await comes(*what)
