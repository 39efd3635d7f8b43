"""Cursors: whatever comes in, a page or a clear refusal comes out."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from app.errors import BadCursor
from app.queries.page import read_page
from app.queries.quotefilter import NEWEST_FIRST, QuoteFilter
from app.queries.quotes import select_quotes


def cursor_after(day: date, id: int, **asked: object) -> str:
    """The cursor of a page whose last row is `id` of `day`."""
    filter = QuoteFilter(limit=1, **asked)  # type: ignore[arg-type]
    rows = [{"key_0": day, "key_1": id}, {"key_0": day, "key_1": id - 1}]
    page = read_page(rows, filter, dict)  # type: ignore[arg-type]
    assert page.next is not None
    return page.next


@given(st.dates(), st.integers(min_value=1, max_value=2**63 - 1), st.integers(min_value=1, max_value=200))
def test_a_cursor_comes_back_as_the_position_it_was_made_of(day: date, id: int, limit: int) -> None:
    filter = QuoteFilter(cursor=cursor_after(day, id, q="x"), q="x", limit=limit)
    compiled = select_quotes(filter).compile(dialect=postgresql.dialect())
    assert {day, id, limit + 1} <= set(compiled.params.values())


@given(st.text(max_size=1000))
def test_no_text_breaks_the_cursor(cursor: str) -> None:
    with pytest.raises(BadCursor):
        select_quotes(QuoteFilter(cursor=cursor))


@given(st.binary(max_size=60))
def test_no_bytes_break_the_cursor(raw: bytes) -> None:
    import base64

    with pytest.raises(BadCursor):
        select_quotes(QuoteFilter(cursor=base64.urlsafe_b64encode(raw).decode().rstrip("=")))


def test_a_cursor_of_another_filter_is_refused() -> None:
    cursor = cursor_after(date(2024, 1, 1), 5, kind=["direct"])
    with pytest.raises(BadCursor, match="another filter"):
        select_quotes(QuoteFilter(cursor=cursor, kind=["indirect"]))


def test_the_page_condition_is_a_row_value() -> None:
    filter = QuoteFilter(cursor=cursor_after(date(2024, 1, 1), 5))
    sql = str(select_quotes(filter).compile(dialect=postgresql.dialect()))
    first, second = (f"quotes.{column.name}" for column in NEWEST_FIRST.columns)
    assert f"({first}, {second}) <" in sql
    assert "OFFSET" not in sql
