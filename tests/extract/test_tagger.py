"""The neural tagger: word pieces that keep their offsets, windows, and weights that are the ones on their card."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.extract import extract
from app.extract.document import Document
from app.extract.tagger import (
    LONGEST,
    QUOTATION,
    TOO_LONG,
    WEIGHTS,
    WINDOW,
    Tagger,
    UnusableWeights,
    best_labels,
    check_files,
    cut_windows,
    letter_case,
    quotation_states,
    read_card,
    shipped_tagger,
)

SENTENCE = "The mayor of Lindwick said on Friday that the harbour would stay closed until the spring."
LAYER_OF = {
    "source": "The mayor of Lindwick",
    "cue": "said",
    "content": "that the harbour would stay closed until the spring",
}


@pytest.mark.parametrize(("layer", "expected"), LAYER_OF.items(), ids=LAYER_OF)
def test_marks_a_plain_report(layer: str, expected: str) -> None:
    tagging = shipped_tagger().tag(SENTENCE)
    assert [SENTENCE[slice(*tagging.span(stretch))] for stretch in tagging.find(layer)] == [expected]


def test_the_card_names_every_file_that_is_shipped() -> None:
    assert {path.name for path in WEIGHTS.iterdir()} == {"card.json", *read_card()["files"]}


def test_weights_are_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) < 30_000_000


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    (tmp_path / "tagger.onnx").write_bytes(b"weights")
    shutil.copy(WEIGHTS / "tokenizer.json", tmp_path)
    (tmp_path / "card.json").write_text(json.dumps({"files": read_card()["files"], "distance": []}))
    return tmp_path


def test_altered_weights_are_refused(weights: Path) -> None:
    with pytest.raises(UnusableWeights, match=r"tagger\.onnx is not the file that its card describes"):
        Tagger.load(weights)


@pytest.mark.parametrize("missing", ["card.json", "tagger.onnx"])
def test_missing_weights_are_refused(weights: Path, missing: str) -> None:
    (weights / missing).unlink()
    with pytest.raises(UnusableWeights, match="cannot be read"):
        Tagger.load(weights)


def test_a_card_that_is_no_json_is_refused(weights: Path) -> None:
    (weights / "card.json").write_text("{")
    with pytest.raises(UnusableWeights, match="cannot be read"):
        read_card(weights)


def test_shipped_weights_are_those_of_the_card() -> None:
    check_files(WEIGHTS, read_card())


@given(st.lists(st.integers(1, 1500), max_size=5), st.integers(0, 3000))
def test_windows_cover_every_piece_and_never_grow(breaks: list[int], count: int) -> None:
    windows = list(cut_windows(sorted({0, *breaks}), count))
    assert all(0 < stop - start <= WINDOW for start, stop in windows)
    assert [start for start, _ in windows] == sorted({start for start, _ in windows})
    assert set(range(count)) == {piece for window in windows for piece in range(*window)}


@pytest.mark.parametrize(
    ("piece", "case"), [("12", 0), ("the", 1), ("Ana", 2), ("UN", 3), ("eBay", 4), ("A", 2)], ids=lambda value: str(value)
)
def test_letter_case(piece: str, case: int) -> None:
    assert letter_case(piece) == case


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("He said “no” twice", "no"),
        ('He said "no" twice', "no"),
        ("He said ‘no’ twice", "no"),
        ("Rock 'em and sock 'em in the '90s", ""),
        ("“Never closed\nnext", "Never closed"),
    ],
    ids=["curly", "straight", "single", "apostrophes", "left open"],
)
def test_what_stands_inside_quotation_marks(text: str, inside: str) -> None:
    states = quotation_states(text, [(0, text.index("\n"))] if "\n" in text else [(0, len(text))])
    within = {QUOTATION.index("double"), QUOTATION.index("single")}
    assert "".join(char for char, state in zip(text, states, strict=False) if state in within) == inside


def test_no_span_continues_what_has_not_begun() -> None:
    scores = np.log(np.array([[[0.3, 0.2, 0.5]], [[0.1, 0.1, 0.8]], [[0.8, 0.1, 0.1]]], dtype=np.float32))
    labels = best_labels(scores)[:, 0].tolist()
    assert labels == [1, 2, 0]


def best_score(scores: np.ndarray) -> float:
    """The score of the best valid path, by the whole table."""
    best = np.where(np.arange(scores.shape[1]) % 2, scores[0], -np.inf)
    best[0] = scores[0, 0]
    for row in scores[1:]:
        origins = [
            best.max() if label == 0 or label % 2 else max(best[label], best[label - 1]) for label in range(len(row))
        ]
        best = np.array(origins) + row
    return float(best.max())


@given(st.integers(0, 2**32 - 1), st.integers(1, 80), st.integers(1, 3), st.floats(0, 3))
def test_labels_are_valid_and_the_best_that_are(seed: int, length: int, kinds: int, inside: float) -> None:
    scores = np.random.default_rng(seed).normal(size=(length, 1, 1 + 2 * kinds))
    scores[:, :, 2::2] += inside
    labels = best_labels(scores)[:, 0].tolist()
    for before, label in zip([0, *labels], labels, strict=False):
        assert label == 0 or label % 2 or before in {label, label - 1}
    assert sum(scores[i, 0, label] for i, label in enumerate(labels)) == pytest.approx(best_score(scores[:, 0]))


def test_threads_change_nothing() -> None:
    alone, together = (Tagger.load(threads=threads).tag(SENTENCE * 30) for threads in (1, 2))
    assert alone.marks.tobytes() == together.marks.tobytes()
    assert alone.links.tobytes() == together.links.tobytes()


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet=st.characters(codec="utf-8") | st.sampled_from("“”‘’\"' \n"), max_size=120))
def test_any_text(text: str) -> None:
    tagging = shipped_tagger().tag(text)
    for layer in ("source", "cue", "content", "discard"):
        spans = [tagging.span(stretch) for stretch in tagging.find(layer)]
        assert all(0 <= start <= end <= len(text) for start, end in spans)
    assert tagging.marks.shape[:2] == (len(tagging.pieces), 4)
    assert np.isfinite(tagging.marks).all()


def test_a_text_that_is_too_long_is_left_to_the_rules_with_a_warning() -> None:
    text = "The mayor said no. " * (LONGEST // 5 + 1)
    assert len(shipped_tagger().tag(text).pieces) == 0
    extraction = extract(Document(text))
    assert TOO_LONG in extraction.warnings
    assert extraction.quotes


def test_the_same_text_gives_the_same_numbers_whatever_was_read_before() -> None:
    first = shipped_tagger().tag(SENTENCE)
    shipped_tagger().tag(SENTENCE * 30)
    again = shipped_tagger().tag(SENTENCE)
    assert first.marks.tobytes() == again.marks.tobytes()
    assert first.links.tobytes() == again.links.tobytes()
