"""For whom somebody works, speaks or plays, or whose party it is, as the words around the name have it.

Before a role ("Acme spokeswoman Jane Doe"), after "of", "for", "at" or "from" ("Jane Doe, head of Acme"), with a verb
("Jane Doe leads Acme") and behind a possessive ("Jane Doe’s Green Party"); whose role it is ("Acme’s spokeswoman") is read
in description.py.
"""

from collections.abc import Iterator, Sequence

from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.lexicon import load
from app.extract.people.capitals import JOINED_INSTITUTIONS
from app.extract.people.mentions import Reference
from app.extract.people.nominals import read_head
from app.extract.people.saying import Saying
from app.extract.people.wording import Wording

AFFILIATING = frozenset(["of", "for", "at", "from", "with"])
BESIDE = frozenset(["of", "at", "from", "with"])
OTHER_PREPOSITIONS = frozenset(
    "to in on by against about over under into behind before after than as like between among inside outside near within "
    "during through via since until amid around across".split()
)
SERVING = frozenset(load("roles")["serving"])
TEAM = frozenset(load("roles")["team"])
EMPLOYED = frozenset(load("roles")["employed"])
UNAFFILIATED = frozenset(load("roles")["unaffiliated"])
LEADING = frozenset(load("roles")["leading"])
HOLDING = load("roles")["holding"]
SEATS = frozenset(load("roles")["seats"])
ABOUT = frozenset(load("roles")["about"])
RUNNING = frozenset(["chief", "head", "boss", "president", "commander", "official", "member", "employee", "engineer"])
ALSO_OWNED = (("and", "his"), ("and", "her"))
CHAMBERS = frozenset(["senate", "house", "assembly"])
PARTY_OWNERS = frozenset(["people", "workers", "farmers", "women", "citizens"])
BODIES = frozenset(["parliament", "court", "commission", "council"])
# Somebody "at the university" belongs to it, somebody "at the convention" need not.
WORKPLACES = frozenset(
    "university college institute institution school center centre hospital laboratory academy clinic".split()
)
SEATED = frozenset(["mp", "msp", "mla"])  # "Leeds West MP Jane Doe"
TO_COME = ("-elect", "-designate", "-designee")
OF_PEOPLES = ("ian", "ean", "ese", "ish")
PASSING = frozenset(load("roles")["passing"]) | {"former", "ex", "then"}
PASSED_OVER = frozenset(["also", "has", "had", "now", "currently", "previously", "formerly"])
NEAREST_NOUN = 3  # words after a name among which a noun for institutions is looked for
NEAREST = 6  # references among which an organisation is looked for
LONGEST_GAP = 6  # words between "of" and the organisation ("of the Vienna-based energy consultancy Acme")
LONGEST_NAME = 7
LONGEST_BRACKETS = 24  # tokens: "(born 5 May 1950 in Wexford)"
MOST_MARKS = 2  # commas and brackets up to "of" after a name


def employer_before(wording: Wording, start: int, last: int) -> tuple[int, int] | None:
    """The tokens, from `start` to the end of a role at `last`, that name whom it is held with: "Acme" of "Acme chief"."""
    head = read_head(wording.words[last - 1])
    end, office = last, head.word if head is not None else wording.words[last - 1]
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
    return _unknown_organization(wording, start, end, office) if end < last and office not in ABOUT else None


def _is_no_employer(phrase: str) -> bool:
    return phrase in gazetteer().countries or phrase in SEATS


def said_of_employer(wording: Wording, first: int, last: int) -> Saying:
    """Affiliation or party, as the tokens before a role name an organisation or a party."""
    span = wording.span(first, last)
    phrase, text = wording.phrase(first, last), span.of(wording.layout.text)
    if phrase in gazetteer().parties or wording.words[last - 1] == "party":
        return Saying("party", gazetteer().parties.get(phrase, text), span, 1.4)
    if wording.words[last] in SEATED:
        return Saying("constituency", text, span, 1.4)
    return Saying("affiliation", text, span, 1.4)


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
    if first == end or phrase in names.parties or phrase in names.states or _names_a_people(wording.words[end - 1]):
        return None
    if wording.words[end] == "county" or office in vocabulary().titles - {*SEATED}:
        return None
    if wording.longest_phrase(first, end, names.places) == end:
        # "Dortmund coach": a club; "London mayor": no employer
        return (first, end) if office in TEAM and phrase not in names.countries else None
    if office in SEATED:
        return first, end
    if end - first == 1:
        told = wording.is_acronym(first) or office in EMPLOYED or office in TEAM or office in SERVING or office in RUNNING
        return (first, end) if told and not _belongs_to_role(wording, first) else None
    return (first, end)


def _names_a_people(word: str) -> bool:
    """Whether the word is the adjective of a people, a creed or a region ("Bavarian", "German-Jewish")."""
    names, words = gazetteer(), vocabulary()
    parts = word.split("-")
    return any(part in names.demonyms or part in words.adjectives for part in parts) or word.endswith(OF_PEOPLES)


def read_complement(
    wording: Wording, references: Sequence[Reference], index: int, first: int, last: int, weight: float = 1.5
) -> Iterator[Saying]:
    """The organisation in the words from the office at token `first` to `last`: "director of the Acme Institute"."""
    office = wording.words[first]
    for following in _names_within(references, index, first + 1, last):
        preposition = _preposition(wording, first + 1, following.first)
        if preposition in AFFILIATING and not (office in UNAFFILIATED and preposition == "of"):
            saying = _said_of_organization(wording, following, office, preposition, weight)
            if saying is not None:
                yield saying
                return
        if office in SERVING and preposition in {"to", "of", "for"} and following.kind in {"person", None}:
            yield Saying("affiliation", following.span.of(wording.layout.text), following.span, weight - 0.5)
            return


def _names_within(references: Sequence[Reference], index: int, first: int, last: int) -> Iterator[Reference]:
    """The names after the reference at `index` that begin between two tokens."""
    for following in references[index + 1 : index + 1 + NEAREST]:
        if following.first >= last:
            return
        if following.first >= first and following.form == "name":
            yield following


def _preposition(wording: Wording, first: int, end: int) -> str | None:
    """The last preposition before the token `end`, if it stands near enough to govern it."""
    for index in range(end - 1, max(first, end - LONGEST_GAP) - 1, -1):
        word = wording.words[index]
        if word in AFFILIATING or word in OTHER_PREPOSITIONS:
            return word
        if word in {",", ";", "who", "and", "or"}:
            return None
    return None


def _said_of_organization(wording: Wording, name: Reference, office: str, preposition: str, weight: float) -> Saying | None:
    if is_party(wording, name):
        return Saying("party", _party_name(wording, name), name.span, weight)
    if not _is_employer(wording, name, office, preposition) or _only_describes(wording, name):
        return None
    span = wording.span(name.first, _end_of_name(wording, name))
    return Saying("affiliation", span.of(wording.layout.text), span, weight)


def _end_of_name(wording: Wording, name: Reference) -> int:
    """The end of a name that goes on: "Supreme People’s Court", "House Transport and Infrastructure Committee"."""
    end = name.last
    joined = wording.words[end : end + 1] == ("and",)
    if not (joined or name.possessive):
        return end
    last = end + joined
    while last < len(wording.words) and last < end + LONGEST_NAME and wording.is_name_like(last) and wording.touches(last):
        last += 1
    ended = last > end + joined and wording.words[last - 1] in vocabulary().last_words
    return last if ended and (name.possessive or wording.words[last - 1] in JOINED_INSTITUTIONS) else end


def _is_employer(wording: Wording, name: Reference, office: str, preposition: str) -> bool:
    if len(name.words) == 1 and _is_generic(wording, name):
        return False  # "chairman of an NGO"
    if name.kind == "organization":
        return True
    if name.kind == "place":
        return office in TEAM and " ".join(name.words) not in gazetteer().countries
    if name.kind is not None or _names_a_people(name.words[-1]):
        return False
    told = _has_noun(wording, name) or wording.is_acronym(name.first) or (len(name.words) > 1 and office in LEADING)
    return told or preposition == "at" or office in EMPLOYED or office in TEAM


def _is_generic(wording: Wording, name: Reference) -> bool:
    word, known = name.words[0], gazetteer().organizations
    words = vocabulary()
    everyday = word in words.common_words or word in words.modifiers or word in words.openers or read_head(word) is not None
    return everyday and word not in known and not (wording.is_acronym(name.first) and read_head(word) is None)


def _has_noun(wording: Wording, name: Reference) -> bool:
    """Whether a noun for institutions stands beside the name: "the Milan union", "the Acme economic think tank"."""
    words, institutions = wording.words, vocabulary().institutions
    if words[name.first - 1] in institutions or name.possessive:
        return not name.possessive
    for index in range(name.last, min(name.last + NEAREST_NOUN, len(words))):
        if words[index] in institutions or words[index : index + 2] == ("think", "tank"):
            return True
        if words[index] not in vocabulary().modifiers:
            return False
    return False


def _only_describes(wording: Wording, name: Reference) -> bool:
    """Whether the name goes with a noun for people: "for Acme workers"."""
    if name.possessive or name.last >= len(wording.words) or not wording.touches(name.last):
        return False
    head = read_head(wording.words[name.last])
    return head is not None and head.kind != "organization"


def is_party(wording: Wording, name: Reference) -> bool:
    """Whether the name is a party's: a known one, or one that says so itself ("Pirate Party", "the Milla party")."""
    if name.form != "name" or " ".join(name.words) in gazetteer().parties or name.words[-1] == "party":
        return name.form == "name"
    return not name.possessive and wording.words[name.last : name.last + 1] == ("party",)


def _party_name(wording: Wording, name: Reference) -> str:
    return gazetteer().parties.get(" ".join(name.words)) or name.span.of(wording.layout.text)


def past_brackets(wording: Wording, index: int) -> int:
    """Past "(R-Ky.)", "(photo)" and the like at a token; `index` if none open there, or "of" stands in them."""
    words = wording.words
    if words[index : index + 1] != ("(",) or words[index + 1 : index + 2] == ("of",):
        return index
    return next(
        (end + 1 for end in range(index + 1, min(index + LONGEST_BRACKETS, len(words))) if words[end] == ")"), index
    )


def read_beside(wording: Wording, references: Sequence[Reference], index: int) -> Iterator[Saying]:
    """The organisation right after a name or in brackets: "Jane Doe of the Acme Institute", "(of the Pirate Party)"."""
    words, start = wording.words, past_brackets(wording, references[index].last)
    after = start
    while after < len(words) and words[after] in {",", "("} and after < start + MOST_MARKS:
        after += 1
    if after + 1 >= len(words) or words[after] not in BESIDE or references[index].possessive:
        return
    limit = min(wording.layout.sentences[references[index].sentence].last, after + LONGEST_GAP + 2)
    for name in _names_within(references, index, after + 1, limit):
        if name.kind == "place" and name.possessive:
            continue
        between = words[after + 1 : name.first]
        opens = not any(word == "," or word in AFFILIATING or word in OTHER_PREPOSITIONS for word in between)
        if opens:
            yield from read_parties(wording, after, min(limit, name.last + 1))
        if opens and name.kind != "place" and (words[after] != "at" or WORKPLACES.intersection(name.words)):
            said = _said_of_organization(wording, name, "", words[after], 1.2)
            yield from (said,) if said is not None else ()
        return


def read_holding(wording: Wording, references: Sequence[Reference], index: int) -> Iterator[Saying]:
    """What the verb after a name tells: "Jane Doe, who heads Acme", "Jane Doe teaches at the University of Wexford"."""
    words, verb = wording.words, past_brackets(wording, references[index].last)
    verb += 2 * (words[verb : verb + 2] == (",", "who"))
    while verb < len(words) and words[verb] in PASSED_OVER:
        verb += 1
    phrase = next(
        (p for p in (" ".join(words[verb : verb + 2]), words[verb] if verb < len(words) else "") if p in HOLDING), None
    )
    if phrase is None or references[index].possessive:
        return
    after = verb + len(phrase.split())
    for name in _names_within(references, index, after, after + LONGEST_GAP):
        direct = not any(word in AFFILIATING or word in OTHER_PREPOSITIONS for word in words[after : name.first])
        if direct and name.kind in {"organization", None}:
            said = _said_of_organization(wording, name, "director", "at", 1.1)
            yield from (said,) if said is not None else ()
            if said is not None and HOLDING[phrase]:
                yield Saying("role", HOLDING[phrase], wording.span(verb, after), 1.0)
        return


def read_own_party(wording: Wording, references: Sequence[Reference], index: int) -> Iterator[Saying]:
    """The party in "Jane Doe’s Green Party", "Jane Doe’s party, the Greens," and "Jane Doe and her Green Party"."""
    owner = references[index]
    for name in references[index + 1 : index + 4]:
        between = wording.words[owner.last : name.first]
        if name.sentence != owner.sentence or len(between) > 3:
            return
        owned = owner.possessive and ("," not in between or between[:2] == ("party", ","))
        if (owned or between[:2] in ALSO_OWNED) and is_party(wording, name) and not _governs_noun(wording, name):
            yield Saying("party", _party_name(wording, name), name.span, 1.1)
            return


def _governs_noun(wording: Wording, name: Reference) -> bool:
    """Whether the party only describes the noun after it: "Jane Doe’s Green Party rivals"."""
    after = name.last + (wording.words[name.last : name.last + 1] == ("party",))
    return after < len(wording.words) and read_head(wording.words[after]) is not None
