"""The words of a text as names are read from them: lexicon spelling, possessive endings set apart."""

import re
from dataclasses import dataclass

from app.extract.document import Span
from app.extract.gazetteer import gazetteer, vocabulary
from app.extract.layout import Layout, Sentence
from app.extract.people.personhood import chances_of_person
from app.extract.tagger import Tagging

ARABIC_ARTICLE = re.compile(r"(?:al|el|an|as|ash|ad|ar|at|ul|bin|ibn|d|l)[-'’‑][A-Z]")
INITIALS = re.compile(r"(?:[A-Z]\.)+")
ACRONYM = re.compile(r"[A-Z][A-Z0-9]*(?:[-&][A-Z0-9]+)?[A-Z0-9]|(?:[A-Z]\.){2,}")
CONTRACTION = re.compile(r"[nN]['’]t$|['’](?:ve|ll|re|m|d)$")
SHOUTED_SHARE = 0.7
# The fewest words of a headline, and the share of them with a capital: a full stop speaks against one.
PLAIN_TITLE = (4, 0.65)
STOPPED_TITLE = (6, 0.8)


@dataclass(frozen=True, slots=True)
class Wording:
    """The tokens of `layout`; in parallel, their lexicon spelling without possessive ending and whether they had one.

    `tagging` is what the network says of the same text, `chances` how likely each token is part of a person's name to it.
    """

    layout: Layout
    words: tuple[str, ...]
    possessives: tuple[bool, ...]
    tagging: Tagging
    chances: tuple[float, ...]

    def span(self, first: int, last: int) -> Span:
        """The characters of tokens `first` to `last` (half-open), a possessive ending of the last left out."""
        start, end = self.layout.tokens[first].start, self.layout.tokens[last - 1].end
        if self.possessives[last - 1] and len(self.words[last - 1]) < end - self.layout.tokens[last - 1].start:
            end -= 2
        return Span(start, end)

    def chance_of_person(self, first: int, last: int) -> float:
        """How likely these tokens are a person's name to the network."""
        return sum(self.chances[first:last]) / (last - first)

    def is_name_like(self, index: int) -> bool:
        """Whether the token can be a word of a name by its letters."""
        text = self.layout.tokens[index].text
        if not text[0].isupper():
            return ARABIC_ARTICLE.match(text) is not None
        if text == "I" or CONTRACTION.search(text):
            return False
        tail = self.words[index].rpartition("-")[2]
        if tail == self.words[index] or not text[len(self.words[index]) - len(tail)].islower():
            return True
        # "Geun-hye" after a surname, but neither "American-made" nor "Trump-backed".
        return tail not in vocabulary().common_words and index > 0 and self.layout.tokens[index - 1].text[0].isupper()

    def is_acronym(self, index: int) -> bool:
        """Whether the token is written in capitals only, like the short name of an organisation."""
        text = self.layout.tokens[index].text[: len(self.words[index])]
        return 2 <= len(text) <= 7 and ACRONYM.fullmatch(text) is not None

    def is_initial(self, index: int) -> bool:
        """Whether the token is an initial or several, like "J." or "J.K."."""
        return INITIALS.fullmatch(self.layout.tokens[index].text) is not None

    def touches(self, index: int) -> bool:
        """Whether nothing but a space stands between the token and the one before it."""
        before, token = self.layout.tokens[index - 1], self.layout.tokens[index]
        return token.start - before.end <= 1 and "\n" not in self.layout.text[before.end : token.start]

    def phrase(self, first: int, last: int) -> str:
        """The words of the tokens, joined by spaces."""
        return " ".join(self.words[first:last])

    def longest_phrase(self, first: int, last: int, phrases: frozenset[str] | dict[str, str]) -> int:
        """End of the longest of `phrases` that begins at token `first` and ends before `last`; `first` if none does."""
        most = gazetteer().longest.get(self.words[first], 1)
        for end in range(min(last, first + most), first, -1):
            if self.phrase(first, end) in phrases:
                return end
        return first


def read_wording(layout: Layout, tagging: Tagging) -> Wording:
    """Split possessive endings off the tokens of `layout`."""
    words: list[str] = []
    possessives: list[bool] = []
    for index, token in enumerate(layout.tokens):
        word = token.lower
        possessive = word.endswith("'s") and len(word) > 2
        words.append(word[:-2] if possessive else word)
        possessives.append(possessive or _ends_bare(layout, index))
    chances = chances_of_person(layout, words, tagging)
    return Wording(layout, tuple(words), tuple(possessives), tagging, chances)


def is_title_case(layout: Layout, sentence: Sentence) -> bool:
    """Whether the sentence capitalises most words, as headlines do, so that a capital there is no sign of a name."""
    words = [t.text for t in layout.tokens[sentence.first : sentence.last] if t.is_word and len(t.text) > 3]
    capitals = sum(1 for word in words if word[0].isupper() or word[0].isdigit())
    stopped = layout.tokens[sentence.last - 1].text == "."
    fewest, share = STOPPED_TITLE if stopped else PLAIN_TITLE
    return len(words) >= fewest and capitals >= share * len(words)


def is_shouted(layout: Layout, sentence: Sentence) -> bool:
    """Whether the sentence is written in capitals."""
    text = sentence.span.of(layout.text)
    letters = sum(map(str.isalpha, text))
    return letters > 12 and sum(map(str.isupper, text)) > SHOUTED_SHARE * letters


def _ends_bare(layout: Layout, index: int) -> bool:
    # "the Joneses’ house": the apostrophe is a token of its own, and a word follows it.
    tokens = layout.tokens
    if not tokens[index].text.endswith("s") or index + 2 >= len(tokens) or tokens[index + 1].text not in "'’":
        return False
    return tokens[index + 1].start == tokens[index].end and tokens[index + 2].text[0].islower()
