"""Whom a pronoun points at: what the tagger sees of who refers to whom.

The network has learned from annotated coreference to point from the head of a mention at the head of the one it refers back
to (mentions ranked against each other, as by Denis and Baldridge, 2008). Where it is sure its word counts (coreference.py);
else it is one sign among others (salience.py).
"""

from bisect import bisect_left

from app.extract.people.entities import Entity
from app.extract.people.mentions import Reference
from app.extract.people.personhood import pointed_at
from app.extract.people.wording import Wording


class Pointing:
    """The heads of the names and nominals of a text whose bearers are known, to be pointed at."""

    def __init__(self, wording: Wording) -> None:
        self._tokens = wording.layout.tokens
        self._tagging = wording.tagging
        self._heads: list[int] = []
        self._entities: dict[int, int] = {}

    def see(self, reference: Reference, entity: Entity) -> None:
        """Remember that `reference`, which is no pronoun, stands for `entity`."""
        head = self._head(reference)
        if head not in self._entities:
            self._heads.insert(bisect_left(self._heads, head), head)
        self._entities[head] = entity.number

    def shares(self, pronoun: Reference) -> dict[int, float]:
        """By the number of the entity, how likely `pronoun` refers to it; nothing of a text that no network has read."""
        count = len(self._tagging.pieces)
        if not count:
            return {}
        piece = min(count - 1, self._head(pronoun))
        low, chances = pointed_at(self._tagging, piece)
        shares: dict[int, float] = {}
        for head in self._heads[bisect_left(self._heads, low) : bisect_left(self._heads, low + len(chances))]:
            shares[self._entities[head]] = shares.get(self._entities[head], 0.0) + float(chances[head - low])
        return shares

    def _head(self, reference: Reference) -> int:
        head = self._tokens[reference.last - 1]
        return self._tagging.pieces.overlapping(head.start, head.end)[0]
