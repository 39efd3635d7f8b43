"""Scoring by the protocol of evaluations on PolNeAR, on cases small enough to count by hand."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadInput
from app.evaluation import Annotation, Tally, compare, evaluate, form_of, read_gold, reliability, words_in

TEXT = "The mayor said that the old bridge would close on Monday. Residents said “we were never asked” about it."


def span(part: str) -> tuple[int, int]:
    start = TEXT.index(part)
    return start, start + len(part)


def attribution(content: str, cue: str = "", source: str = "") -> Annotation:
    return Annotation(content=[span(content)], cue=[span(cue)] if cue else [], source=[span(source)] if source else [])


GOLD = [
    attribution("that the old bridge would close on Monday", "said", "The mayor"),
    Annotation(content=[span("“we were never asked”")], cue=[(67, 71)], source=[span("Residents")]),
]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (GOLD, {"lenient": 2, "strict": 2, "exact": 2, "whole": 2}),
        ([], {"lenient": 0, "strict": 0, "exact": 0, "whole": 0}),
        (
            [attribution("the old bridge would close on Monday", "said", "The mayor")],
            {"lenient": 1, "strict": 1, "exact": 0, "whole": 1},
        ),
        ([attribution("the old bridge", "said", "The mayor")], {"lenient": 1, "strict": 0, "exact": 0, "whole": 0}),
        ([attribution("on Monday", "said", "The mayor")], {"lenient": 0, "strict": 0, "exact": 0, "whole": 0}),
        (
            [attribution("that the old bridge would close on Monday", "said", "Residents")],
            {"lenient": 1, "strict": 1, "exact": 1, "whole": 0},
        ),
        (
            [attribution("that the old bridge would close on Monday", "about", "The mayor")],
            {"lenient": 1, "strict": 1, "exact": 1, "whole": 0},
        ),
        ([GOLD[1], GOLD[1]], {"lenient": 1, "strict": 1, "exact": 1, "whole": 1}),
    ],
    ids=["the same", "nothing", "without that", "a part", "another part", "wrong source", "wrong cue", "twice"],
)
def test_what_agrees(found: list[Annotation], expected: dict[str, int]) -> None:
    counts = compare(TEXT, GOLD, found).counts
    assert {name: counts[name] for name in expected} == expected


def test_figures() -> None:
    tally = compare(TEXT, GOLD, [GOLD[1]], [0.9])
    assert (tally.precision("strict"), tally.recall("strict"), tally.f1("strict")) == (1.0, 0.5, pytest.approx(2 / 3))
    assert (tally.recall_of("direct"), tally.recall_of("indirect")) == (1.0, 0.0)
    assert (tally.accuracy("source"), tally.accuracy("cue")) == (1.0, 1.0)
    assert tally.calibration_error() == pytest.approx(0.1)


def test_figures_of_nothing() -> None:
    tally = Tally()
    assert (tally.f1("strict"), tally.accuracy("cue"), tally.calibration_error()) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("content", "form"),
    [
        ("“we were never asked”", "direct"),
        ("we were never asked", "direct"),
        ("“we were never asked” about it", "mixed"),
        ("the old bridge", "indirect"),
    ],
)
def test_form(content: str, form: str) -> None:
    assert form_of(TEXT, [span(content)]) == form


def test_reliability_goes_by_tenths() -> None:
    bins = reliability([(0.91, True), (0.99, False), (1.0, True), (0.2, False)])
    assert [(each.count, round(each.right, 2)) for each in bins] == [(1, 0.0), (3, 0.67)]


@given(st.lists(st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT))), max_size=5))
def test_words_begin_inside_their_spans(spans: list[tuple[int, int]]) -> None:
    words = words_in(TEXT, spans)
    assert all(any(start <= word < end for start, end in spans) for word in words)
    assert words == words_in(TEXT, spans[::-1])


LINE = {"id": "a", "publisher": "Gazette", "text": TEXT, "attributions": [GOLD[0].model_dump()]}


@pytest.mark.parametrize("compress", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("lines", [1, 3])
def test_reads_json_lines(tmp_path: Path, compress: type, lines: int) -> None:
    path = tmp_path / "gold"
    path.write_bytes(compress((json.dumps(LINE) + "\n").encode() * lines))
    assert [article.text for article in read_gold(path)] == [TEXT] * lines


def test_reads_one_object_over_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "gold.json"
    path.write_text(json.dumps(LINE, indent=2))
    assert [article.id for article in read_gold(path)] == ["a"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": None}, "line 2: text: Input should be a valid string"),
        (
            {"attributions": [{"content": [[5, 5000]]}]},
            r"attributions\[0\] has the span \[5, 5000\], which is not in the text",
        ),
        ({"attributions": [{"content": []}]}, "line 2: attributions.0.content: List should have at least 1 item"),
    ],
    ids=["no text", "outside the text", "no content"],
)
def test_bad_lines_are_named(tmp_path: Path, change: dict[str, object], message: str) -> None:
    path = tmp_path / "gold"
    path.write_text(json.dumps(LINE) + "\n" + json.dumps(LINE | change) + "\n")
    with pytest.raises(BadInput, match=message):
        list(read_gold(path))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        (b"", "line 1: Invalid JSON"),
        (b"\x1f\x8bbroken", "cannot be read"),
        (gzip.compress(b"{}" * 999)[:12] + b"\xff" * 9, "cannot be read"),
        (b"{", "line 1"),
        (b'{"id": "a",\n"text": "b"}', "line 1: attributions: Field required"),
    ],
    ids=["missing", "empty", "broken gzip", "damaged gzip", "no JSON", "one object without attributions"],
)
def test_bad_files_are_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "gold"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInput, match=message):
        list(read_gold(path))


def test_evaluates_the_extraction_by_group(tmp_path: Path) -> None:
    path = tmp_path / "gold"
    path.write_text(json.dumps(LINE) + "\n" + json.dumps({key: LINE[key] for key in ("id", "text", "attributions")}))
    total, groups = evaluate(read_gold(path), by="publisher")
    assert total.counts["gold"] == 2
    assert total.counts["whole"] == 2
    assert {name: tally.counts["whole"] for name, tally in groups.items()} == {"Gazette": 1}
