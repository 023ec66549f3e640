"""Other people's words made safe to show: cleaned of control signs, isolated, escaped.

It must not decide where words go; `template` knows the place of a slot.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape, unescape

FSI = "\u2068"
PDI = "\u2069"
# Signs that steer what stands around them, or stand for nothing: controls, bidi overrides and
# isolates, zero-width space, soft hyphen, byte order mark. Joiners stay: emoji need them.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_TAG = re.compile(r"</?[a-z][^>]*>")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


def cleaned(text: str) -> str:
    """`text` without signs that steer its surroundings; a lone surrogate becomes U+FFFD."""
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\t", " ")
    return _LONE_SURROGATE.sub("\ufffd", _STEERING.sub("", text))


def isolated(text: str, *, right_to_left: bool) -> str:
    """`text` between U+2068 and U+2069 where its direction could disturb, or be disturbed.

    In a left-to-right locale text without any right-to-left sign is left bare: isolates would
    change nothing to see, and would be copied along with a reference.
    """
    if not right_to_left and not _has_right_to_left(text):
        return text
    return f"{FSI}{text}{PDI}"


def _has_right_to_left(text: str) -> bool:
    return not text.isascii() and any(
        unicodedata.bidirectional(sign) in _RIGHT_TO_LEFT for sign in text
    )


def plain_words(html: str) -> str:
    """What a person reads of rendered words: no tags, no entities."""
    return unescape(_TAG.sub("", html))


def escaped(text: str) -> str:
    """`text` as it stands in HTML, between tags or quoted in one: the one escape there is."""
    return escape(text, quote=True)
