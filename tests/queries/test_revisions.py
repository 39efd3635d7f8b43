"""Comparing quotes: nothing is lost, nothing is told twice."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.queries.revisions import MOST_PAIRS, TOLD, compare_quotes

WORDS = ("We need the tram.", "We need the  tram.", "We need a tram.", "Nobody does.", "It is cheap, and it is here.")


def quote(text: str, speaker: int | None = 1, **told: str) -> dict[str, Any]:
    who = None if speaker is None else {"id": speaker, "name": f"Speaker {speaker}"}
    return dict.fromkeys(TOLD) | {"text": text, "speaker": who} | told


def texts(quotes: list[dict[str, Any]]) -> list[str]:
    return [each["text"] for each in quotes]


QUOTES = st.lists(st.builds(quote, st.sampled_from(WORDS) | st.text(max_size=5), st.sampled_from([None, 1, 2])), max_size=6)


@given(QUOTES, QUOTES)
def test_each_quote_is_told_of_once(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    diff = compare_quotes(before, after)
    paired = len(diff.changed) + diff.same
    assert (len(diff.went) + paired, len(diff.came) + paired) == (len(before), len(after))
    assert all(change["fields"] for change in diff.changed)


@given(QUOTES)
def test_nothing_differs_from_itself(quotes: list[dict[str, Any]]) -> None:
    diff = compare_quotes(quotes, quotes)
    assert (diff.came, diff.went, diff.changed, diff.same) == ([], [], [], len(quotes))


def test_the_most_alike_are_the_one_reworded_into_the_other() -> None:
    before = [quote("We need a tram in the spring."), quote("Nobody needs it.")]
    after = [quote("We shall need a tram in spring."), quote("We need a tram in the summer.", 2), quote("It rained.")]
    diff = compare_quotes(before, after)
    assert [(change["after"]["text"], change["fields"]) for change in diff.changed] == [
        ("We need a tram in the summer.", ["text", "speaker"])
    ]
    assert texts(diff.went) == ["Nobody needs it."]
    assert texts(diff.came) == ["We shall need a tram in spring.", "It rained."]


def test_of_very_many_only_the_same_words_are_paired() -> None:
    many = int(MOST_PAIRS**0.5) + 2
    before = [quote(f"We need {n} trams in the spring.") for n in range(many)]
    after = [quote(f"We need {n} trams in the summer.") for n in range(many)]
    diff = compare_quotes([quote("It rained."), *before], [*after, quote("It rained.")])
    assert (len(diff.came), len(diff.went), diff.changed, diff.same) == (many, many, [], 1)
