"""Chance from the system, and the ids that are made of a moment and of chance.

It must not read the clock: it is given one.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime

_POOLED = 256


def chance_maker() -> Callable[[], int]:
    """64 random bits, asked of the system for many times at once: each asking is dear."""
    pool: list[int] = []

    def chance() -> int:
        if not pool:
            bits = secrets.randbits(64 * _POOLED)
            pool.extend(memoryview(bits.to_bytes(8 * _POOLED, "little")).cast("Q"))
        return pool.pop()

    return chance


def id_maker(clock: Callable[[], datetime]) -> Callable[[], str]:
    """UUIDv7 as 32 hex digits: they sort by the moment they were made, even within one."""
    last, chance = 0, chance_maker()

    def new_id() -> str:
        nonlocal last
        moment = int(clock().timestamp() * 1_000_000)
        last = max(last + 1, moment)
        milliseconds, rest = divmod(last, 1000)
        # 48 bits of milliseconds, 12 of the thousandths' order, 62 of chance (RFC 9562, method 3).
        fraction = (rest << 2) & 0xFFF
        high = (milliseconds & 0xFFFF_FFFF_FFFF) << 16 | 0x7000 | fraction
        return f"{high << 64 | 0x8000_0000_0000_0000 | chance() >> 2:032x}"

    return new_id
