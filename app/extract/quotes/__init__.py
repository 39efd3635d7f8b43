"""Quotes: attributions with their speakers and circumstances."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from app.extract.attribution.clause import Reading
from app.extract.dates import Calendar
from app.extract.document import Attribution, Document, Quote, QuoteKind, Span, Spans
from app.extract.lexicon import load
from app.extract.people import Cast
from app.extract.quotation import Quotations
from app.extract.quotes.circumstance import assertion_of, is_definite_paper, medium_of, told_to
from app.extract.repetition import find_repetitions

WORD = re.compile(r"\w+")
NEIGHBOURS = 3  # attributions between a medium and what it passes on, in reading order


def find_quotes(
    document: Document, reading: Reading, attributions: tuple[Attribution, ...], cast: Cast
) -> tuple[Quote, ...]:
    """The statements of the text in reading order, numbered q1, q2 …"""
    calendar = Calendar(document, reading.layout)
    passed_on = find_relays(reading.layout.text, attributions)
    inner = set(passed_on.values())
    quotes = [
        _quote(calendar, reading, found, _relay_name(reading.layout.text, attributions, passed_on.get(index)), cast)
        for index, found in enumerate(attributions)
        if index not in inner
    ]
    quotes = list(_with_papers(reading, quotes))
    numbered = [replace(quote, id=f"q{number}") for number, quote in enumerate(quotes, 1)]
    return tuple(_with_repetitions(numbered))


def _quote(calendar: Calendar, reading: Reading, found: Attribution, via: str | None, cast: Cast) -> Quote:
    return Quote(
        id="",
        kind=kind_of(reading.quotations, reading.layout.text, found.content),
        text=" ".join(span.of(reading.layout.text) for span in found.content),
        content=found.content,
        source=found.source,
        cue=found.cue,
        speaker=cast.speaker(found.source, found.cue) if found.source else None,
        assertion=assertion_of(reading, found),
        said_on=calendar.said_on(found.cue, found.source, found.content),
        said_to=told_to(reading, found),
        medium=medium_of(reading, found),
        via=via,
        confidence=found.confidence,
    )


def _with_papers(reading: Reading, quotes: Sequence[Quote]) -> Iterator[Quote]:
    """ "The statement" and "the report" speak for whoever issued the last one that the text tells the author of."""
    issued: dict[str, str] = {}
    for quote in quotes:
        if quote.medium is None:
            yield quote
            continue
        if quote.speaker is not None:
            issued[quote.medium] = quote.speaker
        is_paper = any(is_definite_paper(reading, span) for span in quote.source)
        yield replace(quote, speaker=issued.get(quote.medium)) if quote.speaker is None and is_paper else quote


def kind_of(quotations: Quotations, text: str, content: Spans) -> QuoteKind:
    """Whether all, some or none of the content's words stand in quotation marks."""
    if not any(quotations.at(span.start) or quotations.within(span) for span in content):
        return "indirect"
    return "mixed" if any(_has_words_outside(quotations, text, span) for span in content) else "direct"


def _has_words_outside(quotations: Quotations, text: str, span: Span) -> bool:
    around = quotations.at(span.start)
    start = around.span.end if around is not None else span.start
    for quotation in quotations.within(Span(start, span.end)):
        if WORD.search(text, start, quotation.span.start):
            return True
        start = quotation.span.end
    return WORD.search(text, start, max(start, span.end)) is not None


def _with_repetitions(quotes: Sequence[Quote]) -> list[Quote]:
    """Point pull quotes and repeated quotes at the fuller one, which also tells who said it."""
    quoted = [index for index, quote in enumerate(quotes) if quote.kind != "indirect"]
    repeated = find_repetitions([quotes[index].text for index in quoted])
    result = list(quotes)
    for place, fuller_place in repeated.items():
        quote, fuller = quotes[quoted[place]], quotes[quoted[fuller_place]]
        if quote.kind == "direct" and quote.speaker in {None, fuller.speaker}:
            result[quoted[place]] = replace(quote, same_as=fuller.id, speaker=fuller.speaker)
    return result


def find_relays(text: str, attributions: Sequence[Attribution]) -> dict[int, int]:
    """Which attribution is passed on by which other: "Reuters reported that officials said …".

    The outer one's source is a medium and its content little else than the inner attribution, which is the statement.
    """
    relays: dict[int, int] = {}
    for place, outer in enumerate(attributions):
        if not _is_medium(text, outer.source):
            continue
        for index in range(max(0, place - NEIGHBOURS), min(len(attributions), place + NEIGHBOURS + 1)):
            if index != place and index not in relays and _passes_on(outer, attributions[index]):
                relays[index] = place
                break
    return relays


def _passes_on(outer: Attribution, inner: Attribution) -> bool:
    parts = (*inner.content, *inner.cue, *inner.source)
    if not inner.source or not inner.cue or inner.source == outer.source:
        return False
    if not all(any(whole.covers(part) for whole in outer.content) for part in parts):
        return False
    return sum(part.end - part.start for part in parts) >= 0.8 * sum(part.end - part.start for part in outer.content)


def _relay_name(text: str, attributions: Sequence[Attribution], index: int | None) -> str | None:
    return attributions[index].source[0].of(text).strip(" ,") if index is not None else None


def _is_medium(text: str, source: Spans) -> bool:
    if len(source) != 1:
        return False
    name = source[0].of(text).strip(" ,").lower().removeprefix("the ")
    names, last_words, nouns = _media()
    words = name.split()
    if not words or len(words) > 6:
        return False
    titled = source[0].of(text).split()[-1][:1].isupper()
    return name in names or (titled and len(words) > 1 and words[-1] in last_words) or words[-1] in nouns


@cache
def _media() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    lexicon = load("media")
    names = frozenset(name.strip() for name in lexicon["names"].split("|"))
    return names, frozenset(lexicon["last_words"].split()), frozenset(lexicon["nouns"].split())
