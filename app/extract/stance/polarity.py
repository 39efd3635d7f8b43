"""Which way words lean: the signs of the stance lexicon found in a text, and what they come to in a clause.

A clause is judged toward a *thing*, given by the tokens that refer to it. Directions multiply ("lift the restrictions on
it" is for it), attitudes and judgements add up, negation turns what stands behind it, and what is proposed counts as if
it were approved ("they should stop it" is against it). The composition follows Moilanen and Pulman (2007) in the small.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Literal, NamedTuple

from app.extract.layout import Layout, Token
from app.extract.lexicon import load
from app.extract.stance.subjects import stem

SignKind = Literal["permit", "restrict", "favour", "disfavour", "good", "bad", "grim", "propose", "calm", "idle"]
DIRECTIONS = frozenset(["permit", "restrict"])
ATTITUDES = frozenset(["favour", "disfavour"])
VALUES = {
    "permit": 1.0,
    "restrict": -1.0,
    "favour": 1.0,
    "disfavour": -1.0,
    "good": 1.0,
    "bad": -1.0,
    "grim": -1.0,
    "propose": 1.0,
}
JUDGEMENTS = frozenset(["favour", "disfavour", "good", "bad", "grim"])
BE = frozenset(["be", "is", "are", "was", "were", "been", "being", "get", "got", "gets", "becomes", "isn't", "aren't"])
APART = frozenset(["and", "or", "but", "is", "are", "was", "were", "that", "because", "not", "no"])
FIRST_PERSON = frozenset(["i", "we", "am", "i'm", "we're", "i've", "we've"])
PRIVATIVES = frozenset(["without", "lack", "absence"])
FAINTLY = 0.4  # of what a proposal weighs that names the thing and not what to do with it
REASON = 0.3  # of a judgement that stands beside a proposal
LINK = 9  # tokens between a direction and what it directs
LONGEST = 150  # tokens of a clause; what is longer is no sentence of news
CHAIN = 4  # tokens between two directions of which one directs the other: "lift the remaining restrictions"
NEGATION = 4  # tokens that a negation reaches
STOPS = frozenset([",", ";", ":", "—", "–", "--", "(", ")", "“", "”", '"', ".", "?", "!"])
BREAKS = STOPS - {","}


class Sign(NamedTuple):
    """A word or phrase that leans some way, as a range of token indices."""

    first: int
    last: int
    kind: SignKind


class Clause(NamedTuple):
    """A range of token indices that is judged for itself."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Leaning:
    """What a clause comes to.

    `value` leans for (> 0) or against (< 0) what the clause judges; `direction` is whether that is more (1) or less (-1)
    of the thing, 0 where the clause does not say; `calm` whether it calls for calm between the parties.
    """

    value: float
    direction: int
    calm: bool


@dataclass(frozen=True, slots=True)
class Signs:
    """Every sign of a text; `at[i]` is the one that begins at token i."""

    tokens: tuple[Token, ...]
    at: dict[int, Sign]

    def within(self, clause: Clause) -> list[Sign]:
        """The signs that begin in `clause`, in reading order."""
        return [self.at[index] for index in range(*clause) if index in self.at]


def find_signs(layout: Layout) -> Signs:
    """The signs of the stance lexicon in the text, longer phrases before shorter ones."""
    words = [token.lower for token in layout.tokens]
    stems = [stem(word) for word in words]
    signs: dict[int, Sign] = {}
    place = 0
    while place < len(stems):
        sign = _sign_at(words, stems, place)
        if sign is not None:
            signs[place] = sign
        place = sign.last if sign is not None else place + 1
    return Signs(layout.tokens, signs)


def split_clauses(tokens: Sequence[Token], first: int, last: int) -> list[Clause]:
    """The range of tokens divided where the text contrasts: "…, but …", "…; …"; no part is longer than `LONGEST`."""
    contrast = load("stance")["clauses"]["contrast"]
    starts = [first]
    for index in range(first + 1, last):
        after_stop = tokens[index - 1].text in STOPS
        is_long = index - starts[-1] >= LONGEST
        if is_long or tokens[index].text == ";" or (after_stop and tokens[index].lower in contrast):
            starts.append(index)
    return [Clause(start, end) for start, end in zip(starts, [*starts[1:], last], strict=True) if start < end]


def lean(
    signs: Signs, clause: Clause, thing: frozenset[int], kinds: frozenset[str] | None = None, of_others: bool = False
) -> Leaning:
    """What `clause` comes to toward the thing that the tokens of `thing` refer to.

    Only attitudes and judgements of `kinds` count, if given; `of_others` counts attitudes of groups as well, which are
    not the speaker's own ("critics oppose it").
    """
    return _Weighing(signs, clause, thing, kinds, of_others).leaning()


class _Weighing:
    """The signs of one clause on the scales."""

    def __init__(
        self, signs: Signs, clause: Clause, thing: frozenset[int], kinds: frozenset[str] | None, of_others: bool
    ) -> None:
        self.tokens = signs.tokens
        self.of_others = of_others
        self.clause = clause
        self.thing = thing
        found = signs.within(clause)
        self.directions = [s for s in found if s.kind in DIRECTIONS and s.first not in thing and self._is_linked(s)]
        self.judgements = [s for s in found if s.kind in JUDGEMENTS and s.first not in thing]
        self.judgements = self._outermost(self.judgements)
        self.governed = self._governed(found)
        self.directions = [s for s in self.directions if s not in self.governed.values()]
        self.proposals = [s for s in found if s.kind == "propose"] if kinds is None else []
        # A negation turns the nearest sign behind it alone: "do not lift the ban" keeps the ban a ban.
        self.covered = {i for s in found if s.kind not in {"propose", "idle"} for i in range(s.first, s.last)}
        self.calm = any(s.kind == "calm" for s in found)
        if kinds is not None:
            self.judgements = [s for s in self.judgements if s.kind in kinds]

    def leaning(self) -> Leaning:
        direction = self._direction()
        judged = sum(self._judgement(sign) for sign in self.judgements)
        proposed, is_explicit = self._proposed(direction)
        # Beside "they must stop it" the judgements are reasons, and about the thing rather than about its end.
        value = proposed + (REASON * direction * judged if is_explicit else judged)
        return Leaning(max(-1.5, min(1.5, value)), direction, self.calm)

    def _outermost(self, judgements: list[Sign]) -> list[Sign]:
        """Without the judgements that one of the other side works on: "a threat to freedom" is a threat."""
        kept: list[Sign] = []
        for sign in judgements:
            if kept and VALUES[kept[-1].kind] != VALUES[sign.kind] and self._works_on(kept[-1], sign):
                continue
            kept.append(sign)
        return kept

    def _works_on(self, before: Sign, after: Sign) -> bool:
        between = [self.tokens[i] for i in range(before.last, after.first)]
        return len(between) <= 3 and not any(token.text in STOPS or token.lower in APART for token in between)

    def _governed(self, found: list[Sign]) -> dict[Sign, Sign]:
        """The misfortunes that a direction works on ("stop the violence"), each with it."""
        governed: dict[Sign, Sign] = {}
        for sign, following in pairwise(found):
            if sign.kind in DIRECTIONS and following.kind in {"bad", "grim"} and following in self.judgements:
                between = range(sign.last, following.first)
                if len(between) <= 2 and not any(i in self.thing or self.tokens[i].text in STOPS for i in between):
                    governed[following] = sign
        return governed

    def _judgement(self, sign: Sign) -> float:
        value = VALUES[sign.kind] * float(load("stance")["weights"][sign.kind])
        if sign.kind in ATTITUDES and self._is_of_others(sign):
            return 0.0
        if sign in self.governed:
            return self._governed_value(sign, value)
        if sign.kind == "grim" and self._is_predicate(sign):
            value *= 2
        if self._in_relative_clause(sign) and not self.of_others:
            value *= 0.3
        return -0.8 * value if self._is_negated(sign) else value

    def _governed_value(self, sign: Sign, value: float) -> float:
        # "Stop the violence" wants something good; "stop this madness" calls the thing itself mad.
        named = any(self.tokens[i].lower in {"this", "these", "such"} for i in range(self.governed[sign].last, sign.first))
        return -value if self.governed[sign].kind == "restrict" and not named else value

    def _proposed(self, direction: int) -> tuple[float, bool]:
        """What is asked for, and whether a direction is; else, more faintly, it is the thing itself."""
        weight = float(load("stance")["weights"]["propose"])
        if direction and self.directions and self._is_imperative(self.directions[0]):
            return weight, True
        for sign in self.proposals:
            turned = -1.0 if self._is_denied(sign) else 1.0
            if direction and any(0 <= target.first - sign.first <= LINK for target in self.directions):
                return weight * turned, True
            if any(index in self.thing for index in range(sign.last - LINK, sign.last + LINK)):
                return FAINTLY * weight * turned, False
        return 0.0, False

    def _is_imperative(self, sign: Sign) -> bool:
        """Whether the clause begins with the direction as a bare verb: "Get rid of it"."""
        words = [i for i in range(self.clause.first, sign.last) if self.tokens[i].is_word]
        if self.tokens[sign.first].lower in PRIVATIVES:
            return False
        return words[:1] == [sign.first] and not self.tokens[sign.first].lower.endswith(("ing", "ed", "s", "ion"))

    def _direction(self) -> int:
        """The product of the first chain of directions: "end", "lift … ban"; a second chain says something else."""
        product = 0
        previous: Sign | None = None
        for sign in self.directions:
            if previous is None:
                product = int(VALUES[sign.kind])
            elif sign.first - previous.last <= CHAIN and not self._is_joined(previous, sign):
                product *= int(VALUES[sign.kind])
            elif sign.first - previous.last > CHAIN:
                break
            product *= -1 if self._is_negated(sign) and not self._is_proposed(sign) else 1
            previous = sign
        return product

    def _is_linked(self, sign: Sign) -> bool:
        """Whether the direction works on the thing: "ban phones", "phones should be banned", "the ban"."""
        for index in range(sign.last, min(sign.last + LINK, self.clause.last)):
            if self.tokens[index].text in BREAKS:
                break
            if index in self.thing:
                return True
        if any(
            self._is_object_before(index, sign) for index in range(max(self.clause.first, sign.first - LINK), sign.first)
        ):
            return True
        determiners = load("stance")["reference"]["determiners"]
        return sign.first > 0 and self.tokens[sign.first - 1].lower in determiners

    def _is_object_before(self, index: int, sign: Sign) -> bool:
        """Whether the thing at `index` is what a direction behind it works on: "phones should be banned"."""
        between = [self.tokens[i] for i in range(index + 1, sign.first)]
        if index not in self.thing or any(token.text in BREAKS for token in between):
            return False
        passive = any(token.lower in BE for token in between) and not self.tokens[sign.first].lower.endswith("ing")
        return not between or passive or self.tokens[sign.first].lower in {"stay", "remain"}

    def _is_joined(self, before: Sign, after: Sign) -> bool:
        return any(self.tokens[i].lower in {"and", "or", ","} for i in range(before.last, after.first))

    def _is_proposed(self, sign: Sign) -> bool:
        return any(0 <= sign.first - proposal.last <= LINK for proposal in self.proposals)

    def _is_denied(self, proposal: Sign) -> bool:
        """Whether a proposal is one not to: "should not", "no need to", "do not want"."""
        return self._is_negated(proposal) or any(
            self._negates(index) for index in range(proposal.last, min(proposal.last + 3, self.clause.last))
        )

    def _is_negated(self, sign: Sign) -> bool:
        turns = False
        for index in range(sign.first - 1, max(self.clause.first, sign.first - NEGATION) - 1, -1):
            if self.tokens[index].text in STOPS or index in self.covered:
                break
            turns ^= self._negates(index)
        return turns

    def _negates(self, index: int) -> bool:
        negation = load("stance")["negation"]
        word = self.tokens[index].lower
        pair = f"{word} {self.tokens[index + 1].lower}" if index + 1 < len(self.tokens) else word
        if pair in negation["exceptions"]:
            return False
        return word in negation["words"] or word.endswith("n't") or pair in negation["phrases"]

    def _is_of_others(self, sign: Sign) -> bool:
        """Whether somebody else than the speaker has the attitude: "critics oppose it", "opposed by critics"."""
        before = {self.tokens[i].lower for i in range(max(self.clause.first, sign.first - 3), sign.first)}
        if sign.last < len(self.tokens) and self.tokens[sign.last].lower == "by" and not before & FIRST_PERSON:
            return True
        if self.of_others:
            return False
        if self.tokens[sign.first].lower.removesuffix("s") in load("stance")["groups"]["heads"]:  # "critics"
            return True
        heads = group_heads()
        for index in range(sign.first - 1, max(self.clause.first, sign.first - 4) - 1, -1):
            word = self.tokens[index].lower
            if self.tokens[index].text in STOPS or word in {"i", "we", "my", "our", "to"}:
                return False
            if stem(word) in heads:
                return index == self.clause.first or self.tokens[index - 1].lower not in {"my", "our"}
        return False

    def _is_predicate(self, sign: Sign) -> bool:
        before = [self.tokens[i].lower for i in range(max(self.clause.first, sign.first - 2), sign.first)]
        return any(word in BE | {"means", "mean"} for word in before)

    def _in_relative_clause(self, sign: Sign) -> bool:
        """Whether the sign stands in a clause about something else than the thing: "…, who invaded …"."""
        relative = load("stance")["clauses"]["relative"]
        for index in range(sign.first - 1, max(self.clause.first, sign.first - 12), -1):
            if self.tokens[index].text in BREAKS:
                return False
            if self.tokens[index].lower in relative:
                return not any(index - 3 <= place < index for place in self.thing)
        return False


@cache
def group_heads() -> frozenset[str]:
    """The stems of nouns that name groups of people."""
    return frozenset(stem(word) for word in load("stance")["groups"]["heads"])


def _sign_at(words: list[str], stems: list[str], place: int) -> Sign | None:
    surface: dict[str, list[str]] = load("stance")["surface"]
    for phrase, kind in _entries().get(stems[place], ()):
        if tuple(stems[place : place + len(phrase)]) != phrase:
            continue
        if len(phrase) > 1 or words[place] in surface.get(stems[place], (words[place],)):
            return Sign(place, place + len(phrase), kind)
    return None


@cache
def _entries() -> dict[str, list[tuple[tuple[str, ...], SignKind]]]:
    """The lexicon by the stem of an entry's first word, longest entries first."""
    words: dict[SignKind, list[str]] = load("stance")["words"]
    entries: dict[str, list[tuple[tuple[str, ...], SignKind]]] = {}
    for kind, phrases in words.items():
        for phrase in phrases:
            stems = tuple(stem(word) for word in phrase.split())
            entries.setdefault(stems[0], []).append((stems, kind))
    for found in entries.values():
        found.sort(key=lambda entry: -len(entry[0]))
    return entries
