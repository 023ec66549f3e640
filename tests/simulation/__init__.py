"""The whole assistant in one thread of made-up time, killed anywhere, checked after every life.

A seed is one run: the same seed is the same run on every machine. `python -m tests.simulation
--seed 7 --trace` shows one; `--help` says the rest. Only the clock, chance, the disk's and the
network's speed and Telegram itself are made up: staircase, outbox, jobs, store and tasks are those
that `reprieve run` joins.
"""
