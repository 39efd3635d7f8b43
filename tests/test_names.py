"""Names as keys and slugs."""

import doctest
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import names
from app.names import MAX_SLUG_LENGTH, misspellings, name_key, numbered, slug


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Zoë Ødegård", "zoe odegard"),
        ("ZOE ODEGARD", "zoe odegard"),
        ("Jean-Luc  Picard", "jean luc picard"),
        ("O’Brien", "obrien"),
        ("O'Brien", "obrien"),
        ("J. R. Smith Jr.", "j r smith jr"),
        ("The Guardian", "guardian"),
        ("The", "the"),
        ("Володимир", "володимир"),
        ("...", ""),
        ("Acme℠", "acmesm"),
    ],
)
def test_key(name: str, key: str) -> None:
    assert name_key(name) == key


@given(st.text())
def test_a_key_is_its_own_key_and_ignores_case(name: str) -> None:
    assert name_key(name_key(name)).split("the ", 1)[-1] in name_key(name)
    assert name_key(f"  {name} ") == name_key(name)


@given(st.text())
def test_a_slug_fits_into_a_url(name: str) -> None:
    assert re.fullmatch(r"[^\W_]+(-[^\W_]+)*", slug(name))
    assert len(slug(name)) <= MAX_SLUG_LENGTH


def test_numbered_takes_the_first_that_is_free() -> None:
    assert numbered("a", set()) == "a"
    assert numbered("a", {"a"}) == "a-2"
    assert numbered("a", {"a", "a-2", "a-4"}) == "a-3"


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(names).failed == 0


@pytest.mark.parametrize(
    ("typed", "meant", "found"),
    [
        ("berg", "berg", True),
        ("brg", "berg", True),
        ("bergg", "berg", True),
        ("breg", "berg", True),
        ("borg", "berg", True),
        ("barge", "berg", False),
        ("zelinsky", "zelenskyy", True),
        ("ana", "ann", False),
    ],
)
def test_what_is_mistyped_has_something_in_common(typed: str, meant: str, found: bool) -> None:
    assert bool(misspellings(typed) & misspellings(meant)) is found


@given(st.text("abcdmnort", min_size=4, max_size=12), st.data())
def test_one_letter_less_is_always_found(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    assert misspellings(word[:place] + word[place + 1 :]) & misspellings(word)
