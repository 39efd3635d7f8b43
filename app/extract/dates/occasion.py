"""Statements dated by their neighbours: the occasion that a story tells of once, and what was said on it."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from app.extract.attribution.cue import verb_forms
from app.extract.dates.calendar import Calendar, is_later
from app.extract.dates.clause import DAY, window
from app.extract.dates.mention import CLAUSE_MARKS, DateMention
from app.extract.document import Quote, Span, Spans
from app.extract.gazetteer import vocabulary
from app.extract.layout import Token
from app.extract.lexicon import load

REACH = 3  # sentences from a dated statement to one that goes on with it
LONGEST = 120  # tokens of a sentence that are read for a name
MOST_DATES = 8  # of a sentence, the last ones, that may be of an occasion
BESIDE = 4  # tokens to either side of a cue that may put it into another time
DEED_REACH = 16  # tokens from the beginning of a sentence to the day of what it tells
NAME_LENGTHS = range(2, 6)


def with_occasions(calendar: Calendar, quotes: Sequence[Quote]) -> Iterator[Quote]:
    """`quotes`, in reading order, with the dates that their neighbours give to those whose own clause has none.

    Three neighbours tell: the date that "the next day" hangs on, the dated statement that the same speaker goes on with,
    and a sentence of the story about the occasion ("At a news conference Monday, …"). What "had" been said before the
    story dates nothing else.
    """
    story = _Story(calendar)
    dated: Quote | None = None
    foreground: Quote | None = None
    for each in quotes:
        quote = each
        if quote.said_on is None and quote.cue:
            quote = replace(quote, said_on=story.date_of(quote, dated, foreground))
        yield quote
        dated = quote if quote.said_on else dated
        if quote.cue and not story.is_background(quote) and not (foreground and _is_inside(quote, foreground)):
            foreground = quote if quote.said_on else replace(quote, said_on=story.continued(quote, foreground))


class _Story:
    """The text with the places of its sentences and of the first occurrence of its words."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self.layout = calendar.layout
        self.words: dict[str, Any] = load("dates")["occasion"]
        self.utterances: frozenset[str] = frozenset(load("dates")["saying"]["utterances"])
        self.first_places = {token.text: token.start for token in reversed(self.layout.tokens)}

    def date_of(self, quote: Quote, dated: Quote | None, foreground: Quote | None) -> str | None:
        """The date that the neighbours of `quote` give it: the last one dated, the last one told as news."""
        previous = self._day_before(quote, dated)
        hanging = previous and self.calendar.said_on(quote.cue, quote.source, quote.content, previous)
        if hanging:
            return hanging
        found = self._announced(quote, foreground) or self.continued(quote, foreground)
        return found if found and not self._stands_apart(quote, found) else None

    def continued(self, quote: Quote, before: Quote | None) -> str | None:
        """The date of the statement that the same speaker made just before."""
        if before is None or before.said_on is None:
            return None
        place, end = self._place(_start(quote)), self._place(_end(before))
        if not 0 <= place - end <= REACH or self._paragraphs(end, place) > (len(before.said_on) == DAY):
            return None
        return before.said_on if self._is_same_speaker(quote, before) else None

    def is_background(self, quote: Quote) -> bool:
        """Whether the story goes back to it: "had said"."""
        return any(token.lower in self.words["perfect"] for token in self._tokens(quote.cue))

    def _day_before(self, quote: Quote, dated: Quote | None) -> str | None:
        """The date that the sentence before tells: of a statement, else of whatever it gives last."""
        place = self._place(_start(quote))
        if dated is not None and place - self._place(_end(dated)) == 1:
            return dated.said_on
        told = self._told_before(place)
        return told[-1].edtf if told else None

    def _told_before(self, place: int) -> tuple[DateMention, ...]:
        """The dates of the sentence before `place`, if it is of the same paragraph or ends the one before."""
        if place < 1 or self._paragraphs(place - 1, place) > 1:
            return ()
        return self.calendar.within(self.layout.sentences[place - 1].span)[-MOST_DATES:]

    def _is_same_speaker(self, quote: Quote, before: Quote) -> bool:
        if quote.speaker is not None and quote.speaker == before.speaker:
            return True
        source = self._tokens(quote.source)
        words = [token.lower for token in source]
        if len(words) == 1 and words[0] in self.words["pronouns"]:
            return quote.speaker is None and self._is_next(quote, before) and self._is_meant(words[0], before)
        if len(words) == 2 and words[0] in {"the", "this"}:
            return self._is_called(words[1], quote, before)
        return self._is_first_named(source) and self._is_held_by(self._tokens(before.source), source)

    def _is_meant(self, pronoun: str, before: Quote) -> bool:
        return pronoun != "it" or any(token.lower in self.words["collectives"] for token in self._tokens(before.source))

    def _is_called(self, noun: str, quote: Quote, before: Quote) -> bool:
        """Whether "the minister" is who a fuller phrase with the noun was, or "the company" what had just been named."""
        if any(token.lower == noun for token in self._tokens(before.source)):
            return True
        return noun in self.words["collectives"] and self._is_next(quote, before) and self._is_name(before)

    def _is_next(self, quote: Quote, before: Quote) -> bool:
        return self._place(_start(quote)) - self._place(_end(before)) <= 1

    def _is_first_named(self, source: tuple[Token, ...]) -> bool:
        """Whether a source is nothing but a name, title and all, that the story has not told before."""
        if len(source) not in NAME_LENGTHS or not all(token.is_capitalized for token in source):
            return False
        return self.first_places[source[-1].text] == source[-1].start

    def _is_name(self, quote: Quote) -> bool:
        """Whether the source begins with a name that is of no office: "Zap, which owns the app"."""
        source = self._tokens(quote.source)
        if not source or not source[0].is_capitalized or source[0].lower in self.words["articles"]:
            return False
        return not any(token.lower in vocabulary().offices for token in source)

    def _is_held_by(self, office: tuple[Token, ...], holder: tuple[Token, ...]) -> bool:
        """Whether a name is that of somebody told of by office: "its leader … Ana Lim", "a judge … Judge Ana Lim"."""
        told = {token.lower for token in office}
        offices = {token.lower for token in office if token.lower in vocabulary().offices and not token.is_capitalized}
        title = {token.lower for token in holder[:-2]}
        if office and office[0].lower in {"a", "an"}:
            return bool(offices & title)
        return bool(offices) and title <= told

    def _announced(self, quote: Quote, before: Quote | None) -> str | None:
        """The date of the occasion that the sentence before tells of: "At a briefing Monday, Lim laid out a bill"."""
        place = self._place(_start(quote))
        for mention in self._told_before(place):
            if before is not None and _holds(before.content, mention.span):
                continue
            is_occasion = self._is_of_occasion(mention) and self._is_about(quote, place - 1)
            if is_occasion or self._is_of_deed(quote, mention):
                return None if is_later(mention.edtf, self.calendar.published_on) else mention.edtf
        return None

    def _is_of_occasion(self, mention: DateMention) -> bool:
        first = self.layout.token_at(mention.span.start)
        after = self.layout.token_at(mention.span.end)
        before = reversed(self.layout.tokens[max(0, first - 12) : first])
        behind = iter(self.layout.tokens[after : after + 3])
        return any(self._is_occasion(token) for near in (before, behind) for token in _until_break(near))

    def _is_of_deed(self, quote: Quote, mention: DateMention) -> bool:
        """Whether it is the day of what the source did in the sentence before a quotation: "Lim flew home Friday"."""
        if quote.kind != "direct" or len(mention.edtf) != DAY:
            return False
        first = self.layout.token_at(mention.span.start)
        sentence = self.layout.sentences[self._place(mention.span.start)]
        clause = self.layout.tokens[max(sentence.first, first - DEED_REACH) : first]
        if any(token.text == "," or token.lower in self.words["no_deed"] for token in clause):
            return False
        names = {token.text for token in self._tokens(quote.source) if token.is_capitalized}
        return any(token.text in names for token in clause if token.lower not in self.words["articles"])

    def _is_occasion(self, token: Token) -> bool:
        return token.lower in self.utterances or token.lower in self.words["verbs"]

    def _is_about(self, quote: Quote, place: int) -> bool:
        """Whether a sentence may be about the source: it is only a pronoun, or its name stands there."""
        source = self._tokens(quote.source)
        if len(source) == 1 and source[0].lower in self.words["pronouns"]:
            return True
        if len(source) == 2 and source[0].lower == "the" and source[1].lower in self.utterances:
            return True
        names = {token.text for token in source if token.is_capitalized and token.lower not in self.words["articles"]}
        sentence = self.layout.sentences[place]
        tokens = self.layout.tokens[sentence.first : min(sentence.last, sentence.first + LONGEST)]
        return any(token.text in names for token in tokens)

    def _stands_apart(self, quote: Quote, date: str) -> bool:
        """Whether a statement is told as of another time than `date`, or as of no one time."""
        low, high = window(self.layout, quote.cue)
        near = self.layout.tokens[low:high]
        return self._is_timeless(quote) or self._is_of_other_time(quote, near) or self._has_other_date(quote, near, date)

    def _is_timeless(self, quote: Quote) -> bool:
        """Whether the cue is no plain past: "says", "has said", "would say"."""
        cue = [token.lower for token in self._tokens(quote.cue)]
        if any(word in self.words["auxiliaries"] for word in cue):
            return True
        verbs = [{kind for _, kinds in verb_forms()[word] for kind in kinds} for word in cue if word in verb_forms()]
        return bool(verbs) and not verbs[-1] & {"past", "ing"}

    def _is_of_other_time(self, quote: Quote, near: tuple[Token, ...]) -> bool:
        """Whether a word beside the cue puts it into another time: "said earlier", "repeatedly said"."""
        starts = [token.start for token in near]
        first, last = bisect_left(starts, quote.cue[0].start), bisect_left(starts, quote.cue[-1].end)
        beside = near[max(0, first - BESIDE) : last + BESIDE]
        return any(token.lower in self.words["elsewhen"] for token in beside if not _holds(quote.content, token.span))

    def _has_other_date(self, quote: Quote, near: tuple[Token, ...], date: str) -> bool:
        """Whether another date stands in the story's own words around the cue."""
        if not near:
            return False
        own = (Span(quote.content[0].start, quote.content[-1].end), *quote.source)
        dates = self.calendar.within(Span(near[0].start, near[-1].end))
        return any(each.edtf != date for each in dates if not _holds(own, each.span))

    def _tokens(self, spans: Spans) -> tuple[Token, ...]:
        return tuple(token for span in spans for token in self.layout.tokens_in(span))

    def _place(self, offset: int) -> int:
        return bisect_right(self.layout.sentence_starts, offset) - 1

    def _paragraphs(self, earlier: int, later: int) -> int:
        return self.layout.sentences[later].block - self.layout.sentences[earlier].block


def _until_break(tokens: Iterator[Token]) -> Iterator[Token]:
    barriers = load("dates")["saying"]["relatives"]
    for token in tokens:
        if token.text == "," or token.text in CLAUSE_MARKS or token.lower in barriers:
            return
        yield token


def _start(quote: Quote) -> int:
    return min(span.start for span in (*quote.content, *quote.cue, *quote.source))


def _end(quote: Quote) -> int:
    return max(span.end for span in (*quote.content, *quote.cue, *quote.source)) - 1


def _is_inside(quote: Quote, other: Quote) -> bool:
    return all(_holds(other.content, span) for span in quote.cue)


def _holds(spans: Spans, span: Span) -> bool:
    return any(each.covers(span) for each in spans)
