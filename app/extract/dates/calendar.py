"""The dates of a text, looked up by place."""

from bisect import bisect_left, bisect_right
from datetime import date

from app.extract.dates.clause import Clause, window
from app.extract.dates.forms import Anchor
from app.extract.dates.mention import DateMention, dates_in
from app.extract.dates.saying import date_of_saying
from app.extract.document import Document, Span, Spans
from app.extract.layout import Layout


class Calendar:
    """The dates of a text, looked up by place; a sentence is read for dates when it is first asked for."""

    def __init__(self, document: Document, layout: Layout) -> None:
        self.layout = layout
        self.published_on = document.published_on
        self._in_sentence: dict[int, tuple[DateMention, ...]] = {}

    def said_on(self, cue: Spans, source: Spans, content: Spans, previous: str | None = None) -> str | None:
        """When something was said, as EDTF, if the clause of the cue tells; never later than the publication.

        A date inside the content, or in a clause about the source, is the date of something else and never taken.
        With `previous`, the date of what was told before, only "the next day" and its like are read, from that date on.
        """
        if not cue:
            return None
        low, high = window(self.layout, cue)
        tokens = self.layout.tokens[low:high]
        if not tokens:
            return None
        clause = Clause(tokens, cue, source, content)
        whole = Span(tokens[0].start, tokens[-1].end)
        clause.take(self.within(whole) if previous is None else self._hanging(whole, previous))
        found = date_of_saying(clause)
        return None if found is None or is_later(found, self.published_on) else found

    def within(self, span: Span) -> tuple[DateMention, ...]:
        """The dates that begin inside `span`, in reading order."""
        starts = self.layout.sentence_starts
        numbers = range(max(0, bisect_right(starts, span.start) - 1), bisect_left(starts, span.end))
        dates = (mention for number in numbers for mention in self._of(number))
        return tuple(mention for mention in dates if span.start <= mention.span.start < span.end)

    def _of(self, sentence: int) -> tuple[DateMention, ...]:
        if sentence not in self._in_sentence:
            span = self.layout.sentences[sentence].span
            self._in_sentence[sentence] = tuple(dates_in(self.layout, span, Anchor(self.published_on)))
        return self._in_sentence[sentence]

    def _hanging(self, span: Span, previous: str) -> tuple[DateMention, ...]:
        """The dates of `span` that hang on `previous`: those that no date of its own stands in front of."""
        hanging = []
        for mention in dates_in(self.layout, span, Anchor(self.published_on, previous)):
            if not mention.anaphoric:
                break
            hanging.append(mention)
        return tuple(hanging[:1])


def is_later(edtf: str, published_on: date | None) -> bool:
    """Whether a date begins after the publication, as far as it is precise enough to tell."""
    if published_on is None:
        return False
    start = edtf.split("/")[0].rstrip("~X")
    if start[5:7] > "12":  # a season: its year is all that can be compared
        start = start[:4]
    return start > published_on.isoformat()[: len(start)]
