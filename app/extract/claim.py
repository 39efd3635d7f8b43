"""Claims: what the cues of a passage attribute, to whom, found by rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from app.extract.clause import (
    BREAKS,
    DASHES,
    PREDICATE,
    Passage,
    Range,
    Reading,
    _occasions,
    phrase_after,
    subject_before,
    with_appositives,
)
from app.extract.cue import Cue, find_cues
from app.extract.lexicon import load

STOPS = frozenset([".", "!", "?", "…", "...", "....", ".."])
LONGEST = 400  # tokens of reported clause; a quotation in it may be longer
NEAR = 60  # tokens before a cue that are searched for its clause
WH = frozenset("what how why whether if who when where which".split())


@dataclass(frozen=True, slots=True)
class Claim:
    """An attribution in the making: token ranges instead of characters, and the pattern that found it."""

    content: tuple[Range, ...]
    cue: Range
    source: Range | None
    pattern: str
    lemma: str
    form: str = ""


def accepted(reading: Reading, claim: Claim) -> bool:
    """Whether the cue attributes in this frame, by the lexicon of cues."""
    verbs = _frames()
    quoted = any(reading.quotations.within(reading.span(part)) for part in claim.content)
    if claim.pattern in {"post-quote", "inverted-quote", "according"}:
        return True
    if claim.pattern in {"post", "inverted", "as"}:
        return claim.lemma in verbs["aside"]
    if claim.form == "passive":
        return claim.lemma in verbs.get(claim.pattern.replace("-", "_"), frozenset())
    if claim.form == "infinitive":
        return claim.lemma in verbs["infinitive"] and claim.pattern != "np"
    if quoted and claim.lemma in verbs["quote" if claim.pattern == "quote" else "partly_quoted"]:
        return True
    if claim.form == "ing":
        return claim.lemma in verbs["clause_participle" if claim.pattern in {"that", "clause"} else "np_participle"]
    return claim.lemma in verbs[claim.pattern]


@cache
def _frames() -> dict[str, frozenset[str]]:
    """For each frame the verbs, with their particles, that attribute in it."""
    frames = load("cues")["frames"]
    return {name: frozenset(verb.replace("-", " ") for verb in verbs.split()) for name, verbs in frames.items()}


def claims_of(reading: Reading, passage: Passage) -> Iterator[Claim]:
    cues = list(find_cues(reading, passage))
    source: Range | None = None
    for number, cue in enumerate(cues):
        claim = _claim(reading, passage, cue, source, cues[number + 1 :])
        if claim is not None:
            source = claim.source if claim.source and accepted(reading, claim) else source
            yield claim
    yield from _according(reading, passage)


def _according(reading: Reading, passage: Passage) -> Iterator[Claim]:
    for place in range(passage.first, passage.last - 2):
        if reading.lower(place) != "according" or reading.lower(place + 1) != "to" or reading.quoted[place] >= 0:
            continue
        last = _authority_end(reading, passage, place + 2)
        if last == place + 2:
            continue
        content = _around(reading, passage, place, last)
        if content:
            yield Claim(content, Range(place, place + 2), Range(place + 2, last), "according", "accord")


def _authority_end(reading: Reading, passage: Passage, first: int) -> int:
    """Where the source after "according to" ends: at a comma, appositives included."""
    end = first
    while end < passage.last and (reading.quoted[end] >= 0 or reading.tokens[end].text not in STOPS | BREAKS | {";", ":", ")"}):
        if reading.kind(end) in {"pron", "short", "sub"} or (reading.kind(end) == "conj" and reading.kind(end + 1) in {"verb", "pron"}):
            break
        end += 1
    if first - 2 > passage.first:
        return with_appositives(reading, first, end, passage.last)
    if end >= passage.last or reading.tokens[end].text != ",":
        return phrase_after(reading, first, end)
    following = with_appositives(reading, first, end, end + 2 + 12)
    has_more = following < passage.last and reading.tokens[following].text == ","
    apposed = has_more and not any(reading.kind(place) in PREDICATE for place in range(end, following))
    return following if apposed else end


def _around(reading: Reading, passage: Passage, first: int, last: int) -> tuple[Range, ...]:
    """What stands before and after a parenthesis `first`..`last`."""
    low = _clause_low(reading, passage, first)
    before = _trim(reading, Range(low, first))
    after: Range | None = None
    follows = reading.tokens[last].text if last < passage.last else ""
    if follows in BREAKS or (before is None and follows):
        start = last + (follows in BREAKS)
        after = _trim(reading, Range(start, _content_end(reading, passage, start)))
    return tuple(part for part in (before, after) if part is not None)


def _clause_low(reading: Reading, passage: Passage, index: int) -> int:
    """Where the main clause before `index` begins."""
    low = passage.first
    for place in range(index - 1, max(passage.first, index - LONGEST), -1):
        if reading.quoted[place] < 0 and reading.tokens[place].text == ";":
            low = place + 1
            break
    if reading.kind(low) == "conj":
        low += 1
    if reading.kind(low) == "adv" and reading.tokens[low + 1].text == "," and low + 2 < index:
        low += 2
    return low


def _trim(reading: Reading, part: Range) -> Range | None:
    first, last = part
    while first < last and reading.tokens[first].text in {",", ":", ";", *DASHES, *STOPS} and reading.quoted[first] < 0:
        first += 1
    while last > first and reading.tokens[last - 1].text in {",", ":", ";", *DASHES, *STOPS} and reading.quoted[last - 1] < 0:
        last -= 1
    return Range(first, last) if first < last else None


def _claim(reading: Reading, passage: Passage, cue: Cue, earlier: Range | None, later: list[Cue]) -> Claim | None:
    inverted = _inverted(reading, passage, cue)
    if inverted is not None:
        return inverted
    if cue.form == "passive":
        return _passive(reading, passage, cue)
    source = source_of(reading, passage, cue, earlier)
    if source is not None and cue.form == "finite" and _follows_quotation(reading, passage, source):
        return _post_quotation(reading, passage, cue, source)
    frame, first = frame_after(reading, passage, cue)
    if frame == "post" or (frame == "np" and reading.kind(first) == "prep" and _stands_after(reading, passage, source)):
        return _post(reading, passage, cue, source, first)
    if frame == "np" and reading.kind(first) == "ed":
        return None
    end = _content_end(reading, passage, first, np=frame == "np", auxiliary=reading.lower(cue.group.first))
    content = _trim(reading, Range(first, end))
    if content is None:
        return None
    return Claim((content,), cue.group, source, frame, cue.lemma, cue.form)


def _ends_quotation(reading: Reading, place: int) -> bool:
    """Whether the token is the last of a quotation that ends like a clause: `“We won,”` or `“We won”,`."""
    if reading.tokens[place].text == "," and place and reading.quoted[place - 1] >= 0:
        return True
    quoted = reading.quoted[place]
    if quoted < 0 or (place + 1 < len(reading.quoted) and reading.quoted[place + 1] == quoted):
        return False
    inner = reading.quotations.spans[quoted].inner.of(reading.layout.text).rstrip("’'”\" ")
    return inner.endswith((",", "?", "!", ".", "…", *DASHES))


def _stands_after(reading: Reading, passage: Passage, source: Range | None) -> bool:
    """Whether the source follows a clause that a comma divides from it."""
    if source is None or source.first <= passage.first or reading.tokens[source.first - 1].text != ",":
        return False
    return any(reading.kind(place) in PREDICATE for place in range(max(passage.first, source.first - NEAR), source.first))


def _follows_quotation(reading: Reading, passage: Passage, source: Range) -> bool:
    return source.first > passage.first and _ends_quotation(reading, source.first - 1)


def _post_quotation(reading: Reading, passage: Passage, cue: Cue, source: Range) -> Claim | None:
    """`“…,” Jones told reporters on Monday, “…”`"""
    content = [_trim(reading, Range(_clause_low(reading, passage, source.first), source.first))]
    content.append(_next_quotation(reading, passage, cue.group.last))
    parts = tuple(part for part in content if part is not None)
    return Claim(parts, cue.group, source, "post-quote", cue.lemma, cue.form) if parts else None


def _next_quotation(reading: Reading, passage: Passage, place: int) -> Range | None:
    """The rest of an interrupted quotation: it follows a comma or colon, and nothing else attributes it."""
    for at in range(place, passage.last):
        if reading.quoted[at] >= 0:
            if reading.tokens[at - 1].text not in {",", ":", *DASHES}:
                return None
            return _trim(reading, Range(at, _content_end(reading, passage, at)))
        if reading.kind(at) in PREDICATE:
            return None
    return None


def _inverted(reading: Reading, passage: Passage, cue: Cue) -> Claim | None:
    """`“…,” said Jones, a lawyer.`"""
    before = cue.group.first - 1
    first = cue.group.last
    if before < passage.first or cue.form != "finite" or first >= passage.last:
        return None
    if reading.kind(first) not in {"cap", "det", "pron", "word", "num", "ed"} or reading.quoted[first] >= 0:
        return None
    last = phrase_after(reading, first, passage.last)
    if last == first:
        return None
    if _ends_quotation(reading, before):
        source = Range(first, with_appositives(reading, first, last, passage.last))
        parts = (_trim(reading, Range(_clause_low(reading, passage, before), before + 1)), _next_quotation(reading, passage, source.last))
        return Claim(tuple(part for part in parts if part), cue.group, source, "inverted-quote", cue.lemma, cue.form)
    if reading.tokens[before].text != "," or cue.group.last - cue.group.first != 1:
        return None
    after = reading.tokens[last].text if last < passage.last else "."
    if after not in STOPS | BREAKS or any(reading.kind(place) in PREDICATE for place in range(first, last)):
        return None
    source = Range(first, with_appositives(reading, first, last, passage.last))
    content = _around(reading, passage, before + 1, source.last)
    return Claim(content, cue.group, source, "inverted", cue.lemma, cue.form) if content else None


def source_of(reading: Reading, passage: Passage, cue: Cue, earlier: Range | None) -> Range | None:
    first = cue.group.first
    before = first - 1
    while before > passage.first and reading.kind(before) == "adv":
        before -= 1
    if cue.form in {"ing", "infinitive"} or reading.kind(before) == "conj":
        nearest = _nearest_subject(reading, passage, first)
        if nearest is None or (earlier is not None and reading.kind(nearest.last - 1) in {"pron", "short"}):
            return earlier
        if cue.form == "ing" and earlier is not None:
            return earlier
        return nearest if earlier is None or nearest.first > earlier.last else earlier
    if reading.kind(first - 1) == "rel" or reading.lower(first - 1) == "that":
        return _relative_source(reading, passage, first - 1)
    if reading.kind(first) == "short":
        return Range(first, first + 1)
    return subject_before(reading, first, _source_low(reading, passage, first))


def _relative_source(reading: Reading, passage: Passage, pronoun: int) -> Range | None:
    """`Jones, who said`: a name stands for itself; any other antecedent leaves the pronoun as the source."""
    if pronoun <= passage.first:
        return None
    if reading.tokens[pronoun - 1].text == "," and reading.kind(pronoun - 2) in {"cap", ")"}:
        antecedent = subject_before(reading, pronoun - 1, passage.first)
        if antecedent is not None:
            return antecedent
    return Range(pronoun, pronoun + 1)


def _nearest_subject(reading: Reading, passage: Passage, high: int) -> Range | None:
    """The subject of the nearest predicate before `high` that has one."""
    for place in range(high - 1, max(passage.first, high - 40) - 1, -1):
        if reading.kind(place) not in PREDICATE or reading.quoted[place] >= 0:
            continue
        if reading.kind(place) == "short":
            return Range(place, place + 1)
        if reading.kind(place - 1) == "rel":
            continue
        subject = subject_before(reading, place, passage.first)
        if subject is not None:
            return subject
    return None


def _source_low(reading: Reading, passage: Passage, index: int) -> int:
    for place in range(index - 1, max(passage.first, index - 60), -1):
        if reading.quoted[place] >= 0 and reading.tokens[place - 1].text in {",", ".", "!", "?"} and reading.quoted[place + 1] != reading.quoted[place]:
            return place + 1
    return passage.first


def frame_after(reading: Reading, passage: Passage, cue: Cue) -> tuple[str, int]:
    """What follows the cue and where its content begins."""
    first = cue.group.last
    high = passage.last
    marker = _marker(reading, first, high)
    if marker is not None:
        return marker
    place = _past_circumstances(reading, _past_addressee(reading, cue, high), high)
    if place >= high or reading.tokens[place].text in STOPS | BREAKS | {";", ")"}:
        return "post", place
    word, kind = reading.lower(place), reading.kind(place)
    if kind == "pron" or kind == "short" or _has_predicate(reading, place, high):
        return "clause", place
    if word == "to":
        return "to", place
    return "np", place


def _past_addressee(reading: Reading, cue: Cue, high: int) -> int:
    """Where whom a verb of telling addresses ends, if what is told follows without a "that"."""
    first = cue.group.last
    if cue.lemma not in _addressing() or first >= high:
        return first
    if reading.kind(first) in {"object", "pron"}:
        return first + 1 if reading.kind(first) == "object" or reading.lower(first) == "you" else first
    end = phrase_after(reading, first, high)
    named = end < high and (reading.kind(end) in {"pron", "short", "det", "prep", "time", "adv"} or reading.tokens[end].text in STOPS | BREAKS)
    return end if named else first


@cache
def _addressing() -> frozenset[str]:
    return frozenset(verb.replace("-", " ") for verb in load("cues")["addressing"]["verbs"].split())


def _marker(reading: Reading, first: int, high: int) -> tuple[str, int] | None:
    """A "that", a question word or a quotation a few words after the cue."""
    for place in range(first, min(high, first + 18)):
        word, kind = reading.lower(place), reading.kind(place)
        if reading.quoted[place] >= 0:
            return ("quote", place) if _introduces(reading, first, place) else None
        if word == "that" and (place == first or _is_complementizer(reading, first, place)):
            return "that", place
        if word == "to" and place == first:
            if reading.kind(place + 1) in {"cap", "det", "object"} or reading.lower(place+1) in _occasions():
                continue
            return "to", place
        if word in WH and (place == first or _past_circumstances(reading, first, place) == place):
            return "wh", place
        if kind in PREDICATE or reading.tokens[place].text in STOPS | {";", *DASHES} or kind in {"conj"}:
            return None
        if kind == "pron" and place > first:
            return None
    return None


def _is_complementizer(reading: Reading, first: int, place: int) -> bool:
    """Whether a later "that" begins what is reported rather than a relative clause on the noun before it."""
    if reading.kind(place + 1) in PREDICATE or reading.tokens[place + 1].text in {".", ","}:
        return False
    return _introduces(reading, first, place) or _is_addressed(reading, first, place)


def _is_addressed(reading: Reading, first: int, place: int) -> bool:
    """Whether the words between are whom it was said to, and when: "told the panel on Friday that"."""
    end = phrase_after(reading, first, place)
    return end > first and _past_circumstances(reading, end, place) >= place


def _introduces(reading: Reading, first: int, place: int) -> bool:
    """Whether the words between cue and quotation only say when, where and to whom."""
    if place == first or reading.tokens[place - 1].text in {",", ":"}:
        return True
    return _past_circumstances(reading, first, place) == place or (place == first + 1 and reading.kind(first) == "object")


def _past_circumstances(reading: Reading, first: int, high: int) -> int:
    place = first
    while place < high:
        kind, word = reading.kind(place), reading.lower(place)
        if kind in {"adv", "time"} or (kind == "num" and reading.kind(place - 1) == "time"):
            place += 1
        elif kind == "prep" or word == "to":
            end = _circumstance_end(reading, place, high)
            if end == place:
                return place
            place = end
        elif kind == "object" and place == first:
            place += 1
        else:
            return place
    return place


def _circumstance_end(reading: Reading, place: int, high: int) -> int:
    """Where a phrase such as "in an interview with a newspaper" ends; `place` where the phrase is none of these."""
    if reading.lower(place) in {"for", "against", "about", "of", "over"}:
        return place
    for at in range(place + 1, min(high, place + 7)):
        kind = reading.kind(at)
        if reading.lower(at) in _occasions() or kind == "time":
            end = at + 1
            while end < high and reading.kind(end) in {"time", "num"}:
                end += 1
            return end
        if kind not in {"det", "word", "cap", "num", "ed", "adv"}:
            return place
    return place


def _has_predicate(reading: Reading, first: int, high: int) -> bool:
    if reading.kind(first) == "prep":
        return False
    for place in range(first + 1, min(high, first + 14)):
        if reading.quoted[place] >= 0:
            continue
        kind = reading.kind(place)
        if reading.lower(place) in {"before", "after", "until", "since"}:
            return False
        if kind in {"verb", "aux", "modal", "short"}:
            return True
        if kind == "conj" and reading.kind(place + 1) in {"det", "cap", "word"}:
            continue
        if kind in {"sub", "rel", "conj", ";", ":"} or reading.tokens[place].text in STOPS or kind == ",":
            return False
    return False


def _content_end(reading: Reading, passage: Passage, first: int, np: bool = False, auxiliary: str = "") -> int:
    place, high = first, min(passage.last, first + LONGEST)
    while place < high:
        quoted = reading.quoted[place]
        if quoted >= 0:
            place = min(passage.last, reading.layout.token_at(reading.quotations.spans[quoted].span.end))
        elif place > first and _ends_content(reading, passage, first, place, np, auxiliary):
            break
        else:
            place += 1
    return place


def _ends_content(reading: Reading, passage: Passage, first: int, place: int, np: bool, auxiliary: str) -> bool:
    text, word, kind = reading.tokens[place].text, reading.lower(place), reading.kind(place)
    nxt, nkind = reading.lower(place + 1), reading.kind(place + 1)
    if text == ";":
        return True
    if text == ",":
        if place == first + 1 and reading.lower(first) == "that":
            return False
        if np or _is_subordinate(reading, passage, first):
            return True
        if nxt == "according" or nkind == "ing":
            return True
        if nxt in {"but", "while", "though", "although"}:
            return reading.quoted[min(place + 2, passage.last - 1)] < 0
        return _parenthetical(reading, passage, place)
    if kind == "conj" and word in {"and", "but"}:
        at = place + 1
        while reading.kind(at) == "adv":
            at += 1
        if reading.kind(at) == "verb" or (reading.kind(at) == "aux" and reading.lower(at) == auxiliary):
            return True
    if np and word not in {"as", "than"} and kind in {"sub", "verb", "aux", "modal"}:
        return True
    return False


def _is_subordinate(reading: Reading, passage: Passage, first: int) -> bool:
    """Whether the content belongs to a clause that opens the sentence: "While he said …, the talks failed"."""
    if reading.kind(passage.first) != "sub" or first - passage.first > NEAR:
        return False
    return all(reading.tokens[place].text != "," for place in range(passage.first, first))


def _parenthetical(reading: Reading, passage: Passage, comma: int) -> bool:
    """Whether a comma is followed by "he said" and nothing that he said."""
    for place in range(comma + 1, min(passage.last, comma + 10)):
        if reading.quoted[place] >= 0 or reading.tokens[place].text in {",", ";", "that"}:
            return False
        if reading.lower(place) in {"said", "says", "added", "wrote", "told"} and reading.kind(place) == "verb":
            after = reading.tokens[place + 1].text if place + 1 < passage.last else "."
            return after in STOPS | BREAKS or reading.kind(place + 1) in {"time", "prep"} or place == comma + 1
        if reading.kind(place) in PREDICATE:
            return False
    return False


def _post(reading: Reading, passage: Passage, cue: Cue, source: Range | None, after: int) -> Claim | None:
    if source is None:
        return None
    first = source.first
    if cue.form != "finite":
        return None
    if reading.lower(first - 1) == "as" and first - 1 >= passage.first:
        content = _around(reading, passage, first - 1, after)
        return Claim(content, cue.group, source, "as", cue.lemma, cue.form) if content else None
    if first - 1 < passage.first:
        return None
    if reading.tokens[first - 1].text not in BREAKS and reading.quoted[first - 1] < 0:
        return None
    content = _around(reading, passage, first, after)
    if not content or content[0].first > first:
        return None
    quoted = reading.quoted[content[0].last - 1] >= 0
    return Claim(content, cue.group, source, "post-quote" if quoted else "post", cue.lemma, cue.form)


def _passive(reading: Reading, passage: Passage, cue: Cue) -> Claim | None:
    subject = subject_before(reading, cue.group.first, passage.first)
    first = cue.group.last
    if reading.lower(first) == "by":
        last = phrase_after(reading, first + 1, passage.last)
        if subject is None or last == first + 1:
            return None
        return Claim((subject,), Range(cue.group.first, first + 1), Range(first + 1, last), "passive-by", cue.lemma, cue.form)
    if reading.lower(first) == "to" and subject is not None:
        end = _content_end(reading, passage, first)
        rest = _trim(reading, Range(first, end))
        return Claim((subject, rest), cue.group, None, "passive-to", cue.lemma, cue.form) if rest else None
    marker = _marker(reading, first, passage.last)
    if marker is None or marker[0] not in {"that", "quote", "wh"}:
        return None
    content = _trim(reading, Range(marker[1], _content_end(reading, passage, marker[1])))
    return Claim((content,), cue.group, None, "passive-" + marker[0], cue.lemma, cue.form) if content else None

