"""How likely each word of a text is part of a person's name, by all that the network says of the text.

What it says of one place is weighed against what it says of the same word at all others; that "he" or "she" points at it
makes it a person's all the more.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from app.extract.layout import Layout
from app.extract.tagger import BEGIN, INSIDE, NAMES, Floats, Tagging, log_shares

PERSON = [2 * NAMES.index("PERSON") + label for label in (BEGIN, INSIDE)]  # columns of the network's scores for names
PERSONAL = frozenset(["he", "him", "his", "himself", "she", "her", "hers", "herself"])
BEFORE, AFTER = 300, 60  # word pieces around a pronoun that it may point at
UNREAD = 0.8  # the chance of a word that the network has not read: what stands where people do is a person
# Chosen, as the thresholds in names.py, on the development parts of GAP and worldwide newswire:
OWN = 0.4  # what a place counts against all places of its word
POINTED = 0.9  # what it counts that a pronoun points at a word


def chances_of_person(layout: Layout, words: Sequence[str], tagging: Tagging) -> tuple[float, ...]:
    """The chance of every token; `words` are the tokens as lexicons write them."""
    named = np.exp(tagging.names[:, PERSON]).sum(1)
    referred = _referred(layout, words, tagging)
    own = []
    for token in layout.tokens:
        start, stop = tagging.pieces.overlapping(token.start, token.end)
        tagged = float(named[start:stop].mean()) if start < stop else UNREAD
        pointed = float(referred[start:stop].max()) if start < stop else 0.0
        own.append(1 - (1 - tagged) * (1 - POINTED * pointed))
    return _shared(layout, words, own)


def pointed_at(tagging: Tagging, piece: int) -> tuple[int, Floats]:
    """The pieces around the mention whose head is at `piece`: the first, and how likely each is what it refers to."""
    low, high = max(0, piece - BEFORE), min(len(tagging.pieces), piece + AFTER)
    shares: Floats = np.exp(log_shares(tagging.antecedent_scores(piece, low, high)))
    return low, shares


def _referred(layout: Layout, words: Sequence[str], tagging: Tagging) -> Floats:
    """How likely it is of each piece that a personal pronoun refers to it: by the one that does most."""
    referred = np.zeros(len(tagging.pieces), dtype=np.float32)
    for token, word in zip(layout.tokens, words, strict=True):
        first, stop = tagging.pieces.overlapping(token.start, token.end)
        if word in PERSONAL and first < stop:
            low, shares = pointed_at(tagging, first)
            seen = referred[low : low + len(shares)]
            np.maximum(seen, shares, out=seen)
    return referred


def _shared(layout: Layout, words: Sequence[str], own: Sequence[float]) -> tuple[float, ...]:
    """Each token's chance, drawn to the mean of its word wherever that has a capital."""
    capitals = [token.text[0].isupper() for token in layout.tokens]
    places = defaultdict[str, list[float]](list)
    for word, chance, is_capital in zip(words, own, capitals, strict=True):
        if is_capital:
            places[word].append(chance)
    means = {word: sum(chances) / len(chances) for word, chances in places.items()}
    return tuple(
        OWN * chance + (1 - OWN) * means[word] if is_capital else chance
        for word, chance, is_capital in zip(words, own, capitals, strict=True)
    )
