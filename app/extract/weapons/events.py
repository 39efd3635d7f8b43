"""What is done with weapons: used, lost, tested, transferred, held; each with how many and by or to whom."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache

from app.extract.document import Attribute, Span
from app.extract.layout import Token
from app.extract.lexicon import load
from app.extract.weapons.clause import (
    PARTY_REACH,
    Clause,
    borders,
    doer,
    doers,
    is_aside,
    is_reduced,
    last_nation,
    nation_after_to,
    single,
    verb_span,
)
from app.extract.weapons.context import context
from app.extract.weapons.coreference import Referent, WeaponReferents
from app.extract.weapons.deals import find_contents, find_deals, find_packages, find_purchases, find_trials
from app.extract.weapons.ellipsis import find_elided
from app.extract.weapons.finding import Finding, measured, receipt
from app.extract.weapons.grants import find_grants
from app.extract.weapons.means import find_means, is_crewed
from app.extract.weapons.passage import Passage, WeaponMention
from app.extract.weapons.stocks import find_stocks
from app.extract.weapons.verbs import BE, VerbHit, find_verbs

BY_WEAPON = re.compile(r"\b(?:by|from)\s(?:an?\s|the\s|its\s)?$")
GAP = 8  # tokens between a verb and its object, or between the members of a list
MEMBER = 4  # words of a list's member that is no weapon
RELATIVE = 6  # words of a relative clause up to its verb
LIST_GAP = 24  # ... where a list of other things comes first


def find_events(passage: Passage, referents: WeaponReferents) -> Iterator[Finding]:
    """What `passage` says was done with weapons, and how many of them there are."""
    if not passage.mentions and not passage.amounts:
        return
    verbs = find_verbs(passage)
    clause = Clause(passage, referents, verbs, frozenset(hit.first for hit in verbs))
    counted: set[Span] = set()
    for found in (_done, find_contents, find_purchases, find_deals, find_trials):
        for finding in found(clause):
            counted.add(finding.mention)
            yield finding
    for finding in find_means(clause, counted):
        counted.add(finding.mention)
        yield finding
    yield from find_grants(clause)
    yield from find_packages(clause)
    yield from find_elided(clause)
    yield from find_stocks(clause, counted)


def _done(clause: Clause) -> Iterator[Finding]:
    seen: set[tuple[Span, Attribute]] = set()
    for hit in clause.verbs:
        for mention in (*_weapons_of(clause, hit), *_companions(clause, hit)):
            if (mention.span, hit.attribute) in seen or not hit.real:
                continue
            for finding in _events(clause, hit, mention):
                seen.add((mention.span, hit.attribute))
                yield finding


def _companions(clause: Clause, hit: VerbHit) -> Iterator[WeaponMention]:
    """ "A battery was delivered along with dozens of vehicles": what shares the fate of what the verb is about."""
    passage = clause.passage
    index = passage.mentions_until(passage.tokens[hit.last - 1].end)
    for mention in passage.mentions[index : index + 2]:
        between = passage.layout.text[passage.tokens[hit.last - 1].end : mention.phrase.start]
        if context("along_with").search(between) and clause.verb_tokens.isdisjoint(range(hit.last, mention.first)):
            yield mention


def _weapons_of(clause: Clause, hit: VerbHit) -> list[WeaponMention]:
    """The weapons that the verb is about: its objects, or its subjects in the passive."""
    if hit.strikes:
        return _instruments(clause, hit) or _struck(clause, hit)
    subject = _subject(clause, hit)
    if hit.passive:
        return _listed_before(clause, subject) if subject else []
    if hit.lemma in load("weapon_cues")["crashing"]["verbs"]:
        return [subject] if subject and is_crewed(subject) else []
    if hit.form == "participle" and subject and _touches(clause, subject, hit) and is_reduced(clause, hit):
        return [] if _is_description(clause, hit, subject) else [subject]
    if hit.lemma in load("weapon_cues")["furnishing"]["verbs"]:
        return _objects(clause, hit.last) or _furnished(clause, hit) or _relative(clause, hit)
    return _objects(clause, hit.last) or _relative(clause, hit)


def _relative(clause: Clause, hit: VerbHit) -> list[WeaponMention]:
    """ "The two launchers that Estonia bought": the verb's object is the noun before its clause."""
    passage = clause.passage
    index = passage.mentions_until(passage.tokens[hit.first].start) - 1
    if index < 0 or passage.mentions[index].modifies or hit.form not in ("past", "participle", "third"):
        return []
    owner = passage.mentions[index]
    words = passage.tokens[owner.last : hit.first]
    relative = [word.lower for word in words if word.lower not in ("that", "which", "has", "have", "had")]
    pronoun = relative in (["they"], ["it"], ["he"], ["she"], ["we"])
    nation = any(nation.last in (hit.first, hit.first - 1) and nation.first >= owner.last for nation in passage.nations)
    owner = replace(owner, amount=owner.total, total=None) if owner.total else owner  # "one of the two that they sent"
    return [owner] if pronoun or (nation and len(relative) <= RELATIVE and _begins_relative(words)) else []


def _begins_relative(words: Sequence[Token]) -> bool:
    return words[0].lower in ("that", "which") or words[0].is_capitalized


def _touches(clause: Clause, subject: WeaponMention, hit: VerbHit) -> bool:
    """Whether the verb follows its noun, or a comma after it: "18 howitzers, ordered by Ukraine"."""
    gap = [token.text for token in clause.passage.tokens[subject.last : hit.first]]
    return not gap or (gap == [","] and (subject.amount is not None or hit.attribute == "transfer"))


def _is_description(clause: Clause, hit: VerbHit, subject: WeaponMention) -> bool:
    """Whether the participle only tells which are meant: "shot down missiles fired by …", "rockets fired by launchers"."""
    if hit.lemma in load("weapon_cues")["producing"]["verbs"]:
        return True
    if hit.attribute != "use":
        return False
    passage = clause.passage
    if any(other.attribute == "loss" and 0 <= subject.first - other.last <= GAP for other in clause.verbs):
        return True
    following = passage.mentions[passage.mentions_until(subject.span.end) :][:1]
    before = passage.layout.text[subject.span.end : following[0].phrase.start] if following else ""
    return subject.amount is None and BY_WEAPON.search(before) is not None


def _furnished(clause: Clause, hit: VerbHit) -> list[WeaponMention]:
    """ "Supplied Kyiv with 40 launchers"."""
    for index in range(hit.last, min(hit.last + GAP, clause.passage.sentence.last - 1)):
        if clause.passage.tokens[index].lower == "with":
            return _objects(clause, index + 1)
    return []


def _objects(clause: Clause, start: int) -> list[WeaponMention]:
    """The listed weapons that begin after token `start`."""
    found: list[WeaponMention] = []
    passage = clause.passage
    index = passage.mentions_until(passage.tokens[start].start) if start < passage.sentence.last else len(passage.mentions)
    position = start
    while index < len(passage.mentions):
        mention = passage.mentions[index]
        if not _is_open(clause, position, mention.first):
            break
        words = {token.lower for token in passage.tokens[position : mention.first]}
        if not mention.modifies and words.isdisjoint(load("weapon_cues")["clause"]["kin"]):
            found.append(mention)
        position, index = mention.last, index + 1
    return found


def _is_open(clause: Clause, first: int, last: int) -> bool:
    """Whether nothing between two tokens begins another phrase or clause."""
    words = [clause.passage.tokens[index].lower for index in range(first, min(last, first + LIST_GAP + 1))]
    if len(words) > GAP and (len(words) > LIST_GAP or not _is_enumeration(words)):
        return False
    return borders().isdisjoint(words) and clause.verb_tokens.isdisjoint(range(first, last))


def _is_enumeration(words: list[str]) -> bool:
    """ "Six stills, three caches, two bridges": short members between commas, no clause among them."""
    members = " ".join(words).split(",")
    return len(members) > 1 and all(len(member.split()) <= MEMBER for member in members)


def _subject(clause: Clause, hit: VerbHit) -> WeaponMention | None:
    passage = clause.passage
    index = passage.mentions_until(passage.tokens[hit.first].start) - 1
    aside = False
    while index > 0 and is_aside(passage, index, passage.tokens[hit.first].end):
        aside, index = True, index - 1
    if index > 0 and not aside and _is_oblique(passage, passage.mentions[index]):
        index -= 1
    if index < 0:
        return None
    mention = passage.mentions[index]
    gap = range(mention.last, hit.first)
    between = passage.layout.text[mention.span.end : passage.tokens[hit.first].end]
    aside = aside or (between.startswith(",") and context("aside_closed").search(between, 1) is not None)
    if mention.modifies or (not aside and (len(gap) > GAP + 4 or _leaves_clause(clause, gap))):
        return None
    return mention


def _is_oblique(passage: Passage, mention: WeaponMention) -> bool:
    """ "Drones intercepted by F-16s were …": the F-16s are no subject."""
    return mention.first > passage.sentence.first and passage.tokens[mention.first - 1].lower in _oblique()


def _leaves_clause(clause: Clause, gap: range) -> bool:
    counts = [amount for index in gap if (amount := clause.passage.amount_ending.get(index + 1))]
    if any(amount.dimension == "count" for amount in counts):  # "…, of which 36 were shot down"
        return True
    words = [clause.passage.tokens[index].lower for index in gap]
    if words[-2:-1] == ["and"] and words[-1] in BE:  # "entered its airspace and were brought down"
        del words[-2]
    return not _leaving().isdisjoint(words)


def _listed_before(clause: Clause, last: WeaponMention) -> list[WeaponMention]:
    """`last` and the weapons before it in the same list."""
    passage, found = clause.passage, [last]
    index = passage.mentions_until(last.span.start) - 1
    while index >= 0 and _is_list(clause, passage.mentions[index].last, found[0].first):
        found.insert(0, passage.mentions[index])
        index -= 1
    return [mention for mention in found if not mention.modifies]


def _is_list(clause: Clause, first: int, last: int) -> bool:
    words = [clause.passage.tokens[index].lower for index in range(first, last)]
    return len(words) <= GAP and bool({",", "and"} & set(words)) and _is_open(clause, first, last)


def _instruments(clause: Clause, hit: VerbHit) -> list[WeaponMention]:
    """ "Struck the port with 20 drones"; "20 drones struck the port"."""
    passage = clause.passage
    for index in range(hit.last, min(hit.last + PARTY_REACH, passage.sentence.last)):
        if passage.tokens[index].lower in ("with", "using", "by"):
            return _objects(clause, index + 1)
        if index in clause.verb_tokens or passage.tokens[index].text in ";:":
            break
    subject = _subject(clause, hit)
    near = subject is not None and hit.first - subject.last <= 2 and not hit.passive
    return [subject] if near and subject and (subject.amount or subject.determiner == "a") else []


def _struck(clause: Clause, hit: VerbHit) -> list[WeaponMention]:
    """ "Drones struck two missile ships": what is hit is lost, if it is said how many they are."""
    subject = _subject(clause, hit)
    found = (
        _listed_before(clause, subject) if hit.passive and subject else [] if hit.passive else _objects(clause, hit.last)
    )
    return [
        mention for mention in found if mention.amount and mention.head not in load("weapon_cues")["striking"]["flying"]
    ]


def _events(clause: Clause, hit: VerbHit, mention: WeaponMention) -> Iterator[Finding]:
    """What `hit` says of `mention`: with its count, as one of its kind, or of a named system without a number."""
    referent = clause.referents.of(mention)
    if referent is None:
        return
    attribute = _attribute(clause, hit, mention)
    party = _party(clause, hit, mention, attribute)
    evidence = receipt(verb_span(clause, hit), mention.phrase)
    if attribute == "operator" and mention.amount is None:
        yield from _operators(clause, hit, mention, referent)
    elif attribute == "quantity" and (mention.amount is None or mention.amount.value == 1):
        return
    elif mention.amount is not None:
        yield measured(referent, mention.span, attribute, mention.amount, evidence, party)
    elif _is_one(mention, referent):
        yield single(referent, mention, attribute, evidence, party)
    elif referent.system is not None or mention.listed:
        yield Finding(referent, mention.span, attribute, evidence, party=party, confidence=0.7)


def _is_one(mention: WeaponMention, referent: Referent) -> bool:
    """ "A Leopard tank", "the corvette Ivanovets"; but not "the Oreshnik, a missile that …", where it is a kind."""
    if mention.is_ship_by_name or (mention.determiner == "the" and _is_vessel(mention)):
        return True
    names_again = referent.antecedent is not None and referent.antecedent.start < mention.span.start
    return mention.determiner in ("a", "an", "another") and not mention.plural and not names_again


def _is_vessel(mention: WeaponMention) -> bool:
    """ "The Moskva": a listed ship by its own name, not by that of its class."""
    vessel = mention.system is not None and mention.system.weapon_class in ("ship", "submarine")
    return vessel and not mention.plural and not mention.has_noun and "class" not in mention.name


def _operators(clause: Clause, hit: VerbHit, mention: WeaponMention, referent: Referent) -> Iterator[Finding]:
    """ "Egypt and Indonesia operate the Rafale"."""
    for nation in doers(clause, hit) if referent.system else ():
        evidence = receipt(verb_span(clause, hit), mention.phrase)
        yield Finding(referent, mention.span, "operator", evidence, value=nation, party=nation, confidence=0.7)


def _attribute(clause: Clause, hit: VerbHit, mention: WeaponMention) -> Attribute:
    if hit.strikes and (mention.first >= hit.last if not hit.passive else mention.last <= hit.first):
        struck = clause.passage.tokens[mention.first - 1].lower not in ("with", "using", "by")
        return "loss" if struck and mention in _struck(clause, hit) else "use"
    if hit.attribute == "operator" and mention.amount:
        return "quantity"
    if hit.lemma == "send" and mention.head in load("weapon_cues")["striking"]["flying"]:
        downed = any(other.attribute == "loss" for other in clause.verbs)
        return "use" if downed and _recipient(clause, hit, mention) is None else hit.attribute
    if hit.attribute == "use" and hit.lemma in ("fire", "launch"):
        following = clause.passage.tokens[mention.last : min(mention.last + GAP, clause.passage.sentence.last)]
        trial = load("weapon_cues")["trial"]
        telling = (token.lower for token in following if token.lower in trial["words"] or token.lower in trial["aiming"])
        if next(telling, "at") in trial["words"] or _is_unarmed(clause, mention):
            return "test"
    return hit.attribute


def _is_unarmed(clause: Clause, mention: WeaponMention) -> bool:
    first = clause.passage.layout.token_at(mention.phrase.start)
    words = {token.lower for token in clause.passage.tokens[first : mention.last]}
    return not words.isdisjoint(load("weapon_cues")["trial"]["unarmed"])


def _party(clause: Clause, hit: VerbHit, mention: WeaponMention, attribute: Attribute) -> str | None:
    """Whose weapons they are or become: the user, owner or recipient, if a country or armed group is named as such."""
    owner = mention.nations[0].name if mention.nations else None
    if attribute == "loss":
        return doer(clause, hit) if hit.lemma == "lose" else owner or _sender(clause, mention)
    if attribute == "transfer":
        receives = hit.lemma in load("weapon_cues")["receiving"]["verbs"]
        return (doer(clause, hit) if receives else None) or _recipient(clause, hit, mention)
    return doer(clause, hit) or owner


def _sender(clause: Clause, mention: WeaponMention) -> str | None:
    """ "Missiles fired by the Houthis": whose they were."""
    after = (hit for hit in clause.verbs if hit.attribute == "use" and 0 <= hit.first - mention.last <= 2)
    return next((doer(clause, hit) for hit in after if hit.form == "participle"), None)


def _recipient(clause: Clause, hit: VerbHit, mention: WeaponMention) -> str | None:
    passage = clause.passage
    dative = last_nation(passage, passage.tokens[hit.last - 1].end, mention.phrase.start)
    return dative or nation_after_to(passage, max(mention.last, hit.last - 1))


@cache
def _oblique() -> frozenset[str]:
    return frozenset(load("weapon_cues")["clause"]["oblique"])


@cache
def _leaving() -> frozenset[str]:
    return frozenset(load("weapon_cues")["clause"]["leaving"])
