"""Whether the extraction holds on articles of your own, whole and spoiled in every way that feeds and scrapers spoil text.

    python benchmarks/robustness.py ARTICLES.jsonl[.gz] [--limit N] [--spoiled N] [--processes N]

Each line of the input has a "text". Every article is read as it is, and every N-th spoiled in each way. Counts what breaks
a promise of the contract: an exception, a span outside the text, a quote that is not the text of its spans, an id that
stands for nothing, or another answer the second time.
"""

import argparse
import gzip
import json
import os
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path

from app.extract import extract
from app.extract.document import SPEAKER_FIELDS, Document, Extraction, Spans, Topic, merged

TOPICS = (Topic("t", "The government should send more weapons abroad", keywords=("weapons",)),)
LONG = 200_000  # bytes
MARKS = re.compile("[“”\"‘’']")
CHUNK = 20


def _long(text: str) -> str:
    repeated = (text + "\n\n") * (LONG // max(1, len(text.encode())) + 1)
    return repeated.encode()[:LONG].decode(errors="ignore")


def _sprinkled(signs: str) -> Callable[[str], str]:
    def sprinkle(text: str) -> str:
        chance = random.Random(len(text))  # noqa: S311 - a repeatable choice, no secret
        return "".join(char + (chance.choice(signs) if chance.random() < 0.02 else "") for char in text)

    return sprinkle


SPOILED: dict[str, Callable[[str], str]] = {
    "without quotation marks": lambda text: MARKS.sub("", text),
    "every second mark lost": lambda text: "".join(
        part for at, part in enumerate(re.split(f"({MARKS.pattern})", text)) if at % 4 != 3
    ),
    "marks doubled": lambda text: MARKS.sub(r"\g<0>\g<0>", text),
    "without paragraphs": lambda text: " ".join(text.split()),
    "a paragraph a word": lambda text: "\n\n".join(text.split()),
    "in capitals": str.upper,
    "in small letters": str.lower,
    "without stops": lambda text: re.sub(r"[.,;:!?]", "", text),
    "emoji": _sprinkled("😀🇺🇦👩‍🚀"),
    "right to left": _sprinkled("\u202b\u202eשא"),
    "control characters": _sprinkled("\x00\x07\x1b\u200b\ufeff"),
    "combining": _sprinkled("\u0301\u0327"),
    "halves of pairs": _sprinkled("\ud83d\ude00"),
    "cut in the middle": lambda text: text[len(text) // 3 : 2 * len(text) // 3],
    "backwards": lambda text: text[::-1],
    "200 kB": _long,
}


def failures(text: str) -> Iterator[str]:
    """What breaks a promise for `text`, in a few words each."""
    try:
        found = extract(Document(text, topics=TOPICS))
        again = extract(Document(text, topics=TOPICS))
    except Exception as error:
        yield f"raises {type(error).__name__}"
        return
    if found != again:
        yield "another answer the second time"
    yield from _broken_spans(text, found)
    yield from _broken_references(found)


def _broken_spans(text: str, found: Extraction) -> Iterator[str]:
    for quote in found.quotes:
        if " ".join(span.of(text) for span in quote.content) != quote.text:
            yield "a quote is not its text"
        if any(own.overlaps(part) for own in (*quote.cue, *quote.source) for part in quote.content):
            yield "a quote that has its cue or source in it"
        for part in ("content", "source", "cue"):
            if not _is_sound(text, getattr(quote, part), optional=part != "content"):
                yield f"a quote's {part}"
    for speaker in found.speakers:
        for mention in speaker.mentions:
            if not _is_sound(text, (mention.span,)):
                yield "a mention"
        for name in SPEAKER_FIELDS:
            told, evidence = getattr(speaker, name), speaker.evidence.get(name, ())
            if (told is None) != (not evidence) or not _is_sound(text, evidence, optional=True):
                yield f"the evidence of a {name}"
    for claim in (*found.stances, *found.weapon_facts):
        if not _is_sound(text, claim.evidence):
            yield "the evidence of a claim"


def _is_sound(text: str, spans: Spans, *, optional: bool = False) -> bool:
    """Whether spans lie in the text, in order and apart."""
    return (optional or bool(spans)) and spans == merged(spans) and all(0 <= a < b <= len(text) for a, b in spans)


def _broken_references(found: Extraction) -> Iterator[str]:
    speakers, quotes = {speaker.id for speaker in found.speakers}, {quote.id for quote in found.quotes}
    asked = [quote.speaker for quote in found.quotes] + [stance.speaker for stance in found.stances]
    asked += [fact.claimed_by for fact in found.weapon_facts]
    if not speakers >= {id for id in asked if id is not None}:
        yield "a speaker nobody is"
    if not quotes >= {quote.same_as for quote in found.quotes if quote.same_as is not None}:
        yield "a repetition of nothing"
    if len({(quote.content, quote.source) for quote in found.quotes}) < len(found.quotes):
        yield "one quote twice"


def check(chunk: list[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """How often each promise is broken for each way of spoiling, over some texts."""
    return Counter((way, failure) for way, text in chunk for failure in set(failures(text)))


def cases(path: Path, limit: int, every: int) -> Iterator[tuple[str, str]]:
    """The ways and texts to check."""
    with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(islice(lines, limit)):
            text = json.loads(line)["text"]
            yield "as it is", text
            if number % every == 0:
                yield from ((way, spoil(text)) for way, spoil in SPOILED.items())


def main() -> None:
    """Print how many texts were read, and what broke."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--limit", type=int, default=1_000_000)
    parser.add_argument("--spoiled", type=int, default=50, help="spoil every so many articles")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    started = time.monotonic()
    texts = list(cases(arguments.articles, arguments.limit, arguments.spoiled))
    chunks = [texts[start : start + CHUNK] for start in range(0, len(texts), CHUNK)]
    with ProcessPoolExecutor(arguments.processes, get_context("spawn")) as pool:
        broken = Counter(chain.from_iterable(counts.elements() for counts in pool.map(check, chunks)))
    ways = Counter(way for way, _ in texts)
    print(f"{len(texts)} texts read twice in {time.monotonic() - started:.0f} s:", dict(ways))
    for (way, failure), count in sorted(broken.items()):
        print(f"{count:6} {way}: {failure}")
    print("nothing broke" if not broken else f"{broken.total()} broken promises")


if __name__ == "__main__":
    main()
