"""What the tagger adds to the rules' attributions, drops from them and leaves alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.extract.attribution.clause import read_clauses
from app.extract.attribution.tagged import reconcile
from app.extract.document import Attribution, Span
from app.extract.layout import read_layout
from app.extract.quotation import find_quotations
from app.extract.tagger import shipped_tagger

REPORT = (
    "LINDWICK (AP) — The harbour of Lindwick closed last week after a storm.\n\n"
    "The mayor said on Friday that the harbour would stay closed until the spring. Shop owners worry that "
    "visitors will not come back.\n\nMore than 200 boats lie in the harbour."
)


def reconciled(text: str, *ruled: Attribution) -> list[Attribution]:
    reading = read_clauses(read_layout(text), find_quotations(read_layout(text)))
    return reconcile(reading, shipped_tagger().tag(text), ruled)


def at(text: str, part: str) -> tuple[Span, ...]:
    return (Span(text.index(part), text.index(part) + len(part)),)


def said(text: str, content: str, cue: str, source: str | None, confidence: float = 0.7) -> Attribution:
    return Attribution(at(text, content), at(text, cue), at(text, source) if source else (), confidence)


@pytest.mark.parametrize(
    ("content", "cue", "source"),
    [
        ("that the harbour would stay closed until the spring", "said", "The mayor"),
        ("that visitors will not come back", "worry", "Shop owners"),
    ],
    ids=["reported", "worried"],
)
def test_adds_what_no_rule_found(content: str, cue: str, source: str) -> None:
    found = {(one.content, one.cue, one.source) for one in reconciled(REPORT)}
    assert (at(REPORT, content), at(REPORT, cue), at(REPORT, source)) in found


def test_adds_nothing_where_a_rule_found_it() -> None:
    ruled = said(REPORT, "that the harbour would stay closed until the spring", "said", "The mayor")
    found = reconciled(REPORT, ruled)
    assert found[0] == ruled
    assert sum(one.content[0].overlaps(ruled.content[0]) for one in found) == 1


def test_drops_what_is_no_content() -> None:
    assert said(REPORT, "200 boats lie in the harbour", "closed", None) not in reconciled(
        REPORT, said(REPORT, "200 boats lie in the harbour", "closed", None)
    )


def test_leaves_what_sure_patterns_found() -> None:
    ruled = said(REPORT, "200 boats lie in the harbour", "closed", None, confidence=0.9)
    assert ruled in reconciled(REPORT, ruled)


def test_names_the_source_of_a_cue_that_has_none() -> None:
    ruled = said(REPORT, "that the harbour would stay closed until the spring", "said", None)
    assert reconciled(REPORT, ruled)[0].source == at(REPORT, "The mayor")


@pytest.mark.parametrize("text", ["", " \n\n ", "\x00\x1f", "“"], ids=["empty", "blank", "control", "mark"])
def test_texts_without_words(text: str) -> None:
    assert reconciled(text) == []


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["said", "Ortega", ",", ".", "“", "”", "'", "that", "worry", "\n\n", "mayor", "it", "😀", "ﬁ", "e\u0301"]
        ),
        max_size=50,
    )
)
def test_any_text(words: list[str]) -> None:
    text = " ".join(words)
    for one in reconciled(text):
        assert one.content
        assert one.cue
        assert 0 <= one.confidence <= 1
        for span in (*one.content, *one.cue, *one.source):
            assert span.of(text).strip() == span.of(text) != ""
