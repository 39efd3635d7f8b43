"""Which passages of an article are about a proposition, and which way their words lean toward it.

A passage is about the proposition by the words it shares with it, and, less so, by what stands before it: a sentence
that says "the decision" two paragraphs on is still about it. The reading of one article for one proposition is built
once, in time linear in the length of the article.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from app.extract.document import Document, Span, Spans
from app.extract.layout import Layout
from app.extract.lexicon import load
from app.extract.stance.polarity import LONGEST, Clause, Leaning, Signs, find_signs, lean
from app.extract.stance.proposition import Proposition
from app.extract.stance.subjects import subject_keys

Reference = Literal["event", "pronoun"]

# Of its relevance a sentence hands on to the next: nearly all of it if it goes on about "the decision", more with "it".
FADING: dict[Reference | None, float] = {"event": 0.95, "pronoun": 0.85, None: 0.7}
HEADING_FADING = 0.6
BEFORE = 0.4  # what the sentences before a passage add to its relevance
FOCUS = 0.2  # what an article that is about the proposition adds
REFERENCE = 0.25  # what "the decision" or "it" adds
ABOUT = 0.5  # relevance from which a passage is taken to be about the proposition
LEAD_SENTENCES = 3
FEW_SENTENCES = 5
ENOUGH_MENTIONS = 2
EVENT_SENTENCES = 12  # within which an article has said what happened


@dataclass(frozen=True, slots=True)
class Wording:
    """The text with what is read from it once, whatever the proposition."""

    layout: Layout
    signs: Signs
    keys: tuple[str | None, ...]
    references: dict[int, Reference]
    quoted: frozenset[int]  # tokens inside somebody's statement

    def span(self, clause: Clause) -> Span:
        """The characters of a clause."""
        return Span(self.layout.tokens[clause.first].start, self.layout.tokens[clause.last - 1].end)

    def tokens_of(self, spans: Spans) -> set[int]:
        """The tokens that begin in `spans`."""
        token_at = self.layout.token_at
        return {index for span in spans for index in range(token_at(span.start), token_at(span.end))}


class TopicReading:
    """One article read for one proposition."""

    def __init__(self, document: Document, wording: Wording, proposition: Proposition) -> None:
        self.wording = wording
        self.layout = wording.layout
        self.proposition = proposition
        self.thing = frozenset(i for i, key in enumerate(wording.keys) if proposition.names_thing(key))
        # "They must stay": a plural pronoun stands for the thing, "it" as often for what is done with it.
        plural = frozenset(i for i in wording.references if self.layout.tokens[i].lower in {"they", "them"})
        self.named = self.thing | plural
        self.focus = self._focus(document.title or "")
        self.context = self._context()
        self.event = 1
        self.event = self._event()

    def is_discussed(self) -> bool:
        """Whether the article is about the proposition anywhere.

        It is if two of its subjects stand within two sentences, or its only one stands twice; a text of a few
        sentences has no room for that and is taken to be.
        """
        sentences, keys = self.layout.sentences, self.wording.keys
        subjects = self.proposition.subjects or frozenset(self.proposition.weights)
        if len(sentences) <= FEW_SENTENCES:
            return True
        if len(subjects) == 1:
            return sum(key in subjects for key in keys) >= ENOUGH_MENTIONS
        named = [subjects.intersection(keys[sentence.first : sentence.last]) for sentence in sentences]
        return any(len(here | there) >= ENOUGH_MENTIONS for here, there in pairwise(named))

    def own(self, tokens: Iterable[int]) -> float:
        """How far the tokens are about the proposition by their own words, from 0 to 1."""
        return self.proposition.relevance(self.wording.keys[index] for index in tokens)

    def refers(self, tokens: Iterable[int]) -> bool:
        """Whether the tokens point back at something ("the decision", "it")."""
        return any(index in self.wording.references for index in tokens)

    def relevance(self, sentence: int, tokens: set[int]) -> float:
        """How far the tokens of a passage that begins in that sentence are about the proposition, from 0 to 1."""
        own, before = self.own(tokens), self.context[sentence]
        pointing = REFERENCE * max(before, own) if self.refers(tokens) else 0.0
        return min(1.0, own + BEFORE * before + FOCUS * self.focus + pointing)

    def lean(self, clause: Clause, kinds: frozenset[str] | None = None, of_others: bool = False) -> Leaning:
        """What the clause comes to toward the thing of the proposition."""
        return lean(self.wording.signs, clause, self.named, kinds, of_others)

    def oriented(self, clause: Clause, leaning: Leaning, value: float) -> float:
        """`value`, which is about what the clause speaks of, turned toward the proposition."""
        if leaning.direction:
            return value * leaning.direction * self.proposition.direction
        tokens = range(*clause)
        if any(self.wording.references.get(index) == "event" for index in tokens):
            return value * self.event
        if any(index in self.thing for index in tokens):
            return value * self.proposition.direction
        return value * self.event

    def target(self, clause: Clause) -> str | None:
        """The clause's own words for what the proposition is about."""
        named = [i for i in range(*clause) if i in self.thing]
        if named:
            last = named[0]
            for index in named[1:]:
                last = index if index - last <= 4 else last
            return self.wording.span(Clause(named[0], last + 1)).of(self.layout.text)
        event = next((i for i in range(*clause) if self.wording.references.get(i) == "event"), None)
        return None if event is None else self.layout.tokens[event].text

    def _focus(self, title: str) -> float:
        """How far the article as a whole is about the proposition: its title and its first sentences."""
        lead = self.layout.sentences[:LEAD_SENTENCES]
        keys = {self.wording.keys[i] for sentence in lead for i in range(sentence.first, sentence.last)}
        return self.proposition.relevance(keys | set(subject_keys(title.lower().replace("’", "'").split())))

    def _context(self) -> list[float]:
        """Per sentence, how far what stands before it is about the proposition."""
        context: list[float] = []
        carried = 0.0
        for sentence in self.layout.sentences:
            if self.layout.blocks[sentence.block].kind == "heading":
                carried *= HEADING_FADING
            context.append(carried)
            tokens = range(sentence.first, sentence.last)
            own = self.own(tokens) + (REFERENCE * carried if self.refers(tokens) else 0.0)
            pointing = {self.wording.references.get(index) for index in tokens}
            carried = max(min(1.0, own), max(FADING[reference] for reference in pointing) * carried)
        return context

    def _event(self) -> int:
        """Whether what the article reports is what the proposition asks for (1) or the contrary (-1)."""
        for sentence in self.layout.sentences[:EVENT_SENTENCES]:
            tokens = range(sentence.first, sentence.last)
            if self.own(tokens) < ABOUT or any(index in self.wording.quoted for index in tokens):
                continue
            direction = self.lean(Clause(sentence.first, min(sentence.last, sentence.first + LONGEST))).direction
            if direction:
                return direction * self.proposition.direction
        return 1


def read_wording(layout: Layout, statements: Iterable[Spans]) -> Wording:
    """Find signs, subjects and references of the text; `statements` are the contents of what people are quoted with."""
    token_at = layout.token_at
    quoted = {i for spans in statements for span in spans for i in range(token_at(span.start), token_at(span.end))}
    return Wording(
        layout=layout,
        signs=find_signs(layout),
        keys=tuple(subject_keys([token.lower for token in layout.tokens])),
        references=_references(layout),
        quoted=frozenset(quoted),
    )


def _references(layout: Layout) -> dict[int, Reference]:
    """The tokens that point back: nouns for an event behind a determiner or a name's possessive, and pronouns."""
    lexicon = load("stance")["reference"]
    references: dict[int, Reference] = {}
    for index, token in enumerate(layout.tokens):
        if token.lower.removesuffix("'s") in lexicon["events"] and _is_determined(layout, index, lexicon["determiners"]):
            references[index] = "event"
        elif token.lower in lexicon["pronouns"]:
            references[index] = "pronoun"
    return references


def _is_determined(layout: Layout, index: int, determiners: list[str]) -> bool:
    before = [token.lower for token in layout.tokens[max(0, index - 2) : index]]
    return any(word in determiners or word.endswith(("'s", "s'")) for word in before)
