"""The words around a cue: which are source, content and dates, and where something else than the saying begins."""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import takewhile
from typing import Any

from app.extract.dates.mention import CLAUSE_MARKS, DateMention
from app.extract.document import Span, Spans
from app.extract.layout import Layout, Token
from app.extract.lexicon import load

DAY = len("2024-01-01")  # of the EDTF of a day, which no month, year or interval has
REACH = 40  # tokens to either side of a cue in which its date is looked for: no clause of news is longer
ADJUNCT_REACH = 16  # tokens from a cue to the "that" behind "in an interview on the sidelines of the meeting on Friday"
GATHERING_REACH = 8  # tokens from "after" to the day of the meeting that it names
OBJECT_REACH = 7  # tokens from a cue to the day behind its object
BOUNDS = frozenset(["that", "to", "of", "for"])
SCALES = frozenset(["recently", "late", "early"])  # "as recently as Thursday"


def window(layout: Layout, cue: Spans) -> tuple[int, int]:
    """The tokens, half-open, of the cue's sentence that are near enough to tell of the saying."""
    first, last = layout.token_at(cue[0].start), layout.token_at(cue[-1].end)
    sentence = layout.sentence_at(cue[0].start)
    low = max(first - REACH, sentence.first if sentence else 0)
    return low, max(low, min(last + REACH, sentence.last if sentence else len(layout.tokens)))


class Clause:
    """The neighbourhood of a cue. All places are indices into `tokens`."""

    def __init__(self, tokens: tuple[Token, ...], cue: Spans, source: Spans, content: Spans) -> None:
        self.words: dict[str, Any] = load("dates")["saying"]
        self.tokens = tokens
        cue_at = _indices(tokens, cue)
        self.cue = Span(min(cue_at, default=0), max(cue_at, default=-1) + 1)
        self.source = _indices(tokens, source)
        self.content = _indices(tokens, content)
        self.dates: dict[int, DateMention] = {}
        self.inside: frozenset[int] = frozenset()

    def take(self, mentions: Iterable[DateMention]) -> None:
        """Have `mentions` for the dates of the clause, those outside it left out."""
        starts = {token.start: index for index, token in enumerate(self.tokens)}
        self.dates = {starts[mention.span.start]: mention for mention in mentions if mention.span.start in starts}
        self.inside = _indices(self.tokens, tuple(mention.span for mention in self.dates.values()))
        self.content -= self._misread()

    def _misread(self) -> frozenset[int]:
        """What stands at the head of a stretch of content and tells when it was said: "said <Friday that …>"."""
        heads = [index for index in self.content if index - 1 not in self.content and index >= self.cue.end]
        adjuncts = (place for head in heads for place in range(head, self._adjunct_end(head)))
        return frozenset(adjuncts) | frozenset(place for head in heads for place in self._inserted(head))

    def _inserted(self, head: int) -> range:
        """The bare day of "accused his rival Saturday of cheating", which is when he was accused."""
        for index in range(head, min(head + OBJECT_REACH, len(self.tokens))):
            if index in self.dates:
                end = self.date_end(index)
                is_bare = index > head and self.is_own(index) and self.lower(index - 1) not in self.words["at"]
                return range(index, end if is_bare and self.lower(end) in self.words["complements"] else index)
            if self._is_break(index) or self._is_of_clause(index) or self.lower(index) in BOUNDS:
                break
        return range(head, head)

    def _adjunct_end(self, head: int) -> int:
        """Where the adjunct ends that a stretch of content begins with; `head` if it begins with none."""
        if self.lower(head) in self.words["issued"] and self.opens(head):
            return next((index for index in range(head, len(self.tokens)) if index not in self.content), len(self.tokens))
        if head in self.dates and head == self.cue.end:
            end = self.date_end(head)
            return head if self.lower(end) in self.words["predicates"] else end
        if not (self.opens(head) or self._is_utterance(head)):
            return head
        return self._that(head)

    def _that(self, head: int) -> int:
        """The place of the "that" which a phrase with a day runs up to, `head` if it does not."""
        dated = False
        for index in range(head, min(head + ADJUNCT_REACH, len(self.tokens))):
            if self.lower(index) == "that" and index not in self.inside:
                return index if dated else head
            if self._is_break(index) or self._is_of_clause(index):
                return head
            dated |= index in self.dates
        return head

    def first_date(self, start: int, end: int) -> str | None:
        """The first date between two places that belongs to the saying, unless something else begins before it."""
        for index in range(start, end):
            if index in self.content:
                return None
            if index in self.dates and self.is_own(index):
                return self.dates[index].edtf
            if self.is_barrier(index):
                return self.date_of_gathering(index, end)
        return None

    def adjunct(self, start: int, end: int) -> str | None:
        """The date of a phrase such as "in a speech on Monday"."""
        while start < end and self.lower(start) in self.words["connectives"]:
            start += 1
        if self._is_scale(start):
            start += 3
        if start < end and (start in self.dates or self.opens(start)):
            return self.first_date(start, end)
        return self.date_of_gathering(start, end)

    def date_of_gathering(self, start: int, end: int) -> str | None:
        """The day of "after a meeting on Monday" or "before leaving on Monday", beginning at the "after" or "before".

        People speak of a meeting, and on the way, the same day.
        """
        if start >= end or self.lower(start) not in self.words["afterwards"]:
            return None
        named = self.lower(start + 1).endswith("ing")
        for index in range(start + 1, min(start + 1 + GATHERING_REACH, end)):
            if index in self.dates:
                edtf = self.dates[index].edtf
                return edtf if len(edtf) == DAY and (named or self.is_of_utterance(index)) else None
            if index in self.content or self.is_barrier(index):
                return None
            named |= self._is_utterance(index)
        return None

    def is_barrier(self, index: int) -> bool:
        """Whether something else than the saying begins there."""
        if index in self.source:
            return self.lower(index) in self.words["relatives"]
        if self.is_comma(index):
            return index + 1 not in self.dates and not self.opens(index + 1)
        if self._is_simultaneous(index) or self._is_scale(index) or self._is_scale(index - 2) or self._is_in_name(index):
            return False
        return self.tokens[index].text in CLAUSE_MARKS or self.lower(index) in self.words["barriers"]

    def opens(self, index: int) -> bool:
        """Whether an adjunct of the saying may begin there."""
        if self.lower(index) in self.words["issued"]:
            return self._is_utterance(index - 1 - self.is_comma(index - 1))
        return self.lower(index) in self.words["openers"] or self._is_simultaneous(index)

    def is_own(self, index: int) -> bool:
        """Whether the date stands alone or with a saying ("her Monday speech", not "the 2019 attack")."""
        before = self.lower(index - 1)
        is_part = before in self.words["determiners"] or (
            before in self.words["barriers"] and not self._is_scale(index - 3)
        )
        is_part |= self._is_possessive(index) and before not in self.words["at"]
        return not is_part or self.is_of_utterance(index)

    def date_end(self, index: int) -> int:
        """Where the date ends that begins at a place."""
        end = self.dates[index].span.end
        return next(
            (place for place in range(index, len(self.tokens)) if self.tokens[place].start >= end), len(self.tokens)
        )

    def is_of_utterance(self, index: int) -> bool:
        """Whether the date stands before a noun for a saying, as its attribute."""
        end = self.dates[index].span.end
        behind = [place for place in range(index, min(index + 8, len(self.tokens))) if self.tokens[place].end > end][:4]
        phrase = takewhile(lambda place: not self._is_break(place) and self.lower(place) not in self.words["at"], behind)
        return any(self._is_utterance(place) for place in phrase)

    def is_aside(self, start: int, end: int) -> bool:
        """Whether the words leave what precedes to the saying: "On Monday, after the vote, he said"."""
        words = [token.lower for token in self.tokens[start:end] if token.lower not in self.words["connectives"]]
        return not words or words[0] in self.words["barriers"] or words[0] in self.words["openers"]

    def segment_start(self, end: int) -> int:
        """Where the run of words begins that ends at `end`, without content, comma or mark."""
        start = end
        while start > 0 and start - 1 not in self.content and not self._is_break(start - 1):
            start -= 1
        return start

    def is_comma(self, index: int) -> bool:
        """Whether a comma stands there that is no part of a date ("Nov. 3, 2024")."""
        return 0 <= index < len(self.tokens) and self.tokens[index].text == "," and index not in self.inside

    def lower(self, index: int) -> str:
        """The word at a place in lower case; nothing outside the neighbourhood."""
        return self.tokens[index].lower if 0 <= index < len(self.tokens) else ""

    def _is_of_clause(self, index: int) -> bool:
        return self.lower(index) in self.words["predicates"] or self.lower(index) in self.words["subjects"]

    def _is_utterance(self, index: int) -> bool:
        return self.lower(index) in self.words["utterances"]

    def _is_in_name(self, index: int) -> bool:
        """Whether an "of" stands there that only leads to a name: "in the province of Leon on Monday"."""
        if self.lower(index) != "of" or index == self.cue.end or index + 1 in self.dates:
            return False
        return any(token.is_capitalized for token in self.tokens[index + 1 : index + 2 + (self.lower(index + 1) == "the")])

    def _is_possessive(self, index: int) -> bool:
        end = self.dates[index].span.end
        return any(token.start < end < token.end for token in self.tokens[index : index + 4])

    def _is_simultaneous(self, index: int) -> bool:
        """Whether a clause begins whose time is that of the saying: "as she announced it on Thursday"."""
        follows = self.lower(index + 1)
        return self.lower(index) in self.words["meanwhile"] and follows in self.words["meanwhile_subjects"]

    def _is_scale(self, index: int) -> bool:
        return self.lower(index) == "as" == self.lower(index + 2) and self.lower(index + 1) in SCALES

    def _is_break(self, index: int) -> bool:
        return self.is_comma(index) or self.tokens[index].text in CLAUSE_MARKS


def _indices(tokens: tuple[Token, ...], spans: Spans) -> frozenset[int]:
    inside: set[int] = set()
    for span in spans:
        first = bisect_left(tokens, span.start, key=lambda token: token.start)
        inside.update(range(first, bisect_left(tokens, span.end, key=lambda token: token.start)))
    return frozenset(inside)
