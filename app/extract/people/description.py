"""What the text says of a person or organisation: role, affiliation, party, constituency and country, each with evidence.

Read from what stands before a name ("Ukrainian President"), from an apposition after it (", chairman of the party"), from a
tag ("(R-Ky.)"), from a predicate ("is the mayor of"), from a nominal that stands for it and from a possessor ("Putin's
spokesman"). Nothing is known beforehand of anybody.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.extract.document import Spans
from app.extract.people.apposition import introduced
from app.extract.people.entities import Entity
from app.extract.people.mentions import Reference
from app.extract.people.origin import read_adjectives, read_home, read_tag
from app.extract.people.role import read_apposition, read_introduction, read_nominal, read_role_before, role_start
from app.extract.people.saying import Saying
from app.extract.people.wording import Wording

MOST_REFERENCES = 40  # of one entity: what is said of somebody is said early
BORROWED = 0.5  # weight of a possessor's country


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
                yield from self._said_of_name(index)
            elif form != "pronoun":
                yield from self._said_of_phrase(index, entity)

    def _said_of_name(self, index: int) -> Iterator[Saying]:
        wording, reference = self._wording, self._references[index]
        start = role_start(wording, reference)
        yield from read_role_before(wording, start, reference.first)
        yield from read_adjectives(wording, start, reference.first)
        yield from read_tag(wording, reference)
        yield from read_home(wording, reference)
        yield from read_apposition(wording, self._references, index)

    def _said_of_phrase(self, index: int, entity: Entity) -> Iterator[Saying]:
        """What the words of an organisation's name or of a nominal tell."""
        reference = self._references[index]
        if entity.country is not None:
            yield Saying("country", entity.country, reference.span, 3.0)
        for saying in read_adjectives(self._wording, reference.first, reference.last):
            if saying.field == "country" or (saying.field in {"party", "constituency"} and entity.kind == "person"):
                yield saying
        named = introduced(self._wording, self._references, index)
        if named is not None and entity.named:
            yield from read_introduction(self._wording, reference, self._references[named])
        elif reference.form == "nominal" and entity.kind in {"person", "group"}:
            said = read_nominal(self._wording, self._references, index)
            yield from (saying for saying in said if saying.field == "role" or not entity.named)

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
            return self._ending.get(role_start(self._wording, reference))
        if reference.form == "nominal" and index + 1 < len(self._references):
            inner = self._references[index + 1]
            return index + 1 if inner.possessive and inner.first == reference.first else None
        return None


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
