"""The noun phrase of a weapon: what stands before its name or noun, with its count, its determiner and its nations."""

import re
from dataclasses import replace
from functools import cache

from app.extract.document import Span
from app.extract.layout import Layout
from app.extract.lexicon import load
from app.extract.weapons.nations import Nation, nation_of
from app.extract.weapons.nouns import weapon_nouns
from app.extract.weapons.passage import Passage, WeaponMention
from app.extract.weapons.quantity import Amount

REACH = 12  # tokens that a noun phrase may spread to the left of its noun
WEIGHED = frozenset(["bomb", "warhead", "munition", "shell"])  # whose weight says that it is a weapon
VAGUE = frozenset(["most", "half", "some", "many", "several", "part", "much", "majority", "few", "third", "quarter"])
NEW = frozenset(["new", "newest", "latest"])
MEASURES = frozenset(["rounds", "pieces", "units", "sets", "types"])  # "30,000 rounds of ammunition"
HYPHENS = frozenset("-‑–")
MADE = re.compile(r"-(?:made|built|designed|developed|produced|manufactured)$")


def with_phrase(passage: Passage, mention: WeaponMention) -> WeaponMention:
    """The mention with all that stands before its noun: kinds, nations, count, determiner."""
    reader = _PhraseReader(passage, mention)
    return reader.read()


class _PhraseReader:
    """Reads a noun phrase from its noun to the left."""

    def __init__(self, passage: Passage, mention: WeaponMention) -> None:
        self.layout = passage.layout
        self.mention = mention
        self.floor = max(passage.sentence.first, mention.first - REACH)
        self.amounts = passage.amount_ending
        self.nations = passage.nation_ending
        self.first = mention.first
        self.found: list[Nation] = []
        self.sizes: list[str] = []

    def read(self) -> WeaponMention:
        while self._step():
            pass
        amount, total = self._count()
        start = amount.phrase.start if amount else self.layout.tokens[self.first].start
        sized = any(size.endswith("mm") for size in self.sizes) or (bool(self.sizes) and self.mention.head in WEIGHED)
        name = " ".join([*reversed(self.sizes), self.mention.name]) if not self.mention.listed else self.mention.name
        return replace(
            self.mention,
            phrase=Span(start, self.mention.span.end),
            first=min(self.first, self.layout.token_at(start)),
            determiner=self._determiner(),
            amount=amount,
            total=total,
            name=name,
            sized=sized,
            nations=tuple(reversed(self.found)),
            is_new=any(token.lower in NEW for token in self.layout.tokens[self.first : self.mention.first]),
        )

    def _step(self) -> bool:
        """Takes one more modifier into the phrase; false at its border."""
        if self.first <= self.floor or not self._is_close():
            return False
        amount = self.amounts.get(self.first)
        if amount is not None:
            return self._take_size(amount)
        nation = self.nations.get(self.first)
        if nation is not None:
            self.found.append(nation)
            self.first = nation.first
            return not self.layout.tokens[nation.last - 1].lower.endswith(("'s", "s'"))
        return self._take_word()

    def _is_close(self) -> bool:
        gap = self.layout.text[self.layout.tokens[self.first - 1].end : self.layout.tokens[self.first].start]
        return gap in {"", " ", "\n", "\xa0"}

    def _take_size(self, amount: Amount) -> bool:
        # "155-mm howitzers", "2,000-pound bombs", "a $2 million missile": part of the phrase, no count of it.
        if amount.dimension == "count" and not amount.joined:
            return False
        if amount.dimension in ("bore", "mass"):
            self.sizes.append(_size(amount, self.layout.text))
        self.first = min(self.first - 1, self.layout.token_at(amount.span.start))
        return True

    def _take_word(self) -> bool:
        nouns, word = weapon_nouns(), self.layout.tokens[self.first - 1].lower
        known = word in nouns.kinds or word in nouns.fillers or word in nouns.singulars
        if MADE.search(word):
            self._take_maker()
        if known or word.endswith(nouns.filler_endings) or self.layout.tokens[self.first - 1].text in HYPHENS:
            self.first -= 1
            return True
        if word in ("range", "made", "built", "designed", "caliber", "calibre"):
            self.first -= 1
            return True
        return self._take_unknown()

    def _take_maker(self) -> None:
        """The nation in "Russian-made" and "South Korean-built"."""
        tokens, index = self.layout.tokens, self.first - 1
        adjective = tokens[index].text.rsplit("-", 1)[0]
        for words in (f"{tokens[index - 1].text} {adjective}", adjective) if index else (adjective,):
            nation = nation_of(words, tokens[index].span, index, self.first)
            if nation is not None:
                self.found.append(nation)
                return

    def _take_unknown(self) -> bool:
        """One adjective that no lexicon knows, if a count or determiner stands before it ("40 tired drones")."""
        token = self.layout.tokens[self.first - 1]
        if not token.text.isalpha() or not token.text.islower() or token.lower in phrase_stops():
            return False
        before = self.first - 1
        if before in self.amounts and self.amounts[before].dimension == "count":
            self.first -= 1
            return True
        if before > self.floor and self.layout.tokens[before - 1].lower in ("a", "an", "the", "its", "their"):
            self.first -= 1
            return True
        return False

    def _count(self) -> tuple[Amount | None, Amount | None]:
        amount = self._amount_at(self.first)
        if amount is None:
            partitive = self._before_of(self.first) or self._before_of(self.first - 1 if self._determiner() else self.first)
            return (partitive, None) if partitive else (None, None)
        start = self.layout.token_at(amount.phrase.start)
        start = self._before_owner(start)
        if self._is_vague_part(start):
            return None, amount
        part = self._before_of(start)
        if part is not None and self._is_left_over(part):
            return None, amount
        return (part, amount) if part else (amount, None)

    def _is_vague_part(self, index: int) -> bool:
        """ "Most of its 150 launchers": what is said is said of a part whose number is not told."""
        tokens = self.layout.tokens
        return index - 2 >= self.floor and tokens[index - 1].lower == "of" and tokens[index - 2].lower in VAGUE

    def _is_left_over(self, part: Amount) -> bool:
        """ "All but three of the 20": what is said is not said of the three."""
        return self.layout.text[max(0, part.phrase.start - 8) : part.phrase.start].lower() == "all but "

    def _before_owner(self, start: int) -> int:
        """Where the owner's phrase begins that ends at `start`: "the", "its", "the country's", "South Korea's"."""
        tokens, index = self.layout.tokens, start
        while index > max(self.floor, start - 4) and tokens[index - 1].lower != "of":
            index -= 1
        owner = tokens[index:start]
        owned = owner and (owner[-1].lower in ("the", "its", "their") or owner[-1].lower.endswith(("'s", "s'")))
        return index if owned and (len(owner) > 1 or owner[0].lower != "of") else start

    def _before_of(self, index: int) -> Amount | None:
        tokens = self.layout.tokens
        if index - 1 <= self.floor or tokens[index - 1].lower != "of":
            return None
        amount = self._amount_at(index - 1) or self._amount_at(index)
        if amount is None and tokens[index - 2].lower in MEASURES:
            amount = self._amount_at(index - 2)
        if amount is None and tokens[index - 2].lower == "out":
            amount = self._amount_at(index - 2)
        return amount

    def _amount_at(self, index: int) -> Amount | None:
        amount = self.amounts.get(index)
        return amount if amount and amount.dimension == "count" and not amount.joined else None

    def _determiner(self) -> str | None:
        index = self.first - 1
        if index < self.floor:
            return None
        word = self.layout.tokens[index].lower
        if word in weapon_nouns().determiners:
            return word
        return (
            "'s"
            if word.endswith(("'s", "s'")) or (self.found and self.layout.tokens[self.first].lower.endswith("'s"))
            else None
        )


def _size(amount: Amount, text: str) -> str:
    # "155-mm", "155 mm" and "155mm" shells are the same shells.
    if amount.unit == "mm":
        return f"{amount.value:g}mm"
    return re.sub(r"[-‑–\s]+", "-", amount.span.of(text).lower())


@cache
def phrase_stops() -> frozenset[str]:
    """Words that stand in no weapon's noun phrase between count and noun."""
    return frozenset(load("weapon_nouns")["phrase"]["stops"])


def touches(layout: Layout, index: int) -> bool:
    """Whether nothing but a space stands between the token and the one before it."""
    return layout.text[layout.tokens[index - 1].end : layout.tokens[index].start] in {" ", "\n", "\xa0"}
