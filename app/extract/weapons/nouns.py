"""The lexicon of weapon nouns, ready for looking words up."""

from functools import cache
from typing import NamedTuple

from app.extract.lexicon import load


class Nouns(NamedTuple):
    """The lexicon of weapon nouns, ready for looking words up."""

    sure: frozenset[str]
    bound: frozenset[str]
    makers: frozenset[str]
    sure_makers: frozenset[str]
    singulars: dict[str, str]
    kinds: frozenset[str]
    fillers: frozenset[str]
    filler_endings: tuple[str, ...]
    determiners: frozenset[str]
    definite: frozenset[str]
    goes_on: frozenset[str]
    acronyms: frozenset[str]
    war: frozenset[str]
    christened: frozenset[str]
    no_ships: frozenset[str]


@cache
def weapon_nouns() -> Nouns:
    """The lexicon, read once."""
    lexicon = load("weapon_nouns")
    phrase = lexicon["phrase"]
    nouns = (*lexicon["sure"], *lexicon["soft"])
    singulars = {noun: noun for noun in nouns} | {_plural(noun): noun for noun in nouns}
    return Nouns(
        sure=frozenset(lexicon["sure"]),
        bound=frozenset(lexicon["bound"]),
        makers=frozenset(lexicon["makes_weapon"]),
        sure_makers=frozenset(lexicon["makes_sure"]),
        singulars=singulars,
        kinds=frozenset(phrase["kind"]),
        fillers=frozenset(phrase["filler"]),
        filler_endings=tuple(phrase["filler_endings"]),
        determiners=frozenset(phrase["determiners"]),
        definite=frozenset(phrase["definite"]),
        goes_on=frozenset(phrase["goes_on"]),
        acronyms=frozenset(lexicon["acronyms"]),
        christened=frozenset(lexicon["christened"]["nouns"]),
        no_ships=frozenset(lexicon["christened"]["no_names"]),
        war=frozenset((*lexicon["war"]["words"], *lexicon["war"]["phrases"])),
    )


def _plural(noun: str) -> str:
    plural: str = load("weapon_nouns")["plurals"].get(noun, f"{noun}s")
    return plural
