"""Several readers that meet a kind of row for the first time at once, in a process of its own."""

from __future__ import annotations

import subprocess
import sys

_KINDS = """
import sys, threading
from dataclasses import field, make_dataclass
from bot.store.rows import decode

sys.setswitchinterval(1e-6)  # threads take turns as often as they can
for number in range(200):
    part = make_dataclass(f"Part{number}", [(f"f{at}", int) for at in range(20)])
    kind = make_dataclass(f"Kind{number}", [(f"p{at}", tuple[part, ...], ()) for at in range(5)])
    together = threading.Barrier(4)

    def read():
        together.wait()
        decode(b"{}", kind)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for reader in readers:
        reader.join()
"""


def test_readers_that_meet_a_kind_at_once_do_not_crash_the_process() -> None:
    ended = subprocess.run((sys.executable, "-c", _KINDS), check=False, capture_output=True)
    assert ended.returncode == 0, ended.stderr.decode()
