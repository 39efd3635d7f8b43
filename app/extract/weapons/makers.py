"""Where a weapon is from, who makes it and who operates it."""

import re
from collections.abc import Iterator

from app.extract.document import Span, Spans
from app.extract.gazetteer import gazetteer
from app.extract.lexicon import load
from app.extract.weapons.context import context
from app.extract.weapons.coreference import Referent, WeaponReferents
from app.extract.weapons.finding import Finding, receipt
from app.extract.weapons.measures import mention_before
from app.extract.weapons.nations import Nation
from app.extract.weapons.passage import Passage, WeaponMention

MADE = r"(?:made|built|designed|developed|manufactured|produced)"
MADE_COMPOUND = re.compile(rf"[-‑]\s?{MADE}\b")
COMPANY = re.compile(
    r"(?:(?:[a-z]+[’']?s?|U\.S\.|[A-Z][\w.]+[’']s)\s){0,5}?(?:the\s)?"
    r"(?P<name>[A-Z][\w.&-]*(?:\s(?:[A-Z][\w.&-]*|&|of|and(?=\s[A-Z][a-z]+\s(?:Systems|Aerospace|Industries|Defen[cs]e))))*)"
)
MAKER_OF = re.compile(
    r"(?P<name>[A-Z][\w&-]*(?:\s[A-Z&][\w&-]*)*),?\s(?:which\s|who\s)?(?:makes|builds|manufactures|produces|the\smaker\sof|maker\sof|"
    r"the\smanufacturer\sof|manufacturer\sof)\s(?:the\s)?$"
)

Weapon = tuple[Referent, WeaponMention]


def find_makers(passage: Passage, referents: WeaponReferents) -> Iterator[Finding]:
    """Origin, manufacturer and operator of the weapons of `passage`, as far as it says so in so many words."""
    for mention in passage.mentions:
        referent = referents.of(mention)
        if referent is not None:
            yield from _made_compound(passage, mention, referent)
            yield from _made_before(passage, mention, referent)
    yield from _made_or_operated(passage, referents)


def _made_compound(passage: Passage, mention: WeaponMention, referent: Referent) -> Iterator[Finding]:
    """ "American-made", "Lockheed Martin-built" in the noun phrase."""
    text = passage.layout.text
    for match in MADE_COMPOUND.finditer(text, mention.phrase.start, mention.span.start):
        start = _word_start(text, match.start(), passage.sentence.span.start)
        yield from _maker(referent, mention.span, text[start : match.start()], (Span(start, match.end()),))


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


def _maker(referent: Referent, mention: Span, name: str, evidence: Spans) -> Iterator[Finding]:
    words = re.sub(r"^(?:The|A|An)\s", "", name.strip())
    code = _country(words)
    if code is not None:
        yield Finding(referent, mention, "origin", evidence, value=code, confidence=0.95)
    elif words and words[0].isupper() and words.lower() not in load("weapon_cues")["making"]["no_makers"]:
        yield Finding(referent, mention, "manufacturer", evidence, value=words, confidence=0.8)


def _country(words: str) -> str | None:
    names = gazetteer()
    key = words.lower().replace("’", "'").removesuffix("'s")
    if key in ("soviet", "soviet union"):
        return "SU"
    return names.demonyms.get(key) or names.countries.get(key)


def _made_before(passage: Passage, mention: WeaponMention, referent: Referent) -> Iterator[Finding]:
    """ "Raytheon, which makes the Stinger"."""
    text, start = passage.layout.text, passage.sentence.span.start
    found = MAKER_OF.search(text[max(start, mention.phrase.start - 70) : mention.phrase.start])
    if found is not None and _country(found["name"]) is None:
        offset = max(start, mention.phrase.start - 70)
        evidence = (Span(offset + found.start(), mention.span.end),)
        yield Finding(referent, mention.span, "manufacturer", evidence, value=found["name"], confidence=0.8)


def _made_or_operated(passage: Passage, referents: WeaponReferents) -> Iterator[Finding]:
    text, sentence = passage.layout.text, passage.sentence.span
    for name, read in (("made_by", _made_by), ("operated_by", _operated_by)):
        for match in context(name).finditer(text, *sentence):
            owner = _postmodified(passage, referents, match.start())
            if owner is not None:
                yield from read(passage, owner, match)


def _postmodified(passage: Passage, referents: WeaponReferents, offset: int) -> Weapon | None:
    """The weapon that "made by …" at `offset` follows, with no other thing in between."""
    mention = mention_before(passage, offset, "unit_cost", over_asides=False)
    if mention is None or not context("postmodifier").fullmatch(passage.layout.text, mention.span.end, offset):
        return None
    referent = referents.of(mention)
    return None if referent is None else (referent, mention)


def _operated_by(passage: Passage, owner: Weapon, match: re.Match[str]) -> Iterator[Finding]:
    referent, mention = owner
    nation = _nation_at(passage, match.end())
    if nation is not None:
        evidence = receipt(mention.span, nation.span)
        name = nation.name
        yield Finding(referent, mention.span, "operator", evidence, value=name, party=name, confidence=0.85)


def _made_by(passage: Passage, owner: Weapon, match: re.Match[str]) -> Iterator[Finding]:
    """ "Made in Iran", "built by the Turkish company Baykar"."""
    referent, mention = owner
    nation = _nation_at(passage, match.end())
    if nation is not None and nation.code and not _qualifies_company(passage, nation):
        evidence = (Span(match.start(), nation.span.end),)
        yield Finding(referent, mention.span, "origin", evidence, value=nation.code, confidence=0.9)
        return
    start = nation.span.end + 1 if nation is not None else match.end()
    company = COMPANY.match(passage.layout.text, start, passage.sentence.span.end)
    if company is not None and match["how"].lower() == "by":
        evidence = (Span(match.start(), company.end()),)
        yield from _maker(referent, mention.span, company["name"].rstrip("."), evidence)


def _nation_at(passage: Passage, offset: int) -> Nation | None:
    return next(iter(passage.nations_in(offset, offset + 1)), None)


def _qualifies_company(passage: Passage, nation: Nation) -> bool:
    """Whether a company's name goes on after the nation: "Ukraine's Fire Point", "Turkish company Baykar"."""
    if nation.last >= passage.sentence.last or passage.tokens[nation.last - 1].lower.endswith(("'s", "s'")):
        return nation.last < passage.sentence.last
    following = passage.tokens[nation.last]
    spaced = following.start > nation.span.end
    return spaced and (following.is_capitalized or following.lower in load("weapon_cues")["making"]["companies"])
