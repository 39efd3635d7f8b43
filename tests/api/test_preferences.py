"""Prefer (RFC 7240): what it may look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.preferences import wait_wanted


@pytest.mark.parametrize(
    ("fields", "seconds"),
    [
        (["wait=10"], 10),
        (['WAIT="10"'], 10),
        (["respond-async, wait=10"], 10),
        (["respond-async", "wait=10"], 10),
        (["wait=10; foo=bar, wait=20"], 10),
        (['foo="a, wait=5", wait=10'], 10),
        (["wait = 10"], 10),
        (["wait=100000"], 60),
        (["wait=0"], 0),
        (["wait=-1"], None),
        (["wait=1.5"], None),
        (["wait=١٠"], None),
        (["wait"], None),
        (["await=10"], None),
        ([""], None),
        ([], None),
    ],
)
def test_the_first_that_can_be_understood_counts(fields: list[str], seconds: int | None) -> None:
    assert wait_wanted(fields) == seconds


@given(st.lists(st.text(st.characters(max_codepoint=255), max_size=60), max_size=3))
def test_whatever_it_says_it_is_no_error(fields: list[str]) -> None:
    wanted = wait_wanted(fields)
    assert wanted is None or 0 <= wanted <= 60
