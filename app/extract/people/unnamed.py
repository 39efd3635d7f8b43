"""Everybody whom a text does not name, kept apart by the words that it has for them.

"A second official" is another than "a U.S. official"; "the official" is the last one spoken of whom the words fit, and
"both officials" are the two that came before. What is looked through for each of them is bounded.
"""

from collections import defaultdict, deque
from dataclasses import dataclass

from app.extract.people.count import read_count
from app.extract.people.entities import Entity, Names, Words
from app.extract.people.mentions import Reference
from app.extract.people.nominals import singular
from app.extract.people.wording import Wording

WINDOW = 8  # of those of one noun that a definite phrase may mean
DEFINITE = frozenset(["the", "this", "that", "these", "those", "both"])
# These set nobody apart: "one official" is no other than "an official", and "my wife", quoted, is "his wife".
PLAIN = DEFINITE | {"a", "an", "one", "all", "his", "her", "their", "its", "my", "our", "your"}
ORDINALS = ("first", "second", "third", "fourth")


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody spoken of: the words that describe them, and how many they are where the text tells."""

    entity: Entity
    words: frozenset[str]
    count: int | None


class Unnamed:
    """The people and bodies without a name that have been spoken of so far."""

    def __init__(self, wording: Wording, names: Names) -> None:
        self._wording = wording
        self._names = names
        self._phrases: dict[tuple[Words, bool], Entity] = {}
        self._recent: defaultdict[tuple[str, bool], deque[Known]] = defaultdict(lambda: deque(maxlen=WINDOW))
        self._groups: dict[int, Entity] = {}
        self._introduced: defaultdict[tuple[str, bool], dict[int, Entity]] = defaultdict(dict)

    def meant(self, nominal: Reference) -> Entity:
        """Whomever the text means by `nominal`: one it has spoken of, or somebody new."""
        determiners = self._determiners(nominal)
        quantity = tuple(word for word in determiners if word not in PLAIN)
        definite = not DEFINITE.isdisjoint(determiners[:2])
        counted = read_count(self._wording, nominal)
        count = counted.number if counted is not None else None
        entity = self._again(nominal, count, "other" in quantity) if definite else None
        if entity is None:
            entity = self._phrase(nominal, () if definite and "other" not in quantity else quantity)
        if "of" not in quantity or not nominal.plural:  # "two of the officials" are not "the officials"
            self._remember(nominal, entity, count)
        return entity

    def of_number(self, count: int) -> Entity | None:
        """The last group spoken of that has so many members, for "the two" and "both"."""
        return self._groups.get(count)

    def _determiners(self, nominal: Reference) -> Words:
        return self._wording.words[nominal.first : max(nominal.first, nominal.last - len(nominal.words))]

    def _again(self, nominal: Reference, count: int | None, other: bool) -> Entity | None:
        """The last one spoken of who is all that a definite phrase says: "the official", "the two Danish officials"."""
        noun, described = _noun(nominal), frozenset(nominal.words[:-1])
        known = [each for each in reversed(self._recent[noun]) if count is None or count == each.count]
        if other:
            return next((each.entity for each in known if each.entity is not known[0].entity), None)
        fitting = next((each.entity for each in known if described <= each.words), None)
        return fitting or self._in_order(noun, described)

    def _in_order(self, noun: tuple[str, bool], described: frozenset[str]) -> Entity | None:
        """The one whose place in the order of introduction is all that the phrase tells: "the second official"."""
        place = next((number for number, ordinal in enumerate(ORDINALS) if described == {ordinal}), None)
        introduced = [*self._introduced[noun].values()] if place is not None else []
        return introduced[place] if place is not None and 1 < len(introduced) > place else None

    def _phrase(self, nominal: Reference, quantity: Words) -> Entity:
        """The one of this very phrase, which is new the first time, and every time after "another"."""
        key = ((*quantity, *nominal.words), nominal.plural)
        entity = None if "another" in quantity else self._phrases.get(key)
        if entity is None:
            called = None if quantity else self._names.called(nominal.words)
            entity = self._phrases[key] = called or self._names.describe(nominal)
        return entity

    def _remember(self, nominal: Reference, entity: Entity, count: int | None) -> None:
        noun = _noun(nominal)
        before = next((known for known in reversed(self._recent[noun]) if known.entity is entity), None)
        words = frozenset(nominal.words[:-1]) | (before.words if before is not None else frozenset())
        counted = count if before is None or before.count is None else before.count
        self._recent[noun].append(Known(entity, words, counted))
        if counted is not None and nominal.plural:
            self._groups[counted] = entity
        if len(self._introduced[noun]) < len(ORDINALS):
            self._introduced[noun].setdefault(entity.number, entity)


def _noun(nominal: Reference) -> tuple[str, bool]:
    """The noun in the singular, and whether it stands in the plural."""
    word = nominal.words[-1]
    return (singular(word) if nominal.plural else word), nominal.plural
