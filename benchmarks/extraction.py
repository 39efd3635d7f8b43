"""How fast the extraction is on articles of your own: articles and words a second, time outside the models, memory.

    python benchmarks/extraction.py ARTICLES.jsonl[.gz] [--limit N] [--processes N]

Each line of the input has a "text". Every process reads a few articles before the clock starts, so that lexicons and
weights are loaded. "Outside the models" is all time but that of the networks' own runs.
"""

import argparse
import gzip
import json
import os
import platform
import resource
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import onnxruntime

from app.extract import VERSION, extract, load_models
from app.extract.document import Document

WARM_UP = 5
CHUNK = 10  # articles that a process takes at a time


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of some articles: their words and quotes, and seconds of this process in all and in the models."""

    words: int
    quotes: int
    seconds: float
    in_models: float
    mebibytes: float


class ClockedSession(onnxruntime.InferenceSession):  # type: ignore[misc]  # the package has no types
    """A session that adds up the seconds it runs."""

    seconds = 0.0

    def run(self, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as the package has it
        started = time.perf_counter()
        try:
            return super().run(*arguments, **options)
        finally:
            ClockedSession.seconds += time.perf_counter() - started


def texts(path: Path) -> Iterator[str]:
    """The text of each line of `path`."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def warm_up(samples: list[str]) -> None:
    """Load everything that is loaded once a process, with a clock on the models."""
    onnxruntime.InferenceSession = ClockedSession
    load_models()
    for text in samples:
        extract(Document(text))


def read(chunk: list[str]) -> Reading:
    """Extract from some articles."""
    before, started = ClockedSession.seconds, time.perf_counter()
    quotes = sum(len(extract(Document(text)).quotes) for text in chunk)
    seconds, in_models = time.perf_counter() - started, ClockedSession.seconds - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << (10 if platform.system() == "Linux" else 20))
    return Reading(sum(len(text.split()) for text in chunk), quotes, seconds, in_models, peak)


def main() -> None:
    """Print the figures, and the machine they are of."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--limit", type=int, default=1000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    articles = list(islice(texts(arguments.articles), arguments.limit))
    chunks = [articles[start : start + CHUNK] for start in range(0, len(articles), CHUNK)]
    samples = articles[:WARM_UP]
    with ProcessPoolExecutor(arguments.processes, get_context("spawn"), warm_up, (samples,)) as pool:
        list(pool.map(read, [samples] * arguments.processes))
        started = time.perf_counter()
        readings = list(pool.map(read, chunks))
        elapsed = time.perf_counter() - started
    words, quotes = sum(each.words for each in readings), sum(each.quotes for each in readings)
    busy, in_models = sum(each.seconds for each in readings), sum(each.in_models for each in readings)
    print(f"{len(articles)} articles, {words:,} words, {quotes:,} quotes, {arguments.processes} processes")
    print(f"{len(articles) / elapsed:.1f} articles/s, {words / elapsed:,.0f} words/s by the clock on the wall")
    print(f"{words / busy:,.0f} words/s a process, {1 - in_models / busy:.0%} of its time outside the models")
    print(f"{max(each.mebibytes for each in readings):.0f} MiB a process at most")
    print(f"extractor {VERSION}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.platform()}")


if __name__ == "__main__":
    main()
