"""What the article's own words say of where people stand.

A *deed* is an attitude with its holder: "urged by the mayor's office", "the union opposes the plan". A *frame* is a
sentence about a group ("Other members are less than thrilled over the plan") that says which side the people take who
are quoted after it; some members are nobody in particular, so that they frame and take no stance of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from app.extract.document import Spans
from app.extract.layout import Sentence
from app.extract.lexicon import load
from app.extract.stance.polarity import ATTITUDES, STOPS, VALUES, Clause, Sign, group_heads
from app.extract.stance.relevance import ABOUT, TopicReading, Wording
from app.extract.stance.subjects import stem

FRAME_REACH = 5  # paragraphs that a frame holds for, its own included
FRAME_VALUE = 0.7
FRAME_SUBJECT = 6  # tokens from the start of a sentence in which the group is named
FRAME_ATTITUDE = 14  # tokens in which its attitude follows
PHRASE = 8  # tokens that a noun phrase may have
REACH = 60  # tokens that an attitude and its object are apart at most
AGENTIVE = ATTITUDES | {"propose"}


class Speakers(Protocol):
    """What is asked of the cast of an article."""

    def speaker(self, source: Spans, cue: Spans = ()) -> str | None:
        """The id of the speaker whom a noun phrase stands for, if the text tells."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An attitude that the article ascribes: whose, in which clause, for (> 0) or against the proposition.

    `around` is what stands near it in its sentence, where its object is named.
    """

    agent: Clause
    clause: Clause
    around: Clause
    value: float
    relevance: float


def find_frames(reading: TopicReading) -> dict[int, float]:
    """Per block, the side that its speakers are said to take; blocks without a frame are left out."""
    frames: dict[int, float] = {}
    value, left = 0.0, 0
    block = -1
    for number, sentence in enumerate(reading.layout.sentences):
        if sentence.block != block:
            block, left = sentence.block, left - 1
            if reading.layout.blocks[block].kind == "heading":
                left = 0
        framed = _frame(reading, number, sentence)
        if framed is not None:
            value, left = framed, FRAME_REACH
        if left > 0 and value:
            frames[block] = value
    return frames


def _frame(reading: TopicReading, number: int, sentence: Sentence) -> float | None:
    """The side that the sentence ascribes to a group, 0 for a group without one; `None` if it is about no group."""
    subject = _group_subject(reading, sentence)
    if subject is None or not _is_about(reading, number, sentence):
        return None
    reach = Clause(sentence.first, min(sentence.last, subject + FRAME_ATTITUDE))
    outside = [i for i in range(*reach) if i not in reading.wording.quoted]
    if len(outside) < 3:
        return None
    clause = Clause(reach.first, outside[-1] + 1)
    leaning = reading.lean(clause, ATTITUDES, of_others=True)
    value = reading.oriented(clause, leaning, leaning.value)
    return 0.0 if abs(value) < FRAME_VALUE / 2 else FRAME_VALUE * (1 if value > 0 else -1)


def _group_subject(reading: TopicReading, sentence: Sentence) -> int | None:
    for index in range(sentence.first, min(sentence.last, sentence.first + FRAME_SUBJECT)):
        token = reading.layout.tokens[index]
        if index in reading.wording.quoted:
            return None
        if stem(token.lower) in group_heads() and (token.lower.endswith("s") or token.lower in _indefinite()):
            return index
    return None


def _is_about(reading: TopicReading, number: int, sentence: Sentence) -> bool:
    tokens = set(range(sentence.first, sentence.last))
    return reading.relevance(number, tokens) >= ABOUT


def find_deeds(reading: TopicReading) -> Iterator[Deed]:
    """The attitudes toward the proposition that the article ascribes to somebody in its own words."""
    for number, sentence in enumerate(reading.layout.sentences):
        tokens = set(range(sentence.first, sentence.last))
        if not (reading.own(tokens) or reading.refers(tokens)):
            continue
        relevance = reading.relevance(number, tokens)
        if relevance < ABOUT:
            continue
        whole = Clause(sentence.first, sentence.last)
        for index in range(*whole):
            found = None if index in reading.wording.quoted else _deed_at(reading, whole, index)
            if found is not None and not is_nobody(reading.wording, found[0]):
                agent, clause, value = found
                around = Clause(max(sentence.first, index - REACH), min(sentence.last, index + REACH))
                yield Deed(agent, clause, around, value, relevance)


def _deed_at(reading: TopicReading, sentence: Clause, index: int) -> tuple[Clause, Clause, float] | None:
    """Agent, clause and value of the attitude whose words begin at that token."""
    tokens = reading.layout.tokens
    sign = reading.wording.signs.at.get(index)
    last = sign.last if sign is not None else index + 1
    is_by = last < sentence.last and tokens[last].lower == "by"
    is_passive = is_by and tokens[last - 1].lower.endswith(("ed", "en", "t"))
    if is_passive and tokens[index].lower in load("stance")["agents"]["regarding"]:
        return _regarded(reading, sentence, last + 1, index)
    if sign is None or sign.kind not in AGENTIVE:
        return None
    if is_passive:
        return _passive(reading, sentence, sign)
    return _active(reading, sentence, sign) if sign.kind != "propose" else None


def _regarded(reading: TopicReading, sentence: Clause, first: int, verb: int) -> tuple[Clause, Clause, float] | None:
    """ "described by X as a threat": the judgement stands behind "as"."""
    agent = _phrase_behind(reading, sentence, first)
    if agent is None or agent.last >= sentence.last or reading.layout.tokens[agent.last].lower != "as":
        return None
    clause = Clause(agent.last, _clause_end(reading, sentence, agent.last))
    leaning = reading.lean(clause)
    return agent, Clause(verb, clause.last), leaning.value * _side_of_object(reading, Clause(sentence.first, verb))


def _passive(reading: TopicReading, sentence: Clause, sign: Sign) -> tuple[Clause, Clause, float] | None:
    agent = _phrase_behind(reading, sentence, sign.last + 1)
    if agent is None:
        return None
    value = VALUES[sign.kind] * _side_of_object(reading, Clause(sentence.first, sign.first))
    return agent, Clause(sign.first, agent.last), value


def _active(reading: TopicReading, sentence: Clause, sign: Sign) -> tuple[Clause, Clause, float] | None:
    """ "The union opposes the plan": the object stands behind the verb and has to be what the proposition is about."""
    agent = _phrase_before(reading, sentence, sign.first)
    if agent is None:
        return None
    clause = Clause(agent.first, _clause_end(reading, sentence, sign.last))
    behind = range(sign.last, clause.last)
    is_object = any(i in reading.thing or reading.wording.references.get(i) == "event" for i in behind)
    if not is_object and not any(i in reading.wording.references for i in behind[:1]):  # "applauded it"
        return None
    leaning = reading.lean(clause, ATTITUDES, of_others=True)
    return agent, clause, reading.oriented(clause, leaning, leaning.value)


def _side_of_object(reading: TopicReading, before: Clause) -> float:
    """The side of what a passive verb's attitude is about: the event of the sentence, or the thing it names."""
    near = Clause(max(before.first, before.last - REACH), before.last)
    direction = reading.lean(near).direction
    return float(direction * reading.proposition.direction if direction else reading.event)


def _clause_end(reading: TopicReading, sentence: Clause, first: int) -> int:
    last = first
    tokens = reading.layout.tokens
    while (
        last < min(sentence.last, first + REACH) and tokens[last].text not in STOPS and last not in reading.wording.quoted
    ):
        last += 1
    return last


def _phrase_behind(reading: TopicReading, sentence: Clause, first: int) -> Clause | None:
    last = first
    while last < min(sentence.last, first + PHRASE) and not _ends_phrase(reading, last):
        last += 1
    return _somebody(reading, sentence, Clause(first, last))


def _phrase_before(reading: TopicReading, sentence: Clause, last: int) -> Clause | None:
    skipped = load("stance")["agents"]["skipped"]
    tokens = reading.layout.tokens
    while last > sentence.first and (tokens[last - 1].lower in skipped or tokens[last - 1].lower.endswith("ly")):
        last -= 1
    first = last
    while first > max(sentence.first, last - PHRASE) and not _ends_phrase(reading, first - 1):
        first -= 1
    return _somebody(reading, sentence, Clause(first, last))


def _ends_phrase(reading: TopicReading, index: int) -> bool:
    token = reading.layout.tokens[index]
    in_name = token.is_word or token.text in {"&", "'", "’"}
    return not in_name or token.lower in load("stance")["agents"]["borders"] or index in reading.wording.quoted


def _somebody(reading: TopicReading, sentence: Clause, phrase: Clause) -> Clause | None:
    """The phrase if it can stand for somebody: a name, or a group such as "shop owners"."""
    if phrase.first >= phrase.last:
        return None
    tokens = reading.layout.tokens
    named = any(tokens[i].is_capitalized for i in range(*phrase) if i > sentence.first)
    grouped = stem(tokens[phrase.last - 1].lower) in group_heads()
    return phrase if named or grouped or _opens_with_name(reading, sentence, phrase) else None


def _opens_with_name(reading: TopicReading, sentence: Clause, phrase: Clause) -> bool:
    # A capital at the start of a sentence is a name only if the word is not one that every sentence may begin with.
    return phrase == Clause(sentence.first, sentence.first + 1) and reading.wording.keys[phrase.first] is not None


def is_nobody(wording: Wording, phrase: Clause) -> bool:
    """Whether a noun phrase means nobody in particular: "some members", "critics"."""
    head = range(phrase.first, min(phrase.last, phrase.first + PHRASE))
    return any(wording.layout.tokens[i].lower in _indefinite() for i in head)


@cache
def _indefinite() -> frozenset[str]:
    return frozenset(load("stance")["groups"]["indefinite"])
