"""When statements were made, over newswire stories labelled by hand: two floors that only rise."""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from app.extract import extract
from app.extract.document import Document, Quote

STORIES = Path(__file__).with_name("said_on.toml")
# Both only rise. A statement that was not found has no date either, so it counts as wrong.
DATED = 0.97
UNDATED = 0.96


class Judged(NamedTuple):
    """A labelled statement and what was read of it; `read` is "not found" without a quote that has the words."""

    published_on: date
    words: str
    label: str | None
    read: str | None


def holder(quotes: tuple[Quote, ...], words: str) -> Quote | None:
    return min((quote for quote in quotes if words in quote.text), key=lambda quote: len(quote.text), default=None)


def judge() -> Iterator[Judged]:
    for article in tomllib.loads(STORIES.read_text(encoding="utf-8"))["article"]:
        day, text = article["published_on"], article["text"].strip()
        quotes = extract(Document(text=text, published_on=day)).quotes
        for label in article["quote"]:
            found = holder(quotes, label["content"])
            yield Judged(day, label["content"], label.get("said_on"), found.said_on if found else "not found")


def accuracy(judged: list[Judged]) -> float:
    return sum(each.read == each.label for each in judged) / len(judged)


def mistakes(judged: list[Judged]) -> str:
    wrong = [each for each in judged if each.read != each.label]
    return "\n".join(f"{each.published_on}: {each.words!r} is {each.label}, read {each.read}" for each in wrong)


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return list(judge())


def test_dated_statements_get_their_date(judged: list[Judged]) -> None:
    dated = [each for each in judged if each.label]
    assert len(dated) >= 100
    assert accuracy(dated) >= DATED, mistakes(dated)


def test_undated_statements_stay_undated(judged: list[Judged]) -> None:
    undated = [each for each in judged if not each.label]
    assert len(undated) >= 30
    assert accuracy(undated) >= UNDATED, mistakes(undated)
