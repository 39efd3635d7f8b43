"""Evidence: what speaks for and against a candidate, as numbers that the judge weighs.

Probabilities are given as log-odds and places as word pieces. What a candidate has not (a cue, a rival) leaves zeros.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from app.extract.attribution.candidate import Candidate, overlap
from app.extract.attribution.frame import is_titled
from app.extract.attribution.marking import CONTENT, CUE, DISCARD, SOURCE, Marking
from app.extract.document import Attribution
from app.extract.tagger import BEGIN, Floats

EVIDENCE = (
    # how likely its words are content, and whether that begins and ends where it does
    "content", "least_content", "least_part", "begins", "opens", "closes", "before", "after", "next", "broken", "gap",
    "discard",
    # its cue, and whether content and cue point at each other
    "cue", "cue_on_average", "cue_missed", "least_link", "same_passage", "told_first", "told_last",
    # its source
    "source", "source_first", "source_last", "sourceless",
    # its form
    "words", "opens_quotation", "is_quotation", "title", "runs_on", "from_start", "to_end", "verb",
    # who proposes it
    "pattern", "best_pattern", "by_rules", "by_tagger", "by_both", "by_faintly", "by_pointing",
    # the nearest candidate of the other side, and of its own
    "rival", "rival_begins", "rival_ends", "rival_cue", "rival_source", "rival_content", "rival_parts", "rival_pattern",
    "double",
    # how many other readings have the same content, the same beginning, the same end
    "same_content", "same_beginning", "same_end",
)  # fmt: skip

FARTHEST = -12.0  # nats, for a pointer to a place out of reach
EDGE = -5.0  # log-odds of content beyond the ends of the text
RIVALS = {"rules": {"tagger"}, "tagger": {"rules"}}  # of which side the rivals are
BOTH = {"rules", "tagger"}
SAMPLED = 48  # pieces of a candidate, at least, that are asked for its rivals; all of a shorter one


def gather(marking: Marking, candidates: Sequence[Candidate]) -> Floats:
    """The evidence on each candidate: [candidates, len(EVIDENCE)]."""
    tracks = Tracks(marking)
    best = _best_patterns(candidates)
    own = [
        tracks.content(candidate)
        | tracks.cue(candidate)
        | tracks.source(candidate.attribution)
        | _form(marking, candidate)
        | _proposal(candidate, best)
        for candidate in candidates
    ]
    for evidence, rivalry in zip(own, _rivalries(candidates, own), strict=True):
        evidence |= rivalry
    rows = [[evidence.get(name, 0.0) for name in EVIDENCE] for evidence in own]
    return np.array(rows, dtype=np.float32).reshape(len(candidates), len(EVIDENCE))


class Tracks:
    """What the tagger says piece by piece, as plain lists, which are much faster than arrays one number at a time."""

    def __init__(self, marking: Marking) -> None:
        self.marking = marking
        self.count = len(marking.tagging.pieces)
        self.odds: list[float] = log_odds(marking.inside[:, CONTENT]).tolist()
        self.cue_odds: list[float] = log_odds(marking.inside[:, CUE]).tolist()
        self.begins: list[float] = marking.tagging.marks[:, CONTENT, BEGIN].tolist()

    def content(self, candidate: Candidate) -> dict[str, float]:
        """How likely its words are content, and whether that begins and ends where it does."""
        parts = candidate.pieces
        mean = self.marking.mean
        odds = sorted(self.odds[piece] for piece in candidate.places())
        low = odds[: max(1, len(odds) // 10)]
        chances = [mean(CONTENT, first, stop) for first, stop in parts]
        whole = sum(chance * (stop - first) for chance, (first, stop) in zip(chances, parts, strict=True)) / len(odds)
        gaps = [mean(CONTENT, stop, first) for (_, stop), (first, _) in pairwise(parts) if first > stop]
        return {
            "content": odds_of(whole),
            "least_content": sum(low) / len(low),
            "least_part": odds_of(min(chances)),
            "begins": _average(self.begins[first] for first, _ in parts),
            "opens": _average(self.odds[first] for first, _ in parts),
            "closes": _average(self.odds[stop - 1] for _, stop in parts),
            "before": _average(self._odds_at(first - 1) for first, _ in parts),
            "after": _average(self._odds_at(stop) for _, stop in parts),
            "next": _average(self._odds_at(stop + 1) for _, stop in parts),
            "broken": max((max(self.begins[first + 1 : stop], default=EDGE) for first, stop in parts), default=EDGE),
            "gap": odds_of(max(gaps)) if gaps else EDGE,
            "discard": odds_of(mean(DISCARD, parts[0][0], parts[-1][1])),
        }

    def _odds_at(self, piece: int) -> float:
        return self.odds[piece] if 0 <= piece < self.count else EDGE

    def cue(self, candidate: Candidate) -> dict[str, float]:
        """How likely its cue is one, and whether content and cue point at each other."""
        if not candidate.attribution.cue:
            return {}
        first, stop = self.marking.pieces_of(candidate.attribution.cue[0])
        stop = max(stop, first + 1)
        passages, start = self.marking.passages, candidate.pieces[0][0]
        return {
            "cue": max(self.cue_odds[first:stop]),
            "cue_on_average": odds_of(self.marking.mean(CUE, first, stop)),
            "same_passage": float(passages[first] == passages[start]),
            **self._links(candidate.pieces, first, stop),
        }

    def _links(self, parts: Sequence[tuple[int, int]], first: int, stop: int) -> dict[str, float]:
        shares = [self._link(part, first, stop) for part in parts]
        low, opens, closes = self.marking.content_shares(first)
        begin, end = parts[0][0] - low, parts[-1][1] - 1 - low
        return {
            "cue_missed": _average(best - own for own, best in shares),
            "least_link": min(own for own, _ in shares),
            "told_first": float(opens[begin]) if 0 <= begin < len(opens) else FARTHEST,
            "told_last": float(closes[end]) if 0 <= end < len(closes) else FARTHEST,
        }

    def _link(self, part: tuple[int, int], first: int, stop: int) -> tuple[float, float]:
        """The log-probabilities that a part of content belongs to the cue at `first`..`stop`, and to the likeliest cue."""
        low, shares = self.marking.cue_shares(*part)
        own = float(shares[first - low : stop - low].max()) if low <= first < low + len(shares) else FARTHEST
        return own, max(own, float(shares.max()))

    def source(self, attribution: Attribution) -> dict[str, float]:
        """How likely its source is one, and whether the cue points at it."""
        cue = self.marking.pieces_of(attribution.cue[0])[0] if attribution.cue else -1
        evidence: dict[str, float] = {}
        if cue >= 0:
            low, begins, ends = self.marking.source_shares(cue)
            evidence["sourceless"] = float(begins[cue - low])
        if attribution.source:
            first = self.marking.pieces_of(attribution.source[0])[0]
            stop = max(first + 1, self.marking.pieces_of(attribution.source[-1])[1])
            evidence["source"] = odds_of(self.marking.mean(SOURCE, first, stop))
            if cue >= 0:
                reached = low <= first and stop <= low + len(begins)
                evidence["source_first"] = float(begins[first - low]) if reached else FARTHEST
                evidence["source_last"] = float(ends[stop - 1 - low]) if reached else FARTHEST
        return evidence


def _form(marking: Marking, candidate: Candidate) -> dict[str, float]:
    reading, content = marking.reading, candidate.attribution.content
    layout, quotations = reading.layout, reading.quotations
    start, end = content[0].start, content[-1].end
    around = [quotations.at(span.start) for span in content]
    passage = reading.passages[max(0, int(marking.passages[candidate.pieces[0][0]]))]
    following = layout.token_at(end)
    return {
        "words": math.log1p(sum(token.is_word for span in content for token in layout.tokens_in(span))),
        "opens_quotation": float(around[0] is not None and around[0].span.start == start),
        "is_quotation": float(marking.is_quotation(content)),
        "title": float(around[0] is not None and is_titled(reading, around[0])),
        "runs_on": float(following < len(reading.tokens) and reading.tokens[following].is_word),
        "from_start": float(start <= reading.tokens[passage.first].start),
        "to_end": float(end >= reading.tokens[passage.last - 1].start),
        "verb": float(marking.has_verb(content)),
    }


def _best_patterns(candidates: Sequence[Candidate]) -> dict[object, float]:
    """For each content that a rule proposes, how often the best of the patterns that do is right."""
    best: dict[object, float] = {}
    for candidate in candidates:
        if candidate.is_by_rules:
            content = candidate.attribution.content
            best[content] = max(best.get(content, 0.0), candidate.attribution.confidence)
    return best


def _proposal(candidate: Candidate, best: dict[object, float]) -> dict[str, float]:
    content = candidate.attribution.content
    evidence = {f"by_{candidate.found_by}": 1.0}
    if candidate.is_seen_by_rules:
        evidence["pattern"] = odds_of(candidate.attribution.confidence)
    if content in best:
        evidence["best_pattern"] = odds_of(best[content])
    return evidence


def _rivalries(candidates: Sequence[Candidate], own: Sequence[dict[str, float]]) -> Iterator[dict[str, float]]:
    """Of each candidate, the one of the other side that shares most of its pieces, and how far they agree."""
    at_piece: dict[int, list[int]] = {}
    for number, candidate in enumerate(candidates):
        for piece in candidate.places():
            at_piece.setdefault(piece, []).append(number)
    for number, candidate in enumerate(candidates):
        pieces = list(candidate.places())
        asked = pieces[:: max(1, len(pieces) // SAMPLED)]
        met = sorted({other for piece in asked for other in at_piece[piece]} - {number})
        yield _rivalry(candidates, own, number, met)


def _rivalry(
    candidates: Sequence[Candidate], own: Sequence[dict[str, float]], number: int, met: Sequence[int]
) -> dict[str, float]:
    candidate = candidates[number]
    overlaps = {other: overlap(candidate.pieces, candidates[other].pieces) for other in met}
    doubles = (share for other, share in overlaps.items() if candidates[other].found_by == candidate.found_by)
    evidence = {"double": max(doubles, default=0.0)} | _agreement(candidate, [candidates[other] for other in met])
    rivals = [other for other in met if candidates[other].found_by in RIVALS.get(candidate.found_by, BOTH)]
    if not rivals:
        return evidence
    nearest = max(rivals, key=overlaps.__getitem__)
    rival = candidates[nearest]
    return evidence | {
        "rival": overlaps[nearest],
        "rival_begins": signed_log(rival.pieces[0][0] - candidate.pieces[0][0]),
        "rival_ends": signed_log(rival.pieces[-1][1] - candidate.pieces[-1][1]),
        "rival_cue": _shared(candidate.attribution.cue, rival.attribution.cue),
        "rival_source": _shared(candidate.attribution.source, rival.attribution.source),
        "rival_content": own[nearest]["content"],
        "rival_parts": float(len(rival.pieces)),
        "rival_pattern": own[nearest].get("pattern", 0.0),
    }


def _agreement(candidate: Candidate, others: Sequence[Candidate]) -> dict[str, float]:
    begins, ends = candidate.pieces[0][0], candidate.pieces[-1][1]
    return {
        "same_content": float(len({other.found_by for other in others if other.pieces == candidate.pieces})),
        "same_beginning": float(len({other.found_by for other in others if other.pieces[0][0] == begins})),
        "same_end": float(len({other.found_by for other in others if other.pieces[-1][1] == ends})),
    }


def _shared(spans: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> float:
    return float(any(a[0] < b[1] and b[0] < a[1] for a in spans for b in others))


def signed_log(distance: int) -> float:
    """The logarithm of a distance plus one, with the distance's sign."""
    return math.copysign(math.log1p(abs(distance)), distance)


def odds_of(probability: float) -> float:
    """The log-odds of a probability, within ±9.2."""
    kept = min(max(probability, 1e-4), 1 - 1e-4)
    return math.log(kept / (1 - kept))


def log_odds(probabilities: Floats) -> Floats:
    """The log-odds of each probability, within ±9.2."""
    kept = np.clip(probabilities, 1e-4, 1 - 1e-4)
    odds: Floats = np.log(kept / (1 - kept))
    return odds


def _average(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)
