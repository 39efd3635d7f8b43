"""How well the extraction agrees with what people annotated.

The protocol of evaluations on PolNeAR: spans are compared as sets of words, so that quotation marks and punctuation never
count; a found quote and an annotated attribution are paired one to one, best overlap of content first.

    strict    overlap of content (intersection over union, in words) of at least 0.8
    lenient   of at least 0.3
    exact     the same content words
    whole     strict, with source and cue right
    source    of the lenient pairs whose gold has a source: overlap of source of at least 0.5
    cue       of the lenient pairs whose gold has a cue: they share a word
"""

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from app.errors import BadInput
from app.extract import extract
from app.extract.document import Document

WORD = re.compile(r"\w+(?:['’.-]\w+)*")
OPENING, CLOSING = "“\"‘'«", "”\"’'»"
STRICT, LENIENT, SAME_SOURCE = 0.8, 0.3, 0.5
MEASURES = ("lenient", "strict", "exact", "whole")
BINS = 10  # of confidence
GZIP = b"\x1f\x8b"

Words = frozenset[int]  # where each of them begins
Form = Literal["direct", "mixed", "indirect"]
FORMS: tuple[Form, ...] = ("direct", "mixed", "indirect")


class Annotation(BaseModel):
    """One annotated or found attribution, in half-open ranges of code points."""

    content: list[tuple[int, int]] = Field(min_length=1)
    cue: list[tuple[int, int]] = []
    source: list[tuple[int, int]] = []


class AnnotatedArticle(BaseModel):
    """A line of gold; what else it has, such as its publisher, can be asked for as a group."""

    model_config = ConfigDict(extra="allow")

    id: str | int
    text: str
    published_on: date | None = None
    attributions: list[Annotation]

    @model_validator(mode="after")
    def _spans_lie_in_the_text(self) -> Self:
        for number, each in enumerate(self.attributions):
            for start, end in (*each.content, *each.cue, *each.source):
                if not 0 <= start < end <= len(self.text):
                    raise ValueError(f"attributions[{number}] has the span [{start}, {end}], which is not in the text")
        return self

    def group(self, name: str | None) -> str | None:
        """The value of the field `name`, if it has one."""
        value = (self.model_extra or {}).get(name) if name else None
        return None if value is None else str(value)


@dataclass(slots=True)
class Tally:
    """Counts of comparisons, which add up over articles, and each found quote's confidence with whether it was right."""

    counts: Counter[str] = field(default_factory=Counter)
    trusted: list[tuple[float, bool]] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take in the counts of other articles."""
        self.counts.update(other.counts)
        self.trusted.extend(other.trusted)

    def precision(self, measure: str) -> float:
        """Of what was found, the share that is right by `measure`."""
        return self._share(measure, "found")

    def recall(self, measure: str) -> float:
        """Of what is annotated, the share that was found."""
        return self._share(measure, "gold")

    def f1(self, measure: str) -> float:
        """The harmonic mean of both."""
        total = self.counts["found"] + self.counts["gold"]
        return 2 * self.counts[measure] / total if total else 0.0

    def recall_of(self, form: Form) -> float:
        """Of the annotated contents of that form, the share that was found, strict."""
        return self._share(f"strict {form}", form)

    def accuracy(self, part: Literal["source", "cue"]) -> float:
        """Of the lenient pairs whose gold has that part, the share in which it is right."""
        return self._share(f"{part} right", f"{part} given")

    def calibration_error(self) -> float:
        """The expected calibration error (Naeini et al., 2015): how far, on average, confidence is from the share right."""
        bins = reliability(self.trusted)
        return sum(each.count * abs(each.confidence - each.right) for each in bins) / max(1, len(self.trusted))

    def _share(self, part: str, whole: str) -> float:
        return self.counts[part] / self.counts[whole] if self.counts[whole] else 0.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Quotes of about the same confidence: how many, their mean confidence, and the share of them that was right."""

    count: int
    confidence: float
    right: float


def read_gold(path: Path) -> Iterator[AnnotatedArticle]:
    """The articles of a file of JSON lines, or of one JSON object, plain or compressed by gzip.

    Raises `BadInput` that names the line and what is wrong with it.
    """
    try:
        raw = path.read_bytes()
        content = gzip.decompress(raw) if raw.startswith(GZIP) else raw
    except (OSError, EOFError, zlib.error) as error:
        raise BadInput(f"{path} cannot be read: {error}") from error
    try:
        yield AnnotatedArticle.model_validate_json(content)
    except ValidationError as whole:
        lines = [line for line in enumerate(content.split(b"\n"), 1) if line[1].strip()]
        is_one_object = whole.errors()[0]["type"] != "json_invalid"
        if is_one_object or len(lines) < 2:
            raise _unusable(path, 1, whole) from whole
        for number, line in lines:
            yield _read_line(path, number, line)


def _read_line(path: Path, number: int, line: bytes) -> AnnotatedArticle:
    try:
        return AnnotatedArticle.model_validate_json(line)
    except ValidationError as error:
        raise _unusable(path, number, error) from error


def _unusable(path: Path, number: int, error: ValidationError) -> BadInput:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return BadInput(f"{path}, line {number}: {place + ': ' if place else ''}{first['msg']}")


def evaluate(articles: Iterable[AnnotatedArticle], by: str | None = None) -> tuple[Tally, dict[str, Tally]]:
    """Extract from every article and compare with its annotation: over all, and apart for each value of the field `by`."""
    total, groups = Tally(), dict[str, Tally]()
    for article in articles:
        quotes = extract(Document(article.text, published_on=article.published_on)).quotes
        found = [Annotation(content=[*each.content], cue=[*each.cue], source=[*each.source]) for each in quotes]
        tally = compare(article.text, article.attributions, found, [quote.confidence for quote in quotes])
        total.add(tally)
        group = article.group(by)
        if group is not None:
            groups.setdefault(group, Tally()).add(tally)
    return total, dict(sorted(groups.items()))


def compare(text: str, gold: Sequence[Annotation], found: Sequence[Annotation], confidences: Sequence[float] = ()) -> Tally:
    """Count what agrees between the attributions annotated in `text` and those found in it."""
    tally = Tally(Counter(gold=len(gold), found=len(found)))
    golden, words = [words_of(text, each) for each in gold], [words_of(text, each) for each in found]
    forms = [form_of(text, each.content) for each in gold]
    tally.counts.update(forms)
    right = set[int]()
    for place, number, overlap in pairs([each[0] for each in golden], [each[0] for each in words]):
        named, cued = agreement(golden[place], words[number])
        tally.counts.update({"lenient": 1, "exact": golden[place][0] == words[number][0]})
        if golden[place][1]:
            tally.counts.update({"cue given": 1, "cue right": cued})
        if golden[place][2]:
            tally.counts.update({"source given": 1, "source right": named})
        if overlap >= STRICT:
            tally.counts.update({"strict": 1, f"strict {forms[place]}": 1, "whole": named and cued})
            right.update({number} if named and cued else ())
    tally.trusted = [(confidence, number in right) for number, confidence in enumerate(confidences)]
    return tally


def words_of(text: str, annotation: Annotation) -> tuple[Words, Words, Words]:
    """The words of its content, cue and source."""
    return words_in(text, annotation.content), words_in(text, annotation.cue), words_in(text, annotation.source)


def words_in(text: str, spans: Iterable[tuple[int, int]]) -> Words:
    """Where each word of `text` inside `spans` begins."""
    return frozenset(start + word.start() for start, end in spans for word in WORD.finditer(text[start:end]))


def overlap_of(one: Words, other: Words) -> float:
    """Intersection over union; 1 where both are empty."""
    return len(one & other) / len(one | other) if one or other else 1.0


def agreement(gold: tuple[Words, Words, Words], found: tuple[Words, Words, Words]) -> tuple[bool, bool]:
    """Whether source and cue of two attributions are taken as the same."""
    named = overlap_of(gold[2], found[2]) >= SAME_SOURCE
    return named, bool(gold[1] & found[1]) or not (gold[1] or found[1])


def pairs(gold: Sequence[Words], found: Sequence[Words]) -> Iterator[tuple[int, int, float]]:
    """One-to-one pairs of contents that overlap by `LENIENT` or more, and by how much; the best first."""
    ranked = sorted(
        (
            (overlap_of(one, other), place, number)
            for place, one in enumerate(gold)
            for number, other in enumerate(found)
            if one & other
        ),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    used_gold, used_found = set[int](), set[int]()
    for overlap, place, number in ranked:
        if overlap >= LENIENT and place not in used_gold and number not in used_found:
            used_gold.add(place)
            used_found.add(number)
            yield place, number, overlap


def form_of(text: str, content: Iterable[tuple[int, int]]) -> Form:
    """Whether all, some or none of the content stands in quotation marks, told by the marks at and in its spans."""
    spans = list(content)
    if all(_is_quotation(text, start, end) for start, end in spans):
        return "direct"
    return "mixed" if any(mark in text[start:end] for start, end in spans for mark in '“”"«»') else "indirect"


def _is_quotation(text: str, start: int, end: int) -> bool:
    """Whether a quotation mark is the first character or stands right before it, and the last or right after it."""
    within = text[start:end].strip()
    opens = {*within[:1], *text[max(0, start - 1) : start]}
    closes = {*within[-1:], *text[end : end + 1]}
    return not opens.isdisjoint(OPENING) and not closes.isdisjoint(CLOSING)


def reliability(trusted: Iterable[tuple[float, bool]]) -> list[Bin]:
    """Found quotes by tenths of confidence, without the tenths that none falls into."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for confidence, right in trusted:
        bins.setdefault(min(BINS - 1, int(confidence * BINS)), []).append((confidence, right))
    return [
        Bin(len(each), sum(pair[0] for pair in each) / len(each), sum(pair[1] for pair in each) / len(each))
        for _, each in sorted(bins.items())
    ]
