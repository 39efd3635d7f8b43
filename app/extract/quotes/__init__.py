"""Quotes: attributions with their speakers and circumstances."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.extract.attribution.clause import Reading
from app.extract.attribution.phrase import subject_before
from app.extract.dates import Calendar, with_occasions
from app.extract.document import Attribution, Document, Quote, QuoteKind, Span, Spans
from app.extract.people import Cast
from app.extract.quotation import Quotations
from app.extract.quotes.circumstance import assertion_of, is_definite_paper, medium_of, told_to
from app.extract.quotes.relay import find_relays, outlet_of, passing_of
from app.extract.repetition import find_repetitions

RELATIVES = frozenset(["who", "which", "that"])
NESTED = 4  # quotes that may begin between a quotation and somebody who speaks of himself in it
FIRST_PERSON = frozenset(["i", "we"])
WORD = re.compile(r"\w+")


def find_quotes(
    document: Document, reading: Reading, attributions: tuple[Attribution, ...], cast: Cast
) -> tuple[Quote, ...]:
    """The statements of the text in reading order, numbered q1, q2 …"""
    calendar = Calendar(document, reading.layout)
    relayed = find_relays(reading.layout.text, attributions)
    media = set(relayed.values())
    quotes = [
        _quote(calendar, reading, found, attributions[relayed[index]] if index in relayed else None, cast)
        for index, found in enumerate(attributions)
        if index not in media
    ]
    # Two cues may come to pass on one statement: "Police said …, CNN reported, the BBC added".
    once = {(quote.content, quote.source): quote for quote in reversed(_without_citing(quotes))}
    quotes = list(with_occasions(calendar, list(_with_papers(reading, [*once.values()][::-1]))))
    quotes = list(_with_first_person(reading, quotes))
    numbered = [replace(quote, id=f"q{number}") for number, quote in enumerate(quotes, 1)]
    return tuple(_with_repetitions(numbered))


def _quote(calendar: Calendar, reading: Reading, found: Attribution, outer: Attribution | None, cast: Cast) -> Quote:
    """The statement of an attribution; `outer` is the one by which a medium passes it on, if there is one."""
    via = outer.source[0].of(reading.layout.text).strip(" ,") if outer is not None else None
    passing = passing_of(reading, found)
    if passing is not None:
        found, via = passing.attribution, passing.medium
    speaker = cast.speaker(speaking(reading, found.source), found.cue) if found.source else None
    said_to = told_to(reading, found)
    if via is None and speaker is not None and cast.is_anonymous(speaker):
        via = outlet_of(said_to)
    return Quote(
        id="",
        kind=kind_of(reading.quotations, reading.layout.text, found.content),
        text=" ".join(span.of(reading.layout.text) for span in found.content),
        content=found.content,
        source=found.source,
        cue=found.cue,
        speaker=speaker,
        assertion=assertion_of(reading, found),
        said_on=calendar.said_on(found.cue, found.source, found.content),
        said_to=said_to,
        medium=medium_of(reading, found),
        via=via,
        confidence=found.confidence,
    )


def _without_citing(quotes: Sequence[Quote]) -> list[Quote]:
    """The quotes but for those of a medium whose content is only whom it cites, which another one has for its source."""
    cited = {(quote.cue, quote.source[0].start) for quote in quotes if quote.source and quote.cue}
    return [quote for quote in quotes if (quote.cue, quote.content[0].start) not in cited]


def _with_first_person(reading: Reading, quotes: Sequence[Quote]) -> Iterator[Quote]:
    """ "I" inside a quotation, where it says something in its turn, is whoever is quoted."""
    spoken = sorted((span, quote.speaker or "") for quote in quotes if quote.kind != "indirect" for span in quote.content)
    starts = [span.start for span, _ in spoken]
    for quote in quotes:
        words = {span.of(reading.layout.text).lower() for span in quote.source}
        quoted = bool(words) and words <= FIRST_PERSON and reading.quotations.at(quote.source[0].start) is not None
        if quote.speaker is not None or not quoted:
            yield quote
            continue
        place = bisect_right(starts, quote.source[0].start)
        around = spoken[max(0, place - NESTED) : place]
        speaker = next((who for span, who in reversed(around) if who and span.covers(quote.source[0])), None)
        yield replace(quote, speaker=speaker)


def speaking(reading: Reading, source: Spans) -> Spans:
    """Whom a source stands for: the antecedent of a bare "who", "which" or "that"; else the source itself."""
    first, last = reading.layout.token_at(source[0].start), reading.layout.token_at(source[-1].end)
    sentence = reading.layout.sentence_at(source[0].start)
    if last - first != 1 or reading.lower(first) not in RELATIVES or sentence is None:
        return source
    before = first - 1 if reading.lower(first - 1) in {",", "of"} else first
    antecedent = subject_before(reading, before, sentence.first)
    return (reading.span(antecedent),) if antecedent is not None else source


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
