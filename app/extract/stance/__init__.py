"""Where speakers stand toward the topics of a document: support, oppose, or neutral where they take no side.

Two kinds of evidence are read: what a speaker is quoted with, together with how the article introduces it ("voiced
relief at the vote, adding …"), and the article's own words (`voice`). A passage counts only as far as it is
about the topic; what leans too little either way, or is about something else, gives no stance.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from app.extract.document import Document, Polarity, Quote, Spans, Stance, merged
from app.extract.layout import Layout
from app.extract.lexicon import load
from app.extract.stance.polarity import ATTITUDES, Clause, Leaning, split_clauses
from app.extract.stance.proposition import read_proposition
from app.extract.stance.relevance import ABOUT, TopicReading, Wording, read_wording
from app.extract.stance.voice import Speakers, find_deeds, find_frames, is_nobody

Question = Literal["pressing", "doubting", "asking"]

LEANS = 0.4  # value from which a passage takes a side
SURE = 0.5  # confidence below which no side is ascribed to anybody
BOTH = 1.0  # value from which each of two sides is taken in earnest
LEAD_IN = 60  # tokens around a cue that introduce a statement
CALMED = 0.25  # what is left of a judgement in a clause that calls for calm
ASKED = 0.8  # value of content that is asked for


def find_stances(document: Document, layout: Layout, quotes: tuple[Quote, ...], cast: Speakers) -> tuple[Stance, ...]:
    """The stances toward each of `document.topics`, by topic and in reading order; `cast` is asked who a group is."""
    if not document.topics or not layout.sentences:
        return ()
    # "Reportedly", with nobody named, is still the article speaking.
    wording = read_wording(layout, (quote.content for quote in quotes if quote.source or quote.kind != "indirect"))
    stances: list[Stance] = []
    for topic in document.topics:
        reading = TopicReading(document, wording, read_proposition(topic))
        if not reading.is_discussed():
            continue
        found = [*_stances_of_quotes(reading, quotes), *_stances_of_deeds(reading, cast)]
        stances.extend(sorted(found, key=lambda stance: stance.evidence[0]))
    return tuple(stance for stance in stances if stance.polarity == "neutral" or stance.confidence >= SURE)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What clauses say of the proposition: for (> 0) or against it, and the clause that shows it most."""

    value: float
    pro: float
    contra: float
    is_calm: bool
    strongest: Clause


def _stances_of_quotes(reading: TopicReading, quotes: tuple[Quote, ...]) -> Iterator[Stance]:
    frames = find_frames(reading)
    for quote in quotes:
        if quote.speaker is None or quote.same_as is not None or _is_from_nobody(reading.wording, quote):
            continue
        content = _clauses_in(reading.layout, quote.content)
        if content:
            statement = _Statement(reading, quote, content)
            stance = statement.stance(quote.speaker, frames)
            if stance is not None:
                yield stance


def _is_from_nobody(wording: Wording, quote: Quote) -> bool:
    """Whether the source is some of a group: what they are said to think frames others, and is nobody's stance."""
    if not quote.source:
        return False
    first, last = (wording.layout.token_at(offset) for offset in quote.source[0])
    return is_nobody(wording, Clause(first, last))


class _Statement:
    """A quote with the words around it, judged toward one proposition."""

    def __init__(self, reading: TopicReading, quote: Quote, content: list[Clause]) -> None:
        self.reading = reading
        self.wording = reading.wording
        self.quote = quote
        self.content = content
        self.lead_in = _lead_in(self.wording, quote)
        self.tokens = {i for clause in (*content, *self.lead_in) for i in range(*clause)}
        self.sentence = _sentence_number(reading.layout, min((*quote.cue, *quote.content)).start)

    def stance(self, speaker: str, frames: dict[int, float]) -> Stance | None:
        """The stance that the statement shows, if it shows one."""
        relevance = self.reading.relevance(self.sentence, self.tokens)
        if relevance < ABOUT:
            return None
        verdict = self._verdict()
        introduced = self._introduced()
        block = self.reading.layout.sentences[self.sentence].block
        value = _framed(self._asserted(verdict.value) + introduced, frames.get(block, 0.0))
        is_mixed = min(verdict.pro, verdict.contra) >= BOTH and abs(value) < LEANS
        polarity = "mixed" if is_mixed else _polarity(value)
        if polarity == "neutral" and not (verdict.is_calm or self.reading.own(self.tokens) >= ABOUT):
            return None
        shown = verdict.strongest
        evidence: Spans = (self.wording.span(shown),)
        if abs(introduced) > abs(verdict.value):
            shown = max(self.lead_in, key=lambda clause: len(self.wording.signs.within(clause)))
            evidence = merged((self.wording.span(shown), *self.quote.content))
        return Stance(
            speaker=speaker,
            topic=self.reading.proposition.topic.id,
            target=self.reading.target(shown),
            polarity=polarity,
            evidence=evidence,
            quote=self.quote.id,
            confidence=_confidence(relevance, value, polarity),
        )

    def _verdict(self) -> _Verdict:
        asked = ASKED if any(s.kind == "propose" for c in self.lead_in for s in self.wording.signs.within(c)) else 0.0
        values = [self._value(clause, asked) for clause in self.content]
        strongest = max(range(len(values)), key=lambda i: (abs(values[i]), self.reading.own(range(*self.content[i]))))
        return _Verdict(
            value=sum(values),
            pro=sum(value for value in values if value > 0),
            contra=-sum(value for value in values if value < 0),
            is_calm=any(self.reading.lean(clause).calm for clause in self.content),
            strongest=self.content[strongest],
        )

    def _value(self, clause: Clause, asked: float) -> float:
        leaning = self.reading.lean(clause)
        value = leaning.value
        if leaning.direction and abs(value) < LEANS:
            value += asked
        question = _question(self.reading.layout, clause)
        if question is not None:
            return self._questioned(clause, leaning, question)
        value = self.reading.oriented(clause, leaning, value)
        return CALMED * value if leaning.calm else value

    def _questioned(self, clause: Clause, leaning: Leaning, question: Question) -> float:
        """The side that a question takes: it presses for what it names, or turns it down."""
        if question == "pressing" and leaning.direction:
            return self.reading.oriented(clause, leaning, ASKED)
        if question == "doubting" and leaning.direction:
            return self.reading.oriented(clause, leaning, -ASKED)
        return 0.0 if question == "asking" else -max(abs(leaning.value), LEANS)

    def _introduced(self) -> float:
        """What the words that introduce the statement say of its speaker's attitude."""
        value = 0.0
        for clause in self.lead_in:
            leaning = self.reading.lean(clause, ATTITUDES, of_others=True)
            value += self.reading.oriented(clause, leaning, leaning.value)
        return max(-1.5, min(1.5, value))

    def _asserted(self, value: float) -> float:
        if self.quote.assertion == "denied":
            return -0.7 * value
        return -abs(value) if self.quote.assertion in {"questioned", "refused"} else value


def _stances_of_deeds(reading: TopicReading, cast: Speakers) -> Iterator[Stance]:
    for deed in find_deeds(reading):
        polarity = _polarity(deed.value)
        if polarity == "neutral":
            continue
        speaker = cast.speaker((reading.wording.span(deed.agent),))
        if speaker is not None:
            yield Stance(
                speaker=speaker,
                topic=reading.proposition.topic.id,
                target=reading.target(deed.around),
                polarity=polarity,
                evidence=(reading.wording.span(deed.clause),),
                quote=None,
                confidence=_confidence(deed.relevance, deed.value, polarity),
            )


def _framed(value: float, frame: float) -> float:
    """`value` with the side that the speaker's group is said to take, unless the words clearly take the other."""
    return value if value * frame < 0 and abs(value) >= LEANS else value + frame


def _polarity(value: float) -> Polarity:
    if abs(value) < LEANS:
        return "neutral"
    return "support" if value > 0 else "oppose"


def _confidence(relevance: float, value: float, polarity: Polarity) -> float:
    """From 0 to 1: a clear word about the very topic is nearly sure, a faint one in its neighbourhood is not."""
    strength = math.exp(-abs(value) / LEANS) if polarity in {"neutral", "mixed"} else 1 - math.exp(-abs(value) / LEANS)
    return round(relevance * max(0.3, strength), 2)


def _clauses_in(layout: Layout, spans: Spans) -> list[Clause]:
    """The sentences that the spans cover, cut to them and divided at contrasts."""
    clauses: list[Clause] = []
    for span in spans:
        first, last = layout.token_at(span.start), layout.token_at(span.end)
        while first < last:
            sentence = layout.sentence_at(layout.tokens[first].start)
            end = min(last, sentence.last) if sentence is not None else last
            clauses.extend(split_clauses(layout.tokens, first, end))
            first = end
    return [clause for clause in clauses if any(layout.tokens[i].is_word for i in range(*clause))]


def _lead_in(wording: Wording, quote: Quote) -> list[Clause]:
    """The words of the cue's sentence outside all statements, and of the source only a clause about it."""
    if not quote.cue:
        return []
    sentence = wording.layout.sentences[_sentence_number(wording.layout, quote.cue[0].start)]
    cue = wording.layout.token_at(quote.cue[0].start)
    near = range(max(sentence.first, cue - LEAD_IN), min(sentence.last, cue + LEAD_IN))
    head = _head_tokens(wording, quote.source)
    return list(_runs(index for index in near if index not in head and index not in wording.quoted))


def _head_tokens(wording: Wording, source: Spans) -> set[int]:
    """The tokens of a source up to a clause about it: "the mayor" of "the mayor, who opposes the plan"."""
    relative = load("stance")["clauses"]["relative"]
    head: set[int] = set()
    for index in sorted(wording.tokens_of(source)):
        if wording.layout.tokens[index].lower in relative:
            break
        head.add(index)
    return head


def _runs(indices: Iterable[int]) -> Iterator[Clause]:
    first = last = -1
    for index in indices:
        if index != last:
            if first >= 0:
                yield Clause(first, last)
            first = index
        last = index + 1
    if first >= 0:
        yield Clause(first, last)


def _sentence_number(layout: Layout, offset: int) -> int:
    """The index of the sentence that `offset` lies in, of the first one if it lies before all."""
    return max(0, bisect_right(layout.sentence_starts, offset) - 1)


def _question(layout: Layout, clause: Clause) -> Question | None:
    """What kind of question the clause is, by its opening words; `None` for a statement."""
    tokens = layout.tokens
    if not any(tokens[i].text.startswith("?") for i in range(max(clause.first, clause.last - 3), clause.last)):
        return None
    opening = " ".join([tokens[i].lower for i in range(*clause) if tokens[i].is_word][:5])
    kinds: tuple[Question, ...] = ("pressing", "doubting", "asking")
    openings = load("stance")["questions"]
    return next((kind for kind in kinds if opening.startswith(tuple(openings[kind]))), "doubting")
