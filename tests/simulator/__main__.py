"""Runs the simulator by itself: `python -m tests.simulator --port 8081`, then open the page."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

from tests.simulator.clock import Clock
from tests.simulator.page import Page, cast
from tests.simulator.simulator import TOKEN, Simulator


async def serve(port: int, token: str) -> None:
    """Serve until interrupted; the settings a bot needs are printed as `NAME=value` lines."""
    now = time.time()  # noqa: TID251 - a rehearsal by hand happens today
    # Numbers that a bot met in an earlier rehearsal would be repetitions to it.
    simulator = Simulator(clock=Clock(now), seed=int(now), token=token)
    simulator.serve_also(Page(simulator, cast(simulator)).routes)
    await simulator.start(port)
    lines = (
        f"REPRIEVE_TELEGRAM_TOKEN={simulator.token}",
        f"REPRIEVE_TELEGRAM_BASE_URL={simulator.base_url}",
        f"REPRIEVE_TELEGRAM_FILE_URL={simulator.base_file_url}",
        f"page: http://127.0.0.1:{simulator.port}/",
    )
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
    try:
        await asyncio.Event().wait()
    finally:
        await simulator.stop()


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--token", default=TOKEN)
    arguments = parser.parse_args()
    try:
        asyncio.run(serve(arguments.port, arguments.token))
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
