"""A sentence with the weapons, nations and amounts in it: the ground on which facts are looked for."""

import re
from bisect import bisect_left
from dataclasses import dataclass

from app.extract.document import Span
from app.extract.layout import Layout, Sentence, Token
from app.extract.weapons.names import System
from app.extract.weapons.nations import Nation
from app.extract.weapons.nouns import weapon_nouns
from app.extract.weapons.quantity import Amount

LONGEST_LIST = 12  # weapons that are read as one list
COORDINATION = re.compile(r"\s*(?:,\s*(?:and|or)|,|and|or|&|/)\s*(?:the\s|its\s|an?\s|both\s)?\s*")


@dataclass(frozen=True, slots=True)
class WeaponMention:
    """A place where the text speaks of a weapon.

    `span` covers name and noun ("Storm Shadow missiles"), `phrase` the noun phrase from its count or first modifier;
    `first` and `last` bound the phrase's tokens, half-open. `name` is canonical: the system's, or the text's noun in the
    singular. `listed` says that the name means this weapon and no other. `amount` counts it, `total` is what it was taken
    from ("14 of 20 drones"). `modifies` says that it only qualifies another noun ("missile strikes"), `sized` that its
    caliber stands before it, `is_ship_by_name` that it is one vessel ("the corvette Ivanovets"), `is_new` that it is
    introduced as new, `has_noun` that a weapon's noun stands in it, as in "Patriot battery".
    """

    span: Span
    phrase: Span
    first: int
    last: int
    sentence: int
    name: str
    head: str
    system: System | None
    listed: bool
    common: bool
    plural: bool
    modifies: bool
    has_noun: bool
    kinds: frozenset[str]
    determiner: str | None = None
    amount: Amount | None = None
    total: Amount | None = None
    nations: tuple[Nation, ...] = ()
    sized: bool = False
    is_ship_by_name: bool = False
    is_new: bool = False

    @property
    def is_definite(self) -> bool:
        """Whether the phrase points back at something: "the missiles", "these systems", "its tanks"."""
        return self.determiner in weapon_nouns().definite

    @property
    def stands_alone(self) -> bool:
        """Whether the words say by themselves that a weapon is meant; "the system" only does after another mention."""
        nouns = weapon_nouns()
        sure = self.listed or self.sized or self.head not in nouns.bound or bool(self.kinds & nouns.makers)
        # Bombers without a country may be people; weapons that are not pointed at are any.
        return sure or (self.head == "bomber" and bool(self.nations)) or (self.head == "weapon" and self.plural)


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence with what was read in it: the ground on which facts are looked for."""

    layout: Layout
    sentence: Sentence
    index: int
    amounts: tuple[Amount, ...]
    nations: tuple[Nation, ...]
    mentions: tuple[WeaponMention, ...]
    amount_ending: dict[int, Amount]  # by the token after it
    nation_ending: dict[int, Nation]

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens of the whole text; `sentence.first` and `sentence.last` bound those of the passage."""
        return self.layout.tokens

    def nations_in(self, start: int, end: int) -> tuple[Nation, ...]:
        """The nations that begin at or after offset `start` and before `end`."""
        first = bisect_left(self.nations, start, key=lambda nation: nation.span.start)
        last = bisect_left(self.nations, end, key=lambda nation: nation.span.start)
        return self.nations[first:last]

    def mentions_until(self, offset: int) -> int:
        """How many of the mentions begin before `offset`: they are in reading order and do not overlap."""
        return bisect_left(self.mentions, offset, key=lambda mention: mention.span.start)


def coordinated(passage: Passage, last: WeaponMention) -> tuple[WeaponMention, ...]:
    """The mentions joined by commas and "and" that end with `last`, in reading order, `last` included."""
    chain = [last]
    position = passage.mentions_until(last.span.start)
    while position > 0 and len(chain) < LONGEST_LIST:
        position -= 1
        gap = Span(passage.mentions[position].span.end, chain[0].phrase.start)
        if gap.end - gap.start > 12 or not COORDINATION.fullmatch(passage.layout.text, *gap):
            break
        chain.insert(0, passage.mentions[position])
    return tuple(chain)
