"""What can be told of a sentence's structure without a parser: word classes, and passages that keep quotations whole.

All positions are token indices of `Layout.tokens`, half-open; a range of them is `Range`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from app.extract.document import Span
from app.extract.gazetteer import vocabulary
from app.extract.layout import Layout, Sentence, Token
from app.extract.lexicon import load
from app.extract.people.wording import is_shouted
from app.extract.quotation import Quotations

DATELINE = re.compile(
    r"(?=[A-Z]{2})[A-Z][A-Z.'’ -]{1,40}(?:[,/] ?[\w.,/'’ ]{1,40}?)?\s?(?:\([^()\n]{1,40}\)\s?)?(?:[—–_]|--?)\s+(?=\S)"
    r"|(?:[A-Z][\w.'’]*[,/ ]{1,2}){1,5}\([A-Z][^()\n]{1,40}\)\s?(?:[—–_]|--?)\s+(?=\S)"
)
DASHES = frozenset(["—", "–", "―", "--", "---"])
BREAKS = frozenset([",", *DASHES])
STOPS = frozenset([".", "!", "?", "…", "..", "...", "...."])
NOMINAL = frozenset(["cap", "word", "num", "det", "ed", "time"])
# Short forms of days and months that are names after "the": the Sun, the Mar.
ABBREVIATED = frozenset(["mon", "wed", "fri", "sat", "sun", "jan", "mar", "dec"])
PREDICATE = frozenset(["verb", "aux", "modal", "short"])


class Range(NamedTuple):
    """A half-open range of token indices."""

    first: int
    last: int


class Passage(NamedTuple):
    """A sentence with the whole of every quotation that begins in it, as a range of tokens; `block` indexes the blocks."""

    first: int
    last: int
    block: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A text's tokens with their word classes; `quoted[i]` is the index of the quotation that token i lies in, or -1."""

    layout: Layout
    quotations: Quotations
    kinds: tuple[str, ...]
    quoted: tuple[int, ...]
    passages: tuple[Passage, ...]
    unquoted: tuple[int, ...]  # how many tokens before the one at this index lie in no quotation
    semicolons: tuple[int, ...]

    def semicolon_before(self, index: int) -> int:
        """The last semicolon before token `index`, or -1."""
        place = bisect_left(self.semicolons, index)
        return self.semicolons[place - 1] if place else -1

    def back(self, index: int, count: int) -> int:
        """The first token that is at most `count` tokens before `index`, those in quotations not counted."""
        return min(index, bisect_left(self.unquoted, self.unquoted[index] - count))

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens of the layout."""
        return self.layout.tokens

    def text(self, index: int) -> str:
        """The token at `index`; empty outside the text."""
        tokens = self.layout.tokens
        return tokens[index].text if 0 <= index < len(tokens) else ""

    def is_quoted(self, index: int) -> bool:
        """Whether the token at `index` lies in a quotation."""
        return 0 <= index < len(self.quoted) and self.quoted[index] >= 0

    def lower(self, index: int) -> str:
        """The token at `index` as lexicons write it; empty outside the text."""
        tokens = self.layout.tokens
        return tokens[index].lower if 0 <= index < len(tokens) else ""

    def kind(self, index: int) -> str:
        """The word class of the token at `index`; empty outside the text."""
        return self.kinds[index] if 0 <= index < len(self.kinds) else ""

    def span(self, part: Range) -> Span:
        """The characters from the first token of `part` to its last."""
        return Span(self.tokens[part.first].start, self.tokens[part.last - 1].end)


def read_clauses(layout: Layout, quotations: Quotations) -> Reading:
    """Give every token its word class and join the sentences that a quotation spans."""
    quoted = _quoted(layout, quotations)
    passages = tuple(_passages(layout, quotations))
    starts = {passage.first for passage in passages}
    starts |= {index + 1 for index, token in enumerate(layout.tokens) if token.text == ":" and quoted[index] < 0}
    loud = [sentence for sentence in layout.sentences if is_shouted(layout, sentence)]
    shouted = {index for sentence in loud for index in range(sentence.first, sentence.last)}
    kinds = tuple(
        _kind_in_lower_case(layout.tokens, index) if index in shouted else _kind(layout.tokens, index, index in starts)
        for index in range(len(layout.tokens))
    )
    unquoted = tuple(accumulate((place < 0 for place in quoted), initial=0))
    semicolons = tuple(at for at, token in enumerate(layout.tokens) if token.text == ";" and quoted[at] < 0)
    return Reading(layout, quotations, kinds, quoted, passages, unquoted, semicolons)


def _quoted(layout: Layout, quotations: Quotations) -> tuple[int, ...]:
    quoted = [-1] * len(layout.tokens)
    for number, quotation in enumerate(quotations.spans):
        for index in range(layout.token_at(quotation.span.start), layout.token_at(quotation.span.end)):
            quoted[index] = number
    return tuple(quoted)


def _passages(layout: Layout, quotations: Quotations) -> Iterator[Passage]:
    current: Passage | None = None
    for sentence in _without_datelines(layout):
        around = quotations.at(sentence.span.start)
        inside = around is not None and around.span.start < sentence.span.start
        if current is not None and inside and sentence.block == current.block:
            current = Passage(current.first, sentence.last, current.block)
            continue
        if current is not None:
            yield current
        current = Passage(sentence.first, sentence.last, sentence.block)
    if current is not None:
        yield current


def _without_datelines(layout: Layout) -> Iterator[Sentence]:
    """The sentences, without the place and agency that a paragraph may open with: "KYIV, Ukraine (AP) — "."""
    block = -1
    for sentence in layout.sentences:
        match = DATELINE.match(layout.text, sentence.span.start, sentence.span.end) if sentence.block != block else None
        block = sentence.block
        first = layout.token_at(match.end()) if match is not None else sentence.first
        yield replace(sentence, first=first) if first < sentence.last else sentence


@cache
def word_classes() -> dict[str, str]:
    """The class of every word of the lexicon `words`."""
    lexicon = load("words")
    names = {
        "finite": "verb", "determiners": "det", "prepositions": "prep", "conjunctions": "conj", "subordinators": "sub",
        "relatives": "rel", "adverbs": "adv", "times": "time", "auxiliaries": "aux", "modals": "modal",
        "negations": "neg", "subjects": "pron", "objects": "object", "contracted": "short",
    }  # fmt: skip
    classes: dict[str, str] = {}
    for name, kind in names.items():
        classes.update(dict.fromkeys(lexicon[name].split(), kind))
    return classes


@cache
def _no_adverbs() -> frozenset[str]:
    return frozenset(load("words")["ly_no_adverbs"].split())


def _kind_in_lower_case(tokens: tuple[Token, ...], index: int) -> str:
    """The word class in a sentence that is written in capitals, which tell nothing there."""
    token = tokens[index]
    lowered = token._replace(text=token.lower)
    return _kind((*tokens[max(0, index - 1) : index], lowered), min(index, 1), False)


def _kind(tokens: tuple[Token, ...], index: int, starts: bool) -> str:
    token = tokens[index]
    if not token.is_word:
        return "num" if any(char.isdigit() for char in token.text) else token.text
    word = token.lower
    known = word_classes().get(word)
    if token.text.isupper() and len(token.text) > 1 and known in {"pron", "object"}:
        return "cap"
    if known == "time" and token.is_capitalized and word in ABBREVIATED and index and tokens[index - 1].lower == "the":
        return "cap"
    if token.is_capitalized and not starts and known not in {"time", "pron", "short"}:
        return "cap"
    if known == "verb" and index and _makes_a_noun(tokens[index - 1]):
        return "word"
    return known or _kind_by_shape(token, word)


def _makes_a_noun(before: Token) -> bool:
    return word_classes().get(before.lower) == "det" and before.lower not in {"this", "that", "all", "many", "most", "few"}


def _is_opening_participle(word: str) -> bool:
    """Whether a capitalised word can only be "Reacting" or "Speaking" at the start of a sentence, and no name."""
    stem = word.removesuffix("ing")
    common = vocabulary().common_words
    return stem != word and len(stem) > 2 and (stem in common or f"{stem}e" in common or stem[:-1] in common)


def _kind_by_shape(token: Token, word: str) -> str:
    if word[0].isdigit():
        return "num"
    if word.endswith("ly") and len(word) > 4 and word not in _no_adverbs():
        return "adv"
    if token.is_capitalized and not _is_opening_participle(word):
        return "cap"
    if word.endswith("ing") and len(word) > 4:
        return "ing"
    return "ed" if word.endswith("ed") and len(word) > 3 else "word"
