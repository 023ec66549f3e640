"""The entry point of `reprieve` and `python -m bot`.

It must not decide anything: the command line does.
"""

from __future__ import annotations

from bot.garbage import start_spared


def main() -> None:
    """Run the command line, loaded without a search for garbage between its modules."""
    with start_spared():
        from bot.command_line import command_line
        from bot.commands import refusals
    with refusals():
        command_line()


if __name__ == "__main__":
    main()
