"""The assistant seen from outside: is it alive, is it ready, and its figures.

It must not change anything, nor tell of anybody. The figures have to be imported by themselves:
without a port to be scraped at, Prometheus' client is never loaded.
"""

from __future__ import annotations

from bot.watch.health import Health
from bot.watch.readiness import Readiness

__all__ = ["Health", "Readiness"]
