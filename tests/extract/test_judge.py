"""Candidates, the evidence on them, and which of them stand."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.extract.attribution import find_ruled
from app.extract.attribution.candidate import Candidate, find_candidates, overlap
from app.extract.attribution.clause import read_clauses
from app.extract.attribution.evidence import EVIDENCE, gather
from app.extract.attribution.judge import Judge, Verdict, select, shipped_judge, weigh
from app.extract.attribution.marking import Marking, mark
from app.extract.document import Attribution, Span, merged
from app.extract.layout import read_layout
from app.extract.quotation import find_quotations
from app.extract.tagger import WEIGHTS, UnusableWeights, shipped_tagger
from tests.extract.test_tagged import REPORT, WORDS, at

REPORTED = "that the harbour would stay closed until the spring"
NESTED = "Reuters reported on Friday that two officials said the harbour of Lindwick was closed."


def marked(text: str) -> Marking:
    layout = read_layout(text)
    return mark(read_clauses(layout, find_quotations(layout)), shipped_tagger().tag(text))


def chosen(text: str, *ruled: Attribution) -> list[Attribution]:
    return shipped_judge().choose(marked(text), ruled)


def said(text: str, content: str, cue: str, source: str | None, confidence: float = 0.7) -> Attribution:
    return Attribution(at(text, content), at(text, cue), at(text, source) if source else (), confidence)


def test_takes_what_only_the_tagger_sees() -> None:
    contents = [one.content for one in chosen(REPORT)]
    assert at(REPORT, "that visitors will not come back") in contents


def test_takes_one_of_several_for_the_same_words() -> None:
    ruled = said(REPORT, REPORTED, "said", "The mayor")
    found = [one for one in chosen(REPORT, ruled) if one.content[0].overlaps(ruled.content[0])]
    assert [(one.content, one.cue, one.source) for one in found] == [(ruled.content, ruled.cue, ruled.source)]


def test_drops_what_is_no_content() -> None:
    wrong = said(REPORT, "200 boats lie in the harbour", "closed", None)
    assert wrong.content not in [one.content for one in chosen(REPORT, wrong)]


def test_confidence_is_the_chance_to_be_right_as_a_whole() -> None:
    right, wrong = said(REPORT, REPORTED, "said", "The mayor"), said(REPORT, REPORTED, "said", "a storm")
    candidates = find_candidates(marked(REPORT), [right, wrong])[:2]
    first, second = weigh(candidates, [[0.1, 0.1, 0.2, 0.6], [0.1, 0.1, 0.7, 0.1]])
    assert first.content == second.content == pytest.approx(0.8)
    assert (first.whole, second.whole) == (pytest.approx(0.6), pytest.approx(0.1))
    assert [one.confidence for one in select(marked(REPORT), [first, second])] == [pytest.approx(0.6)]


def test_a_cue_without_a_source_takes_that_of_the_rules() -> None:
    marking = marked(REPORT)
    ruled, bare = said(REPORT, "harbour would stay closed", "said", "The mayor"), said(REPORT, REPORTED, "said", None, 0.9)
    worse, better = (Candidate(one, "rules", (marking.pieces_of(one.content[0]),)) for one in (ruled, bare))
    (one,) = select(marking, [Verdict(worse, 0.9, 0.3, 0.2), Verdict(better, 0.95, 0.9, 0.8)])
    assert (one.content, one.source) == (bare.content, ruled.source)


def test_what_is_nearly_right_stands_if_nothing_better_does() -> None:
    marking = marked(REPORT)
    (candidate,) = [
        Candidate(one, "rules", (marking.pieces_of(one.content[0]),)) for one in [said(REPORT, REPORTED, "said", None)]
    ]
    assert len(select(marking, [Verdict(candidate, 0.9, 0.2, 0.1)])) == 1
    assert select(marking, [Verdict(candidate, 0.3, 0.2, 0.1)]) == []


def test_a_turn_of_a_transcript_stands() -> None:
    text = "OKAFOR: The harbour is not closed at all.\n\nMore than 200 boats lie there."
    turn = Attribution(at(text, "The harbour is not closed at all."), at(text, ":"), at(text, "OKAFOR"), 0.75)
    assert turn in chosen(text, turn)


def test_a_quotation_that_nobody_is_named_for_stands() -> None:
    text = "“We were never asked.”\n\nThe harbour closed."
    loose = Attribution(at(text, "“We were never asked.”"), (), (), 0.68)
    assert loose in chosen(text, loose)


def test_a_report_in_a_report_stands_beside_it() -> None:
    found = {one.content for one in chosen(NESTED, *find_ruled(marked(NESTED).reading))}
    assert at(NESTED, "the harbour of Lindwick was closed") in found
    assert at(NESTED, "that two officials said the harbour of Lindwick was closed") in found


def test_the_better_of_two_that_share_words_is_taken_first() -> None:
    marking = marked(REPORT)
    ruled = [said(REPORT, REPORTED, "said", "The mayor"), said(REPORT, REPORTED.removeprefix("that "), "said", "The mayor")]
    worse, better = find_candidates(marking, ruled)[:2]
    verdicts = [Verdict(worse, 0.9, 0.6, 0.5), Verdict(better, 0.95, 0.9, 0.8)]
    assert [one.content for one in select(marking, verdicts)] == [ruled[1].content]


def test_crosses_the_rules_cue_with_the_tagger_s_content() -> None:
    marking = marked(REPORT)
    ruled = said(REPORT, f"on Friday {REPORTED}", "said", None)
    crossed = [one.attribution for one in find_candidates(marking, [ruled]) if one.found_by == "both"]
    assert crossed == [replace(ruled, content=at(REPORT, REPORTED))]


def test_what_both_say_is_there_twice_and_no_more() -> None:
    ruled = said(REPORT, REPORTED, "said", "The mayor")
    alike = [
        one.found_by for one in find_candidates(marked(REPORT), [ruled, ruled]) if one.attribution.content == ruled.content
    ]
    assert alike == ["rules", "tagger"]


def test_evidence_tells_a_report_from_narration() -> None:
    marking = marked(REPORT)
    ruled = [said(REPORT, REPORTED, "said", "The mayor"), said(REPORT, "200 boats lie in the harbour", "closed", None)]
    rows = gather(marking, find_candidates(marking, ruled)[:2])
    content, cue = (EVIDENCE.index(name) for name in ("content", "cue"))
    assert rows[0, content] > 0 > rows[1, content]
    assert rows[0, cue] > rows[1, cue]


ranges = st.lists(st.tuples(st.integers(0, 30), st.integers(1, 5)), min_size=1, max_size=4).map(
    lambda gaps: [
        (start, start + length)
        for start, length in zip(
            np.cumsum([gap + 6 for gap, _ in gaps]).tolist(), [length for _, length in gaps], strict=True
        )
    ]
)


@given(ranges, ranges)
def test_overlap_is_that_of_sets(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    first, second = ({piece for start, stop in each for piece in range(start, stop)} for each in (one, other))
    assert overlap(one, other) == pytest.approx(len(first & second) / len(first | second))


@pytest.mark.parametrize("text", ["", " \n\n ", "\x00\x1f", "“"], ids=["empty", "blank", "control", "mark"])
def test_texts_without_words(text: str) -> None:
    assert chosen(text) == []


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=50))
def test_any_text(words: list[str]) -> None:
    text = " ".join(words)
    marking = marked(text)
    ruled = find_ruled(marking.reading)
    evidence = gather(marking, find_candidates(marking, ruled))
    assert np.isfinite(evidence).all()
    for one in shipped_judge().choose(marking, ruled):
        assert 0 <= one.confidence <= 1
        assert one.content == merged(one.content)
        assert all(Span(0, len(text)).covers(span) for span in (*one.content, *one.cue, *one.source))


def test_a_judge_of_other_evidence_is_refused(tmp_path: Path) -> None:
    shutil.copytree(WEIGHTS, tmp_path, dirs_exist_ok=True)
    card = json.loads((tmp_path / "card.json").read_text())
    card["judge"]["evidence"] = card["judge"]["evidence"][1:]
    (tmp_path / "card.json").write_text(json.dumps(card))
    with pytest.raises(UnusableWeights, match="trained on other evidence"):
        Judge.load(tmp_path)


def test_an_altered_judge_is_refused(tmp_path: Path) -> None:
    shutil.copytree(WEIGHTS, tmp_path, dirs_exist_ok=True)
    (tmp_path / "judge.onnx").write_bytes(b"forest")
    with pytest.raises(UnusableWeights, match=r"judge\.onnx is not the file that its card describes"):
        Judge.load(tmp_path)
