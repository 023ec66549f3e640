"""Input that is almost right: sound documents bent in places, sound bytes spoiled."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

# Half an emoji is a character too; so are NUL and what turns the direction of writing.
ODD = st.sampled_from(["", "\0", "\ud83d", "\u202e", "0", "-1", "1e309", "NaN", "𝟙", "½", "' --"])
WORDS = (
    st.text(st.characters(), max_size=40)
    | st.text(st.characters(exclude_categories=()), max_size=9)
    | ODD
)
NUMBERS = st.integers() | st.floats() | st.sampled_from([2**31, 2**63, -(2**63), 10**30])
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
MOST_BENDS = 3


@st.composite
def bent(draw: st.DrawFn, sound: object) -> object:
    """The document with a few places replaced, taken out or called otherwise."""
    document = [copy.deepcopy(sound)]
    for _ in range(draw(st.integers(1, MOST_BENDS))):
        inside, key = draw(st.sampled_from(list(_places(document))))
        how = draw(st.sampled_from(["replaced", "gone", "renamed"]))
        if how == "replaced" or inside is document:
            inside[key] = draw(JSON)
        elif how == "gone" or isinstance(inside, list):
            del inside[key]
        else:
            inside[draw(WORDS)] = inside.pop(key)
    return document[0]


def written(document: object) -> bytes:
    """As JSON; half an emoji and NaN as some senders write them."""
    return json.dumps(document).encode()


@st.composite
def spoiled(draw: st.DrawFn, sound: bytes) -> bytes:
    """The bytes with a few cut out, put in or doubled."""
    for _ in range(draw(st.integers(1, MOST_BENDS))):
        start = draw(st.integers(0, len(sound)))
        end = start + draw(st.integers(0, 12))
        instead = draw(st.binary(max_size=6) | st.just(sound[start:end] * 2))
        sound = sound[:start] + instead + sound[end:]
    return sound


def almost(sound: Sequence[object]) -> st.SearchStrategy[bytes]:
    """One of these documents as JSON, bent or its bytes spoiled."""
    return st.sampled_from(sound).flatmap(
        lambda each: bent(each).map(written) | spoiled(written(each))
    )


def _places(node: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401  # a document, whatever its shape
    """Every container and each of its keys or places."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node)
    for key, inner in list(pairs):
        yield node, key
        if isinstance(inner, dict | list):
            yield from _places(inner)
