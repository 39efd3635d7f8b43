"""What somebody does: the role before a name, in an apposition after it or behind "is", with whom it is held with."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.extract.document import Span
from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.lexicon import load
from app.extract.people.affiliation import (
    AFFILIATING,
    employer_before,
    past_brackets,
    read_complement,
    read_parties,
    said_of_employer,
)
from app.extract.people.mentions import Reference
from app.extract.people.nominals import read_head
from app.extract.people.origin import CONCERNED, PREFIXES, read_adjectives
from app.extract.people.saying import Saying
from app.extract.people.wording import Wording

LONGEST_BEFORE = 9
LONGEST_APPOSITION = 18
MOST_STRANGE = 2  # unknown lower-case words inside a role before a name ("anti-doping laboratory director")
VERBAL = ("ing", "ed")  # of a word that no role has: "matter involving former president Jane Doe"
APART = frozenset(["alongside", "versus", "plus", "featuring"])  # prepositions that the lexicon of function words lacks
ACRONYMS = frozenset(["us", "it", "who"])  # function words that are organisations or a country in capitals
FORMER = frozenset(["former", "ex", "ex-", "then", "late", "onetime", "one-time", "retired", "formerly"])
# Nouns for people that are a role beside what one belongs to: "board member Jane Doe", "a student at Acme College".
BELONGING = frozenset(["member", "student", "employee", "volunteer"])
# Before a name these are no role, but what stands before them tells of the name: "his Polish counterpart Jan Kos".
RELATED = frozenset("counterpart colleague predecessor successor compatriot citizen national resident native".split())
PASSING = frozenset(load("roles")["passing"])
ARTICLES = frozenset("the a an its his her their our my your another one now currently also".split())
HOLDING_VERBS = frozenset("is was been serves served works worked acts acted became remains named appointed elected".split())
PREDICATES = HOLDING_VERBS | {"has", "had"}
ADVERBS = frozenset("also now currently presently still formerly previously once later then already recently briefly twice".split())
ENDS = frozenset(load("roles")["apposition_ends"])


def role_start(wording: Wording, reference: Reference) -> int:
    """The token where title, role, nationality and party before the name `reference` begin."""
    sentence = wording.layout.sentences[reference.sentence]
    shouted = reference.span.of(wording.layout.text).isupper()
    start, role_seen, strange = reference.first, False, 0
    limit = max(sentence.first, reference.first - LONGEST_BEFORE)
    lead = reference.first if shouted else reference.lead  # what is shouted before a name need not be a title of it
    while start > limit and not _breaks_off(wording, start - 1, lead):
        index = start - 1
        beside = index == reference.first - 1 and singular_office(wording.words[index]) is not None
        if beside or _is_role(wording.words[index]) or (index == reference.lead - 1 and wording.words[index] in RELATED):
            role_seen, strange = True, 0
        elif index < lead and not _is_telling(wording, index, shouted):
            strange += 1
            if wording.words[index].endswith(VERBAL) or wording.words[index] in APART:
                break
            if not role_seen or strange > MOST_STRANGE or wording.words[start] in gazetteer().demonyms:
                break
        start = index
    while start < reference.first and strange and not _is_role(wording.words[start]) and not _is_telling(wording, start, shouted):
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
    return _is_function_word(wording, index)


def _is_office(word: str) -> bool:
    # "Republican" and "Democrat" are nouns for people too, but tell the party and not the role.
    return (word in vocabulary().offices or word in BELONGING) and word not in gazetteer().parties


def singular_office(word: str) -> str | None:
    """The office that `word` is the plural of: "presidents" stands for several of one; `None` if it is none."""
    plurals, offices = vocabulary().plurals, vocabulary().offices
    if word.endswith("s.") and f"{word[:-2]}." in vocabulary().titles:
        return f"{word[:-2]}."  # "Sens. Jane Doe and John Roe"
    singular = plurals.get(word) or word.removesuffix("s")
    return singular if singular != word and singular in offices and word not in offices else None


def _in_singular(role: str, office: str) -> str:
    """`role` with its last word in the singular, the capital kept."""
    before, space, last = role.rpartition(" ")
    return before + space + (last[0] + office[1:] if last[0].lower() == office[0] else office)


def _is_role(word: str) -> bool:
    words = vocabulary()
    return _is_office(word) or word in words.titles or word in words.ranks


def _is_telling(wording: Wording, index: int, shouted: bool) -> bool:
    word, words = wording.words[index], vocabulary()
    if (wording.layout.tokens[index].text[0].isupper() and not shouted) or word in gazetteer().demonyms:
        return True
    return word.startswith(PREFIXES) or word in words.modifiers or word in words.courtesy or word in words.institutions


def read_role_before(wording: Wording, start: int, first: int) -> Iterator[Saying]:
    """The role between two tokens, from the first word that is no nationality or party to the last office."""
    offices = [i for i in range(start, first) if _is_office(wording.words[i])]
    several = singular_office(wording.words[first - 1]) if start < first else None
    if several is not None:
        offices.append(first - 1)
    roles = offices or [i for i in range(start, first) if _is_role(wording.words[i])]
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
    yield replace(role, value=_in_singular(role.value, several)) if several is not None else role
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
            concerned = wording.words[last - 1] in CONCERNED
            if start < country < last and not concerned and all(_is_plain_role(wording.words[i]) for i in range(country, last)):
                end = country  # "Japan Prime Minister", but an "Iraq war veteran" is one of that war
        passing = word in PASSING or (word in vocabulary().courtesy and not _is_role(word))
        if end == start and not passing and (word != "and" or start == begin):
            break
        start = max(end, start + 1)
    return start


def _is_plain_role(word: str) -> bool:
    return _is_role(word) or word in vocabulary().modifiers


def read_apposition(wording: Wording, references: Sequence[Reference], index: int) -> Iterator[Saying]:
    """Role and more of the noun phrase after a name and a comma, or after "is the"."""
    bounds = _apposition(wording, references[index])
    if bounds is None or _describes_next(wording, references, index, bounds[1]):
        return
    first, last, weight = bounds
    parts = [(begin, office, end) for begin, end in _conjuncts(wording, first, last) if (office := _office(wording, begin, end))]
    if not parts:
        party = any(wording.words[i] in gazetteer().parties for i in range(first, min(last, first + 4)))
        if party or _is_of_a_person(wording, first, last):
            yield from read_adjectives(wording, first, last)
        return
    current = [part for part in parts if wording.words[_past_article(wording, part[0], part[2])] not in FORMER]
    weight -= 0 if current else 1.2
    yield from _role_of_phrase(wording, *(current or parts)[0], weight)
    yield from read_adjectives(wording, first, last)
    yield from read_parties(wording, first, last)
    for _, office, end in current or parts:
        yield from read_complement(wording, references, index, office, end, weight - 0.4)


def _is_of_a_person(wording: Wording, first: int, last: int) -> bool:
    """Whether the first noun of the phrase is for one person: "Polish winner of the prize", no "Polish officials"."""
    heads = (read_head(word) for word in wording.words[first:last])
    head = next((head for head in heads if head is not None), None)
    return head is not None and head.kind == "person" and not head.plural


def _role_of_phrase(wording: Wording, first: int, office: int, last: int, weight: float) -> Iterator[Saying]:
    """The role in a noun phrase with its head at `office`: without article, origin, or whom the office belongs to."""
    was = wording.words[_past_article(wording, first, last)] in FORMER
    begin = first if was else _past_owner(wording, first, office)
    begin = _past_origin(wording, _past_article(wording, begin, last), last)
    if begin >= last:  # "billionaire Republican" is all origin and no role
        return
    employer = employer_before(wording, begin, office + 1) if begin < office else None
    if employer is not None:
        begin = employer[1] if employer[0] == begin else begin
        yield said_of_employer(wording, *employer)
    yield _said("role", wording, begin, last, weight + 0.05 * min(last - begin, 8))


def _past_owner(wording: Wording, first: int, office: int) -> int:
    """Past the last possessive before the office: "Acme’s deputy chief"."""
    begin = next((index + 1 for index in range(office - 1, first - 1, -1) if wording.possessives[index]), first)
    return begin + (begin < office and not wording.words[begin][0].isalnum())  # the apostrophe of "the Joneses’ lawyer"


def _said(field: str, wording: Wording, first: int, last: int, weight: float) -> Saying:
    span = wording.span(first, last)
    return Saying(field, span.of(wording.layout.text), span, weight)


def _describes_next(wording: Wording, references: Sequence[Reference], index: int, last: int) -> bool:
    """Whether the words after the comma belong to the next name of a list: "Jane Doe, businessman John Roe and …"."""
    for following in references[index + 1 : index + 6]:
        if following.first > last:
            return False
        if following.form == "name" and following.kind == "person":
            comma = references[index].last + 1
            between = wording.words[comma : following.first]
            if following.titled and wording.longest_phrase(comma, following.first, vocabulary().title_phrases) == following.first:
                return True  # "Jane Doe, Secretary of State John Roe"
            told = following.titled or (bool(between) and _is_role(between[-1]))
            return told and not any(_is_function_word(wording, i) for i in range(references[index].last + 1, following.first))
    return False


def _is_function_word(wording: Wording, index: int) -> bool:
    word = wording.words[index]
    return word in vocabulary().function_words and not (word in ACRONYMS and wording.is_acronym(index))


def _apposition(wording: Wording, reference: Reference) -> tuple[int, int, float] | None:
    """First and last token of the description after a name, and how much weight it has."""
    words, index = wording.words, past_brackets(wording, reference.last)
    limit = min(wording.layout.sentences[reference.sentence].last, index + LONGEST_APPOSITION)
    if index + 1 >= limit or reference.possessive:
        return None
    begin = _past_comma(wording, index, limit) if words[index] == "," else index
    predicate = _predicate(wording, begin + (words[begin] == "who"), limit)
    if predicate is not None:
        begin, weight = predicate, 1.5
    elif words[index] == "," and _opens_noun_phrase(wording, begin, limit):
        weight = 1.9
    else:
        return None
    end = begin
    while end < limit and not _ends_apposition(wording, end):
        end += 1
    if words[begin] == "the" and _speaks(wording, end):
        return None  # "“No,” she told Jane Doe, the mayor said"
    return (begin, end, weight) if end > begin else None


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
    determined = words[begin] in vocabulary().determiners or _is_role(words[begin]) or words[begin] in FORMER
    return begin if determined or (held and _office(wording, begin, min(begin + 4, limit))) else None


def _speaks(wording: Wording, index: int) -> bool:
    return index < len(wording.words) and wording.words[index] in vocabulary().speech_verbs


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


def _ends_apposition(wording: Wording, index: int) -> bool:
    word, before = wording.words[index], wording.words[index - 1]
    if word in {"this", "last", "next"} and before not in AFFILIATING and before not in {"in", "on", "by"}:
        return True  # "is the nominee this year"
    return word in ENDS or word in vocabulary().speech_verbs or not (word[0].isalnum() or word in "&/'’-")


def _conjuncts(wording: Wording, first: int, last: int) -> Iterator[tuple[int, int]]:
    start = first
    for index in range(first, last):
        soon = range(index + 1, min(last, index + 6))
        if wording.words[index] == "and" and any(_is_office(wording.words[i]) for i in soon):
            if start < index:
                yield start, index
            start = index + 1
    if start < last:
        yield start, last


def _past_article(wording: Wording, first: int, last: int) -> int:
    while first < last - 1 and wording.words[first] in ARTICLES:
        first += 1
    return first


def _office(wording: Wording, first: int, last: int) -> int | None:
    """The office at the head of the noun phrase, before any preposition."""
    for index in range(first, last):
        word = wording.words[index]
        if _is_office(word) and not _begins_name(wording, index, last):
            return next((i - 1 for i in range(index + 1, last) if not _is_office(wording.words[i])), last - 1)
        if word in AFFILIATING or word in {"in", "on", "to", "by"}:
            return None
    return None


def _begins_name(wording: Wording, index: int, last: int) -> bool:
    # "General" of "General Services Administration" is no general.
    return index + 1 < last and wording.is_name_like(index) and wording.is_name_like(index + 1) and not (
        _is_office(wording.words[index + 1]) or wording.words[index + 1] in vocabulary().modifiers
    )


def read_introduction(
    wording: Wording, references: Sequence[Reference], index: int, name: Reference
) -> Iterator[Saying]:
    """What the nominal at `index` says of the name it introduces: "the head of the nurses' union, Jane Doe"."""
    nominal = references[index]
    head = read_head(wording.words[nominal.last - 1])
    if head is not None and _is_office(head.word):
        yield from _role_of_phrase(wording, nominal.first, nominal.last - 1, name.lead - 1, 2.3)
        yield from read_complement(wording, references, index, nominal.last - 1, name.lead - 1)
        yield from read_adjectives(wording, nominal.last, name.lead - 1)


def read_nominal(wording: Wording, references: Sequence[Reference], index: int) -> Iterator[Saying]:
    """Role and affiliation of a nominal like "a spokesman for the ministry"."""
    reference = references[index]
    if wording.words[reference.first - 1] == "," and _speaks(wording, reference.last):
        return  # "“No,” she told Jane Doe, the mayor said"
    head = read_head(wording.words[reference.last - 1])
    if head is not None and _is_office(head.word):
        begin = _past_origin(wording, reference.last - len(reference.words), reference.last)
        if begin < reference.last:
            title = wording.longest_phrase(reference.last - 1, len(wording.words), vocabulary().title_phrases)
            weight = 0.4 if wording.words[begin] in FORMER else 1.0
            yield _said("role", wording, begin, max(title, reference.last), weight)
    after = reference.last
    if after < len(wording.words) and wording.words[after] in AFFILIATING and index + 1 < len(references):
        following = references[index + 1]
        if following.first - after <= 2 and following.kind == "organization":
            yield _said("affiliation", wording, _past_article(wording, following.first, following.last), following.last, 1.0)
