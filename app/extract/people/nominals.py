"""Nominals ("the senator", "two American officials", "the ministry") and pronouns."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from app.extract.document import Span
from app.extract.gazetteer import Gender, gazetteer, vocabulary
from app.extract.layout import Sentence
from app.extract.lexicon import load
from app.extract.people.mentions import MentionKind, Reference
from app.extract.people.wording import Wording

LONGEST_LEFT = 7
ALSO_ADJECTIVES = frozenset(load("roles")["also_adjectives"])
# Of a number of people these take one or some: "one of the officials", "two of them".
NUMERALS = frozenset(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"])
PARTS = NUMERALS | {"one", "another", "half", "some", "many", "most", "several", "few"}
STANDING = NUMERALS | {"both"}  # without a noun, for people spoken of before
PLURAL_VERBS = frozenset(["are", "were", "have", "do", "spoke", "agreed", "declined", "requested"])
# "A dozen", "half a dozen" and "two dozen" count.
MULTIPLES = frozenset(["dozen", "hundred", "thousand"])
MULTIPLIERS = frozenset("a several two three four five six seven eight nine ten".split())
CITING = frozenset(["citing", "quoting"])
# No determiner stands before these: "someone with knowledge of the talks".
SOMEBODY = frozenset(["someone", "somebody"])
DESCRIBING = frozenset(["with", "familiar", "close", "who", "briefed", "involved", "in", "at", "inside"])
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
            pronoun = _pronoun(wording, number, index) or _numeral(wording, number, sentence, index)
            if pronoun is not None:
                found.extend((pronoun, *_part(wording, sentence, pronoun)))
            elif not taken[index]:
                for nominal in _nominal(wording, number, sentence, index, taken):
                    found.extend((nominal, *_part(wording, sentence, nominal)))
    return found


def _part(wording: Wording, sentence: Sentence, whole: Reference) -> Iterator[Reference]:
    """Whoever is taken from a number of people: "one of the officials", "two of them"."""
    first = whole.first - 2
    if first < sentence.first or not whole.plural or whole.possessive:
        return
    word, of = wording.words[first : whole.first]
    if of != "of" or word not in PARTS:
        return
    member = read_head(singular(whole.words[-1])) if whole.form == "nominal" else None
    single = word in {"one", "another"}
    yield replace(
        whole,
        span=Span(wording.layout.tokens[first].start, whole.span.end),
        first=first,
        lead=first,
        form="nominal",
        kind=(member.kind if member is not None else "person") if single else "group",
        words=(*whole.words[:-1], member.word if member is not None and single else whole.words[-1]),
        gender=None,
        plural=not single,
    )


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
    forms |= dict.fromkeys((*lexicon["plural"], *lexicon["first_plural"]), (None, True))
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


def _numeral(wording: Wording, number: int, sentence: Sentence, index: int) -> Reference | None:
    """A number that stands for people spoken of before: "the two said", "both have denied"."""
    word, words = wording.words[index], vocabulary()
    if word not in STANDING or index + 1 >= sentence.last or wording.layout.tokens[index].text.isupper():
        return None
    first = index - (word != "both")
    following = wording.words[index + 1]
    acts = following in words.speech_verbs or following in words.action_words or following in PLURAL_VERBS
    if not acts or first < sentence.first or (first < index and wording.words[first] != "the"):
        return None
    return Reference(
        span=wording.span(first, index + 1),
        first=first,
        last=index + 1,
        lead=first,
        form="pronoun",
        kind="group",
        words=(word,),
        sentence=number,
        plural=True,
    )


def _nominal(
    wording: Wording, number: int, sentence: Sentence, index: int, taken: list[Reference | None]
) -> Iterator[Reference]:
    if wording.words[index] in SOMEBODY and index + 1 < sentence.last and wording.words[index + 1] in DESCRIBING:
        yield _reference(wording, number, index, index, Head(wording.words[index], "person", False))
        return
    head = read_head(wording.words[index])
    if head is None or _goes_on(wording, sentence, index, taken):
        return
    first, determined = _left_end(wording, sentence, index, head, taken)
    if not determined and not _may_stand_bare(wording, sentence, first, index, head):
        return
    yield _reference(wording, number, first, index, head)


def _reference(wording: Wording, number: int, first: int, index: int, head: Head) -> Reference:
    """The nominal from the token `first` to its head at `index`."""
    start = first
    while start < index and (wording.words[start] in vocabulary().determiners or wording.words[start] == "half"):
        start += 1
    return Reference(
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


def singular(plural: str) -> str:
    """The singular of a noun for people, where it is formed without its "s"; else the word itself."""
    words, stem = vocabulary(), plural[:-1]
    return stem if plural.endswith("s") and (stem in words.offices or stem in words.people) else plural


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
    return word in names.parties or word in names.demonyms or word in ALSO_ADJECTIVES


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
            return _past_determiners(wording, sentence, before), True
        if (
            word == "-"
            and before > sentence.first
            and wording.layout.tokens[before].end == wording.layout.tokens[first].start
        ):
            first = before  # of "34-year-old"
            continue
        if not word[0].isalnum() or word in words.function_words or word in words.speech_verbs or word in CITING:
            return (first if _is_bounded(wording, before) and index - first <= 3 else closed), False
        if closed == first and _modifies(wording, before):
            closed = before
        first = before
    return (first if first == sentence.first and index - first <= 3 else closed), False


def _past_determiners(wording: Wording, sentence: Sentence, first: int) -> int:
    """Where the words begin of which the determiner at `first` is the last: "the two", "all three", "half a dozen"."""
    if wording.words[first] in MULTIPLES and first > sentence.first and wording.words[first - 1] in MULTIPLIERS:
        first -= 1
        if wording.words[first] == "a" and first > sentence.first and wording.words[first - 1] == "half":
            first -= 1
    for _ in range(2):
        if first > sentence.first and wording.words[first - 1] in BEFORE_DETERMINERS:
            first -= 1
    return first


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
