"""What a weapon is said to be like: range, speed, payload, caliber, unit cost, and where and by whom it is made or operated."""

import re
from collections.abc import Iterator

from app.extract.document import Attribute, Span
from app.extract.gazetteer import gazetteer
from app.extract.quantity import Amount
from app.extract.weapon_coreference import Referent, WeaponReferents
from app.extract.weapon_finding import Finding, joined, measured
from app.extract.weapon_mentions import Passage, WeaponMention, coordinated

CONTEXT = 110  # characters to either side of a quantity in which the words that say what it measures stand
SUBJECT_REACH = 260  # characters between a weapon and a quantity of it; longer clauses have moved on

RANGE_BEFORE = re.compile(
    r"(?<!price )(?<!age )(?<!\bin the )\b(?:range|ranges|reach|radius)\b[^.;:]{0,34}$"
    r"|\b(?:can|could|able to|capable of|designed to|enough to|power to|ability to)\b[^.;:]{0,70}?"
    r"\b(?:fly|flying|travel|travell?ing|reach|reaching|hit|hitting|strik(?:e|ing)|target|targeting|attack|attacking"
    r"|engage|engaging|cover|covering|shoot|shooting|fire|firing|destroy|destroying|intercept|intercepting)\b[^.;:]{0,60}$"
    r"|\b(?:flies|travels)\s(?:up to|as far as|more than|over|about)?\s*$",
    re.I,
)
RANGE_AFTER = re.compile(r"[\s-]?(?:(?:maximum|operational|effective|firing|flight)\s)?(?:range\b|reach\b)|\s(?:in|of)\srange\b", re.I)
FLOWN_BEFORE = re.compile(r"\b(?:flew|flown|travell?ed|covered)\b[^.;:,]{0,30}$", re.I)
ALTITUDE = re.compile(r"\b(?:altitude|height|high|deep|apogee|depth|wide|long|tall|wingspan|above|crater|feet from|from the)\b[^.;,]{0,16}$", re.I)
ALTITUDE_AFTER = re.compile(r"\s(?:altitude|high|in height|long|wide|tall|deep|from|above|off|north|south|east|west|northeast|northwest|southeast|southwest)\b", re.I)
PAYLOAD_BEFORE = re.compile(r"\b(?:payload|warhead|carry|carries|carrying|carried|deliver|haul|loads?)\b[^.;:]{0,40}$", re.I)
PAYLOAD_AFTER = re.compile(r"[\s-]?(?:\w+[\s-]){0,3}?(?:warheads?|payloads?|of (?:explosives?|bombs|weapons|ordnance|munitions|tnt))\b", re.I)
COST_BEFORE = re.compile(
    r"\b(?:costs?|costing|priced?(?: tag)?(?: at| of)?|worth|valued at|price tag|unit cost|sells? for|estimated at)\b[^.;:]{0,28}$", re.I
)
EACH_AFTER = re.compile(r"[^.;:,]{0,24}?\b(?:each|apiece|a piece|per (?:unit|missile|drone|shot|round|shell|rocket|tank|jet|aircraft|plane|interceptor|system|copy)|a copy|a pop|a shot|per)\b", re.I)
EACH_BEFORE = re.compile(r"\b(?:each|unit|apiece|a single|per)\b[^.;:]{0,60}$", re.I)
CONVERSION = re.compile(r"\s*(?:\(|,?\s*or\s|/)\s*(?:about |around |roughly |nearly |over |more than |some )?$", re.I)
FRONTED = re.compile(r"\s*[“\"']?(?:with|boasting|having|at|carrying|capable)\b", re.I)
PRONOUN = re.compile(r"\b(it|they|its|their|which)\b", re.I)
SPEED_WORDS = ("hypersonic", "supersonic", "subsonic")
MADE = r"(?:made|built|designed|developed|manufactured|produced)"
MADE_COMPOUND = re.compile(rf"[-‑]\s?{MADE}\b")
MADE_BY = re.compile(rf"\b(?:{MADE}|assembled)\s(?P<how>in|by)\s(?:the\s)?", re.I)
OPERATED_BY = re.compile(r"\b(?:operated|flown|fielded|used)\sby\s(?:the\s)?|\bin\sservice\swith\s(?:the\s)?", re.I)
COMPANY = re.compile(
    r"(?:(?:[a-z]+[’']?s?|U\.S\.|[A-Z][\w.]+[’']s)\s){0,5}?(?:the\s)?"
    r"(?P<name>[A-Z][\w.&-]*(?:\s(?:[A-Z][\w.&-]*|&|of|and(?=\s[A-Z][a-z]+\s(?:Systems|Aerospace|Industries|Defen[cs]e))))*)"
)
MAKER_OF = re.compile(
    r"(?P<name>[A-Z][\w&-]*(?:\s[A-Z&][\w&-]*)*),?\s(?:which\s|who\s)?(?:makes|builds|manufactures|produces|the\smaker\sof|maker\sof|"
    r"the\smanufacturer\sof|manufacturer\sof)\s(?:the\s)?$"
)
# These make no weapon: "locally made", "NATO-built".
NO_MAKER = frozenset("western nato european allied foreign soviet-era local home domestic custom purpose the a state".split())
NEVER_MEASURED = frozenset(["warhead", "shell", "round"])


def find_attributes(passage: Passage, referents: WeaponReferents) -> Iterator[Finding]:
    """What `passage` says of its weapons by measure, speed word, maker and operator."""
    yield from _measures(passage, referents)
    for mention in passage.mentions:
        referent = referents.of(mention)
        if referent is not None:
            yield from _speed_word(passage, mention, referent)
            yield from _made_compound(passage, mention, referent)
            yield from _made_before(passage, mention, referent)
    yield from _made_or_operated(passage, referents)


def _measures(passage: Passage, referents: WeaponReferents) -> Iterator[Finding]:
    for group in _groups(passage):
        attribute = _attribute(passage, group[-1])
        if attribute is None:
            continue
        owners = _owners(passage, referents, group, attribute)
        pairs = zip(owners, group, strict=True) if len(owners) == len(group) > 1 else [(one, group[0]) for one in owners]
        for (referent, place), amount in pairs:
            evidence = _evidence(passage, place, amount, attribute)
            yield measured(referent, place, attribute, amount, evidence)


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
            if CONVERSION.fullmatch(gap) and _same_size(before, amount):
                continue
            if before.unit == amount.unit and gap.replace(",", " ").split() in (["and"], []) and not before.joined:
                groups[-1].append(amount)
                continue
        groups.append([amount])
    return groups


def _same_size(one: Amount, other: Amount) -> bool:
    first, second = one.si, other.si
    return bool(first and second and first.unit == second.unit and abs(first.value - second.value) <= 0.12 * abs(first.value))


def _attribute(passage: Passage, amount: Amount) -> Attribute | None:
    """What `amount` measures, by its dimension and the words around it."""
    text, sentence = passage.layout.text, passage.sentence.span
    before = text[max(sentence.start, amount.phrase.start - CONTEXT) : amount.phrase.start]
    after = text[amount.phrase.end : min(sentence.end, amount.phrase.end + CONTEXT)]
    if amount.dimension == "length":
        return _of_length(before, after)
    if amount.dimension == "speed":
        return "speed"
    if amount.dimension == "bore":
        return "caliber" if _in_phrase(passage, amount) else None
    if amount.dimension in ("mass", "yield"):
        is_payload = PAYLOAD_AFTER.match(after) or PAYLOAD_BEFORE.search(before) or amount.dimension == "yield"
        return "payload" if is_payload and not _sizes_bomb(passage, amount) else None
    return "unit_cost" if _is_unit_cost(passage, amount, before, after) else None


def _of_length(before: str, after: str) -> Attribute | None:
    if RANGE_AFTER.match(after):
        return "range"
    if ALTITUDE.search(before) or (ALTITUDE_AFTER.match(after) and not re.search(r"\branges?\b", before)):
        return None
    if RANGE_BEFORE.search(before):
        return "range"
    return "test" if FLOWN_BEFORE.search(before) else None


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
    if EACH_AFTER.match(after):
        return True
    subject = _mention_before(passage, amount.phrase.start, "unit_cost")
    single = subject is not None and (not subject.plural or bool(EACH_BEFORE.search(before))) and subject.amount is None
    return single and COST_BEFORE.search(before) is not None


def _owners(
    passage: Passage, referents: WeaponReferents, group: list[Amount], attribute: Attribute
) -> list[tuple[Referent, Span]]:
    """Whose measure the amounts are: one weapon, or as many as there are amounts."""
    amount = group[0]
    holder = _in_phrase(passage, amount)
    if holder is not None and attribute != "payload":
        return _referents(referents, (holder,))
    mention = _mention_before(passage, amount.phrase.start, attribute)
    pronoun = _pronoun_owner(passage, referents, amount, mention)
    if pronoun is not None:
        return [pronoun]
    if mention is None:
        return _fronted_owner(passage, referents, amount)
    chain = coordinated(passage, mention)
    between = passage.layout.text[mention.span.end : amount.phrase.start]
    if len(chain) == len(group) or (len(chain) > 1 and len(group) == 1 and re.search(r"\b(?:have|both|each)\b", between)):
        return _referents(referents, chain)
    return _referents(referents, (mention,))


def _referents(referents: WeaponReferents, mentions: tuple[WeaponMention, ...]) -> list[tuple[Referent, Span]]:
    found = [(referents.of(mention), mention.span) for mention in mentions]
    return [(referent, span) for referent, span in found if referent is not None]


def _mention_before(passage: Passage, offset: int, attribute: Attribute) -> WeaponMention | None:
    for index in range(passage.mentions_until(offset) - 1, -1, -1):
        mention = passage.mentions[index]
        if mention.span.end > offset or mention.modifies:
            continue
        if offset - mention.span.end > SUBJECT_REACH:
            return None
        if mention.head not in NEVER_MEASURED or attribute == "unit_cost":
            return mention
    return None


def _pronoun_owner(
    passage: Passage, referents: WeaponReferents, amount: Amount, mention: WeaponMention | None
) -> tuple[Referent, Span] | None:
    """"It can fly …": the weapon of the sentence before, unless this sentence names one first."""
    if mention is not None:
        return None
    start = passage.sentence.span.start
    found = PRONOUN.search(passage.layout.text, start, min(start + 60, amount.phrase.start))
    if found is None:
        return None
    plural = found.group().lower() in ("they", "their")
    owner = referents.of_pronoun(passage, plural)
    return None if owner is None else (owner[0], Span(*found.span()))


def _fronted_owner(passage: Passage, referents: WeaponReferents, amount: Amount) -> list[tuple[Referent, Span]]:
    """"With a range of 190 miles, the missile can …"."""
    text, start = passage.layout.text, passage.sentence.span.start
    if amount.phrase.start - start > 60 or not FRONTED.match(text, start):
        return []
    mention = _next_mention(passage, amount.span.end)
    if mention is None or mention.phrase.start - amount.phrase.end > 30 or "," not in text[amount.phrase.end : mention.phrase.start]:
        return []
    return _referents(referents, (mention,))


def _evidence(passage: Passage, place: Span, amount: Amount, attribute: Attribute) -> Span:
    """From the weapon to the measure, or to the word that says what is measured."""
    text, sentence = passage.layout.text, passage.sentence.span
    end = amount.phrase.end
    after = {"range": RANGE_AFTER, "payload": PAYLOAD_AFTER, "unit_cost": EACH_AFTER}.get(attribute)
    if after and (match := after.match(text, end, sentence.end)):
        end = match.end()
    return joined(place, Span(amount.phrase.start, end))


def _speed_word(passage: Passage, mention: WeaponMention, referent: Referent) -> Iterator[Finding]:
    """"The hypersonic Kinzhal": a speed word is a fact of a named system, of a generic weapon it is part of the name."""
    if referent.system is None:
        return
    first = min(mention.first, passage.layout.token_at(mention.phrase.start))
    for token in passage.tokens[first : mention.last]:
        if token.lower in SPEED_WORDS:
            evidence = joined(token.span, mention.span)
            yield Finding(referent, mention.span, "speed", evidence, value=token.lower, confidence=0.9)
            return


def _made_compound(passage: Passage, mention: WeaponMention, referent: Referent) -> Iterator[Finding]:
    """"American-made", "Lockheed Martin-built" in the noun phrase."""
    text = passage.layout.text
    for match in MADE_COMPOUND.finditer(text, mention.phrase.start, mention.span.start):
        start = _word_start(text, match.start(), passage.sentence.span.start)
        yield from _maker(referent, mention.span, text[start : match.start()], Span(start, match.end()))


def _word_start(text: str, end: int, floor: int) -> int:
    """Where the capitalised words that end at `end` begin."""
    start = end
    for match in re.finditer(r"(?:[A-Z]\.){2,}|[\w&.]+", text[max(floor, end - 40) : end]):
        word = match.group()
        if word[0].isupper() and word not in ("The", "A", "An"):
            start = min(start, max(floor, end - 40) + match.start())
        else:
            start = end
    return start


def _maker(referent: Referent, mention: Span, name: str, evidence: Span) -> Iterator[Finding]:
    words = re.sub(r"^(?:The|A|An)\s", "", name.strip())
    code = _country(words)
    if code is not None:
        yield Finding(referent, mention, "origin", evidence, value=code, confidence=0.95)
    elif words and words[0].isupper() and words.lower() not in NO_MAKER:
        yield Finding(referent, mention, "manufacturer", evidence, value=words, confidence=0.8)


def _country(words: str) -> str | None:
    names = gazetteer()
    key = words.lower().replace("’", "'").removesuffix("'s")
    if key in ("soviet", "soviet union"):
        return "SU"
    return names.demonyms.get(key) or names.countries.get(key)


def _made_before(passage: Passage, mention: WeaponMention, referent: Referent) -> Iterator[Finding]:
    """"Raytheon, which makes the Stinger"."""
    text, start = passage.layout.text, passage.sentence.span.start
    found = MAKER_OF.search(text[max(start, mention.phrase.start - 70) : mention.phrase.start])
    if found is not None and _country(found["name"]) is None:
        offset = max(start, mention.phrase.start - 70)
        evidence = Span(offset + found.start(), mention.span.end)
        yield Finding(referent, mention.span, "manufacturer", evidence, value=found["name"], confidence=0.8)


def _made_or_operated(passage: Passage, referents: WeaponReferents) -> Iterator[Finding]:
    text, sentence = passage.layout.text, passage.sentence.span
    for pattern in (MADE_BY, OPERATED_BY):
        for match in pattern.finditer(text, *sentence):
            owner = _postmodified(passage, referents, match.start())
            if owner is not None:
                yield from _by(passage, owner, match)


def _postmodified(passage: Passage, referents: WeaponReferents, offset: int) -> tuple[Referent, WeaponMention] | None:
    """The weapon that "made by …" at `offset` follows, with no other thing in between."""
    mention = _mention_before(passage, offset, "unit_cost")
    if mention is None or not POSTMODIFIER.fullmatch(passage.layout.text, mention.span.end, offset):
        return None
    referent = referents.of(mention)
    return None if referent is None else (referent, mention)


POSTMODIFIER = re.compile(r",?\s?(?:(?:that|which|both|all|is|are|was|were|being|been|jointly|co|also|currently|first|originally|has|have|mainly|now)[\s,-]+){0,5}")


def _by(passage: Passage, owner: tuple[Referent, WeaponMention], match: re.Match[str]) -> Iterator[Finding]:
    referent, mention = owner
    text = passage.layout.text
    nation = next((one for one in passage.nations if one.span.start == match.end()), None)
    if match.re is OPERATED_BY:
        if nation is not None:
            evidence = joined(mention.span, nation.span)
            yield Finding(referent, mention.span, "operator", evidence, value=nation.name, party=nation.name, confidence=0.85)
        return
    if nation is not None and nation.code and not text[nation.span.end - 2 : nation.span.end].endswith(("'s", "’s")):
        evidence = Span(match.start(), nation.span.end)
        if text[nation.span.end : nation.span.end + 1] != " " or not text[nation.span.end + 1 : nation.span.end + 2].isupper():
            yield Finding(referent, mention.span, "origin", evidence, value=nation.code, confidence=0.9)
            return
    company = COMPANY.match(text, match.end(), passage.sentence.span.end) if match["how"].lower() == "by" else None
    if company is not None:
        yield from _maker(referent, mention.span, company["name"].rstrip("."), Span(match.start(), company.end()))

