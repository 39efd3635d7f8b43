"""Bounds: where the content of the tagger's attributions ends by what the rules know of sentences."""

from collections.abc import Mapping
from dataclasses import replace

from app.extract.attribution.clause import Range, Reading
from app.extract.attribution.cue import find_cues
from app.extract.attribution.frame import past_addressee, trimmed
from app.extract.attribution.noun import told_in_subject
from app.extract.document import Attribution, Span, Spans


def bounded(reading: Reading, addressees: Mapping[int, int], attribution: Attribution) -> Attribution:
    """The attribution without whom its cue addresses, its own cue and source, and the predicate after a noun's clause.

    Where that leaves nothing its content is empty.
    """
    return without_itself(reading, within_subject(reading, without_addressee(reading, addressees, attribution)))


def find_addressees(reading: Reading) -> dict[int, int]:
    """Where each person ends whom a verb addresses, by the token where it begins: "told | reporters | that"."""
    found = {}
    for passage in reading.passages:
        for cue in find_cues(reading, passage):
            end = past_addressee(reading, cue, passage.last)
            if end > cue.group.last:
                found[cue.group.last] = end
    return found


def without_addressee(reading: Reading, addressees: Mapping[int, int], attribution: Attribution) -> Attribution:
    """An attribution whose content does not begin with whom its cue addresses."""
    first, *others = attribution.content
    start, stop = reading.layout.token_at(first.start), reading.layout.token_at(first.end)
    end = addressees.get(start, stop)
    if end >= stop:
        return attribution
    return replace(attribution, content=(Span(reading.tokens[end].start, first.end), *others))


def within_subject(reading: Reading, found: Attribution) -> Attribution:
    """An attribution that does not run over the predicate: "Reports that the prince had died were false"."""
    first, last = (reading.layout.token_at(place) for place in (found.content[0].start, found.content[-1].end))
    told = told_in_subject(reading, first, last) if len(found.content) == 1 else None
    if told is None:
        return found
    content, cue, source, _ = told
    spans, noun = tuple(reading.span(part) for part in content), reading.span(cue)
    if spans == found.content and any(words.covers(noun) for words in found.cue):
        return found
    return replace(found, content=spans, cue=(noun,), source=(reading.span(source),) if source else ())


def without_itself(reading: Reading, attribution: Attribution) -> Attribution:
    """An attribution whose content is parted by its own cue and source: `“A,” | he said | , but “B”`."""
    own = (*attribution.cue, *attribution.source)
    if not any(part.overlaps(span) for part in own for span in attribution.content):
        return attribution
    parts = [part for span in attribution.content for part in _outside(reading, span, own)]
    return replace(attribution, content=tuple(parts))


def _outside(reading: Reading, span: Span, holes: Spans) -> list[Span]:
    edges = [span.start]
    for hole in sorted(hole for hole in holes if hole.overlaps(span)):
        edges += [max(hole.start, edges[-1]), max(hole.end, edges[-1])]
    edges.append(max(span.end, edges[-1]))
    token_at = reading.layout.token_at
    ranges = (Range(token_at(start), token_at(end)) for start, end in zip(edges[::2], edges[1::2], strict=True))
    kept = (trimmed(reading, part) for part in ranges if part.first < part.last)
    return [reading.span(part) for part in kept if part is not None]
