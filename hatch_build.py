"""Compiles the catalogues and puts them and the policies into the wheel, under `bot/_data`.

It must not decide what is in them. Run as a program it only compiles, for the checkout.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA = "bot/_data"


def compile_catalogues(root: Path) -> list[Path]:
    """Bring every `.mo` under `root/locales` up to date with the `.po` beside it; all of them."""
    catalogues = sorted((root / "locales").glob("*/LC_MESSAGES/*.po"))
    return [_compiled(catalogue) for catalogue in catalogues]


def _compiled(source: Path) -> Path:
    target = source.with_suffix(".mo")
    if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
        _compile(source, target)
    return target


def _compile(source: Path, target: Path) -> None:
    # Written aside and renamed: a running server or a second worker sees the old or the new one.
    with source.open("rb") as text:
        catalogue = read_po(text, locale=source.parts[-3])
    descriptor, name = tempfile.mkstemp(dir=target.parent, suffix=".new")
    with os.fdopen(descriptor, "wb") as compiled:
        write_mo(compiled, catalogue)
    Path(name).chmod(0o644)
    Path(name).replace(target)


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own, private
    """What `pyproject.toml` names as the build hook."""

    def initialize(self, version: str, build_data: dict[str, dict[str, str]]) -> None:
        """Compile, and for a real wheel name the files to carry; an editable one reads ours."""
        root = Path(self.root)
        catalogues = compile_catalogues(root)
        if version == "editable" or self.target_name != "wheel":
            return
        carried = [*catalogues, *sorted((root / "policy").rglob("*.toml"))]
        for path in carried:
            build_data["force_include"][str(path)] = f"{DATA}/{path.relative_to(root)}"


if __name__ == "__main__":
    compile_catalogues(Path(__file__).parent)
