"""Where the text speaks of weapons: names, and nouns such as "supersonic missiles", each with its noun phrase and its count."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from app.extract.document import Span
from app.extract.layout import Layout, Sentence, Token
from app.extract.lexicon import load
from app.extract.nations import Nation, find_nations
from app.extract.quantity import Amount, find_amounts
from app.extract.weapon_names import NamedWeapon, System, find_designations, find_names

REACH = 12  # tokens that a noun phrase may spread to the left of its noun
HYPHENS = frozenset("-‑–")
COORDINATION = re.compile(r"\s*(?:,\s*(?:and|or)|,|and|or|&|/)\s*(?:the\s|its\s|an?\s|both\s)?\s*")


@dataclass(frozen=True, slots=True)
class WeaponMention:
    """A place where the text speaks of a weapon.

    `span` covers name and noun ("Storm Shadow missiles"), `phrase` the noun phrase from its count or first modifier; `first`
    and `last` bound the phrase's tokens, half-open. `name` is canonical: the system's, or the text's own noun in the
    singular. `listed` says that the name means this weapon and no other. `amount` counts it, `total` is what it was
    taken from ("14 of 20 drones"). `modifies` says that it only qualifies another noun ("missile strikes"),
    `has_noun` that a weapon's noun stands in it, as in "Patriot battery".
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

    @property
    def is_definite(self) -> bool:
        """Whether the phrase points back at something: "the missiles", "these systems", "its tanks"."""
        return self.determiner in _nouns().definite

    @property
    def stands_alone(self) -> bool:
        """Whether the words say by themselves that a weapon is meant; "the system" only does after another mention."""
        nouns = _nouns()
        return self.listed or self.head not in nouns.bound or bool(self.kinds & nouns.makers)


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

    def mentions_until(self, offset: int) -> int:
        """How many of the mentions begin before `offset`: they are in reading order and do not overlap."""
        return bisect_left(self.mentions, offset, key=lambda mention: mention.span.start)


class Nouns(NamedTuple):
    """The lexicon of weapon nouns, ready for looking words up."""

    sure: frozenset[str]
    bound: frozenset[str]
    makers: frozenset[str]
    singulars: dict[str, str]
    kinds: frozenset[str]
    fillers: frozenset[str]
    filler_endings: tuple[str, ...]
    determiners: frozenset[str]
    definite: frozenset[str]
    goes_on: frozenset[str]
    war: frozenset[str]


class Core(NamedTuple):
    """Name and noun of a mention, by tokens: half-open."""

    first: int
    last: int
    head: str | None
    named: NamedWeapon | None
    designation: Span | None


@cache
def _nouns() -> Nouns:
    lexicon = load("weapon_nouns")
    phrase = lexicon["phrase"]
    nouns = (*lexicon["sure"], *lexicon["soft"])
    singulars = {noun: noun for noun in nouns} | {_plural(noun): noun for noun in nouns}
    return Nouns(
        sure=frozenset(lexicon["sure"]),
        bound=frozenset(lexicon["bound"]),
        makers=frozenset(lexicon["makes_weapon"]),
        singulars=singulars,
        kinds=frozenset(phrase["kind"]),
        fillers=frozenset(phrase["filler"]),
        filler_endings=tuple(phrase["filler_endings"]),
        determiners=frozenset(phrase["determiners"]),
        definite=frozenset(phrase["definite"]),
        goes_on=frozenset(phrase["goes_on"]),
        war=frozenset(lexicon["war"]["words"]),
    )


def _plural(noun: str) -> str:
    plural: str = load("weapon_nouns")["plurals"].get(noun, f"{noun}s")
    return plural


def read_passages(layout: Layout) -> tuple[Passage, ...]:
    """Every sentence with its amounts, nations and weapon mentions; mentions that only may be weapons are left out."""
    text_of_war = _words_of_war(layout.tokens) >= load("weapon_nouns")["war"]["in_text"]
    passages = [_read(layout, sentence, index) for index, sentence in enumerate(layout.sentences)]
    established = _established(passages)
    return tuple(_sifted(passage, text_of_war, established) for passage in passages)


def _words_of_war(tokens: tuple[Token, ...]) -> int:
    return len({token.lower for token in tokens} & _nouns().war)


def _read(layout: Layout, sentence: Sentence, index: int) -> Passage:
    names = tuple(find_names(layout.text, sentence.span))
    amounts = _outside(find_amounts(layout.text, sentence.span), names)
    nations = find_nations(layout, sentence)
    passage = Passage(
        layout=layout,
        sentence=sentence,
        index=index,
        amounts=amounts,
        nations=nations,
        mentions=(),
        amount_ending={layout.token_at(amount.span.end): amount for amount in amounts},
        nation_ending={nation.last: nation for nation in nations},
    )
    return replace(passage, mentions=tuple(_mention(passage, core) for core in _cores(passage, names)))


def _outside(amounts: tuple[Amount, ...], names: tuple[NamedWeapon, ...]) -> tuple[Amount, ...]:
    """The amounts that are no part of a weapon's name; the names do not overlap, so the last to begin before one decides."""
    starts = [name.span.start for name in names]
    before = [bisect_left(starts, amount.span.end) - 1 for amount in amounts]
    return tuple(
        amount
        for amount, index in zip(amounts, before, strict=True)
        if index < 0 or not names[index].span.overlaps(amount.span)
    )


def _cores(passage: Passage, names: tuple[NamedWeapon, ...]) -> Iterator[Core]:
    layout, sentence = passage.layout, passage.sentence
    starts = {layout.token_at(name.span.start): name for name in names}
    designations = {layout.token_at(span.start): span for span in find_designations(layout.text, sentence.span)}
    index = sentence.first
    while index < sentence.last:
        core = _core_at(layout, sentence, index, starts, designations)
        if core is not None:
            yield core
        index = core.last if core else index + 1


def _core_at(
    layout: Layout,
    sentence: Sentence,
    index: int,
    names: dict[int, NamedWeapon],
    designations: dict[int, Span],
) -> Core | None:
    if index in names:
        after = layout.token_at(names[index].span.end)
        last, head = _noun_run(layout, sentence, max(after, index + 1))
        return Core(index, last, head, names[index], None)
    if index in designations:
        after = layout.token_at(designations[index].end)
        last, head = _noun_run(layout, sentence, max(after, index + 1))
        return Core(index, last, head, None, designations[index]) if head else None
    last, head = _noun_run(layout, sentence, index)
    if head is None:
        return None
    if last in names and _touches(layout, last):
        return _core_at(layout, sentence, last, names, designations)._replace(first=index)  # type: ignore[union-attr]
    return Core(index, last, head, None, None)


def _noun_run(layout: Layout, sentence: Sentence, first: int) -> tuple[int, str | None]:
    """The weapon's noun at the end of the kinds and nouns that begin at token `first`: where it ends, and its singular."""
    nouns, last, head = _nouns(), first, None
    for index in range(first, min(first + REACH, sentence.last)):
        token = layout.tokens[index]
        if index > first and not _touches(layout, index):
            break
        word = token.lower.removesuffix("'s").removesuffix("'")
        singular = nouns.singulars.get(word)
        if singular is not None and _is_weapon(layout, first, index, singular):
            last, head = index + 1, singular
        elif singular is None and word not in nouns.kinds:
            break
        if token.lower != word:
            break
    return last, head


def _is_weapon(layout: Layout, first: int, index: int, singular: str) -> bool:
    if singular != "weapon" and singular in ("round", "device", "bulldozer"):
        before = layout.tokens[index - 1].lower if index > first else ""
        return before in _nouns().makers
    return True


def _touches(layout: Layout, index: int) -> bool:
    return layout.text[layout.tokens[index - 1].end : layout.tokens[index].start] in {" ", "\n", "\xa0"}


def _mention(passage: Passage, core: Core) -> WeaponMention:
    layout = passage.layout
    span = Span(layout.tokens[core.first].start, layout.tokens[core.last - 1].end)
    span = _without_possessive(layout, span)
    words = [token.lower for token in layout.tokens[core.first : core.last]]
    following = layout.tokens[core.last] if core.last < passage.sentence.last and _touches(layout, core.last) else None
    system = core.named.system if core.named else None
    mention = WeaponMention(
        span=span,
        phrase=span,
        first=core.first,
        last=core.last,
        sentence=passage.index,
        name=_name(layout, core),
        head=core.head or (system.noun.split()[-1] if system else ""),
        system=system,
        listed=system is not None or core.designation is not None,
        common=core.named.common if core.named else False,
        plural=_is_plural(core, words[-1]),
        modifies=following is not None and following.lower in _nouns().goes_on,
        has_noun=core.head is not None,
        kinds=frozenset(words[:-1] if core.head else words),
    )
    return _with_phrase(passage, mention)


def _without_possessive(layout: Layout, span: Span) -> Span:
    ending = layout.text[max(span.start, span.end - 2) : span.end].replace("’", "'")
    return Span(span.start, span.end - 2) if ending == "'s" else span


def _name(layout: Layout, core: Core) -> str:
    if core.named:
        return core.named.system.name
    words = [token.lower for token in layout.tokens[core.first : core.last - 1]]
    if core.designation:
        return core.designation.of(layout.text)
    return " ".join([*words, core.head or ""])


def _is_plural(core: Core, last_word: str) -> bool:
    if core.head is None:
        return core.named is not None and core.named.plural
    return last_word != core.head


def _with_phrase(passage: Passage, mention: WeaponMention) -> WeaponMention:
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
        name = " ".join([*reversed(self.sizes), self.mention.name]) if not self.mention.listed else self.mention.name
        return replace(
            self.mention,
            phrase=Span(start, self.mention.span.end),
            first=min(self.first, self.layout.token_at(start)),
            determiner=self._determiner(),
            amount=amount,
            total=total,
            name=name,
            nations=tuple(reversed(self.found)),
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
        self.first = self.layout.token_at(amount.span.start)
        return True

    def _take_word(self) -> bool:
        nouns, word = _nouns(), self.layout.tokens[self.first - 1].lower
        known = word in nouns.kinds or word in nouns.fillers or word in nouns.singulars
        if known or word.endswith(nouns.filler_endings) or self.layout.tokens[self.first - 1].text in HYPHENS:
            self.first -= 1
            return True
        if word in ("range", "made", "built", "designed", "caliber", "calibre"):
            self.first -= 1
            return True
        return self._take_unknown()

    def _take_unknown(self) -> bool:
        """One adjective that no lexicon knows, if a count or determiner stands before it ("40 tired drones")."""
        token = self.layout.tokens[self.first - 1]
        if not token.text.isalpha() or not token.text.islower() or token.lower in _stops():
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
        tokens = self.layout.tokens
        if amount is None:
            partitive = self._before_of(self.first - 1 if self._determiner() else self.first)
            return (partitive, None) if partitive else (None, None)
        start = self.layout.token_at(amount.phrase.start)
        if start > self.floor and tokens[start - 1].lower in ("the", "its", "their"):
            start -= 1
        part = self._before_of(start)
        return (part, amount) if part else (amount, None)

    def _before_of(self, index: int) -> Amount | None:
        tokens = self.layout.tokens
        if index - 1 <= self.floor or tokens[index - 1].lower != "of":
            return None
        amount = self._amount_at(index - 1) or self._amount_at(index)
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
        if word in _nouns().determiners:
            return word
        return "'s" if word.endswith(("'s", "s'")) or (self.found and self.layout.tokens[self.first].lower.endswith("'s")) else None


def _size(amount: Amount, text: str) -> str:
    # "155-mm", "155 mm" and "155mm" shells are the same shells.
    words = amount.span.of(text).lower()
    return re.sub(r"[-‑–\s]+", "" if amount.dimension == "bore" and words.endswith("mm") else "-", words)


@cache
def _stops() -> frozenset[str]:
    """Words that stand in no weapon's noun phrase between count and noun."""
    return frozenset(
        "of in to and or with for from at on by as that than but not is are was were be been has have had people men women"
        " civilians soldiers troops times years year months month weeks days day hours minutes killed wounded dead injured"
        " miles kilometers million billion percent other who which when while after before between over under into out".split()
    )


def _established(passages: list[Passage]) -> frozenset[str]:
    """Systems that the text names at least once beyond doubt: after that their short names are understood."""
    return frozenset(
        mention.name
        for passage in passages
        for mention in passage.mentions
        if mention.system and (not mention.common or mention.has_noun or mention.amount)
    )


def _sifted(passage: Passage, text_of_war: bool, established: frozenset[str]) -> Passage:
    tokens = passage.tokens[passage.sentence.first : passage.sentence.last]
    at_war = text_of_war or _words_of_war(tokens) >= load("weapon_nouns")["war"]["in_sentence"]
    kept = tuple(mention for mention in passage.mentions if _is_meant(passage, mention, at_war, established))
    return replace(passage, mentions=kept)


def _is_meant(passage: Passage, mention: WeaponMention, at_war: bool, established: frozenset[str]) -> bool:
    nouns = _nouns()
    if mention.system is not None and mention.common:
        if _is_surname(passage, mention):
            return False
        return mention.has_noun or (at_war and (mention.name in established or mention.plural))
    if mention.listed:
        return mention.system is not None or mention.head in nouns.sure or at_war
    return mention.head in nouns.sure or at_war


def _is_surname(passage: Passage, mention: WeaponMention) -> bool:
    index = passage.layout.token_at(mention.span.start)
    if index <= passage.sentence.first or not _touches(passage.layout, index):
        return False
    before, nouns = passage.tokens[index - 1], _nouns()
    known = index in passage.nation_ending or before.lower in nouns.fillers | nouns.determiners
    return before.is_capitalized and not known and not mention.amount and before.lower not in _stops()


def coordinated(passage: Passage, last: WeaponMention) -> tuple[WeaponMention, ...]:
    """The mentions joined by commas and "and" that end with `last`, in reading order, `last` included."""
    chain = [last]
    position = passage.mentions_until(last.span.start)
    while position > 0 and len(chain) < REACH:
        position -= 1
        gap = Span(passage.mentions[position].span.end, chain[0].phrase.start)
        if gap.end - gap.start > 12 or not COORDINATION.fullmatch(passage.layout.text, *gap):
            break
        chain.insert(0, passage.mentions[position])
    return tuple(chain)
