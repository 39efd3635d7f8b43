"""What the text says of a person or organisation: role, affiliation, party, constituency and country, each with evidence.

Read from what stands before a name ("Ukrainian President"), from an apposition after it (", chairman of the party"), from a
tag ("(R-Ky.)"), from a predicate ("is the mayor of"), from a nominal that stands for it and from a possessor ("Putin's
spokesman"). Nothing is known beforehand of anybody.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.extract.document import Spans
from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.lexicon import load
from app.extract.people.affiliation import read_beside, read_holding, read_own_party
from app.extract.people.apposition import introduced
from app.extract.people.employer import SERVING, TEAM
from app.extract.people.entities import Entity
from app.extract.people.enumeration import read_enumeration
from app.extract.people.mentions import Reference
from app.extract.people.origin import read_adjectives, read_home, read_tag
from app.extract.people.role import read_apposition, read_introduction, read_nominal, read_role_before, role_start
from app.extract.people.saying import Saying
from app.extract.people.wording import Wording

MOST_REFERENCES = 40  # of one entity: what is said of somebody is said early
BORROWED = 0.5  # weight of a possessor's country
REFERRED = 0.6  # share of the weight that is left where "the French minister" only seems to mean somebody
MEMBERSHIPS = frozenset(["country", "party", "constituency"])
MOST_BETWEEN = 4  # words from a possessive to the role
BETWEEN = frozenset(load("roles")["passing"]) | vocabulary().modifiers | {"'", "’"}


@dataclass(frozen=True, slots=True)
class Description:
    """What one article says of a speaker; `evidence` has the spans that show a field under its name."""

    role: str | None = None
    affiliation: str | None = None
    party: str | None = None
    constituency: str | None = None
    country: str | None = None
    evidence: dict[str, Spans] = field(default_factory=dict)


class Describing:
    """The references of a text while its entities are described."""

    def __init__(self, wording: Wording, references: Sequence[Reference], bearers: Sequence[Entity | None]) -> None:
        self._wording = wording
        self._references = references
        self._bearers = bearers
        self._ending = {reference.last: index for index, reference in enumerate(references) if reference.possessive}

    def describe(self, chosen: Sequence[Entity]) -> dict[int, Description]:
        """The description of every one of `chosen`, by its number."""
        sayings = {entity.number: list(self._sayings(entity)) for entity in chosen}
        descriptions = {number: _description(said) for number, said in sayings.items()}
        for entity in chosen:
            if descriptions[entity.number].country is None:
                borrowed = self._possessor_country(entity, descriptions)
                if borrowed is not None:
                    descriptions[entity.number] = _description([*sayings[entity.number], borrowed])
        return descriptions

    def _sayings(self, entity: Entity) -> Iterator[Saying]:
        for index in entity.references[:MOST_REFERENCES]:
            form = self._references[index].form
            if form == "name" and entity.kind == "person":
                said = list(self._said_of_name(index))
            elif form != "pronoun":
                said = list(self._said_of_phrase(index, entity))
            else:
                continue
            yield from said
            if entity.kind == "person":
                yield from self._said_by_owners(index, entity, said)

    def _said_of_name(self, index: int) -> Iterator[Saying]:
        said = self._read_name(index)
        if self._references[index].span.of(self._wording.layout.text).isupper():
            # Capitals tell no names where every word has them.
            return (saying for saying in said if saying.field != "affiliation")
        return said

    def _read_name(self, index: int) -> Iterator[Saying]:
        wording, reference = self._wording, self._references[index]
        start = role_start(wording, reference)
        yield from read_role_before(wording, start, reference.first)
        yield from read_adjectives(wording, start, reference.first)
        yield from read_tag(wording, reference)
        yield from read_home(wording, reference)
        for read in (read_apposition, read_beside, read_holding, read_own_party, read_enumeration):
            yield from read(wording, self._references, index)

    def _said_of_phrase(self, index: int, entity: Entity) -> Iterator[Saying]:
        """What the words of an organisation's name or of a nominal tell."""
        reference = self._references[index]
        if entity.country is not None:
            yield Saying("country", entity.country, reference.span, 3.0)
        named = introduced(self._wording, self._references, index)
        referred = entity.named and named is None and entity.kind == "person"
        is_member = reference.words[-1] in gazetteer().parties  # "the Ohio Democrat", but not "the Republican nominee"
        told = {"country"} if entity.kind != "person" or (referred and not is_member) else MEMBERSHIPS
        for saying in read_adjectives(self._wording, reference.first, reference.last):
            if saying.field in told:
                yield replace(saying, weight=saying.weight * (REFERRED if referred else 1.0))
        if named is not None and entity.named:
            yield from read_introduction(self._wording, self._references, index, self._references[named])
        elif reference.form == "nominal" and entity.kind in {"person", "group"}:
            said = read_nominal(self._wording, self._references, index)
            yield from (saying for saying in said if saying.field == "role" or not entity.named)

    def _said_by_owners(self, index: int, entity: Entity, said: Sequence[Saying]) -> Iterator[Saying]:
        """What those in whose service somebody is tell: "Acme's director Jane Doe", "Acme's Jane Doe"."""
        reference = self._references[index]
        held = [(self._token(saying), _office(saying.value)) for saying in said if saying.field == "role"]
        if reference.form == "name" and not any(start < reference.first for start, _ in held):
            held.append((reference.lead, ""))
        for start, office in held:
            owner = self._owner(start)
            bearer = self._bearers[owner] if owner is not None else None
            if owner is not None and bearer is not None and bearer is not entity:
                yield from self._said_by_owner(self._references[owner], bearer, office)

    def _said_by_owner(self, owner: Reference, bearer: Entity, office: str) -> Iterator[Saying]:
        span, text = owner.span, self._wording.layout.text
        if owner.form != "name" and bearer.named and bearer.best >= 0:
            named = self._references[bearer.best]  # "the ministry's spokesman" of a ministry that has a name
            span = self._wording.span(named.first + (named.words[0] == "the" and len(named.words) > 1), named.last)
        if (bearer.country is not None and bearer.kind == "place") or owner.words[-1] == "state":  # "the State's Attorney"
            return
        if bearer.kind == "person" and (office or not bearer.weak):
            if office in SERVING and owner.form == "name":
                yield Saying("affiliation", span.of(text), span, 0.8)
        elif bearer.named and (bearer.kind != "place" or office in TEAM or (not office and not _is_state(bearer))):
            party = gazetteer().parties.get(" ".join(bearer.words))
            yield Saying("party" if party else "affiliation", party or span.of(text), span, 1.3 if office else 1.0)

    def _token(self, saying: Saying) -> int:
        return bisect_left(self._wording.layout.token_starts, saying.span.start)

    def _owner(self, start: int) -> int | None:
        """The possessive reference before the role that begins at token `start`, "new" and the like in between."""
        for last in range(start, max(start - MOST_BETWEEN, 0), -1):
            if last in self._ending:
                return self._ending[last]
            if self._wording.words[last - 1] not in BETWEEN:
                return None
        return None

    def _possessor_country(self, entity: Entity, descriptions: Mapping[int, Description]) -> Saying | None:
        """The country of the one in whose service somebody is: "Putin's press secretary Dmitry Peskov"."""
        for index in entity.references[:MOST_REFERENCES]:
            possessor = self._possessor(index)
            owner = self._bearers[possessor] if possessor is not None else None
            if possessor is None or owner is None or owner is entity:
                continue
            described = descriptions.get(owner.number)
            country = owner.country or (described.country if described is not None else None)
            if country is not None:
                return Saying("country", country, self._references[possessor].span, BORROWED)
        return None

    def _possessor(self, index: int) -> int | None:
        """The possessive reference that opens what is said of the reference at `index`."""
        reference = self._references[index]
        if reference.form == "name":
            return self._owner(role_start(self._wording, reference))
        if reference.form == "nominal" and index + 1 < len(self._references):
            inner = self._references[index + 1]
            return index + 1 if inner.possessive and inner.first == reference.first else None
        return None


def _is_state(entity: Entity) -> bool:
    return " ".join(entity.words) in gazetteer().states


def _office(role: str) -> str:
    """The first noun for an office in a role: "deputy chief of Acme" has "deputy"."""
    return next((word for word in role.lower().split() if word in vocabulary().offices), "office")


def _description(sayings: list[Saying]) -> Description:
    best: dict[str, Saying] = {}
    for saying in sayings:
        if saying.field not in best or saying.weight > best[saying.field].weight:
            best[saying.field] = saying
    values = {name: saying.value for name, saying in best.items()}
    return Description(
        role=values.get("role"),
        affiliation=values.get("affiliation"),
        party=values.get("party"),
        constituency=values.get("constituency"),
        country=values.get("country"),
        evidence={name: (saying.span,) for name, saying in best.items()},
    )
