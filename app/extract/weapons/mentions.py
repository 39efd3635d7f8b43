"""Where the text speaks of weapons: names, and nouns such as "supersonic missiles", each with its phrase and count."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from app.extract.document import Span
from app.extract.layout import Layout, Sentence, Token
from app.extract.lexicon import load
from app.extract.weapons.context import context
from app.extract.weapons.names import NamedWeapon, find_designations, find_names
from app.extract.weapons.nations import find_nations
from app.extract.weapons.nouns import weapon_nouns
from app.extract.weapons.passage import LONGEST_LIST, Passage, WeaponMention, coordinated
from app.extract.weapons.phrases import REACH, phrase_stops, touches, with_phrase
from app.extract.weapons.quantity import Amount, find_amounts

EXPLANATION = re.compile(r"\s*[,(—–]\s*(?:an?\s|the\s|its\s)?")


class Core(NamedTuple):
    """Name and noun of a mention, by tokens: half-open."""

    first: int
    last: int
    head: str | None
    named: NamedWeapon | None
    designation: Span | None


def read_passages(layout: Layout) -> tuple[Passage, ...]:
    """Every sentence with its amounts, nations and weapon mentions; mentions that only may be weapons are left out.

    Nothing of a text in which no word may mean a weapon.
    """
    names = [tuple(find_names(layout.text, sentence.span)) for sentence in layout.sentences]
    cores = [tuple(_cores(layout, *each)) for each in zip(layout.sentences, names, strict=True)]
    if not any(cores):
        return ()
    passages = [_read(layout, index, *each) for index, each in enumerate(zip(names, cores, strict=True))]
    established = _established(passages)
    certain = {mention.name for passage in passages for mention in passage.mentions if _is_certain(mention)}
    words_of_war = _words_of_war(layout.tokens) + len(certain)
    return tuple(_sifted(passage, words_of_war, established) for passage in passages)


def _words_of_war(tokens: tuple[Token, ...]) -> int:
    words = [token.lower.removesuffix("'s") for token in tokens]
    return len({*words, *map(" ".join, pairwise(words))} & weapon_nouns().war)


def _read(layout: Layout, index: int, names: tuple[NamedWeapon, ...], cores: tuple[Core, ...]) -> Passage:
    sentence = layout.sentences[index]
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
    mentions = tuple(_mention(passage, core) for core in cores)
    return replace(passage, mentions=mentions) if mentions else passage


def _outside(amounts: tuple[Amount, ...], names: tuple[NamedWeapon, ...]) -> tuple[Amount, ...]:
    """The amounts that are no part of a weapon's name; names do not overlap, so the last to begin before one decides."""
    starts = [name.span.start for name in names]
    before = [bisect_left(starts, amount.span.end) - 1 for amount in amounts]
    return tuple(
        amount
        for amount, index in zip(amounts, before, strict=True)
        if index < 0 or not names[index].span.overlaps(amount.span)
    )


def _cores(layout: Layout, sentence: Sentence, names: tuple[NamedWeapon, ...]) -> Iterator[Core]:
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
        named = names[index]
        after = max(layout.token_at(named.span.end), index + 1)
        again = names.get(after)
        if again is not None and again.system is named.system and touches(layout, after):  # "F-15E Strike Eagles"
            named, after = again, max(layout.token_at(again.span.end), after + 1)
        last, head = _noun_run(layout, sentence, after)
        return Core(index, last, head, named, None)
    if index in designations:
        after = layout.token_at(designations[index].end)
        last, head = _noun_run(layout, sentence, max(after, index + 1))
        return Core(index, last, head, None, designations[index]) if head else None
    last, head = _noun_run(layout, sentence, index)
    if head is None:
        return None
    if head in weapon_nouns().christened and not layout.tokens[last - 1].lower.endswith("s"):
        christened = _proper_names(layout, sentence, last)
        if christened > last and last not in names and last not in designations:
            return Core(index, christened, head, None, Span(layout.tokens[last].start, layout.tokens[christened - 1].end))
    if last in names and touches(layout, last):
        return _core_at(layout, sentence, last, names, designations)._replace(first=index)  # type: ignore[union-attr]
    return Core(index, last, head, None, None)


def _proper_names(layout: Layout, sentence: Sentence, first: int) -> int:
    """Where the capitalised words end that begin at token `first` and touch what is before: the name of a ship."""
    index = first
    while index < min(first + 3, sentence.last) and touches(layout, index) and layout.tokens[index].is_capitalized:
        if layout.tokens[index].lower in weapon_nouns().no_ships:
            break
        index += 1
    return index


def _noun_run(layout: Layout, sentence: Sentence, first: int) -> tuple[int, str | None]:
    """The weapon's noun at the end of the kinds and nouns that begin at token `first`: where it ends, and its singular."""
    nouns, last, head = weapon_nouns(), first, None
    for index in range(first, min(first + REACH, sentence.last)):
        token = layout.tokens[index]
        if index > first and not touches(layout, index):
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
        return before in weapon_nouns().makers
    return True


def _mention(passage: Passage, core: Core) -> WeaponMention:
    layout = passage.layout
    span = Span(layout.tokens[core.first].start, layout.tokens[core.last - 1].end)
    span = _without_possessive(layout, span)
    words = [token.lower for token in layout.tokens[core.first : core.last]]
    following = layout.tokens[core.last] if core.last < passage.sentence.last and touches(layout, core.last) else None
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
        modifies=following is not None and following.lower in weapon_nouns().goes_on,
        has_noun=core.head is not None,
        kinds=frozenset(words[:-1] if core.head else words),
        is_ship_by_name=_is_christened(layout, core),
    )
    return with_phrase(passage, mention)


def _is_christened(layout: Layout, core: Core) -> bool:
    """ "The corvette Ivanovets": the name stands after the noun."""
    return (
        core.designation is not None and core.head is not None and layout.tokens[core.last - 1].end == core.designation.end
    )


def _without_possessive(layout: Layout, span: Span) -> Span:
    ending = layout.text[max(span.start, span.end - 2) : span.end].replace("’", "'")
    return Span(span.start, span.end - 2) if ending == "'s" else span


def _name(layout: Layout, core: Core) -> str:
    if core.named:
        return core.named.system.name
    words = [token.lower for token in layout.tokens[core.first : core.last - 1]]
    head = core.head or ""
    if core.designation:
        designation = core.designation.of(layout.text)
        return f"{designation} {head}" if designation.endswith("-class") else designation
    return " ".join([*words, head.upper() if head in weapon_nouns().acronyms else head])


def _is_plural(core: Core, last_word: str) -> bool:
    if core.head is None:
        return core.named is not None and core.named.plural
    return last_word != core.head and not (core.designation and core.head in weapon_nouns().christened)


def _established(passages: list[Passage]) -> frozenset[str]:
    """Systems that the text names at least once beyond doubt: after that their short names are understood."""
    return frozenset(
        mention.name
        for passage in passages
        for mention in passage.mentions
        if mention.system and (not mention.common or mention.has_noun)
    )


def _sifted(passage: Passage, in_text: int, established: frozenset[str]) -> Passage:
    if not passage.mentions:
        return passage
    tokens = passage.tokens[passage.sentence.first : passage.sentence.last]
    certain = any(_is_certain(mention) for mention in passage.mentions)
    in_sentence = _words_of_war(tokens) + certain
    enough = load("weapon_nouns")["war"]["enough"]
    named = any(mention.system and not mention.common for mention in passage.mentions)
    at_war = named or any(in_text >= words and in_sentence >= here for words, here in enough)
    kept = tuple(mention for mention in passage.mentions if _is_meant(passage, mention, at_war, established))
    return replace(passage, mentions=kept)


def _is_meant(passage: Passage, mention: WeaponMention, at_war: bool, established: frozenset[str]) -> bool:
    nouns = weapon_nouns()
    if mention.system is not None and mention.common:
        if _is_surname(passage, mention):
            return False
        counted = mention.plural or mention.amount is not None or mention.determiner == "the"
        in_use = mention.name in established or (at_war and counted)
        return mention.has_noun or in_use or _is_explained(passage, mention) or _is_in_company(passage, mention)
    pointed_at = mention.is_definite and bool(established)
    return at_war or pointed_at or mention.system is not None or mention.head in nouns.sure or _is_certain(mention)


def _is_certain(mention: WeaponMention) -> bool:
    """Whether the words before the noun, or the name, leave no doubt that it is a weapon."""
    if mention.system is not None:
        return not mention.common or mention.has_noun
    return bool(mention.kinds & weapon_nouns().sure_makers) or mention.sized


def _is_explained(passage: Passage, mention: WeaponMention) -> bool:
    """ "The Sea Baby, a naval drone": what follows says which weapon the everyday word names."""
    index = passage.mentions_until(mention.span.end)
    if index >= len(passage.mentions) or mention.system is None:
        return False
    following = passage.mentions[index]
    gap = passage.layout.text[mention.span.end : following.phrase.start]
    return len(gap) < 12 and EXPLANATION.fullmatch(gap) is not None and following.head in mention.system.heads


def _is_in_company(passage: Passage, mention: WeaponMention) -> bool:
    """ "The Zircon, the Kinzhal and the Avangard": in a list with a weapon's sure name, or told of as a weapon is."""
    if mention.determiner != "the":
        return False
    index = passage.mentions_until(mention.span.start)
    near = passage.mentions[index : index + LONGEST_LIST]
    lists = (coordinated(passage, last) for last in near)
    company = next((chain for chain in reversed([*lists]) if mention in chain), ())
    if any(each.system and not each.common for each in company):
        return True
    text = passage.layout.text
    return context("traits").search(text, *passage.sentence.span) is not None


def _is_surname(passage: Passage, mention: WeaponMention) -> bool:
    index = passage.layout.token_at(mention.span.start)
    if index <= passage.sentence.first or not touches(passage.layout, index):
        return False
    before, nouns = passage.tokens[index - 1], weapon_nouns()
    known = index in passage.nation_ending or before.lower in nouns.fillers | nouns.determiners
    known = known or before.lower.endswith(nouns.filler_endings)
    return before.is_capitalized and not known and not mention.amount and before.lower not in phrase_stops()
