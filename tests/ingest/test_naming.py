"""Names that are one, may be one, or cannot be."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest import naming
from app.ingest.naming import block, is_generic, read_name, relation

NAMES = st.text("AaBbEeIiKkNnOoRrSsTtYy.-' ", min_size=1, max_size=24)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Ana Ruiz", "ANA RUÍZ", "same"),
        ("Ana Ruiz", "Ana Maria Ruiz", "same"),
        ("Ana M. Ruiz", "Ana K. Ruiz", "other"),
        ("Ana Ruiz", "Eva Ruiz", "other"),
        ("Ana Ruiz", "Ana Berg", "other"),
        ("Joe Berg", "Joseph Berg", "variant"),
        ("J. Berg", "Joseph Berg", "variant"),
        ("J. Berg", "Karl Berg", "other"),
        ("Ed Berg", "Ed Berg Jr.", "variant"),
        ("Ed Berg Sr.", "Ed Berg Jr.", "other"),
        ("Igor Zaluzhsky", "Igor Zaluzhskyy", "same"),
        ("Igor Zaluzhskiy", "Igor Zaluzhskii", "same"),
        ("Dmitry Ilyin", "Dmitrii Ilyin", "variant"),
        ("Mohammed Karimov", "Muhammad Karimov", "variant"),
        ("Tony Berg", "Toni Berg", "other"),
        ("Ursula van der Berg", "Ursula Van Der Berg", "same"),
        ("Han Jong-un", "Han Jong Un", "same"),
        ("Berg", "Ana Berg", "other"),
        ("Berg", "BERG", "same"),
    ],
)
def test_relation(one: str, other: str, expected: str) -> None:
    assert relation(one, other) == relation(other, one) == expected


@given(NAMES, NAMES)
def test_names_of_one_person_are_in_one_block(one: str, other: str) -> None:
    assert relation(one, other) == relation(other, one)
    if relation(one, other) == "same":
        assert block("person", one) == block("person", other)


@given(st.text(max_size=40))
def test_any_text_is_a_name(name: str) -> None:
    assert relation(name, name) == "same"
    assert block("person", name) == block("person", name.upper().lower()) or not name.isascii()
    assert isinstance(is_generic(name), bool)
    assert all(isinstance(part, str) for part in (read_name(name).given, read_name(name).surname))


@pytest.mark.parametrize("name", ["Supreme Court", "the police", "Defence Ministry", "Parliament"])
def test_every_country_has_one(name: str) -> None:
    assert is_generic(name)


@pytest.mark.parametrize("name", ["Reuters", "White House", "Bundestag", "Ministry of Silence", ""])
def test_there_is_one(name: str) -> None:
    assert not is_generic(name)


def test_examples_in_docstrings() -> None:
    assert doctest.testmod(naming).failed == 0
