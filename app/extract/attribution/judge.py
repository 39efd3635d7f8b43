"""The judge: which of the candidates stand.

Gradient-boosted forests, whose mean counts, learned by `training/judge.py` on articles that the tagger had not seen, say of
every candidate how likely its content is wrong, near, right, or right together with its source and cue. The best candidates
are taken first, and none that has words of one already taken. Of a report inside a report ("Reuters said that Jones denied
…") both stand: the annotation that the forests learned from has one of them only, so they are not asked about the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from app.extract.attribution.candidate import Candidate, find_candidates
from app.extract.attribution.clause import Reading
from app.extract.attribution.cue import verb_forms
from app.extract.attribution.evidence import EVIDENCE, gather
from app.extract.attribution.frame import is_titled
from app.extract.attribution.marking import Marking
from app.extract.document import Attribution, Spans
from app.extract.tagger import WEIGHTS, Floats, UnusableWeights, check_files, read_card

OUTCOMES = ("wrong", "near", "content", "whole")
WRONG, NEAR, CONTENT, WHOLE = 0, 1, 2, 3

# From which probability that its content is right a candidate stands. With .25 throughout more of what PolNeAR annotates is
# found, mostly noun phrases: "the deal" that somebody "welcomed". Whether such a thing is reported is where careful readers
# differ most, so that the judge has to be surer of it.
ACCEPTED = 0.35
ACCEPTED_NEAR = 0.65  # that it is right or nearly so, of what is no mere phrase: somebody says it, whatever its bounds
ACCEPTED_PHRASE = 0.5  # without a verb in it
ACCEPTED_BARE = 0.65  # of one word and its article, by the tagger alone: "a move" that somebody "urged"
ACCEPTED_FEELING = 0.75  # a phrase after more than a verb that attributes: "expressed optimism over", "is wary of"
ACCEPTED_UNSAID = 0.65  # by the tagger and without a source: what "reportedly" is so answers nobody's question who said it
ACCEPTED_QUOTATION = 0.15  # a whole quotation, or several: that it is one is plain
ACCEPTED_TITLE = 0.4  # where all that is quoted is written like the title of a work
ACCEPTED_QUOTED = 0.25  # with a quotation in it
NESTED_PATTERN = 0.7  # how often a pattern is right at least whose finding stands inside or around another report
AHEAD = 0.5  # what a quotation that a sure pattern found has ahead of what runs on beyond its marks
SURE_PATTERN = 0.7  # how often such a pattern is right at least
OPEN_CLASSES = frozenset(["word", "ed", "ing"])  # of words: nouns, adjectives, participles
SHARED = 0.2  # share of the shorter of two candidates that both may have


@dataclass(frozen=True, slots=True)
class Verdict:
    """A candidate, and how likely its content is about right, right, and right with source and cue."""

    candidate: Candidate
    near: float
    content: float
    whole: float

    @property
    def attribution(self) -> Attribution:
        """What the candidate proposes."""
        return self.candidate.attribution

    @property
    def is_kept(self) -> bool:
        """Whether the text's own form tells what it is, so that it stands: a pull quote, a turn of a transcript."""
        return self.candidate.is_by_rules and (self.candidate.is_loose or self.candidate.is_labelled)


class Judge:
    """The forests. Safe to share between threads."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self._session = session

    @classmethod
    def load(cls, folder: Path = WEIGHTS) -> Judge:
        """Load `judge.onnx`, after checking the files in `folder` and the evidence it was trained on against their card."""
        card = read_card(folder)
        check_files(folder, card)
        if tuple(card["judge"]["evidence"]) != EVIDENCE:
            raise UnusableWeights(f"the judge in {folder} was trained on other evidence than this release gathers")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        return cls(onnxruntime.InferenceSession(folder / "judge.onnx", options, providers=["CPUExecutionProvider"]))

    def probabilities(self, evidence: Floats) -> Floats:
        """The probability of each outcome: [candidates, len(OUTCOMES)]."""
        if not len(evidence):
            return np.zeros((0, len(OUTCOMES)), dtype=np.float32)
        probabilities: Floats = self._session.run(["probabilities"], {"evidence": evidence})[0]
        return probabilities

    def choose(self, marking: Marking, ruled: Sequence[Attribution]) -> list[Attribution]:
        """The attributions that stand, of those that the rules found and those that the tagger sees.

        Their confidence is the probability that content, source and cue are right; where the judge is not asked, how often
        the pattern of the rules is right.
        """
        if not len(marking.tagging.pieces):
            return list(ruled)
        candidates = find_candidates(marking, ruled)
        probabilities = self.probabilities(gather(marking, candidates)).tolist()
        return select(marking, weigh(candidates, probabilities))


def weigh(candidates: Sequence[Candidate], probabilities: Sequence[Sequence[float]]) -> list[Verdict]:
    """The verdict on each candidate. Candidates of the same content share the mean of what they have it right with."""
    sums: dict[object, tuple[float, int]] = {}
    for candidate, row in zip(candidates, probabilities, strict=True):
        total, count = sums.get(candidate.pieces, (0.0, 0))
        sums[candidate.pieces] = (total + row[CONTENT] + row[WHOLE], count + 1)
    verdicts = []
    for candidate, row in zip(candidates, probabilities, strict=True):
        total, count = sums[candidate.pieces]
        whole = total / count * row[WHOLE] / ((row[CONTENT] + row[WHOLE]) or 1.0)
        verdicts.append(Verdict(candidate, 1 - row[WRONG], total / count, whole))
    return verdicts


def select(marking: Marking, verdicts: Sequence[Verdict]) -> list[Attribution]:
    """The best, none of which shares much with a better one, and the reports inside and around them."""
    owner: NDArray[np.int64] = np.full(len(marking.reading.layout.text), -1, dtype=np.int64)
    chosen: list[Verdict] = []
    for verdict in sorted(verdicts, key=partial(_rank, marking)):
        if _stands(marking, verdict) and not _clashes(verdict, chosen, owner):
            for span in verdict.attribution.content:
                free = owner[span.start : span.end]
                free[free < 0] = len(chosen)
            chosen.append(verdict)
    sources = _sources_by_rule(verdicts)
    nested = (verdict.attribution for verdict in verdicts if _is_nested(verdict, chosen, owner))
    return [*(_judged(verdict, sources) for verdict in chosen), *nested]


def _rank(marking: Marking, verdict: Verdict) -> tuple[object, ...]:
    proposed = verdict.attribution
    sureness = verdict.content + verdict.whole + (AHEAD if _is_sure_quotation(marking, verdict.candidate) else 0)
    return not verdict.is_kept, -sureness, proposed.content, proposed.cue, proposed.source


def _is_sure_quotation(marking: Marking, candidate: Candidate) -> bool:
    """Whether a pattern of the rules that is mostly right takes a quotation, marks included, for what a cue introduces."""
    is_sure = candidate.is_by_rules and candidate.attribution.confidence >= SURE_PATTERN
    return is_sure and bool(candidate.attribution.cue) and marking.is_quotation(candidate.attribution.content)


def _sources_by_rule(verdicts: Sequence[Verdict]) -> dict[int, Spans]:
    """The source that the rules give to the cue at each character."""
    return {
        place: verdict.attribution.source
        for verdict in verdicts
        if verdict.candidate.is_by_rules and verdict.attribution.source
        for span in verdict.attribution.cue
        for place in range(span.start, span.end)
    }


def _judged(verdict: Verdict, sources: Mapping[int, Spans]) -> Attribution:
    """The attribution with its confidence; where it names nobody, the source that a rule sees for its cue."""
    if verdict.is_kept:
        return verdict.attribution
    told = (sources[span.start] for span in verdict.attribution.cue if span.start in sources)
    source = verdict.attribution.source or next(told, ())
    if any(span.overlaps(part) for span in source for part in verdict.attribution.content):
        source = ()
    return replace(verdict.attribution, source=source, confidence=verdict.whole)


def _stands(marking: Marking, verdict: Verdict) -> bool:
    if verdict.candidate.is_loose or verdict.is_kept:
        return verdict.is_kept
    threshold = _threshold(marking, verdict.candidate)
    return verdict.content >= threshold or (threshold <= ACCEPTED and verdict.near >= ACCEPTED_NEAR)


def _threshold(marking: Marking, candidate: Candidate) -> float:
    """From which probability that its content is right a candidate stands."""
    quotations, content = marking.reading.quotations, candidate.attribution.content
    around = (quotations.at(span.start) for span in content)
    quoted = [one for one in around if one] + [one for span in content for one in quotations.within(span)]
    if quoted and all(is_titled(marking.reading, quotation) for quotation in quoted):
        return ACCEPTED_TITLE
    if quoted:
        return ACCEPTED_QUOTATION if marking.is_quotation(content) else ACCEPTED_QUOTED
    if not candidate.attribution.source and not candidate.is_by_rules:
        return ACCEPTED_UNSAID
    return ACCEPTED if marking.has_verb(content) else _threshold_of_phrase(marking, candidate)


def _threshold_of_phrase(marking: Marking, candidate: Candidate) -> float:
    """The same of what has no verb: whether somebody said it, or only feels about it."""
    reading = marking.reading
    cue = [place for span in candidate.attribution.cue for place in marking.places(span)]
    if len(cue) > 1 and any(_tells_more(reading, place) for place in cue):
        return ACCEPTED_FEELING
    if candidate.is_seen_by_rules:
        return ACCEPTED_PHRASE
    told = (place for span in candidate.attribution.content for place in marking.places(span))
    is_bare = sum(reading.tokens[place].is_word and reading.kind(place) != "det" for place in told) < 2
    return ACCEPTED_BARE if is_bare else ACCEPTED_PHRASE


def _tells_more(reading: Reading, place: int) -> bool:
    """Whether a word of a cue is none of the verbs that attribute, nor one that goes with them."""
    return reading.kind(place) in OPEN_CLASSES and not verb_forms().get(reading.lower(place))


def _clashes(verdict: Verdict, chosen: Sequence[Verdict], owner: NDArray[np.int64]) -> bool:
    """Whether it shares more than `SHARED` with one already chosen."""
    parts = [owner[span.start : span.end] for span in verdict.attribution.content]
    length = sum(len(part) for part in parts)
    shared = np.bincount(np.concatenate(parts) + 1)[1:]
    return any(
        shared[number] > SHARED * min(length, _length(chosen[number].attribution))
        for number in np.flatnonzero(shared).tolist()
    )


def _length(attribution: Attribution) -> int:
    return sum(span.end - span.start for span in attribution.content)


def _is_nested(verdict: Verdict, chosen: Sequence[Verdict], owner: NDArray[np.int64]) -> bool:
    """Whether a sure pattern found it around or inside one that was chosen."""
    own = verdict.attribution
    is_sure = verdict.candidate.is_by_rules and own.confidence >= NESTED_PATTERN
    if not (is_sure and own.cue and own.source):
        return False
    met = {number for span in own.content for number in np.unique(owner[span.start : span.end]).tolist()} - {-1}
    if any(chosen[number] is verdict for number in met):
        return False
    others = [chosen[number].attribution for number in sorted(met)]
    return any(_reports(own, other) or _reports(other, own) for other in others)


def _reports(outer: Attribution, inner: Attribution) -> bool:
    parts = (*inner.content, *inner.cue, *inner.source)
    return bool(inner.source) and all(any(whole.covers(part) for whole in outer.content) for part in parts)


@cache
def shipped_judge() -> Judge:
    """The judge that comes with the package, loaded once."""
    return Judge.load()
