"""The lexicon of weapon systems: how many there are, and that each entry has the form that its head describes."""

import re
from collections import Counter
from typing import Any

import pycountry
import pytest

from app.extract.document import Span
from app.extract.lexicon import load
from app.extract.weapons.names import PIECE, find_names, systems
from app.extract.weapons.nouns import weapon_nouns

CLASSES = load("weapons")
ENTRIES = [(kind, entry) for kind, table in CLASSES.items() for entry in table["systems"]]
FIELDS = {"name", "origin", "also", "common", "common_also"}
# What the lexicon is asked to have of each kind.
KINDS = {
    "missiles": ("ballistic_missile", "cruise_missile", "tactical_missile"),
    "rockets": ("rocket_artillery",),
    "artillery": ("artillery",),
    "drones": ("drone",),
    "aircraft": ("combat_aircraft", "support_aircraft", "helicopter"),
    "armour": ("tank", "armoured_vehicle"),
    "ships": ("ship", "submarine"),
    "air defence": ("air_defence",),
    "small arms": ("small_arm",),
    "bombs": ("bomb",),
}


def spellings(entry: dict[str, Any]) -> list[str]:
    return [entry["name"], *entry.get("also", ()), *entry.get("common_also", ())]


def test_there_are_many_of_each_kind() -> None:
    assert len(systems()) == len(ENTRIES) >= 300
    for kind, classes in KINDS.items():
        assert sum(len(CLASSES[name]["systems"]) for name in classes) >= 20, kind


@pytest.mark.parametrize("kind", CLASSES)
def test_a_class_says_what_its_systems_are_called(kind: str) -> None:
    table = CLASSES[kind]
    nouns = set(weapon_nouns().singulars.values()) | {"artillery"}
    assert set(table) == {"noun", "heads", "systems"}
    assert table["noun"].split()[-1] in nouns
    assert table["heads"]
    assert set(table["heads"]) <= nouns


def test_every_entry_has_the_form_of_one() -> None:
    for _, entry in ENTRIES:
        assert set(entry) <= FIELDS, entry
        assert entry["origin"], entry
        for code in entry["origin"]:
            assert pycountry.countries.get(alpha_2=code) is not None, entry
        for spelling in spellings(entry):
            assert spelling == re.sub(r"\s+", " ", spelling).strip(), entry
            assert PIECE.search(spelling), entry


def test_no_spelling_stands_for_two_systems() -> None:
    pieces = ({" ".join(PIECE.findall(spelling)) for spelling in spellings(entry)} for _, entry in ENTRIES)
    written = Counter(spelling for own in pieces for spelling in own)
    assert [spelling for spelling, times in written.items() if times > 1] == []


def test_every_name_is_read_as_its_system() -> None:
    for _, entry in ENTRIES:
        for spelling in spellings(entry):
            (found,) = find_names(spelling, Span(0, len(spelling)))
            assert (found.system.name, found.span) == (entry["name"], Span(0, len(spelling))), spelling


@pytest.mark.parametrize(
    "name", ["Grad", "Iskander", "Patriot", "Storm Shadow", "Tomahawk", "Predator", "Tor", "Spike", "Abrams"]
)
def test_names_that_mean_other_things_too_are_marked(name: str) -> None:
    (found,) = find_names(name, Span(0, len(name)))
    assert found.common is (name not in ("Iskander", "Storm Shadow"))
