"""How well stances are read: python -m benchmarks.stances [FILE].

Reads small passages as articles of their own, each with a proposition and a holder, through the whole extraction, and
prints which side it gives the holder, or none, against the labels: macro-F1 and the counts.
"""

import argparse
import json
import platform
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.extract import extract
from app.extract.document import Document, Extraction, Topic

PAIRS = Path(__file__).parents[1] / "tests" / "extract" / "stance_pairs.toml"


def read_pairs(path: Path = PAIRS) -> list[dict[str, Any]]:
    """The labelled cases: `proposition`, `passage`, `holder` (words of the passage) and `stance`."""
    cases: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    return cases


def side_of(case: dict[str, Any]) -> str:
    """The side that the extraction gives to the holder of a case, or "none"."""
    found = extract(Document(case["passage"], topics=(Topic("t", case["proposition"]),)))
    return side_of_holder(found, case["passage"], case["holder"])


def side_of_holder(found: Extraction, passage: str, holder: str) -> str:
    """The side, by the confidence of all its evidence, of whoever `holder` names in `passage`."""
    start = passage.index(holder)
    end = start + len(holder)
    named = {
        speaker.id
        for speaker in found.speakers
        if any(mention.span.start < end and start < mention.span.end for mention in speaker.mentions)
    }
    weights = Counter[str]()
    for stance in found.stances:
        if stance.speaker in named:
            weights[stance.polarity] += stance.confidence
    sided = {side: weight for side, weight in weights.items() if side != "neutral"}
    return max(sided or weights, key=lambda side: weights[side], default="none")


def macro_f1(gold: Sequence[str], found: Sequence[str]) -> float:
    """The mean of the F1 of each label that is among `gold`."""
    scores = []
    for label in sorted(set(gold)):
        right = sum(g == f == label for g, f in zip(gold, found, strict=True))
        scores.append(2 * right / (gold.count(label) + found.count(label)))
    return sum(scores) / len(scores)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", default=PAIRS)
    cases = read_pairs(parser.parse_args().file)
    gold = [case["stance"] for case in cases]
    found = [side_of(case) for case in cases]
    print(platform.processor() or platform.machine(), platform.python_version())
    print(len(cases), "pairs, macro-F1", round(macro_f1(gold, found), 3))
    print(json.dumps({f"{g} as {f}": n for (g, f), n in sorted(Counter(zip(gold, found, strict=True)).items())}, indent=1))


if __name__ == "__main__":
    main()
