"""What can be told of a sentence's structure without a parser: word classes, and passages that keep quotations whole.

All positions are token indices of `Layout.tokens`, half-open; a range of them is `Range`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from app.extract.document import Span
from app.extract.layout import Layout, Token
from app.extract.lexicon import load
from app.extract.quotation import Quotations

DASHES = frozenset(["—", "–", "--", "---"])
BREAKS = frozenset([",", *DASHES])
STOPS = frozenset([".", "!", "?", "…", "..", "...", "...."])
NOMINAL = frozenset(["cap", "word", "num", "det", "ed", "time"])
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

    @property
    def tokens(self) -> tuple[Token, ...]:
        """The tokens of the layout."""
        return self.layout.tokens

    def text(self, index: int) -> str:
        """The token at `index`; empty outside the text."""
        return self.layout.tokens[index].text if 0 <= index < len(self.layout.tokens) else ""

    def is_quoted(self, index: int) -> bool:
        """Whether the token at `index` lies in a quotation."""
        return 0 <= index < len(self.quoted) and self.quoted[index] >= 0

    def lower(self, index: int) -> str:
        """The token at `index` as lexicons write it; empty outside the text."""
        return self.tokens[index].lower if 0 <= index < len(self.tokens) else ""

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
    kinds = tuple(_kind(layout.tokens, index, index in starts) for index in range(len(layout.tokens)))
    return Reading(layout, quotations, kinds, quoted, passages)


def _quoted(layout: Layout, quotations: Quotations) -> tuple[int, ...]:
    quoted = [-1] * len(layout.tokens)
    for number, quotation in enumerate(quotations.spans):
        for index in range(layout.token_at(quotation.span.start), layout.token_at(quotation.span.end)):
            quoted[index] = number
    return tuple(quoted)


def _passages(layout: Layout, quotations: Quotations) -> Iterator[Passage]:
    current: Passage | None = None
    for sentence in layout.sentences:
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


def _kind(tokens: tuple[Token, ...], index: int, starts: bool) -> str:
    token = tokens[index]
    if not token.is_word:
        return "num" if any(char.isdigit() for char in token.text) else token.text
    word = token.lower
    known = word_classes().get(word)
    if token.text.isupper() and len(token.text) > 1 and known in {"pron", "object"}:
        return "cap"
    if token.is_capitalized and not starts and known not in {"time", "pron", "short"}:
        return "cap"
    if known == "verb" and index and _makes_a_noun(tokens[index - 1]):
        return "word"
    return known or _kind_by_shape(token, word)


def _makes_a_noun(before: Token) -> bool:
    return word_classes().get(before.lower) == "det" and before.lower not in {"this", "that", "all", "many", "most", "few"}


def _kind_by_shape(token: Token, word: str) -> str:
    if word[0].isdigit():
        return "num"
    if word.endswith("ly") and len(word) > 4 and word not in _no_adverbs():
        return "adv"
    if token.is_capitalized:
        return "cap"
    if word.endswith("ing") and len(word) > 4:
        return "ing"
    return "ed" if word.endswith("ed") and len(word) > 3 else "word"
