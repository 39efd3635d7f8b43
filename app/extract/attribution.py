"""Attributions: whom each quotation and each reported clause of a text belongs to."""

from dataclasses import dataclass

from app.extract.claim import accepted, claims_of, frame_after, source_of
from app.extract.clause import (
    PREDICATE,
    Passage,
    Range,
    Reading,
    read_clauses,
    subject_before,
)
from app.extract.cue import find_cues
from app.extract.document import Attribution
from app.extract.layout import Layout
from app.extract.quotation import Quotations


@dataclass(slots=True)
class Draft:
    """An attribution that later paragraphs may still add content to."""

    content: list[Range]
    cue: Range | None
    source: Range | None
    pattern: str
    lemma: str = ""
    form: str = ""


def find_attributions(layout: Layout, quotations: Quotations, cast: object = None) -> tuple[Attribution, ...]:
    """Every attribution of the text in reading order of its content."""
    reading = read_clauses(layout, quotations)
    drafts = draft_attributions(reading)
    return tuple(
        sorted((_finished(reading, draft) for draft in drafts), key=lambda a: (a.content, a.cue))
    )


def _finished(reading: Reading, draft: Draft) -> Attribution:
    return Attribution(
        content=tuple(sorted(reading.span(part) for part in draft.content)),
        cue=(reading.span(draft.cue),) if draft.cue else (),
        source=(reading.span(draft.source),) if draft.source else (),
        confidence=0.5,
    )


class Drafting:
    """The drafts of one text while its quotations look for their speakers."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.drafts: list[Draft] = []
        self.owner: dict[int, Draft] = {}  # quotation -> the draft whose content it is
        self.last: dict[int, Draft] = {}  # passage -> its last draft

    def add(self, number: int, draft: Draft) -> Draft:
        self.drafts.append(draft)
        self.last[number] = draft
        for part in draft.content:
            self._own(part, draft)
        return draft

    def extend(self, draft: Draft, part: Range, number: int) -> None:
        draft.content.append(part)
        self.last[number] = draft
        self._own(part, draft)

    def since(self, number: int, same_block: bool) -> int:
        """The token after which a speaker is still speaking when passage `number` begins."""
        passages = self.reading.passages
        first = number - 1
        if same_block and first and passages[first - 1].block == passages[first].block and number - 1 not in self.last:
            first -= 1
        return passages[first].first

    def _own(self, part: Range, draft: Draft) -> None:
        for quotation in self.reading.quotations.within(self.reading.span(part)):
            quoted = self.reading.quoted[self.reading.layout.token_at(quotation.span.start)]
            self.owner.setdefault(quoted, draft)


def draft_attributions(reading: Reading, everything: bool = False) -> list[Draft]:
    drafting = Drafting(reading)
    for number, passage in enumerate(reading.passages):
        heading = reading.layout.blocks[passage.block].kind == "heading"
        for claim in () if heading else claims_of(reading, passage):
            if everything or accepted(reading, claim):
                drafting.add(number, Draft(list(claim.content), claim.cue, claim.source, claim.pattern, claim.lemma, claim.form))
        _attribute_quotations(drafting, number, passage)
    return drafting.drafts


def _attribute_quotations(drafting: Drafting, number: int, passage: Passage) -> None:
    reading = drafting.reading
    alone = _stands_alone(reading, passage)
    for part in _quotation_parts(reading, passage):
        quoted = reading.quoted[part.first]
        if quoted in drafting.owner:
            continue
        if alone:
            _attribute_alone(drafting, number, passage, part)
        elif _is_statement(reading, part):
            _attribute_inline(drafting, number, passage, part)


def _quotation_parts(reading: Reading, passage: Passage) -> list[Range]:
    parts: list[Range] = []
    place = passage.first
    while place < passage.last:
        quoted = reading.quoted[place]
        first = place
        while place < passage.last and reading.quoted[place] == quoted:
            place += 1
        if quoted >= 0:
            parts.append(Range(first, place))
    return parts


def _stands_alone(reading: Reading, passage: Passage) -> bool:
    return all(reading.quoted[place] >= 0 or not reading.tokens[place].is_word for place in range(passage.first, passage.last))


def _words(reading: Reading, part: Range) -> int:
    return sum(reading.tokens[place].is_word for place in range(*part))


def _is_statement(reading: Reading, part: Range) -> bool:
    """Whether a quotation inside a sentence is somebody's words rather than a term, a nickname or a title."""
    words = [reading.tokens[place] for place in range(*part) if reading.tokens[place].is_word]
    if len(words) < 4:
        return False
    capitalized = sum(word.is_capitalized for word in words if len(word.text) > 3)
    long = sum(len(word.text) > 3 for word in words)
    return capitalized < max(2, 0.8 * long)


def _attribute_alone(drafting: Drafting, number: int, passage: Passage, part: Range) -> None:
    reading = drafting.reading
    quoted = reading.quoted[part.first]
    if quoted and reading.quotations.spans[quoted - 1].continues and quoted - 1 in drafting.owner:
        drafting.extend(drafting.owner[quoted - 1], part, number)
        return
    if passage.first and reading.quotations.spans[quoted].block != 0:
        introduced = _introduced(drafting, number, passage, part)
        if introduced is not None:
            drafting.add(number, introduced)
            return
    follower = _asked_after(drafting, number, passage, part)
    if follower is not None:
        drafting.add(number, follower)
        return
    owner = _going_on(drafting, number, passage, part)
    if owner is not None:
        drafting.extend(owner, part, number)
        return
    if _words(reading, part) >= 3:
        drafting.add(number, Draft([part], None, None, "alone"))


def _introduced(drafting: Drafting, number: int, passage: Passage, part: Range) -> Draft | None:
    """By the passage before that ends with a colon: `Jones said in a statement:`"""
    reading = drafting.reading
    if number == 0 or reading.tokens[passage.first - 1].text != ":":
        return None
    return _introduction(reading, reading.passages[number - 1], passage.first - 1, part, "colon")


def _introduction(reading: Reading, passage: Passage, high: int, part: Range, pattern: str) -> Draft | None:
    near = Passage(max(passage.first, high - 80), high, passage.block)
    cues = [cue for cue in find_cues(reading, near) if cue.group.last <= high]
    if cues:
        cue = cues[-1]
        source = source_of(reading, passage, cue, None)
        whole = part if pattern == "colon" else Range(cue.group.last, part.last)
        return Draft([whole], cue.group, source, pattern + "-cue", cue.lemma, cue.form)
    for place in range(high - 1, max(passage.first, high - 25) - 1, -1):
        if reading.quoted[place] < 0 and reading.kind(place) == "verb":
            source = subject_before(reading, place, passage.first)
            whole = part if pattern == "colon" else Range(place + 1, part.last)
            return Draft([whole], Range(place, place + 1), source, pattern + "-verb", reading.lower(place))
    return None


def _asked_after(drafting: Drafting, number: int, passage: Passage, part: Range) -> Draft | None:
    """By the passage after: `“Is it true?” Jones asked.`"""
    reading = drafting.reading
    if number + 1 >= len(reading.passages) or reading.passages[number + 1].block != passage.block:
        return None
    following = reading.passages[number + 1]
    for cue in find_cues(reading, following):
        source = source_of(reading, following, cue, None)
        if source is None or source.first != following.first or cue.form != "finite":
            return None
        frame, _ = frame_after(reading, following, cue)
        return Draft([part], cue.group, source, "asked", cue.lemma) if frame == "post" else None
    return None


def _going_on(drafting: Drafting, number: int, passage: Passage, part: Range) -> Draft | None:
    """The speaker whose words the passage before gave, in this paragraph or at the end of the one before."""
    reading = drafting.reading
    if number == 0:
        return None
    before = reading.passages[number - 1]
    same_block = before.block == passage.block
    quoted = reading.quoted[part.first]
    owner = drafting.owner.get(quoted - 1)
    if owner is not None and owner.source is not None and owner.content[-1].last > drafting.since(number, same_block):
        return owner
    last = drafting.last.get(number - 1)
    return last if same_block and last is not None and last.source is not None else None


def _attribute_inline(drafting: Drafting, number: int, passage: Passage, part: Range) -> None:
    reading = drafting.reading
    draft = _named_before_colon(reading, passage, part) or _introduction(reading, passage, part.first, part, "inline")
    if draft is not None:
        drafting.add(number, draft)
        return
    owner = _going_on(drafting, number, passage, part)
    if owner is not None and reading.passages[number - 1].block == passage.block:
        drafting.extend(owner, _without_stop(reading, passage), number)
    else:
        drafting.add(number, Draft([part], None, None, "inline-alone"))


def _without_stop(reading: Reading, passage: Passage) -> Range:
    last = passage.last
    while last > passage.first + 1 and reading.tokens[last - 1].text in {".", "!", "?"} and reading.quoted[last - 1] < 0:
        last -= 1
    return Range(passage.first, last)


def _named_before_colon(reading: Reading, passage: Passage, part: Range) -> Draft | None:
    """`Jones: “…”`"""
    colon = part.first - 1
    if colon <= passage.first or reading.tokens[colon].text != ":":
        return None
    if colon - passage.first > 8 or any(reading.kind(place) in PREDICATE for place in range(passage.first, colon)):
        return None
    return Draft([part], Range(colon, colon + 1), Range(passage.first, colon), "label")
