"""Relays: media that pass on what somebody else says, by whom a statement then comes to us."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from app.extract.attribution.clause import Range, Reading
from app.extract.attribution.cue import verb_forms
from app.extract.attribution.phrase import phrase_after, subject_before
from app.extract.document import Attribution, Span
from app.extract.lexicon import load
from app.extract.people.nominals import read_head

NEIGHBOURS = 3  # attributions between a medium and what it passes on, in reading order
FAR = 60  # tokens between a medium's cue and whom it cites
REACH = 14  # tokens of a medium's name, and between a source and who quotes it
QUOTED = frozenset(["quoted", "cited"])
QUOTES = QUOTED | {"quotes", "cites"}
CITING = frozenset(["citing", "quoting"])


@dataclass(frozen=True, slots=True)
class Passing:
    """A medium, and what it passes on as if the words that name the medium were not there."""

    medium: str
    attribution: Attribution


def find_relays(text: str, attributions: Sequence[Attribution]) -> dict[int, int]:
    """Which attribution is passed on by which other: "Reuters reported that officials said …".

    The outer one's source is a medium and its content little else than the inner attribution, which is the statement.
    """
    relays: dict[int, int] = {}
    for place, outer in enumerate(attributions):
        if len(outer.source) != 1 or not is_medium(outer.source[0].of(text)):
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


def passing_of(reading: Reading, attribution: Attribution) -> Passing | None:
    """Who quotes the source: "Jones, quoted by Reuters, said", "Reuters quoted Jones as saying"."""
    if not attribution.source or not attribution.cue:
        return None
    source, cue = (
        Range(reading.layout.token_at(span.start), reading.layout.token_at(span.end))
        for span in (attribution.source[0], attribution.cue[0])
    )
    return (
        _quoting_inside(reading, attribution)
        or _quoting_before(reading, attribution, source)
        or _quoting_after(reading, attribution, source, cue)
        or _reporting_after(reading, attribution)
        or _citing(reading, attribution, cue)
    )


def _quoting_inside(reading: Reading, attribution: Attribution) -> Passing | None:
    """`Reuters quoted Jones as saying …`, where all after "quoted" was taken for what Reuters says."""
    name, content = attribution.source[0].of(reading.layout.text).strip(" ,"), attribution.content[0]
    first, last = reading.layout.token_at(content.start), reading.layout.token_at(content.end)
    if reading.lower(first - 1) not in QUOTES or not is_medium(name):
        return None
    near = range(first + 1, min(first + REACH, last - 2))
    as_place = next((at for at in near if reading.lower(at) == "as" and reading.lower(at + 1) == "saying"), None)
    if as_place is None:
        return None
    said = reading.span(Range(as_place + 2, last))
    source = reading.span(Range(first, as_place))
    return Passing(name, replace(attribution, content=(said, *attribution.content[1:]), source=(source,)))


def _quoting_before(reading: Reading, attribution: Attribution, source: Range) -> Passing | None:
    """`Reuters quoted Jones as saying`"""
    if reading.lower(source.first - 1) not in QUOTES or reading.lower(source.last) != "as":
        return None
    sentence = reading.layout.sentence_at(attribution.source[0].start)
    medium = subject_before(reading, source.first - 1, sentence.first) if sentence is not None else None
    name = _named(reading, medium) if medium is not None else None
    return Passing(name, attribution) if name is not None else None


def _quoting_after(reading: Reading, attribution: Attribution, source: Range, cue: Range) -> Passing | None:
    """`Jones, quoted by Reuters, said`, `Jones was quoted by Reuters as saying`"""
    for place in range(source.first + 1, min(max(source.last + 2, cue.last), source.first + REACH)):
        if reading.lower(place) not in QUOTED:
            continue
        by = next((at for at in range(place + 1, max(place + 2, cue.last + 1)) if reading.lower(at) == "by"), None)
        name = _named(reading, Range(by + 1, phrase_after(reading, by + 1, by + 1 + REACH))) if by is not None else None
        if name is None:
            return None
        last = place
        while last > source.first + 1 and reading.kind(last - 1) in {",", "rel", "aux"}:
            last -= 1
        named = reading.span(Range(source.first, min(last, source.last)))
        return Passing(name, replace(attribution, source=(named, *attribution.source[1:])))
    return None


def _reporting_after(reading: Reading, attribution: Attribution) -> Passing | None:
    """`Police said the driver had fled, Reuters reported` and `“He fled,” Jones told the court, Reuters reported`."""
    text, layout = reading.layout.text, reading.layout
    name, start, end = attribution.source[0].of(text).strip(" ,"), attribution.content[0].start, attribution.content[-1].end
    sentence, medium = layout.sentence_at(start), layout.token_at(attribution.source[0].start)
    if sentence is None or attribution.cue[0].start < end or not is_medium(name):
        return None
    said = _verb_before(reading, Range(sentence.first, layout.token_at(start)))
    said = said or _verb_after(reading, Range(layout.token_at(end), medium))
    if said is None:
        return None
    return Passing(name, replace(attribution, source=(reading.span(said[0]),), cue=(reading.span(said[1]),)))


def _citing(reading: Reading, attribution: Attribution, cue: Range) -> Passing | None:
    """`Reuters reported that …, citing two officials`, `Citing two officials, Reuters said …`"""
    medium = attribution.source[0].of(reading.layout.text).partition(",")[0].strip()
    if reading.lower(cue.first) in CITING or not is_medium(medium):
        return None
    cited = _cited(reading, attribution, cue)
    if cited is None:
        return None
    verb, people = (reading.span(part) for part in cited)
    aside = Span(verb.start, people.end)
    rest = (part for span in attribution.content for part in _without(reading, span, aside))
    content = tuple(rest)
    return Passing(medium, Attribution(content, (verb,), (people,), attribution.confidence)) if content else None


def _cited(reading: Reading, attribution: Attribution, cue: Range) -> tuple[Range, Range] | None:
    """The word "citing" in the sentence, and the people after it."""
    sentence = reading.layout.sentence_at(attribution.source[0].start)
    if sentence is None:
        return None
    for place in range(max(sentence.first, cue.first - FAR), min(sentence.last - 1, cue.first + FAR)):
        if reading.lower(place) in CITING and reading.quoted[place] < 0:
            people = Range(place + 1, phrase_after(reading, place + 1, sentence.last))
            if _are_people(reading, people):
                return Range(place, place + 1), people
    return None


def _are_people(reading: Reading, phrase: Range) -> bool:
    """Whether a noun phrase is one for people without a name: "two officials with knowledge of the sale"."""
    for place in range(*phrase):
        head = read_head(reading.lower(place))
        if head is not None and reading.kind(place + 1) not in {"cap", "word"}:
            return head.kind in {"person", "group"}
        if reading.kind(place) in {"prep", "'", "’"}:
            return False
    return False


def _without(reading: Reading, span: Span, aside: Span) -> Iterator[Span]:
    """Content without an aside at its beginning or end, and without the comma that set it apart."""
    if not span.overlaps(aside):
        yield span
        return
    start, end = (aside.end, span.end) if aside.start <= span.start else (span.start, aside.start)
    first, last = reading.layout.token_at(start), reading.layout.token_at(end)
    first += first < last and reading.text(first) == ","
    last -= first < last and reading.text(last - 1) == ","
    if first < last:
        yield reading.span(Range(first, last))


def outlet_of(said_to: str | None) -> str | None:
    """The outlet that an unnamed source has told something, and that alone knows who it is; `None` if it has no name."""
    if said_to is None or not is_medium(said_to):
        return None
    return said_to if any(word[:1].isupper() for word in said_to.removeprefix("The ").split()) else None


def _verb_before(reading: Reading, part: Range) -> tuple[Range, Range] | None:
    """The source and the cue with which `part` ends."""
    verb = part.last - 1
    if verb <= part.first or not _is_cue(reading, verb):
        return None
    source = subject_before(reading, verb, part.first)
    return (source, Range(verb, verb + 1)) if source is not None else None


def _verb_after(reading: Reading, part: Range) -> tuple[Range, Range] | None:
    """The source and the cue with which `part` begins."""
    first = part.first + (reading.text(part.first) == ",")
    verb = phrase_after(reading, first, max(first, part.last))
    found = first < verb < part.last and _is_cue(reading, verb)
    return (Range(first, verb), Range(verb, verb + 1)) if found else None


def _is_cue(reading: Reading, place: int) -> bool:
    return reading.kind(place) == "verb" and reading.lower(place) in verb_forms()


def _named(reading: Reading, part: Range) -> str | None:
    if part.first >= min(part.last, len(reading.tokens)):
        return None
    name = reading.span(part).of(reading.layout.text)
    return name if is_medium(name) else None


def is_medium(name: str) -> bool:
    """Whether a noun phrase names a paper, a broadcaster or an agency."""
    shown = name.strip(" ,")
    words = shown.lower().removeprefix("the ").split()
    if not words or len(words) > 6:
        return False
    names, last_words, nouns = _media()
    titled = shown.split()[-1][:1].isupper()
    return " ".join(words) in names or (titled and len(words) > 1 and words[-1] in last_words) or words[-1] in nouns


@cache
def _media() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    lexicon = load("media")
    names = frozenset(name.strip() for name in lexicon["names"].split("|"))
    return names, frozenset(lexicon["last_words"].split()), frozenset(lexicon["nouns"].split())
