"""The noun phrases that describe somebody after the name: in apposition, or behind "is", "serves as" and the like."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.extract.gazetteer import vocabulary
from app.extract.lexicon import load
from app.extract.people.affiliation import AFFILIATING, past_brackets
from app.extract.people.apposition import has_verb_at
from app.extract.people.mentions import Reference
from app.extract.people.posts import ARTICLES, FORMER, head_post, is_function_word, is_post, is_role, singular_post, speaks
from app.extract.people.wording import Wording

LONGEST = 18  # words of a description
MOST_PHRASES = 3  # joined by commas: "a lawyer, owner of two hotels, director of the harbour board"
HOLDING_VERBS = frozenset(
    "is was been serves served works worked acts acted became remains named appointed elected".split()
)
PREDICATES = HOLDING_VERBS | {"has", "had"}
ADVERBS = frozenset(
    "also now currently presently still formerly previously once later then already recently briefly twice".split()
)
DASHES = frozenset(["-", "--", "–", "—"])
ENDS = frozenset(load("roles")["apposition_ends"])


class Described(NamedTuple):
    """Some noun phrases after a name, as half-open tokens, and how much what they say weighs."""

    phrases: tuple[tuple[int, int], ...]
    weight: float


def description_after(wording: Wording, references: Sequence[Reference], index: int) -> Described | None:
    """What describes the name at `index`; `None` if nothing does, or only the next name of a list."""
    bounds = _first_phrase(wording, references[index])
    if bounds is None or _describes_next(wording, references, index, bounds[1]):
        return None
    first, last, weight = bounds
    return Described(tuple(_phrases(wording, references[index], first, last)), weight)


def posts_in(wording: Wording, first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """The phrases joined by "and" that have a post at their head: where each begins, the post, where it ends."""
    start = first
    for index in range(first, last + 1):
        soon = range(index + 1, min(last, index + 6))
        if index == last or (wording.words[index] == "and" and any(is_post(wording.words[i]) for i in soon)):
            post = head_post(wording, start, index)
            if post is not None:
                yield start, post, index
            elif wording.words[start : start + 2] == ("one", "of"):
                yield from _one_of_several(wording, start + 2, index)
            start = index + 1


def _one_of_several(wording: Wording, first: int, last: int) -> Iterator[tuple[int, int, int]]:
    """The plural in "one of Doe’s lawyers"."""
    post = next((index for index in range(first, last) if singular_post(wording.words[index]) is not None), None)
    if post is not None:
        yield first, post, post + 1


def _phrases(wording: Wording, reference: Reference, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The phrase between two tokens and those that follow it after commas."""
    yield first, last
    limit = min(wording.layout.sentences[reference.sentence].last, last + LONGEST)
    for _ in range(MOST_PHRASES - 1):
        begin = last + 1 + (wording.words[last + 1 : last + 2] == ("and",))
        if begin >= limit or wording.words[last] != "," or wording.words[begin] == "the":
            return
        last = _end(wording, begin, limit)
        post = _plain_post(wording, begin, last)
        if post is None or (post + 1 < last and wording.is_name_like(post + 1)):
            return  # another's title: "a lawyer, mayor Jane Doe and"
        yield begin, last


def _plain_post(wording: Wording, first: int, last: int) -> int | None:
    """The post that heads the phrase, if only adjectives and nouns stand before it."""
    post = head_post(wording, first, last)
    if post is None or any(is_function_word(wording, i) and wording.words[i] not in ARTICLES for i in range(first, post)):
        return None
    return post


def _first_phrase(wording: Wording, reference: Reference) -> tuple[int, int, float] | None:
    words, index = wording.words, past_brackets(wording, reference.last)
    limit = min(wording.layout.sentences[reference.sentence].last, index + LONGEST)
    if index + 1 >= limit or reference.possessive:
        return None
    dash = words[index] in DASHES and _stands_apart(wording, index)
    begin = _past_comma(wording, index, limit) if words[index] == "," else index + dash
    predicate = _predicate(wording, begin + (words[begin] == "who"), limit)
    if predicate is not None:
        begin, weight = predicate, 1.5
    elif (words[index] == "," and _opens_noun_phrase(wording, begin, limit)) or (
        dash and words[begin] in {"a", "an", "the"}
    ):
        weight = 1.9
    else:
        return None
    end = _end(wording, begin, limit)
    if words[begin] == "the" and (speaks(wording, end) or _is_subject(wording, begin, end)):
        return None  # "“No,” she told Jane Doe, the mayor said"
    return (begin, end, weight) if end > begin else None


def _is_subject(wording: Wording, first: int, last: int) -> bool:
    post = head_post(wording, first, last)
    return post is not None and has_verb_at(wording, post + 1)


def _predicate(wording: Wording, index: int, limit: int) -> int | None:
    """Where the noun phrase after "is", "has been", "also serves as" or "was appointed" begins; `None` if there is none."""
    words, begin = wording.words, index
    while begin < limit and (words[begin] in PREDICATES or words[begin] in ADVERBS):
        begin += 1
    held = any(word in HOLDING_VERBS for word in words[index:begin])
    if held and begin < limit and words[begin] == "as":
        begin += 1
    if begin >= limit or not held or words[begin - 1] in ADVERBS:
        return None
    determined = words[begin] in vocabulary().determiners or is_role(words[begin]) or words[begin] in FORMER
    return begin if determined or _plain_post(wording, begin, min(begin + 4, limit)) is not None else None


def _opens_noun_phrase(wording: Wording, begin: int, limit: int) -> bool:
    """Whether a noun phrase begins at the token, and neither a clause nor a phrase with a preposition."""
    word = wording.words[begin]
    if word in ARTICLES or word in vocabulary().determiners or word in FORMER:
        return True
    clause = word.endswith(("ed", "ing")) and begin + 1 < limit and wording.words[begin + 1] in vocabulary().determiners
    return word not in vocabulary().function_words and not clause


def _past_comma(wording: Wording, index: int, limit: int) -> int:
    """Past the comma and an age between commas."""
    words = wording.words
    aged = index + 3 < limit and words[index + 1].isdecimal() and words[index + 2] == ","
    return index + 3 if aged else index + 1


def _end(wording: Wording, begin: int, limit: int) -> int:
    return next((index for index in range(begin, limit) if _ends(wording, index)), limit)


def _ends(wording: Wording, index: int) -> bool:
    word, before = wording.words[index], wording.words[index - 1]
    if word in {"this", "last", "next"} and before not in AFFILIATING and before not in {"in", "on", "by"}:
        return True  # "is the nominee this year"
    if word.endswith("ed") and is_post(before):
        return True  # "the mayor elected in May"
    if word == "-":
        return _stands_apart(wording, index)
    return word in ENDS or word in vocabulary().speech_verbs or not (word[0].isalnum() or word in "&/'’")


def _stands_apart(wording: Wording, index: int) -> bool:
    """Whether a space stands beside the dash, which then joins no words."""
    tokens = wording.layout.tokens
    before, after = tokens[index - 1], tokens[min(index + 1, len(tokens) - 1)]
    return tokens[index].text in {"–", "—", "--"} or before.end < tokens[index].start or tokens[index].end < after.start


def _describes_next(wording: Wording, references: Sequence[Reference], index: int, last: int) -> bool:
    """Whether the words after the comma belong to the next name of a list: "Jane Doe, businessman John Roe and …"."""
    comma = references[index].last + 1
    for following in references[index + 1 : index + 6]:
        if following.first > last:
            return False
        if following.form == "name" and following.kind == "person":
            if (
                following.titled
                and wording.longest_phrase(comma, following.first, vocabulary().title_phrases) == following.first
            ):
                return True  # "Jane Doe, Secretary of State John Roe"
            told = following.titled or (comma < following.first and is_role(wording.words[following.first - 1]))
            return told and not any(is_function_word(wording, i) for i in range(comma, following.first))
    return False
