"""How a text is laid out: blocks (paragraphs, headings, boilerplate), sentences and tokens, all as code points of the text.

A hand-written reader, since every offset has to point into the unchanged text. Linear in the length of the text.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple

from app.extract.document import Span
from app.extract.lexicon import load

BlockKind = Literal["paragraph", "heading", "boilerplate"]

TOKEN = re.compile(
    r"""
      (?:[A-Za-z]\.){2,}                                   # U.S., a.m., J.D.
    | [$€£¥]?\d+(?:[.,:]\d+)*(?:st|nd|rd|th|s|m|bn|k)?\b%?   # $5,000  12:30  3rd  1990s  $5bn
    | \w+(?:[-’'‑]\w+)*                                    # words, with inner hyphens and apostrophes
    | \.{2,}|…|--+|[—–]
    | [^\w\s]
    """,
    re.VERBOSE,
)
OPENING_MARKS = "“\"‘'«„(["
CLOSING_MARKS = "”\"’'»)]"
TERMINATORS = frozenset([".", "!", "?", "…", "..", "...", "....", "‽"])
PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*|\u2029")
LINE_BREAK = re.compile(r"\r\n?|\n|\u2028|\u2029|\v|\f")
HEADING_MAX_WORDS = 14
SHORTEST_WRAPPED = 40  # characters of a line that a right margin may have broken
LONGEST_WRAPPED = 130


class Token(NamedTuple):
    """A word, number or punctuation mark of the text."""

    start: int
    end: int
    text: str
    lower: str  # in lower case with straight apostrophes, as lexicons write it

    @property
    def span(self) -> Span:
        """Where the token stands."""
        return Span(self.start, self.end)

    @property
    def is_word(self) -> bool:
        """Whether the token begins with a letter or digit."""
        return self.text[0].isalnum()

    @property
    def is_capitalized(self) -> bool:
        """Whether the token begins with an upper-case letter."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Block:
    """A run of text between paragraph breaks, white space at its ends left out."""

    span: Span
    kind: BlockKind


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence; `first` and `last` bound its tokens in `Layout.tokens`, half-open; `block` indexes `Layout.blocks`."""

    span: Span
    first: int
    last: int
    block: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The text with its blocks, sentences and tokens, each in reading order.

    Boilerplate blocks have neither sentences nor tokens, so that nothing can be found in them.
    """

    text: str
    blocks: tuple[Block, ...]
    sentences: tuple[Sentence, ...]
    tokens: tuple[Token, ...]
    token_starts: tuple[int, ...]
    sentence_starts: tuple[int, ...]

    def tokens_in(self, span: Span) -> tuple[Token, ...]:
        """The tokens that begin inside `span`."""
        first = bisect_right(self.token_starts, span.start - 1)
        last = bisect_right(self.token_starts, span.end - 1)
        return self.tokens[first:last]

    def token_at(self, offset: int) -> int:
        """Index of the first token that begins at or after `offset` (`len(tokens)` if none does)."""
        return bisect_right(self.token_starts, offset - 1)

    def sentence_at(self, offset: int) -> Sentence | None:
        """The sentence that `offset` lies in, or the one before it; `None` before the first."""
        index = bisect_right(self.sentence_starts, offset) - 1
        return self.sentences[index] if index >= 0 else None


def read_layout(text: str) -> Layout:
    """Divide `text` into blocks, sentences and tokens."""
    blocks = find_blocks(text)
    tokens: list[Token] = []
    sentences: list[Sentence] = []
    for index, block in enumerate(blocks):
        if block.kind == "boilerplate":
            continue
        first = len(tokens)
        tokens.extend(tokenize(text, block.span))
        for start, end in _sentence_bounds(text, tokens, first):
            span = Span(tokens[start].start, tokens[end - 1].end)
            sentences.append(Sentence(span, start, end, index))
    return Layout(
        text=text,
        blocks=blocks,
        sentences=tuple(sentences),
        tokens=tuple(tokens),
        token_starts=tuple(token.start for token in tokens),
        sentence_starts=tuple(sentence.span.start for sentence in sentences),
    )


def tokenize(text: str, span: Span) -> list[Token]:
    """The tokens of `text` inside `span`; an abbreviation keeps its full stop."""
    tokens: list[Token] = []
    abbreviations = _abbreviations()
    for match in TOKEN.finditer(text, span.start, span.end):
        start, end = match.span()
        stop_follows = end < span.end and text[end] == "." and text[end : end + 2] != ".."
        if stop_follows and _takes_stop(match.group(), abbreviations):
            end += 1
        if tokens and start < tokens[-1].end:  # the stop that the abbreviation before has taken
            continue
        word = text[start:end]
        tokens.append(Token(start, end, word, word.lower().replace("’", "'")))
    return tokens


def find_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of `text`: separated by blank lines, or by single line breaks unless the text is hard-wrapped."""
    spans = [span for rough in _split(text, PARAGRAPH_BREAK, Span(0, len(text))) for span in _unwrapped(text, rough)]
    return tuple(Block(span, _block_kind(text, span)) for span in spans)


def _unwrapped(text: str, span: Span) -> list[Span]:
    lines = list(_split(text, LINE_BREAK, span))
    is_wrapped = _is_hard_wrapped(text, lines)
    joined: list[Span] = []
    for before, line in zip([None, *lines], lines, strict=False):
        if before is not None and _continues(text, before, line, is_wrapped):
            joined[-1] = Span(joined[-1].start, line.end)
        else:
            joined.append(line)
    return joined


def _is_hard_wrapped(text: str, lines: list[Span]) -> bool:
    """Whether the lines break at a right margin: short, and often followed by one that goes on in mid-sentence."""
    if len(lines) < 2 or max(line.end - line.start for line in lines) > LONGEST_WRAPPED:
        return False
    shouted = [line.of(text).isupper() for line in lines]
    inside = sum(text[line.start].islower() or all(shouted[at : at + 2]) for at, line in enumerate(lines[1:]))
    return inside * 3 >= len(lines) - 1


def _continues(text: str, before: Span, line: Span, is_wrapped: bool) -> bool:
    # A hard-wrapped line stops near the right margin and goes on in the next, unless that is indented.
    if before.end - before.start < SHORTEST_WRAPPED:
        return False
    if is_wrapped and text[line.start - 1] not in " \t":
        return True
    return text[before.end - 1] not in ".!?:”\"’'…)" and text[line.start].islower()


def _split(text: str, separator: re.Pattern[str], span: Span) -> list[Span]:
    parts: list[Span] = []
    start = span.start
    for match in separator.finditer(text, span.start, span.end):
        parts.append(_trimmed(text, start, match.start()))
        start = match.end()
    parts.append(_trimmed(text, start, span.end))
    return [part for part in parts if part.start < part.end]


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _block_kind(text: str, span: Span) -> BlockKind:
    words = len(span.of(text).split(maxsplit=100))
    if _is_boilerplate(span.of(text), words):
        return "boilerplate"
    ends_like_a_sentence = text[span.end - 1] in ".!?:,;…”\"’'"
    return "heading" if words <= HEADING_MAX_WORDS and not ends_like_a_sentence else "paragraph"


def _is_boilerplate(block: str, words: int) -> bool:
    lexicon = load("boilerplate")
    anywhere, start = _boilerplate_patterns()
    if words <= lexicon["start_max_words"] and start.match(block):
        return True
    return words <= lexicon["max_words"] and anywhere.search(block) is not None


@cache
def _boilerplate_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    lexicon = load("boilerplate")
    return (
        re.compile("|".join(lexicon["anywhere"]), re.IGNORECASE | re.DOTALL),
        re.compile("|".join(lexicon["start"]), re.IGNORECASE),
    )


@cache
def _abbreviations() -> tuple[frozenset[str], frozenset[str]]:
    lexicon = load("abbreviations")
    return frozenset(lexicon["titles"]), frozenset(lexicon["phrases"])


def _takes_stop(word: str, abbreviations: tuple[frozenset[str], frozenset[str]]) -> bool:
    titles, phrases = abbreviations
    if len(word) == 1 and word.isupper() and word != "I":
        return True
    if word[1:2] == "-":  # "R-Ga."
        return word[0].isupper() and word[2:].lower() in phrases
    if not word[0].isupper() and word.lower() not in {"vs", "v", "etc", "al", "approx", "cf", "no"}:
        return False
    return word.lower() in titles or word.lower() in phrases


def _sentence_bounds(text: str, tokens: list[Token], first: int) -> list[tuple[int, int]]:
    bounds: list[tuple[int, int]] = []
    start = position = first
    while position < len(tokens):
        position += 1
        if not _ends_sentence(tokens, position - 1):
            continue
        while position < len(tokens) and _closes(text, tokens, position):
            position += 1
        if position >= len(tokens) or _starts_sentence(text, tokens, position):
            bounds.append((start, position))
            start = position
    if start < len(tokens):
        bounds.append((start, len(tokens)))
    return bounds


def _ends_sentence(tokens: list[Token], index: int) -> bool:
    token = tokens[index]
    if token.text in TERMINATORS:
        return True
    if not token.text.endswith(".") or len(token.text) == 1:
        return False
    titles, _ = _abbreviations()
    initial = len(token.text) == 2
    return token.text[:-1].lower() not in titles and not initial


def _closes(text: str, tokens: list[Token], index: int) -> bool:
    token, before = tokens[index], tokens[index - 1]
    if token.text in TERMINATORS:
        return True
    return token.text in CLOSING_MARKS and token.start == before.end


def _starts_sentence(text: str, tokens: list[Token], index: int) -> bool:
    token, before = tokens[index], tokens[index - 1]
    if token.start == before.end:
        return False
    while index < len(tokens) - 1 and tokens[index].text in OPENING_MARKS:
        index += 1
    head = tokens[index].text[0]
    if before.text[-1] in "…" or before.text in {"..", "...", "...."}:
        return head.isupper()
    if before.text.endswith(".") and len(before.text) > 1:  # an abbreviation: only a plain new start ends the sentence
        return tokens[index].text.istitle() and tokens[index].text.lower() in SENTENCE_OPENERS
    return not head.islower()


# After an abbreviation a capital alone is no sign of a new sentence ("U.S. Senate"); these words are.
SENTENCE_OPENERS = frozenset(
    """
    the a an he she it they we i you this that these those but and so in on at for as if when while after
    before however his her their its our my your there here what why how who asked some many most all both no
    not one two
    """.split()
)
