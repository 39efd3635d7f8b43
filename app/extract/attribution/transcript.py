"""Transcripts: interviews and debates in which every turn opens with its speaker's name and a colon."""

from collections import Counter
from collections.abc import Iterator

from app.extract.attribution.clause import Range, Reading
from app.extract.attribution.draft import Draft

LABEL_LONGEST = 6  # tokens of a label before its colon
TURNS_LEAST = 3  # labelled paragraphs that make a text a transcript
QUESTION_AND_ANSWER = {"Q", "A"}
SPEAKERS_MOST = 12  # labels of a transcript; more are a list of something else


def transcript_turns(reading: Reading) -> Iterator[tuple[int, Draft]]:
    """The turns of a transcript that are written without quotation marks, each with the passage in which it ends."""
    labels = dict(_labels(reading))
    counted = Counter(reading.span(label).of(reading.layout.text) for label in labels.values())
    asked = set(counted) == QUESTION_AND_ANSWER
    if not asked and (len(labels) < TURNS_LEAST or len(counted) > SPEAKERS_MOST or max(counted.values()) < 2):
        return
    for number, label in labels.items():
        last = _turn_end(reading, number)
        content = Range(label.last + 1, reading.passages[last].last)
        yield last, Draft([content], Range(label.last, label.last + 1), label, "turn")


def _labels(reading: Reading) -> Iterator[tuple[int, Range]]:
    """The names before a colon with which paragraphs open, by passage."""
    for number, passage in enumerate(reading.passages):
        if number and reading.passages[number - 1].block == passage.block:
            continue
        for colon in range(passage.first + 1, min(passage.last - 1, passage.first + LABEL_LONGEST + 1)):
            if reading.tokens[colon].text == ":":
                if not reading.is_quoted(colon + 1):
                    yield number, Range(passage.first, colon)
                break
            if not reading.tokens[colon - 1].is_capitalized or reading.is_quoted(colon - 1):
                break


def _turn_end(reading: Reading, number: int) -> int:
    """The last passage of the paragraph that passage `number` opens."""
    while number + 1 < len(reading.passages) and reading.passages[number + 1].block == reading.passages[number].block:
        number += 1
    return number
