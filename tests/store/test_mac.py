"""The quick HMAC is the library's HMAC."""

from __future__ import annotations

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.mac import Mac


@given(st.binary(max_size=64), st.binary(max_size=100), st.binary(max_size=200))
def test_it_answers_what_hmac_answers(key: bytes, prefix: bytes, message: bytes) -> None:
    mac = Mac(key)
    assert mac.digest(prefix + message) == hmac.digest(key, prefix + message, "sha256")
    assert mac.begun(prefix).digest(message) == mac.digest(prefix + message)


def test_a_key_longer_than_a_block_is_refused() -> None:
    with pytest.raises(ValueError, match="longer key"):
        Mac(b"k" * 65)
