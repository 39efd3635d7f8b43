"""Circumstances of a statement: to whom, in what medium and with what commitment it was made."""

from functools import cache
from typing import get_args

from app.extract.attribution.clause import Range, Reading
from app.extract.attribution.cue import verb_forms
from app.extract.attribution.frame import WH, addressing
from app.extract.attribution.phrase import phrase_after
from app.extract.document import Assertion, Attribution, Span
from app.extract.lexicon import load

REACH = 25  # tokens after a cue that may belong to it
NEGATIONS = frozenset(["not", "never", "nobody", "none", "neither", "nor", "hardly"])
CONDITIONS = frozenset(["if", "unless", "whether", "had"])
NOBODY = frozenset(["neither", "nobody", "none", "no"])  # "Neither side has said"
INVERTED = frozenset(["should", "had", "were"])  # "Should Jones claim that …, the court will act"
ASKING = frozenset(["did", "does", "do", "has", "have", "had", "is", "was", "will", "would", "could", "can", "should"])
POSSIBLE = frozenset(["may", "might", "could", "would", "should", "can", "will", "must", "shall"])


def told_to(reading: Reading, attribution: Attribution) -> str | None:
    """Whom it was said to, in the words of the text: "told CNN", "said to reporters", "in an interview with CNN"."""
    for cue in attribution.cue:
        head = _head(reading, cue)
        if head is None:
            continue
        after = _after(reading, attribution, cue)
        if head + 1 < reading.layout.token_at(cue.end):  # the cue has more words than its verb: "told reporters"
            after = Range(head + 1, after.last)
        if _addresses(_lemma(reading, head)) and reading.lower(after.first) != "to":
            addressed = _phrase(reading, after)
        else:
            place = _preposition(reading, after) or _opening_address(reading, attribution)
            addressed = _phrase(reading, place) if place is not None else None
        if addressed is not None:
            return addressed
    return None


def _phrase(reading: Reading, part: Range) -> str | None:
    """The noun phrase that begins `part`, unless it is a time."""
    end = phrase_after(reading, part.first, part.last)
    if end == part.first or reading.kind(part.first) == "time":
        return None
    return reading.span(Range(part.first, end)).of(reading.layout.text)


def _opening_address(reading: Reading, attribution: Attribution) -> Range | None:
    """Whom a sentence addresses that opens with "Speaking to …,"."""
    start = min((span.start for span in attribution.source), default=-1)
    sentence = reading.layout.sentence_at(start) if start >= 0 else None
    if sentence is None:
        return None
    first, source = sentence.first, reading.layout.token_at(start)
    opens = reading.lower(first) in {"speaking", "talking"} and reading.lower(first + 1) in {"to", "with"}
    near = source - first <= REACH and reading.text(source - 1) == ","
    return Range(first + 2, source - 1) if opens and near and source - 1 > first + 2 else None


def _addresses(lemma: str) -> bool:
    return any(verb.split()[0] == lemma for verb in addressing())


def _head(reading: Reading, cue: Span) -> int | None:
    """The last verb of a cue."""
    tokens = range(reading.layout.token_at(cue.start), reading.layout.token_at(cue.end))
    verbs = [place for place in tokens if reading.lower(place) in verb_forms()]
    return verbs[-1] if verbs else None


def _lemma(reading: Reading, head: int) -> str:
    return verb_forms()[reading.lower(head)][0][0]


def _after(reading: Reading, attribution: Attribution, cue: Span) -> Range:
    """The words between the cue and what is said, or the end of the sentence."""
    first = reading.layout.token_at(cue.end)
    parts = [*attribution.content, *(span for span in attribution.source if span.start >= cue.end)]
    following = min((reading.layout.token_at(span.start) for span in parts if span.start >= cue.end), default=first + REACH)
    sentence = reading.layout.sentence_at(cue.start)
    end = sentence.last if sentence else first
    inverted = [reading.layout.token_at(span.end) for span in attribution.source if 0 <= span.start - cue.end <= 1]
    if inverted:
        return Range(inverted[0], max(inverted[0], min(end, inverted[0] + REACH)))
    return Range(first, max(first, min(following, end, first + REACH)))


def _preposition(reading: Reading, after: Range) -> Range | None:
    """What follows "to" or "in an interview with", up to the end of `after`."""
    for place in range(*after):
        if reading.quoted[place] >= 0 or reading.kind(place) in {"verb", "aux", "modal", "short", "pron"}:
            return None
        spoken = reading.lower(place) == "with" and reading.lower(place - 1) in {"interview", "interviews", "call"}
        if (
            spoken
            or (reading.lower(place) == "to" and place == after.first)
            or reading.lower(place - 1) in {"speaking", "talking"}
        ):
            return Range(place + 1, after.last) if place + 1 < after.last else None
    return None


def medium_of(reading: Reading, attribution: Attribution) -> str | None:
    """What it was said in: a post, a statement, an interview, a speech … as the lexicon names it."""
    nouns, verbs = _media()
    for cue in attribution.cue:
        head = _head(reading, cue)
        if head is not None and (_lemma(reading, head)) in verbs:
            return verbs[_lemma(reading, head)]
        for place in range(*_beside(reading, attribution, cue)):
            about_source = any(span.start <= reading.tokens[place].start < span.end for span in attribution.source)
            if reading.lower(place) in nouns and reading.quoted[place] < 0 and not about_source:
                return nouns[reading.lower(place)]
    for source in attribution.source:
        tokens = range(reading.layout.token_at(source.start), reading.layout.token_at(source.end))
        for place in tokens[:6]:
            if reading.kind(place) in {"rel", ","}:
                break
            if reading.lower(place) in nouns and reading.kind(place) != "cap":
                return nouns[reading.lower(place)]
    return None


def is_definite_paper(reading: Reading, source: Span) -> bool:
    """Whether a source is nothing but a paper or speech that the text has spoken of: "the statement"."""
    first, last = reading.layout.token_at(source.start), reading.layout.token_at(source.end)
    return last - first == 2 and reading.lower(first) in {"the", "this"} and reading.lower(first + 1) in _media()[0]


def _beside(reading: Reading, attribution: Attribution, cue: Span) -> Range:
    after = _after(reading, attribution, cue)
    return Range(reading.layout.token_at(cue.start), after.last)


@cache
def _media() -> tuple[dict[str, str], dict[str, str]]:
    lexicon = load("circumstances")
    nouns = {word: medium for medium, words in lexicon["medium"].items() for word in words.split()}
    verbs = {word: medium for medium, words in lexicon["verbs"].items() for word in words.split()}
    return nouns, verbs


def assertion_of(reading: Reading, attribution: Attribution) -> Assertion:
    """How the source commits to the content, by the verb of the cue, its negation and its modality."""
    for cue in attribution.cue:
        first, last = reading.layout.token_at(cue.start), reading.layout.token_at(cue.end)
        words = [reading.lower(place) for place in range(first, last)]
        start = min([first, *(reading.layout.token_at(span.start) for span in attribution.source)])
        negated = any(word in NEGATIONS or word.endswith("n't") for word in words) or reading.lower(start) in NOBODY
        modal = any(word in POSSIBLE or word.removesuffix("n't") in POSSIBLE for word in words[:-1])
        if negated:
            return "refused" if modal or _leaves_open(reading, attribution) else "denied"
        if "no" in words and "comment" in words:
            return "refused"
        verbs = (place for place in range(first, last) if reading.lower(place) in verb_forms())
        by_verb = next((found for place in verbs if (found := _assertions().get(_lemma(reading, place)))), None)
        if by_verb is not None:
            return by_verb
        if _is_asked(reading, start):
            return "questioned"
        if modal or reading.lower(start - 1) in CONDITIONS or reading.lower(start) in INVERTED:
            return "hypothetical"
    return "asserted"


def _is_asked(reading: Reading, start: int) -> bool:
    """Whether a question asks if or who said it: "Did Jones say that …?", "Who said …?"."""
    sentence = reading.layout.sentence_at(reading.tokens[start].start)
    if sentence is None or start - sentence.first > 1 or reading.is_quoted(sentence.first):
        return False
    asks = reading.kind(sentence.first) in {"aux", "modal"} or reading.lower(sentence.first) in WH
    last = sentence.last - 1
    return (asks or reading.lower(sentence.first) in ASKING) and reading.text(last) == "?" and not reading.is_quoted(last)


def _leaves_open(reading: Reading, attribution: Attribution) -> bool:
    """Whether the content is "whether …" or "when …", which somebody who "has not said" it leaves open."""
    first = reading.lower(reading.layout.token_at(attribution.content[0].start))
    return first in WH


@cache
def _assertions() -> dict[str, Assertion]:
    listed = load("circumstances")["assertion"]
    return {verb: name for name in get_args(Assertion) for verb in listed.get(name, "").split()}
