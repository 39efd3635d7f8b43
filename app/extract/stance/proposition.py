"""A topic's proposition made ready: which words a passage about it shares, and whether it asks for more or less."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.extract.document import Topic
from app.extract.layout import Layout, read_layout
from app.extract.lexicon import load
from app.extract.stance.polarity import DIRECTIONS, Sign, find_signs
from app.extract.stance.subjects import subject_keys

COUNTRY_WEIGHT = 0.5  # a country is named all over an article, whatever it is about
DIRECTION_WEIGHT = 0.4  # "allow" and "ban" say what is to happen, hardly to what
ENOUGH = 2.0  # the weight of shared words that makes a passage be about even the longest proposition


@dataclass(frozen=True, slots=True)
class Proposition:
    """A topic with the weight of each subject key that its words have.

    `direction` is 1 where it asks for the thing or for more of it, -1 where it asks for less ("should be banned").
    """

    topic: Topic
    weights: dict[str, float]
    directing: frozenset[str]
    direction: int

    def relevance(self, keys: Iterable[str | None]) -> float:
        """How far words with these subject keys are about the proposition, from 0 to 1."""
        shared = sum(self.weights[key] for key in {key for key in keys if key in self.weights})
        most = min(ENOUGH, sum(self.weights.values()))
        return min(1.0, shared / most) if most else 0.0

    @property
    def subjects(self) -> frozenset[str]:
        """The keys that say what it is about: neither a country nor what is to be done."""
        return frozenset(key for key in self.weights if not key.startswith("@") and key not in self.directing)

    def names_thing(self, key: str | None) -> bool:
        """Whether a word with this key refers to what the proposition is about, not to what is to be done with it."""
        return key in self.weights and key not in self.directing


def read_proposition(topic: Topic) -> Proposition:
    """Read the statement, aliases and keywords of `topic`."""
    layout = read_layout(topic.statement)
    keys = subject_keys([token.lower for token in layout.tokens])
    main = _main_directions(layout)
    directing = {keys[i] for sign in main for i in range(sign.first, sign.last)}
    directing = {key for key in directing if Counter(keys)[key] == 1}
    named = {key for key in keys if key is not None}
    for words in (*topic.aliases, *topic.keywords):
        named |= {key for key in subject_keys(words.lower().replace("’", "'").split()) if key is not None}
    if not any(key not in directing and not key.startswith("@") for key in named):
        directing = set()  # "the embargo should be lifted": the thing is itself a direction
    weights = {key: _weight(key, directing) for key in sorted(named)}
    return Proposition(topic, weights, frozenset(d for d in directing if d), _direction(layout))


def _weight(key: str, directing: set[str | None]) -> float:
    if key in directing:
        return DIRECTION_WEIGHT
    return COUNTRY_WEIGHT if key.startswith("@") else 1.0


def _main_directions(layout: Layout) -> list[Sign]:
    """The directions that are what the statement asks for: those behind its first modal verb, if it has one."""
    signs = list(find_signs(layout).at.values())
    modal = next((sign.last for sign in signs if sign.kind == "propose"), 0)
    return [sign for sign in signs if sign.kind in DIRECTIONS and sign.first >= modal]


def _direction(layout: Layout) -> int:
    """The product of what the statement asks for, turned by a negation before or behind its modal verb."""
    direction = 1
    for sign in _main_directions(layout):
        direction *= 1 if sign.kind == "permit" else -1
    denials = load("stance")["negation"]["words"]
    denied = any(token.lower in denials or token.lower.endswith("n't") for token in layout.tokens)
    return -direction if denied else direction
