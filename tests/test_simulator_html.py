"""Telegram's HTML: what it shows, where its entities lie, and how it complains."""

from __future__ import annotations

import pytest

from tests.simulator.calls import Json
from tests.simulator.formatted import formatted
from tests.simulator.markup import parse_html
from tests.simulator.refusals import Refusal


def entity(kind: str, offset: int, length: int, **more: str) -> Json:
    return {"type": kind, "offset": offset, "length": length} | more


SHOWN = [
    ("plain", "plain", []),
    ("<b>a</b>", "a", [entity("bold", 0, 1)]),
    ("<strong>a</strong>", "a", [entity("bold", 0, 1)]),
    ("<i>a</i><em>b</em>", "ab", [entity("italic", 0, 1), entity("italic", 1, 1)]),
    ("<u>a</u><ins>b</ins>", "ab", [entity("underline", 0, 1), entity("underline", 1, 1)]),
    ("<s>a</s>", "a", [entity("strikethrough", 0, 1)]),
    ("<strike>a</strike>", "a", [entity("strikethrough", 0, 1)]),
    ("<del>a</del>", "a", [entity("strikethrough", 0, 1)]),
    ("<tg-spoiler>a</tg-spoiler>", "a", [entity("spoiler", 0, 1)]),
    ('<span class="tg-spoiler">a</span>', "a", [entity("spoiler", 0, 1)]),
    ("<code>a</code>", "a", [entity("code", 0, 1)]),
    ("<pre>a</pre>", "a", [entity("pre", 0, 1)]),
    (
        '<pre><code class="language-sql">a</code></pre>',
        "a",
        [entity("pre", 0, 1, language="sql")],
    ),
    ("<blockquote>a</blockquote>", "a", [entity("blockquote", 0, 1)]),
    ("<blockquote expandable>a</blockquote>", "a", [entity("expandable_blockquote", 0, 1)]),
    (
        '<a href="https://example.org/?a=1&amp;b=2">x</a>',
        "x",
        [entity("text_link", 0, 1, url="https://example.org/?a=1&b=2")],
    ),
    ("<a>example.org</a>", "example.org", [entity("text_link", 0, 11, url="http://example.org/")]),
    ('<a href="nowhere">x</a>', "x", []),
    (
        '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
        "👍",
        [entity("custom_emoji", 0, 2, custom_emoji_id="5368324170671202286")],
    ),
    (
        '<tg-time unix="1647531900" format="wDT">then</tg-time>',
        "then",
        [
            {"type": "date_time", "unix_time": 1647531900, "date_time_format": "wDT"}
            | {"offset": 0, "length": 4}
        ],
    ),
    ("<B>a</b>", "a", [entity("bold", 0, 1)]),
    ("<b>a</>", "a", [entity("bold", 0, 1)]),
    ("<b></b>a", "a", []),
    ("&lt;b&gt; &amp; &quot;", '<b> & "', []),
    ("&lt", "<", []),
    ("&copy; &nbsp; & &x", "&copy; &nbsp; & &x", []),
    ("&#20013;&#x4E2D;", "中中", []),
    ("&#0;&#1114111;", "&#0;&#1114111;", []),
    ("😀<b>中😀</b>", "😀中😀", [entity("bold", 2, 3)]),
    (
        "<b>a<i>b</i></b>",
        "ab",
        [entity("italic", 1, 1), entity("bold", 0, 2)],
    ),
]


@pytest.mark.parametrize(("source", "text", "entities"), SHOWN)
def test_html_is_shown_with_its_entities(source: str, text: str, entities: list[Json]) -> None:
    assert parse_html(source) == (text, entities)


COMPLAINTS = [
    ("a <b", "Unclosed start tag at byte offset 2"),
    ("中<b", "Unclosed start tag at byte offset 3"),
    ("😀 &lt;<b", "Unclosed start tag at byte offset 9"),
    ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    ("<int>", 'Unsupported start tag "int" at byte offset 0'),
    ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
    ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
    ("<b><i>a</b>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("a</b>", "Unexpected end tag at byte offset 1"),
    ("<b>a</b", "Unclosed end tag at byte offset 4"),
    ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ('<a ="x">a</a>', 'Empty attribute name in the tag "a" at byte offset 0'),
    ("<a href=x/y>a</a>", "Unexpected end of name token at byte offset 8"),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a href", 'Unclosed start tag "a" at byte offset 0'),
    ("<tg-time unix='x'>a</tg-time>", "Invalid date or date format specified"),
    ("<tg-emoji>a</tg-emoji>", "Invalid custom emoji identifier specified"),
]


@pytest.mark.parametrize(("source", "complaint"), COMPLAINTS)
def test_bad_html_is_refused_in_telegrams_words(source: str, complaint: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {complaint}"


def test_control_characters_and_overrides_go_and_entities_move_along() -> None:
    shown = formatted("  a\r\u202e\x01<b>b</b>  \n", "HTML", [])
    assert shown.text == "a b"
    assert shown.entities == [entity("bold", 2, 1)]


def test_commands_mentions_and_addresses_are_found_outside_code() -> None:
    shown = formatted("/pay @ann http://a.example/x <code>/no</code>", "HTML", [])
    assert [(one["type"], one["offset"]) for one in shown.entities] == [
        ("bot_command", 0),
        ("mention", 5),
        ("url", 10),
        ("code", 29),
    ]


def test_nothing_lives_inside_code() -> None:
    shown = formatted("<code>a<b>b</b></code>", "HTML", [])
    assert shown.entities == [entity("code", 0, 2)]


def test_given_entities_are_checked() -> None:
    with pytest.raises(Refusal, match="can't parse MessageEntity: Unsupported type specified"):
        formatted("ab", "", [entity("glow", 0, 1)])
    assert formatted("ab", "", [entity("bold", 0, 1)]).entities == [entity("bold", 0, 1)]
