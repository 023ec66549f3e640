"""Small things pages stand on: stored messages tidied, paths kept at home, percents in fields."""

from __future__ import annotations

from fractions import Fraction

import pytest

from bot.console.figures import in_hundred
from bot.console.gate import own_path
from bot.console.words import tidy


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("<b>Hello</b> &lt;b&gt;&amp;", "<b>Hello</b> &lt;b&gt;&amp;"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('<b onclick="x">', "&lt;b onclick=&quot;x&quot;&gt;"),
        ('<a href="https://a.test">a</a>', '<a href="https://a.test">a</a>'),
        ('<a href="javascript:x">', "&lt;a href=&quot;javascript:x&quot;&gt;"),
        ("<img src=x", "&lt;img src=x"),
        ("a < b > c <", "a &lt; b &gt; c &lt;"),
        ("<b\n>x</b>", "&lt;b\n&gt;x</b>"),
        ("<blockquote expandable>x</blockquote>", "<blockquote expandable>x</blockquote>"),
    ],
)
def test_a_stored_message_keeps_our_tags_and_shows_any_other(stored: str, shown: str) -> None:
    assert str(tidy(stored)) == shown


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/console", "/console"),
        ("/console/cases/0a", "/console/cases/0a"),
        ("/console?x=1", "/console"),
        ("//console", "/console"),
        ("/console/../chat\r\n", "/console"),
        ("", "/console"),
        ("/consolé/x", "/console"),
    ],
)
def test_a_way_back_stays_within_the_console(path: str, kept: str) -> None:
    assert own_path(path) == kept


@pytest.mark.parametrize(
    ("share", "field"),
    [
        (Fraction(3, 10), "30"),
        (Fraction(375, 1000), "37.5"),
        (Fraction(0), "0"),
        (Fraction(1), "100"),
        (Fraction(1, 3), "33.3333"),
    ],
)
def test_a_share_stands_in_a_field_as_plain_percent(share: Fraction, field: str) -> None:
    assert in_hundred(share) == field
