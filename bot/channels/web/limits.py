"""How often one chat or one address may ask.

It must not count: that is `allowance`.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from bot.channels.allowance import Allowance

_IPV6_HOME = 64  # bits of an IPv6 address that one household shares


@dataclass(frozen=True, slots=True)
class Limits:
    """What one chat and one address may do. Addresses are shared by many phones: they get more."""

    chat_sends: Allowance = Allowance(40, 2)
    chat_uploads: Allowance = Allowance(12, 0.1)
    chat_streams: int = 8  # open event streams of one chat: tabs
    address_sends: Allowance = Allowance(400, 20)
    address_reads: Allowance = Allowance(1_200, 60)
    address_chats: Allowance = Allowance(60, 1)  # new chats


def household(host: str) -> str:
    """The address as it is counted: an IPv6 address by its network, anything else as it is."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        return str(int(address) >> _IPV6_HOME)
    return host
