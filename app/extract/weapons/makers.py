"""Where a weapon is from, who makes it and who operates it."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

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
NAME = r"[A-Z][\w&-]*(?:\s(?:[A-Z&][\w.&-]*|of|and(?=\s[A-Z][a-z]+\s(?:Systems|Aerospace|Industries|Defen[cs]e))))*"
COMPANY = re.compile(rf"(?:(?:[a-z]+[’']?s?|U\.S\.|[A-Z][\w.]+[’']s)\s){{0,5}}?(?:the\s)?(?P<name>{NAME})")
# One more maker after the first: "… and the American company Raytheon".
ALSO = re.compile(r",?\s(?:(?:together|along|jointly)\s)?(?:and|with)\s(?:the\s)?")
LISTED = re.compile(r"(?:,\s|,?\sand\s)(?:the\s)?")
NEXT_COMPANY = re.compile(rf"(?:(?:\w+[’']s?|[A-Z][a-z]+|[a-z-]+)\s){{0,2}}?(?P<name>{NAME})")
MAKES = r"(?:makes?|builds?|manufactures?|produces?|develop(?:s|ed)?|designed|made|built)"
MAKER_NOUN = r"(?:maker|manufacturer|producer|builder|developer)"
FIRMS = r"(?:company|firm|manufacturer|maker|giant|contractor|start-?up|group|shipbuilder)"
MAKER_OF = re.compile(
    rf"(?P<names>{NAME}(?:(?:,\s|,?\sand\s){NAME})*)"
    rf"(?:,?\s(?:which|who|that)\s|,\s(?:the|a|an)\s(?:[\w-]+\s){{0,3}}{FIRMS}\s(?:that|which)\s|,?\s)"
    rf"(?:jointly\s|also\s|now\s|will\s|can\s|(?:plans|hopes|aims|wants)\sto\s)?(?:{MAKES}|(?:the\s)?{MAKER_NOUN}\sof)\s(?:the\s)?$"
)
APPOSED_MAKER = re.compile(
    rf"\b(?:its|their|the)\s{MAKER_NOUN}s?,\s(?P<name>{NAME})(?=[,.])|(?P<before>{NAME}),\s(?:its|their)\s{MAKER_NOUN}\b"
)

BETWEEN_NAMES = re.compile(r",\sand\s|,\s|\sand\s(?![A-Z][a-z]+\s(?:Systems|Aerospace|Industries|Defen[cs]e))")
PRONOUNS = frozenset(["It", "They", "He", "She", "We", "I", "Who", "That"])
AFTER_ASIDE = re.compile(r"^,.*,\s(?:is|are|was|were)\s(?:also\s|now\s)?$", re.DOTALL)

Weapon = tuple[Referent, WeaponMention]


def find_makers(passage: Passage, referents: WeaponReferents) -> Iterator[Finding]:
    """Origin, manufacturer and operator of the weapons of `passage`, as far as it says so in so many words."""
    for mention in passage.mentions:
        referent = referents.of(mention)
        if referent is not None:
            yield from _made_compound(passage, mention, referent)
            yield from _made_before(passage, mention, referent)
    yield from _apposed_maker(passage, referents)
    yield from _made_or_operated(passage, referents)


def _made_compound(passage: Passage, mention: WeaponMention, referent: Referent) -> Iterator[Finding]:
    """ "American-made", "Lockheed Martin-built" in the noun phrase."""
    text = passage.layout.text
    for match in MADE_COMPOUND.finditer(text, mention.phrase.start, mention.span.start):
        start = _word_start(text, match.start(), passage.sentence.span.start)
        yield from _maker(referent, mention.span, text[start : match.start()], (Span(start, match.end()),))
    floor = max(passage.sentence.span.start, mention.phrase.start - 40)
    owner = _known_maker().search(text[floor : mention.phrase.start])
    if owner is not None and not mention.modifies:
        evidence = (Span(floor + owner.start("name"), mention.span.end),)
        yield Finding(referent, mention.span, "manufacturer", evidence, value=owner["name"], confidence=0.8)


@cache
def _known_maker() -> re.Pattern[str]:
    """A maker of arms right before its weapon: "Saab's Gripen", "the Boeing F/A-18"."""
    names = "|".join(re.escape(name) for name in load("weapon_cues")["making"]["makers"])
    return re.compile(rf"\b(?P<name>{names})(?:[’']s?)?\s(?:(?:new|own|latest|\d+|[a-z]+-[a-z]+)\s)?$")


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
    for attribute, value in _maker_named(name):
        yield Finding(referent, mention, attribute, evidence, value=value, confidence=0.9)


def _maker_named(name: str) -> Iterator[tuple[Literal["origin", "manufacturer"], str]]:
    """What a capitalised name says: from which country, or by which company."""
    words = re.sub(r"^(?:The|A|An)\s", "", name.strip())
    code = _country(words)
    if code is not None:
        yield "origin", code
    elif words and words[0].isupper() and words.lower() not in load("weapon_cues")["making"]["no_makers"]:
        yield "manufacturer", words


def _country(words: str) -> str | None:
    names = gazetteer()
    key = words.lower().replace("’", "'").removesuffix("'s")
    if key in ("soviet", "soviet union"):
        return "SU"
    return names.demonyms.get(key) or names.countries.get(key)


def _made_before(passage: Passage, mention: WeaponMention, referent: Referent) -> Iterator[Finding]:
    """ "Raytheon, which makes the Stinger", "Raytheon and Lockheed Martin produce the Javelin"."""
    text, start = passage.layout.text, max(passage.sentence.span.start, mention.phrase.start - 110)
    found = MAKER_OF.search(text[start : mention.phrase.start])
    if found is None:
        return
    evidence = (Span(start + found.start(), mention.span.end),)
    for name in re.split(
        r",\sand\s|,\s|\sand\s(?![A-Z][a-z]+\s(?:Systems|Aerospace|Industries|Defen[cs]e))", found["names"]
    ):
        if _country(name) is None and name not in ("It", "They", "He", "She", "We", "I"):
            yield Finding(referent, mention.span, "manufacturer", evidence, value=name, confidence=0.8)


def _apposed_maker(passage: Passage, referents: WeaponReferents) -> Iterator[Finding]:
    """ "Its maker, Fire Point, said", "from KNDS, their manufacturer": of the weapon named last before."""
    for match in APPOSED_MAKER.finditer(passage.layout.text, *passage.sentence.span):
        mention = mention_before(passage, match.start(), "range")
        referent = referents.of(mention) if mention else None
        if mention is not None and referent is not None:
            value = match["name"] or match["before"]
            yield Finding(referent, mention.span, "manufacturer", (Span(*match.span()),), value=value, confidence=0.8)


def _made_or_operated(passage: Passage, referents: WeaponReferents) -> Iterator[Finding]:
    text, sentence = passage.layout.text, passage.sentence.span
    for name, read in (("made_by", _made_by), ("operated_by", _operated_by)):
        for match in context(name).finditer(text, *sentence):
            owner = _postmodified(passage, referents, match.start())
            if owner is not None:
                yield from read(passage, owner, match)


def _postmodified(passage: Passage, referents: WeaponReferents, offset: int) -> Weapon | None:
    """The weapon that "made by …" at `offset` follows, with no other thing in between."""
    for over_asides in (False, True):
        mention = mention_before(passage, offset, "unit_cost", over_asides=over_asides)
        gap = passage.layout.text[mention.span.end : offset] if mention else ""
        referent = referents.of(mention) if mention else None
        if mention and referent and (context("postmodifier").fullmatch(gap) or AFTER_ASIDE.search(gap)):
            return referent, mention
    return None


def _operated_by(passage: Passage, owner: Weapon, match: re.Match[str]) -> Iterator[Finding]:
    """ "Flown by Azerbaijan and Ethiopia"."""
    referent, mention = owner
    nation = _nation_at(passage, match.end())
    while nation is not None:
        evidence = receipt(mention.span, nation.span)
        name = nation.name
        yield Finding(referent, mention.span, "operator", evidence, value=name, party=name, confidence=0.85)
        link = LISTED.match(passage.layout.text, nation.span.end)
        nation = _nation_at(passage, link.end()) if link else None


def _made_by(passage: Passage, owner: Weapon, match: re.Match[str]) -> Iterator[Finding]:
    """ "Made in Iran", "built by the Turkish company Baykar", "developed by Britain and France"."""
    referent, mention = owner
    by = match["how"].lower() == "by"
    maker = _maker_at(passage, match.end(), COMPANY, by)
    while maker is not None:
        attribute, value, end = maker
        yield Finding(referent, mention.span, attribute, (Span(match.start(), end),), value=value, confidence=0.85)
        listed = LISTED.match(passage.layout.text, end) if attribute == "origin" else None
        if listed and _nation_at(passage, listed.end()) is None:
            listed = None
        link = listed or ALSO.match(passage.layout.text, end, passage.sentence.span.end)
        maker = _maker_at(passage, link.end(), NEXT_COMPANY, by) if link else None


def _maker_at(
    passage: Passage, offset: int, company: re.Pattern[str], by: bool
) -> tuple[Literal["origin", "manufacturer"], str, int] | None:
    """The country or the company named at `offset`, and where the name ends."""
    nation = _nation_at(passage, offset)
    is_country = nation is not None and (company is COMPANY or nation.form == "name")  # "with American funding"
    if nation is not None and is_country and nation.code and not _qualifies_company(passage, nation):
        return "origin", nation.code, nation.span.end
    start = nation.span.end + 1 if nation is not None and not _begins_company(passage, nation) else offset
    found = company.match(passage.layout.text, start, passage.sentence.span.end)
    if found is None or not by:
        return None
    made = next(_maker_named(found["name"].rstrip(".")), None)
    return None if made is None else (*made, found.end())


def _nation_at(passage: Passage, offset: int) -> Nation | None:
    return next(iter(passage.nations_in(offset, offset + 1)), None)


def _begins_company(passage: Passage, nation: Nation) -> bool:
    """ "Israel Aerospace Industries": the country's name is a part of the company's."""
    following = passage.tokens[nation.last] if nation.last < passage.sentence.last else None
    owns = passage.tokens[nation.last - 1].lower.endswith(("'s", "s'"))
    return nation.form == "name" and not owns and following is not None and following.is_capitalized


def _qualifies_company(passage: Passage, nation: Nation) -> bool:
    """Whether a company's name goes on after the nation: "Ukraine's Fire Point", "Turkish company Baykar"."""
    if nation.last >= passage.sentence.last or passage.tokens[nation.last - 1].lower.endswith(("'s", "s'")):
        return nation.last < passage.sentence.last
    following = passage.tokens[nation.last]
    spaced = following.start > nation.span.end
    return spaced and (following.is_capitalized or following.lower in load("weapon_cues")["making"]["companies"])
