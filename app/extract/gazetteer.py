"""Countries, states, parties, organisations, given names and titles, made ready for looking words up.

Every key is lower case with straight apostrophes; a phrase is its words joined by single spaces.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import pycountry

from app.extract.lexicon import load

Gender = Literal["male", "female"]


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """General knowledge about names: each mapping goes from a phrase to what it says."""

    countries: dict[str, str]  # phrase -> ISO 3166-1 alpha-2
    demonyms: dict[str, str]  # phrase -> ISO 3166-1 alpha-2
    capitals: dict[str, str]  # phrase -> ISO 3166-1 alpha-2
    states: dict[str, str]  # phrase or abbreviation with a stop -> full name
    state_codes: dict[str, str]  # postal code in capitals -> full name
    places: dict[str, str]  # any place -> ISO 3166-1 alpha-2, or "" where it lies in none or several
    parties: dict[str, str]  # phrase -> canonical name
    party_tags: dict[str, str]  # letters of a tag -> canonical name
    party_countries: dict[str, str]  # canonical name -> ISO 3166-1 alpha-2
    organizations: dict[str, str]  # phrase -> ISO 3166-1 alpha-2 or ""
    firm_endings: frozenset[str]  # last words of firms that are called by their first word
    given_names: dict[str, Gender | None]
    also_surnames: frozenset[str]  # given names that are surnames as often
    features: frozenset[str]  # words that make a name that of a landmark, event, work or law
    short_forms: dict[str, str]  # given name -> the fuller name that it stands for
    longest: dict[str, int]  # first word of a phrase of several words -> the most words one has


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Word classes that mark people, organisations and the borders of their names."""

    courtesy: frozenset[str]
    titles: frozenset[str]
    ranks: frozenset[str]
    offices: frozenset[str]
    people: frozenset[str]
    groups: frozenset[str]
    institutions: frozenset[str]
    variations: frozenset[str]
    modifiers: frozenset[str]
    title_phrases: frozenset[str]
    american_titles: frozenset[str]
    representing: frozenset[str]
    plurals: dict[str, str]
    genders: dict[str, Gender]
    last_words: frozenset[str]
    openers: frozenset[str]
    particles: frozenset[str]
    suffixes: frozenset[str]
    calendar: frozenset[str]
    adjectives: frozenset[str]
    speech_verbs: frozenset[str]
    action_words: frozenset[str]
    locatives: frozenset[str]
    called_by_surname: frozenset[str]
    owned_by_people: frozenset[str]
    firm_verbs: frozenset[str]
    function_words: frozenset[str]
    determiners: frozenset[str]
    common_words: frozenset[str]


def key(phrase: str) -> str:
    """`phrase` as the lexicons write it."""
    return phrase.lower().replace("’", "'")


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer, read once."""
    countries, demonyms, capitals = _countries()
    states = {key(word): name for name, words in load("states").items() for word in (name, *words) if not word.isupper()}
    states |= {key(word): name for name, words in load("states").items() for word in words if word.endswith(".")}
    codes = {word: name for name, words in load("states").items() for word in words if len(word) == 2}
    parties = load("parties")
    organizations = {key(name): code for name, code in load("organizations")["known"].items()}
    party_words = {key(word): name for name, party in parties.items() for word in party["words"]}
    places = _places() | {state: "US" for state in states if len(state) > 3 and "." not in state}
    places |= countries | capitals
    return Gazetteer(
        countries=countries,
        demonyms=demonyms,
        capitals=capitals,
        states=states,
        state_codes=codes,
        places=places,
        parties=party_words,
        party_tags={key(tag): name for name, party in parties.items() for tag in party["tags"]},
        party_countries={name: party["country"] for name, party in parties.items() if "country" in party},
        organizations=organizations,
        firm_endings=frozenset(load("organizations")["firm_endings"]),
        given_names=_given_names(),
        also_surnames=frozenset(load("given_names")["also_surnames"].split()),
        features=frozenset(load("places")["features"]["words"].split()),
        short_forms=load("given_names")["short_forms"],
        longest=_longest((*places, *organizations, *party_words, *demonyms, *load("titles")["phrases"])),
    )


@cache
def vocabulary() -> Vocabulary:
    """The word classes, read once."""
    titles, roles, names = load("titles"), load("roles"), load("names")
    organizations = load("organizations")
    return Vocabulary(
        courtesy=frozenset(titles["courtesy"] + titles["courtesy_male"] + titles["courtesy_female"]),
        titles=frozenset(titles["abbreviated"]),
        ranks=frozenset(titles["ranks"]),
        offices=frozenset(roles["offices"]),
        people=frozenset(roles["people"]),
        groups=frozenset(roles["groups"]),
        institutions=frozenset(roles["institutions"]),
        variations=frozenset(roles["variations"]),
        modifiers=frozenset(titles["modifiers"]),
        title_phrases=frozenset(titles["phrases"]),
        american_titles=frozenset(titles["american"]),
        representing=frozenset(titles["representing"]),
        plurals=roles["plurals"],
        genders=_genders(titles, roles),
        last_words=frozenset(organizations["last_words"]),
        openers=frozenset(organizations["openers"]),
        particles=frozenset(names["particles"]),
        suffixes=frozenset(names["suffixes"]),
        calendar=frozenset(names["calendar"]),
        adjectives=frozenset(names["adjectives"]),
        speech_verbs=frozenset(names["speech_verbs"]),
        action_words=frozenset(names["action_words"]),
        locatives=frozenset(names["locatives"]),
        called_by_surname=frozenset(names["called_by_surname"].split()),
        owned_by_people=frozenset(names["owned_by_people"].split()),
        firm_verbs=frozenset(names["firm_verbs"].split()),
        function_words=frozenset(names["function_words"]),
        determiners=frozenset(names["determiners"]),
        common_words=frozenset(load("common_words")["words"].split()),
    )


def _countries() -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    names: dict[str, str] = {}
    for country in pycountry.countries:
        for attribute in ("name", "official_name", "common_name"):
            name = getattr(country, attribute, None)
            if name and "," not in name:
                names[key(name)] = country.alpha_2
    demonyms: dict[str, str] = {}
    capitals: dict[str, str] = {}
    for code, entry in load("countries").items():
        names |= {key(name): code for name in entry["names"]}
        demonyms |= {key(form): code for name in entry["demonyms"] for form in _with_plural(name)}
        if "capital" in entry:
            capitals[key(entry["capital"])] = code
    return names, demonyms, capitals


def _with_plural(demonym: str) -> tuple[str, ...]:
    if demonym.endswith(("man", "woman")) and not demonym.endswith(("German", "Roman", "Oman")):
        return demonym, demonym.removesuffix("an") + "en"
    return (demonym,) if demonym.endswith(("s", "se", "sh", "ch", ".")) else (demonym, demonym + "s")


def _places() -> dict[str, str]:
    lexicon = load("places")
    places = {key(name.strip()): "" for name in lexicon["regions"]["names"].split(",")}
    for code, names in lexicon["cities"].items():
        places |= {key(name.strip()): code for name in names.split(",")}
    return places


def _given_names() -> dict[str, Gender | None]:
    lexicon = load("given_names")
    names: dict[str, Gender | None] = dict.fromkeys(lexicon["either"].split())
    names |= dict.fromkeys(lexicon["male"].split(), "male")
    names |= dict.fromkeys(lexicon["female"].split(), "female")
    return names


def _genders(titles: dict[str, Any], roles: dict[str, Any]) -> dict[str, Gender]:
    genders: dict[str, Gender] = dict.fromkeys((*titles["courtesy_male"], *roles["male"]), "male")
    genders |= dict.fromkeys((*titles["courtesy_female"], *roles["female"]), "female")
    return genders


def _longest(phrases: tuple[str, ...]) -> dict[str, int]:
    longest: dict[str, int] = {}
    for phrase in phrases:
        words = phrase.split()
        if len(words) > 1:
            longest[words[0]] = max(longest.get(words[0], 1), len(words))
    return longest
