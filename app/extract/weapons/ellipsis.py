"""Numbers that stand for weapons named before: "50 drones, 30 of which were shot down", "and China has 600"."""

from bisect import bisect_left
from collections.abc import Iterator

from app.extract.weapons.clause import Clause, doer, verb_span
from app.extract.weapons.context import context
from app.extract.weapons.coreference import Referent
from app.extract.weapons.finding import Finding, measured, receipt
from app.extract.weapons.passage import WeaponMention
from app.extract.weapons.quantity import Amount
from app.extract.weapons.verbs import VerbHit

BACK = 8  # mentions before a number among which the one it stands for is
OBJECT = 3  # tokens between a verb and the number that is its object


def find_elided(clause: Clause) -> Iterator[Finding]:
    """The counts of `clause` that have no noun of their own."""
    passage = clause.passage
    counted = {amount.span for mention in passage.mentions for amount in (mention.amount, mention.total) if amount}
    for amount in passage.amounts:
        if amount.dimension == "count" and not amount.joined and amount.span not in counted:
            yield from _as_subject(clause, amount)
            yield from _as_object(clause, amount)
            yield from _as_second(clause, amount)


def _as_subject(clause: Clause, amount: Amount) -> Iterator[Finding]:
    """ "Of which 36 were intercepted"."""
    passage = clause.passage
    link = context("ellipsis").match(passage.layout.text, amount.phrase.end, passage.sentence.span.end)
    if link is None:
        return
    hit = _verb_at(clause, passage.layout.token_at(link.end()))
    whole = _counted_before(clause, amount)
    if hit is None or whole is None or not hit.real or hit.attribute not in ("loss", "use", "transfer", "quantity"):
        return
    mention, referent = whole
    evidence = receipt(amount.phrase, verb_span(clause, hit))
    party = mention.nations[0].name if mention.nations else None
    yield measured(referent, mention.span, hit.attribute, amount, evidence, party)


def _as_object(clause: Clause, amount: Amount) -> Iterator[Finding]:
    """ "The United States has 5,044", "dropping more than 80 of them", "can make four million this year"."""
    passage = clause.passage
    if not context("bare_number").match(passage.layout.text, amount.phrase.end, passage.sentence.span.end):
        return
    hit = _verb_before(clause, amount)
    of_them = context("of_them").match(passage.layout.text, amount.phrase.end) is not None
    whole = _counted_before(clause, amount, of_them)
    if whole is None and of_them:
        yield from _of_last_sentence(clause, amount)
    if hit is None or whole is None or not hit.real or hit.passive or hit.strikes:
        return
    mention, referent = whole
    evidence = receipt(mention.phrase, verb_span(clause, hit), amount.phrase)
    party = doer(clause, hit) if hit.attribute in ("quantity", "use", "test") else None
    yield measured(referent, mention.span, hit.attribute, amount, evidence, party)


def _of_last_sentence(clause: Clause, amount: Amount) -> Iterator[Finding]:
    """ "Berlin has about 600 of them", of what the sentence before names."""
    owner, hit = clause.referents.of_pronoun(clause.passage, plural=True), _verb_before(clause, amount)
    if owner is not None and hit is not None and hit.real and not hit.passive and not hit.strikes:
        referent, place = owner
        evidence = receipt(verb_span(clause, hit), amount.phrase)
        yield measured(referent, place, hit.attribute, amount, evidence, doer(clause, hit))


def _as_second(clause: Clause, amount: Amount) -> Iterator[Finding]:
    """ "Two more systems this year and another six next year": the verb and the noun of the first count again."""
    passage, text = clause.passage, clause.passage.layout.text
    whole = _counted_before(clause, amount)
    if whole is None or not context("bare_number").match(text, amount.phrase.end, passage.sentence.span.end):
        return
    mention, referent = whole
    before = [hit for hit in clause.verbs if hit.last <= mention.first and hit.real and not hit.passive and not hit.strikes]
    if before and context("second_count").fullmatch(text, mention.span.end, amount.phrase.start):
        evidence = receipt(mention.phrase, amount.phrase)
        yield measured(referent, mention.span, before[-1].attribute, amount, evidence)


def _verb_before(clause: Clause, amount: Amount) -> VerbHit | None:
    first = clause.passage.layout.token_at(amount.phrase.start)
    near = [hit for hit in clause.verbs if 0 <= first - hit.last < OBJECT]
    return near[-1] if near else None


def _verb_at(clause: Clause, index: int) -> VerbHit | None:
    """The verb at token `index` or, after an adverb, the next."""
    position = bisect_left(clause.verbs, index, key=lambda hit: hit.first)
    near = clause.verbs[position : position + 1]
    return near[0] if near and near[0].first - index <= 1 else None


def _counted_before(clause: Clause, amount: Amount, of_them: bool = False) -> tuple[WeaponMention, Referent] | None:
    """The weapons that the number is of: counted themselves, or named by "of them"."""
    passage = clause.passage
    last = passage.mentions_until(amount.span.start)
    for mention in reversed(passage.mentions[max(0, last - BACK) : last]):
        referent = clause.referents.of(mention)
        if referent is not None and (mention.amount or (of_them and mention.plural)) and not mention.modifies:
            return mention, referent
    return None
