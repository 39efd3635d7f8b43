"""Attributions: whom each quotation and each reported clause of a text belongs to.

Claims of the cues come first (`claim.py`). Then every quotation that no claim covers looks for its speaker: in the
paragraph that it continues, a passage that ends with a colon, "he asked" after it, or whoever was just speaking.
The tagger sees what no rule gives away (`tagged.py`), and of all candidates the judge decides which stand (`judge.py`).
"""

from collections.abc import Iterable
from sys import maxsize

from app.extract.attribution.bounds import without_itself
from app.extract.attribution.claim import claims_of, source_of
from app.extract.attribution.clause import DASHES, PREDICATE, STOPS, Passage, Range, Reading
from app.extract.attribution.cue import Cue, find_cues
from app.extract.attribution.draft import Draft, Drafting
from app.extract.attribution.frame import ends_quotation, frame_after, is_titled
from app.extract.attribution.judge import shipped_judge
from app.extract.attribution.marking import mark
from app.extract.attribution.phrase import phrase_after, subject_before, with_appositives
from app.extract.attribution.transcript import transcript_turns
from app.extract.document import Attribution, Spans, merged
from app.extract.lexicon import load
from app.extract.tagger import Tagging

NEAR = 80  # tokens before a quotation that may introduce it
LABEL_LONGEST = 8  # tokens of a speaker's name before a colon
STATEMENT_LEAST = 4  # words of a quotation without a cue that are somebody's words rather than a term
UTTERANCES = frozenset(load("words")["utterances"].split())
ALONE_LEAST = 3  # words of a quotation that stands for itself, such as a pull quote


def find_attributions(reading: Reading, tagging: Tagging) -> tuple[Attribution, ...]:
    """Every attribution of the text, of which there is a reading and a tagging, in reading order of its content."""
    found = _once(shipped_judge().choose(mark(reading, tagging), find_ruled(reading)))
    return tuple(sorted(found, key=lambda attribution: (attribution.content, attribution.cue, attribution.source)))


def _once(attributions: Iterable[Attribution]) -> Iterable[Attribution]:
    """Of several that give one content to one source ("He went on … to note that …") the one whose cue is nearest."""
    nearest: dict[tuple[Spans, Spans], Attribution] = {}
    for attribution in attributions:
        known = nearest.setdefault((attribution.content, attribution.source), attribution)
        if _distance(attribution) < _distance(known):
            nearest[(attribution.content, attribution.source)] = attribution
    return nearest.values()


def _distance(attribution: Attribution) -> int:
    gaps = [abs(cue.end - content.start) for cue in attribution.cue for content in attribution.content]
    return min(gaps, default=maxsize)


def find_ruled(reading: Reading) -> list[Attribution]:
    """The attributions by the rules alone; their confidence is how often their pattern is right."""
    found = (without_itself(reading, _finished(reading, draft)) for draft in draft_attributions(reading))
    return [attribution for attribution in found if attribution.content]


def draft_attributions(reading: Reading) -> list[Draft]:
    """The attributions of every passage, in the order in which they were found."""
    drafting = Drafting(reading)
    for number, turn in transcript_turns(reading):
        drafting.add(number, turn)
    for number, passage in enumerate(reading.passages):
        if reading.layout.blocks[passage.block].kind != "heading":
            for claim in claims_of(reading, passage):
                drafting.add(number, Draft(list(claim.content), claim.cue, claim.source, claim.pattern))
        _attribute_quotations(drafting, number, passage)
    return drafting.drafts


def _finished(reading: Reading, draft: Draft) -> Attribution:
    priors: dict[str, float] = load("cues")["confidence"]
    quoted = any(reading.quotations.within(reading.span(part)) for part in draft.content)
    return Attribution(
        content=merged(tuple(reading.span(part) for part in draft.content)),
        cue=(reading.span(draft.cue),) if draft.cue else (),
        source=(reading.span(draft.source),) if draft.source else (),
        confidence=priors[f"{draft.pattern}-quoted"]
        if quoted and f"{draft.pattern}-quoted" in priors
        else priors[draft.pattern],
    )


def _attribute_quotations(drafting: Drafting, number: int, passage: Passage) -> None:
    reading = drafting.reading
    alone = _stands_alone(reading, passage)
    for part in _quotation_parts(reading, passage):
        if drafting.owner_of(part) is not None:
            continue
        unlisted = None if alone else _unlisted(reading, passage, part)
        signed = _signed(reading, part)
        if signed is not None:
            drafting.add(number, signed)
        elif alone:
            _attribute_alone(drafting, number, passage, part)
        elif unlisted is not None:
            drafting.add(number, unlisted)
        elif _is_statement(reading, part):
            _attribute_inline(drafting, number, passage, part)


def _quotation_parts(reading: Reading, passage: Passage) -> list[Range]:
    parts: list[Range] = []
    place = passage.first
    while place < passage.last:
        first, quoted = place, reading.quoted[place]
        while place < passage.last and reading.quoted[place] == quoted:
            place += 1
        if quoted >= 0:
            parts.append(Range(first, place))
    return parts


def _stands_alone(reading: Reading, passage: Passage) -> bool:
    """Whether the passage is nothing but quotations."""
    return not any(
        reading.quoted[place] < 0 and reading.tokens[place].is_word for place in range(passage.first, passage.last)
    )


def _is_statement(reading: Reading, part: Range) -> bool:
    """Whether a quotation inside a sentence is somebody's words rather than a term, a nickname or a title."""
    words = sum(reading.tokens[place].is_word for place in range(*part))
    return words >= STATEMENT_LEAST and not is_titled(reading, reading.quotations.spans[reading.quoted[part.first]])


def _signed(reading: Reading, part: Range) -> Draft | None:
    """By the name after a dash that ends the paragraph, or is one: `“…” — Ana Jones`"""
    dash, last = part.last, part.last + 1
    if reading.text(dash) not in DASHES:
        return None
    signature = reading.layout.sentence_at(reading.tokens[dash].start)
    while last <= dash + LABEL_LONGEST and reading.kind(last) in {"cap", ".", ","}:
        last += 1
    following = reading.layout.sentence_at(reading.tokens[last].start) if last < len(reading.tokens) else None
    is_whole = signature is not None and (following is None or following.block != signature.block)
    return Draft([part], Range(dash, dash + 1), Range(dash + 1, last), "signed") if is_whole and last > dash + 1 else None


def _unlisted(reading: Reading, passage: Passage, part: Range) -> Draft | None:
    """By a verb that no lexicon lists, where only verbs of speech stand: `“No,” fumed Jones`, `Jones fumed: “No”`."""
    after = part.last + (reading.text(part.last) == ",")
    if ends_quotation(reading, part.last - 1) and after + 1 < passage.last:
        if reading.kind(after) in {"ed", "verb"}:
            return _unlisted_inverted(reading, passage, part, after)
        verb = phrase_after(reading, after, passage.last)
        if verb > after and reading.kind(verb) in {"ed", "verb"} and verb < passage.last:
            return Draft([part], Range(verb, verb + 1), Range(after, verb), "post-quote")
    before = part.first - 2
    if before <= passage.first or reading.text(before + 1) not in {",", ":"} or reading.kind(before) not in {"ed", "verb"}:
        return None
    source = subject_before(reading, before, passage.first)
    return Draft([part], Range(before, before + 1), source, "quote") if source else None


def _unlisted_inverted(reading: Reading, passage: Passage, part: Range, verb: int) -> Draft | None:
    last = phrase_after(reading, verb + 1, passage.last)
    if last == verb + 1:
        return None
    source = Range(verb + 1, with_appositives(reading, verb + 1, last, passage.last))
    return Draft([part], Range(verb, verb + 1), source, "inverted-quote")


def _attribute_alone(drafting: Drafting, number: int, passage: Passage, part: Range) -> None:
    continued = _continued(drafting, part)
    if continued is not None:
        drafting.extend(continued, part, number)
        return
    if drafting.is_repeated(part):
        drafting.add(number, Draft([part], None, None, "alone"))
        return
    introduced = (
        _introduced(drafting, number, passage, part)
        or _asked_after(drafting, number, passage, part)
        or _announced(drafting, number, passage, part)
    )
    if introduced is not None:
        drafting.add(number, introduced)
        return
    speaking = drafting.speaking(number, part)
    if speaking is not None:
        drafting.extend(speaking, part, number)
    elif sum(drafting.reading.tokens[place].is_word for place in range(*part)) >= ALONE_LEAST:
        drafting.add(number, Draft([part], None, None, "alone"))


def _continued(drafting: Drafting, part: Range) -> Draft | None:
    """The attribution whose quotation goes on in this paragraph."""
    quoted = drafting.reading.quoted[part.first]
    if quoted == 0 or not drafting.reading.quotations.spans[quoted - 1].continues:
        return None
    return drafting.owner.get(quoted - 1)


def _introduced(drafting: Drafting, number: int, passage: Passage, part: Range) -> Draft | None:
    """By the passage before that ends with a colon: `Jones said in a statement:`"""
    reading = drafting.reading
    if number == 0 or reading.tokens[passage.first - 1].text != ":":
        return None
    return _introduction(reading, reading.passages[number - 1], passage.first - 1, part, "colon")


def _introduction(reading: Reading, passage: Passage, high: int, part: Range, pattern: str) -> Draft | None:
    """The nearest cue before token `high`, or the nearest verb of any kind; what stands between belongs to the content."""
    near = Passage(max(passage.first, high - NEAR), high, passage.block)
    cue = _last_cue(reading, near, high)
    if cue is not None:
        content = part if pattern == "colon" else Range(cue.group.last, part.last)
        return Draft([content], cue.group, source_of(reading, passage, cue), f"{pattern}-cue")
    for place in range(high - 1, near.first - 1, -1):
        if reading.quoted[place] < 0 and reading.kind(place) == "verb":
            content = part if pattern == "colon" else Range(place + 1, part.last)
            source = subject_before(reading, place, passage.first)
            return Draft([content], Range(place, place + 1), source, f"{pattern}-verb")
    return None


def _announced(drafting: Drafting, number: int, passage: Passage, part: Range) -> Draft | None:
    """By a paragraph of one sentence before that tells of somebody's words: `In a statement Jones struck a softer tone.`"""
    reading = drafting.reading
    if number == 0 or drafting.has_spoken(number - 1):
        return None
    before = reading.passages[number - 1]
    alone = number == 1 or reading.passages[number - 2].block != before.block
    if before.block + 1 != passage.block or not alone or _stands_alone(reading, before):
        return None
    if not any(reading.lower(place) in UTTERANCES for place in range(before.first, min(before.last, before.first + NEAR))):
        return None
    for place in range(before.first + 1, min(before.last, before.first + NEAR)):
        if reading.kind(place) in PREDICATE or (reading.kind(place) == "ed" and reading.kind(place - 1) in {"cap", ")"}):
            source = subject_before(reading, place, before.first)
            return Draft([part], None, source, "alone") if source is not None else None
    return None


def _last_cue(reading: Reading, near: Passage, high: int) -> Cue | None:
    cues = [cue for cue in find_cues(reading, near) if cue.group.last <= high]
    return cues[-1] if cues else None


def _asked_after(drafting: Drafting, number: int, passage: Passage, part: Range) -> Draft | None:
    """By the passage after: `“Is it true?” Jones asked.`"""
    reading = drafting.reading
    if number + 1 >= len(reading.passages) or reading.passages[number + 1].block != passage.block:
        return None
    following = reading.passages[number + 1]
    cue = next(find_cues(reading, following), None)
    if cue is None or cue.form != "finite":
        return None
    source = source_of(reading, following, cue)
    if source is None or source.first != following.first or frame_after(reading, following, cue)[0] != "post":
        return None
    return Draft([part], cue.group, source, "asked")


def _attribute_inline(drafting: Drafting, number: int, passage: Passage, part: Range) -> None:
    reading = drafting.reading
    draft = _labelled(reading, passage, part) or _introduction(reading, passage, part.first, part, "inline")
    speaking = drafting.speaking(number, part)
    same_block = number > 0 and reading.passages[number - 1].block == passage.block
    if draft is None and speaking is not None and same_block:
        drafting.extend(speaking, _without_stop(reading, passage), number)
    else:
        drafting.add(number, draft or Draft([part], None, None, "inline-alone"))


def _labelled(reading: Reading, passage: Passage, part: Range) -> Draft | None:
    """`Jones: “…”`"""
    colon = part.first - 1
    if colon <= passage.first or reading.tokens[colon].text != ":" or colon - passage.first > LABEL_LONGEST:
        return None
    if any(reading.kind(place) in PREDICATE for place in range(passage.first, colon)):
        return None
    return Draft([part], Range(colon, colon + 1), Range(passage.first, colon), "label")


def _without_stop(reading: Reading, passage: Passage) -> Range:
    last = passage.last
    while last > passage.first + 1 and reading.tokens[last - 1].text in STOPS and reading.quoted[last - 1] < 0:
        last -= 1
    return Range(passage.first, last)
