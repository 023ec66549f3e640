"""A loopback port that stays ours while nobody listens on it: a stopped server finds it again."""

from __future__ import annotations

import socket

HOST = "127.0.0.1"


class HeldPort:
    """Bound from the start; who connects while nothing listens is refused."""

    def __init__(self, port: int = 0) -> None:
        """`port` 0 takes any free one."""
        self._held = bound(port)
        self.number = int(self._held.getsockname()[1])

    def socket(self) -> socket.socket:
        """Another socket of the same port, to listen on; whoever listens closes it."""
        return bound(self.number)

    def close(self) -> None:
        """Let others have it."""
        self._held.close()


def free_port() -> int:
    """A port that nobody had a moment ago: for another process to listen on."""
    held = HeldPort()
    held.close()
    return held.number


def bound(port: int) -> socket.socket:
    """Without SO_REUSEPORT a Mac would let nobody else bind a port that is only held."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        made.bind((HOST, port))
    except OSError:
        made.close()
        raise
    return made
