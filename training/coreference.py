"""Who refers to whom, as labels: `antecedent` [n], set at the head of a mention, is the piece that it refers back to.

That is the head of the nearest earlier mention that is no pronoun; of a pronoun that comes first, of the next one; and the
piece itself where there is none. Read from GUM (gold), GAP (gold, one pronoun a passage) and CoreNLP's reading of PolNeAR.
"""

import csv
import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from app.extract.tagger import Pieces
from training.corpus import IGNORED, Ints

PRONOUNS = frozenset(["PRP", "PRP$"])
BRACKET = re.compile(r"\((\d+)(\))?|(\d+)\)")
Word = tuple[int, int, str, int]  # start, end, part of speech, place of its head


@dataclass(frozen=True, slots=True, order=True)
class Mention:
    """What refers to somebody or something: where its head stands, in characters."""

    start: int
    end: int
    is_pronoun: bool


@dataclass(frozen=True, slots=True)
class Story:
    """A text and, for each thing or person in it that is spoken of more than once, the mentions."""

    text: str
    chains: list[list[Mention]]


def label_antecedents(chains: Iterable[Sequence[Mention]], pieces: Pieces) -> Ints:
    """The label of every piece: an index, or `IGNORED` where no mention has its head."""
    labels = np.full(len(pieces), IGNORED, dtype=np.int64)
    for chain in chains:
        ordered = sorted(chain)
        heads = [pieces.overlapping(mention.start, mention.end)[0] for mention in ordered]
        named = [i for i, mention in enumerate(ordered) if not mention.is_pronoun]
        for i, mention in enumerate(ordered):
            earlier = [other for other in named if heads[other] < heads[i]]
            later = [other for other in named if heads[other] > heads[i]] if mention.is_pronoun else []
            if heads[i] < len(labels):
                labels[heads[i]] = heads[earlier[-1]] if earlier else heads[later[0]] if later else heads[i]
    return labels


def silver_chains(parse: dict[str, Any]) -> list[list[Mention]]:
    """CoreNLP's chains; the head of a mention is the token whose own head lies outside of it."""
    tokens, chains = parse["tokens"], []
    for chain in parse.get("coref", ()):
        mentions = []
        for first, stop in chain:
            head = next(
                (i for i in range(first, stop) if not first <= i + tokens[i][5] < stop or not tokens[i][5]), stop - 1
            )
            mentions.append(Mention(tokens[head][0], tokens[head][1], tokens[head][2] in PRONOUNS and stop - first == 1))
        chains.append(mentions)
    return chains


def read_gap(path: Path) -> list[Story]:
    """The passages of a GAP file in which the pronoun stands for one of the two names."""
    stories = []
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            pronoun = int(row["Pronoun-offset"])
            for name in "AB":
                if row[f"{name}-coref"].upper() == "TRUE":
                    end = int(row[f"{name}-offset"]) + len(row[name])
                    start = end - len(re.split(r"[\s-]", row[name])[-1])
                    spoken = Mention(pronoun, pronoun + len(row["Pronoun"]), is_pronoun=True)
                    stories.append(Story(row["Text"], [[Mention(start, end, is_pronoun=False), spoken]]))
    return stories


def read_gum(path: Path) -> list[Story]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [_read_document(lines) for lines in _documents(file)]


def _documents(lines: Iterable[str]) -> Iterator[list[str]]:
    document: list[str] = []
    for line in lines:
        if line.startswith("# newdoc") and document:
            yield document
            document = []
        document.append(line.rstrip("\n"))
    yield document


def _read_document(lines: list[str]) -> Story:
    text, opened, chains = "", defaultdict(list), defaultdict(list)
    words: list[Word] = []
    first = 0
    for line in lines:
        if line.startswith("# newpar ") or line == "# newpar":
            text = text.rstrip() + "\n\n" if text else ""
        fields = line.split("\t")
        if not line:
            first = len(words)
        if len(fields) != 10 or not fields[0].isdecimal():
            continue
        start = len(text)
        words.append((start, start + len(fields[1]), fields[4], first + int(fields[6]) - 1))
        text += fields[1] + ("" if "SpaceAfter=No" in fields[9] else " ")
        entity = next((part[7:] for part in fields[9].split("|") if part.startswith("Entity=")), "")
        for opens, at_once, closes in BRACKET.findall(entity):
            if opens and not at_once:
                opened[opens].append(len(words) - 1)
            else:
                begun = len(words) - 1 if opens else opened[closes].pop()
                chains[opens or closes].append(_mention(words, begun, len(words)))
    return Story(text, [chain for chain in chains.values() if len(chain) > 1])


def _mention(words: list[Word], first: int, stop: int) -> Mention:
    head = next((i for i in range(first, stop) if not first <= words[i][3] < stop), stop - 1)
    return Mention(words[head][0], words[head][1], words[head][2] in PRONOUNS and stop - first == 1)
