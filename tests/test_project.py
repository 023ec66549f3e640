"""The project keeps its own rules: locked, documented, layered, no clock, no file that grows."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from packaging.requirements import Requirement

from bot.command_line import command_line

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ("requirements.txt", "requirements-dev.txt")
PROGRAMS = Path(sys.executable).parent

SOURCES = sorted(
    path for folder in ("bot", "handlers", "tests") for path in (ROOT / folder).rglob("*.py")
)


def named(path: Path) -> str:
    """The path as it stands in the repository."""
    return str(path.relative_to(ROOT))


def documents() -> str:
    """All that is written for people: the README and everything under `docs/`."""
    return "\n".join(
        path.read_text("utf-8") for path in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    )


def pins(lock: str) -> set[tuple[str, str]]:
    """Package and version of every line of a lock; a package may have one for each platform."""
    text = (ROOT / lock).read_text("utf-8")
    return set(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE))


def requirements(*groups: str) -> Iterator[Requirement]:
    """What `pyproject.toml` asks for, with the groups named."""
    asked = [*PROJECT["project"]["dependencies"]]
    for group in groups:
        asked += PROJECT["dependency-groups"][group]
    return map(Requirement, asked)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_carries_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]

    assert entries
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in text


@pytest.mark.parametrize(
    ("lock", "groups"),
    [("requirements.txt", ("build",)), ("requirements-dev.txt", ("build", "dev"))],
)
def test_the_lock_answers_everything_the_project_asks_for(
    lock: str, groups: tuple[str, ...]
) -> None:
    unmet = [
        str(asked)
        for asked in requirements(*groups)
        if not any(
            asked.name == name and asked.specifier.contains(version) for name, version in pins(lock)
        )
    ]

    assert unmet == [], "run `make lock`"


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_the_readme_shows_the_two_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    assert "make demo" in readme
    assert "make test" in readme


def test_continuous_integration_runs_the_readmes_command() -> None:
    assert "make test" in (ROOT / ".ci/run").read_text("utf-8")


def test_every_command_is_documented() -> None:
    group = typer.main.get_group(command_line)
    written = documents()

    assert [name for name in group.commands if f"reprieve {name}" not in written] == []


def test_every_setting_is_documented() -> None:
    code = "\n".join(path.read_text("utf-8") for path in (ROOT / "bot").rglob("*.py"))
    read = set(re.findall(r"\bREPRIEVE_[A-Z][A-Z_]*[A-Z]\b", code))
    written = documents()

    assert sorted(name for name in read if name not in written) == []


def test_every_link_between_documents_leads_somewhere() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{named(page)}: {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]

    assert dead == []


def test_no_module_grows_past_300_lines() -> None:
    lengths = {named(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}

    assert {name: length for name, length in lengths.items() if length > 300} == {}


def test_no_function_grows_past_60_lines() -> None:
    long = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 60
    ]

    assert long == []


# Spelt in two parts, so that the checks this test reads about do not see it as one of them.
SILENCED = re.compile(r"# (?:no" + r"qa|type: " + r"ignore)(?P<rest>.*)")
WITH_REASON = re.compile(r"(?:: ?[A-Z0-9, ]+|\[[a-z, -]+\]) +(?:#|--|-|—|–) *\w.*")


def test_every_silenced_check_says_why() -> None:
    silenced = [
        (f"{named(path)}:{number}", found["rest"])
        for path in SOURCES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if (found := SILENCED.search(line))
    ]

    assert [where for where, rest in silenced if not WITH_REASON.match(rest)] == []


def test_every_rule_left_out_says_why() -> None:
    ruff = (ROOT / "pyproject.toml").read_text("utf-8").partition("[tool.ruff.lint]")[2]
    section = ruff.partition("[tool.ruff.lint.flake8-tidy-imports]")[0]
    listed = re.findall(r'^  "[A-Z]+[0-9]+",(.*)$', section, re.MULTILINE)

    assert listed
    assert [rest for rest in listed if not re.match(r" +# .+\.$", rest)] == []


CLOCK_READS = (
    "from datetime import datetime, UTC\nprint(datetime.now(tz=UTC))\n",
    "import datetime\nprint(datetime.datetime.now(tz=datetime.UTC))\n",
    "from datetime import date\nprint(date.today())\n",
    "import time\nprint(time.time())\n",
    "from time import monotonic\nprint(monotonic())\n",
    "from time import perf_counter_ns as now\nprint(now())\n",
)


def clock_faults(code: str, path: str) -> int:
    """How many reads of the clock ruff refuses in `code`, were it to stand at `path`."""
    command = (PROGRAMS / "ruff", "check", "--select", "TID251", "--output-format", "concise")
    done = subprocess.run(
        [*command, "--stdin-filename", ROOT / path, "-"],
        input=code,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.count("TID251")


@pytest.mark.parametrize("code", CLOCK_READS)
@pytest.mark.parametrize("path", ["bot/serve/deciding.py", "bot/flow.py", "handlers/relief.py"])
def test_nobody_but_the_composition_root_reads_the_clock(code: str, path: str) -> None:
    assert clock_faults(code, path) > 0


@pytest.mark.parametrize("code", CLOCK_READS)
def test_the_composition_root_reads_the_clock(code: str) -> None:
    assert clock_faults(code, "bot/app/__init__.py") == 0


def verdict_on(house: Path) -> str:
    """What import-linter says of the house at this folder."""
    command = (PROGRAMS / "lint-imports", "--no-cache")
    done = subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house in which walls may be torn down."""
    copy = tmp_path_factory.mktemp("house")
    for folder in ("bot", "handlers"):
        shutil.copytree(ROOT / folder, copy / folder)
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def test_the_layers_hold(house: Path) -> None:
    verdict = verdict_on(house)

    assert " 0 broken" in verdict, verdict


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("bot/stray.py", ""),
        ("bot/domain/stray.py", "import sqlite3\n"),
        ("bot/domain/stray.py", "from bot import turn\n"),
        ("bot/domain/stray.py", "import handlers\n"),
        ("handlers/stray.py", "import os\n"),
        ("handlers/stray.py", "from bot.store import staff\n"),
        ("handlers/stray.py", "from bot import resources\n"),
        ("bot/store/stray.py", "import telegram\n"),
        ("bot/store/stray.py", "import bot.lender\n"),
    ],
)
def test_a_wrong_import_or_an_unknown_module_breaks_the_layers(
    house: Path, path: str, code: str
) -> None:
    stray = house / path
    stray.write_text(f'"""Stray."""\n{code}', "utf-8")
    verdict = verdict_on(house)
    stray.unlink()

    assert "stray" in verdict
