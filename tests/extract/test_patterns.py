"""The patterns in which news English attributes, one by one: all that each text says, and nothing else, is found."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from app.evaluation import SAME_SOURCE, STRICT, Words, overlap_of, words_in
from app.extract import extract
from app.extract.document import Document, Quote, Span, Spans

TABLE = Path(__file__).with_name("patterns.toml")
# How many of the cases come out right. Raise it with every case that does; it never falls.
FLOOR = 314
GIVEN = ("kind", "assertion", "via", "said_to")  # compared where the table gives them

Texts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """One statement as the table gives it."""

    content: Texts
    cue: Texts
    source: Texts
    given: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A text, the statements in it, and how the extraction is known to fail it."""

    name: str
    text: str
    quotes: tuple[Expected, ...]
    known: str | None


@dataclass(frozen=True, slots=True)
class Placed:
    """The places in the text that a statement of the table means."""

    content: Spans
    cue: Spans
    source: Spans


def read_cases() -> Iterator[Case]:
    counts: dict[str, int] = {}
    for entry in tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]:
        pattern = entry["pattern"]
        counts[pattern] = counts.get(pattern, 0) + 1
        quotes = tuple(expected_of(quote) for quote in entry.get("quote", []))
        yield Case(f"{pattern} {counts[pattern]}", entry["text"], quotes, entry.get("known"))


def expected_of(entry: dict[str, Any]) -> Expected:
    content, cue, source = (texts_of(entry.get(part)) for part in ("content", "cue", "source"))
    return Expected(content, cue, source, tuple((name, entry[name]) for name in GIVEN if name in entry))


def texts_of(entry: str | list[str] | None) -> Texts:
    return (entry,) if isinstance(entry, str) else tuple(entry or ())


CASES = tuple(read_cases())


def occurrences(text: str, words: str) -> list[Span]:
    """Where `words` stand in `text`, not as a part of longer words."""
    before, after = (r"\b" if edge.isalnum() else "" for edge in (words[0], words[-1]))
    return [Span(*found.span()) for found in re.finditer(before + re.escape(words) + after, text)]


def in_order(text: str, parts: Texts) -> Spans:
    """The first place of each part after the part before it; raises `ValueError` where there is none."""
    spans: list[Span] = []
    for part in parts:
        start = text.index(part, spans[-1].end if spans else 0)
        spans.append(Span(start, start + len(part)))
    return tuple(spans)


def placed(text: str, expected: Expected) -> Placed:
    """Of all places that the words of cue and source have, those nearest to each other and to the content."""
    content = in_order(text, expected.content)
    choices = [
        [span for span in occurrences(text, part) if not any(span.overlaps(said) for said in content)]
        for part in (*expected.cue, *expected.source)
    ]
    best = min(product(*choices), key=lambda spans: spread(spans, content))
    return Placed(content, best[: len(expected.cue)], best[len(expected.cue) :])


def spread(spans: Sequence[Span], content: Spans) -> int:
    """The characters between each two of `spans`, and between each and what is said."""
    apart = sum(gap(one, other) for one, other in product(spans, spans))
    return apart + sum(min(gap(span, said) for said in content) for span in spans)


def gap(one: Span, other: Span) -> int:
    return max(0, other.start - one.end, one.start - other.end)


@cache
def quotes_in(text: str) -> tuple[Quote, ...]:
    return extract(Document(text)).quotes


def differences(text: str, expected: Expected, quote: Quote) -> list[str]:
    """What of a found statement is not as expected."""
    meant = placed(text, expected)
    content, cue, source = (
        (words_in(text, one), words_in(text, other))
        for one, other in ((meant.content, quote.content), (meant.cue, quote.cue), (meant.source, quote.source))
    )
    wrong = [] if overlap_of(*content) >= STRICT else ["content"]
    wrong += [] if same_cue(*cue) else ["cue"]
    wrong += [] if overlap_of(*source) >= SAME_SOURCE else ["source"]
    return wrong + [name for name, value in expected.given if getattr(quote, name) != value]


def same_cue(expected: Words, found: Words) -> bool:
    """Whether they share a word; a mark such as a colon is no word, and then none may be found."""
    return bool(expected & found) or not (expected or found)


def faults(case: Case) -> list[str]:
    """How what is found in the text differs from what the table says; empty where a case comes out right."""
    left = list(quotes_in(case.text))
    result: list[str] = []
    missed: list[Expected] = []
    for expected in case.quotes:
        exact = next((quote for quote in left if not differences(case.text, expected, quote)), None)
        if exact is None:
            missed.append(expected)
        else:
            left.remove(exact)
    for expected in missed:
        content = words_in(case.text, in_order(case.text, expected.content))
        near = max(left, key=lambda quote: overlap_of(content, words_in(case.text, quote.content)), default=None)
        if near is None or not content & words_in(case.text, near.content):
            result.append("missed")
        else:
            left.remove(near)
            result.append("wrong " + ", ".join(differences(case.text, expected, near)))
    return result + ["not expected"] * len(left)


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES if case.known is None])
def test_pattern(case: Case) -> None:
    assert faults(case) == [], f"{case.text}\n" + "\n".join(map(shown, quotes_in(case.text)))


def shown(quote: Quote) -> str:
    return f"found {quote.text!r} by {quote.source} with {quote.cue}: {[getattr(quote, name) for name in GIVEN]}"


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES if case.known is not None])
def test_known_faults_are_still_there(case: Case) -> None:
    """A case that comes out right loses its mark."""
    assert faults(case) != []


def test_no_fewer_cases_come_out_right() -> None:
    assert sum(not faults(case) for case in CASES) >= FLOOR


def test_every_case_can_be_placed_in_its_text() -> None:
    assert len({case.text for case in CASES}) == len(CASES) >= 170
    for case in CASES:
        for expected in case.quotes:
            meant = placed(case.text, expected)
            assert (len(meant.cue), len(meant.source)) == (len(expected.cue), len(expected.source))
