"""Quantities: numbers in digits and words, units, ranges, and how exact they are said to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.extract.document import Span
from app.extract.weapons.quantity import Amount, find_amounts, to_si

SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spelled(number: int) -> str:
    """English words of 0 to 999,999,999, written independently of the reader under test."""
    if number < 20:
        return SMALL[number]
    if number < 100:
        return TENS[number // 10] + (f"-{SMALL[number % 10]}" if number % 10 else "")
    if number < 1000:
        rest = f" and {spelled(number % 100)}" if number % 100 else ""
        return f"{SMALL[number // 100]} hundred{rest}"
    scale, word = (1_000_000, "million") if number >= 1_000_000 else (1_000, "thousand")
    rest = f" {spelled(number % scale)}" if number % scale else ""
    return f"{spelled(number // scale)} {word}{rest}"


def amounts(text: str) -> tuple[Amount, ...]:
    return find_amounts(text, Span(0, len(text)))


def kilometres(number: str) -> float | None:
    (amount,) = amounts(f"{number} km")
    return amount.value


@given(st.integers(0, 999_999_999))
def test_words_round_trip(number: int) -> None:
    assert kilometres(spelled(number)) == number


@given(st.integers(0, 999_999_999_999))
def test_digits_round_trip(number: int) -> None:
    assert kilometres(str(number)) == number
    assert kilometres(f"{number:,}") == number


@given(st.decimals(0, 10_000, places=2), st.sampled_from(["million", "billion", "thousand"]))
def test_scaled_decimals_round_trip(number: object, scale: str) -> None:
    factor = {"thousand": 1e3, "million": 1e6, "billion": 1e9}[scale]
    assert kilometres(f"{number} {scale}") == pytest.approx(float(str(number)) * factor)


READ = [
    ("up to 190 miles", 190, None, "mi", "at_most"),
    ("155mm shells", 155, None, "mm", "exactly"),
    ("7.62 mm rounds", 7.62, None, "mm", "exactly"),
    (".50-caliber guns", 0.5, None, "in", "exactly"),
    ("a 500-pound bomb", 500, None, "lb", "exactly"),
    ("Mach 5", 5, None, "Mach", "exactly"),
    ("five times the speed of sound", 5, None, "Mach", "exactly"),
    ("between 150 and 190 miles", 150, 190, "mi", "exactly"),
    ("150-190 km", 150, 190, "km", "exactly"),
    ("two or three missiles", 2, 3, None, "exactly"),
    ("$2 million to $4 million", 2e6, 4e6, "USD", "exactly"),
    ("$1.5bn", 1.5e9, None, "USD", "exactly"),
    ("€2.5 million", 2.5e6, None, "EUR", "exactly"),
    ("£40m", 4e7, None, "GBP", "exactly"),
    ("300m away", 300, None, "m", "exactly"),
    ("50 tonnes", 50, None, "t", "exactly"),
    ("25 kilograms", 25, None, "kg", "exactly"),
    ("over 900 kilometers per hour", 900, None, "km/h", "more_than"),
    ("a dozen jets", 12, None, None, "exactly"),
    ("half a dozen jets", 6, None, None, "exactly"),
    ("hundreds of drones", 100, None, None, "at_least"),
    ("tens of thousands of shells", 10_000, None, None, "at_least"),
    ("200+ missiles", 200, None, None, "at_least"),
    ("30 or so jets", 30, None, None, "about"),
    ("no fewer than 30 jets", 30, None, None, "at_least"),
]


@pytest.mark.parametrize(("text", "value", "value_max", "unit", "qualifier"), READ, ids=[case[0] for case in READ])
def test_quantity(text: str, value: float, value_max: float | None, unit: str | None, qualifier: str) -> None:
    (amount,) = amounts(text)
    read = (amount.value, amount.value_max, amount.unit, amount.qualifier)
    assert read == (value, value_max, unit, qualifier)


@pytest.mark.parametrize(
    "text",
    [
        "in 2022",
        "March 12",
        "on Feb. 24",
        "F-16",
        "Shahed-136",
        "9K720",
        "50%",
        "50 percent",
        "the 5th fleet",
        "at 9:30",
        "Flight 1"[:6],
    ],
)
def test_no_quantity(text: str) -> None:
    assert amounts(text) == ()


def test_a_list_shares_the_unit_of_its_last_number() -> None:
    assert [(amount.value, amount.unit) for amount in amounts("190 and 155 miles")] == [(190, "mi"), (155, "mi")]


@pytest.mark.parametrize(
    ("value", "unit", "si", "base"),
    [
        (190, "mi", 305775.36, "m"),
        (155, "mm", 0.155, "m"),
        (500, "lb", 226.796185, "kg"),
        (3, "t", 3000, "kg"),
        (100, "mph", 44.704, "m/s"),
        (2, "Mach", 680.588, "m/s"),
        (3e8, "USD", 3e8, "USD"),
        (5000, "item", 5000, "item"),
    ],
)
def test_si(value: float, unit: str, si: float, base: str) -> None:
    measure = to_si(value, unit)
    assert measure is not None
    assert (measure.value, measure.unit) == (pytest.approx(si), base)


def test_unknown_unit_has_no_si() -> None:
    assert to_si(3, "furlong") is None


@given(st.text(alphabet="0123456789.,-–$€ amkbn%hundredmilesto", max_size=60))
def test_any_text_yields_amounts_whose_spans_lie_in_it(text: str) -> None:
    for amount in amounts(text):
        assert 0 <= amount.phrase.start <= amount.span.start < amount.span.end <= amount.phrase.end <= len(text)
        assert amount.value_max is None or amount.value < amount.value_max
