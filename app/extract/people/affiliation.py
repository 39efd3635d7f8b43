"""For whom somebody works, speaks or plays, or whose party it is, as the words after the name have it.

After "of", "for", "at" or "from" ("Jane Doe, head of Acme"), with a verb ("Jane Doe leads Acme") and behind a possessive
("Jane Doe’s Green Party"). What stands before a role is read in employer.py, whose role it is ("Acme’s spokeswoman") in
description.py.
"""

from collections.abc import Iterator, Sequence

from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.lexicon import load
from app.extract.people.capitals import JOINED_INSTITUTIONS
from app.extract.people.employer import EMPLOYED, LONGEST_NAME, SERVING, TEAM, names_a_people, read_parties
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
UNAFFILIATED = frozenset(load("roles")["unaffiliated"])
LEADING = frozenset(load("roles")["leading"])
HOLDING = load("roles")["holding"]
ALSO_OWNED = (("and", "his"), ("and", "her"))
# Somebody "at the university" belongs to it, somebody "at the convention" need not.
WORKPLACES = frozenset(
    "university college institute institution school center centre hospital laboratory academy clinic".split()
)
PASSED_OVER = frozenset(["also", "has", "had", "now", "currently", "previously", "formerly"])
NEAREST_NOUN = 3  # words after a name among which a noun for institutions is looked for
NEAREST = 6  # references among which an organisation is looked for
LONGEST_GAP = 6  # words between "of" and the organisation ("of the Vienna-based energy consultancy Acme")
LONGEST_BRACKETS = 24  # tokens: "(born 5 May 1950 in Wexford)"
MOST_MARKS = 2  # commas and brackets up to "of" after a name


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
    if _is_party(wording, name):
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
    if name.kind is not None or names_a_people(name.words[-1]):
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


def _is_party(wording: Wording, name: Reference) -> bool:
    """Whether the name is a party's: a known one, or one that says so itself ("Pirate Party", "the Milla party")."""
    if name.form != "name":
        return False
    if " ".join(name.words) in gazetteer().parties or name.words[-1] == "party":
        return True
    return not name.possessive and wording.words[name.last : name.last + 1] == ("party",)


def _party_name(wording: Wording, name: Reference) -> str:
    return gazetteer().parties.get(" ".join(name.words)) or name.span.of(wording.layout.text)


def past_brackets(wording: Wording, index: int) -> int:
    """Past "(R-Ky.)", "(photo)" and the like at a token; `index` if none open there, or "of" stands in them."""
    words = wording.words
    if words[index : index + 1] != ("(",) or words[index + 1 : index + 2] == ("of",):
        return index
    limit = min(index + LONGEST_BRACKETS, len(words))
    return next((end + 1 for end in range(index + 1, limit) if words[end] == ")"), index)


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
    phrase = next((p for p in (" ".join(words[verb : verb + 2]), " ".join(words[verb : verb + 1])) if p in HOLDING), None)
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
        if (owned or between[:2] in ALSO_OWNED) and _is_party(wording, name) and not _governs_noun(wording, name):
            yield Saying("party", _party_name(wording, name), name.span, 1.1)
            return


def _governs_noun(wording: Wording, name: Reference) -> bool:
    """Whether the party only describes the noun after it: "Jane Doe’s Green Party rivals"."""
    after = name.last + (wording.words[name.last : name.last + 1] == ("party",))
    return after < len(wording.words) and read_head(wording.words[after]) is not None
