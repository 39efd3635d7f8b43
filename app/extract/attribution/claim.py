"""Claims: what the cues of a passage attribute and to whom, by rule."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from app.extract.attribution.clause import BREAKS, DASHES, PREDICATE, STOPS, Passage, Range, Reading
from app.extract.attribution.cue import GROUP, Cue, find_cues, verb_forms
from app.extract.attribution.frame import (
    LONGEST,
    NEAR,
    content_end,
    ends_quotation,
    frame_after,
    is_titled,
    lists_cues,
    marker_after,
    past_circumstances,
    trimmed,
)
from app.extract.attribution.noun import nouns_of
from app.extract.attribution.phrase import phrase_after, subject_before, with_appositives
from app.extract.lexicon import load

SUBJECT = 40  # tokens before a cue that are searched for the subject it shares
DEEPEST = 4  # claims within claims ("he said she said …"); a sentence with more is no news, and would cost its square
RESUMED = 3  # tokens between what a source said and the next cue of the same source: ", and also"
RESTRICTION = 12  # tokens of a relative clause without commas before its verb's object
APPOSITIVE = 14  # tokens of an appositive between an opening "according to …" and its main clause
REFERRING = frozenset(["according", "per"])
QUOTING_NEAR = 16  # tokens between "quoted" and "as saying"
QUOTING = frozenset(["quoted", "cited", "quotes", "cites", "quote", "quoting"])
BEING = frozenset(load("words")["be"].split())
POINTING = frozenset(
    [
        "that",
        "this",
        "it",
        "so",
        "them",
        "him",
        "her",
        "these",
        "those",
        "what",
        "why",
        "how",
        "nothing",
        "something",
        "anything",
        "everything",
        "otherwise",
    ]
)
PHRASES = frozenset(["cap", "det", "pron", "word", "num", "ed"])


@dataclass(frozen=True, slots=True)
class Claim:
    """An attribution in token ranges, with the pattern that found it and the verb and form of its cue."""

    content: tuple[Range, ...]
    cue: Range
    source: Range | None
    pattern: str
    lemma: str
    form: str = ""


def accepted(reading: Reading, claim: Claim) -> bool:
    """Whether the cue attributes in this frame, by the lexicon of cues."""
    verbs = _frames()
    if claim.pattern in {"post-quote", "inverted-quote", "according"}:
        return True
    if claim.pattern in {"post", "inverted", "as"}:
        return claim.lemma in verbs["aside"]
    if claim.form == "passive":
        return claim.lemma in verbs.get(claim.pattern.replace("-", "_"), frozenset())
    if claim.form == "infinitive":
        return claim.lemma in verbs["infinitive"] and claim.pattern != "np"
    if claim.lemma in verbs["quote" if claim.pattern == "quote" else "partly_quoted"] and _has_words(reading, claim):
        return True
    if claim.form == "ing":
        return claim.lemma in verbs["clause_participle" if claim.pattern in {"that", "clause"} else "np_participle"]
    return claim.lemma in verbs[claim.pattern]


def _has_words(reading: Reading, claim: Claim) -> bool:
    """Whether the content has a quotation in it that is no title of a work."""
    quotations = (one for part in claim.content for one in reading.quotations.within(reading.span(part)))
    return any(not is_titled(reading, quotation) for quotation in quotations)


@cache
def _frames() -> dict[str, frozenset[str]]:
    """For each frame the verbs, with their particles, that attribute in it."""
    frames = load("cues")["frames"]
    return {name: frozenset(verb.replace("-", " ") for verb in verbs.split()) for name, verbs in frames.items()}


def claims_of(reading: Reading, passage: Passage) -> Iterator[Claim]:
    """What the passage attributes: by its verbs, then by its nouns, then by "according to", each in reading order."""
    claims = [*_claims_of_verbs(reading, passage), *_claims_of_nouns(reading, passage), *_according(reading, passage)]
    in_order = sorted(range(len(claims)), key=lambda number: claims[number].cue.first)
    place_of = {number: place for place, number in enumerate(in_order)}
    for number, claim in enumerate(claims):
        place = place_of[number]
        near = [claims[other] for other in in_order[max(0, place - DEEPEST) : place + DEEPEST + 1]]
        pattern = f"{claim.pattern}-nested"
        is_nested = pattern in load("cues")["confidence"] and any(_reports(other, claim) for other in near)
        yield replace(claim, pattern=pattern) if is_nested and _is_named_verb(reading, claim) else claim


def _is_named_verb(reading: Reading, claim: Claim) -> bool:
    """Whether a verb that has nothing but an object makes any object a statement, and somebody's."""
    if claim.pattern != "np":
        return True
    return claim.lemma in _frames()["np_nested"] and claim.source is not None and reading.kind(claim.source.first) != "rel"


def _reports(outer: Claim, inner: Claim) -> bool:
    """Whether a claim is part of what another one reports: "he said she had denied it"."""
    parts = (*inner.content, inner.cue, *([inner.source] if inner.source else []))
    return all(any(whole.first <= part.first and part.last <= whole.last for whole in outer.content) for part in parts)


def _claims_of_nouns(reading: Reading, passage: Passage) -> Iterator[Claim]:
    around: list[int] = []
    for content, cue, source, pattern in nouns_of(reading, passage):
        around = [end for end in around if end > cue.first]
        if len(around) >= DEEPEST:
            continue
        around.append(content[-1].last)
        yield Claim(content, cue, source, pattern, reading.lower(cue.first))


def _claims_of_verbs(reading: Reading, passage: Passage) -> Iterator[Claim]:
    earlier: Claim | None = None
    around: list[int] = []
    for cue in find_cues(reading, passage):
        around = [end for end in around if end > cue.head]
        if len(around) >= DEEPEST:
            continue
        claim = candidate(reading, passage, cue, earlier)
        if claim is not None and accepted(reading, claim):
            earlier = claim if claim.source else earlier
            around.append(claim.content[-1].last)
            yield claim


def _according(reading: Reading, passage: Passage) -> Iterator[Claim]:
    tokens = reading.tokens
    for place in range(passage.first, passage.last - 2):
        if tokens[place].lower not in REFERRING or reading.is_quoted(place) or not _refers(reading, passage, place):
            continue
        first = place + 1 + (reading.lower(place) == "according")
        last = _authority_end(reading, passage, first)
        content = _around(reading, passage, place, last) if last > first else ()
        if content:
            yield Claim(content, Range(place, first), Range(first, last), "according", "accord")


def _refers(reading: Reading, passage: Passage, place: int) -> bool:
    """Whether "according to" stands here, or its short form: ", per a state audit"."""
    if reading.lower(place) == "per":
        aside = place > passage.first and reading.text(place - 1) == ","
        return aside and reading.kind(place + 1) in {"det", "cap"}
    return reading.lower(place) == "according" and reading.lower(place + 1) == "to"


def _authority_end(reading: Reading, passage: Passage, first: int) -> int:
    """Where the source after "according to" ends: at a comma, appositives included."""
    high = min(passage.last, first + NEAR)
    end = first
    while end < high and not _ends_authority(reading, end):
        end += 1
    if first - 2 > passage.first:
        return with_appositives(reading, first, end, passage.last)
    if end >= high or reading.text(end) != ",":
        return phrase_after(reading, first, end)
    following = with_appositives(reading, first, end, min(passage.last, end + APPOSITIVE))
    is_more = following < passage.last and reading.text(following) == ","
    apposed = is_more and not any(reading.kind(place) in PREDICATE for place in range(end, following))
    return following if apposed else end


def _ends_authority(reading: Reading, place: int) -> bool:
    if reading.is_quoted(place):
        return False
    kind = reading.kind(place)
    if kind == "conj":
        return reading.kind(place + 1) in {"verb", "pron"}
    return kind in {"pron", "short", "sub"} or reading.text(place) in STOPS | BREAKS | {";", ":", ")"}


def _around(reading: Reading, passage: Passage, first: int, last: int) -> tuple[Range, ...]:
    """What stands before and after a parenthesis `first`..`last`."""
    low = _clause_low(reading, passage, first)
    before = trimmed(reading, Range(low, first))
    after: Range | None = None
    follows = reading.text(last) if last < passage.last else ""
    if follows in BREAKS or (before is None and follows):
        start = last + (follows in BREAKS)
        after = trimmed(reading, Range(start, content_end(reading, passage, start)))
    return tuple(part for part in (before, after) if part is not None)


def _clause_low(reading: Reading, passage: Passage, index: int) -> int:
    """Where the main clause before `index` begins."""
    low = max(passage.first, reading.semicolon_before(index) + 1, reading.back(index, LONGEST))
    if reading.is_quoted(low):
        low = reading.layout.token_at(reading.quotations.spans[reading.quoted[low]].span.start)
    if reading.kind(low) == "conj":
        low += 1
    if reading.kind(low) == "adv" and reading.text(low + 1) == "," and low + 2 < index:
        low += 2
    return low


def candidate(reading: Reading, passage: Passage, cue: Cue, earlier: Claim | None) -> Claim | None:
    """What the cue attributes if its verb does so in this frame; `earlier` is the claim before it in the passage."""
    quoting = _quoting(reading, passage, cue)
    if quoting is not None:
        claim = _framed(reading, passage, replace(cue, form="finite"), quoting.source)
        return replace(claim, cue=quoting.cue) if claim is not None else None
    inverted = _inverted(reading, passage, cue)
    if inverted is not None:
        return inverted
    if cue.form == "passive":
        return _passive(reading, passage, cue)
    return _framed(reading, passage, cue, source_of(reading, passage, cue, earlier))


def _framed(reading: Reading, passage: Passage, cue: Cue, source: Range | None) -> Claim | None:
    """What follows or precedes a verb with its source."""
    if source is not None and cue.form == "finite" and _follows_quotation(reading, passage, source):
        return _post_quotation(reading, passage, cue, source)
    frame, first = frame_after(reading, passage, cue)
    aside = _aside_end(reading, passage, cue, source)
    if aside is not None:
        return _post(reading, passage, cue, source, aside)
    if frame == "post" or (frame == "np" and reading.kind(first) == "prep" and _stands_after(reading, passage, source)):
        return _post(reading, passage, cue, source, first)
    if frame == "np" and (reading.kind(first) == "ed" or reading.lower(first - 1) == "so"):  # "has said so for years"
        return None
    end = content_end(reading, passage, first, phrase=frame == "np", auxiliary=reading.lower(cue.group.first))
    content = trimmed(reading, Range(first, min(end, _relative_end(reading, passage, cue, Range(first, end)))))
    if content is None or _is_empty(reading, content):
        return None
    begun = _begun_before(reading, passage, source, content) if frame == "quote" and source is not None else None
    parts = (begun, content) if begun is not None else (content,)
    return Claim(parts, cue.group, source or _named_before(reading, cue, first), frame, cue.lemma, cue.form)


def _relative_end(reading: Reading, passage: Passage, cue: Cue, content: Range) -> int:
    """Where a relative clause between commas ends: before the predicate of the noun that it is about."""
    pronoun = cue.group.first - 1
    if pronoun <= passage.first or reading.kind(pronoun) != "rel" or reading.text(pronoun - 1) != ",":
        return content.last
    low = max(passage.first, pronoun - SUBJECT)
    main = any(reading.kind(place) in PREDICATE for place in range(low, pronoun))
    resuming = PREDICATE | ({"ed"} if main else {"ed", "word"})
    for place in range(content.first, content.last):
        if reading.text(place) == "," and reading.kind(place + 1) in resuming and not reading.is_quoted(place):
            return place
    return content.last


def _aside_end(reading: Reading, passage: Passage, cue: Cue, source: Range | None) -> int | None:
    """Where an aside such as ", as Jones put it on Monday," ends; `None` where the cue is in none."""
    if source is None or cue.form != "finite" or reading.lower(source.first - 1) != "as" or source.first <= passage.first:
        return None
    end = past_circumstances(reading, cue.group.last, passage.last)
    opens = source.first - 1 == passage.first or reading.text(source.first - 2) in BREAKS
    return end if opens and end < passage.last and reading.text(end) in BREAKS else None


def _begun_before(reading: Reading, passage: Passage, source: Range, content: Range) -> Range | None:
    """The subject of a clause that a quotation ends: `The budget, Jones said, “is a joke.”`"""
    first, last = passage.first, source.first - 1
    opening = reading.tokens[min(content.first + 1, content.last - 1)]
    if last <= first or reading.text(last) != "," or opening.is_capitalized or last - first > SUBJECT:
        return None
    if reading.kind(first) not in {"cap", "det", "word", "pron"} or any(
        reading.kind(place) in PREDICATE or reading.text(place) in BREAKS for place in range(first, last)
    ):
        return None
    return Range(first, last)


class Quoting(NamedTuple):
    """The verb of quoting before "as saying", and who is quoted."""

    cue: Range
    source: Range | None


def _quoting(reading: Reading, passage: Passage, cue: Cue) -> Quoting | None:
    """The cue and source of `Reuters quoted Jones as saying` and `Jones was quoted by Reuters as saying`."""
    before = cue.head - 1
    if cue.form != "ing" or reading.lower(before) != "as":
        return None
    low = max(passage.first, before - QUOTING_NEAR)
    place = next((at for at in range(before - 1, low - 1, -1) if reading.lower(at) in QUOTING), None)
    if place is None:
        return None
    first = place
    while first > low and reading.kind(first - 1) in GROUP:
        first -= 1
    if any(reading.lower(at) in BEING for at in range(first, place)):
        source = subject_before(reading, first, _source_low(reading, passage, first))
        return Quoting(Range(first, cue.group.last), source)
    return Quoting(Range(place, place + 1), trimmed(reading, Range(place + 1, before)))


def _is_empty(reading: Reading, content: Range) -> bool:
    """Whether the content only points at something: "he did not believe that", "she announced it"."""
    pointing = content.last - content.first == 1 and not reading.is_quoted(content.first)
    return pointing and reading.lower(content.first) in POINTING


def _named_before(reading: Reading, cue: Cue, first: int) -> Range | None:
    """The source in `explained Jones: “…”`."""
    colon = first - 1
    if cue.form != "finite" or reading.text(colon) != ":" or cue.group.last >= colon:
        return None
    named = phrase_after(reading, cue.group.last, colon) == colon
    return Range(cue.group.last, colon) if named else None


def _stands_after(reading: Reading, passage: Passage, source: Range | None) -> bool:
    """Whether the source follows a clause that a comma divides from it."""
    if source is None or source.first <= passage.first or reading.text(source.first - 1) != ",":
        return False
    return any(reading.kind(place) in PREDICATE for place in range(max(passage.first, source.first - NEAR), source.first))


def _follows_quotation(reading: Reading, passage: Passage, source: Range) -> bool:
    return source.first > passage.first and ends_quotation(reading, source.first - 1)


def _post_quotation(reading: Reading, passage: Passage, cue: Cue, source: Range) -> Claim | None:
    """`“…,” Jones told reporters on Monday, “…”`"""
    content = [_quoted_before(reading, passage, source.first)]
    content.append(_next_quotation(reading, passage, cue.group.last))
    parts = tuple(part for part in content if part is not None)
    return Claim(parts, cue.group, source, "post-quote", cue.lemma, cue.form) if parts else None


def _quoted_before(reading: Reading, passage: Passage, index: int) -> Range | None:
    """The clause that ends with a quotation before `index`; what a colon introduces begins after the colon."""
    low = _clause_low(reading, passage, index)
    last = index - 1 if reading.quoted[index - 1] >= 0 else index - 2
    first = reading.layout.token_at(reading.quotations.spans[reading.quoted[last]].span.start)
    if first > low and (reading.text(first - 1) == ":" or _source_low(reading, passage, first) > passage.first):
        low = first
    return trimmed(reading, Range(low, index))


def _next_quotation(reading: Reading, passage: Passage, place: int) -> Range | None:
    """The rest of an interrupted quotation: it follows a comma or colon, and nothing else attributes it."""
    for at in range(place, min(passage.last, place + LONGEST)):
        if reading.is_quoted(at):
            interrupted = reading.text(at - 1) in {",", ":", *DASHES}
            return trimmed(reading, Range(at, content_end(reading, passage, at))) if interrupted else None
        if reading.kind(at) in PREDICATE or _introduces_quotations(reading, at):
            return None
    return None


def _introduces_quotations(reading: Reading, place: int) -> bool:
    """Whether a participle gives what follows a cue of its own: `“…,” he said, adding, “…”`."""
    return any(
        kinds == {"ing"} and lemma in _frames()["quote"] for lemma, kinds in verb_forms().get(reading.lower(place), ())
    )


def _inverted(reading: Reading, passage: Passage, cue: Cue) -> Claim | None:
    """`“…,” said Jones, a lawyer.` and `…, said Jones.`"""
    before, first = cue.group.first - 1, cue.group.last
    if before < passage.first or cue.form != "finite" or first >= passage.last or reading.is_quoted(first):
        return None
    if cue.lemma == "tell":  # whom it addresses follows, never who spoke
        return None
    last = phrase_after(reading, first, passage.last) if reading.kind(first) in PHRASES else first
    if last == first:
        return None
    source = Range(first, with_appositives(reading, first, last, passage.last))
    if ends_quotation(reading, before):
        parts = (_quoted_before(reading, passage, before + 1), _next_quotation(reading, passage, source.last))
        return Claim(tuple(part for part in parts if part), cue.group, source, "inverted-quote", cue.lemma, cue.form)
    after = reading.text(last) if last < passage.last else "."
    bare = reading.text(before) == "," and cue.group.last - cue.group.first == 1 and after in STOPS | BREAKS
    if not bare or any(reading.kind(place) in PREDICATE for place in range(first, last)):
        return None
    content = _around(reading, passage, before + 1, source.last)
    return Claim(content, cue.group, source, "inverted", cue.lemma, cue.form) if content else None


def source_of(reading: Reading, passage: Passage, cue: Cue, earlier: Claim | None = None) -> Range | None:
    """Whom the cue attributes to: the noun phrase before it, or the subject it shares with `earlier` or another verb."""
    first = cue.group.first
    before = first - 1
    while before > passage.first and reading.kind(before) == "adv":
        before -= 1
    if cue.form in {"ing", "infinitive"} or reading.kind(before) == "conj":
        return _shared_source(reading, passage, cue, earlier)
    if earlier is not None and earlier.content[-1].last == before and lists_cues(reading, before):
        return earlier.source
    if reading.kind(first - 1) == "rel" or reading.lower(first - 1) == "that":
        return Range(first - 1, first) if first - 1 > passage.first else None
    if reading.kind(first) == "short":
        return Range(first, first + 1)
    low = _source_low(reading, passage, first)
    subject = subject_before(reading, first, low)
    return _restricted(reading, low, first, subject) or subject


def _restricted(reading: Reading, low: int, first: int, subject: Range | None) -> Range | None:
    """The noun phrase with a relative clause that ends before the cue: "those who stayed said"."""
    nearest = subject.first if subject is not None else first
    for place in range(nearest - 1, max(low, nearest - RESTRICTION) - 1, -1):
        if reading.text(place) in BREAKS or reading.is_quoted(place):
            return None
        if reading.lower(place) == "who":
            predicates = sum(reading.kind(at) in PREDICATE | {"ed"} for at in range(place + 1, nearest))
            antecedent = subject_before(reading, place, low) if predicates else None
            return Range(antecedent.first, first) if antecedent is not None and antecedent.last == place else None
        if reading.kind(place) in {"sub", "rel", "conj"}:
            return None
    return None


def _shared_source(reading: Reading, passage: Passage, cue: Cue, earlier: Claim | None) -> Range | None:
    """`He said … and added …`, `…, adding …`, `went on to say`"""
    nearest = _nearest_subject(reading, passage, cue.group.first)
    source = earlier.source if earlier is not None else None
    if nearest is None or source is None or earlier is None:
        return nearest or source
    by_pronoun = reading.kind(nearest.last - 1) in {"pron", "short"}
    resumed = cue.group.first - earlier.content[-1].last <= RESUMED
    return source if by_pronoun or resumed or cue.form == "ing" or nearest.first <= source.last else nearest


def _nearest_subject(reading: Reading, passage: Passage, high: int) -> Range | None:
    """The subject of the nearest predicate before `high` that has one."""
    for place in range(high - 1, max(passage.first, high - SUBJECT) - 1, -1):
        if not _may_be_predicate(reading, place) or reading.kind(place - 1) == "rel":
            continue
        if reading.kind(place) == "short":
            return Range(place, place + 1)
        subject = subject_before(reading, place, passage.first)
        if subject is not None:
            return subject
    return None


def _may_be_predicate(reading: Reading, place: int) -> bool:
    kind = reading.kind(place)
    regular = kind == "ed" and reading.kind(place - 1) in {"cap", "word", "pron", ",", ")", "adv"}
    return (kind in PREDICATE or regular) and not reading.is_quoted(place)


def _source_low(reading: Reading, passage: Passage, index: int) -> int:
    """After the last quotation before `index` that ends like a clause."""
    for place in range(index - 1, max(passage.first, index - NEAR), -1):
        if reading.is_quoted(place) and ends_quotation(reading, place):
            return place + 1
    return passage.first


def _post(reading: Reading, passage: Passage, cue: Cue, source: Range | None, after: int) -> Claim | None:
    """`…, Jones said`, `…, Jones said on Monday, …` and `As Jones said, …`"""
    if source is None or cue.form != "finite" or source.first <= passage.first:
        return None
    before = source.first - 1
    if reading.lower(before) == "as":
        content = _around(reading, passage, before, after)
        return Claim(content, cue.group, source, "as", cue.lemma, cue.form) if content else None
    if reading.text(before) not in BREAKS and not reading.is_quoted(before):
        return None
    content = _around(reading, passage, source.first, after)
    if not content or content[0].first > source.first:
        return None
    pattern = "post-quote" if reading.is_quoted(content[0].last - 1) else "post"
    return Claim(content, cue.group, source, pattern, cue.lemma, cue.form)


def _passive(reading: Reading, passage: Passage, cue: Cue) -> Claim | None:
    """`was criticized by Jones`, `is expected to …`, `was told that …`"""
    subject = subject_before(reading, cue.group.first, passage.first)
    first = cue.group.last
    if reading.lower(first) == "by":
        return _passive_by(reading, passage, cue, subject)
    if reading.lower(first) == "to":
        rest = trimmed(reading, Range(first, content_end(reading, passage, first)))
        return Claim((subject, rest), cue.group, None, "passive-to", cue.lemma, cue.form) if subject and rest else None
    marker = marker_after(reading, first, passage.last)
    if marker is None or marker[0] == "to":
        return None
    content = trimmed(reading, Range(marker[1], content_end(reading, passage, marker[1])))
    return Claim((content,), cue.group, None, f"passive-{marker[0]}", cue.lemma, cue.form) if content else None


def _passive_by(reading: Reading, passage: Passage, cue: Cue, subject: Range | None) -> Claim | None:
    by = cue.group.last
    last = phrase_after(reading, by + 1, passage.last)
    if subject is None or last == by + 1:
        return None
    group = Range(cue.group.first, by + 1)
    parts: tuple[Range, ...] = (subject,)
    if reading.lower(last) == ("of" if cue.lemma == "accuse" else "as"):
        rest = trimmed(reading, Range(last, content_end(reading, passage, last)))
        parts = (subject, rest) if rest is not None else parts
    return Claim(parts, group, Range(by + 1, last), "passive-by", cue.lemma, cue.form)
