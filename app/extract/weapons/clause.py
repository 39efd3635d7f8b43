"""A sentence as the finders of events see it, and the parties in it."""

from functools import cache
from typing import NamedTuple

from app.extract.document import Attribute, Span, Spans
from app.extract.lexicon import load
from app.extract.weapons.context import context
from app.extract.weapons.coreference import Referent, WeaponReferents
from app.extract.weapons.finding import Finding, measured
from app.extract.weapons.nations import Nation
from app.extract.weapons.passage import COORDINATION, Passage, WeaponMention
from app.extract.weapons.quantity import Amount
from app.extract.weapons.verbs import VerbHit

PLACING = frozenset(
    ["at", "against", "in", "into", "inside", "on", "over", "near", "to", "toward", "towards", "from", "across"]
)
PARTY_REACH = 14  # tokens between a verb and who does it


class Clause(NamedTuple):
    passage: Passage
    referents: WeaponReferents
    verbs: tuple[VerbHit, ...]
    verb_tokens: frozenset[int]


def last_nation(passage: Passage, floor: int, ceiling: int) -> str | None:
    found = passage.nations_in(floor, ceiling)
    return found[-1].name if found else None


def first_nation(passage: Passage, floor: int, ceiling: int) -> str | None:
    found = passage.nations_in(floor, ceiling)
    return found[0].name if found else None


def nation_after_to(passage: Passage, index: int) -> str | None:
    for position in range(index, min(index + PARTY_REACH, passage.sentence.last - 1)):
        if passage.tokens[position].lower in ("to", "for"):
            start, end = passage.tokens[position].end, passage.tokens[min(position + 3, passage.sentence.last - 1)].end
            found = first_nation(passage, start, end)
            if found:
                return found
    return None


def single(referent: Referent, mention: WeaponMention, attribute: Attribute, evidence: Spans, party: str | None) -> Finding:
    one = Amount(mention.phrase, mention.phrase, 1.0, None, None, "count", "exactly")
    return measured(referent, mention.span, attribute, one, evidence, party)


def verb_span(clause: Clause, hit: VerbHit) -> Span:
    return Span(clause.passage.tokens[hit.first].start, clause.passage.tokens[hit.last - 1].end)


def doer(clause: Clause, hit: VerbHit) -> str | None:
    """The nation or armed group that does what `hit` says, if one is named as its subject."""
    found = doers(clause, hit)
    return found[-1] if found else None


def doers(clause: Clause, hit: VerbHit) -> tuple[str, ...]:
    """All of the nations that are subjects together: "Egypt and Indonesia operate"."""
    passage = clause.passage
    if hit.passive or (hit.form == "participle" and is_reduced(clause, hit)):
        by = _nation_after_by(clause, hit.last)
        return (by,) if by else ()
    floor = passage.tokens[max(passage.sentence.first, hit.first - PARTY_REACH)].start
    subjects = [each for each in passage.nations_in(floor, passage.tokens[hit.first].start) if not _is_place(passage, each)]
    chain = subjects[-1:]
    for nation in reversed(subjects[:-1]):
        if not COORDINATION.fullmatch(passage.layout.text, nation.span.end, chain[0].span.start):
            break
        chain.insert(0, nation)
    return tuple(nation.name for nation in chain)


def _is_place(passage: Passage, nation: Nation) -> bool:
    """Whether a preposition says that the nation is where or whither, and no subject: "at Israel", "over Ukraine"."""
    return nation.first > passage.sentence.first and passage.tokens[nation.first - 1].lower in PLACING


def _nation_after_by(clause: Clause, index: int) -> str | None:
    passage = clause.passage
    for position in range(index, min(index + 4, passage.sentence.last)):
        if passage.tokens[position].lower == "by":
            start, end = passage.tokens[position].end, passage.tokens[min(position + 4, passage.sentence.last - 1)].end
            return first_nation(passage, start, end)
    return None


def is_reduced(clause: Clause, hit: VerbHit) -> bool:
    """ "The drones launched by …", "missiles fired at …": no object follows the participle."""
    following = clause.passage.tokens[hit.last].lower if hit.last < clause.passage.sentence.last else "."
    begun = clause.passage.tokens[hit.last].start if hit.last < clause.passage.sentence.last else -1
    if any(amount.phrase.start == begun for amount in clause.passage.amounts):  # "fired about 200 missiles"
        return False
    return following in borders() | {"overnight", "to", ".", ",", "on", "since", "this", "last", "and"}


@cache
def borders() -> frozenset[str]:
    return frozenset(load("weapon_cues")["clause"]["borders"])


def is_aside(passage: Passage, index: int, offset: int) -> bool:
    """Whether mention number `index` is no subject of what stands at `offset`, since an earlier one is.

    "The Bulava, carried by submarines, has …", "the Kinzhal is launched from a MiG-31 and can …".
    """
    if index == 0:
        return False
    text, mention = passage.layout.text, passage.mentions[index]
    gap, before = text[mention.span.end : offset], text[max(0, mention.phrase.start - 12) : mention.phrase.start]
    if context("resumed").match(gap) and context("oblique").search(before):
        return True
    opened = text.rfind(",", passage.sentence.span.start, mention.phrase.start)
    owner = passage.mentions[passage.mentions_until(max(0, opened)) - 1]
    is_after_weapon = 0 <= opened - owner.span.end <= 1 and owner.span.start < mention.span.start
    return is_after_weapon and context("aside_closed").search(gap) is not None
