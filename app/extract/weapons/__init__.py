"""Weapon facts: attributes of weapons as the article states them, or as somebody quoted in it does."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import replace

from app.extract.dates import Calendar, DateMention
from app.extract.document import Document, Quote, Span, WeaponFact, merged
from app.extract.layout import Layout
from app.extract.weapons.coreference import WeaponReferents
from app.extract.weapons.events import find_events
from app.extract.weapons.finding import Finding
from app.extract.weapons.makers import find_makers
from app.extract.weapons.measures import find_measures
from app.extract.weapons.mentions import read_passages
from app.extract.weapons.names import systems
from app.extract.weapons.passage import Passage

# These say something without a number too; said twice, even by different people, they are one event.
EVENTS = frozenset(["transfer", "authorization", "use", "test", "loss"])
# What is denied, asked or imagined is no fact, whoever speaks of it.
SAYING = frozenset(["said", "says", "told", "announced", "reported", "statement", "interview", "claimed"])
NIGHTS = frozenset(["overnight", "last night"])  # which of two days is meant, nobody says
CLAUSE_END = re.compile(r",|;|:|\b(?:and|but|while|which|who|that)\b")
LISTED = 6  # characters between two dates that are given together: "in 2016 and 2024"
NESTING = 64  # quotes before a place among which the one around it is: none nests or interrupts more
RECEIPTS = 10  # places that a fact stated again and again is shown at
RIVALS = 200  # facts of one attribute that a bare event is held against; no article states as many
UNCLAIMED = frozenset(["denied", "questioned", "hypothetical"])


def find_weapon_facts(document: Document, layout: Layout, quotes: tuple[Quote, ...]) -> tuple[WeaponFact, ...]:
    """What `document` says of weapons, in reading order; the claimant is the speaker of the innermost quote around it."""
    passages = read_passages(layout)
    referents = WeaponReferents(passages)
    claims = _Claims(quotes)
    findings = sorted(_findings(passages, referents), key=lambda finding: finding.evidence)
    if not findings:
        return ()
    calendar = Calendar(document, layout)
    facts = [replace(fact, on=_date_of(fact, calendar)) for finding in findings if (fact := claims.fact(finding))]
    return _merged(facts)


def _findings(passages: Iterable[Passage], referents: WeaponReferents) -> Iterator[Finding]:
    for passage in passages:
        yield from find_measures(passage, referents)
        yield from find_makers(passage, referents)
        yield from find_events(passage, referents)


class _Claims:
    """The quotes of a text, to be asked who claims what stands at a place."""

    def __init__(self, quotes: tuple[Quote, ...]) -> None:
        self._quotes = sorted(((span, quote) for quote in quotes for span in quote.content), key=lambda pair: pair[0])
        self._starts = [span.start for span, _ in self._quotes]

    def fact(self, finding: Finding) -> WeaponFact | None:
        """`finding` with its claimant; `None` if the quote it stands in does not assert it."""
        quote = self._around(Span(finding.evidence[0].start, finding.evidence[-1].end)) or self._naming(finding)
        if quote is not None and quote.assertion in UNCLAIMED:
            return None
        antecedent = finding.referent.antecedent
        mention = {finding.mention} | ({antecedent} if antecedent else set())
        return WeaponFact(
            weapon=finding.referent.name,
            mention=tuple(sorted(mention)),
            attribute=finding.attribute,
            value=finding.value,
            evidence=finding.evidence,
            value_max=finding.value_max,
            unit=finding.unit,
            qualifier=finding.qualifier,
            si=finding.si,
            party=finding.party,
            claimed_by=quote.speaker if quote else None,
            quote=quote.id if quote else None,
            confidence=finding.confidence,
        )

    def _naming(self, finding: Finding) -> Quote | None:
        """The quote that names the weapon, unless its cue is the very verb of the deed: "Warsaw ordered 486 launchers"."""
        quote = self._around(finding.mention)
        is_deed = quote is not None and any(cue.overlaps(shown) for cue in quote.cue for shown in finding.evidence)
        return None if is_deed else quote

    def _around(self, span: Span) -> Quote | None:
        first = bisect_right(self._starts, span.start)
        nearest = self._quotes[max(0, first - NESTING) : first]
        covering = [pair for pair in nearest if pair[0].covers(span)]
        return min(covering, key=lambda pair: pair[0].end - pair[0].start)[1] if covering else None


def _date_of(fact: WeaponFact, calendar: Calendar) -> str | None:
    """The only date of the event's sentence, unless it is that of a statement ("said Tuesday")."""
    sentence = calendar.layout.sentence_at(fact.evidence[0].start)
    if fact.attribute not in EVENTS or sentence is None:
        return None
    dates = [each for each in calendar.within(sentence.span) if not _dates_something_else(calendar.layout, each)]
    near = dates if len(dates) == 1 else [each for each in dates if _is_beside(each, fact, calendar.layout)]
    several = any(0 < other.span.start - near[0].span.end <= LISTED for other in dates) if near else False
    return near[0].edtf if len(near) == 1 and not several else None


def _is_beside(date: DateMention, fact: WeaponFact, layout: Layout) -> bool:
    """Whether the date stands in the event's own clause: no comma, "and" or colon between them."""
    shown = Span(fact.evidence[0].start, fact.evidence[-1].end)
    after = date.span.start >= shown.end
    gap = layout.text[shown.end : date.span.start] if after else layout.text[date.span.end : shown.start]
    return date.span.overlaps(shown) or CLAUSE_END.search(gap) is None


def _dates_something_else(layout: Layout, date: DateMention) -> bool:
    """A statement ("said Tuesday"), or the beginning or end of a time in which it happened ("since March")."""
    index = layout.token_at(date.span.start)
    before = [token.lower for token in layout.tokens[max(0, index - 3) : index]]
    if date.span.of(layout.text).lower() in NIGHTS:
        return True
    return not SAYING.isdisjoint(before) or before[-1:] in (["since"], ["until"], ["before"], ["after"], ["by"])


def _merged(facts: list[WeaponFact]) -> tuple[WeaponFact, ...]:
    """Each fact once: what is repeated adds its evidence to the first, what a fuller statement holds is left out."""
    kept: dict[tuple[object, ...], WeaponFact] = {}
    for fact in facts:
        key: tuple[object, ...] = (
            fact.weapon,
            fact.attribute,
            fact.value,
            fact.value_max,
            fact.unit,
            fact.claimed_by,
        )
        if fact.value is None:
            key = (fact.weapon, fact.attribute, None, fact.party)
        kept[key] = _joined(kept[key], fact) if key in kept else fact
    return tuple(_without_bare_events(list(kept.values())))


def _joined(first: WeaponFact, repeat: WeaponFact) -> WeaponFact:
    if first.claimed_by != repeat.claimed_by or len(first.evidence) >= RECEIPTS:
        return first
    evidence = merged((*first.evidence, *repeat.evidence))
    mention = tuple(sorted({*first.mention, *repeat.mention}))
    return replace(first, evidence=evidence, mention=mention, party=first.party or repeat.party)


def _without_bare_events(facts: list[WeaponFact]) -> Iterator[WeaponFact]:
    """The facts, without the events that say no more than another one does: no number, no weapon's or party's name."""
    fuller: dict[str, list[WeaponFact]] = {}
    for fact in facts:
        fuller.setdefault(fact.attribute, []).append(fact)
    named = {system.name for system in systems()}
    for fact in facts:
        rivals = fuller[fact.attribute][:RIVALS] if fact.attribute in EVENTS else []
        if fact.value is not None:
            yield _with_party(fact, rivals)
            continue
        told = any(_says_more(other, fact, named) for other in rivals)
        if not told and not _is_trial(fact, fuller.get("test", [])[:RIVALS]):
            yield fact


def _with_party(fact: WeaponFact, others: list[WeaponFact]) -> WeaponFact:
    """`fact` with the party that a bare mention of the same event names, and the place that names it."""
    bare = [other for other in others if other.party and other.weapon == fact.weapon and _is_one_deal(other, fact)]
    if fact.party is not None or fact.attribute != "transfer" or not bare:
        return fact
    return replace(fact, party=bare[0].party, evidence=merged((*fact.evidence, *bare[0].evidence)))


def _is_one_deal(one: WeaponFact, other: WeaponFact) -> bool:
    """Whether the first is the mere event, or the number bought for the other's money in the same words."""
    return one.value is None or any(mine.overlaps(its) for mine in one.evidence for its in other.evidence)


def _is_trial(fact: WeaponFact, facts: list[WeaponFact]) -> bool:
    """A launch that the text tells of again after it said that it was a test."""
    return fact.attribute == "use" and any(other.weapon == fact.weapon for other in facts)


def _says_more(other: WeaponFact, fact: WeaponFact, named: set[str]) -> bool:
    if other is fact or not (fact.party is None or other.party is None or fact.party == other.party):
        return False
    if other.weapon == fact.weapon:
        return other.value is not None or (fact.party is None and other.party is not None)
    return fact.weapon not in named and other.weapon in named
