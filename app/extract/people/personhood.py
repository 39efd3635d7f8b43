"""How likely each word of a text is part of a person's name, by all that the network says of the text.

What it says of one place is weighed against what it says of the same word at all others; that "he" or "she" points at it
makes it a person's all the more.
"""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.extract.layout import Layout
from app.extract.tagger import BEGIN, INSIDE, NAMES, Floats, Tagging, log_shares

PERSON = [2 * NAMES.index("PERSON") + label for label in (BEGIN, INSIDE)]  # columns of the network's scores for names
Places = NDArray[np.int64]  # a word piece for each token
PERSONAL = frozenset(["he", "him", "his", "himself", "she", "her", "hers", "herself"])
BEFORE, AFTER = 300, 60  # word pieces around a pronoun that it may point at
UNREAD = 0.8  # the chance of a word that the network has not read: what stands where people do is a person
# Chosen, as the thresholds in names.py, on the development parts of GAP and worldwide newswire:
OWN = 0.4  # what a place counts against all places of its word
POINTED = 0.9  # what it counts that a pronoun points at a word


def chances_of_person(layout: Layout, words: Sequence[str], tagging: Tagging) -> tuple[float, ...]:
    """The chance of every token; `words` are the tokens as lexicons write them."""
    if not words:
        return ()
    firsts, stops = _places(layout, tagging)
    is_read = stops > firsts
    sums = np.concatenate([[0.0], np.exp(tagging.names[:, PERSON].astype(np.float64)).sum(1).cumsum()])
    tagged = np.where(is_read, (sums[stops] - sums[firsts]) / np.maximum(1, stops - firsts), UNREAD)
    pointed = np.where(is_read, _most(_referred(words, firsts, is_read, tagging), firsts, stops), 0.0)
    return _shared(layout, words, (1 - (1 - tagged) * (1 - POINTED * pointed)).tolist())


def _places(layout: Layout, tagging: Tagging) -> tuple[Places, Places]:
    """Where the pieces of each token begin and end."""
    starts, ends = (
        np.array([getattr(token, edge) for token in layout.tokens], dtype=np.int64) for edge in ("start", "end")
    )
    firsts = np.searchsorted(tagging.pieces.spans[:, 1], starts, side="right")
    return firsts, np.maximum(firsts, np.searchsorted(tagging.pieces.spans[:, 0], ends, side="left"))


def _most(values: Floats, firsts: Places, stops: Places) -> Floats:
    """The greatest of `values` in each range; what it says of empty ones is to be left alone."""
    edges = np.column_stack([firsts, stops]).ravel()
    most: Floats = np.maximum.reduceat(np.append(values, np.float32(0)), edges)[::2]
    return most


def pointed_at(tagging: Tagging, piece: int) -> tuple[int, Floats]:
    """The pieces around the mention whose head is at `piece`: the first, and how likely each is what it refers to."""
    low, high = max(0, piece - BEFORE), min(len(tagging.pieces), piece + AFTER)
    shares: Floats = np.exp(log_shares(tagging.antecedent_scores(piece, low, high)))
    return low, shares


def _referred(words: Sequence[str], firsts: Places, is_read: NDArray[np.bool_], tagging: Tagging) -> Floats:
    """How likely it is of each piece that a personal pronoun refers to it: by the one that does most."""
    referred = np.zeros(len(tagging.pieces), dtype=np.float32)
    for index, word in enumerate(words):
        if word in PERSONAL and is_read[index]:
            low, shares = pointed_at(tagging, int(firsts[index]))
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
