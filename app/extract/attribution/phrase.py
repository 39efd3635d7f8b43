"""Noun phrases: where the one before a verb begins, and where one that begins somewhere ends.

Every scan is bounded by `REACH` tokens, so that the cost stays linear in the length of the text.
"""

from functools import cache

from app.extract.attribution.clause import BREAKS, DASHES, NOMINAL, PREDICATE, Range, Reading
from app.extract.lexicon import load

# "A day after the minister warned": these open a clause more often than they join two nouns.
CLAUSE_OPENERS = frozenset(["after", "before", "since", "until"])
REACH = 60  # tokens a noun phrase with its appositives and relative clauses may take


def subject_before(reading: Reading, index: int, low: int) -> Range | None:
    """The noun phrase that ends at token `index` with its appositives and relative clauses, beginning at `low` or later."""
    low = max(low, index - REACH)
    last = index
    while last > low and reading.kind(last - 1) in {"adv", *BREAKS}:
        last -= 1
    if last <= low:
        return None
    segments = _segments_before(reading, low, last)
    apposed = last < index and any(reading.kind(place) in BREAKS for place in range(last, index))
    first = _head_segment(reading, segments, apposed)
    if first is None or first >= last or not _can_speak(reading, first, last):
        return None
    return Range(first, index if apposed else _without_time(reading, first, last))


def _can_speak(reading: Reading, first: int, last: int) -> bool:
    """Whether the words are no bare time ("later", "this month") and no participle with what it governs."""
    if reading.kind(first) == "ed" and reading.kind(first + 1) in {"det", "prep", "object"} and first + 1 < last:
        return False
    return any(reading.kind(place) not in {"time", "adv", "det", "num", "prep"} for place in range(first, last)) or (
        reading.kind(last - 1) in {"det", "num"}
    )


def _without_time(reading: Reading, first: int, last: int) -> int:
    """Before the time that stands between subject and verb: "the mayor on Monday"."""
    end = last
    while end > first + 1 and reading.kind(end - 1) in {"time", "num"}:
        end -= 1
    if end < last and end > first + 1 and reading.lower(end - 1) in {"on", "in", "at", "late", "early"}:
        return end - 1
    return end if reading.kind(end - 1) in {"cap", "word"} and end > first else last


def _segments_before(reading: Reading, low: int, last: int) -> list[Range]:
    """What commas and dashes divide the tokens before `last` into, the nearest first; brackets divide nothing."""
    segments: list[Range] = []
    end = last
    depth = 0
    for place in range(last - 1, low - 1, -1):
        text = reading.tokens[place].text
        depth += (text in {")", "]"}) - (text in {"(", "["})
        if depth < 0 or (depth == 0 and (text in {";", ":"} or _ends_earlier(reading, place))):
            segments.append(Range(place + 1, end))
            return segments
        if text in BREAKS and depth == 0:
            segments.append(Range(place + 1, end))
            end = place
    segments.append(Range(low, end))
    return segments


def _ends_earlier(reading: Reading, place: int) -> bool:
    return reading.tokens[place].text in {".", "!", "?", "…"} and reading.quoted[place] < 0


def _head_segment(reading: Reading, segments: list[Range], apposed: bool) -> int | None:
    """Where the noun phrase begins: in the nearest segment, or in the one that appositives before the verb explain."""
    if not apposed:
        return _list_start(reading, segments)
    head: int | None = None
    for segment in segments:
        if _is_interposed(reading, segment):
            continue
        first = _phrase_start(reading, segment)
        if first is None:
            return head
        if first != _stripped(reading, segment):
            return first if head is None or _is_name(reading, first) else head
        head = first
    return head


def _list_start(reading: Reading, segments: list[Range]) -> int | None:
    """The start of the nearest segment's phrase, or of the list "A, B and C" that it ends."""
    first = _phrase_start(reading, segments[0])
    if first is None or first != segments[0].first:
        return first
    joined = any(reading.kind(place) == "conj" for place in range(*segments[0]))
    for segment in segments[1:] if joined else ():
        if segment.last - segment.first > 8 or _phrase_start(reading, segment) != segment.first:
            break
        first = segment.first
    return first


def _is_interposed(reading: Reading, segment: Range) -> bool:
    """Whether the segment explains what stands before it: a relative clause, a participle, a circumstance."""
    word = reading.lower(segment.first)
    if reading.kind(segment.first) == "verb" and reading.kind(segment.first + 1) == "prep":
        return True  # ", quoted by Reuters,"
    return reading.kind(segment.first) in {"rel", "prep", "ing", "ed", "adv", "sub"} or word in {"who's", "who'd", ""}


def _is_name(reading: Reading, index: int) -> bool:
    return reading.kind(index) in {"cap", "pron"}


def _stripped(reading: Reading, segment: Range) -> int:
    first = segment.first
    while first < segment.last and reading.kind(first) in {"conj", "adv"}:
        first += 1
    return first


def _phrase_start(reading: Reading, segment: Range) -> int | None:
    """Where the noun phrase that ends with the segment begins; `None` where the segment ends in no noun phrase."""
    first, last = segment
    if first >= last:
        return None
    if reading.kind(last - 1) in {"pron", "object"} and reading.lower(last - 1) != "one":
        return last - 1
    place = last
    while place > first and _may_belong(reading, first, place - 1, last):
        place = _before_brackets(reading, place - 1, first)
    place = _without_introduction(reading, place, last)
    return place if place < last and reading.kind(place) not in {",", "conj"} else None


def _before_brackets(reading: Reading, place: int, first: int) -> int:
    if reading.tokens[place].text not in {")", "]"}:
        return place
    while place > first and reading.tokens[place].text not in {"(", "["}:
        place -= 1
    return place


def _may_belong(reading: Reading, first: int, place: int, last: int) -> bool:
    kind = reading.kind(place)
    if kind in NOMINAL or (
        kind in {")", "]", "(", "[", "&", "-", "'", "’", "/", ".", "$", "%", "#", "@", "_"} and reading.quoted[place] < 0
    ):
        return True
    if reading.quoted[place] >= 0:
        return _is_epithet(reading, place, first)
    if kind == "prep":
        return place + 1 < last and reading.lower(place) not in CLAUSE_OPENERS
    if kind == "conj":
        return place + 1 < last and not any(reading.kind(at) in PREDICATE for at in range(max(first, place - 25), place))
    if kind == "ing":
        return reading.kind(place - 1) in {"det", "cap", "word", "prep"} and place > first
    if kind == "adv":
        return reading.kind(place - 1) == "det" or reading.lower(place) in {"very", "only", "formerly"}
    return False


def _is_epithet(reading: Reading, place: int, first: int) -> bool:
    """Whether the quotation is part of a name: Dwayne “The Rock” Johnson, the “Today” show."""
    quotation = reading.quotations.spans[reading.quoted[place]]
    inner = quotation.inner.of(reading.layout.text)
    return (
        len(inner) <= 40
        and not inner.endswith((",", "?", "!", "."))
        and reading.layout.token_at(quotation.span.start) > first
    )


def _without_introduction(reading: Reading, place: int, last: int) -> int:
    """Past a phrase of time or place that opens the clause without a comma: "On Monday the mayor"."""
    if reading.kind(place) not in {"prep", "sub", "conj", "adv", "time"}:
        return place
    if reading.lower(place) in {"about", "around", "over", "under"} and reading.kind(place + 1) in {"num", "det"}:
        return place
    if reading.lower(place) in {"including", "like", "from", "by", "with", "between", "among"}:
        return place + 1
    while place < last and reading.kind(place) in {"conj", "adv", "sub"}:
        place += 1
    if reading.kind(place) != "prep" and not (reading.kind(place) == "time" and reading.kind(place + 1) in {"cap", "det"}):
        return place
    for at in range(last - 1, place, -1):
        if reading.kind(at) == "det" and at > place + 1 and reading.kind(at - 1) != "prep":
            return at
        if reading.kind(at) == "cap" and reading.kind(at - 1) in {"word", "time", "num"}:
            return at
    return last


def phrase_after(reading: Reading, index: int, high: int) -> int:
    """Where the noun phrase that begins at `index` ends, its prepositional phrases included, appositives not."""
    place, high = index, min(high, index + REACH, len(reading.tokens))
    while place < high and _continues_phrase(reading, index, place, high):
        place += 1
        if reading.tokens[place - 1].text in {"(", "["}:
            while place < high and reading.tokens[place - 1].text not in {")", "]"}:
                place += 1
    while place > index and reading.kind(place - 1) in {"prep", "conj", "det", "."} and place - 1 > index:
        place -= 1
    return place


def _continues_phrase(reading: Reading, index: int, place: int, high: int) -> bool:
    kind, word = reading.kind(place), reading.lower(place)
    if reading.quoted[place] >= 0:
        return place == index or reading.kind(place - 1) in {"cap", "det"}
    if place == index:
        return kind in NOMINAL or kind in {"pron", "object", "@", "#", "$"}
    if reading.kind(index) in {"pron", "object"} and place == index + 1:
        return False
    if kind == "object":
        return reading.lower(place - 1) == "of"  # "one of them"
    if kind == "time":
        return reading.kind(place - 1) in {"det", "prep"} and reading.lower(place - 1) not in {"on", "in", "this", "last"}
    if kind in {"cap", "word", "num", "&", "-", "/", "(", "[", ".", "'", "’", "_"}:
        return True
    if kind in {"det", "ed", "ing"}:
        return reading.kind(place - 1) in {"prep", "conj", "det"} or (kind == "ed" and reading.kind(place - 1) == "cap")
    if kind == "prep":
        return _joins_noun(reading, index, place, word)
    return kind == "conj" and _joins_phrases(reading, index, place, high)


def _joins_noun(reading: Reading, index: int, place: int, word: str) -> bool:
    following = reading.kind(place + 1)
    if word == "of" and following == "object":
        return True
    if following not in NOMINAL or following == "time" or reading.lower(place + 1) in occasions():
        return False
    if word == "to" and reading.lower(place - 1) == "close":  # "a person close to the campaign"
        return True
    if following == "det" and reading.lower(place + 2) in occasions():
        return False
    if word == "in" and following == "num":  # "told lawmakers in 2022"
        return False
    if word in {"of", "for", "from", "with"}:
        return True
    return word in {"at", "in", "to", "on"} and reading.kind(place - 1) == "word"


@cache
def occasions() -> frozenset[str]:
    return frozenset(load("words")["occasions"].split())


def _joins_phrases(reading: Reading, index: int, place: int, high: int) -> bool:
    if reading.lower(place) not in {"and", "or"} or reading.kind(place + 1) not in {"cap", "det", "word", "num"}:
        return False
    return not any(reading.kind(at) in PREDICATE for at in range(place + 1, min(high, place + 6)))


def with_appositives(reading: Reading, index: int, last: int, high: int) -> int:
    """Where a noun phrase `index`..`last` ends with the appositives and relative clauses that commas set after it."""
    end = last
    while end + 1 < high and reading.tokens[end].text == "," and end - index < REACH:
        following = _appositive_end(reading, end + 1, high)
        if not _begins_appositive(reading, end + 1) or _is_clause(reading, end + 1, following):
            break
        end = following
    return end


def _is_clause(reading: Reading, first: int, last: int) -> bool:
    """Whether the words have a predicate of their own, outside any relative clause."""
    for place in range(first, last):
        if reading.kind(place) in {"rel", "sub"} or reading.lower(place) == "that":
            return False
        if reading.kind(place) in PREDICATE:
            return True
    return False


def _begins_appositive(reading: Reading, place: int) -> bool:
    kind, word = reading.kind(place), reading.lower(place)
    if kind == "rel":
        return word in {"who", "whose", "which"}
    if kind == "cap":
        return True
    if kind == "num" or word in {"of", "from"}:
        return True
    if kind == "det":
        return reading.kind(place + 1) in {"word", "cap", "ed", "num", "adv", "ing", "det"}
    return kind == "word" or word in {"formerly", "now", "once", "then", "managing", "acting", "founding"}


def _appositive_end(reading: Reading, place: int, high: int) -> int:
    end = place
    while end < min(high, place + REACH) and reading.tokens[end].text not in {",", ";", ":", *DASHES}:
        if reading.quoted[end] >= 0 and reading.tokens[end - 1].text in {".", ":"}:
            break
        if reading.tokens[end].text in {".", "!", "?"} and reading.quoted[end] < 0:
            break
        end += 1
    return end
