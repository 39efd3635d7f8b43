"""A tagging brought together with the reading of the same text: which tokens and passages its word pieces lie in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.extract.attribution.clause import PREDICATE, Range, Reading
from app.extract.attribution.frame import trimmed
from app.extract.document import Span, Spans
from app.extract.tagger import LAYERS, OUTSIDE, Floats, Ints, Stretch, Tagging, log_shares

REACH = 300  # pieces between a cue and its source or content
AROUND = 250  # pieces before and after a stretch of content among which its cue is looked for
ASKED = 24  # pieces of one stretch of content that are asked for their cue
Shares = tuple[int, Floats, Floats]  # a piece, and from it on the log-probabilities that something begins, and ends, there
CueShares = tuple[int, Floats]  # likewise, that a cue begins there

SOURCE, CUE, CONTENT, DISCARD = (LAYERS.index(name) for name in ("source", "cue", "content", "discard"))


@dataclass(frozen=True, slots=True)
class Marking:
    """The passage of each piece, how likely it lies inside a span of each layer, and the running sums of that."""

    reading: Reading
    tagging: Tagging
    passages: Ints  # [n]
    inside: Floats  # [n, layers]
    running: Floats  # [n + 1, layers]
    # What has been worked out for the cues that begin at these pieces, and is asked for again.
    found_sources: dict[int, Spans] = field(default_factory=dict, init=False, repr=False, compare=False)
    _cue_shares: dict[tuple[int, int], CueShares] = field(default_factory=dict, init=False, repr=False, compare=False)
    _source_shares: dict[int, Shares] = field(default_factory=dict, init=False, repr=False, compare=False)
    _content_shares: dict[int, Shares] = field(default_factory=dict, init=False, repr=False, compare=False)

    def mean(self, layer: int, first: int, stop: int) -> float:
        """The mean probability of the pieces from `first` to before `stop`; 0 where there are none."""
        total = self.running[stop, layer] - self.running[first, layer]
        return float(total) / max(1, stop - first)

    def cue_shares(self, first: int, stop: int) -> CueShares:
        """A piece, and from it on the log-probabilities that the content from `first` to `stop` has its cue there."""
        if (first, stop) not in self._cue_shares:
            low, high = max(0, first - AROUND), min(len(self.tagging.pieces), stop + AROUND)
            scores = self.tagging.cue_scores(sample(first, stop), low, high)
            self._cue_shares[first, stop] = low, log_shares(scores)
        return self._cue_shares[first, stop]

    def source_shares(self, cue: int) -> Shares:
        """Where the source of the cue at piece `cue` begins and ends; one that points at itself has none."""
        if cue not in self._source_shares:
            self._source_shares[cue] = _shares(cue, len(self.tagging.pieces), self.tagging.source_scores)
        return self._source_shares[cue]

    def content_shares(self, cue: int) -> Shares:
        """Where what the cue at piece `cue` introduces begins and ends."""
        if cue not in self._content_shares:
            self._content_shares[cue] = _shares(cue, len(self.tagging.pieces), self.tagging.content_scores)
        return self._content_shares[cue]

    def pieces_of(self, span: Span) -> tuple[int, int]:
        """The half-open range of pieces that overlap `span`."""
        return self.tagging.pieces.overlapping(*span)

    def tokens_of(self, stretch: Stretch) -> Range | None:
        """The tokens that a stretch of pieces touches, without the punctuation at their ends."""
        layout = self.reading.layout
        start, end = self.tagging.span(stretch)
        first = layout.token_at(start)
        if first > 0 and layout.tokens[first - 1].end > start:
            first -= 1
        return trimmed(self.reading, Range(first, max(first, layout.token_at(end))))

    def spans_of(self, stretches: Sequence[Stretch | None]) -> Spans:
        """The characters of those tokens; nothing for `None`."""
        tokens = (self.tokens_of(stretch) for stretch in stretches if stretch is not None)
        return tuple(self.reading.span(part) for part in tokens if part is not None)

    def is_quotation(self, content: Spans) -> bool:
        """Whether every span of `content` lies in quotation marks."""
        around = (self.reading.quotations.at(span.start) for span in content)
        return all(one is not None and one.span.end >= span.end for one, span in zip(around, content, strict=True))

    def has_verb(self, spans: Spans) -> bool:
        """Whether a verb stands in `spans`."""
        return any(self.reading.kind(place) in PREDICATE for span in spans for place in self.places(span))

    def places(self, span: Span) -> range:
        """The tokens that begin inside `span`."""
        token_at = self.reading.layout.token_at
        return range(token_at(span.start), token_at(span.end))


def sample(first: int, stop: int) -> Ints:
    """Up to `ASKED` of the pieces from `first` to before `stop`, evenly spread."""
    return np.arange(first, stop) if stop - first <= ASKED else np.linspace(first, stop - 1, ASKED).astype(np.int64)


def _shares(cue: int, count: int, scores: Callable[[int, int, int], tuple[Floats, Floats]]) -> Shares:
    low, high = max(0, cue - REACH), min(count, cue + REACH)
    first, last = scores(cue, low, high)
    return low, log_shares(first), log_shares(last)


def mark(reading: Reading, tagging: Tagging) -> Marking:
    """Bring a tagging and a reading of the same text together."""
    starts = [reading.tokens[passage.first].start for passage in reading.passages]
    passages = np.searchsorted(np.array(starts, dtype=np.int64), tagging.pieces.spans[:, 0], side="right") - 1
    inside = 1 - np.exp(tagging.marks[:, :, OUTSIDE].astype(np.float64))
    running = np.concatenate([np.zeros((1, len(LAYERS))), np.cumsum(inside, axis=0)])
    return Marking(reading, tagging, passages, inside, running)
