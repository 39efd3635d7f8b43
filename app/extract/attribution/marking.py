"""A tagging brought together with the reading of the same text: which tokens and passages its word pieces lie in."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.extract.attribution.clause import PREDICATE, Range, Reading
from app.extract.attribution.frame import trimmed
from app.extract.document import Span, Spans
from app.extract.tagger import LAYERS, OUTSIDE, Floats, Ints, Stretch, Tagging

SOURCE, CUE, CONTENT, DISCARD = (LAYERS.index(name) for name in ("source", "cue", "content", "discard"))


@dataclass(frozen=True, slots=True)
class Marking:
    """The passage of each piece, how likely it lies inside a span of each layer, and the running sums of that."""

    reading: Reading
    tagging: Tagging
    passages: Ints  # [n]
    inside: Floats  # [n, layers]
    running: Floats  # [n + 1, layers]

    def mean(self, layer: int, first: int, stop: int) -> float:
        """The mean probability of the pieces from `first` to before `stop`; 0 where there are none."""
        total = self.running[stop, layer] - self.running[first, layer]
        return float(total) / max(1, stop - first)

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

    def spans_of(self, stretches: Sequence[Stretch | None]) -> Spans:
        """The characters of those tokens; nothing for `None`."""
        tokens = (self.tokens_of(stretch) for stretch in stretches if stretch is not None)
        return tuple(self.reading.span(part) for part in tokens if part is not None)

    def has_verb(self, spans: Spans) -> bool:
        """Whether a verb stands in `spans`."""
        token_at, kind = self.reading.layout.token_at, self.reading.kind
        return any(kind(place) in PREDICATE for span in spans for place in range(token_at(span.start), token_at(span.end)))


def mark(reading: Reading, tagging: Tagging) -> Marking:
    """Bring a tagging and a reading of the same text together."""
    starts = [reading.tokens[passage.first].start for passage in reading.passages]
    passages = np.searchsorted(np.array(starts, dtype=np.int64), tagging.pieces.spans[:, 0], side="right") - 1
    inside = 1 - np.exp(tagging.marks[:, :, OUTSIDE].astype(np.float64))
    running = np.concatenate([np.zeros((1, len(LAYERS))), np.cumsum(inside, axis=0)])
    return Marking(reading, tagging, passages, inside, running)
