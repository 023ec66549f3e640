"""The long run: simulation, planted bugs and real kills for as long as wanted, and the report.

`make soak SECONDS=3600` runs it; `docs/reliability.md` is what it writes into.
"""
