"""Whose name it is: the names of one text gathered into the people, organisations and places that bear them.

Full names first, over the whole text, by surname and given name; then the shorter forms (surname, first name, part of a
longer name, acronym) go to the bearer the text names most. Everything is looked up in indexes: the time grows with
the number of names, however many people share one.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from app.extract.gazetteer import Gender, gazetteer, vocabulary
from app.extract.lexicon import load
from app.extract.people.mentions import MentionKind, Reference

Words = tuple[str, ...]
Place = Literal["last", "first", "any"]

GENERATIONS = frozenset(["jr", "jr.", "sr", "sr.", "ii", "iii", "iv"])
OFFICES = frozenset(["department", "ministry"])
SEATS = {tuple(name.split()): tuple(seat.split()) for name, seat in load("organizations")["seats"].items()}
UNSOUNDED = frozenset(["the", "of", "for", "and", "on", "in", "&"])


@dataclass(slots=True)
class Entity:
    """Somebody or something the text refers to.

    `words` are those of its fullest name, or of the phrase that stands for it; `full` counts its full names,
    `references` indexes the references to it in reading order, `best` is the reference with the fullest name and
    `longest` the number of words in it.
    """

    number: int
    kind: MentionKind | None
    words: Words
    named: bool = True
    gender: Gender | None = None
    weak: bool = True
    plural: bool = False
    full: int = 0
    country: str | None = None
    best: int = -1
    longest: int = 0
    references: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Bearers:
    """The people who share a word of their names: the one named most, and the one named last."""

    leader: Entity | None = None
    runner_up: int = 0
    recent: Entity | None = None

    def add(self, entity: Entity) -> None:
        """Weigh `entity`, once, as the one who is named most."""
        if self.leader is None:
            self.leader = entity
        elif entity.full > self.leader.full:
            self.runner_up, self.leader = self.leader.full, entity
        else:
            self.runner_up = max(self.runner_up, entity.full)

    def likeliest(self) -> Entity | None:
        """The one named most; where none stands out, the one named last."""
        if self.leader is not None and self.leader.full > self.runner_up:
            return self.leader
        return self.recent or self.leader


class Names:
    """The bearers of a text's names: the full names are added first, then every name is asked for in reading order."""

    def __init__(self) -> None:
        self.entities: list[Entity] = []
        self._people: dict[Words, dict[str, Entity]] = {}
        self._initials: dict[Words, Entity] = {}
        self._parts: dict[Words, Entity] = {}
        self._bearers: dict[tuple[Place, str, Gender | None], Bearers] = defaultdict(Bearers)
        self._things: dict[Words, Entity] = {}
        self._short: dict[str, Entity] = {}
        self._firms: set[str] = set()
        self._located: set[Words] = set()

    def gather(self, references: Sequence[Reference]) -> list[Entity | None]:
        """The bearer of every reference that is a name; `None` for the others."""
        bearers: list[Entity | None] = [None] * len(references)
        self._located = {reference.words for reference in references if reference.located and not reference.titled}
        names = [i for i, reference in enumerate(references) if reference.form == "name"]
        for index in sorted(names, key=lambda i: -len(references[i].words)):
            reference = references[index]
            if len(_person_words(reference.words)) > 1:
                person = self._is_person(reference)
                bearers[index] = self._person(reference) if person else self._thing(reference)
        for entity in self.entities:
            self._index(entity)
        for index in names:
            if bearers[index] is None and self._is_person(references[index]):
                self._introduce(references[index])
        for index in names:
            entity = bearers[index] or self._short_name(references[index])
            self._note(entity, references[index], index)
            bearers[index] = entity
        return bearers

    def country(self, code: str) -> Entity:
        """The country with this ISO 3166-1 alpha-2 code, as one who can speak."""
        entity = self._things.get((code,))
        if entity is None:
            entity = self._new("place", (code,))
            entity.country = code
            self._things[code,] = entity
        return entity

    def called(self, words: Words) -> Entity | None:
        """The organisation with this very name, which a text may also write in lower case ("the Biden administration")."""
        return self._things.get(_key(words))

    def describe(self, nominal: Reference) -> Entity:
        """A new bearer of a phrase that is no name."""
        entity = self._new(nominal.kind, nominal.words)
        entity.named, entity.plural, entity.gender = False, nominal.plural, nominal.gender
        return entity

    def _is_person(self, reference: Reference) -> bool:
        return reference.kind == "person" and not (reference.weak and reference.words in self._located)

    def _introduce(self, reference: Reference) -> None:
        """Make known somebody who is only called by one name."""
        word = reference.words[0]
        if self._bearer(word, reference.gender) is None and word not in self._short:
            entity = self._new("person", (word,))
            entity.gender, entity.weak = reference.gender, reference.weak
            self._index(entity)

    def _new(self, kind: MentionKind | None, words: Words) -> Entity:
        entity = Entity(len(self.entities), kind, words)
        self.entities.append(entity)
        return entity

    def _person(self, reference: Reference) -> Entity:
        words = _person_words(reference.words)
        entity = self._same_person(words, reference)
        if entity is None:
            entity = self._new("person", words)
            self._people.setdefault((_surname(words), _given(words)), {})[_middle(reference.words)] = entity
            self._initials.setdefault((_surname(words), words[0][0]), entity)
            if not reference.weak:
                self._parts.update((part, entity) for part in _parts(words))
        if len(words) > len(entity.words):
            entity.words = words
        entity.full += 1
        entity.weak = entity.weak and reference.weak
        entity.gender = entity.gender or reference.gender
        return entity

    def _same_person(self, words: Words, reference: Reference) -> Entity | None:
        middle = _middle(reference.words)
        namesakes = self._people.get((_surname(words), _given(words)), {})
        if middle in namesakes:
            return namesakes[middle]
        if "+" not in middle:
            if middle and "" in namesakes:
                return namesakes[""]
            plain = next((entity for key, entity in namesakes.items() if "+" not in key), None)
            if not middle and plain is not None:
                return plain
        if len(words[0].rstrip(".")) == 1 and not namesakes:
            return self._initials.get((_surname(words), words[0][0]))
        return self._parts.get(words)

    def _thing(self, reference: Reference) -> Entity:
        words = _thing_words(reference.words)
        country = gazetteer().countries.get(" ".join(words))
        key = (country,) if country else _key(words)
        entity = self._things.get(key)
        if entity is None:
            entity = self._new(None if reference.kind == "person" else reference.kind, words)
            entity.country = country or gazetteer().organizations.get(" ".join(words)) or None
            self._things[key] = entity
            if reference.kind == "organization" and len(words) > 1:
                for short in _short_forms(words):
                    self._short.setdefault(short, entity)
                if _is_firm(words):
                    self._short.setdefault(words[0], entity)
                    self._firms.add(words[0])
        entity.full += 1
        entity.kind = entity.kind or (None if reference.kind == "person" else reference.kind)
        return entity

    def _index(self, entity: Entity) -> None:
        """Make a person known by every word of the name."""
        if entity.kind == "person":
            for place, word in _places(entity.words):
                for gender in {None, entity.gender}:
                    self._bearers[place, word, gender].add(entity)

    def _short_name(self, reference: Reference) -> Entity:
        """The bearer of a name of one word: one who has been found, or a new one."""
        word = reference.words[0]
        surname_first = reference.kind in {"person", None}
        entity = self._bearer(word, reference.gender) if surname_first else None
        if entity is None and not reference.titled and reference.kind != "place":
            known = reference.kind is not None or word in vocabulary().last_words or word in self._firms
            entity = self._short.get(word) if known else None
        if entity is not None:
            return entity
        return self._thing(reference)

    def _bearer(self, word: str, gender: Gender | None) -> Entity | None:
        places: tuple[Place, ...] = ("last", "first", "any")
        for place in places:
            for agreeing in (gender, None):
                bearers = self._bearers.get((place, word, agreeing))
                entity = bearers.likeliest() if bearers is not None else None
                if entity is not None and (gender is None or entity.gender in {None, gender}):
                    return entity
        return None

    def _note(self, entity: Entity, reference: Reference, index: int) -> None:
        entity.references.append(index)
        if entity.kind != "person":
            if entity.best < 0:
                entity.best = index
            return
        if entity.gender is None or (reference.titled and reference.gender):
            entity.gender = reference.gender or entity.gender
        length = len(_person_words(reference.words))
        if length > entity.longest:
            entity.best, entity.longest = index, length
        for place, word in _places(entity.words):
            for gender in {None, entity.gender}:
                self._bearers[place, word, gender].recent = entity


def _person_words(words: Words) -> Words:
    """The words without generation marks and degrees."""
    end = len(words)
    while end > 1 and words[end - 1] in vocabulary().suffixes:
        end -= 1
    return words[:end]


def _thing_words(words: Words) -> Words:
    return words[1:] if len(words) > 1 and words[0] == "the" else words


def _key(words: Words) -> Words:
    """One of the several names that an office of state has: "Department of Justice" is "Justice Department"."""
    if len(words) > 2 and words[0] in OFFICES and words[1] == "of":
        words = (*(words[3:] if words[2] == "the" else words[2:]), words[0])
    return SEATS.get(words, words)


def _surname(words: Words) -> str:
    return words[-1]


def _given(words: Words) -> str:
    return gazetteer().short_forms.get(words[0], words[0])


def _middle(words: Words) -> str:
    """Initials of the middle names, and the generation after a plus sign: what sets two George Bushes apart."""
    inner = [word for word in _person_words(words)[1:-1] if word not in vocabulary().particles]
    generation = next((word.rstrip(".") for word in words[1:] if word in GENERATIONS), "")
    return "".join(letter for word in inner for letter in (word if "." in word else word[0]) if letter != ".") + (
        f"+{generation}" if generation else ""
    )


def _parts(words: Words) -> Iterator[Words]:
    """The runs of at least two words inside a name of at least three."""
    for start in range(len(words) - 1):
        for end in range(start + 2, len(words) + 1):
            if end - start < len(words):
                yield words[start:end]


def _places(words: Words) -> Iterator[tuple[Place, str]]:
    yield "last", words[-1]
    if len(words) > 1:
        yield "first", words[0]
    for word in words[1:-1]:
        if word not in vocabulary().particles and "." not in word and len(word) > 1:
            yield "any", word


def _short_forms(words: Words) -> Iterator[str]:
    """What a text calls an organisation of several words once it has named it: by its acronym or last word."""
    yield _acronym(words)
    if words[-1] not in gazetteer().organizations:  # "the House" is not the White House
        yield words[-1]


def _is_firm(words: Words) -> bool:
    """Whether the organisation is a firm that is called by the first word of its name: Acme Motors, then Acme."""
    names = gazetteer()
    everyday = words[0] in names.places or words[0] in vocabulary().common_words or words[0] in names.given_names
    return words[-1] in names.firm_endings and len(words[0]) > 3 and not everyday


def _acronym(words: Words) -> str:
    return "".join(word[0] for word in words if word not in UNSOUNDED)
