"""Which addresses Telegram accepts as links, in texts and on buttons."""

from __future__ import annotations

from urllib.parse import urlsplit

OWN_SCHEMES = {"tg", "ton", "tonsite"}


def usable_link(address: str) -> str:
    """The address as Telegram keeps it, empty if it is none: it needs a known scheme and a dot."""
    with_scheme = address if "://" in address else f"http://{address}"
    try:
        parts = urlsplit(with_scheme)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme.lower() in OWN_SCHEMES:
        return address
    if parts.scheme.lower() not in {"http", "https"} or " " in host:
        return ""
    if not ("." in host.strip(".") or ":" in host):
        return ""
    return with_scheme if parts.path else parts._replace(path="/").geturl()
