"""What the tagger adds to the rules: mostly reported speech that no listed verb or frame gives away.

The rules know quotation marks and the frames of reported speech, so that what they find stands unless the tagger sees no
content there. What else the tagger marks as content becomes an attribution of its own: each stretch of content goes to the
cue that the network links it to most, the nearer the likelier, and the cue points at its source.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.extract.attribution.clause import PREDICATE, Range, Reading
from app.extract.attribution.frame import trimmed
from app.extract.document import Attribution, Span, Spans, merged
from app.extract.tagger import BEGIN, INSIDE, LAYERS, OUTSIDE, Floats, Ints, Stretch, Tagging

# Chosen on PolNeAR's development part, where each half of it prefers about the same. Noun phrases ("a move", "concern")
# must be surer: whether they are reported at all is where careful readers differ most.
ADDED = 0.75  # mean probability of content from which the tagger adds a clause that the rules did not find
ADDED_PHRASE = 0.95  # and a phrase without a verb
ADDED_WORDS = 2  # and its words: "did not like it" tells nothing
PHRASE_CUE = 0.65  # probability that the cue of such a phrase begins there
BELIEVED = 0.4  # mean probability of content below which an attribution of the rules is dropped
BELIEVED_QUOTED = 0.2  # the same where it has quotation marks
BELIEVED_WEAK = 0.85  # the same where the pattern that found it is right less often than WEAK
WEAK, SAFE = 0.6, 0.8  # how often weak patterns are right at most, and at least those that the tagger is not asked about
LEAST_RIGHT, MOST_RIGHT = 0.45, 0.8  # how often content and source of the least and most sure additions are right
SHARED = 0.2  # share of an addition that may belong to attributions of the rules

ASKED = 24  # pieces of one stretch of content that are asked for their cue
AROUND = 250  # pieces before and after the content among which its cue is looked for
FARTHER = 2.0  # what each passage between content and cue takes from the link, in nats, up to FARTHEST passages
FARTHEST = 3
NEARER = 1.0  # what the logarithm of their distance in pieces takes from it
LIKELY_CUE = 0.3  # how much it counts that the network marks the beginning of a cue there
LONGEST_CUE = 6  # pieces of a cue that is not marked as a whole

REACH = 300  # pieces between a cue and its source
OPENINGS = 6  # the likeliest first pieces of a source that are followed to a last piece
LONGEST_SOURCE = 60  # pieces
SOURCE_FARTHER = 2.0  # what each passage between a cue and its source takes from their link, in nats
MARKED = 1.0  # what it counts, in nats, that the network marks the whole source

CUE, CONTENT = LAYERS.index("cue"), LAYERS.index("content")


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of content and the cue it belongs to, in word pieces; `sure` is the content's mean probability."""

    content: Stretch
    cue: Stretch
    sure: float
    same_passage: bool


@dataclass(frozen=True, slots=True)
class Marking:
    """A tagging against the reading of the same text: the passage of each piece, and its running sum of content."""

    reading: Reading
    tagging: Tagging
    passages: Ints
    running: Floats

    def sureness(self, spans: Spans) -> float:
        """The mean probability, over the pieces of `spans`, that they are content; 0 where there are none."""
        bounds = [self.pieces_of(span) for span in spans]
        count = sum(stop - first for first, stop in bounds)
        return float(sum(self.running[stop] - self.running[first] for first, stop in bounds)) / max(1, count)

    def pieces_of(self, span: Span) -> tuple[int, int]:
        """The half-open range of pieces that overlap `span`."""
        spans = self.tagging.pieces.spans
        first = int(np.searchsorted(spans[:, 1], span.start, side="right"))
        return first, max(first, int(np.searchsorted(spans[:, 0], span.end)))

    def tokens_of(self, stretch: Stretch) -> Range | None:
        """The tokens that a stretch of pieces touches, without the punctuation at their ends."""
        layout = self.reading.layout
        start, end = self.tagging.span(stretch)
        first = layout.token_at(start)
        if first > 0 and layout.tokens[first - 1].end > start:
            first -= 1
        return trimmed(self.reading, Range(first, max(first, layout.token_at(end))))

    def span_of(self, stretch: Stretch) -> Span | None:
        """The characters of those tokens."""
        tokens = self.tokens_of(stretch)
        return self.reading.span(tokens) if tokens else None


def reconcile(reading: Reading, tagging: Tagging, ruled: Sequence[Attribution]) -> list[Attribution]:
    """The attributions of the rules that the tagger believes, and what it adds to them."""
    if not len(tagging.pieces):
        return list(ruled)
    marking = mark(reading, tagging)
    believed = [attribution for attribution in ruled if _is_believed(marking, attribution)]
    tagged = list(find_tagged(marking))
    return [*_with_sources(marking, believed, tagged), *_additions(marking, believed, tagged)]


def mark(reading: Reading, tagging: Tagging) -> Marking:
    """Bring a tagging and a reading of the same text together."""
    starts = [reading.tokens[passage.first].start for passage in reading.passages]
    passages = np.searchsorted(np.array(starts, dtype=np.int64), tagging.pieces.spans[:, 0], side="right") - 1
    content = 1 - np.exp(tagging.marks[:, CONTENT, OUTSIDE].astype(np.float64))
    return Marking(reading, tagging, passages, np.concatenate([[0.0], np.cumsum(content)]))


def _is_believed(marking: Marking, attribution: Attribution) -> bool:
    stands_alone = not attribution.cue and not attribution.source  # a pull quote, which repeats what is said elsewhere
    if attribution.confidence >= SAFE or stands_alone:
        return True
    sure = marking.sureness(attribution.content)
    if any(marking.reading.quotations.within(span) for span in attribution.content):
        return sure >= BELIEVED_QUOTED
    return sure >= (BELIEVED if attribution.confidence >= WEAK else BELIEVED_WEAK)


def find_tagged(marking: Marking) -> Iterator[Attribution]:
    """The attributions by the tagger alone; content goes together where its cue is in the same passage."""
    together: dict[tuple[int, int], list[Link]] = {}
    for number, link in enumerate(find_links(marking)):
        together.setdefault((link.cue.first, -1 if link.same_passage else number), []).append(link)
    sources: dict[int, Spans] = {}
    for links in together.values():
        cue = links[0].cue
        if cue.first not in sources:
            sources[cue.first] = _spans(marking, [find_source(marking, cue)])
        content = _spans(marking, [link.content for link in links])
        if content:
            sure = min(link.sure for link in links)
            yield Attribution(content, _spans(marking, [cue]), sources[cue.first], sure)


def _spans(marking: Marking, stretches: Sequence[Stretch | None]) -> Spans:
    spans = (marking.span_of(stretch) for stretch in stretches if stretch is not None)
    return tuple(span for span in spans if span is not None)


def find_links(marking: Marking) -> Iterator[Link]:
    """Each stretch of content with its likeliest cue, in the order of the text."""
    tagging = marking.tagging
    cues = {piece: cue for cue in tagging.find("cue") for piece in range(cue.first, cue.stop)}
    for content in tagging.find("content"):
        places = _around(tagging, content)
        if len(places):
            head = int(places[_link_scores(marking, content, places).argmax()])
            cue = cues.get(head) or _cue_from(tagging, head, cues)
            sure = float(marking.running[content.stop] - marking.running[content.first]) / (content.stop - content.first)
            same = bool(marking.passages[cue.first] == marking.passages[content.first])
            yield Link(content, cue, sure, same)


def _around(tagging: Tagging, content: Stretch) -> Ints:
    before = np.arange(max(0, content.first - AROUND), content.first)
    return np.concatenate([before, np.arange(content.stop, min(len(tagging.pieces), content.stop + AROUND))])


def _link_scores(marking: Marking, content: Stretch, places: Ints) -> Floats:
    tagging, passages = marking.tagging, marking.passages
    asked = np.unique(np.linspace(content.first, content.stop - 1, ASKED).astype(np.int64))
    first, last = passages[content.first], passages[content.stop - 1]
    between = np.minimum(np.maximum(first - passages[places], 0) + np.maximum(passages[places] - last, 0), FARTHEST)
    distance = np.where(places < content.first, content.first - places, places - content.stop + 1)
    linked = tagging.cue_scores(asked, places)
    scores: Floats = (
        linked + LIKELY_CUE * tagging.marks[places, CUE, BEGIN] - FARTHER * between - NEARER * np.log1p(distance)
    )
    return scores


def _cue_from(tagging: Tagging, head: int, cues: dict[int, Stretch]) -> Stretch:
    """The cue that begins at piece `head`, where none is marked as a whole."""
    marks, stop = tagging.marks[:, CUE], head + 1
    while stop < min(len(marks), head + LONGEST_CUE) and stop not in cues and marks[stop, INSIDE] > marks[stop, OUTSIDE]:
        stop += 1
    return Stretch(head, stop)


def find_source(marking: Marking, cue: Stretch) -> Stretch | None:
    """The source that a cue points at, by its first and last piece; `None` if nobody is named."""
    tagging, passages = marking.tagging, marking.passages
    low, high = max(0, cue.first - REACH), min(len(tagging.pieces), cue.first + REACH)
    first, last = (log_shares(scores) for scores in tagging.source_scores(cue.first, np.arange(low, high)))
    itself = cue.first - low
    best, found = float(first[itself] + last[itself]), None
    for source in _candidates(tagging, first, last, low, high):
        marked = MARKED if source in tagging.found_sources else 0.0
        away = SOURCE_FARTHER * min(FARTHEST, abs(int(passages[source.first] - passages[cue.first])))
        score = float(first[source.first - low] + last[source.stop - 1 - low]) + marked - away
        if score > best and source.first != cue.first:
            best, found = score, source
    return found


def _candidates(tagging: Tagging, first: Floats, last: Floats, low: int, high: int) -> Iterator[Stretch]:
    yield from (source for source in tagging.found_sources if low <= source.first and source.stop <= high)
    for opening in np.argsort(-first, kind="stable")[:OPENINGS]:
        closing = opening + int(last[opening : opening + LONGEST_SOURCE].argmax())
        yield Stretch(low + int(opening), low + closing + 1)


def log_shares(scores: Floats) -> Floats:
    """Logarithms of the softmax over the last axis."""
    shifted = scores - scores.max(-1, keepdims=True)
    shares: Floats = shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))
    return shares


def _with_sources(
    marking: Marking, believed: Sequence[Attribution], tagged: Sequence[Attribution]
) -> Iterator[Attribution]:
    """The attributions of the rules; a cue without a source takes that of the tagger's content in its midst."""
    owner = {piece: one for one in tagged for span in one.content for piece in range(*marking.pieces_of(span))}
    for attribution in believed:
        first, stop = marking.pieces_of(attribution.content[0])
        same = owner.get((first + stop) // 2)
        names_nobody = bool(attribution.cue) and not attribution.source
        yield replace(attribution, source=same.source) if names_nobody and same is not None else attribution


def _additions(marking: Marking, believed: Sequence[Attribution], tagged: Sequence[Attribution]) -> Iterator[Attribution]:
    taken = np.zeros(len(marking.reading.layout.text), dtype=bool)
    for attribution in believed:
        for span in attribution.content:
            taken[span.start : span.end] = True
    for one in tagged:
        free = (span for span in one.content if taken[span.start : span.end].mean() <= SHARED)
        content = merged(tuple(span for span in free if _is_running_text(marking.reading, span)))
        if _words(marking.reading, content) >= ADDED_WORDS and one.cue and _is_added(marking, one):
            yield replace(one, content=content, confidence=LEAST_RIGHT + (MOST_RIGHT - LEAST_RIGHT) * _rank(one.confidence))


def _words(reading: Reading, content: Spans) -> int:
    return sum(token.is_word for span in content for token in reading.layout.tokens_in(span))


def _is_running_text(reading: Reading, span: Span) -> bool:
    """Whether a span lies in one paragraph, and that is no heading."""
    first, last = reading.layout.sentence_at(span.start), reading.layout.sentence_at(span.end - 1)
    if first is None or last is None or first.block != last.block:
        return False
    return reading.layout.blocks[first.block].kind != "heading"


def _rank(sure: float) -> float:
    return (sure - ADDED) / (1 - ADDED)


def _is_added(marking: Marking, tagged: Attribution) -> bool:
    if _has_verb(marking.reading, tagged.content):
        return tagged.confidence >= ADDED
    head, _ = marking.pieces_of(tagged.cue[0])
    return tagged.confidence >= ADDED_PHRASE and float(marking.tagging.marks[head, CUE, BEGIN]) >= math.log(PHRASE_CUE)


def _has_verb(reading: Reading, content: Spans) -> bool:
    token_at = reading.layout.token_at
    return any(
        reading.kind(place) in PREDICATE for span in content for place in range(token_at(span.start), token_at(span.end))
    )
