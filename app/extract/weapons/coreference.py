"""Which weapon a mention means: a name itself, "the missiles" the missile last named, "it" the last spoken of."""

import re
from dataclasses import dataclass
from functools import cache

from app.extract.document import Span
from app.extract.lexicon import load
from app.extract.weapons.names import System
from app.extract.weapons.passage import Passage, WeaponMention

SENTENCES_BACK = 8  # a definite noun phrase further from the name than this is about something else as often as not
LEAD = 3  # sentences in which news may speak in general of what it names below
PRONOUN_BACK = 2
APPOSED = re.compile(
    r"\s*(?:,|—|–|--|\()\s*(?:(?:a|an|the|its|their|one of)\s(?:[A-Z][\w-]+\s){0,2})?$"
    r"|\s(?:is|are|was|were)\s(?:(?:a|an|the|one of|its|their)\s)?(?:[\w-]+\s){0,3}$"
    r"|,?\s(?:called|named|dubbed|known as|designated|code-?named)\s(?:the\s)?[“\"‘']?$"
)
# Kinds that only one class of systems can be.
CLASS_OF_KIND = {
    "ballistic": frozenset({"ballistic_missile"}),
    "cruise": frozenset({"cruise_missile"}),
    "air": frozenset({"air_defence", "tactical_missile"}),
    "surface-to-air": frozenset({"air_defence"}),
    "anti-aircraft": frozenset({"air_defence"}),
    "anti-tank": frozenset({"tactical_missile", "small_arm", "mine"}),
    "nuclear": frozenset({"ballistic_missile", "cruise_missile", "bomb", "submarine", "ship"}),
    "rocket": frozenset({"rocket_artillery", "small_arm", "ballistic_missile"}),
    "armored": frozenset({"armoured_vehicle", "tank"}),
    "armoured": frozenset({"armoured_vehicle", "tank"}),
}


@dataclass(frozen=True, slots=True)
class Referent:
    """What a mention stands for: the weapon's canonical name, its system if listed, and the earlier mention that tells."""

    name: str
    system: System | None
    antecedent: Span | None = None


@dataclass(slots=True)
class _Seen:
    mention: WeaponMention
    referent: Referent


class WeaponReferents:
    """The referent of every weapon mention of a text, by the mention's span."""

    def __init__(self, passages: tuple[Passage, ...]) -> None:
        self._by_span: dict[Span, Referent] = {}
        self._in_sentence: dict[int, list[_Seen]] = {}
        self._latest: dict[str, _Seen] = {}
        self._named_later = _named_systems(passages)
        for passage in passages:
            for position, mention in enumerate(passage.mentions):
                self._see(mention, self._refer(passage, position))

    def of(self, mention: WeaponMention) -> Referent | None:
        """What `mention` stands for; `None` where its noun says too little and nothing before it says more."""
        return self._by_span.get(mention.span)

    def of_pronoun(self, passage: Passage, plural: bool) -> tuple[Referent, Span] | None:
        """What "it" (or "they") in `passage` can stand for, with the place that names it; `None` if that is not plain."""
        for index in range(passage.index - 1, max(-1, passage.index - 1 - PRONOUN_BACK), -1):
            seen = [one for one in self._in_sentence.get(index, ()) if not one.mention.modifies]
            if seen:
                return _only_subject(seen, plural)
        return None

    def _see(self, mention: WeaponMention, referent: Referent | None) -> None:
        if referent is None:
            return
        self._by_span[mention.span] = referent
        seen = _Seen(mention, referent)
        self._in_sentence.setdefault(mention.sentence, []).append(seen)
        self._latest.pop(referent.name, None)  # re-entered at the end: the dictionary is in order of last mention
        self._latest[referent.name] = seen

    def _refer(self, passage: Passage, position: int) -> Referent | None:
        mention = passage.mentions[position]
        if mention.listed:
            return self._ship_apposed(passage, position) or Referent(mention.name, mention.system)
        apposed = self._apposed(passage, position)
        if apposed is not None:
            return apposed
        found = self._antecedent(mention) if mention.is_definite else self._announced(mention)
        if found is not None:
            return found
        return Referent(mention.name, None) if mention.stands_alone else None

    def _apposed(self, passage: Passage, position: int) -> Referent | None:
        """ "The Oreshnik, a hypersonic missile" and "its newest missile, the Hwasong-18" name one weapon twice."""
        mention, text = passage.mentions[position], passage.layout.text
        for other in passage.mentions[max(0, position - 1) : position + 2]:
            if not other.listed or not _can_be(mention, other.system) or other.plural != mention.plural:
                continue
            low, high = sorted((mention, other), key=lambda one: one.span.start)
            if APPOSED.fullmatch(text, low.span.end, min(high.phrase.start, low.span.end + 40)) and _is_one(high, low):
                return Referent(other.name, other.system, other.span)
        return None

    def _ship_apposed(self, passage: Passage, position: int) -> Referent | None:
        """ "The corvette Ivanovets, a Tarantul-class ship": the ship, and no second one."""
        mention, before = passage.mentions[position], passage.mentions[max(0, position - 1) : position]
        if mention.system or not mention.name.partition(" ")[0].endswith("-class") or not before:
            return None
        ship = before[0]
        gap = passage.layout.text[ship.span.end : mention.phrase.start]
        return Referent(ship.name, None, ship.span) if ship.is_ship_by_name and APPOSED.fullmatch(gap) else None

    def _antecedent(self, mention: WeaponMention) -> Referent | None:
        candidates: list[_Seen] = []
        for seen in reversed(self._latest.values()):
            if mention.sentence - seen.mention.sentence > SENTENCES_BACK or len(candidates) == 2:
                break
            if _refers_to(mention, seen):
                candidates.append(seen)
        if not candidates:
            return None
        latest = candidates[0]
        rivals = candidates[1:] and candidates[1].mention.sentence == latest.mention.sentence
        if rivals and not candidates[1].mention.first < latest.mention.first - 40:
            return None
        return Referent(latest.referent.name, latest.referent.system, latest.mention.span)

    def _announced(self, mention: WeaponMention) -> Referent | None:
        """The only system named further on that a lead can mean by "American long-range missiles"."""
        named = any(seen.referent.system for seen in self._latest.values())
        introduced = bool(mention.nations or mention.kinds) or mention.is_new
        if mention.sentence >= LEAD or not introduced or mention.amount or named:
            return None
        fitting: dict[str, WeaponMention] = {}
        for other in self._named_later:
            if _can_be(mention, other.system) and _is_from(mention, other.system):
                fitting.setdefault(other.name, other)
        if len(fitting) != 1:
            return None
        other = next(iter(fitting.values()))
        return Referent(other.name, other.system, other.span)


def _named_systems(passages: tuple[Passage, ...]) -> tuple[WeaponMention, ...]:
    return tuple(mention for passage in passages for mention in passage.mentions if mention.system)


def _only_subject(seen: list[_Seen], plural: bool) -> tuple[Referent, Span] | None:
    fitting = [one for one in seen if one.mention.listed or one.mention.plural == plural]
    names = {one.referent.name for one in fitting}
    if len(names) == 1 or (fitting and fitting[0] is seen[0] and seen[0].mention.first == seen[0].mention.last):
        return fitting[0].referent, fitting[0].mention.span
    return None


def _refers_to(mention: WeaponMention, seen: _Seen) -> bool:
    system = seen.referent.system
    if system is not None:
        return _can_be(mention, system) and _is_from(mention, system)
    other = seen.mention
    same_noun = mention.head == other.head or mention.head in _under().get(other.head, frozenset())
    return same_noun and (mention.plural == other.plural) and mention.kinds <= other.kinds


def _can_be(mention: WeaponMention, system: System | None) -> bool:
    if system is None or mention.head not in system.heads:
        return False
    return all(system.weapon_class in CLASS_OF_KIND[kind] for kind in mention.kinds & CLASS_OF_KIND.keys())


def _is_from(mention: WeaponMention, system: System | None) -> bool:
    """Whether the nations in the phrase, its owner aside, can have made the system."""
    stated = {nation.code for nation in mention.nations if nation.form == "demonym"}
    return system is not None and (not stated or bool(stated & system.origin))


def _is_one(high: WeaponMention, low: WeaponMention) -> bool:
    return high.amount is None or low.amount is None


@cache
def _under() -> dict[str, frozenset[str]]:
    return {noun: frozenset(words) for noun, words in load("weapon_nouns")["under"].items()}
