"""Weapon facts: attributes of weapons as the article states them, or as somebody quoted in it does."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from app.extract.document import Document, Quote, Span, WeaponFact
from app.extract.layout import Layout
from app.extract.weapon_attributes import find_attributes
from app.extract.weapon_coreference import WeaponReferents
from app.extract.weapon_events import find_events
from app.extract.weapon_finding import Finding
from app.extract.weapon_mentions import Passage, read_passages
from app.extract.weapon_names import systems

if TYPE_CHECKING:
    from app.extract.people import Cast

# These say something without a number too; said twice, even by different people, they are one event.
EVENTS = frozenset(["transfer", "authorization", "use", "test", "loss"])
# What is denied, asked or imagined is no fact, whoever speaks of it.
NESTING = 64  # quotes before a place among which the one around it is: none nests or interrupts more
RIVALS = 200  # facts of one attribute that a bare event is held against; no article states as many
UNCLAIMED = frozenset(["denied", "questioned", "hypothetical"])


def find_weapon_facts(
    document: Document, layout: Layout, quotes: tuple[Quote, ...], cast: "Cast"
) -> tuple[WeaponFact, ...]:
    """What `document` says of weapons, in reading order; the claimant is the speaker of the innermost quote around it."""
    passages = read_passages(layout)
    referents = WeaponReferents(passages)
    claims = _Claims(quotes)
    findings = sorted(_findings(passages, referents), key=lambda finding: finding.evidence)
    facts = [fact for finding in findings if (fact := claims.fact(finding)) is not None]
    return _merged(facts)


def _findings(passages: Iterable[Passage], referents: WeaponReferents) -> Iterator[Finding]:
    for passage in passages:
        yield from find_attributes(passage, referents)
        yield from find_events(passage, referents)


class _Claims:
    """The quotes of a text, to be asked who claims what stands at a place."""

    def __init__(self, quotes: tuple[Quote, ...]) -> None:
        self._quotes = sorted(
            ((span, quote) for quote in quotes for span in quote.content), key=lambda pair: pair[0]
        )
        self._starts = [span.start for span, _ in self._quotes]

    def fact(self, finding: Finding) -> WeaponFact | None:
        """`finding` with its claimant; `None` if the quote it stands in does not assert it."""
        quote = self._around(finding.evidence) or self._around(finding.mention)
        if quote is not None and quote.assertion in UNCLAIMED:
            return None
        antecedent = finding.referent.antecedent
        mention = {finding.mention} | ({antecedent} if antecedent else set())
        return WeaponFact(
            weapon=finding.referent.name,
            mention=tuple(sorted(mention)),
            attribute=finding.attribute,
            value=finding.value,
            evidence=(finding.evidence,),
            value_max=finding.value_max,
            unit=finding.unit,
            qualifier=finding.qualifier,
            si=finding.si,
            party=finding.party,
            claimed_by=quote.speaker if quote else None,
            quote=quote.id if quote else None,
            confidence=finding.confidence,
        )

    def _around(self, span: Span) -> Quote | None:
        first = bisect_right(self._starts, span.start)
        nearest = self._quotes[max(0, first - NESTING) : first]
        covering = [pair for pair in nearest if pair[0].covers(span)]
        return min(covering, key=lambda pair: pair[0].end - pair[0].start)[1] if covering else None


def _merged(facts: list[WeaponFact]) -> tuple[WeaponFact, ...]:
    """Each fact once: what is repeated adds its evidence to the first, what a fuller statement holds is left out."""
    kept: dict[tuple[object, ...], WeaponFact] = {}
    for fact in facts:
        key = (fact.weapon, fact.attribute, fact.value, fact.value_max, fact.unit, fact.claimed_by)
        if fact.value is None:
            key = (fact.weapon, fact.attribute, None, fact.party)
        kept[key] = _joined(kept[key], fact) if key in kept else fact
    return tuple(_without_bare_events(list(kept.values())))


def _joined(first: WeaponFact, repeat: WeaponFact) -> WeaponFact:
    if first.claimed_by != repeat.claimed_by:
        return first
    evidence = tuple(dict.fromkeys((*first.evidence, *repeat.evidence)))
    mention = tuple(sorted({*first.mention, *repeat.mention}))
    return replace(first, evidence=evidence, mention=mention, party=first.party or repeat.party)


def _without_bare_events(facts: list[WeaponFact]) -> Iterator[WeaponFact]:
    """The facts, without the events that say no more than another one does: no number, no weapon's or party's name."""
    fuller: dict[str, list[WeaponFact]] = {}
    for fact in facts:
        fuller.setdefault(fact.attribute, []).append(fact)
    named = {system.name for system in systems()}
    for fact in facts:
        rivals = fuller[fact.attribute] if fact.value is None and fact.attribute in EVENTS else []
        if not any(_says_more(other, fact, named) for other in rivals[:RIVALS]):
            yield fact


def _says_more(other: WeaponFact, fact: WeaponFact, named: set[str]) -> bool:
    if other is fact or not (fact.party is None or other.party is None or fact.party == other.party):
        return False
    if other.weapon == fact.weapon:
        return other.value is not None or (fact.party is None and other.party is not None)
    return fact.weapon not in named and other.weapon in named
