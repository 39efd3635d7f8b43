"""What a weapon is said to be like: its range, speed, payload, caliber and unit cost."""

import re
from collections.abc import Iterator

from app.extract.document import Attribute, Span, Spans
from app.extract.weapons.clause import is_aside
from app.extract.weapons.context import context
from app.extract.weapons.coreference import Referent, WeaponReferents
from app.extract.weapons.finding import Finding, measured, receipt
from app.extract.weapons.passage import Passage, WeaponMention, coordinated
from app.extract.weapons.quantity import Amount
from app.extract.weapons.verbs import is_condition

CONTEXT = 110  # characters to either side of a quantity in which the words that say what it measures stand
SUBJECT_REACH = 260  # characters between a weapon and a quantity of it; longer clauses have moved on
SPEED_WORDS = ("hypersonic", "supersonic", "subsonic")
LOADS = frozenset(["weapon", "bomb", "munition"])  # what carries them flies
PARTS = frozenset(["gun", "cannon", "mortar", "howitzer"])  # what a tank or ship has
NEVER_MEASURED = frozenset(["warhead", "shell", "round"])


def find_measures(passage: Passage, referents: WeaponReferents) -> Iterator[Finding]:
    """Range, speed, payload, caliber and unit cost of the weapons of `passage`."""
    yield from _measures(passage, referents)
    for mention in passage.mentions:
        referent = referents.of(mention)
        if referent is not None:
            yield from _speed_word(passage, mention, referent, referents)


def _measures(passage: Passage, referents: WeaponReferents) -> Iterator[Finding]:
    for group in _groups(passage):
        attribute = _attribute(passage, group[-1])
        if attribute is None:
            continue
        owners = [owner for owner in _owners(passage, referents, group, attribute) if _is_there(passage, *owner)]
        pairs = zip(owners, group, strict=True) if len(owners) == len(group) > 1 else [(one, group[0]) for one in owners]
        for (referent, place), amount in pairs:
            evidence = _evidence(passage, place, amount, attribute)
            yield measured(referent, place, attribute, amount, evidence)


def _is_there(passage: Passage, referent: Referent, place: Span) -> bool:
    """False for weapons that are only banned or sought, whose measures are conditions: "bans missiles with ranges …"."""
    if referent.system is not None:
        return True
    before = passage.layout.text[passage.sentence.span.start : place.start]
    imagined = is_condition(passage, passage.layout.token_at(place.start))
    return not imagined and context("conditional").search(before) is None


def _groups(passage: Passage) -> list[list[Amount]]:
    """Amounts with a unit, those that are listed together as one group; a conversion in brackets repeats the first."""
    groups: list[list[Amount]] = []
    text = passage.layout.text
    for amount in passage.amounts:
        if amount.dimension == "count":
            continue
        before = groups[-1][-1] if groups else None
        gap = text[before.span.end : amount.phrase.start] if before and amount.phrase.start - before.span.end < 24 else None
        if before and gap is not None and before.dimension == amount.dimension:
            if context("conversion").fullmatch(gap) and _same_size(before, amount):
                continue
            if before.unit == amount.unit and gap.replace(",", " ").split() in (["and"], []) and not before.joined:
                groups[-1].append(amount)
                continue
        groups.append([amount])
    return groups


def _same_size(one: Amount, other: Amount) -> bool:
    first, second = one.si, other.si
    return bool(
        first and second and first.unit == second.unit and abs(first.value - second.value) <= 0.12 * abs(first.value)
    )


def _attribute(passage: Passage, amount: Amount) -> Attribute | None:
    """What `amount` measures, by its dimension and the words around it."""
    text, sentence = passage.layout.text, passage.sentence.span
    before = text[max(sentence.start, amount.span.start - CONTEXT) : amount.span.start]
    after = text[amount.phrase.end : min(sentence.end, amount.phrase.end + CONTEXT)]
    if amount.dimension == "length":
        return _of_length(before, after)
    if amount.dimension == "speed":
        return "speed"
    if amount.dimension == "bore":
        return "caliber" if _in_phrase(passage, amount) or context("bore_after").match(after) else None
    if amount.dimension in ("mass", "yield"):
        is_payload = (
            context("payload_after").match(after) or context("payload_before").search(before) or amount.dimension == "yield"
        )
        return "payload" if is_payload and not _sizes_bomb(passage, amount) else None
    return "unit_cost" if _is_unit_cost(passage, amount, before, after) else None


def _of_length(before: str, after: str) -> Attribute | None:
    if context("range_after").match(after):
        return "range"
    if context("altitude").search(before) or (
        context("altitude_after").match(after) and not re.search(r"\branges?\b", before)
    ):
        return None
    if context("range_before").search(before):
        return "range"
    return "test" if context("flown_before").search(before) else None


def _in_phrase(passage: Passage, amount: Amount) -> WeaponMention | None:
    """The mention that `amount` stands in or right before, as size or price."""
    mention = _next_mention(passage, amount.span.start)
    if mention is None or mention.phrase.start > amount.span.end + 1 or mention.amount == amount:
        return None
    return mention


def _next_mention(passage: Passage, offset: int) -> WeaponMention | None:
    index = passage.mentions_until(offset + 1)
    return passage.mentions[index] if index < len(passage.mentions) else None


def _sizes_bomb(passage: Passage, amount: Amount) -> bool:
    mention = _in_phrase(passage, amount)
    return mention is not None and mention.head in ("bomb", "shell", "munition", "torpedo", "mine", "round")


def _is_unit_cost(passage: Passage, amount: Amount, before: str, after: str) -> bool:
    mention = _in_phrase(passage, amount)
    if mention is not None:
        return not mention.plural and not mention.modifies
    if context("each_after").match(after):
        return True
    subject = mention_before(passage, amount.phrase.start, "unit_cost")
    if subject is None and context("one_of_them").match(before.lstrip()):
        return True
    each = context("each_before").search(before) is not None or (subject is not None and _is_priced(subject, before))
    single = subject is not None and (
        each or (not subject.plural and (subject.amount is None or subject.amount.value == 1))
    )
    return single and context("cost_before").search(before) is not None


def _is_priced(subject: WeaponMention, before: str) -> bool:
    """ "The drones cost $20,000": without their number the price is that of one."""
    return subject.amount is None and context("priced").search(before) is not None


def _owners(
    passage: Passage, referents: WeaponReferents, group: list[Amount], attribute: Attribute
) -> list[tuple[Referent, Span]]:
    """Whose measure the amounts are: one weapon, or as many as there are amounts."""
    amount = group[0]
    holder = _in_phrase(passage, amount)
    if holder is not None and attribute != "payload":
        return _referents(referents, (_possessor(passage, holder) or holder,))
    mention = mention_before(passage, amount.phrase.start, attribute)
    pronoun = _pronoun_owner(passage, referents, amount, mention)
    if pronoun is not None:
        return [pronoun]
    if mention is None:
        return _fronted_owner(passage, referents, amount)
    chain = coordinated(passage, mention)
    between = passage.layout.text[mention.span.end : amount.phrase.start]
    shared = re.search(r"\b(?:have|both|each)\b", between) and "which" not in between
    if len(chain) == len(group) or (len(chain) > 1 and len(group) == 1 and shared):
        return _referents(referents, chain)
    return _referents(referents, (mention,))


def _possessor(passage: Passage, part: WeaponMention) -> WeaponMention | None:
    """ "The tank's 120mm gun": the weapon of which `part` is one."""
    index = passage.mentions_until(part.span.start) - 1
    owner = passage.mentions[index] if index >= 0 else None
    gap = passage.layout.text[owner.span.end : part.phrase.start] if owner else ""
    return owner if gap.replace("’", "'") == "'s " and part.head in PARTS else None


def _referents(referents: WeaponReferents, mentions: tuple[WeaponMention, ...]) -> list[tuple[Referent, Span]]:
    found = [(referents.of(mention), mention.span) for mention in mentions]
    return [(referent, span) for referent, span in found if referent is not None]


def mention_before(
    passage: Passage, offset: int, attribute: Attribute, *, over_asides: bool = True
) -> WeaponMention | None:
    """The weapon that a measure at `offset` can be of: the nearest before it in the sentence, but for asides."""
    for index in range(passage.mentions_until(offset) - 1, -1, -1):
        mention = passage.mentions[index]
        if mention.span.end > offset or mention.modifies:
            continue
        if offset - mention.span.end > SUBJECT_REACH:
            return None
        is_load = mention.head in LOADS and mention.system is None and attribute == "speed"
        measurable = (mention.head not in NEVER_MEASURED and not is_load) or attribute == "unit_cost"
        passed_over = over_asides and (
            is_aside(passage, index, offset) or (attribute == "range" and _is_target(passage, index))
        )
        if measurable and not passed_over:
            return mention
    return None


def _is_target(passage: Passage, index: int) -> bool:
    """ "The S-400 can engage aircraft at ranges of …": the range of what engages, if the sentence names it."""
    mention = passage.mentions[index]
    start = max(passage.sentence.span.start, mention.phrase.start - 40)
    before = passage.layout.text[start : mention.phrase.start]
    return index > 0 and context("engages").search(before) is not None


def _pronoun_owner(
    passage: Passage, referents: WeaponReferents, amount: Amount, mention: WeaponMention | None
) -> tuple[Referent, Span] | None:
    """ "It can fly …": the weapon of the sentence before, unless this sentence names one first."""
    if mention is not None:
        return None
    start = passage.sentence.span.start
    found = context("pronoun").search(passage.layout.text, start, min(start + 60, amount.phrase.start))
    if found is None:
        return None
    plural = found.group().lower() in ("they", "their", "each")
    owner = referents.of_pronoun(passage, plural)
    return None if owner is None else (owner[0], Span(*found.span()))


def _fronted_owner(passage: Passage, referents: WeaponReferents, amount: Amount) -> list[tuple[Referent, Span]]:
    """ "With a range of 190 miles, the missile can …"."""
    text, start = passage.layout.text, passage.sentence.span.start
    if amount.phrase.start - start > 60 or not context("fronted").match(text, start):
        return []
    mention = _next_mention(passage, amount.span.end)
    if (
        mention is None
        or mention.phrase.start - amount.phrase.end > 30
        or "," not in text[amount.phrase.end : mention.phrase.start]
    ):
        return []
    return _referents(referents, (mention,))


def _evidence(passage: Passage, place: Span, amount: Amount, attribute: Attribute) -> Spans:
    """From the weapon to the measure, or to the word that says what is measured."""
    text, sentence = passage.layout.text, passage.sentence.span
    end = amount.phrase.end
    after = {"range": context("range_after"), "payload": context("payload_after"), "unit_cost": context("each_after")}.get(
        attribute
    )
    if after and (match := after.match(text, end, sentence.end)):
        end = match.end()
    return receipt(place, Span(amount.phrase.start, end))


def _speed_word(
    passage: Passage, mention: WeaponMention, referent: Referent, referents: WeaponReferents
) -> Iterator[Finding]:
    """ "The hypersonic Kinzhal": a speed word is a fact of a named system, of a generic weapon it is part of the name."""
    if referent.system is None:
        return
    first = min(mention.first, passage.layout.token_at(mention.phrase.start))
    words = [token for token in passage.tokens[first : mention.last] if token.lower in SPEED_WORDS]
    for token in words[:1]:
        evidence = receipt(token.span, mention.span)
        yield Finding(referent, mention.span, "speed", evidence, value=token.lower, confidence=0.9)
    predicate = context("speed_predicate").match(passage.layout.text, mention.span.end, passage.sentence.span.end)
    if predicate is not None and not words:
        yield from _predicated(passage, mention, referents, Span(*predicate.span("word")))


def _predicated(passage: Passage, last: WeaponMention, referents: WeaponReferents, word: Span) -> Iterator[Finding]:
    """ "The Zircon and the Kinzhal are hypersonic", "the Neptune, which flies at subsonic speed"."""
    for mention in coordinated(passage, last):
        referent = referents.of(mention)
        if referent is not None and referent.system is not None:
            value = word.of(passage.layout.text).lower()
            yield Finding(referent, mention.span, "speed", receipt(mention.span, word), value=value, confidence=0.85)
