"""What the text says of a person or organisation: role, affiliation, party, constituency and country, each with its evidence.

Read from what stands right before a name ("Ukrainian President"), from an apposition after it (", chairman of the party"), from a tag
("(R-Ky.)"), from a predicate ("is the mayor of") and from a possessor ("Putin's spokesman"). Nothing is known beforehand of anybody.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.extract.document import Span, Spans
from app.extract.entities import Entity
from app.extract.gazetteer import gazetteer, key, vocabulary
from app.extract.mentions import Reference
from app.extract.nominals import read_head
from app.extract.wording import Wording

LONGEST_BEFORE = 9
LONGEST_APPOSITION = 16
MOST_REFERENCES = 40  # of one entity: what is said of somebody is said early
FORMER = frozenset(["former", "ex", "ex-", "then", "late", "onetime", "one-time", "retired"])
AFFILIATING = frozenset(["of", "for", "at", "from", "with"])
PREDICATES = frozenset(["is", "was", "serves", "served", "became", "remains"])
TAG = re.compile(r"\s?[,(]\s?(?P<party>[A-Z][A-Za-z]{0,4})\s?[-–‑]\s?(?P<place>[A-Z][A-Za-z.]*(?:\s[A-Z][A-Za-z.]*)?)")
PARENTHESIS = re.compile(r"\s?\((?P<inside>[^()\n]{1,40})\)")
PLAIN_TAG = re.compile(r"(?P<party>[A-Za-z]+)(?:\s?[-–‑,]\s?(?P<place>.+))?")


@dataclass(frozen=True, slots=True)
class Description:
    """What one article says of a speaker; `evidence` has the spans that show a field under its name."""

    role: str | None = None
    affiliation: str | None = None
    party: str | None = None
    constituency: str | None = None
    country: str | None = None
    evidence: dict[str, Spans] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Saying:
    """One thing the text says of somebody; of several for one field the one with the highest `weight` is taken."""

    field: str
    value: str
    span: Span
    weight: float


def describe(
    wording: Wording,
    references: Sequence[Reference],
    bearers: Sequence[Entity | None],
    chosen: Sequence[Entity],
) -> dict[int, Description]:
    """The description of every one of the entities `chosen`, by its number."""
    sayings = {entity.number: _sayings(wording, references, entity) for entity in chosen}
    descriptions = {number: _description(said) for number, said in sayings.items()}
    ending = {reference.last: index for index, reference in enumerate(references)}
    for entity in chosen:
        if descriptions[entity.number].country is None:
            borrowed = _possessor_country(wording, references, bearers, entity, ending, descriptions)
            if borrowed is not None:
                descriptions[entity.number] = _description([*sayings[entity.number], borrowed])
    return descriptions


def _description(sayings: list[Saying]) -> Description:
    best: dict[str, Saying] = {}
    for saying in sayings:
        if saying.field not in best or saying.weight > best[saying.field].weight:
            best[saying.field] = saying
    return Description(
        **{name: saying.value for name, saying in best.items()},  # type: ignore[arg-type]
        evidence={name: (saying.span,) for name, saying in best.items()},
    )


def _sayings(wording: Wording, references: Sequence[Reference], entity: Entity) -> list[Saying]:
    found: list[Saying] = []
    for index in entity.references[:MOST_REFERENCES]:
        reference = references[index]
        if reference.form == "pronoun":
            continue
        if entity.kind == "person" and entity.named:
            if reference.form == "name":
                found.extend(_said_of_person(wording, references, index))
        else:
            found.extend(_said_of_phrase(wording, references, index, entity))
    return found


def _said_of_person(wording: Wording, references: Sequence[Reference], index: int) -> Iterator[Saying]:
    reference = references[index]
    start = _before(wording, reference)
    yield from _read_role_before(wording, start, reference.first)
    yield from _read_adjectives(wording, start, reference.first)
    yield from _read_tag(wording, reference)
    yield from _read_home(wording, reference)
    yield from _read_apposition(wording, references, index)


def _before(wording: Wording, reference: Reference) -> int:
    """Where the title, role, nationality and party before a name begin."""
    words = vocabulary()
    sentence = wording.layout.sentences[reference.sentence]
    start, role_seen, strange = reference.first, False, 0
    limit = max(sentence.first, reference.first - LONGEST_BEFORE)
    while start > limit:
        index = start - 1
        word = wording.words[index]
        within_lead = index >= reference.lead
        if wording.possessives[index] or (not word[0].isalnum() and not within_lead):
            break
        if not within_lead and (word in words.function_words or word in words.speech_verbs or word in words.determiners):
            break
        if _is_role(word):
            role_seen, strange = True, 0
        elif not within_lead and not _is_telling(wording, index):
            strange += 1
            if not role_seen or strange > 2 or wording.words[start] in gazetteer().demonyms:
                break
        start = index
    while start < reference.first and strange and not _is_role(wording.words[start]) and not _is_telling(wording, start):
        start += 1
    return start


def _is_office(word: str) -> bool:
    # "Republican" and "Democrat" are nouns for people too, but tell the party and not the role.
    return word in vocabulary().offices and word not in gazetteer().parties


def _is_role(word: str) -> bool:
    words = vocabulary()
    return _is_office(word) or word in words.titles or word in words.ranks


def _is_telling(wording: Wording, index: int) -> bool:
    word = wording.words[index]
    names = gazetteer()
    return (
        wording.layout.tokens[index].text[0].isupper()
        or word in vocabulary().modifiers
        or word in vocabulary().courtesy
        or word in names.demonyms
        or word in vocabulary().institutions
    )


def _read_role_before(wording: Wording, start: int, first: int) -> Iterator[Saying]:
    """The role in what stands before a name: from the first word that is no nationality or party to the last office."""
    offices = [i for i in range(start, first) if _is_office(wording.words[i])]
    roles = offices or [i for i in range(start, first) if _is_role(wording.words[i])]
    phrase = _title_phrase(wording, start, first)
    if phrase is None and not roles:
        return
    last = max(phrase[1] if phrase else 0, roles[-1] + 1 if roles else 0)
    begin = _past_origin(wording, start, last)
    if begin >= last:
        return
    span = wording.span(begin, last)
    plain = bool(offices) or phrase is not None or wording.words[last - 1] in vocabulary().titles - vocabulary().ranks
    weight = (2.0 if plain else 0.5) + 0.05 * (last - begin) - (1.2 if wording.words[begin] in FORMER else 0)
    yield Saying("role", span.of(wording.layout.text), span, weight)
    if {wording.phrase(begin, last), wording.words[last - 1]} & vocabulary().american_titles:
        yield Saying("country", "US", span, 0.8)


def _title_phrase(wording: Wording, start: int, first: int) -> tuple[int, int] | None:
    for index in range(start, first):
        end = wording.longest_phrase(index, first, vocabulary().title_phrases)
        if end > index:
            return index, end
    return None


def _past_origin(wording: Wording, start: int, last: int) -> int:
    """Past nationality, state, party and courtesy, which are no part of the role."""
    names = gazetteer()
    while start < last:
        word = wording.words[start]
        end = wording.longest_phrase(start, last, names.demonyms)
        if end == start and wording.layout.tokens[start].text[0].isupper():
            end = max(
                wording.longest_phrase(start, last, names.parties), wording.longest_phrase(start, last, names.states)
            )
        if end == start and word in vocabulary().courtesy and not _is_role(word):
            end = start + 1
        if end == start:
            break
        start = end
    return start


def _read_adjectives(wording: Wording, start: int, first: int) -> Iterator[Saying]:
    """Nationality, party and state of what stands between two tokens."""
    names = gazetteer()
    index = start
    while index < first:
        capital = wording.layout.tokens[index].text[0].isupper()
        matches = [
            (wording.longest_phrase(index, first, table), name, table)
            for name, table in (
                ("country", names.demonyms),
                ("party", names.parties),
                ("constituency", names.states),
                ("employer", names.organizations),
                ("land", names.countries),
            )
        ]
        end, name, table = max(matches, key=lambda match: match[0])
        if end == index or not capital:
            index += 1
            continue
        yield from _said_by_adjective(wording, index, end, name, table[wording.phrase(index, end)])
        index = end


def _said_by_adjective(wording: Wording, first: int, last: int, name: str, value: str) -> Iterator[Saying]:
    span = wording.span(first, last)
    if name in {"employer", "land"}:
        if value:
            yield Saying("country", value, span, 0.7)
        return
    yield Saying(name, value, span, 1.0)
    if name == "constituency":
        yield Saying("country", "US", span, 0.9)
    if name == "party" and value in gazetteer().party_countries:
        yield Saying("country", gazetteer().party_countries[value], span, 0.6)


def _read_tag(wording: Wording, reference: Reference) -> Iterator[Saying]:
    """Party and constituency of a tag after the name: "(R-Ky.)", ", D-Calif.,", "(Lab, Leeds)", "(Ohio)"."""
    names, text = gazetteer(), wording.layout.text
    match = TAG.match(text, reference.span.end)
    if match is not None and key(match["party"]) in names.party_tags:
        yield from _said_by_tag(match["party"], match["place"], Span(match.start(), match.end()))
        return
    match = PARENTHESIS.match(text, reference.span.end)
    if match is None:
        return
    span = Span(match.start("inside"), match.end("inside"))
    inside = key(match["inside"].strip())
    if inside in names.states:
        yield from _said_by_tag(None, match["inside"], span)
    elif inside in names.parties:
        yield from _said_by_adjective(wording, *_tokens(wording, span), "party", names.parties[inside])
    else:
        tag = PLAIN_TAG.fullmatch(match["inside"].strip())
        if tag is not None and key(tag["party"]) in names.party_tags and tag["party"][0].isupper():
            yield from _said_by_tag(tag["party"], tag["place"], span)


def _tokens(wording: Wording, span: Span) -> tuple[int, int]:
    return wording.layout.token_at(span.start), wording.layout.token_at(span.end)


def _said_by_tag(party: str | None, place: str | None, span: Span) -> Iterator[Saying]:
    names = gazetteer()
    state = None
    if place is not None:
        written = key(place.strip())
        state = names.states.get(written) or names.states.get(written.rstrip(".") + ".") or names.states.get(written.rstrip("."))
        yield Saying("constituency", state or place.strip(), span, 2.0)
    if state is not None:
        yield Saying("country", "US", span, 1.5)
    if party is not None:
        name = names.party_tags[key(party)]
        yield Saying("party", name, span, 2.0)
        if name in names.party_countries:
            yield Saying("country", names.party_countries[name], span, 1.4)


def _read_home(wording: Wording, reference: Reference) -> Iterator[Saying]:
    """The state in "Sen. Jane Doe of Kentucky"."""
    after = reference.last
    if after + 1 >= len(wording.words) or wording.words[after] not in {"of", "from"} or not reference.titled:
        return
    limit = wording.layout.sentences[reference.sentence].last
    end = wording.longest_phrase(after + 1, limit, gazetteer().states)
    if end > after + 1:
        span = wording.span(after + 1, end)
        yield Saying("constituency", gazetteer().states[wording.phrase(after + 1, end)], span, 1.8)
        yield Saying("country", "US", span, 1.3)


def _read_apposition(wording: Wording, references: Sequence[Reference], index: int) -> Iterator[Saying]:
    """Role and more of the noun phrase after a name and a comma, or after "is the"."""
    reference = references[index]
    bounds = _apposition(wording, reference)
    if bounds is None:
        return
    first, last, weight = bounds
    roles = [part for part in _conjuncts(wording, first, last) if _office_in(wording, *part) is not None]
    if not roles:
        party = any(wording.words[i] in gazetteer().parties for i in range(first, min(last, first + 4)))
        if party:
            yield from _read_adjectives(wording, first, last)
        return
    current = [part for part in roles if wording.words[_past_article(wording, *part)] not in FORMER]
    begin, end = (current or roles)[0]
    begin = _past_origin(wording, _past_article(wording, begin, end), end)
    span = wording.span(begin, end)
    yield Saying("role", span.of(wording.layout.text), span, weight + 0.05 * min(end - begin, 8) - (0 if current else 1.2))
    yield from _read_adjectives(wording, first, last)
    yield from _affiliation(wording, references, index, begin, end)


def _apposition(wording: Wording, reference: Reference) -> tuple[int, int, float] | None:
    words, index = wording.words, reference.last
    limit = min(wording.layout.sentences[reference.sentence].last, index + LONGEST_APPOSITION)
    if index + 1 >= limit or reference.possessive:
        return None
    weight = 1.9
    if words[index] == ",":
        index += 1
        if words[index].isdecimal() and index + 2 < limit and words[index + 1] == ",":
            index += 2
        if words[index] == "who" and index + 2 < limit:
            index += 1
            weight = 1.5
    if words[index] in PREDICATES:
        index, weight = index + 1, 1.5
        index += index < limit and words[index] == "as"
    elif words[reference.last] != ",":
        return None
    end = index
    while end < limit and not _ends_apposition(wording, end):
        end += 1
    return (index, end, weight) if end > index else None


def _ends_apposition(wording: Wording, index: int) -> bool:
    word = wording.words[index]
    if word in {",", ";", ":", ".", "—", "–", "--", "(", "who", "which", "whose", "that", "when", "where", "while", "because", "but"}:
        return True
    return word in vocabulary().speech_verbs or not (word[0].isalnum() or word in "&/'’-")


def _conjuncts(wording: Wording, first: int, last: int) -> Iterator[tuple[int, int]]:
    start = first
    for index in range(first, last):
        if wording.words[index] == "and" and any(
            _is_office(wording.words[i]) for i in range(index + 1, min(last, index + 6))
        ):
            if start < index:
                yield start, index
            start = index + 1
    if start < last:
        yield start, last


def _past_article(wording: Wording, first: int, last: int) -> int:
    while first < last - 1 and wording.words[first] in {"the", "a", "an", "its", "his", "her", "their", "another", "one"}:
        first += 1
    return first


def _office_in(wording: Wording, first: int, last: int) -> int | None:
    """The office at the head of the noun phrase, before any preposition."""
    for index in range(first, last):
        word = wording.words[index]
        if _is_office(word):
            return index
        if word in AFFILIATING or word in {"in", "on", "to", "by"} or wording.possessives[index] and index == first:
            return None if not wording.possessives[index] else _office_in(wording, index + 1, last)
    return None


def _affiliation(
    wording: Wording, references: Sequence[Reference], index: int, first: int, last: int
) -> Iterator[Saying]:
    """The named organisation that a role is held in."""
    for following in references[index + 1 : index + 6]:
        if following.first >= last:
            return
        named = following.form == "name" and following.kind == "organization" and following.first > first
        if named and any(wording.words[i] in AFFILIATING for i in range(max(first, following.first - 2), following.first)):
            yield Saying("affiliation", following.span.of(wording.layout.text), following.span, 1.0)
            return


def _said_of_phrase(
    wording: Wording, references: Sequence[Reference], index: int, entity: Entity
) -> Iterator[Saying]:
    """What the words of an organisation's name or of a nominal tell."""
    reference = references[index]
    if entity.country is not None:
        yield Saying("country", entity.country, reference.span, 3.0)
    for saying in _read_adjectives(wording, reference.first, reference.last):
        if saying.field in {"country", "party"} and not (saying.field == "party" and entity.kind == "organization"):
            yield saying
    if reference.form == "nominal" and entity.kind in {"person", "group"}:
        yield from _said_of_nominal(wording, references, index)


def _said_of_nominal(wording: Wording, references: Sequence[Reference], index: int) -> Iterator[Saying]:
    reference = references[index]
    head = read_head(wording.words[reference.last - 1])
    if head is not None and _is_office(head.word):
        begin = _past_origin(wording, reference.last - len(reference.words), reference.last)
        if begin < reference.last:
            span = wording.span(begin, reference.last)
            yield Saying("role", span.of(wording.layout.text), span, 1.0)
    after = reference.last
    if after < len(wording.words) and wording.words[after] in AFFILIATING and index + 1 < len(references):
        following = references[index + 1]
        close = following.first - after <= 2 and following.kind == "organization"
        if close:
            yield Saying("affiliation", _without_article(wording, following).of(wording.layout.text), following.span, 1.0)


def _without_article(wording: Wording, reference: Reference) -> Span:
    return wording.span(_past_article(wording, reference.first, reference.last), reference.last)


def _possessor_country(
    wording: Wording,
    references: Sequence[Reference],
    bearers: Sequence[Entity | None],
    entity: Entity,
    ending: Mapping[int, int],
    descriptions: Mapping[int, Description],
) -> Saying | None:
    """The country of the one in whose service somebody is: "Putin's press secretary Dmitry Peskov"."""
    for index in entity.references[:MOST_REFERENCES]:
        reference = references[index]
        if reference.form == "pronoun":
            continue
        start = _before(wording, reference) if reference.form == "name" else reference.first
        place = ending.get(start)
        if place is None and reference.form == "nominal":
            place = next((i for i in (index - 1, index + 1) if 0 <= i < len(references) and references[i].first == start), None)
        if place is None or start == reference.first == reference.lead and reference.form == "name":
            continue
        possessor, owner = references[place], bearers[place]
        if owner is None or owner is entity or not possessor.possessive:
            continue
        country = owner.country or (descriptions[owner.number].country if owner.number in descriptions else None)
        if country is not None:
            return Saying("country", country, possessor.span, 0.5)
    return None
