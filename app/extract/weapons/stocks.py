"""How many there are, where no verb says what is done with them: in a stock, in an attack, or just there."""

from collections.abc import Iterator

from app.extract.document import Span
from app.extract.weapons.clause import Clause
from app.extract.weapons.context import context
from app.extract.weapons.coreference import Referent
from app.extract.weapons.finding import Finding, measured, receipt
from app.extract.weapons.passage import Passage, WeaponMention, coordinated
from app.extract.weapons.quantity import Amount
from app.extract.weapons.verbs import happens


def find_stocks(clause: Clause, counted: set[Span]) -> Iterator[Finding]:
    """Counts that no verb of the lexicon takes: of an attack, of a stock, or just there."""
    for mention in clause.passage.mentions:
        referent = clause.referents.of(mention)
        if referent is None or mention.modifies:
            continue
        for amount in (mention.total,) if mention.span in counted else (mention.amount, mention.total):
            # "One of the bombs" counts nothing.
            counts = amount is not None and not (amount.value == 1 and not amount.value_max)
            if amount is not None and counts and not _is_place(clause, mention):
                yield from _counted(clause, mention, referent, amount)


def _is_place(clause: Clause, mention: WeaponMention) -> bool:
    """ "Was seen on two destroyers", "fired at two tanks": what else happens there is told, not how many there are."""
    before = clause.passage.layout.text[max(0, mention.phrase.start - 9) : mention.phrase.start].lower()
    return before.endswith((" on ", " aboard ", " against ", " at ", " near ", " toward ", " towards "))


def _counted(clause: Clause, mention: WeaponMention, referent: Referent, amount: Amount) -> Iterator[Finding]:
    passage, text = clause.passage, clause.passage.layout.text
    first = coordinated(passage, mention)[0]
    before = text[max(passage.sentence.span.start, first.phrase.start - 60) : first.phrase.start]
    evidence = receipt(amount.phrase, mention.span)
    if referent is None:
        return
    if context("attack_with").search(before) or context("took_part").match(
        text, mention.span.end, passage.sentence.span.end
    ):
        yield measured(referent, mention.span, "use", amount, evidence)
    elif mention.total is amount or context("stock_of").search(before) or _is_sure(clause, mention):
        party = mention.nations[0].name if mention.nations else _possessor(passage, mention)
        yield measured(referent, mention.span, "quantity", amount, evidence, party)


def _possessor(passage: Passage, mention: WeaponMention) -> str | None:
    """ "Taiwan's fleet of 140 F-16s"."""
    nations = passage.nations_in(max(passage.sentence.span.start, mention.phrase.start - 40), mention.phrase.start)
    owners = (nation for nation in nations if nation.span.of(passage.layout.text).endswith(("'s", "’s", "s'", "s’")))
    return next((nation.name for nation in owners), None)


def _is_sure(clause: Clause, mention: WeaponMention) -> bool:
    return happens(clause.passage, mention.first, planned_counts=True)
