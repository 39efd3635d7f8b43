"""Dates in the text as EDTF (ISO 8601-2), and the date on which something was said."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from typing import Any, NamedTuple

from app.extract.dates.forms import FORMS, Anchor, DateForm, date_finder, date_reader
from app.extract.document import Document, Span, Spans
from app.extract.layout import Layout, Token
from app.extract.lexicon import load

REACH = 40  # tokens to either side of a cue in which its date is looked for: no clause of news is longer
CLAUSE_MARKS = frozenset(';:.!?“”"()[]—–…') | {"--", "..."}


class DateMention(NamedTuple):
    """A date that the text gives: its place, its value as EDTF, whether it hangs on the date before it."""

    span: Span
    edtf: str
    anaphoric: bool = False


def find_dates(layout: Layout, published_on: date | None) -> tuple[DateMention, ...]:
    """Every date of the text that can be told, in reading order; those that lie ahead are left out."""
    return tuple(mention for sentence in layout.sentences for mention in _dates_in(layout, sentence.span, published_on))


def resolve(expression: str, published_on: date | None) -> str | None:
    """The first date in `expression` as EDTF, or `None` if it has none that can be told."""
    readings = (_read(expression, match, Anchor(published_on)) for match in date_finder().finditer(expression))
    return next((edtf for edtf in readings if edtf is not None), None)


class Calendar:
    """The dates of a text, read once and looked up by place."""

    def __init__(self, document: Document, layout: Layout) -> None:
        self.layout = layout
        self.published_on = document.published_on
        self.dates = find_dates(layout, document.published_on)
        self._starts = [mention.span.start for mention in self.dates]

    def said_on(self, cue: Spans, source: Spans, content: Spans) -> str | None:
        """When something was said, as EDTF, if the clause of the cue tells; never later than the publication.

        A date inside the content, or in a clause about the source, is the date of something else and never taken.
        """
        return _Saying(self, cue, source, content).date() if cue else None

    def within(self, span: Span) -> tuple[DateMention, ...]:
        """The dates that begin inside `span`, in reading order."""
        return self.dates[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)]


def _dates_in(layout: Layout, span: Span, published_on: date | None) -> Iterator[DateMention]:
    previous: str | None = None
    for match in date_finder().finditer(layout.text, span.start, span.end):
        form = _form(match)
        if form.turns and _lies_ahead(layout, span, match.start()):
            continue
        edtf = _read(layout.text, match, Anchor(published_on, previous))
        if edtf is not None:
            yield DateMention(_when(layout.text, match), edtf, form.anaphoric)
            previous = edtf


def _form(match: re.Match[str]) -> DateForm:
    return FORMS[_form_name(match)]


def _form_name(match: re.Match[str]) -> str:
    return (match.lastgroup or "").removeprefix("form_")


def _read(text: str, match: re.Match[str], anchor: Anchor) -> str | None:
    detail = date_reader(_form_name(match)).match(text, match.start())
    try:
        return None if detail is None else _form(match).read(detail, anchor)
    except (ValueError, OverflowError):  # no such day ("Feb. 30"), or one before the calendar begins
        return None


def _when(text: str, match: re.Match[str]) -> Span:
    detail = date_reader(_form_name(match)).match(text, match.start())
    if detail is None or "when" not in detail.re.groupindex:
        return Span(*match.span())
    return Span(*detail.span("when"))


def _lies_ahead(layout: Layout, sentence: Span, offset: int) -> bool:
    markers = load("dates")["ahead"]["markers"]
    end = layout.token_at(offset)
    for token in reversed(layout.tokens[max(0, end - 12) : end]):
        if token.start < sentence.start or token.text in CLAUSE_MARKS or token.text == ",":
            return False
        if token.lower in markers or token.lower.endswith("'ll"):
            return True
    return False


class _Saying:
    """The neighbourhood of a cue, read outward from it until something else than the saying begins."""

    def __init__(self, calendar: Calendar, cue: Spans, source: Spans, content: Spans) -> None:
        layout = calendar.layout
        self.published_on = calendar.published_on
        self.words: dict[str, Any] = load("dates")["saying"]
        cue_start, cue_end = cue[0].start, cue[-1].end
        sentence = layout.sentence_at(cue_start)
        first, last = layout.token_at(cue_start), layout.token_at(cue_end)
        low = max(first - REACH, sentence.first if sentence else 0)
        high = min(last + REACH, sentence.last if sentence else len(layout.tokens))
        self.tokens = layout.tokens[low:high]
        self.cue = Span(first - low, min(last, high) - low)
        self.source = _indices(self.tokens, source)
        self.content = _indices(self.tokens, content)
        self.dates = self._find(calendar)
        self.inside = _indices(self.tokens, tuple(mention.span for mention in self.dates.values()))

    def _find(self, calendar: Calendar) -> dict[int, DateMention]:
        """The dates by the index of their first token, without those that hang on another date."""
        if not self.tokens:
            return {}
        window = Span(self.tokens[0].start, self.tokens[-1].end)
        mentions = [mention for mention in calendar.within(window) if not mention.anaphoric]
        starts = {token.start: index for index, token in enumerate(self.tokens)} if mentions else {}
        return {starts[mention.span.start]: mention for mention in mentions if mention.span.start in starts}

    def date(self) -> str | None:
        """The date of the saying: the one in the cue or behind it, else before it, else in front of the source."""
        behind = self._first_date(self.cue.end, len(self.tokens))
        found = (
            self._in_cue() or behind or self._between() or self._in_front() or self._in_main_clause() or self._in_source()
        )
        return None if found is None or _is_later(found, self.published_on) else found

    def _in_cue(self) -> str | None:
        """The day of a cue that takes it in, such as "ruled Friday against"."""
        return next((self.dates[index].edtf for index in range(*self.cue) if index in self.dates), None)

    def _between(self) -> str | None:
        before = [index for index in self.source if index < self.cue.start]
        if not before:
            return None
        start = max(before) + 1
        return self._adjunct(start + self._is_comma(start), self.cue.start)

    def _in_front(self) -> str | None:
        end = min([self.cue.start, *self.source])
        while end > 0:
            start = self._segment_start(end)
            found = self._adjunct(start, end)
            if found is not None or not self._is_aside(start, end):
                return found
            end = start - 1
            if start - 1 not in self.content and not self._is_comma(end):
                return None
            while end > 0 and end - 1 in self.content:
                end -= 1
        return None

    def _in_main_clause(self) -> str | None:
        """The day of "resigned on Friday" for a cue that only accompanies it, such as ", saying"."""
        start = self.cue.start
        if not self.tokens[start:] or not self.tokens[start].lower.endswith("ing") or not self._is_comma(start - 1):
            return None
        found = self._first_date(self._segment_start(start - 1), start - 1)
        return found if found is not None and len(found) == len("2024-01-01") else None

    def _in_source(self) -> str | None:
        is_utterance = False
        for index in sorted(self.source):
            word = self.tokens[index].lower
            if index in self.dates:
                return self.dates[index].edtf if is_utterance or self._is_of_utterance(index) else None
            if word in self.words["barriers"] and word not in {"from", "by", "of"}:
                return None
            is_utterance |= word in self.words["utterances"]
        return None

    def _adjunct(self, start: int, end: int) -> str | None:
        """The date of a phrase such as "in a speech on Monday"."""
        while start < end and self.tokens[start].lower in self.words["connectives"]:
            start += 1
        if start < end and (start in self.dates or self.tokens[start].lower in self.words["openers"]):
            return self._first_date(start, end)
        return None

    def _first_date(self, start: int, end: int) -> str | None:
        for index in range(start, end):
            if index in self.content or self._is_barrier(index):
                return None
            if index in self.dates:
                return self.dates[index].edtf if self._is_own(index) else None
        return None

    def _is_barrier(self, index: int) -> bool:
        if index in self.source:
            return False
        if self._is_comma(index):
            follows = self.tokens[index + 1].lower if index + 1 < len(self.tokens) else ""
            return index + 1 not in self.dates and follows not in self.words["openers"]
        return self.tokens[index].text in CLAUSE_MARKS or self.tokens[index].lower in self.words["barriers"]

    def _is_own(self, index: int) -> bool:
        """Whether the date stands alone or with a saying ("her Monday speech", not "the 2019 attack")."""
        before = self.tokens[index - 1].lower if index else ""
        return before not in self.words["determiners"] or self._is_of_utterance(index)

    def _is_of_utterance(self, index: int) -> bool:
        end = self.dates[index].span.end
        behind = [token for token in self.tokens[index : index + 8] if token.end > end][:4]
        return any(token.lower in self.words["utterances"] for token in behind)

    def _is_aside(self, start: int, end: int) -> bool:
        """Whether the words leave what precedes to the saying: "On Monday, after the vote, he said"."""
        words = [token.lower for token in self.tokens[start:end] if token.lower not in self.words["connectives"]]
        return not words or words[0] in self.words["barriers"] or words[0] in self.words["openers"]

    def _segment_start(self, end: int) -> int:
        start = end
        while start > 0 and start - 1 not in self.content and not self._is_break(start - 1):
            start -= 1
        return start

    def _is_break(self, index: int) -> bool:
        return self._is_comma(index) or self.tokens[index].text in CLAUSE_MARKS

    def _is_comma(self, index: int) -> bool:
        """Whether a comma stands there that is no part of a date ("Nov. 3, 2024")."""
        return 0 <= index < len(self.tokens) and self.tokens[index].text == "," and index not in self.inside


def _indices(tokens: tuple[Token, ...], spans: Spans) -> frozenset[int]:
    inside: set[int] = set()
    for span in spans:
        first = bisect_left(tokens, span.start, key=lambda token: token.start)
        inside.update(range(first, bisect_left(tokens, span.end, key=lambda token: token.start)))
    return frozenset(inside)


def _is_later(edtf: str, published_on: date | None) -> bool:
    if published_on is None:
        return False
    start = edtf.split("/")[0].rstrip("~X")
    if start[5:7] > "12":  # a season: its year is all that can be compared
        start = start[:4]
    return start > published_on.isoformat()[: len(start)]
