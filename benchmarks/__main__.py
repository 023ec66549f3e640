"""`make bench`: measures, prints a table and writes it into docs/benchmarks.md.

With `--large`, the portfolio and the import of five million instalments too, which takes some
minutes and 4 GB of disk.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import figures, pictures
from benchmarks.measuring import Figure, machine, publish, table

HEAD: tuple[str, ...] = ("measured", "figure", "floor of the same run", "aim")
LARGE_LOANS = 420_000  # of twelve instalments
# Each in a process of its own, whose memory is measured.
LARGE = {"portfolio": figures.memory, "import": figures.import_memory}


def main() -> None:
    """Measure everything."""
    for name, large in LARGE.items():
        if f"--{name}" in sys.argv:
            with tempfile.TemporaryDirectory() as folder:
                print("\t".join(row(large(Path(folder), LARGE_LOANS))))
            return
    rows = [HEAD]
    for found in _measured():
        rows.append(found)
        print(" | ".join(found), flush=True)
    publish("measured", f"Measured on: {machine('numpy')}.\n\n{table(rows)}")


def row(figure: Figure) -> tuple[str, ...]:
    """A figure as the cells of a row."""
    return figure.name, figure.found, figure.floor, figure.aim


def _measured() -> Iterator[tuple[str, ...]]:
    yield row(figures.one_statement())
    yield row(figures.realistic_mix())
    yield row(figures.simple_instalments())
    with tempfile.TemporaryDirectory() as folder:
        yield row(figures.from_sqlite(Path(folder)))
        yield from map(row, figures.tape_imports(Path(folder)))
    yield row(pictures.chart_cold())
    yield row(pictures.statement_cold())
    if "--large" in sys.argv:
        for name in LARGE:
            command = [sys.executable, "-m", "benchmarks", f"--{name}"]
            told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # ourselves
            yield tuple(told.stdout.strip("\n").split("\t"))


if __name__ == "__main__":
    main()
