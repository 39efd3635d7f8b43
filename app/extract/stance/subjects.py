"""What words are about: inflection and derivation set aside, synonyms and the names of a country taken as one.

A subject key is a string that two words share when they name the same thing as far as news goes; "@UA" stands for
"Ukraine", "Ukrainian" and "Kyiv" alike. Words without a subject have no key.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from app.extract.gazetteer import gazetteer
from app.extract.lexicon import load

INFLECTIONS = (("ies", "y"), ("sses", "ss"), ("ied", "y"), ("ing", ""), ("ed", ""), ("s", ""))
DERIVATIONS = """
ization isation ational ation ition iveness fulness ment ness ance ence ancy ency able ible ity ial ion ant
ent ian ive ize ise iz is ate at ist ism ure al or er ly ic e y i
""".split()
KEPT = frozenset(["ss", "us", "is"])
SHORTEST_STEM = {"ation": 3}
# Forms that no ending tells, and words that would share the stem of another.
STEMS = {
    "policy": "policy", "policies": "policy", "news": "news",
    "authority": "authority", "authorities": "authority", "author": "writer",
    "executive": "executive", "executives": "executive",
    "united": "united", "general": "general", "us": "us",
    "built": "build", "sent": "send", "kept": "keep", "held": "hold", "gave": "giv", "given": "giv", "sold": "sell",
    "paid": "pay", "spent": "spend", "fought": "fight", "lost": "los", "cost": "cost", "children": "child", "men": "man",
    "women": "woman", "withdrew": "withdraw", "withdrawn": "withdraw", "forbade": "forbid", "forbidden": "forbid",
    "froze": "freez", "frozen": "freez", "began": "begin", "begun": "begin", "left": "left", "cancelled": "cancel",
    "cancelling": "cancel", "controlled": "control", "controlling": "control", "leaving": "leav",
}  # fmt: skip
VOCABULARY = 50_000  # words that are remembered; a service that runs for months meets more
VOWEL = re.compile("[aeiouy]")


@lru_cache(maxsize=VOCABULARY)
def stem(word: str) -> str:
    """`word` (as `Token.lower` has it) without its commonest endings: two forms of a word mostly share it."""
    word = word.removesuffix("'s").rstrip("'.")
    if word in STEMS:
        return STEMS[word]
    word = _without_derivation(_without_inflection(word))
    return word[:-1] if len(word) > 3 and word[-1] in "ey" else word


def subject_keys(words: Sequence[str]) -> list[str | None]:
    """The subject key of every word of a text; the words of a phrase that has one share it."""
    keys: list[str | None] = []
    place = 0
    while place < len(words):
        length, key = _phrase_at(words, place)
        keys.extend([key] * length)
        place += length
    return keys


def _phrase_at(words: Sequence[str], place: int) -> tuple[int, str | None]:
    phrases, longest = _phrases()
    for length in range(min(longest.get(words[place], 1), len(words) - place), 1, -1):
        key = phrases.get(" ".join(words[place : place + length]))
        if key is not None:
            return length, key
    return 1, _word_key(words[place])


@lru_cache(maxsize=VOCABULARY)
def _word_key(word: str) -> str | None:
    word = word.removesuffix("'s")
    if not word[:1].isalnum() or word in _stop_words():
        return None
    phrases, _ = _phrases()
    known = phrases.get(word)
    if known is not None:
        return known
    return _synonym_stems().get(stem(word), stem(word))


@cache
def _phrases() -> tuple[dict[str, str], dict[str, int]]:
    names = gazetteer()
    phrases = {phrase: f"@{code}" for phrase, code in (names.countries | names.demonyms | names.capitals).items()}
    phrases |= {name: key for name, key in _weapon_names() if name not in phrases}
    phrases |= {phrase: stem(group[0]) for group in _synonyms() for phrase in group if " " in phrase}
    longest: dict[str, int] = {}
    for phrase in phrases:
        first, length = phrase.split()[0], len(phrase.split())
        longest[first] = max(longest.get(first, 1), length)
    return phrases, longest


def _weapon_names() -> Iterator[tuple[str, str]]:
    """A weapon's name stands for its kind: somebody who speaks of "Javelins" speaks of missiles."""
    for kind in load("weapons").values():
        if not isinstance(kind, dict) or "systems" not in kind:
            continue
        noun = stem(kind["noun"].split()[-1])
        key = _synonym_stems().get(noun, noun)
        for system in kind["systems"]:
            if not system.get("common"):
                yield from ((name.lower(), key) for name in (system["name"], *system.get("also", ())))


@cache
def _synonym_stems() -> dict[str, str]:
    return {stem(word): stem(group[0]) for group in _synonyms() for word in group if " " not in word}


def _synonyms() -> list[list[str]]:
    synonyms: list[list[str]] = load("topics")["synonyms"]
    return synonyms


@cache
def _stop_words() -> frozenset[str]:
    return frozenset(load("topics")["stop"])


def _without_inflection(word: str) -> str:
    for ending, replacement in INFLECTIONS:
        rest = word.removesuffix(ending)
        if rest == word or len(rest) < 3 or word[-2:] in KEPT or not VOWEL.search(rest):
            continue
        if ending in {"ing", "ed"} and len(rest) > 3 and rest[-1] == rest[-2] and rest[-1] not in "lsz":
            return rest[:-1]
        return rest + replacement
    return word


def _without_derivation(word: str) -> str:
    for ending in DERIVATIONS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM.get(ending, 4):
            return word.removesuffix(ending)
    return word
