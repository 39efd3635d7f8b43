"""What the tagger reads as reported, mostly speech and thought that no listed verb or frame gives away.

Each stretch of content goes to the cue that the network links it to most, the nearer the likelier, and the cue points at
its source.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

import numpy as np

from app.extract.attribution.clause import DASHES, Range
from app.extract.attribution.cue import verb_forms
from app.extract.attribution.marking import CONTENT, CUE, Marking
from app.extract.document import Attribution, Span, Spans, merged
from app.extract.lexicon import load
from app.extract.tagger import BEGIN, INSIDE, OUTSIDE, Floats, Stretch, Tagging

# Chosen on PolNeAR's development part, where each half of it prefers about the same.
FAINT = 1.5  # nats taken from the odds against content, for candidates that are more likely wrong than right
LEAST_WORDS = 2  # of content: "did not like it" tells nothing
FARTHER = 2.0  # what each passage between content and cue takes from the link, in nats, up to FARTHEST passages
FARTHEST = 3
NEARER = 1.0  # what the logarithm of their distance in pieces takes from it
LIKELY_CUE = 0.3  # how much it counts that the network marks the beginning of a cue there
LONGEST_CUE = 6  # pieces of a cue that is not marked as a whole

OPENINGS = 6  # the likeliest first pieces of a source or content that are followed to a last piece
LONGEST_SOURCE = 60  # pieces
SOURCE_FARTHER = 2.0  # what each passage between a cue and its source takes from their link, in nats
MARKED = 1.0  # what it counts, in nats, that the network marks the whole source


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of content and the cue it belongs to, in word pieces."""

    content: Stretch
    cue: Stretch
    same_passage: bool


def find_tagged(marking: Marking) -> Iterator[Attribution]:
    """The attributions by the tagger alone; content goes together where its cue is in the same passage.

    Their confidence is the mean probability of the least likely stretch of content.
    """
    yield from _attributions(marking, marking.tagging.find("content"))


def find_faint(marking: Marking) -> Iterator[Attribution]:
    """Attributions that the tagger sees if it is asked to see more: what it all but marks, and wider bounds of the rest."""
    plain = set(marking.tagging.find("content"))
    faint = marking.tagging.find_faint("content", FAINT)
    yield from _attributions(marking, tuple(content for content in faint if content not in plain))


def find_pointed(marking: Marking) -> Iterator[Attribution]:
    """For each cue that the tagger marks, the one stretch of content that it points at."""
    for cue in marking.tagging.find("cue"):
        content = _pointed(marking, cue)
        spans = tuple(span for span in marking.spans_of([content]) if _is_running_text(marking, span))
        if content is not None and _tells(marking, cue, spans):
            sure = marking.mean(CONTENT, content.first, content.stop)
            yield Attribution(spans, _beside(marking, cue, spans), _source_of(marking, cue), sure)


def _pointed(marking: Marking, cue: Stretch) -> Stretch | None:
    low, first, last = marking.content_shares(cue.first)
    best, found = -np.inf, None
    for opening in _likeliest(first):
        closing = opening + int(last[opening:].argmax())
        if first[opening] + last[closing] > best:
            best, found = float(first[opening] + last[closing]), Stretch(low + opening, low + closing + 1)
    return found


def _attributions(marking: Marking, contents: Sequence[Stretch]) -> Iterator[Attribution]:
    together: dict[tuple[int, int], list[Link]] = {}
    for number, link in enumerate(find_links(marking, contents)):
        together.setdefault((link.cue.first, -1 if link.same_passage else number), []).append(link)
    for links in together.values():
        cue = links[0].cue
        content = merged(marking.spans_of([link.content for link in links]))
        content = tuple(span for span in content if _is_running_text(marking, span))
        if _tells(marking, cue, content):
            sure = min(marking.mean(CONTENT, link.content.first, link.content.stop) for link in links)
            source = _source_of(marking, cue)
            content = _with_asides(marking, content, (*marking.spans_of([cue]), *source))
            yield Attribution(content, _beside(marking, cue, content), source, sure)


def _with_asides(marking: Marking, content: Spans, frame: Spans) -> Spans:
    """Content with the asides between its parts, unless cue or source stand there: "that Ruiz, who was away, should …"."""
    joined = list(content[:1])
    for span in content[1:]:
        gap = Span(joined[-1].end, span.start)
        if _is_aside(marking, gap) and not any(gap.overlaps(part) for part in frame):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return tuple(joined)


def _is_aside(marking: Marking, gap: Span) -> bool:
    """Whether commas or dashes stand at both ends of what lies between two parts of a sentence, outside of quotations."""
    reading = marking.reading
    tokens, quotations = reading.layout.tokens_in(gap), reading.quotations
    if not tokens or quotations.at(gap.start - 1) is not None or quotations.at(gap.end) is not None:
        return False
    is_enclosed = all(token.text == "," or token.text in DASHES for token in (tokens[0], tokens[-1]))
    return is_enclosed and reading.layout.sentence_at(gap.start) == reading.layout.sentence_at(gap.end)


def _beside(marking: Marking, cue: Stretch, content: Spans) -> Spans:
    """The words of a cue up to the content, where they run into it."""
    spans, reading = marking.spans_of([cue]), marking.reading
    if not spans or not any(spans[0].overlaps(part) for part in content):
        return spans
    first = reading.layout.token_at(spans[0].start)
    met = min(reading.layout.token_at(part.start) for part in content if spans[0].overlaps(part))
    return (reading.span(Range(first, met)),) if first < met else spans


def _tells(marking: Marking, cue: Stretch, content: Spans) -> bool:
    """Whether it tells something: more than a word, neither what is answered nor "so", which points at what was said."""
    if _words(marking, content) < LEAST_WORDS or _answers(marking, cue):
        return False
    reading = marking.reading
    first = reading.layout.token_at(content[0].start)
    return reading.lower(first) != "so" or (reading.tokens[first + 1].is_word and reading.kind(first + 1) != "prep")


def _answers(marking: Marking, cue: Stretch) -> bool:
    """Whether a cue introduces what somebody answers: "responding to"."""
    tokens, reading = marking.tokens_of(cue), marking.reading
    if tokens is None or "to" not in (reading.lower(tokens.last - 1), reading.lower(tokens.last)):
        return False
    return any(lemma in _answering() for place in range(*tokens) for lemma, _ in verb_forms().get(reading.lower(place), ()))


@cache
def _answering() -> frozenset[str]:
    return frozenset(load("cues")["answering"]["verbs"].split())


def _words(marking: Marking, content: Spans) -> int:
    return sum(token.is_word for span in content for token in marking.reading.layout.tokens_in(span))


def _is_running_text(marking: Marking, span: Span) -> bool:
    """Whether a span lies in one paragraph, and that is no heading."""
    layout = marking.reading.layout
    first, last = layout.sentence_at(span.start), layout.sentence_at(span.end - 1)
    if first is None or last is None or first.block != last.block:
        return False
    return layout.blocks[first.block].kind != "heading"


def find_links(marking: Marking, contents: Sequence[Stretch]) -> Iterator[Link]:
    """Each stretch of content with its likeliest cue, in the order of the text."""
    tagging = marking.tagging
    cues = {piece: cue for cue in tagging.find("cue") for piece in range(cue.first, cue.stop)}
    for content in contents:
        if content.first > 0 or content.stop < len(tagging.pieces):
            head = _likeliest_cue(marking, content)
            cue = cues.get(head) or _cue_from(tagging, head, cues)
            yield Link(content, cue, bool(marking.passages[cue.first] == marking.passages[content.first]))


def _likeliest_cue(marking: Marking, content: Stretch) -> int:
    """The piece outside of the content that it most likely belongs to."""
    low, linked = marking.cue_shares(content.first, content.stop)
    places = np.arange(low, low + len(linked))
    passages = marking.passages[low : low + len(linked)]
    first, last = marking.passages[content.first], marking.passages[content.stop - 1]
    between = np.minimum(np.maximum(first - passages, 0) + np.maximum(passages - last, 0), FARTHEST)
    distance = np.maximum(content.first - places, places - content.stop + 1)
    marked = marking.tagging.marks[low : low + len(linked), CUE, BEGIN]
    scores = linked + LIKELY_CUE * marked - FARTHER * between - NEARER * np.log1p(np.maximum(distance, 0))
    scores[content.first - low : content.stop - low] = -np.inf
    return low + int(scores.argmax())


def _cue_from(tagging: Tagging, head: int, cues: dict[int, Stretch]) -> Stretch:
    """The cue that begins at piece `head`, where none is marked as a whole."""
    marks, stop = tagging.marks[:, CUE], head + 1
    while stop < min(len(marks), head + LONGEST_CUE) and stop not in cues and marks[stop, INSIDE] > marks[stop, OUTSIDE]:
        stop += 1
    return Stretch(head, stop)


def _source_of(marking: Marking, cue: Stretch) -> Spans:
    if cue.first not in marking.found_sources:
        marking.found_sources[cue.first] = marking.spans_of([find_source(marking, cue)])
    return marking.found_sources[cue.first]


def find_source(marking: Marking, cue: Stretch) -> Stretch | None:
    """The source that a cue points at, by its first and last piece; `None` if nobody is named."""
    tagging, passages = marking.tagging, marking.passages
    low, first, last = marking.source_shares(cue.first)
    itself = cue.first - low
    best, found = float(first[itself] + last[itself]), None
    for source, is_marked in _candidates(tagging, first, last, low):
        away = SOURCE_FARTHER * min(FARTHEST, abs(int(passages[source.first] - passages[cue.first])))
        score = float(first[source.first - low] + last[source.stop - 1 - low]) + MARKED * is_marked - away
        if score > best and source.first != cue.first:
            best, found = score, source
    return found


def _candidates(tagging: Tagging, first: Floats, last: Floats, low: int) -> Iterator[tuple[Stretch, bool]]:
    """Stretches that may be a source, and whether the network marks them as one."""
    marked, high = tagging.find("source"), low + len(first)
    begin = bisect_left(marked, low, key=lambda source: source.first)
    near = takewhile(lambda source: source.stop <= high, marked[begin:])
    yield from ((source, True) for source in near)
    for opening in _likeliest(first):
        closing = opening + int(last[opening : opening + LONGEST_SOURCE].argmax())
        yield Stretch(low + opening, low + closing + 1), False


def _likeliest(shares: Floats) -> list[int]:
    """Where the `OPENINGS` largest shares are, the largest first."""
    count = min(OPENINGS, len(shares) - 1)
    largest = np.sort(np.argpartition(-shares, count)[:OPENINGS])
    places: list[int] = largest[np.argsort(-shares[largest], kind="stable")].tolist()
    return places
