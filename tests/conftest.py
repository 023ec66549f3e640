"""What every test stands on: fresh catalogues, fixed seeds, a loud word about a missing browser."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from hatch_build import compile_catalogues
from tests.browser.finding import browser_required, find_browser
from tests.fuzz.often import tried

ROOT = Path(__file__).parent.parent

# The same cases on every machine and day; a failing one is printed and becomes a worked case.
settings.register_profile("reprieve", tried(100))
settings.load_profile("reprieve")


# Begun first and dealt out test by test, for they take long; of other files each worker has whole
# ones, so that what their tests share is made once.
LONG = (
    "tests/browser/",
    "tests/domain/test_statement_property.py",
    "tests/kills/",
    "tests/simulation/",
)
# The tests that reach every branch of what decides; of them only the quick ones are measured, for
# being traced takes twice the time.
DECIDED_BY = ("tests/domain/", "tests/handlers/", "tests/steps/", "tests/test_flow.py")
MEASURING = pytest.StashKey[coverage.Coverage]()


# Where a machine lends memory as a folder, waiting for its disk proves nothing to these tests.
MEMORY = Path("/dev/shm")  # noqa: S108  # pytest makes folders of ours in it
ROOM = 4 * 2**30
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_configure(config: pytest.Config) -> None:
    """Tests read the words as they stand in the `.po` files, not as they stood at set-up."""
    if not hasattr(config, "workerinput"):  # whoever started the workers has done it for them
        compile_catalogues(ROOT)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first, that no worker is left alone with it at the end."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays: no collection of garbage during a test need look through it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)  # a test is over before its garbage matters
    if measuring := coverage.Coverage.current():
        session.config.stash[MEASURING] = measuring
    while tracing := coverage.Coverage.current():  # a worker has one more, from its own start
        tracing.stop()  # until a test of what decides begins


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Set-up and tear-down go unmeasured, and so do all other tests."""
    measuring = item.config.stash.get(MEASURING, None)
    is_measured = item.nodeid.startswith(DECIDED_BY) and not item.nodeid.startswith(LONG)
    if measuring is None or not is_measured:
        return (yield)
    measuring.start()
    try:
        return (yield)
    finally:
        measuring.stop()


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Deals out files, or their tests."""
    return _Dealing(config, log)


class _Dealing(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    def _split_scope(self, nodeid: str) -> str:
        return nodeid if nodeid.startswith(LONG) else nodeid.partition("::")[0]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Without a browser a green run proves less: say so where it is read."""
    if find_browser() is None and not browser_required():
        terminalreporter.section("NO BROWSER FOUND", red=True, bold=True)
        terminalreporter.line(
            "The browser tests did not run. Install Chromium, or name one in REPRIEVE_BROWSER.",
            red=True,
        )
