"""Names across articles: which are one name in another spelling, and which may be names of one person.

Everything is read from the name alone; who bears it is `identity`'s to decide.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from nameparser import HumanName

from app.extract.document import SpeakerKind
from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.lexicon import load
from app.names import SKY_ENDING, name_key, spelt_alike

Relation = Literal["same", "variant", "other"]
"""Whether two names are one (`same`), may be names of one person (`variant`: Joe and Joseph, J. and Joseph, with Jr. and
without), or cannot be (`other`)."""

GENERATIONS = frozenset(["jr", "sr", "ii", "iii", "iv"])


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name in keys: given name, the initials between, surname, generation mark; empty where there is none."""

    given: str
    middle: str
    surname: str
    generation: str

    @property
    def is_full(self) -> bool:
        """Whether it has a given name too, so that it can stand for one person across articles."""
        return bool(self.given)


@lru_cache(maxsize=65536)
def read_name(name: str) -> PersonName:
    """`name` taken apart; a name of one word is a surname."""
    parsed = HumanName(name.replace("-", " "))  # Kim Jong-un is Kim Jong Un
    words = name_key(name).split()
    generation = next((word for word in words[1:] if word in GENERATIONS), "")
    given, surname = name_key(parsed.first), name_key(parsed.last)
    if not (given and surname):
        return PersonName("", "", " ".join(words), generation)
    middle = "".join(word[0] for word in name_key(parsed.middle).split())
    return PersonName(given, middle, surname, generation)


def is_generic(name: str) -> bool:
    """Whether every country may have a body of this name, as a foreign ministry or a police force.

    >>> is_generic("the Foreign Ministry"), is_generic("Reuters")
    (True, False)
    """
    words = name_key(name).split()
    bodies = vocabulary().institutions
    everywhere = bodies.union(load("organizations")["everywhere"])
    return not bodies.isdisjoint(words) and everywhere.issuperset(words)


def block(kind: SpeakerKind, name: str) -> str:
    """What all names share that may be one speaker's: for people the surname and the first letter of the given name.

    >>> block("person", "Joe Biden") == block("person", "Joseph R. Biden Jr.")
    True
    """
    if kind != "person":
        return f"{kind}: {name_key(name)}"
    parts = read_name(name)
    return f"person: {_romanised(parts.surname, 'family')}, {_formal(parts.given)[:1]}"


@lru_cache(maxsize=65536)
def relation(one: str, other: str) -> Relation:
    """How two people's names stand to each other."""
    if name_key(one) == name_key(other):
        return "same"
    a, b = read_name(one), read_name(other)
    if _excluded(a, b):
        return "other"
    alike = a.given == b.given and SKY_ENDING.sub("sky", a.surname) == SKY_ENDING.sub("sky", b.surname)
    return "same" if alike and a.generation == b.generation else "variant"


def _excluded(a: PersonName, b: PersonName) -> bool:
    if _romanised(a.surname, "family") != _romanised(b.surname, "family") or a.is_full != b.is_full:
        return True
    if a.generation and b.generation and a.generation != b.generation:
        return True
    if any(mine != theirs for mine, theirs in zip(a.middle, b.middle, strict=False)):
        return True
    given, their_given = _formal(a.given), _formal(b.given)
    if 1 in (len(given), len(their_given)):
        return given[0] != their_given[0]
    return given != their_given


def formal_given(name: str) -> str:
    """The given name in full and in one spelling ("joseph" of Joe Biden), or its initial, or nothing."""
    return _formal(read_name(name).given)


def _formal(given: str) -> str:
    return _romanised(gazetteer().short_forms.get(given, given), "given")


def _romanised(words: str, part: Literal["given", "family"]) -> str:
    """`words` in one spelling of the several that a name has in Latin letters."""
    return " ".join(_romanised_word(word, part) for word in words.split())


def _romanised_word(word: str, part: Literal["given", "family"]) -> str:
    return _spellings(part).get(word) or spelt_alike(word)


@cache
def _spellings(part: Literal["given", "family"]) -> dict[str, str]:
    lines = [line.split() for line in load("spellings")[part].strip().splitlines()]
    return {word: line[0] for line in lines for word in line}
