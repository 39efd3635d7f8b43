"""Other names for the people and places of an annotated article, so that a tagger does not learn the usual ones by heart.

People get given and family names from all over the world (Faker's lists, those in Latin letters), places the names of
provinces (ISO 3166-2). Every occurrence that is marked as a name is renamed alike, and all offsets follow.
"""

import bisect
import random
import re
from collections.abc import Callable
from functools import cache
from itertools import groupby
from typing import Any

import pycountry
from faker import Faker
from faker.config import AVAILABLE_LOCALES

Row = dict[str, Any]

NAME = re.compile(r"[A-Z][a-zß-ɏ'’]{2,}(?:-[A-Z][a-zß-ɏ]+)?")
SAMPLED = 300  # names of each kind that are drawn from a locale
FEWEST = 40  # different ones that a locale has at least
PLACES_RENAMED = 0.4  # share of the places of a renamed article


@cache
def world_names() -> list[tuple[list[str], list[str]]]:
    """Given and family names by locale."""
    found = []
    for locale in sorted(AVAILABLE_LOCALES):
        faker = Faker(locale)
        faker.seed_instance(0)
        given, family = (
            sorted({name for _ in range(SAMPLED) if NAME.fullmatch(name := str(draw()))})
            for draw in (faker.first_name, faker.last_name)
        )
        if min(len(given), len(family)) >= FEWEST:
            found.append((given, family))
    return found


@cache
def world_places() -> list[str]:
    return sorted({place.name for place in pycountry.subdivisions if NAME.fullmatch(place.name)})


def rename(row: Row, parse: Row, chance: random.Random) -> tuple[Row, Row]:
    """An annotated article and its parse with other names; nothing else changes but the offsets."""
    tokens = parse["tokens"]
    names = _new_names(row["text"], tokens, chance)
    changes = [
        (start, end, names[kind, row["text"][start:end]])
        for start, end, _, kind, *_ in tokens
        if (kind, row["text"][start:end]) in names
    ]
    text, moved = _replaced(row["text"], changes)
    attributions = [
        {name: [[moved(s), moved(e)] for s, e in each[name]] for name in ("source", "cue", "content")}
        for each in row["attributions"]
    ]
    discard = [[moved(s), moved(e)] for s, e in row["discard"]]
    renamed = row | {"text": text, "attributions": attributions, "discard": discard}
    return renamed, parse | {"tokens": [[moved(token[0]), moved(token[1]), *token[2:]] for token in tokens]}


def _new_names(text: str, tokens: list[Any], chance: random.Random) -> dict[tuple[str, str], str]:
    """The new word for each word of a name, by the kind of name; full names are seen to first."""
    names: dict[tuple[str, str], str] = {}
    runs = [(kind, [text[t[0] : t[1]] for t in run]) for kind, run in groupby(tokens, key=lambda token: token[3])]
    for kind, run in sorted(runs, key=lambda each: -len(each[1])):
        given, family = chance.choice(world_names())
        for i, word in enumerate(run):
            if kind == "PERSON" and NAME.fullmatch(word):
                names.setdefault((kind, word), chance.choice(given if i < len(run) - 1 else family))
            elif kind == "LOCATION" and NAME.fullmatch(word) and chance.random() < PLACES_RENAMED:
                names.setdefault((kind, word), chance.choice(world_places()))
    return names


def _replaced(text: str, changes: list[tuple[int, int, str]]) -> tuple[str, Callable[[int], int]]:
    """The text with the changes made, and where an offset of the old text is in it."""
    parts: list[str] = []
    edges: list[int] = []
    shifts: list[int] = []
    done = shift = 0
    for start, end, name in changes:
        parts += [text[done:start], name]
        done, shift = end, shift + len(name) - (end - start)
        edges.append(end)
        shifts.append(shift)

    def moved(offset: int) -> int:
        place = bisect.bisect_right(edges, offset) - 1
        return offset + (shifts[place] if place >= 0 else 0)

    return "".join([*parts, text[done:]]), moved
