"""Repetitions: which passages say again what a fuller one says."""

import re
from collections.abc import Sequence

WORD = re.compile(r"\w+(?:['’]\w+)*")
SHINGLE = 3  # words; shorter passages are too common to be repetitions
LEAST_SHARE = 0.85  # of a passage's shingles that the fuller one must have
WIDEST = 50  # passages that may share a shingle; a phrase said more often tells nothing


def find_repetitions(passages: Sequence[str]) -> dict[int, int]:
    """For each passage that repeats a fuller one, or an equal one before it, the index of that one.

    Words are compared without case and punctuation, by shingles of three in the manner of Broder (1997).
    """
    words = [[word.lower().replace("’", "'") for word in WORD.findall(passage)] for passage in passages]
    shingles = [{tuple(each[at : at + SHINGLE]) for at in range(len(each) - SHINGLE + 1)} for each in words]
    where: dict[tuple[str, ...], list[int]] = {}
    for index, found in enumerate(shingles):
        for shingle in found:
            where.setdefault(shingle, []).append(index)
    repeated = ((index, _fuller(index, words, shingles, where)) for index in range(len(passages)))
    return {index: fuller for index, fuller in repeated if fuller is not None}


def _fuller(
    index: int,
    words: Sequence[list[str]],
    shingles: Sequence[set[tuple[str, ...]]],
    where: dict[tuple[str, ...], list[int]],
) -> int | None:
    shared: dict[int, int] = {}
    for shingle in shingles[index]:
        for other in where[shingle] if len(where[shingle]) <= WIDEST else ():
            shared[other] = shared.get(other, 0) + 1
    candidates = [
        other
        for other, count in shared.items()
        if count >= LEAST_SHARE * len(shingles[index]) and _is_fuller(other, index, words)
    ]
    return max(candidates, key=lambda other: (len(words[other]), -other), default=None)


def _is_fuller(other: int, index: int, words: Sequence[list[str]]) -> bool:
    return (len(words[other]), -other) > (len(words[index]), -index)
