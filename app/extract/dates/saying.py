"""The date of a saying: where in the clause of its cue it can stand, in order of how surely it is its date."""

from itertools import takewhile

from app.extract.attribution.cue import verb_forms
from app.extract.dates.clause import DAY, Clause
from app.extract.lexicon import load

QUOTATION_ENDS = frozenset("\"”'’")
QUOTATION_MARKS = QUOTATION_ENDS | frozenset("“‘")
FEWEST_QUOTED = (
    3  # words of a quotation that is more than a name for something with a day of its own ("the “massacre” on Monday")
)
QUOTED_REACH = 12  # tokens in which a quotation and the day behind it are looked for
# Words that lead on inside a source; a message can be told of with "that was read on Monday", a person cannot.
SOURCE_LINKS = (frozenset(["of"]), frozenset(["of", "that", "which"]))
GAP_REACH = 6  # tokens from a cue to the day in "ordered his followers Thursday to stop"


def date_of_saying(clause: Clause) -> str | None:
    """The date in the cue or behind it, else before it, in front of the source, behind what was said, in the source."""
    if not clause.dates:
        return None
    return (
        _in_cue(clause)
        or clause.first_date(clause.cue.end, len(clause.tokens))
        or _between(clause)
        or _of_first_verb(clause)
        or _before_that(clause)
        or _in_front(clause)
        or _behind_content(clause)
        or _in_gap(clause)
        or _in_main_clause(clause)
        or _in_source(clause)
    )


def _in_cue(clause: Clause) -> str | None:
    """The day of a cue that takes it in, such as "ruled Friday against"."""
    return next((clause.dates[index].edtf for index in range(*clause.cue) if index in clause.dates), None)


def _before_that(clause: Clause) -> str | None:
    """The day of "said on the sidelines of the meeting on Friday that": what precedes "that" goes with the cue."""
    end = min((index for index in clause.content if index >= clause.cue.end), default=0)
    phrase = range(clause.cue.end, end)
    if clause.lower(end) != "that" or clause.lower(clause.cue.end) in clause.words["barriers"]:
        return None
    if any(clause.is_comma(index) or clause.lower(index) in clause.words["relatives"] for index in phrase):
        return None
    days = [index for index in phrase if index in clause.dates and clause.is_own(index) and not _is_of_deed(clause, index)]
    return clause.dates[days[-1]].edtf if days else None


def _is_of_deed(clause: Clause, index: int) -> bool:
    """Whether a participle has the day: "the families of those killed on Monday"."""
    before = index - 1 - (clause.lower(index - 1) in clause.words["at"])
    return clause.lower(before).endswith("ed") and clause.lower(before) not in clause.words["issued"]


def _between(clause: Clause) -> str | None:
    start = _source_end(clause)
    return clause.adjunct(start + clause.is_comma(start), clause.cue.start) if start else None


def _of_first_verb(clause: Clause) -> str | None:
    """The day of "thanked her on Sunday and said"."""
    start, end = _source_end(clause), clause.cue.start - 1
    if 0 < start < end and clause.lower(start) in verb_forms() and clause.lower(end) in {"and", "but"}:
        return clause.first_date(start, end)
    return None


def _source_end(clause: Clause) -> int:
    """Where the source in front of the cue ends, 0 if none stands there."""
    return max((index + 1 for index in clause.source if index < clause.cue.start), default=0)


def _in_front(clause: Clause) -> str | None:
    end = min([clause.cue.start, *clause.source])
    while end > 0:
        start = clause.segment_start(end)
        found = clause.adjunct(start, end) or _of_question(clause, start, end)
        if found is not None or not clause.is_aside(start, end):
            return found
        end = start - 1
        if start - 1 not in clause.content and not clause.is_comma(end):
            return None
        while end > 0 and end - 1 in clause.content:
            end -= 1
    return None


def _of_question(clause: Clause, start: int, end: int) -> str | None:
    """The day of "Asked about the plan on Friday, …"."""
    last = max((index for index in clause.dates if start < index < end), default=0)
    if (
        not last
        or clause.lower(start) not in clause.words["answering"]
        or clause.dates[last].span.end < clause.tokens[end - 1].end
    ):
        return None
    return clause.dates[last].edtf if clause.is_own(last) and not _is_of_deed(clause, last) else None


def _behind_content(clause: Clause) -> str | None:
    """The day of "called it “a leaflet” on Tuesday": behind a quotation mark it is no part of what was said."""
    end = max(clause.content, default=-1) + 1
    if end <= clause.cue.end:
        return None
    if clause.tokens[end - 1].text in QUOTATION_ENDS:
        return clause.adjunct(end + clause.is_comma(end), len(clause.tokens))
    return _behind_quotation(clause, end)


def _behind_quotation(clause: Clause, end: int) -> str | None:
    """The same where the day was taken into what was said, which ends at `end`, and a pause or nothing follows it."""
    last = max((index for index in clause.dates if index in clause.content), default=0)
    if not last or not clause.is_own(last) or not (clause.date_end(last) == end or clause.is_comma(clause.date_end(last))):
        return None
    start = last - _unquoted(clause, last)
    if clause.tokens[start - 1].text not in QUOTATION_ENDS or _unquoted(clause, start - 1) < FEWEST_QUOTED:
        return None
    own = all(not clause.is_comma(index) and not clause.is_barrier(index) for index in range(start, last))
    return clause.dates[last].edtf if own and (start == last or clause.opens(start)) else None


def _unquoted(clause: Clause, end: int) -> int:
    """How many tokens stand between `end` and the quotation mark in front of it."""
    before = range(end - 1, max(end - 1 - QUOTED_REACH, -1), -1)
    return sum(1 for _ in takewhile(lambda index: clause.tokens[index].text not in QUOTATION_MARKS, before))


def _in_gap(clause: Clause) -> str | None:
    """The day of "ordered his followers Thursday to stop", where what was said stands on either side."""
    last = max(clause.content, default=-1)
    for index in range(clause.cue.end, min(clause.cue.end + GAP_REACH, last)):
        if index in clause.dates and index not in clause.content:
            return clause.dates[index].edtf if clause.is_own(index) else None
        if clause.is_comma(index) or clause.is_barrier(index):
            return None
    return None


def _in_main_clause(clause: Clause) -> str | None:
    """The day of "resigned on Friday" for a cue that only accompanies it, such as ", saying"."""
    start = clause.cue.start
    if not clause.lower(start).endswith("ing") or not clause.is_comma(start - 1):
        return None
    segment = range(clause.segment_start(start - 1), start - 1)
    days = [index for index in segment if index in clause.dates and len(clause.dates[index].edtf) == DAY]
    if (
        len(days) != 1
        or not clause.is_own(days[0])
        or any(clause.lower(index) in clause.words["relatives"] for index in segment)
    ):
        return None
    return clause.dates[days[0]].edtf


def _in_source(clause: Clause) -> str | None:
    """The day of "a statement released on Friday" or "a general speaking on Friday"."""
    words = load("dates")["saying"]
    is_utterance = False
    source = sorted(clause.source)
    if source and (found := clause.adjunct(source[0], next(filter(clause.is_comma, source), source[0]))):
        return found
    for index in source:
        word = clause.lower(index)
        if index in clause.dates:
            return clause.dates[index].edtf if is_utterance or clause.is_of_utterance(index) else None
        if word in words["barriers"] and word not in SOURCE_LINKS[is_utterance]:
            return None
        is_utterance |= word in words["utterances"] or word in words["speaking"]
    return None
