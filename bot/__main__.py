"""The command line: what `reprieve …` does.

It must not decide anything: each command asks the module that knows.
"""

from __future__ import annotations

from importlib.metadata import version as installed_version
from typing import Annotated

import typer

command_line = typer.Typer(name="reprieve", no_args_is_help=True, add_completion=False)


def _show_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"reprieve {installed_version('reprieve')}")
        raise typer.Exit


@command_line.callback()
def reprieve(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """The assistant a consumer lender gives its borrowers."""


def main() -> None:
    """Run the command line; the entry point of `reprieve`."""
    command_line()


if __name__ == "__main__":
    main()
