"""Nominals ("the senator", "two American officials", "the ministry") and pronouns."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from app.extract.document import Span
from app.extract.gazetteer import Gender, gazetteer, vocabulary
from app.extract.layout import Sentence
from app.extract.lexicon import load
from app.extract.people.mentions import MentionKind, Reference
from app.extract.people.wording import Wording

LONGEST_LEFT = 7
BEFORE_DETERMINERS = frozenset(["all", "both", "the", "these", "those", "some", "his", "her", "their", "its", "our", "my"])


class Head(NamedTuple):
    """The noun at the head of a nominal: in the singular, what it names, and whether it stands in the plural."""

    word: str
    kind: MentionKind
    plural: bool


def find_nominals(wording: Wording, names: list[Reference]) -> list[Reference]:
    """Every nominal and pronoun that is no part of one of `names`, in reading order."""
    taken = _taken(wording, names)
    found: list[Reference] = []
    for number, sentence in enumerate(wording.layout.sentences):
        for index in range(sentence.first, sentence.last):
            pronoun = _pronoun(wording, number, index)
            if pronoun is not None:
                found.append(pronoun)
            elif not taken[index]:
                found.extend(_nominal(wording, number, sentence, index, taken))
    return found


def _taken(wording: Wording, names: list[Reference]) -> list[Reference | None]:
    """For every token the name it belongs to, title and nationality included."""
    taken: list[Reference | None] = [None] * len(wording.words)
    for name in names:
        for index in range(name.lead, name.last):
            taken[index] = name
    return taken


@cache
def _pronouns() -> dict[str, tuple[Gender | None, bool]]:
    lexicon = load("pronouns")
    forms: dict[str, tuple[Gender | None, bool]] = dict.fromkeys(lexicon["male"], ("male", False))
    forms |= dict.fromkeys(lexicon["female"], ("female", False))
    forms |= dict.fromkeys(lexicon["first"], (None, False))
    forms |= dict.fromkeys(lexicon["plural"], (None, True))
    return forms


def _pronoun(wording: Wording, number: int, index: int) -> Reference | None:
    word = wording.words[index].partition("'")[0]
    token = wording.layout.tokens[index]
    if word not in _pronouns() or (token.text.isupper() and word != "i"):
        return None
    gender, plural = _pronouns()[word]
    return Reference(
        span=Span(token.start, token.start + len(word)),
        first=index,
        last=index + 1,
        lead=index,
        form="pronoun",
        kind="group" if plural else "person",
        words=(word,),
        sentence=number,
        gender=gender,
        plural=plural,
        possessive=word in load("pronouns")["possessive"],
    )


def _nominal(
    wording: Wording, number: int, sentence: Sentence, index: int, taken: list[Reference | None]
) -> Iterator[Reference]:
    head = read_head(wording.words[index])
    if head is None or _goes_on(wording, sentence, index, taken):
        return
    first, determined = _left_end(wording, sentence, index, head, taken)
    if not determined and not _may_stand_bare(wording, sentence, first, index, head):
        return
    start = first
    while start < index and wording.words[start] in vocabulary().determiners:
        start += 1
    yield Reference(
        span=wording.span(first, index + 1),
        first=first,
        last=index + 1,
        lead=first,
        form="nominal",
        kind=head.kind,
        words=(*wording.words[start:index], head.word),
        sentence=number,
        gender=vocabulary().genders.get(head.word) if not head.plural else None,
        plural=head.plural,
        possessive=wording.possessives[index],
    )


def read_head(word: str) -> Head | None:
    """What `word` names if it is a noun for people or institutions."""
    words = vocabulary()
    if word in words.offices or word in words.people:
        return Head(word, "person", False)
    if word in words.groups:
        return Head(words.plurals.get(word, word), "group", True)
    if word in words.institutions:
        return Head(word, "organization", False)
    singular = words.plurals.get(word) or (word[:-1] if word.endswith("s") else "")
    if singular in words.offices or singular in words.people or singular in words.institutions:
        return Head(singular, "group", True)
    return None


def _goes_on(wording: Wording, sentence: Sentence, index: int, taken: list[Reference | None]) -> bool:
    """Whether the noun phrase goes on after the token, so that another word is its head."""
    if index + 1 >= sentence.last or wording.possessives[index] or not wording.touches(index + 1):
        return False
    name = taken[index + 1]
    if name is not None:
        return name.kind in {"person", None} and name.first <= index + 1 + (name.first - name.lead)
    following = wording.words[index + 1]
    if _is_adjective_too(wording.words[index]) and not _ends_phrase(wording, index + 1):
        return True
    return read_head(following) is not None and following not in {"many", "some", "others", "staff", "state", "force"}


def _is_adjective_too(word: str) -> bool:
    """Whether the noun is more often an adjective: a Republican is somebody, but there is a Republican primary too."""
    names = gazetteer()
    return word in names.parties or word in names.demonyms or word == "liberal"


def _ends_phrase(wording: Wording, index: int) -> bool:
    """Whether the token cannot go on with a noun phrase: a verb, a preposition, a mark."""
    word, words = wording.words[index], vocabulary()
    if not word[0].isalpha() or word in words.function_words or word in words.determiners:
        return True
    return word in words.action_words or word in words.speech_verbs or word.endswith("ed")


def _left_end(
    wording: Wording, sentence: Sentence, index: int, head: Head, taken: list[Reference | None]
) -> tuple[int, bool]:
    """Where the noun phrase begins, and whether a determiner opens it."""
    words = vocabulary()
    first = closed = index
    while first > sentence.first and index - first < LONGEST_LEFT:
        before = first - 1
        word = wording.words[before]
        if wording.possessives[before]:
            name = taken[before]
            return (name.first if name is not None else before), True
        if word in words.determiners or word.isdecimal():
            counted = before > sentence.first and wording.words[before - 1] in BEFORE_DETERMINERS
            return before - counted, True
        if (
            word == "-"
            and before > sentence.first
            and wording.layout.tokens[before].end == wording.layout.tokens[first].start
        ):
            first = before  # of "34-year-old"
            continue
        if not word[0].isalnum() or word in words.function_words or word in words.speech_verbs:
            return (first if _is_bounded(wording, before) and index - first <= 3 else closed), False
        if closed == first and _modifies(wording, before):
            closed = before
        first = before
    return (first if first == sentence.first and index - first <= 3 else closed), False


def _is_bounded(wording: Wording, index: int) -> bool:
    """Whether a noun phrase without a determiner can begin after the token, which is no subject of a verb to come."""
    return wording.words[index] not in {"he", "she", "it", "they", "we", "i", "you", "who", "to", "which"}


def _modifies(wording: Wording, index: int) -> bool:
    """Whether the word plainly belongs to the noun after it, even without a determiner before."""
    words, names, word = vocabulary(), gazetteer(), wording.words[index]
    if wording.is_name_like(index):
        return True
    return (
        word in words.modifiers or word in names.demonyms or read_head(word) is not None or word in {"law", "enforcement"}
    )


def _may_stand_bare(wording: Wording, sentence: Sentence, first: int, index: int, head: Head) -> bool:
    """Whether the noun can do without a determiner: a plural that is not a verb where it stands."""
    if not head.plural or head.kind == "organization" or head.word in {"many", "some"}:
        return False
    if first < index or index == sentence.first:
        return True
    before = wording.words[index - 1]
    return (not before[0].isalnum() or before in vocabulary().function_words) and _is_bounded(wording, index - 1)
