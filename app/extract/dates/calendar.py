"""The dates of a text, read once and looked up by place."""

from bisect import bisect_left
from datetime import date

from app.extract.dates.clause import Clause, window
from app.extract.dates.forms import Anchor
from app.extract.dates.mention import DateMention, dates_in, find_dates
from app.extract.dates.saying import date_of_saying
from app.extract.document import Document, Span, Spans
from app.extract.layout import Layout


class Calendar:
    """The dates of a text, read once and looked up by place."""

    def __init__(self, document: Document, layout: Layout) -> None:
        self.layout = layout
        self.published_on = document.published_on
        self.dates = find_dates(layout, document.published_on)
        self._starts = [mention.span.start for mention in self.dates]

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
        return self.dates[bisect_left(self._starts, span.start) : bisect_left(self._starts, span.end)]

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
