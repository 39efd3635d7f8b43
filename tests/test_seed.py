"""The sample article, extracted and held to what two readers annotated in it. The floors only rise."""

import json
from functools import cache
from pathlib import Path

import pytest

from app.extract import extract
from app.extract.document import Document, Topic
from app.ingest.folder import read_place
from tests.scoring import Comparison

ROOT = Path(__file__).parents[1]


@cache
def seed() -> Comparison:
    gold = json.loads((ROOT / "tests/gold/seed.json").read_text(encoding="utf-8"))
    source = read_place(str(ROOT / "seeds" / gold["article"]))
    assert isinstance(source.text, bytes)
    topics = tuple(Topic(each["id"], each["statement"]) for each in gold["propositions"])
    document = Document(source.text.decode(), published_on=source.published_on, topics=topics)
    return Comparison(document, extract(document), gold)


@pytest.mark.parametrize(
    ("measure", "floor"),
    [
        ("direct_quotes_found", 1.0),
        ("direct_quotes_with_the_right_speaker", 1.0),
        ("pull_quotes_told_apart", 1.0),
        ("stances", 1.0),
    ],
)
def test_shares(measure: str, floor: float) -> None:
    assert getattr(seed(), measure)() >= floor


def test_speakers() -> None:
    assert seed().speakers().recall == 1.0
    assert seed().speakers().precision >= 0.9


@pytest.mark.parametrize(("measure", "floor"), [("attributions", 0.85), ("descriptions", 0.95), ("weapon_facts", 0.9)])
def test_f1(measure: str, floor: float) -> None:
    assert getattr(seed(), measure)().f1 >= floor


def test_nothing_comes_from_boilerplate() -> None:
    assert seed().boilerplate_hits() == 0
