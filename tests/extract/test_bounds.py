"""Where content ends by what the rules know of sentences."""

import pytest

from app.extract.attribution.bounds import bounded, find_addressees
from app.extract.attribution.clause import Reading, read_clauses
from app.extract.document import Attribution, Spans
from app.extract.layout import read_layout
from app.extract.quotation import find_quotations
from tests.extract.test_tagged import at


def read(text: str) -> Reading:
    layout = read_layout(text)
    return read_clauses(layout, find_quotations(layout))


@pytest.mark.parametrize(
    ("text", "content", "cue", "source", "expected"),
    [
        (
            "Ito told the council the ferry was late.",
            "the council the ferry was late",
            "told",
            "Ito",
            ["the ferry was late"],
        ),
        ("Ito said the ferry was late.", "the ferry was late", "said", "Ito", ["the ferry was late"]),
        (
            "Reports that the ferry had sunk were false.",
            "that the ferry had sunk were false",
            "Reports",
            None,
            ["that the ferry had sunk"],
        ),
        (
            "“It was late,” Ito said, but “nobody minded.”",
            "“It was late,” Ito said, but “nobody minded.”",
            "said",
            "Ito",
            ["“It was late,”", "but “nobody minded.”"],
        ),
        ("Ito said", "Ito said", "said", "Ito", []),
    ],
    ids=["addressee", "none", "predicate after the clause", "its own cue and source", "nothing else"],
)
def test_bounds(text: str, content: str, cue: str, source: str | None, expected: list[str]) -> None:
    reading = read(text)
    found = Attribution(at(text, content), at(text, cue), at(text, source) if source else (), 0.5)
    assert worded(text, bounded(reading, find_addressees(reading), found).content) == expected


def worded(text: str, spans: Spans) -> list[str]:
    return [span.of(text) for span in spans]
