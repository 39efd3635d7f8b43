"""Who may now use which weapon: leave given, use approved, a ban lifted."""

import re
from collections.abc import Iterator
from functools import cache

from app.extract.document import Span
from app.extract.lexicon import load
from app.extract.weapons.clause import PARTY_REACH, Clause, first_nation, last_nation
from app.extract.weapons.context import context
from app.extract.weapons.finding import Finding, receipt
from app.extract.weapons.passage import Passage, WeaponMention
from app.extract.weapons.verbs import happens, inflected

THE_USE_OF = re.compile(
    r"\s(?:the\s)?(?:[\w.]+[’']s?\s)?(?:first\s|limited\s|full\s)?use\sof\s(?:the\s|these\s|those\s|its\s)?(?:[\w.]+-supplied\s)?"
)
# Who has leave stands before these.
RECEIVING = re.compile(r"(?:has|have|had|got|gets|received|secured|given|granted|with)\b")
REACH = 90  # characters between the word for a ban and the weapon


def find_grants(clause: Clause) -> Iterator[Finding]:
    """ "Cleared Ukraine to use …", "approved the use of …", "permission to fire …", "lifted the ban on using …"."""
    passage = clause.passage
    words = {token.lower for token in passage.tokens[passage.sentence.first : passage.sentence.last]}
    if words.isdisjoint(_granting_words() | _granting_nouns()):
        return
    for mention in passage.mentions:
        referent = clause.referents.of(mention)
        if referent is None or mention.modifies:
            continue
        floor = passage.tokens[max(passage.sentence.first, mention.first - 24)].start
        grant = _grant(passage, floor, mention)
        if grant is None:
            continue
        party = _allowed(passage, grant, mention)
        yield Finding(referent, mention.span, "authorization", receipt(grant, mention.span), party=party, confidence=0.8)


def _grant(passage: Passage, floor: int, mention: WeaponMention) -> Span | None:
    """The words that give leave, if they are about using the weapon and said to be so."""
    text = passage.layout.text
    ended = _ended_ban(passage, mention)
    if ended is not None:
        return ended
    found = _granting_verb(passage, floor, mention)
    for pattern in (context("permission"), context("lifted")):
        match = pattern.search(text, floor, mention.phrase.start)
        if match and happens(passage, passage.layout.token_at(match.end()), planned_counts=True):
            found = Span(*match.span())
    if found is None:
        return None
    rest = text[found.end : mention.phrase.start]
    is_direct = THE_USE_OF.fullmatch(rest)
    if context("to_use").search(rest) or is_direct or _authorizes_weapon(passage, found, rest, mention):
        return found
    return None


def _ended_ban(passage: Passage, mention: WeaponMention) -> Span | None:
    """ "A ban on strikes with HIMARS was lifted"."""
    text, sentence = passage.layout.text, passage.sentence.span
    start = max(sentence.start, mention.phrase.start - REACH)
    ban = context("ban_on").search(text[start : mention.phrase.start])
    lifted = context("was_lifted").match(text, mention.span.end, sentence.end) if ban else None
    return Span(start + ban.start(), lifted.end()) if ban and lifted else None


def _authorizes_weapon(passage: Passage, verb: Span, rest: str, mention: WeaponMention) -> bool:
    # "By approving shells for …"
    is_authorizing = verb.of(passage.layout.text).lower().startswith("author")
    following = passage.tokens[mention.last].lower if mention.last < passage.sentence.last else ""
    return is_authorizing and len(rest) <= 8 and following in ("to", "for", "against")


def _granting_verb(passage: Passage, floor: int, mention: WeaponMention) -> Span | None:
    words = _granting_words()
    for index in range(mention.first - 1, passage.layout.token_at(floor) - 1, -1):
        token = passage.tokens[index]
        if token.lower in words and happens(passage, index, planned_counts=True) and not _is_weighed(passage, index):
            return token.span
    return None


def _is_weighed(passage: Passage, index: int) -> bool:
    return (
        passage.tokens[index - 1].lower in ("the", "a", "an", "clear", "not") if index > passage.sentence.first else False
    )


@cache
def _granting_words() -> frozenset[str]:
    listed = load("weapon_cues")["authorizing"]["verbs"]
    return frozenset(word for verb in listed for word in inflected(verb))


@cache
def _granting_nouns() -> frozenset[str]:
    nouns = load("weapon_cues")["authorizing"]["nouns"]
    return frozenset(noun.split()[0] for noun in nouns)


def _allowed(passage: Passage, grant: Span, mention: WeaponMention) -> str | None:
    """Who may: between the grant and the weapon, before a passive grant, or after the weapon with "by"."""
    index = passage.layout.token_at(grant.start)
    if index > passage.sentence.first and passage.tokens[index - 1].lower in ("was", "were", "been", "is", "are"):
        floor = passage.tokens[max(passage.sentence.first, index - PARTY_REACH)].start
        return last_nation(passage, floor, grant.start)
    for position in range(mention.last, min(mention.last + 4, passage.sentence.last)):
        if passage.tokens[position].lower == "by":
            start = passage.tokens[position].end
            return first_nation(passage, start, start + 6)
    within = first_nation(passage, grant.start, grant.end) or first_nation(passage, grant.end, mention.phrase.start)
    if within is None and RECEIVING.match(grant.of(passage.layout.text)):
        floor = passage.tokens[max(passage.sentence.first, index - PARTY_REACH)].start
        return last_nation(passage, floor, grant.start)
    return within
