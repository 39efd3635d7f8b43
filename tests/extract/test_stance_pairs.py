"""Stances in passages that were labelled by somebody who knew nothing of the rules: a floor that only rises."""

from collections import Counter

import pytest

from app.extract import extract
from app.extract.document import Document, Topic
from benchmarks.stances import macro_f1, read_pairs, side_of, side_of_holder

PLAIN = "Mayor Ann Ruiz said the tram should be built."


def test_every_case_can_be_read() -> None:
    cases = read_pairs()
    assert len(cases) >= 200
    assert all(case["holder"] in case["passage"] for case in cases)
    assert min(Counter(case["stance"] for case in cases).values()) >= 40


def test_the_pairs() -> None:
    cases = read_pairs()
    assert macro_f1([case["stance"] for case in cases], [side_of(case) for case in cases]) >= 0.43


def test_the_side_of_a_holder_is_that_of_whom_the_words_name() -> None:
    found = extract(Document(PLAIN, topics=(Topic("t", "The tram should be built"),)))
    assert side_of_holder(found, PLAIN, "Ann Ruiz") == "support"
    assert side_of_holder(found, PLAIN, "the tram") == "none"


def test_the_f1_of_each_label_counts_alike() -> None:
    assert macro_f1(["a", "a", "b"], ["a", "a", "b"]) == 1
    assert macro_f1(["a", "a", "a", "b"], ["a", "a", "a", "a"]) == pytest.approx(6 / 7 / 2)
