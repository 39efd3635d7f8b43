"""How fast the extraction is: articles and words a second, and how much memory, on articles of your own.

    python benchmarks/extraction.py ARTICLES.jsonl[.gz] [--limit N]

Each line of the input has a "text". The first articles are read once before the clock starts, so that lexicons are loaded.
"""

import argparse
import gzip
import json
import os
import platform
import resource
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from app.extract import VERSION, extract
from app.extract.document import Document

WARM_UP = 5


def texts(path: Path) -> Iterator[str]:
    """The text of each line of `path`."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def main() -> None:
    """Print one line of figures and one on the machine they are of."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--limit", type=int, default=1000)
    arguments = parser.parse_args()
    documents = [Document(text) for text in islice(texts(arguments.articles), arguments.limit)]
    for document in documents[:WARM_UP]:
        extract(document)
    started = time.process_time()
    quotes = sum(len(extract(document).quotes) for document in documents)
    seconds = time.process_time() - started
    words = sum(len(document.text.split()) for document in documents)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << (10 if platform.system() == "Linux" else 20))
    print(
        f"{len(documents)} articles, {words:,} words, {quotes:,} quotes: {len(documents) / seconds:.1f} articles/s, "
        f"{words / seconds:,.0f} words/s of one core's time, {peak:.0f} MiB at most"
    )
    print(f"extractor {VERSION}, Python {platform.python_version()}, {os.cpu_count()} cores, {platform.platform()}")


if __name__ == "__main__":
    main()
