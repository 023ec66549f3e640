"""Whatever a policy file or a document for `calc` holds is read, or its faults are named."""

from __future__ import annotations

import io
import json
import tomllib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.policy import check, load_policy
from bot.errors import Faulty
from bot.lender.calc import calc
from tests.fuzz.bending import WORDS, almost
from tests.fuzz.often import tried
from tests.fuzz.wording import assert_worded, sentence_of

ROOT = Path(__file__).parent.parent.parent
POLICIES = [path.read_text("utf-8") for path in sorted((ROOT / "policy").rglob("*.toml"))]
VALUES = st.sampled_from(
    ["0", "-1", "1e9", "nan", '""', '"x"', "[]", "{}", "true", "1979-05-27", "07:32:00", '"1/0"']
) | st.integers().map(str)
PUBLISHED = [
    case["document"]
    for case in json.loads((ROOT / "tests/cases/published.json").read_text("utf-8"))
]


@st.composite
def policies(draw: st.DrawFn) -> str:
    """A shipped policy with a few lines gone, doubled, or of another value."""
    lines = draw(st.sampled_from(POLICIES)).splitlines()
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        key, is_value, _ = lines[at].partition(" = ")
        other = f"{key} = {draw(VALUES)}" if is_value else draw(WORDS)
        lines[at : at + 1] = draw(st.sampled_from([[], [lines[at]] * 2, [other]]))
    return "\n".join(lines)


@tried(40)
@given(policies() | WORDS)
def test_a_policy_is_read_or_its_faults_are_named(text: str) -> None:
    faults, warnings = check(text)
    for warning in warnings:
        sentence_of(warning)
    try:
        load_policy(text)
    except Faulty as faulty:
        assert faults
        assert_worded(faulty)
    else:
        assert not faults
        tomllib.loads(text)


@tried(100)
@given(
    st.binary(max_size=60) | almost(PUBLISHED),
    st.booleans(),
)
def test_a_document_is_answered_or_its_faults_are_named(document: bytes, lines: bool) -> None:
    answers, errors = io.StringIO(), io.StringIO()
    code = calc(io.BytesIO(document), answers, errors, lines=lines, render=sentence_of)
    assert code in {0, 2}
    assert (code == 2) == bool(errors.getvalue() or "error" in answers.getvalue())
    for line in answers.getvalue().splitlines() if lines else [answers.getvalue() or "{}"]:
        json.loads(line)
