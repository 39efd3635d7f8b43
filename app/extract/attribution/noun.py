"""Nouns that attribute: "the claim that …", "her warning that …", "in the opinion of the court, …"."""

from collections.abc import Iterator
from functools import cache

from app.extract.attribution.clause import BREAKS, PREDICATE, Passage, Range, Reading
from app.extract.attribution.cue import verb_forms
from app.extract.attribution.frame import content_end, trimmed
from app.extract.attribution.phrase import phrase_after, subject_before
from app.extract.lexicon import load

REACH = 12  # tokens between such a noun and its "that", and of a phrase such as "in the opinion of …"
ADJECTIVES = 3  # between "her" and the noun
POSSESSIVES = frozenset(["his", "her", "their", "its", "my", "our"])
AUTHORS = frozenset(["by", "from", "among", "of"])
HAVING = frozenset(["had", "has", "have", "gave", "gives", "offered", "sent"])
CLAUSE = 60  # tokens of a clause in the subject of another


Found = tuple[tuple[Range, ...], Range, Range | None, str]


def nouns_of(reading: Reading, passage: Passage) -> Iterator[Found]:
    """Content, cue, source and pattern of what the nouns of a passage attribute, in reading order."""
    tokens, attributing = reading.tokens, _attributing()
    for place in range(passage.first, passage.last - 2):
        word = tokens[place].lower
        if word not in attributing or reading.is_quoted(place):
            continue
        if word in _nouns("that"):
            found = _with_clause(reading, passage, place)
        elif word in _nouns("colon"):
            found = _with_quotation(reading, passage, place)
        else:
            found = _in_view(reading, passage, place)
        if found is not None:
            yield found


def told_in_subject(reading: Reading, that: int, last: int) -> Found | None:
    """What a noun in the subject of a sentence attributes by the clause that begins at token `that`.

    `None` where there is no such noun, or where the clause ends after token `last`.
    """
    sentence = reading.layout.sentence_at(reading.tokens[that].start)
    if sentence is None or reading.lower(that) != "that":
        return None
    passage = Passage(sentence.first, sentence.last, sentence.block)
    for noun in range(that - 1, max(passage.first, that - REACH) - 1, -1):
        if reading.lower(noun) in _nouns("that"):
            found = _with_clause(reading, passage, noun)
            is_whole = found is not None and found[0][0].first == that and found[0][0].last <= last
            return found if is_whole and _is_subject(reading, passage, noun) else None
    return None


@cache
def _attributing() -> frozenset[str]:
    return _nouns("that") | _nouns("colon") | {"in"}


@cache
def _nouns(name: str) -> frozenset[str]:
    return frozenset(load("cues")["nouns"][name].split())


def _with_clause(reading: Reading, passage: Passage, noun: int) -> Found | None:
    """`Jones's claim that …`, `the accusation by Jones that …`"""
    source, that = _author_after(reading, passage, noun)
    if reading.lower(that) != "that" or reading.kind(that + 1) in PREDICATE or that + 2 >= passage.last:
        return None
    owner = _owner_before(reading, passage, noun)
    is_subject = _is_subject(reading, passage, noun)
    if not (is_subject or owner or source) or (owner is None and _may_be_verb(reading, noun)):
        return None
    end = content_end(reading, passage, that)
    if is_subject:
        asks = reading.lower(noun) in _nouns("asking")
        opens = reading.kind(passage.first) in {"prep", "sub", "ing"}
        end = min(end, _clause_end(reading, that, min(passage.last, that + CLAUSE), asks, opens))
    content = trimmed(reading, Range(that, end))
    return ((content,), Range(noun, noun + 1), owner or source, "noun") if content is not None else None


def _is_subject(reading: Reading, passage: Passage, noun: int) -> bool:
    return not any(reading.kind(place) in PREDICATE for place in range(max(passage.first, noun - CLAUSE), noun))


def _may_be_verb(reading: Reading, noun: int) -> bool:
    """Whether the word is as likely a verb: "did not report that", "the suit claims that"."""
    if reading.lower(noun) not in verb_forms():
        return False
    before = reading.kind(noun - 1)
    if before in {"cap", "word", "rel", "pron", "object"}:
        return reading.lower(noun).endswith("s") or reading.kind(noun - 2) not in {"det", "prep", "verb"}
    return before in {"aux", "modal", "neg", "adv"} or reading.lower(noun - 1) == "to"


def _author_after(reading: Reading, passage: Passage, noun: int) -> tuple[Range | None, int]:
    """Who is named after the noun, and the token where its clause begins: "by Jones that", ", made by Jones, that"."""
    place = noun + 1
    apposed = reading.text(place) == ","
    if apposed and reading.lower(place + 2) == "by":
        place += 2
    elif apposed:
        return None, place
    if reading.lower(place) not in AUTHORS:
        return None, place
    end = phrase_after(reading, place + 1, min(passage.last, place + REACH))
    if end == place + 1:
        return None, place
    return Range(place + 1, end), end + (apposed and reading.text(end) == ",")


def _owner_before(reading: Reading, passage: Passage, noun: int) -> Range | None:
    """Whose it is: "her", "the mayor's"."""
    for place in range(noun - 1, max(passage.first, noun - 1 - ADJECTIVES) - 1, -1):
        if reading.lower(place) in POSSESSIVES:
            return Range(place, place + 1)
        if reading.tokens[place].text.endswith(("'s", "’s", "s'", "s’")) and reading.kind(place) != "short":
            return Range(_owner_first(reading, passage, place), place + 1)
        if reading.kind(place) not in {"word", "ing", "ed"}:
            return None
    return None


def _owner_first(reading: Reading, passage: Passage, last: int) -> int:
    """Where a possessive noun phrase begins that ends with token `last`."""
    first = last
    while first > passage.first and last - first < REACH and reading.kind(first) != "det":
        if reading.is_quoted(first - 1) or reading.kind(first - 1) not in {"cap", "word", "num", "det", "ed"}:
            break
        first -= 1
    return first


def _with_quotation(reading: Reading, passage: Passage, noun: int) -> Found | None:
    """`Her answer was short: “…”`, `The mayor had one message for the drivers: “…”`"""
    colon = noun + 1
    while colon < min(passage.last - 1, noun + REACH) and reading.text(colon) != ":":
        if reading.is_quoted(colon) or reading.lower(colon) in verb_forms():
            return None
        colon += 1
    if reading.text(colon) != ":" or not reading.is_quoted(colon + 1):
        return None
    verb = noun - 1
    while verb > passage.first and noun - verb <= ADJECTIVES and reading.kind(verb) in {"det", "word", "num", "ed"}:
        verb -= 1
    giver = subject_before(reading, verb, passage.first) if reading.lower(verb) in HAVING else None
    source = giver or _owner_before(reading, passage, noun)
    content = Range(colon + 1, content_end(reading, passage, colon + 1))
    return ((content,), Range(noun, noun + 1), source, "noun-colon") if source is not None else None


def _clause_end(reading: Reading, first: int, high: int, asks: bool, opens: bool) -> int:
    """Where a clause ends that is part of the subject: before the predicate of the sentence, its second one.

    `asks`: in what is demanded, the verb has the form of a noun ("that the troops leave"), and the predicate seen first
    may be the sentence's. `opens`: it belongs to a phrase that opens the sentence and ends with a comma.
    """
    only = first + 1
    while only < high and reading.kind(only) not in PREDICATE:
        only += 1
    place = after = _past_group(reading, only, high)
    opened = 0
    while place < high:
        kind = reading.kind(place)
        if (kind in PREDICATE and not opened) or (opens and kind == ","):
            return place
        if kind in PREDICATE:
            opened -= 1
            place = _past_group(reading, place, high)
            continue
        opened += kind in {"rel", "sub", "pron", "conj"} and reading.kind(place - 1) not in {"rel", "sub", "conj"}
        place += 1
    if _may_be_predicate(reading, after):
        return min(after, high)
    return only if asks else high


def _may_be_predicate(reading: Reading, place: int) -> bool:
    """Whether a word that no lexicon lists as a verb stands where one does: "… were poisoned spread within hours"."""
    return reading.kind(place) in {"ed", "word"} and reading.kind(place + 1) in {"det", "prep", "adv", "num"}


def _past_group(reading: Reading, place: int, high: int) -> int:
    """Past a finite verb with its auxiliaries: "has not been found"."""
    helped = False
    while place < high and reading.kind(place) in {"aux", "modal", "neg", "adv"}:
        helped = helped or reading.kind(place) in {"aux", "modal"}
        place += 1
    return place + (place < high and reading.kind(place) in ({"verb", "ed", "word", "ing"} if helped else {"verb"}))


def _in_view(reading: Reading, passage: Passage, first: int) -> Found | None:
    """`In her view, …`, `in the words of Jones, “…”`"""
    high = min(passage.last - 1, first + REACH)
    noun = next((place for place in range(first + 2, high) if reading.lower(place) in _nouns("view")), None)
    if noun is None or (first > passage.first and reading.text(first - 1) not in BREAKS):
        return None
    if reading.lower(noun + 1) == "of" and reading.lower(noun - 1) == "the":
        last = phrase_after(reading, noun + 2, high)
        source: Range | None = Range(noun + 2, last) if last > noun + 2 else None
    else:
        last, source = noun + 1, _owner_before(reading, Passage(first + 1, passage.last, passage.block), noun)
    if source is None or reading.text(last) not in BREAKS:
        return None
    before = trimmed(reading, Range(max(passage.first, first - CLAUSE), first))
    after = trimmed(reading, Range(last + 1, content_end(reading, passage, last + 1)))
    parts = tuple(part for part in (before, after) if part is not None)
    return (parts, Range(noun, noun + 1), source, "view") if after is not None else None
