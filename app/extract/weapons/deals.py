"""Transfers and tests in the form of nouns: aid packages, sales and their worth, "the delivery of", "the launch of"."""

from collections.abc import Iterator
from itertools import pairwise

from app.extract.document import Span
from app.extract.weapons.clause import Clause, nation_after_to, single
from app.extract.weapons.context import context
from app.extract.weapons.finding import Finding, measured, receipt
from app.extract.weapons.passage import LONGEST_LIST, Passage, WeaponMention
from app.extract.weapons.quantity import Amount
from app.extract.weapons.verbs import happens

REACH = 70  # characters between a package or its price and what is in it


def find_packages(clause: Clause) -> Iterator[Finding]:
    """Money of an aid package or sale that a weapon is part of."""
    passage = clause.passage
    for amount in passage.amounts:
        if amount.dimension != "money":
            continue
        for mention in _packaged(passage, amount):
            referent = clause.referents.of(mention)
            if referent is None or not (referent.system or mention.amount or mention.nations or mention.sized):
                continue
            party = nation_after_to(passage, min(mention.first, passage.layout.token_at(amount.span.start)))
            yield measured(referent, mention.span, "transfer", amount, receipt(mention.phrase, amount.phrase), party)


def _packaged(passage: Passage, amount: Amount) -> tuple[WeaponMention, ...]:
    """The weapons that `amount` is the worth of, together with whatever else is in the package."""
    text, sentence = passage.layout.text, passage.sentence.span
    before = text[max(sentence.start, amount.phrase.start - REACH) : amount.phrase.start]
    index = passage.mentions_until(amount.span.start)
    earlier = passage.mentions[max(0, index - 1) : index]
    package = context("package_after").match(text, amount.phrase.end, sentence.end)
    if package and context("in_package").search(before) and _near(earlier, amount):
        return earlier
    if package and (held := _held(passage, package.end())):
        return held
    if context("sale_price").search(before) and _near(earlier, amount) and _is_sold(passage, earlier[0]):
        return () if context("each_after").match(text, amount.phrase.end, sentence.end) else earlier
    return ()


def _near(earlier: tuple[WeaponMention, ...], amount: Amount) -> bool:
    return bool(earlier) and amount.span.start - earlier[0].span.end < REACH


def _is_sold(passage: Passage, mention: WeaponMention) -> bool:
    start = max(passage.sentence.span.start, mention.phrase.start - REACH)
    return context("sale").search(passage.layout.text, start, mention.phrase.start) is not None


def _held(passage: Passage, package: int) -> tuple[WeaponMention, ...]:
    """ "A package that includes launchers, ammunition and tanks": the weapons after "includes"."""
    index = passage.mentions_until(package)
    listed = passage.mentions[index : index + LONGEST_LIST]
    if not listed or listed[0].phrase.start - package > REACH:
        return ()
    if not context("package_holds").search(passage.layout.text, package, listed[0].phrase.start):
        return ()
    far = next((n for n, (one, other) in enumerate(pairwise(listed), 1) if other.first - one.last > 6), len(listed))
    return listed[:far]


def find_deals(clause: Clause) -> Iterator[Finding]:
    """ "Agreed to the sale of howitzers to Norway"."""
    passage, text = clause.passage, clause.passage.layout.text
    for mention in passage.mentions:
        start = max(passage.sentence.span.start, mention.phrase.start - 40)
        noun = context("transfer_of").search(text, start, mention.phrase.start)
        referent = clause.referents.of(mention)
        if noun is None or referent is None or mention.modifies:
            continue
        if not context("decided").search(text[max(passage.sentence.span.start, noun.start() - 70) : noun.start()]):
            continue
        if not happens(passage, passage.layout.token_at(noun.start()), planned_counts=True):
            continue
        party = nation_after_to(passage, mention.last)
        evidence = receipt(Span(*noun.span()), mention.phrase)
        if mention.amount:
            yield measured(referent, mention.span, "transfer", mention.amount, evidence, party)
        elif mention.determiner in ("a", "an", "another") and not mention.plural:
            yield single(referent, mention, "transfer", evidence, party)
        elif referent.system:
            yield Finding(referent, mention.span, "transfer", evidence, party=party, confidence=0.7)


def find_trials(clause: Clause) -> Iterator[Finding]:
    """ "Oversaw the launch of the Hwasong-18"."""
    passage, text = clause.passage, clause.passage.layout.text
    for mention in passage.mentions:
        start = max(passage.sentence.span.start, mention.phrase.start - 60)
        noun = context("test_of").search(text, start, mention.phrase.start)
        referent = clause.referents.of(mention)
        if noun is None or referent is None or mention.modifies or not (referent.system or mention.amount):
            continue
        if happens(passage, passage.layout.token_at(noun.start()), planned_counts=False):
            evidence = receipt(Span(*noun.span()), mention.phrase)
            if mention.amount:
                yield measured(referent, mention.span, "test", mention.amount, evidence)
            else:
                yield Finding(referent, mention.span, "test", evidence, confidence=0.7)
