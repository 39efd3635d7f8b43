"""What the tagger reads as reported, without the rules: content, its cue and its source."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.extract.attribution.clause import read_clauses
from app.extract.attribution.marking import Marking, mark, sample
from app.extract.attribution.tagged import find_tagged
from app.extract.document import Attribution, Span
from app.extract.layout import read_layout
from app.extract.quotation import find_quotations
from app.extract.tagger import log_shares, shipped_tagger

REPORT = (
    "LINDWICK (AP) — The harbour of Lindwick closed last week after a storm.\n\n"
    "The mayor said on Friday that the harbour would stay closed until the spring. Shop owners worry that "
    "visitors will not come back.\n\nMore than 200 boats lie in the harbour."
)


def marked(text: str) -> Marking:
    layout = read_layout(text)
    return mark(read_clauses(layout, find_quotations(layout)), shipped_tagger().tag(text))


def at(text: str, part: str) -> tuple[Span, ...]:
    return (Span(text.index(part), text.index(part) + len(part)),)


@pytest.mark.parametrize(
    ("content", "cue", "source"),
    [
        ("that the harbour would stay closed until the spring", "said", "The mayor"),
        ("that visitors will not come back", "worry", "Shop owners"),
    ],
    ids=["reported", "worried"],
)
def test_finds_reported_clauses(content: str, cue: str, source: str) -> None:
    found = {(one.content, one.cue, one.source): one.confidence for one in find_tagged(marked(REPORT))}
    assert found[at(REPORT, content), at(REPORT, cue), at(REPORT, source)] > 0.5


def test_finds_nothing_in_plain_narration() -> None:
    assert list(find_tagged(marked("More than 200 boats lie in the harbour of Lindwick."))) == []


@pytest.mark.parametrize("text", ["", " \n\n ", "\x00\x1f", "“"], ids=["empty", "blank", "control", "mark"])
def test_texts_without_words(text: str) -> None:
    assert list(find_tagged(marked(text))) == []


def test_a_mean_is_over_the_pieces_of_a_stretch() -> None:
    marking = marked(REPORT)
    content = 2
    assert marking.mean(content, 3, 3) == 0
    assert marking.mean(content, 3, 5) == pytest.approx(marking.inside[3:5, content].mean())


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_sample_has_both_ends(first: int, length: int) -> None:
    pieces = sample(first, first + length).tolist()
    assert (pieces[0], pieces[-1]) == (first, first + length - 1)
    assert pieces == sorted(set(pieces))
    assert len(pieces) <= 24


def test_shares_add_up_to_one() -> None:
    marking = marked(REPORT)
    assert sum(2.718281828 ** log_shares(marking.tagging.marks[0, 0])) == pytest.approx(1, abs=1e-5)


WORDS = ["said", "Ortega", ",", ".", "“", "”", "'", "that", "worry", "\n\n", "mayor", "it", "😀", "ﬁ", "e\u0301"]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=50))
def test_any_text(words: list[str]) -> None:
    text = " ".join(words)
    for one in find_tagged(marked(text)):
        assert isinstance(one, Attribution)
        assert one.content
        assert 0 <= one.confidence <= 1
        for span in (*one.content, *one.cue, *one.source):
            assert span.of(text).strip() == span.of(text) != ""
