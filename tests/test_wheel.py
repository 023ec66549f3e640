"""The wheel works by itself, in an empty environment outside the checkout."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from threading import Timer
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).parent.parent
MINUTE = 60


def untouched() -> dict[str, str]:
    """The environment as if nobody had ever set anything up."""
    ours = ("REPRIEVE_", "PYTHON", "COV_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def run(*command: str | Path, cwd: Path) -> str:
    """The command's output."""
    done = subprocess.run(
        command,
        cwd=cwd,
        env=untouched(),
        capture_output=True,
        text=True,
        timeout=5 * MINUTE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def running(*command: str | Path, cwd: Path) -> Iterator[subprocess.Popen[str]]:
    """The command while it runs; interrupted at the end as by Ctrl-C, killed if it will not end."""
    with subprocess.Popen(
        command,
        cwd=cwd,
        env=untouched() | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        limit = Timer(2 * MINUTE, process.kill)
        limit.start()
        try:
            yield process
            process.send_signal(signal.SIGINT)
            process.communicate()
        finally:
            process.kill()
            limit.cancel()


def lines_until(sign: str, process: subprocess.Popen[str]) -> str:
    """What the process prints up to and including the line that contains `sign`, or all of it."""
    seen = ""
    for line in process.stdout or ():
        seen += line
        if sign in line:
            break
    return seen


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as `make wheel` builds it."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of an environment that holds the wheel and the lock's packages."""
    home = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "venv", "--without-pip", home / "env", cwd=home)
    env = home / "env/bin/python"  # filled from outside, which spares it a pip of its own
    pip = (sys.executable, "-m", "pip", "--python", env, "install", "--quiet", "--no-compile")
    run(
        *pip,
        "--require-hashes",
        "--only-binary",
        ":all:",
        "-r",
        ROOT / "requirements.txt",
        cwd=home,
    )
    run(*pip, "--no-deps", wheel, cwd=home)
    return home / "env/bin"


def test_the_wheel_carries_words_and_policies(wheel: Path) -> None:
    carried = {name for name in zipfile.ZipFile(wheel).namelist() if "/_data/" in name}
    words = {f"bot/_data/{path.relative_to(ROOT)}" for path in ROOT.glob("locales/*/*/*.mo")}
    policies = {f"bot/_data/{path.relative_to(ROOT)}" for path in ROOT.glob("policy/**/*.toml")}

    assert carried == words | policies


def test_the_wheel_carries_every_file_of_the_packages(wheel: Path) -> None:
    files = (path for name in ("bot", "handlers") for path in (ROOT / name).rglob("*.*"))
    wanted = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}

    assert wanted <= set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.wheel
def test_the_installed_wheel_says_its_version(programs: Path, tmp_path: Path) -> None:
    assert run(programs / "reprieve", "--version", cwd=tmp_path).startswith("reprieve ")


@pytest.mark.wheel
def test_the_installed_wheel_finds_its_files(programs: Path, tmp_path: Path) -> None:
    program = "from bot.resources import resource_root as r; print(r() / 'policy', r().is_dir())"

    folder, there = run(programs / "python", "-c", program, cwd=tmp_path).split()

    assert folder.endswith("site-packages/bot/_data/policy")
    assert there == "True"


@pytest.mark.wheel
def test_the_installed_wheel_runs_the_demo(programs: Path, tmp_path: Path) -> None:
    port = free_port()
    demo = (programs / "reprieve", "demo", "--port", str(port))
    with running(*demo, cwd=tmp_path) as process:
        printed = lines_until("/console", process)
        assert f"http://127.0.0.1:{port}/chat" in printed, printed
        with urlopen(f"http://127.0.0.1:{port}/chat", timeout=MINUTE) as page:
            assert page.status == 200

    assert process.returncode in {0, -signal.SIGINT, 128 + signal.SIGINT}
