"""Worked cases of every rule, at and around each threshold: tests/cases/accrual/*.toml.

A file has its product under `terms` and its loan under `loan`; a case lays its own keys over them.
`expect` is a part of the answer, `refused` is `path: key` of the fault.
"""

from __future__ import annotations

import io
import json
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest

from bot.errors import Fault
from bot.lender.calc import calc

CASES = Path(__file__).parents[1] / "cases"


def worked_cases() -> list[object]:
    files = {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((CASES / "accrual").glob("*.toml"))
    }
    return [
        pytest.param(file, case, id=f"{stem}: {case['name']}")
        for stem, file in files.items()
        for case in file["case"]
    ]


@pytest.mark.parametrize(("file", "case"), worked_cases())
def test_a_worked_case_comes_out_to_the_cent(
    file: dict[str, object], case: dict[str, object]
) -> None:
    told = answered(document_of(file, case))
    if "refused" in case:
        assert told == case["refused"]
    else:
        assert_part_of(case["expect"], told, "answer")


@pytest.mark.parametrize(
    "published",
    [
        pytest.param(case, id=f"{case['id']}: {case['name']}")
        for case in json.loads((CASES / "published.json").read_text(encoding="utf-8"))
    ],
)
def test_an_example_another_lender_published_comes_out_alike(published: dict[str, object]) -> None:
    told = answered(published["document"])
    assert isinstance(told, dict)
    assert isinstance(told["instalments"], list)
    for instalment in told["instalments"]:
        instalment["outstanding"] = sum_of(instalment)
    assert_part_of(published["expect"], told, "answer")
    for spoilt in each_spoilt(published["expect"]):
        with pytest.raises(AssertionError):
            assert_part_of(spoilt, told, "answer")


def each_spoilt(expected: object) -> Iterator[object]:
    """The expectation with one value changed, for every value: each is truly compared."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            yield from ({**expected, key: spoilt} for spoilt in each_spoilt(value))
    elif isinstance(expected, list):
        for at, value in enumerate(expected):
            yield from (
                [*expected[:at], spoilt, *expected[at + 1 :]] for spoilt in each_spoilt(value)
            )
    else:
        yield f"not {expected}"


def document_of(file: Mapping[str, object], case: Mapping[str, object]) -> dict[str, object]:
    entries = case.get("entries", [merged(file.get("terms"), case.get("terms"))])
    document = {"terms": entries, "loan": merged(file["loan"], case.get("loan"))}
    if "allocation" in case:
        document["allocation"] = case["allocation"]
    return document | {"as_of": case["as_of"]}


def merged(below: object, above: object) -> dict[str, object]:
    """`above` laid over `below`; false takes a key away, as TOML has no null."""
    laid: dict[str, object] = {}
    for layer in (below, above):
        laid |= layer if isinstance(layer, dict) else {}
    return {key: value for key, value in laid.items() if value is not False}


def answered(document: object) -> dict[str, object] | str:
    """What `reprieve calc` answers: the object, or `path: key` of the fault."""
    source = io.BytesIO(json.dumps(document, default=date.isoformat).encode())
    answers, errors = io.StringIO(), io.StringIO()
    code = calc(source, answers, errors, lines=False, render=key_of)
    if code:
        return errors.getvalue().strip()
    told: dict[str, object] = json.loads(answers.getvalue())
    return told


def key_of(fault: Fault) -> str:
    assert None not in fault.slots.values(), fault
    return fault.key


def sum_of(instalment: dict[str, str]) -> str:
    cents = sum(
        int(instalment[part].replace(".", ""))
        for part in ("principal", "interest", "fee", "penalty")
    )
    return f"{cents // 100}.{cents % 100:02}"


def assert_part_of(expected: object, told: object, path: str) -> None:
    if isinstance(expected, dict):
        assert isinstance(told, dict), path
        for key, value in expected.items():
            # False stands for a key that must not be there: TOML has no null.
            assert (key in told) is (value is not False), f"{path}.{key}"
            assert_part_of(value, told.get(key, False), f"{path}.{key}")
    elif isinstance(expected, list):
        assert isinstance(told, list), path
        assert len(told) == len(expected), (path, told)
        for at, (value, found) in enumerate(zip(expected, told, strict=True)):
            assert_part_of(value, found, f"{path}[{at}]")
    else:
        assert told == expected, path
