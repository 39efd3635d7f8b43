"""Whom somebody belongs to whose name the text keeps back: "a Treasury official", "a source close to the campaign"."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.extract.document import Span
from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.lexicon import load
from app.extract.people.entities import Entity
from app.extract.people.mentions import MentionKind, Reference
from app.extract.people.nominals import singular
from app.extract.people.wording import Wording

SERVICE = frozenset(load("anonymity")["service"]["nouns"])
OF_A_BODY = frozenset(["for", "of", "at", "with", "from", "within", "inside", "in"])
OF_A_PERSON = frozenset(["for", "of", "to"])
NEXT = 3  # references after the one that is described


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The references of a text and, in parallel, whom they stand for."""

    references: Sequence[Reference]
    bearers: Sequence[Entity | None]

    def kind(self, index: int) -> MentionKind | None:
        """What the reference at `index` stands for."""
        bearer = self.bearers[index]
        return bearer.kind if bearer is not None else self.references[index].kind


def read_owner(wording: Wording, mentioned: Mentioned, index: int) -> Span | None:
    """The body or person in whose service or camp the nominal at `index` is, without article; `None` if nobody."""
    return _named_inside(wording, mentioned, index) or _named_after(wording, mentioned, index)


def _named_inside(wording: Wording, mentioned: Mentioned, index: int) -> Span | None:
    """The name in "a Treasury official" and "Lowe’s aides"."""
    references = mentioned.references
    nominal = references[index]
    if singular(nominal.words[-1]) not in SERVICE:
        return None
    for place in range(index + 1, min(index + 1 + NEXT, len(references))):
        name = references[place]
        if name.first >= nominal.last - 1 or name.form != "name":
            return None
        if mentioned.kind(place) in {"organization", "person"} and not _is_party(name):
            return _bare(wording, name)
    return None


def _named_after(wording: Wording, mentioned: Mentioned, index: int) -> Span | None:
    """Whom a preposition names: "a source close to Lowe", "a person at the ministry", "an aide to Lowe"."""
    references, words = mentioned.references, wording.words
    nominal = references[index]
    following = words[nominal.last : nominal.last + 2]
    close = following == ("close", "to")
    first = nominal.last + 1 + close
    preposition = following[0] if following else ""
    personal = close or (preposition in OF_A_PERSON and singular(nominal.words[-1]) in SERVICE)
    if not personal and preposition not in OF_A_BODY:
        return None
    places = range(index + 1, min(index + 1 + NEXT, len(references)))
    place = next((place for place in places if references[place].first >= first), None)
    if place is None or references[place].sentence != nominal.sentence or _is_party(references[place]):
        return None
    owner, kind = references[place], mentioned.kind(place)
    fits = kind == "organization" or (personal and kind == "person" and owner.form == "name")
    apart = any(word not in vocabulary().determiners for word in words[first : owner.lead])
    return _bare(wording, owner) if fits and not apart else None


def _bare(wording: Wording, owner: Reference) -> Span:
    """The words of a reference without its article."""
    begin = owner.first
    while begin < owner.last - 1 and wording.words[begin] in vocabulary().determiners:
        begin += 1
    return wording.span(begin, owner.last)


def _is_party(name: Reference) -> bool:
    return " ".join(name.words) in gazetteer().parties
