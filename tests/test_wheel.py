"""The wheel works by itself, in an empty environment outside the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MINUTE = 60

# One worker builds the wheel and its environment for all of these.
pytestmark = pytest.mark.xdist_group("wheel")


def run(*command: str | Path, cwd: Path) -> str:
    """The command's output, started as if nobody had ever set anything up."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REPRIEVE_")}
    kept.pop("PYTHONPATH", None)
    done = subprocess.run(
        command, cwd=cwd, env=kept, capture_output=True, text=True, timeout=5 * MINUTE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


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
    run(sys.executable, "-m", "venv", home / "env", cwd=home)
    pip = (home / "env/bin/python", "-m", "pip", "install", "--quiet", "--no-compile")
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
