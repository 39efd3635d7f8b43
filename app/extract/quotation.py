"""Quotations: what stands between quotation marks, whoever said it.

Straight and curly, double and single marks, guillemets, German low marks and the typewriter's ``…''. Of nested quotations
the outermost is kept. A paragraph whose quotation the next paragraph goes on with opens without closing; any other
mark without a partner gets a warning, and what it would open ends with its sentence, so that a stray mark costs
one sentence at most. Linear in the length of the text.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from app.extract.document import ExtractionWarning, Span
from app.extract.layout import Layout

Role = Literal["open", "close", "either"]

MARK = re.compile(r"``|''|[“”„«»\"‘’'‹›]")
# A mark and the ones that may close it, straight and curly ones mixed as typists do. German texts close a low mark with
# “ and turn the guillemets round.
CLOSERS = {
    "“": ("”", "“", '"', "''"),
    "”": ("”", "“", '"'),
    '"': ('"', "”", "“", "''"),
    "``": ("''", '"', "”"),
    "''": ("''",),
    "„": ("“", "”", '"'),
    "«": ("»",),
    "»": ("«",),
    "‹": ("›",),
    "›": ("‹",),
}
SINGLES = frozenset("‘’'")
OPENING_SHAPES = frozenset(["“", "‘", "„", "``", "«", "‹"])
CLOSING_SHAPES = frozenset(["”", "’", "''", "»", "›"])
STANDS_BEFORE_OPENING = frozenset("([{<—–-/*_>|“‘\"'…")
STANDS_AFTER_CLOSING = frozenset(".,;:!?)]}—–-…”’\"'")
# What an apostrophe is dropped from: '90s, 'em, rock 'n' roll.
ELISION = re.compile(r"(?:\d\ds?|em|til|till|tis|twas|cause|cos|bout|round|n)(?!\w)", re.IGNORECASE)
MEASURE = re.compile(r"(?<!\d)\d{1,4}\s?['’′]\s?\d{1,2}(?:\.\d+)?(?:[\"”″]|''|’’)?")
INCHES = re.compile(r"(?<!\d)\d{1,2}(?:\.\d+)?[\"”]")
INTRODUCTION = frozenset(",:")


@dataclass(frozen=True, slots=True)
class Quotation:
    """Text between quotation marks.

    `span` includes the marks; where the closing one is missing it ends with the paragraph (`continues`: the next
    paragraph's quotation goes on with it) or with the sentence. `inner` is what stands between the marks, `block`
    the index of its block in `Layout.blocks`.
    """

    span: Span
    inner: Span
    block: int
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Quotations:
    """The outermost quotations of a text in reading order, and the marks that have no partner."""

    spans: tuple[Quotation, ...]
    warnings: tuple[ExtractionWarning, ...]
    starts: tuple[int, ...]

    def at(self, offset: int) -> Quotation | None:
        """The quotation that the character at `offset` lies in, marks included."""
        index = bisect_right(self.starts, offset) - 1
        if index < 0 or offset >= self.spans[index].span.end:
            return None
        return self.spans[index]

    def within(self, span: Span) -> tuple[Quotation, ...]:
        """The quotations that begin inside `span`."""
        first = bisect_right(self.starts, span.start - 1)
        return self.spans[first : bisect_right(self.starts, span.end - 1)]


class Mark(NamedTuple):
    """A quotation mark of the text, with what it can do where it stands."""

    start: int
    end: int
    text: str
    role: Role


class Pairing(NamedTuple):
    """The marks of one block: those that found a partner, and those left over."""

    pairs: list[tuple[Mark, Mark]]
    opening: list[Mark]
    closing: list[Mark]


def find_quotations(layout: Layout) -> Quotations:
    """Pair the quotation marks of every block that is no boilerplate."""
    found: list[Quotation] = []
    strays: list[Mark] = []
    continued = False
    for index, following in _readable(layout):
        quotations, left = _read_block(layout, index, following, continued)
        continued = bool(quotations) and quotations[-1].continues
        found.extend(quotations)
        strays.extend(left)
    return Quotations(
        tuple(found),
        tuple(_warning(mark) for mark in strays),
        tuple(quotation.span.start for quotation in found),
    )


def _readable(layout: Layout) -> Iterator[tuple[int, Span | None]]:
    """Every block with the paragraph that follows it; headings and boilerplate stand between paragraphs."""
    following: list[Span | None] = []
    after: Span | None = None
    for block in reversed(layout.blocks):
        following.append(after)
        after = block.span if block.kind == "paragraph" else after
    for index, block in enumerate(layout.blocks):
        if block.kind != "boilerplate":
            yield index, following[-1 - index]


def _warning(mark: Mark) -> ExtractionWarning:
    message = f"The quotation mark {mark.text} has no partner."
    return ExtractionWarning("unbalanced-quotation", message, Span(mark.start, mark.end))


def _read_block(layout: Layout, index: int, following: Span | None, continued: bool) -> tuple[list[Quotation], list[Mark]]:
    block = layout.blocks[index].span
    pairing = _pair(layout.text, block)
    found = [Quotation(Span(a.start, b.end), Span(a.end, b.start), index) for a, b in _outermost(pairing.pairs)]
    strays = pairing.opening + pairing.closing
    last = _unfinished(layout.text, pairing)
    if last is not None:
        goes_on = following is not None and _opens_alike(layout.text, following, last)
        whole = goes_on or (continued and last.start == block.start)
        end = block.end if whole else _sentence_end(layout, last, block)
        if goes_on:
            strays.remove(last)
        if end is not None:
            found = [other for other in found if not Span(last.start, end).overlaps(other.span)]
            found.append(Quotation(Span(last.start, end), Span(last.end, end), index, goes_on))
    return sorted(found, key=lambda quotation: quotation.span), sorted(strays)


def _outermost(pairs: list[tuple[Mark, Mark]]) -> Iterator[tuple[Mark, Mark]]:
    end = -1
    for opening, closing in sorted(pairs):
        if opening.start >= end:
            yield opening, closing
            end = closing.end


def _unfinished(text: str, pairing: Pairing) -> Mark | None:
    """The mark that the block leaves open, unless a new quoted sentence after it shows that its partner was forgotten."""
    if not pairing.opening:
        return None
    last = pairing.opening[-1]
    for opening, _ in pairing.pairs:
        if opening.start > last.start and text[last.end : opening.start].rstrip()[-1:] in (
            ".",
            "!",
            "?",
            ",",
            ":",
        ):
            return None
    return last


def _opens_alike(text: str, following: Span, mark: Mark) -> bool:
    return text.startswith(mark.text, following.start) and following.end - following.start > len(mark.text)


def _sentence_end(layout: Layout, mark: Mark, block: Span) -> int | None:
    """Where a quotation ends that nobody closed; `None` where nothing introduces it as one."""
    before = layout.text[block.start : mark.start].rstrip()[-1:]
    introduced = not before or before in INTRODUCTION
    if mark.text in SINGLES or not introduced or not layout.text[mark.end : mark.end + 1].isupper():
        return None
    sentence = layout.sentence_at(mark.end)
    return min(block.end, sentence.span.end) if sentence and sentence.span.end > mark.end else None


def _pair(text: str, block: Span) -> Pairing:
    """Give every mark of the block its partner: double marks by a stack, then the single ones outside of these."""
    marks = list(_marks(text, block))
    doubles = _pair_doubles(text, [mark for mark in marks if mark.text not in SINGLES])
    outer = list(_outermost(doubles.pairs))
    singles = list(_outside(outer, [mark for mark in marks if mark.text in SINGLES]))
    pairs, left = _pair_singles(text, singles)
    return Pairing(doubles.pairs + pairs, sorted(doubles.opening + left), doubles.closing)


def _outside(pairs: list[tuple[Mark, Mark]], marks: list[Mark]) -> Iterator[Mark]:
    at = 0
    for mark in marks:
        while at < len(pairs) and pairs[at][1].start < mark.start:
            at += 1
        if at == len(pairs) or mark.start < pairs[at][0].start:
            yield mark


def _marks(text: str, block: Span) -> Iterator[Mark]:
    measured = 0
    measures = MEASURE.finditer(text, *block)
    measure = next(measures, None)
    for match in MARK.finditer(text, *block):
        while measure is not None and measure.start() < match.start():
            measured = measure.end()
            measure = next(measures, None)
        if match.start() >= measured:
            yield Mark(match.start(), match.end(), match.group(), _role(text, block, match))


def _role(text: str, block: Span, match: re.Match[str]) -> Role:
    """What a mark can do: by its shape unless the white space around it says the contrary."""
    before = text[match.start() - 1] if match.start() > block.start else " "
    after = text[match.end()] if match.end() < block.end else " "
    begins = before.isspace() or before in STANDS_BEFORE_OPENING
    ends = after.isspace() or after in STANDS_AFTER_CLOSING
    if match.group() in OPENING_SHAPES:
        return "close" if ends and not begins else "open"
    if match.group() in CLOSING_SHAPES:
        return "open" if before.isspace() and after.isalnum() else "close"
    if begins != ends:
        return "open" if begins else "close"
    return "either"


def _pair_doubles(text: str, marks: list[Mark]) -> Pairing:
    pairs: list[tuple[Mark, Mark]] = []
    stack: list[Mark] = []
    closing: list[Mark] = []
    odd = sum(mark.text == '"' for mark in marks) % 2 == 1
    for mark in marks:
        fits = bool(stack) and mark.text in CLOSERS[stack[-1].text]
        if mark.role != "open" and _is_inch_sign(text, mark, odd, bool(stack)):
            continue
        if fits and mark.role != "open":
            pairs.append((stack.pop(), mark))
        elif mark.role == "close":
            closing.append(mark)
        else:
            stack.append(mark)
    return Pairing(pairs, stack, closing)


def _is_inch_sign(text: str, mark: Mark, odd: bool, inside: bool) -> bool:
    # A number at the end of a quotation looks the same: only a mark too many makes it a measure.
    measured = INCHES.match(text, max(0, mark.start - 2)) or INCHES.match(text, max(0, mark.start - 1))
    return mark.text in {'"', "”"} and measured is not None and measured.end() == mark.end and (odd or not inside)


def _pair_singles(text: str, marks: list[Mark]) -> tuple[list[tuple[Mark, Mark]], list[Mark]]:
    """Pairs of single marks, and the curly opening ones left over; every other one left over is an apostrophe."""
    pairs: list[tuple[Mark, Mark]] = []
    left: list[Mark] = []
    opening: Mark | None = None
    closing: Mark | None = None
    for mark in [*marks, None]:
        if mark is None or _opens_single(text, mark):
            if opening is not None and closing is not None:
                pairs.append((opening, closing))
            elif opening is not None and opening.text == "‘":
                left.append(opening)
            opening, closing = mark, None
        elif opening is not None and _closes_single(text, mark) and _closes_better(text, closing, mark):
            closing = mark
    return pairs, left


def _closes_better(text: str, closing: Mark | None, mark: Mark) -> bool:
    return closing is None or (_is_possessive(text, closing) and not _is_possessive(text, mark))


def _opens_single(text: str, mark: Mark) -> bool:
    before = text[mark.start - 1 : mark.start]
    after = text[mark.end : mark.end + 1]
    if mark.text == "’" or before.isalnum() or not after or after.isspace() or mark.role == "close":
        return False
    return not ELISION.match(text, mark.end)


def _closes_single(text: str, mark: Mark) -> bool:
    before = text[mark.start - 1 : mark.start]
    after = text[mark.end : mark.end + 1]
    return mark.text != "‘" and not before.isspace() and not after.isalnum()


def _is_possessive(text: str, mark: Mark) -> bool:
    """Whether the mark may be an apostrophe instead: the voters’ choice, goin’ home."""
    return text[mark.start - 1] in "sSzZ" or text[max(0, mark.start - 2) : mark.start] == "in"
