"""Reading a document field by field: the value, the fault with all it says, the stand-in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from fractions import Fraction

import pytest

from bot.domain.reading import REPEATED, Fields
from bot.errors import Fault


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


def read(raw: object, getter: Callable[[Fields], object]) -> tuple[object, list[Fault]]:
    faults: list[Fault] = []
    return getter(Fields(raw, "loan", faults)), faults


def of(key: str, **slots: object) -> list[Fault]:
    return [Fault("loan.x", key, slots)]


@pytest.mark.parametrize(
    ("getter", "raw", "value"),
    [
        (lambda fields: fields.text("x"), "a", "a"),
        (lambda fields: fields.day("x"), "2026-03-01", date(2026, 3, 1)),
        (lambda fields: fields.whole("x", 1, 5), 1, 1),
        (lambda fields: fields.whole("x", 1, 5), 5, 5),
        (lambda fields: fields.whole("x", 1, 5, 3), None, 3),
        (lambda fields: fields.amount("x", 2), "1.50", 150),
        (lambda fields: fields.amount("x", 2, 7), None, 7),
        (lambda fields: fields.ratio("x"), "0.5", Fraction(1, 2)),
        (lambda fields: fields.optional_ratio("x"), None, None),
        (lambda fields: fields.choice("x", Colour), "blue", Colour.BLUE),
        (lambda fields: fields.choice("x", Colour, Colour.BLUE), None, Colour.BLUE),
        (lambda fields: fields.choices("x", Colour), ["blue"], (Colour.BLUE,)),
        (lambda fields: fields.rows("x", 2), [1, 2], [1, 2]),
        (lambda fields: fields.rows("x", 2), None, ()),
    ],
)
def test_a_sound_field_is_its_value(
    getter: Callable[[Fields], object], raw: object, value: object
) -> None:
    assert read({"x": raw}, getter) == (value, [])


@pytest.mark.parametrize(
    ("getter", "raw", "stand_in", "faults"),
    [
        (lambda fields: fields.text("x"), 3, "", of("error.field.text")),
        (
            lambda fields: fields.day("x"),
            "soon",
            date(1970, 1, 1),
            of("error.day.plain", value="soon"),
        ),
        (lambda fields: fields.whole("x", 2, 5), 1, 2, of("error.field.whole", low=2, high=5)),
        (lambda fields: fields.whole("x", 2, 5), 6, 2, of("error.field.whole", low=2, high=5)),
        (lambda fields: fields.whole("x", 0, 5), True, 0, of("error.field.whole", low=0, high=5)),
        (lambda fields: fields.amount("x", 2), 1.5, 0, of("error.amount.number")),
        (lambda fields: fields.amount("x", 2), True, 0, of("error.field.text")),
        (
            lambda fields: fields.amount("x", 2),
            "0.001",
            0,
            of("error.amount.decimals", value="0.001", digits=2),
        ),
        (lambda fields: fields.ratio("x"), 1, Fraction(0), of("error.amount.number")),
        (
            lambda fields: fields.ratio("x"),
            "-1",
            Fraction(0),
            of("error.amount.negative", value="-1"),
        ),
        (
            lambda fields: fields.choice("x", Colour),
            "green",
            Colour.RED,
            of("error.field.choice", words="red, blue"),
        ),
        (lambda fields: fields.rows("x", 2), 3, (), of("error.field.list")),
        (
            lambda fields: fields.rows("x", 2),
            [1, 2, 3],
            (),
            of("error.field.many", limit=2, count=3),
        ),
        (
            lambda fields: fields.choices("x", Colour),
            ["red", "red"],
            (Colour.RED, Colour.RED),
            of("error.field.twice"),
        ),
        (lambda fields: fields.text("x"), REPEATED, "", of("error.field.repeated")),
    ],
)
def test_a_faulty_field_is_named_and_answered_by_a_stand_in(
    getter: Callable[[Fields], object], raw: object, stand_in: object, faults: list[Fault]
) -> None:
    assert read({"x": raw}, getter) == (stand_in, faults)


@pytest.mark.parametrize(
    ("getter", "stand_in"),
    [
        (lambda fields: fields.text("x"), ""),
        (lambda fields: fields.whole("x", 2, 5), 2),
        (lambda fields: fields.amount("x", 2), 0),
        (lambda fields: fields.ratio("x"), 0),
        (lambda fields: fields.choice("x", Colour), Colour.RED),
        (lambda fields: fields.rows("x", 2, required=True), ()),
    ],
)
def test_a_missing_field_is_one_fault(getter: Callable[[Fields], object], stand_in: object) -> None:
    assert read({}, getter) == (stand_in, of("error.field.missing"))


def test_an_object_says_what_is_wrong_with_it_as_a_whole() -> None:
    faults: list[Fault] = []
    Fields({}, "loan", faults).fault_here("error.terms.rate", day=3)
    assert faults == [Fault("loan", "error.terms.rate", {"day": 3})]


def test_what_is_no_object_is_one_fault_whatever_is_asked_of_it() -> None:
    faults: list[Fault] = []
    fields = Fields(3, "", faults)
    fields.text("x")
    fields.fault_here("error.terms.rate")
    assert not fields.close()
    assert faults == [Fault("document", "error.field.object")]


def test_every_key_nobody_asked_for_is_named() -> None:
    faults: list[Fault] = []
    fields = Fields({"a": 1, "b": 2, "c": 3}, "", faults)
    assert fields.raw("a") == 1
    assert fields.has("b")
    assert not fields.close()
    assert faults == [Fault("c", "error.field.unknown")]
