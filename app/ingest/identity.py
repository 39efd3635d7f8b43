"""Who is who across articles: whether a speaker of an article is one on record already.

Pure: the candidates are handed in. A speaker is recognised only when exactly one candidate fits; otherwise it is a new one,
since two people under one name are a worse error than one person under two.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.extract.document import Speaker, SpeakerKind
from app.names import name_key


@dataclass(frozen=True, slots=True)
class Candidate:
    """A speaker on record: its full names as keys, and every country, party and role that articles gave it."""

    id: int
    kind: SpeakerKind
    keys: frozenset[str]
    countries: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()


def recognise(speaker: Speaker, candidates: Iterable[Candidate]) -> Candidate | None:
    """The one candidate that `speaker` can be, or `None`."""
    fitting = [candidate for candidate in candidates if fits(speaker, candidate)]
    return fitting[0] if len(fitting) == 1 else None


def fits(speaker: Speaker, candidate: Candidate) -> bool:
    """Whether the two can be one: same kind and full name, nothing against it, and for a lone name something for it.

    "Smith" in two articles is not enough; "Smith" with the same role or country is.
    """
    if speaker.anonymous or speaker.kind != candidate.kind or name_key(speaker.name) not in candidate.keys:
        return False
    if _contradicts(speaker.country, candidate.countries) or _contradicts(speaker.party, candidate.parties):
        return False
    return speaker.kind != "person" or is_full_name(speaker.name) or _supported(speaker, candidate)


def is_full_name(name: str) -> bool:
    """Whether `name` has more than one word, so that it can stand for one person across articles."""
    return " " in name_key(name)


def _supported(speaker: Speaker, candidate: Candidate) -> bool:
    role = name_key(speaker.role) if speaker.role else None
    return speaker.country in candidate.countries or speaker.party in candidate.parties or role in candidate.roles


def _contradicts(stated: str | None, known: Collection[str]) -> bool:
    return stated is not None and bool(known) and stated not in known
