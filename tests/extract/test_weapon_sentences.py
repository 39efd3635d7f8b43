"""Weapon facts over sentences labelled before the rules were seen: floors that only rise.

A fact is right when its weapon, attribute, value and unit are those of a label, one to one. Of the right facts, the share
with the labelled claimant, party, qualifier and date is held as well.
"""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.extract import extract
from app.extract.document import Document, Extraction, WeaponFact
from app.names import name_key
from tests.scoring import Score

TABLE = Path(__file__).with_name("weapon_sentences.toml")
UNIMPORTANT = {"a", "an", "the", "of", "in", "two", "for", "familiar", "with", "matter"}

Label = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Case:
    """A text, when it appeared, and all that it states of weapons."""

    text: str
    published_on: date | None
    facts: tuple[Label, ...]
    batch: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A label and the fact that says the same, with the extraction that the fact is from."""

    label: Label
    fact: WeaponFact
    extraction: Extraction


def read_cases() -> Iterable[Case]:
    for entry in tomllib.loads(TABLE.read_text(encoding="utf-8"))["case"]:
        yield Case(entry["text"], entry.get("published_on"), tuple(entry.get("fact", ())), entry.get("batch", 1))


CASES = tuple(read_cases())
FIRST, SECOND = (tuple(case for case in CASES if case.batch == batch) for batch in (1, 2))


@cache
def extraction_of(text: str, published_on: date | None) -> Extraction:
    return extract(Document(text, published_on=published_on))


def stems(name: str) -> set[str]:
    return {
        word[:-1] if len(word) > 3 and word.endswith("s") else word for word in name_key(name).replace("-", " ").split()
    }


def same_weapon(label: str, found: str) -> bool:
    one, other = stems(label), stems(found)
    shared = one & other
    return bool(shared) and (one <= other or other <= one or 2 * len(shared) >= len(one | other))


def same_value(one: float | str | None, other: float | str | None) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return name_key(str(one)) == name_key(str(other))
    if one is None or other is None:
        return one is other
    return abs(one - other) <= 0.01 * max(abs(one), abs(other))


def same_fact(label: Label, fact: WeaponFact) -> bool:
    return (
        label["attribute"] == fact.attribute
        and label.get("unit") == fact.unit
        and same_weapon(label["weapon"], fact.weapon)
        and same_value(label.get("value"), fact.value)
        and same_value(label.get("value_max"), fact.value_max)
    )


def matched(case: Case) -> list[Pair]:
    """The labels that were found, each with another fact; of facts alike, the one with the labelled party is preferred."""
    extraction = extraction_of(case.text, case.published_on)
    left = list(extraction.weapon_facts)
    pairs: list[Pair] = []
    for label in case.facts:
        alike = [fact for fact in left if same_fact(label, fact)]
        if alike:
            best = max(alike, key=lambda fact: (right_party(label, fact), right_claimant(label, fact, extraction)))
            left.remove(best)
            pairs.append(Pair(label, best, extraction))
    return pairs


def score(cases: Iterable[Case]) -> Score:
    cases = list(cases)
    right = sum(len(matched(case)) for case in cases)
    predicted = sum(len(extraction_of(case.text, case.published_on).weapon_facts) for case in cases)
    return Score(right, predicted, sum(len(case.facts) for case in cases))


def right_party(label: Label, fact: WeaponFact) -> bool:
    return label.get("party") == fact.party


def right_claimant(label: Label, fact: WeaponFact, extraction: Extraction) -> bool:
    speaker = next((each for each in extraction.speakers if each.id == fact.claimed_by), None)
    if label.get("claimed_by") == "":
        return True
    if "claimed_by" not in label or speaker is None:
        return "claimed_by" not in label and speaker is None
    one, other = (stems(name.replace("’s", "")) - UNIMPORTANT for name in (label["claimed_by"], speaker.name))
    return one <= other or other <= one


def right_date(label: Label, fact: WeaponFact) -> bool:
    return label.get("on") in ("", fact.on)


def share(cases: Iterable[Case], asked: str | None, right: Callable[[Pair], bool]) -> float:
    """Of the labels found that give `asked`, how many the facts agree with; of all that were found, without it."""
    pairs = [pair for case in cases for pair in matched(case) if asked is None or asked in pair.label]
    return sum(right(pair) for pair in pairs) / len(pairs)


def differences(cases: Iterable[Case]) -> str:
    """What is missing (-) and what is too much (+), text by text."""
    lines: list[str] = []
    for case in cases:
        pairs = matched(case)
        missing = [label for label in case.facts if all(pair.label is not label for pair in pairs)]
        found = extraction_of(case.text, case.published_on).weapon_facts
        extra = [fact for fact in found if all(pair.fact is not fact for pair in pairs)]
        lines += [case.text] * bool(missing or extra)
        lines += [f"  - {label['weapon']} {label['attribute']} {label.get('value')}" for label in missing]
        lines += [f"  + {fact.weapon} {fact.attribute} {fact.value} {fact.value_max} {fact.unit}" for fact in extra]
    return "\n".join(lines)


def test_the_table_is_large_and_holds_traps() -> None:
    assert len({case.text for case in CASES}) == len(CASES) >= 170
    assert sum(not case.facts for case in CASES) >= 40


@pytest.mark.parametrize(
    ("part", "floor"),
    [(FIRST[::2], 0.96), (FIRST[1::2], 0.92), (SECOND, 0.95)],
    ids=["development", "held back", "second batch"],
)
def test_f1(part: tuple[Case, ...], floor: float) -> None:
    assert score(part).f1 >= floor, differences(part)


def test_sentences_without_weapons_state_nothing() -> None:
    false = sum(len(extraction_of(case.text, case.published_on).weapon_facts) for case in CASES if not case.facts)
    assert false <= 4


@pytest.mark.parametrize(
    ("asked", "right", "floor"),
    [
        (None, lambda pair: right_claimant(pair.label, pair.fact, pair.extraction), 0.9),
        ("party", lambda pair: right_party(pair.label, pair.fact), 0.86),
        ("qualifier", lambda pair: pair.label["qualifier"] == pair.fact.qualifier, 0.99),
        (None, lambda pair: right_date(pair.label, pair.fact), 0.98),
    ],
    ids=["claimant", "party", "qualifier", "date"],
)
def test_what_is_told_of_the_right_facts(asked: str | None, right: Callable[[Pair], bool], floor: float) -> None:
    assert share(CASES, asked, right) >= floor
