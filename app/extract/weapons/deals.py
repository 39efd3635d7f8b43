"""Transfers and tests in the form of nouns: aid packages, sales and their worth, "the delivery of", "the launch of"."""

from collections.abc import Iterator
from itertools import pairwise

from app.extract.document import Span
from app.extract.weapons.clause import Clause, first_nation, last_nation, nation_after_to, single
from app.extract.weapons.context import context
from app.extract.weapons.finding import Finding, measured, receipt
from app.extract.weapons.passage import LONGEST_LIST, Passage, WeaponMention, coordinated
from app.extract.weapons.quantity import Amount
from app.extract.weapons.verbs import happens

NEXT = 12  # characters between "the sale of" and what is sold
REACH = 70  # characters between a package or its price and what is in it


def find_packages(clause: Clause) -> Iterator[Finding]:
    """Money of an aid package or sale that a weapon is part of."""
    passage = clause.passage
    for amount in passage.amounts:
        if amount.dimension != "money":
            continue
        packaged = _packaged(passage, amount)
        listed = any(mention.listed for mention in packaged)
        for mention in packaged:
            referent = clause.referents.of(mention)
            if referent is None or not (listed or referent.system or mention.amount or mention.nations or mention.sized):
                continue
            party = nation_after_to(passage, min(mention.first, passage.layout.token_at(amount.span.start)))
            yield measured(referent, mention.span, "transfer", amount, receipt(mention.phrase, amount.phrase), party)


def _packaged(passage: Passage, amount: Amount) -> tuple[WeaponMention, ...]:
    """The weapons that `amount` is the worth of, together with whatever else is in the package."""
    text, sentence = passage.layout.text, passage.sentence.span
    before = text[max(sentence.start, amount.phrase.start - REACH) : amount.phrase.start]
    index = passage.mentions_until(amount.span.start)
    earlier = passage.mentions[max(0, index - 1) : index]
    if context("worth_of_package").search(before) and (held := _held(passage, amount.phrase.end)):
        return held
    if context("spent").search(before) and (bought := _bought(passage, amount)):
        return bought
    package = context("package_after").match(text, amount.phrase.end, sentence.end)
    if package and context("in_package").search(before) and _near(earlier, amount):
        return earlier
    if package and (held := _held(passage, package.end())):
        return held
    if context("sale_price").search(before) and _near(earlier, amount) and _is_sold(passage, earlier[0], amount.span.start):
        return (
            () if context("each_after").match(text, amount.phrase.end, sentence.end) else coordinated(passage, earlier[0])
        )
    return ()


def _bought(passage: Passage, amount: Amount) -> tuple[WeaponMention, ...]:
    """ "Spend $2 billion on 400 Tomahawks"; without their number it may be spent on making or keeping them."""
    index = passage.mentions_until(amount.span.end)
    bought = tuple(mention for mention in passage.mentions[index : index + 1] if mention.amount and not mention.modifies)
    gap = passage.layout.text[amount.phrase.end : bought[0].phrase.start] if bought else ""
    settled = happens(passage, passage.layout.token_at(amount.phrase.start) - 1, planned_counts=True)
    return bought if settled and context("spent_on").fullmatch(gap) else ()


def find_purchases(clause: Clause) -> Iterator[Finding]:
    """ "Agreed to pay $2 billion for 96 helicopters": the number of what is bought; its price is that of a package."""
    passage, text = clause.passage, clause.passage.layout.text
    for amount in passage.amounts:
        before = text[max(passage.sentence.span.start, amount.phrase.start - REACH) : amount.phrase.start]
        if amount.dimension != "money" or not context("spent").search(before):
            continue
        for mention in _bought(passage, amount):
            referent = clause.referents.of(mention)
            if referent is not None and mention.amount is not None:
                evidence = receipt(amount.phrase, mention.phrase)
                yield measured(referent, mention.span, "transfer", mention.amount, evidence)


def find_contents(clause: Clause) -> Iterator[Finding]:
    """ "The aid package includes 16 boats and TOW missiles": what is in it is transferred."""
    passage = clause.passage
    package = context("package_of").search(passage.layout.text, *passage.sentence.span)
    if package is None or not happens(passage, passage.layout.token_at(package.start()), planned_counts=True):
        return
    priced = any(amount.dimension == "money" for amount in passage.amounts)
    evidence = Span(*package.span())
    party = nation_after_to(passage, passage.layout.token_at(package.start()))
    for mention in _listed_from(passage, package.end()):
        referent = clause.referents.of(mention)
        if referent is not None and mention.amount is not None:
            yield measured(referent, mention.span, "transfer", mention.amount, receipt(evidence, mention.phrase), party)
        elif referent is not None and referent.system is not None and not priced:
            yield Finding(
                referent, mention.span, "transfer", receipt(evidence, mention.phrase), party=party, confidence=0.7
            )


def _near(earlier: tuple[WeaponMention, ...], amount: Amount) -> bool:
    return bool(earlier) and amount.span.start - earlier[0].span.end < REACH


def _is_sold(passage: Passage, mention: WeaponMention, until: int) -> bool:
    start = max(passage.sentence.span.start, mention.phrase.start - REACH)
    if context("said").search(passage.layout.text, mention.span.end, until):
        return False
    return context("sale").search(passage.layout.text, start, until) is not None


def _held(passage: Passage, package: int) -> tuple[WeaponMention, ...]:
    """ "A package that includes launchers, ammunition and tanks": the weapons after "includes"."""
    listed = _listed_from(passage, package)
    if not listed or not context("package_holds").search(passage.layout.text, package, listed[0].phrase.start):
        return ()
    return listed


def _listed_from(passage: Passage, offset: int, reach: int = REACH) -> tuple[WeaponMention, ...]:
    """The weapons of the list that begins at `offset` or shortly after it."""
    index = passage.mentions_until(offset)
    listed = passage.mentions[index : index + LONGEST_LIST]
    if not listed or listed[0].phrase.start - offset > reach:
        return ()
    far = next((n for n, (one, other) in enumerate(pairwise(listed), 1) if other.first - one.last > 6), len(listed))
    return listed[:far]


def find_deals(clause: Clause) -> Iterator[Finding]:
    """ "Agreed to the sale of howitzers and shells to Norway"."""
    passage = clause.passage
    for noun in context("transfer_of").finditer(passage.layout.text, *passage.sentence.span):
        if _is_decided(passage, noun.start()):
            listed = _listed_from(passage, noun.end(), reach=NEXT)
            party = _buyer(passage, Span(*noun.span()), listed) if listed else None
            for mention in listed:
                yield from _transferred(clause, mention, Span(*noun.span()), party)


def _buyer(passage: Passage, noun: Span, listed: tuple[WeaponMention, ...]) -> str | None:
    """Who gets what is transferred: "the sale to Taiwan of …", "… to Norway", "Riyadh signed a contract for …"."""
    named = first_nation(passage, noun.start, noun.end) or nation_after_to(passage, listed[-1].last)
    start = max(passage.sentence.span.start, noun.start - REACH)
    signed = context("signs").search(passage.layout.text[start : noun.start])
    if named or signed is None:
        return named
    return last_nation(passage, start, start + signed.start())


def _is_decided(passage: Passage, offset: int) -> bool:
    """Whether the transfer whose noun stands at `offset` is settled; "approved a possible sale" is how one is announced."""
    start = max(passage.sentence.span.start, offset - REACH)
    decided = context("decided").search(passage.layout.text[start:offset])
    if decided is None:
        return False
    verb = passage.layout.token_at(start + decided.start())
    between = passage.layout.text[start + decided.end("verb") : offset]
    return happens(passage, verb, planned_counts=True) and context("undecided").search(between) is None


def _transferred(clause: Clause, mention: WeaponMention, noun: Span, party: str | None) -> Iterator[Finding]:
    referent = clause.referents.of(mention)
    if referent is None or mention.modifies:
        return
    evidence = receipt(noun, mention.phrase)
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
        one = mention.determiner in ("a", "an", "another") and not mention.plural
        if noun is None or referent is None or mention.modifies or not (referent.system or mention.amount or one):
            continue
        if happens(passage, passage.layout.token_at(noun.start()), planned_counts=False):
            evidence = receipt(Span(*noun.span()), mention.phrase)
            within = Span(*noun.span())
            trials = [each for each in passage.amounts if within.covers(each.span) and each.dimension == "count"]
            count = mention.amount or (trials[0] if trials else None)
            if count:
                yield measured(referent, mention.span, "test", count, evidence)
            elif one and not referent.system:
                yield single(referent, mention, "test", evidence, None)
            else:
                yield Finding(referent, mention.span, "test", evidence, confidence=0.7)
