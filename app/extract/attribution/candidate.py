"""Candidates: the attributions that the rules and the tagger propose, several of them for the same words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from app.extract.attribution.bounds import bounded, find_addressees, without_itself
from app.extract.attribution.marking import Marking
from app.extract.attribution.tagged import find_faint, find_pointed, find_tagged
from app.extract.document import Attribution, Spans

ALIKE = 0.3  # overlap from which two contents are taken to be of one statement
LONGEST_MARK = 2  # characters of a colon or dash that stands for a cue; no verb is as short
FoundBy = Literal["rules", "tagger", "both", "faintly", "pointing"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed attribution; `pieces` are the half-open ranges of word pieces of its content.

    `both` has the content as the tagger bounds it, and the cue and source of the rules; what is found `faintly` the tagger
    sees only if it is asked to see more, and `pointing` is what a cue points at. The attribution's confidence is how often
    the pattern of the rules is right, or the tagger's probability of content.
    """

    attribution: Attribution
    found_by: FoundBy
    pieces: tuple[tuple[int, int], ...]

    def places(self) -> Iterator[int]:
        """Each word piece of its content."""
        return (piece for first, stop in self.pieces for piece in range(first, stop))

    @property
    def is_by_rules(self) -> bool:
        """Whether it stands as a rule found it."""
        return self.found_by == "rules"

    @property
    def is_seen_by_rules(self) -> bool:
        """Whether its cue and source are those of a rule."""
        return self.found_by in {"rules", "both"}

    @property
    def is_loose(self) -> bool:
        """Whether it is a quotation that no words in the text ascribe to anybody, such as a pull quote."""
        return not self.attribution.cue and not self.attribution.source

    @property
    def is_labelled(self) -> bool:
        """Whether a name and a colon introduce it, as in a transcript, or a dash and a name sign it."""
        cue, source = self.attribution.cue, self.attribution.source
        if not cue or not source or cue[0].end - cue[0].start > LONGEST_MARK:
            return False
        return source[-1].end == cue[0].start or 0 <= source[0].start - cue[0].end <= 1


def find_candidates(marking: Marking, ruled: Sequence[Attribution]) -> list[Candidate]:
    """Every candidate for a text, the rules' own first; what both sides say alike is there twice, as each other's rival."""
    by_rules = [_candidate(marking, each, "rules") for each in dict.fromkeys(ruled)]
    by_tagger = list(_by_tagger(marking))
    tagged = [candidate for candidate in by_tagger if candidate.found_by == "tagger"]
    known = {_said(candidate) for candidate in (*by_rules, *tagged)}
    others = [candidate for candidate in by_tagger if candidate.found_by != "tagger"]
    doubtful = [candidate for candidate in (*others, *_crossed(marking, by_rules, tagged)) if _said(candidate) not in known]
    return [candidate for candidate in (*by_rules, *tagged, *dict.fromkeys(doubtful)) if candidate.pieces]


def _by_tagger(marking: Marking) -> Iterator[Candidate]:
    addressees = find_addressees(marking.reading)
    readings: tuple[tuple[FoundBy, Iterator[Attribution]], ...] = (
        ("tagger", find_tagged(marking)),
        ("faintly", find_faint(marking)),
        ("pointing", find_pointed(marking)),
    )
    for found_by, attributions in readings:
        for attribution in attributions:
            yield _candidate(marking, bounded(marking.reading, addressees, attribution), found_by)


def _said(candidate: Candidate) -> tuple[Spans, Spans, Spans]:
    return candidate.attribution.content, candidate.attribution.cue, candidate.attribution.source


def _candidate(marking: Marking, attribution: Attribution, found_by: FoundBy) -> Candidate:
    ranges = (marking.pieces_of(span) for span in attribution.content)
    return Candidate(attribution, found_by, tuple((first, stop) for first, stop in ranges if first < stop))


def _crossed(marking: Marking, by_rules: Sequence[Candidate], tagged: Sequence[Candidate]) -> Iterator[Candidate]:
    """The rules' attributions with the content that the tagger sees in about the same place."""
    at_piece = {piece: candidate for candidate in tagged for piece in candidate.places()}
    for candidate in by_rules:
        if candidate.is_loose:
            continue
        others = {id(other): other for piece in candidate.places() if (other := at_piece.get(piece)) is not None}
        for other in others.values():
            content = other.attribution.content
            if content != candidate.attribution.content and overlap(candidate.pieces, other.pieces) >= ALIKE:
                crossed = replace(candidate.attribution, content=content)
                yield _candidate(marking, without_itself(marking.reading, crossed), "both")


def overlap(one: Sequence[tuple[int, int]], other: Sequence[tuple[int, int]]) -> float:
    """Intersection over union of two sets of half-open ranges, each in order and apart."""
    shared = i = j = 0
    while i < len(one) and j < len(other):
        shared += max(0, min(one[i][1], other[j][1]) - max(one[i][0], other[j][0]))
        i, j = (i + 1, j) if one[i][1] <= other[j][1] else (i, j + 1)
    return shared / (sum(stop - first for first, stop in (*one, *other)) - shared)
