"""Floors on annotated news that is not part of the project; they only rise.

They stand a hair under the figures, because the tagger's 8-bit sums may differ between kinds of processors.

The articles belong to their publishers and cannot be shipped. The variable `CORPORA` names the folder that training/README.md
describes, `../shared/corpora` where it is not set; without such a folder these tests are skipped.
"""

import os
from pathlib import Path

import pytest

from app.evaluation import Tally, evaluate, read_gold
from benchmarks import descriptions, mentions, weapons

CORPORA = Path(os.environ.get("CORPORA", "../shared/corpora"))
GOLD = CORPORA / "attributions" / "polnear-dev.jsonl.gz"

pytestmark = pytest.mark.skipif(not GOLD.exists(), reason="the corpora that training/README.md describes are not here")


@pytest.fixture(scope="module")
def tally() -> Tally:
    return evaluate(read_gold(GOLD))[0]


@pytest.mark.parametrize(("measure", "floor"), [("lenient", 0.8), ("strict", 0.7), ("exact", 0.66), ("whole", 0.665)])
def test_f1(tally: Tally, measure: str, floor: float) -> None:
    assert tally.f1(measure) >= floor


def test_parts_and_quotations(tally: Tally) -> None:
    assert tally.recall_of("direct") >= 0.95
    assert tally.accuracy("source") >= 0.925
    assert tally.accuracy("cue") >= 0.945


def test_confidence_can_be_trusted(tally: Tally) -> None:
    assert tally.calibration_error() <= 0.065


def test_names_of_people() -> None:
    counts = mentions.count_names(CORPORA / "entities" / "worldwide-dev.tsv.gz")
    assert mentions.figures(counts, "names")[2] >= 0.85


def test_whom_he_and_she_stand_for() -> None:
    counts = mentions.count_pronouns(CORPORA / "people" / "gap" / "gap-validation.tsv")
    assert mentions.figures(counts, "pronouns")[2] >= 0.72


def test_whom_mentions_of_people_stand_for() -> None:
    counts = mentions.count_people(CORPORA / "people" / "news-fair-dev.jsonl.gz")
    assert mentions.figures(counts, "people")[1] >= 0.6


def test_who_is_the_source() -> None:
    counts = mentions.count_sources(GOLD, GOLD.with_name("polnear-dev.parse.jsonl.gz"))
    assert mentions.figures(counts, "sources")[1] >= 0.93


def test_what_is_said_of_people() -> None:
    assert descriptions.measure(descriptions.rows(CORPORA / "people" / "dwie-dev.jsonl.gz"))["all"].f1 >= 0.74


def test_weapons_and_how_many() -> None:
    floors = ({"mentions": 0.84, "links": 0.76, "things": 0.86}, {"mentions": 0.65, "links": 0.39, "things": 0.75})
    for half, measures in enumerate(floors):
        counts = weapons.count_mentions(CORPORA / "weapons" / "re3d-dev.jsonl.gz", half)
        for measure, floor in measures.items():
            assert weapons.f1(counts, measure) >= floor, (half, measure)


def test_news_on_other_things_states_nothing_of_weapons() -> None:
    assert weapons.alarms(CORPORA / "articles" / "articles.jsonl.gz") <= 0.01
