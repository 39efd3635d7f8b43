"""With what it was done: the aircraft that dropped the bombs, the missiles that a ship was sunk by, strikes by jets."""

from collections.abc import Iterator

from app.extract.document import Span
from app.extract.lexicon import load
from app.extract.weapons.clause import PARTY_REACH, Clause, doer, verb_span
from app.extract.weapons.context import context
from app.extract.weapons.finding import Finding, measured, receipt
from app.extract.weapons.passage import WeaponMention, coordinated
from app.extract.weapons.verbs import VerbHit

REACH = 4  # tokens between a verb and its subject or the one by which it is done
STRIKES = 60  # characters before a weapon in which the attack made with it stands


def find_means(clause: Clause, counted: set[Span]) -> Iterator[Finding]:
    """The uses of weapons that are no objects of a verb; `counted` are those that something is said of already."""
    for mention in clause.passage.mentions:
        if mention.span not in counted and not mention.modifies:
            yield from _by_verb(clause, mention)
            yield from _by_noun(clause, mention)
            yield from _with_weapon(clause, mention)


def is_crewed(mention: WeaponMention) -> bool:
    """Whether it flies with people aboard, so that it is lost when it crashes."""
    flying = load("weapon_cues")["crashing"]
    if mention.system is not None:
        return mention.system.weapon_class in flying["classes"]
    return mention.head in flying["heads"]


def _by_verb(clause: Clause, mention: WeaponMention) -> Iterator[Finding]:
    """ "Seven bombers dropped …", "was sunk by two missiles"."""
    referent = clause.referents.of(mention)
    hit = _launching(clause, mention) or _undergone(clause, mention)
    if referent is None or hit is None or mention.amount is None or not hit.real:
        return
    party = mention.nations[0].name if mention.nations else doer(clause, hit) if not hit.passive else None
    yield measured(referent, mention.span, "use", mention.amount, receipt(mention.phrase, verb_span(clause, hit)), party)


def _launching(clause: Clause, mention: WeaponMention) -> VerbHit | None:
    """The verb of use right after its subject, where something else is its object."""
    after = (hit for hit in clause.verbs if 0 <= hit.first - mention.last <= 1)
    return next((hit for hit in after if hit.attribute == "use" and not hit.passive and _has_object(clause, hit)), None)


def _has_object(clause: Clause, hit: VerbHit) -> bool:
    index = clause.passage.mentions_until(clause.passage.tokens[hit.last - 1].end)
    following = clause.passage.mentions[index : index + 1]
    return bool(following) and following[0].first - hit.last <= REACH


def _undergone(clause: Clause, mention: WeaponMention) -> VerbHit | None:
    """The passive verb of a loss that "by" ties to the weapon."""
    if mention.first <= clause.passage.sentence.first:
        return None
    before = clause.passage.layout.text[max(0, mention.phrase.start - 8) : mention.phrase.start].rstrip()
    near = (
        hit for hit in clause.verbs if hit.passive and hit.attribute == "loss" and 0 <= mention.first - hit.last <= REACH
    )
    return next(near, None) if before.endswith(" by") else None


def _with_weapon(clause: Clause, mention: WeaponMention) -> Iterator[Finding]:
    """ "Sank the ship with two drones"."""
    referent, passage = clause.referents.of(mention), clause.passage
    before = passage.layout.text[max(0, mention.phrase.start - 8) : mention.phrase.start]
    near = [hit for hit in clause.verbs if 0 <= mention.first - hit.last <= PARTY_REACH]
    if referent is None or not near or not before.endswith(("with ", "using ", "with a ", "using a ")):
        return
    hit = near[-1]
    if hit.attribute != "loss" or not hit.real or not (referent.system or mention.amount):
        return
    evidence, party = receipt(verb_span(clause, hit), mention.phrase), doer(clause, hit)
    if mention.amount is not None:
        yield measured(referent, mention.span, "use", mention.amount, evidence, party)
    else:
        yield Finding(referent, mention.span, "use", evidence, party=party, confidence=0.7)


def _by_noun(clause: Clause, mention: WeaponMention) -> Iterator[Finding]:
    """ "Responded with strikes by F-35 jets"."""
    referent, passage = clause.referents.of(mention), clause.passage
    first = coordinated(passage, mention)[0].phrase.start
    start = max(passage.sentence.span.start, first - STRIKES)
    strike = context("strike_by").search(passage.layout.text[start:first])
    if referent is None or strike is None or not (referent.system or mention.amount):
        return
    evidence = receipt(Span(start + strike.start(), start + strike.end()), mention.phrase)
    party = mention.nations[0].name if mention.nations else None
    if mention.amount is not None:
        yield measured(referent, mention.span, "use", mention.amount, evidence, party)
    else:
        yield Finding(referent, mention.span, "use", evidence, party=party, confidence=0.7)
