"""CSV: what goes in comes out, and no cell is a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.formats.table import BYTE_ORDER_MARK, FORMULA, cell, columns_of, heading, lines
from app.schemas import QuoteOut, WeaponFactOut


@pytest.mark.parametrize("opening", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_a_formula_is_made_text(opening: str) -> None:
    assert cell(f"{opening}cmd|' /C calc'!A0") == f"'{opening}cmd|' /C calc'!A0"


@given(st.text())
def test_the_apostrophe_can_be_taken_away_again(text: str) -> None:
    shown = cell(text)
    assert not shown or shown[0] not in "=+-@\t\r\n"
    assert (shown[1:] if FORMULA.match(shown) else shown) == text


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"))))
def test_a_reader_gets_back_what_was_written(texts: list[str]) -> None:
    written = lines([("text",), ("n",)], [{"text": text, "n": 1} for text in texts])
    assert written.count("\r\n") >= len(texts)
    read = list(csv.reader(io.StringIO(written, newline="")))
    assert [row[0] for row in read] == [cell(text) for text in texts]
    assert all(row[1] == "1" for row in read)


def test_there_is_a_column_for_every_field() -> None:
    names = heading(columns_of(QuoteOut)).removeprefix(BYTE_ORDER_MARK).rstrip("\r\n").split(",")
    assert {"id", "text", "content", "speaker_slug", "speaker_party", "article_sha256", "said_on"} <= set(names)
    assert len(names) == len(set(names))
    assert {("si", "value"), ("si", "unit"), ("claimed_by", "name"), ("value",)} <= set(columns_of(WeaponFactOut))


def test_some_fields_are_some_columns() -> None:
    assert columns_of(QuoteOut, ["text", "id"]) == [("text",), ("id",)]
    assert lines([("speaker", "name"), ("id",)], [{"id": 1, "speaker": None}]) == ",1\r\n"
