"""Words and numbers: the catalogues, the policy, and the products that need both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from zoneinfo import ZoneInfo

from bot.doctor.circumstances import Circumstances
from bot.doctor.finding import Finding, Level, doubtful, failing, of_fault, well
from bot.domain.policy import NoPolicyInForce, Policy, check, load_policy
from bot.errors import Broken, Faulty
from bot.store.connection import read_only
from bot.store.queries import KEEPING
from bot.texts import MissingText, Texts
from bot.texts.check import check_catalogues


def catalogues(given: Circumstances) -> Iterator[Finding]:
    """Compiled, and in a checkout complete as well; the wheel's were checked when it was built."""
    try:
        texts = Texts(given.root, given.settings.default_locale)
    except Broken as broken:
        yield Finding("catalogues", Level.FAIL, broken.key, broken.slots)
        return
    has_sources = any((given.root / "locales").glob("*/LC_MESSAGES/*.po"))
    faults = check_catalogues(given.root) if has_sources else []
    if faults:
        slots = {"first": faults[0], "faults": len(faults)}
        yield failing("catalogues", "doctor.catalogues.faulty", **slots)
        return
    yield well("catalogues", "doctor.catalogues.ok", locales=", ".join(texts.locales))


def policy(given: Circumstances) -> Iterator[Finding]:
    """Without a fault, with a relief programme today; what is worth a second look is told."""
    text = _policy_text(given)
    if text is None:
        path = str(given.policy_file)
        yield failing("policy", "doctor.policy.unreadable", path=path)
        return
    faults, warnings = check(text)
    yield from (of_fault("policy", Level.FAIL, fault) for fault in faults)
    yield from (of_fault("policy", Level.WARN, warning) for warning in warnings)
    if not faults:
        yield _in_force(load_policy(text), given)


def products(given: Circumstances) -> Iterator[Finding]:
    """Each product of the books has terms, and a name in every language."""
    named = _products(given)
    terms = _terms(given)
    texts = Texts(given.root, given.settings.default_locale)
    without_terms = [name for name in named if terms is not None and name not in terms]
    for name in without_terms:
        yield failing("products", "doctor.products.terms", product=name)
    unnamed = [name for name in named if not _has_words(texts, f"product.{name}")]
    for name in unnamed:
        yield doubtful("products", "doctor.products.words", product=name)
    if not without_terms and not unnamed:
        yield well("products", "doctor.products.ok", products=len(named))


def _in_force(read: Policy, given: Circumstances) -> Finding:
    zone = given.settings.timezone or read.timezone
    today = given.now.astimezone(ZoneInfo(zone) if zone else UTC).date()
    try:
        read.relief_on(today)
    except NoPolicyInForce:
        return doubtful("policy", "doctor.policy.no_relief", day=today)
    return well("policy", "doctor.policy.ok", policy=read.policy_id)


def _policy_text(given: Circumstances) -> str | None:
    try:
        return given.policy_file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _terms(given: Circumstances) -> tuple[str, ...] | None:
    """The products that have terms; None when the policy cannot tell."""
    text = _policy_text(given)
    try:
        return None if text is None else load_policy(text).products
    except Faulty:
        return None


def _products(given: Circumstances) -> list[str]:
    if not given.settings.database.is_file():
        return []
    with closing(read_only(given.settings.database)) as db:
        return [row[0] for row in db.execute(KEEPING["products"])]


def _has_words(texts: Texts, key: str) -> bool:
    try:
        return all(texts.message(key, locale) for locale in texts.locales)
    except MissingText:
        return False
