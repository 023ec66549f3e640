"""How often one chat or one address may ask: token buckets in memory, oldest forgotten first.

It must not read a clock: the moment comes with each call, in seconds of a clock that only grows.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

_REMEMBERED = 20_000
_IPV6_HOME = 64  # bits of an IPv6 address that one household shares


@dataclass(frozen=True, slots=True)
class Allowance:
    """`burst` requests at once, and `per_second` more as time goes by."""

    burst: float
    per_second: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What one chat and one address may do. Addresses are shared by many phones: they get more."""

    chat_sends: Allowance = Allowance(40, 2)
    chat_uploads: Allowance = Allowance(12, 0.1)
    chat_streams: int = 8  # open event streams of one chat: tabs
    address_sends: Allowance = Allowance(400, 20)
    address_reads: Allowance = Allowance(1_200, 60)
    address_chats: Allowance = Allowance(60, 1)  # new chats


class Buckets:
    """The buckets of everybody lately heard."""

    def __init__(self) -> None:
        self._left: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def wait(self, what: str, who: str, allowance: Allowance, now: float) -> float:
        """Take one; 0 when it was there, else the seconds until it will be (and none is taken)."""
        left, at = self._left.pop((what, who), (allowance.burst, now))
        left = min(allowance.burst, left + (now - at) * allowance.per_second)
        taken = left >= 1
        self._left[what, who] = (left - 1 if taken else left, now)
        if len(self._left) > _REMEMBERED:
            self._left.popitem(last=False)
        return 0.0 if taken else (1 - left) / allowance.per_second


def household(host: str) -> str:
    """The address as it is counted: an IPv6 address by its network, anything else as it is."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(int(address) >> _IPV6_HOME)
    return host
