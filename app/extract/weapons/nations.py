"""Countries and armed groups in the text: by name, by demonym ("Russian forces") or by the seat of a government."""

from functools import cache
from typing import Literal, NamedTuple

import pycountry

from app.extract.document import Span
from app.extract.gazetteer import gazetteer
from app.extract.layout import Layout, Sentence
from app.extract.lexicon import load

NationForm = Literal["name", "demonym", "seat"]
LONGEST = 5  # words; "Democratic Republic of the Congo" is one of six that papers never print in full


class Nation(NamedTuple):
    """A mention of a country or armed group: its English name, its ISO 3166-1 alpha-2 code if it is a country."""

    span: Span
    first: int
    last: int
    name: str
    code: str | None
    form: NationForm


def find_nations(layout: Layout, sentence: Sentence) -> tuple[Nation, ...]:
    """The countries and armed groups of `sentence` in reading order; `first` and `last` bound their tokens, half-open."""
    found: list[Nation] = []
    index = sentence.first
    while index < sentence.last:
        nation = _longest(layout, sentence, index)
        index = nation.last if nation else index + 1
        if nation:
            found.append(nation)
    return tuple(found)


def _longest(layout: Layout, sentence: Sentence, first: int) -> Nation | None:
    tokens = layout.tokens
    if not tokens[first].is_capitalized:
        return None
    begins = _bare(tokens[first].text.replace("’", "'")).lower()
    for last in range(min(first + _longest_of().get(begins, 0), sentence.last), first, -1):
        # "US" is a country, "us" is not, and "Us" neither.
        phrase = " ".join(token.text for token in tokens[first:last]).replace("’", "'")
        known = _nations().get(phrase if phrase.isupper() else phrase.lower()) or _nations().get(_bare(phrase))
        if known and tokens[last - 1].is_word:
            return Nation(Span(tokens[first].start, tokens[last - 1].end), first, last, *known)
    return None


def nation_of(phrase: str, span: Span, first: int, last: int) -> Nation | None:
    """The nation that `phrase` names ("South Korean"), standing at `span`."""
    known = _nations().get(phrase if phrase.isupper() else phrase.lower())
    return None if known is None else Nation(span, first, last, *known)


def _bare(phrase: str) -> str:
    bare = phrase.removesuffix("'s").removesuffix("'")
    return bare if bare.isupper() else bare.lower()


@cache
def _nations() -> dict[str, tuple[str, str | None, NationForm]]:
    names = gazetteer()
    table: dict[str, tuple[str, str | None, NationForm]] = {}
    gazetted: tuple[tuple[dict[str, str], NationForm], ...] = (
        (names.capitals, "seat"),
        (names.demonyms, "demonym"),
        (names.countries, "name"),
    )
    for phrases, form in gazetted:
        table |= {phrase: (nation_name(code), code, form) for phrase, code in phrases.items()}
    for phrase, code in load("weapon_cues")["seats"].items():
        table[phrase] = (nation_name(code), code, "seat")
    for name, phrases_of in load("weapon_cues")["armed_groups"].items():
        for phrase in phrases_of:
            table[phrase] = (name, None, "name")
    shouted = {phrase.upper(): known for phrase, known in table.items() if phrase != "us"}
    table.pop("us", None)
    return table | shouted | {"US": (nation_name("US"), "US", "name"), "UK": (nation_name("GB"), "GB", "name")}


@cache
def _longest_of() -> dict[str, int]:
    """How many words the longest name has that begins with a word, up to `LONGEST`."""
    longest: dict[str, int] = {}
    for phrase in _nations():
        begins = _bare(phrase.split(" ")[0]).lower()
        longest[begins] = max(longest.get(begins, 0), min(LONGEST, phrase.count(" ") + 1))
    return longest


def nation_name(code: str) -> str:
    """The English short name of the country with this ISO 3166-1 alpha-2 `code`."""
    listed = load("countries").get(code)
    if listed is None:
        known = pycountry.countries.get(alpha_2=code)
        return code if known is None else str(known.name)
    name: str = listed["names"][0]
    return name.removeprefix("the ")
