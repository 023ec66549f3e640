"""Compiles the catalogues and puts them and the policies into the wheel, under `bot/_data`.

It must not decide what is in them. Run as a program it only compiles, for the checkout.
"""

from __future__ import annotations

import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

DATA = "bot/_data"


def compile_catalogues(root: Path) -> tuple[Path, ...]:
    """Write the `.mo` beside every `.po` under `root/locales`; answers what was written."""
    # By path: while a wheel is being built, nothing of the project can be imported yet.
    path = root / "bot/texts/compiling.py"
    spec = spec_from_file_location("reprieve_compiling", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    compiling = module_from_spec(spec)
    spec.loader.exec_module(compiling)
    written: tuple[Path, ...] = compiling.compile_catalogues(root)
    return written


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's own, private
    """What `pyproject.toml` names as the build hook."""

    def initialize(self, version: str, build_data: dict[str, dict[str, str]]) -> None:
        """Compile, and for a real wheel name the files to carry; an editable one reads ours."""
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        catalogues = compile_catalogues(root)
        if version == "editable":
            return
        for path in [*catalogues, *sorted((root / "policy").rglob("*.toml"))]:
            build_data["force_include"][str(path)] = f"{DATA}/{path.relative_to(root)}"


if __name__ == "__main__":
    compile_catalogues(Path(sys.argv[0]).resolve().parent)
