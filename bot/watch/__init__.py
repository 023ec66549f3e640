"""The assistant seen from outside: is it alive, is it ready, and its figures.

It must not change anything, nor tell of anybody.
"""

from __future__ import annotations

from bot.watch.figures import Figures
from bot.watch.health import health_routes
from bot.watch.readiness import Readiness
from bot.watch.scraping import scraped

__all__ = ["Figures", "Readiness", "health_routes", "scraped"]
