"""What somebody does: the role before a name, in an apposition after it or behind "is", with whom it is held with."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.lexicon import load
from app.extract.people.affiliation import AFFILIATING, read_complement
from app.extract.people.employer import employer_before, read_parties, said_of_employer
from app.extract.people.mentions import Reference
from app.extract.people.nominals import read_head
from app.extract.people.origin import CONCERNED, PREFIXES, read_adjectives
from app.extract.people.posts import (
    FORMER,
    in_singular,
    is_function_word,
    is_post,
    is_role,
    past_article,
    singular_post,
    speaks,
)
from app.extract.people.predicate import description_after, posts_in
from app.extract.people.saying import Saying
from app.extract.people.wording import Wording

LONGEST_BEFORE = 9
MOST_STRANGE = 2  # unknown lower-case words inside a role before a name ("anti-doping laboratory director")
VERBAL = ("ing", "ed")  # of a word that no role has: "matter involving former president Jane Doe"
APART = frozenset(["alongside", "versus", "plus", "featuring"])  # prepositions that the lexicon of function words lacks
# Before a name these are no role, but what stands before them tells of the name: "his Polish counterpart Jan Kos".
RELATED = frozenset("counterpart colleague predecessor successor compatriot citizen national resident native".split())
PASSING = frozenset(load("roles")["passing"])


def role_start(wording: Wording, reference: Reference) -> int:
    """The token where title, role, nationality and party before the name `reference` begin."""
    sentence = wording.layout.sentences[reference.sentence]
    shouted = reference.span.of(wording.layout.text).isupper()
    start, role_seen, strange = reference.first, False, 0
    limit = max(sentence.first, reference.first - LONGEST_BEFORE)
    lead = reference.first if shouted else reference.lead  # what is shouted before a name need not be a title of it
    while start > limit and not _breaks_off(wording, start - 1, lead):
        index = start - 1
        if start < reference.first and _stands_apart(wording, index):
            break
        beside = index == reference.first - 1 and singular_post(wording.words[index]) is not None
        if beside or is_role(wording.words[index]) or (index == reference.lead - 1 and wording.words[index] in RELATED):
            role_seen, strange = True, 0
        elif index < lead and not _is_telling(wording, index, shouted):
            strange += 1
            if wording.words[index].endswith(VERBAL) or wording.words[index] in APART:
                break
            if not role_seen or strange > MOST_STRANGE or wording.words[start] in gazetteer().demonyms:
                break
        start = index
    while start < reference.first and strange:
        if is_role(wording.words[start]) or _is_telling(wording, start, shouted):
            break
        start += 1
    return start


def _breaks_off(wording: Wording, index: int, lead: int) -> bool:
    """Whether the token can be no part of what stands before a name whose title begins at `lead`."""
    words, word = vocabulary(), wording.words[index]
    if wording.possessives[index]:
        return True
    if index >= lead:
        return False
    if not word[0].isalnum() or word in words.speech_verbs or word in words.determiners or word in words.calendar:
        return True
    return is_function_word(wording, index)


def _stands_apart(wording: Wording, index: int) -> bool:
    """Whether the token names other people than the title after it: "the refugees President Doe met"."""
    head, tokens = read_head(wording.words[index]), wording.layout.tokens
    lower = not tokens[index].text[0].isupper() and tokens[index + 1].text[0].isupper()
    return lower and head is not None and head.plural


def _is_telling(wording: Wording, index: int, shouted: bool) -> bool:
    word, words = wording.words[index], vocabulary()
    if (wording.layout.tokens[index].text[0].isupper() and not shouted) or word in gazetteer().demonyms:
        return True
    return word.startswith(PREFIXES) or word in words.modifiers or word in words.courtesy or word in words.institutions


def read_role_before(wording: Wording, start: int, first: int) -> Iterator[Saying]:
    """The role between two tokens, from the first word that is no nationality or party to the last office."""
    offices = [i for i in range(start, first) if is_post(wording.words[i])]
    several = singular_post(wording.words[first - 1]) if start < first else None
    if several is not None:
        offices.append(first - 1)
    roles = offices or [i for i in range(start, first) if is_role(wording.words[i])]
    phrase = _title_phrase_end(wording, start, first)
    last = max(phrase, roles[-1] + 1 if roles else start)
    begin = _past_origin(wording, start, last)
    if begin >= last:
        return
    employer = employer_before(wording, start, last)
    if employer is not None:
        begin = employer[1] if employer[0] <= begin else begin
        yield said_of_employer(wording, *employer)
    plain = bool(offices) or phrase > start or wording.words[last - 1] in vocabulary().titles - vocabulary().ranks
    weight = (2.0 if plain else 0.5) + 0.05 * (last - begin) - (1.2 if wording.words[begin] in FORMER else 0)
    role = _said("role", wording, begin, last, weight)
    yield replace(role, value=in_singular(role.value, several)) if several is not None else role
    if {wording.phrase(begin, last), wording.words[last - 1]} & vocabulary().american_titles:
        yield Saying("country", "US", wording.span(begin, last), 0.8)


def _title_phrase_end(wording: Wording, start: int, first: int) -> int:
    for index in range(start, first):
        end = wording.longest_phrase(index, first, vocabulary().title_phrases)
        if end > index:
            return end
    return start


def _past_origin(wording: Wording, start: int, last: int) -> int:
    """Past nationality, state, party and courtesy, which are no part of the role."""
    names, begin = gazetteer(), start
    while start < last:
        word = wording.words[start]
        end = wording.longest_phrase(start, last, names.demonyms)
        if end == start and wording.layout.tokens[start].text[0].isupper():
            tables = (names.parties, names.states)
            end = max(wording.longest_phrase(start, last, table) for table in tables)
            country = wording.longest_phrase(start, last, names.countries)
            if start < country < last and _is_plain_role(wording, country, last):
                end = country  # "Japan Prime Minister", but an "Iraq war veteran" is one of that war
        passing = word in PASSING or (word in vocabulary().courtesy and not is_role(word))
        if end == start and not passing and (word != "and" or start == begin):
            break
        start = max(end, start + 1)
    return start


def _is_plain_role(wording: Wording, first: int, last: int) -> bool:
    words = wording.words[first:last]
    return words[-1] not in CONCERNED and all(is_role(word) or word in vocabulary().modifiers for word in words)


def read_apposition(wording: Wording, references: Sequence[Reference], index: int) -> Iterator[Saying]:
    """Role and more of the noun phrases after a name and a comma, or after "is the"."""
    described = description_after(wording, references, index)
    if described is None:
        return
    parts = [part for first, last in described.phrases for part in posts_in(wording, first, last)]
    first, last = described.phrases[0]
    if parts:
        yield from _said_of_posts(wording, references, index, parts, described.weight)
    if parts or any(wording.words[i] in gazetteer().parties for i in range(first, min(last, first + 4))):
        yield from read_parties(wording, first, last)
        yield from read_adjectives(wording, first, last)
    elif _is_of_a_person(wording, first, last):
        yield from read_adjectives(wording, first, last)


def _said_of_posts(
    wording: Wording, references: Sequence[Reference], index: int, parts: list[tuple[int, int, int]], weight: float
) -> Iterator[Saying]:
    """Role and employer by the posts that somebody holds now, or else once held."""
    current = [part for part in parts if wording.words[past_article(wording, part[0], part[2])] not in FORMER]
    weight -= 0 if current else 1.2
    yield from _role_of_phrase(wording, *(current or parts)[0], weight)
    for _, post, end in current or parts:
        yield from read_complement(wording, references, index, post, end, weight - 0.4)


def _is_of_a_person(wording: Wording, first: int, last: int) -> bool:
    """Whether the first noun of the phrase is for one person: "Polish winner of the prize", no "Polish officials"."""
    heads = (read_head(word) for word in wording.words[first:last])
    head = next((head for head in heads if head is not None), None)
    return head is not None and head.kind == "person" and not head.plural


def _role_of_phrase(wording: Wording, first: int, office: int, last: int, weight: float) -> Iterator[Saying]:
    """The role in a noun phrase with its head at `office`: without article, origin, or whom the office belongs to."""
    was = wording.words[past_article(wording, first, last)] in FORMER
    begin = first if was else _past_owner(wording, first, office)
    begin = _past_origin(wording, past_article(wording, begin, last), last)
    if begin >= last:  # "billionaire Republican" is all origin and no role
        return
    employer = employer_before(wording, begin, office + 1) if begin < office else None
    if employer is not None:
        begin = employer[1] if employer[0] == begin else begin
        yield said_of_employer(wording, *employer)
    role = _said("role", wording, begin, last, weight + 0.05 * min(last - begin, 8))
    several = singular_post(wording.words[office]) if office == last - 1 else None
    yield replace(role, value=in_singular(role.value, several)) if several is not None else role


def _past_owner(wording: Wording, first: int, office: int) -> int:
    """Past the last possessive before the office: "Acme’s deputy chief"."""
    begin = next((index + 1 for index in range(office - 1, first - 1, -1) if wording.possessives[index]), first)
    return begin + (begin < office and not wording.words[begin][0].isalnum())  # the apostrophe of "the Joneses’ lawyer"


def _said(field: str, wording: Wording, first: int, last: int, weight: float) -> Saying:
    span = wording.span(first, last)
    return Saying(field, span.of(wording.layout.text), span, weight)


def read_introduction(wording: Wording, references: Sequence[Reference], index: int, name: Reference) -> Iterator[Saying]:
    """What the nominal at `index` says of the name it introduces: "the head of the nurses' union, Jane Doe"."""
    nominal = references[index]
    head = read_head(wording.words[nominal.last - 1])
    if head is not None and is_post(head.word):
        yield from _role_of_phrase(wording, nominal.first, nominal.last - 1, name.lead - 1, 2.3)
        yield from read_complement(wording, references, index, nominal.last - 1, name.lead - 1)
        yield from read_adjectives(wording, nominal.last, name.lead - 1)


def read_nominal(wording: Wording, references: Sequence[Reference], index: int) -> Iterator[Saying]:
    """Role and affiliation of a nominal like "a spokesman for the ministry"."""
    reference = references[index]
    if wording.words[reference.first - 1] == "," and speaks(wording, reference.last):
        return  # "“No,” she told Jane Doe, the mayor said"
    head = read_head(wording.words[reference.last - 1])
    if head is not None and is_post(head.word):
        begin = _past_origin(wording, reference.last - len(reference.words), reference.last)
        if begin < reference.last:
            title = wording.longest_phrase(reference.last - 1, len(wording.words), vocabulary().title_phrases)
            weight = 0.4 if wording.words[begin] in FORMER else 1.0
            yield _said("role", wording, begin, max(title, reference.last), weight)
    after = reference.last
    if after < len(wording.words) and wording.words[after] in AFFILIATING and index + 1 < len(references):
        following = references[index + 1]
        if following.first - after <= 2 and following.kind == "organization":
            yield _said("affiliation", wording, past_article(wording, following.first, following.last), following.last, 1.0)
