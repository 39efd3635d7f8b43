"""The PolNeAR articles as training windows: word pieces with the labels of every task.

Labels are built for a whole article once and cut into windows afterwards; -100 means "no loss here". Tasks:

    marks   [n, len(LAYERS)]    outside / begin / inside, of sources, cues, contents and discarded text
    links   content  [n]        the piece a piece of content points at: the first piece of its cue
            first, last [n]     set at the first piece of a cue: the first and last piece of its source, or the
                                piece itself if nobody is named
            opens, closes [n]   likewise the first and last piece of the content that a cue introduces
    syntax  names, pos, relation, head [n]   from the silver parse, at the first piece of a token (names: at all)
"""

import gzip
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from app.extract.tagger import BEGIN, INSIDE, LAYERS, NAMES, WINDOW, Pieces, cut_windows, read_pieces

Ints = NDArray[np.int64]
IGNORED = -100
UNPARSED: dict[str, Any] = {"tokens": [], "sentences": []}  # a few articles have no silver parse
POINTERS = ("content", "first", "last", "opens", "closes", "antecedent", "head")

# CoreNLP's classes, folded to those that people, dates and weapons are found with.
NAME_OF = {
    "PERSON": "PERSON",
    "ORGANIZATION": "ORGANIZATION",
    "LOCATION": "PLACE",
    "MISC": "MISC",
    "DATE": "DATE",
    "TIME": "DATE",
    "DURATION": "DATE",
    "SET": "DATE",
    "NUMBER": "NUMBER",
    "PERCENT": "NUMBER",
    "MONEY": "NUMBER",
    "ORDINAL": "NUMBER",
}
STRAIGHTEN = str.maketrans("“”‘’", "\"\"''")


@dataclass(frozen=True, slots=True)
class Article:
    """An article's word pieces and, per task, one label a piece (pointers are piece indices)."""

    id: str
    pieces: Pieces
    labels: dict[str, Ints]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The part-of-speech tags and dependency relations of the silver parse."""

    pos: dict[str, int]
    relation: dict[str, int]


def read_rows(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def read_part(corpora: Path, part: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The annotated articles of a part of PolNeAR (train or dev) and their silver parses, in the same order."""
    folder = corpora / "attributions"
    rows = read_rows(folder / f"polnear-{part}.jsonl.gz")
    parses = {parse["id"]: parse for parse in read_rows(folder / f"polnear-{part}.parse.jsonl.gz")}
    return rows, [parses.get(row["id"], UNPARSED) for row in rows]


def collect_vocabulary(parses: Iterable[dict[str, Any]]) -> Vocabulary:
    pos, relation = set(), set()
    for parse in parses:
        pos.update(token[2] for token in parse["tokens"])
        relation.update(_plain_relation(token[6]) for token in parse["tokens"])
    return Vocabulary(_numbered(pos), _numbered(relation))


def label_article(
    row: dict[str, Any], parse: dict[str, Any], words: Vocabulary, tokenizer: Tokenizer, *, straight: bool = False
) -> Article:
    """`straight` replaces curly quotation marks, one character by one, so that no offset moves."""
    text = row["text"].translate(STRAIGHTEN) if straight else row["text"]
    pieces = read_pieces(text, tokenizer)
    labels = {"marks": _marks(row, pieces)} | _links(row, pieces) | _syntax(parse, words, pieces)
    return Article(row["id"], pieces, labels)


def _marks(row: dict[str, Any], pieces: Pieces) -> Ints:
    marks = np.zeros((len(pieces), len(LAYERS)), dtype=np.int64)
    for layer, name in enumerate(LAYERS):
        spans = row["discard"] if name == "discard" else [s for a in row["attributions"] for s in a[name]]
        # Of overlapping spans (a source inside a longer one) the longer is labelled; links tell them apart.
        for span in sorted(map(tuple, spans), key=lambda s: s[1] - s[0]):
            first, stop = pieces.overlapping(*span)
            marks[first:stop, layer] = INSIDE
            marks[first : first + 1, layer] = BEGIN
    in_discard = marks[:, LAYERS.index("discard")] > 0
    marks[in_discard, : LAYERS.index("discard")] = IGNORED
    return marks


def _links(row: dict[str, Any], pieces: Pieces) -> dict[str, Ints]:
    links = {
        name: np.full(len(pieces), IGNORED, dtype=np.int64) for name in ("content", "first", "last", "opens", "closes")
    }
    for attribution in row["attributions"]:
        if not attribution["cue"]:
            continue
        cue, stop = pieces.overlapping(*attribution["cue"][0])
        if cue == stop:
            continue
        for span in attribution["content"]:
            links["content"][slice(*pieces.overlapping(*span))] = cue
        links["first"][cue] = links["last"][cue] = cue
        if attribution["source"]:
            begin, end = pieces.overlapping(attribution["source"][0][0], attribution["source"][-1][1])
            links["first"][cue], links["last"][cue] = begin, max(begin, end - 1)
        begin, end = pieces.overlapping(attribution["content"][0][0], attribution["content"][-1][1])
        links["opens"][cue], links["closes"][cue] = begin, max(begin, end - 1)
    return links


def _syntax(parse: dict[str, Any], words: Vocabulary, pieces: Pieces) -> dict[str, Ints]:
    labels = {name: np.full(len(pieces), IGNORED, dtype=np.int64) for name in ("names", "pos", "relation", "head")}
    reach = [pieces.overlapping(token[0], token[1]) for token in parse["tokens"]]
    starts = {first for first, _ in parse["sentences"]}
    previous = "O"
    for i, (_, _, pos, kind, _, head, relation) in enumerate(parse["tokens"]):
        first, stop = reach[i]
        name = NAME_OF.get(kind, "O")
        _label_name(labels["names"], first, stop, name, begins=name != previous or i in starts)
        previous = name
        if first < stop:
            labels["pos"][first] = words.pos.get(pos, IGNORED)
            labels["relation"][first] = words.relation.get(_plain_relation(relation), IGNORED)
            labels["head"][first] = reach[i + head][0]
    return labels


def _label_name(labels: Ints, first: int, stop: int, name: str, *, begins: bool) -> None:
    labels[first:stop] = 0
    if name != "O":
        kind = 2 * NAMES.index(name)
        labels[first:stop] = kind + INSIDE
        if begins:
            labels[first : first + 1] = kind + BEGIN


def cut_article(article: Article, chance: random.Random | None = None) -> Iterator[Article]:
    """An article as windows without overlap; with `chance` the cuts fall elsewhere every time."""
    first = chance.randint(WINDOW // 3, WINDOW) if chance else None
    pieces = article.pieces
    for start, stop in cut_windows(pieces.breaks, len(pieces), shared=0, first=first):
        part = Pieces(pieces.ids[start:stop], pieces.spans[start:stop], pieces.features[start:stop], ())
        labels = {name: values[start:stop].copy() for name, values in article.labels.items()}
        labels |= {name: _moved(labels[name], start, stop) for name in POINTERS if name in labels}
        yield Article(article.id, part, labels)


def _moved(pointers: Ints, start: int, stop: int) -> Ints:
    """Pointers counted from the window's start; those that leave the window teach nothing."""
    is_inside = (pointers >= start) & (pointers < stop)
    return np.where(is_inside, pointers - start, IGNORED)


def batch_windows(windows: list[Article], size: int, chance: random.Random) -> list[list[Article]]:
    """Batches of about equal length, so that little is padding, in random order."""
    shuffled = sorted(windows, key=lambda w: (len(w.pieces) // 16, chance.random()))
    batches = [shuffled[i : i + size] for i in range(0, len(shuffled), size)]
    chance.shuffle(batches)
    return batches


def _plain_relation(relation: str) -> str:
    return relation.split(":")[0]


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: i for i, name in enumerate(sorted(names))}
