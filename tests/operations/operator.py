"""An operator at a terminal: runs `reprieve …` in this process and reads what it says."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.command_line import command_line
from tests.chat.house import SECRET


@dataclass
class Operator:
    """Settings in the environment name the files of `folder`."""

    folder: Path
    patch: pytest.MonkeyPatch
    said: str = ""
    code: int = 0

    def __post_init__(self) -> None:
        self.patch.chdir(self.folder)
        self.sets(
            DATABASE_URL=f"sqlite:///{self.folder / 'house.db'}",
            KEY_FILE=str(self.folder / "house.keys"),
            SECRET_KEY=SECRET.decode(),
        )
        self.patch.setenv("LC_ALL", "en_US.UTF-8")

    def sets(self, **values: str) -> None:
        """Environment variables, without `REPRIEVE_`."""
        for name, value in values.items():
            self.patch.setenv(f"REPRIEVE_{name}", value)

    def runs(self, *arguments: object) -> bool:
        """Whether the command ended well; what it said is in `said`."""
        done = CliRunner().invoke(command_line, [str(each) for each in arguments])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        self.said, self.code = done.output, done.exit_code
        return self.code == 0

    async def runs_beside(self, *arguments: object) -> bool:
        """The same while this loop goes on, as a command runs beside `reprieve run`."""
        return await asyncio.to_thread(self.runs, *arguments)

    def asks(self, *arguments: object) -> Any:  # noqa: ANN401  # JSON may be anything
        """What a command answers with `--json`."""
        self.runs(*arguments, "--json")
        return json.loads(self.said)
