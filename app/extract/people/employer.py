"""Whom a role is held with, where that stands before it: "Acme spokeswoman", "World Bank president", "Dortmund coach"."""

from collections.abc import Iterator

from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.lexicon import load
from app.extract.people.nominals import read_head
from app.extract.people.saying import Saying
from app.extract.people.wording import Wording

SERVING = frozenset(load("roles")["serving"])
TEAM = frozenset(load("roles")["team"])
EMPLOYED = frozenset(load("roles")["employed"])
# Before one of these even a single unknown word is an organisation's name: "Wexcom engineer".
TELLING = SERVING | TEAM | EMPLOYED | frozenset(load("roles")["running"])
ABOUT = frozenset(load("roles")["about"])
SEATS = frozenset(load("roles")["seats"])
PASSING = frozenset(load("roles")["passing"]) | {"former", "ex", "then"}
SEATED = frozenset(["mp", "msp", "mla"])  # "Leeds West MP Jane Doe"
CHAMBERS = frozenset(["senate", "house", "assembly"])
BODIES = frozenset(["parliament", "court", "commission", "council"])
PARTY_OWNERS = frozenset(["people", "workers", "farmers", "women", "citizens"])
TO_COME = ("-elect", "-designate", "-designee")
OF_PEOPLES = ("ian", "ean", "ese", "ish")
LONGEST_NAME = 7
SURE = 1.4  # weight of what stands right before a role


def employer_before(wording: Wording, start: int, last: int) -> tuple[int, int] | None:
    """The tokens, from `start` to the end of a role at `last`, that name whom it is held with: "Acme" of "Acme chief"."""
    head = read_head(wording.words[last - 1])
    end, office = _before_title(wording, start, last), head.word if head is not None else wording.words[last - 1]
    while end > start:
        if any(_is_no_employer(wording.phrase(first, end)) for first in range(max(start, end - 3), end)):
            return None
        if wording.words[end - 1] == "party":
            first = _capitals_before(wording, start, end - 1)
            return (first, end) if first < end - 1 else None
        first = _known_organization(wording, start, end)
        if first < end:
            return (first, end) if office not in ABOUT else None
        if not _belongs_to_role(wording, end - 1):
            break
        end = _before_title(wording, start, end)
    return _unknown_organization(wording, start, end, office) if office not in ABOUT else None


def _is_no_employer(phrase: str) -> bool:
    return phrase in gazetteer().countries or phrase in SEATS


def said_of_employer(wording: Wording, first: int, last: int) -> Saying:
    """Affiliation or party, as the tokens before a role name an organisation or a party."""
    span = wording.span(first, last)
    phrase, text = wording.phrase(first, last), span.of(wording.layout.text)
    if phrase in gazetteer().parties or wording.words[last - 1] == "party":
        return Saying("party", gazetteer().parties.get(phrase, text), span, SURE)
    if wording.words[last] in SEATED:
        return Saying("constituency", text, span, SURE)
    return Saying("affiliation", text, span, SURE)


def read_parties(wording: Wording, first: int, last: int) -> Iterator[Saying]:
    """The parties among some tokens that say so themselves: "of the liberal Alliance party", "a Left Party lawmaker"."""
    for index in range(first + 1, last):
        if wording.words[index] != "party":
            continue
        begin = _capitals_before(wording, first, index)
        if begin == index and wording.words[index - 1] in PARTY_OWNERS:
            begin = _capitals_before(wording, first, index - 1)  # "the Austrian People’s Party"
        if begin < index:
            span = wording.span(begin, index + 1)
            value = gazetteer().parties.get(wording.phrase(begin, index + 1), span.of(wording.layout.text))
            yield Saying("party", value, span, 1.2)


def _known_organization(wording: Wording, start: int, end: int) -> int:
    """Where the organisation that ends at `end` begins; `end` if none does."""
    names, words = gazetteer(), vocabulary()
    for first in range(max(start, end - LONGEST_NAME), end):
        phrase = wording.phrase(first, end)
        if phrase in names.organizations and wording.is_name_like(first) and phrase not in words.modifiers:
            return first
    ending = wording.words[end - 1]
    if ending in BODIES and end - 1 > start and wording.phrase(end - 2, end - 1) in names.organizations:
        return end - 2  # "EU parliament"
    if ending in CHAMBERS:
        return end  # a "State Senate President" is no president
    plain = ending not in words.modifiers or ending in words.institutions or not wording.is_name_like(end)
    told = ending in words.last_words and plain
    first = _capitals_before(wording, start, end)
    return first if told and end - first > 1 else end


def _capitals_before(wording: Wording, start: int, end: int) -> int:
    first = end
    while first > start and wording.is_name_like(first - 1) and not wording.possessives[first - 1]:
        first -= 1
        if not wording.touches(first):
            break
    shouted = end - first > 2 and all(token.text.isupper() for token in wording.layout.tokens[first:end])
    while first < end and (shouted or _is_no_part(wording, first, end)):
        first += 1
    return first


def _is_no_part(wording: Wording, first: int, end: int) -> bool:
    """Whether the word only says what somebody is like: "former", "French", or "new" where it begins no "New York"."""
    names, word = gazetteer(), wording.words[first]
    place = max(wording.longest_phrase(first, end, table) for table in (names.places, names.states)) > first + 1
    return word in names.demonyms or (
        word in PASSING and not place and wording.phrase(first, first + 2) not in names.places
    )


def _belongs_to_role(wording: Wording, index: int) -> bool:
    """Whether the word is an office, or says what an office is about ("migration")."""
    words, word = vocabulary(), wording.words[index]
    for ending in TO_COME:
        word = word.removesuffix(ending)
    titled = word in words.offices or word in words.titles or word in words.ranks or word in words.modifiers
    institution = word in words.institutions and (wording.is_acronym(index) or not wording.is_name_like(index))
    return titled or institution or word in words.common_words or word.removesuffix("s") in words.common_words


def _before_title(wording: Wording, start: int, end: int) -> int:
    """Where the title of several words that ends at `end` begins, or the last token."""
    phrases = vocabulary().title_phrases
    return next((first for first in range(max(start, end - 4), end - 1) if wording.phrase(first, end) in phrases), end - 1)


def _unknown_organization(wording: Wording, start: int, end: int, office: str) -> tuple[int, int] | None:
    """The capitals that end at `end`, where they name no people and the office is one that firms or teams have."""
    names = gazetteer()
    first = _capitals_before(wording, start, end)
    phrase = wording.phrase(first, end)
    if first == end or phrase in names.parties or phrase in names.states or names_a_people(wording.words[end - 1]):
        return None
    if wording.words[end] == "county" or office in vocabulary().titles - {*SEATED}:
        return None
    if wording.longest_phrase(first, end, names.places) == end:
        # "Dortmund coach": a club; "London mayor": no employer
        return (first, end) if office in TEAM and phrase not in names.countries else None
    if office in SEATED:
        return first, end
    if end - first == 1:
        told = wording.is_acronym(first) or office in TELLING
        return (first, end) if told and not _belongs_to_role(wording, first) else None
    return (first, end)


def names_a_people(word: str) -> bool:
    """Whether the word is the adjective of a people, a creed or a region ("Bavarian", "German-Jewish")."""
    names, words = gazetteer(), vocabulary()
    parts = word.split("-")
    return any(part in names.demonyms or part in words.adjectives for part in parts) or word.endswith(OF_PEOPLES)
