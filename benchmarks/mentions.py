"""Whom names, pronouns and sources stand for, against what others have annotated.

    python benchmarks/mentions.py names      WORLDWIDE.tsv[.gz]
    python benchmarks/mentions.py pronouns   GAP.tsv
    python benchmarks/mentions.py people     NEWS-FAIR.jsonl[.gz]
    python benchmarks/mentions.py sources    POLNEAR.jsonl[.gz] POLNEAR.parse.jsonl[.gz] [--misses]

names       PERSON names of the en-worldwide-newswire corpus (Shan et al., 2023): exact spans. Its tokens have spaces around
            each hyphen, which are taken out.
pronouns    GAP (Webster et al., 2018): whether the pronoun stands for each of two names; F1 over all, and of he and she.
people      ELEVANT's News-Fair: mentions of people inside the evaluated span. Resolved when a mention of a person overlaps
            it and the speaker's name agrees with the annotated one: the same surname, and the words of the shorter name
            among those of the longer.
sources     For each PolNeAR attribution whose content is found (intersection over union of words at least 0.8) and whose
            source is a person whom the article names, whether the quote's speaker has that person's surname. Who is meant
            is read from a CoreNLP parse, so that it has mistakes of its own: a person's name that is the head of the source
            or stands in apposition to it, or else the names in the chain of the source's head. Recall is the share that is
            right, and what is missing to 1 is wrong or nobody.
"""

import argparse
import csv
import gzip
import json
import platform
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from app.evaluation import overlap_of, words_in
from app.extract import VERSION, extract, load_models
from app.extract.document import Document, Span, Speaker

PERSON = "Q215627"  # the class of people in Wikidata, as News-Fair has it
NOBODY = {"Unknown", "NIL", "", None}
PRONOUNS = frozenset(
    "he him his himself she her hers herself they them their theirs i me my mine we us our you your who whose whom".split()
)
LOWERED = frozenset(["The", "A", "An", "His", "Her", "Their", "My"])
WORD = re.compile(r"[\w'’-]+")
FOUND = 0.8
Tokens = Sequence[Sequence[Any]]  # start, end, part of speech, kind of name, lemma, offset of the head, relation to it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=MEASURES)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--misses", action="store_true", help="print what is wrong")
    args = parser.parse_args()
    load_models()
    counts = MEASURES[args.what](*args.files, misses=args.misses)
    for group in sorted({name.partition(":")[0] for name in counts}):
        print(f"{group:10}", shown(counts, group))
    print(f"extractor {VERSION}, Python {platform.python_version()}")


def speakers_of(text: str) -> tuple[Speaker, ...]:
    return extract(Document(text)).speakers


def lines(path: Path) -> Iterator[str]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from file


def shown(counts: Counter[str], group: str) -> str:
    """Precision, recall and F1 of a group of counts: `group:right`, `group:found` and `group:wanted`."""
    p, r, f1 = figures(counts, group)
    if f"{group}:found" not in counts:
        return f"R {r:.3f}  ({counts[f'{group}:wanted']} annotated)"
    return f"P {p:.3f}  R {r:.3f}  F1 {f1:.3f}  ({counts[f'{group}:wanted']} annotated)"


def figures(counts: Counter[str], group: str) -> tuple[float, float, float]:
    right, found, wanted = (counts[f"{group}:{what}"] for what in ("right", "found", "wanted"))
    p = counts.get(f"{group}:met", right) / max(1, found)
    r = right / max(1, wanted)
    return p, r, 2 * p * r / max(1e-9, p + r)


# --- names ----------------------------------------------------------------------------------------------------------


def count_names(path: Path, *, misses: bool = False) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text, wanted in articles_with_names(lines(path)):
        people = (each for each in speakers_of(text) if each.kind == "person")
        found = {each.span for person in people for each in person.mentions if each.form == "name"}
        counts += Counter({"names:right": len(found & wanted), "names:found": len(found), "names:wanted": len(wanted)})
        for span in sorted(found ^ wanted) if misses else ():
            print("missed" if span in wanted else "no person", repr(span.of(text)))
    return counts


def articles_with_names(rows: Iterable[str]) -> Iterator[tuple[str, set[Span]]]:
    """Each article as one text, a sentence a line, with the spans of its people's names."""
    text, names, begun = "", set[Span](), -1
    for row in [*rows, "# doc"]:
        word, _, label = row.rstrip("\n").partition("\t")
        if begun >= 0 and not label.startswith("I-Person"):
            names.add(Span(begun, len(text)))
            begun = -1
        if row.startswith("# doc"):
            if text:
                yield text, names
            text, names = "", set()
        elif not word:
            text += "\n" if text and not text.endswith("\n") else ""
        else:
            apart = text and not text.endswith(("\n", "(", "-", "–")) and word[0] not in ".,;:!?)%-–" and word != "'s"
            text += " " if apart else ""
            begun = len(text) if label.startswith("B-Person") else begun
            text += word


# --- pronouns -------------------------------------------------------------------------------------------------------


def count_pronouns(path: Path, *, misses: bool = False) -> Counter[str]:
    counts: Counter[str] = Counter()
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            meant = bearer_at(row["Text"], int(row["Pronoun-offset"]))
            gender = "she" if row["Pronoun"].lower() in ("she", "her", "hers") else "he"
            for name in "AB":
                span = Span(int(row[f"{name}-offset"]), int(row[f"{name}-offset"]) + len(row[name]))
                found, wanted = names_at(meant, span), row[f"{name}-coref"].upper() == "TRUE"
                for group in (gender, "pronouns"):
                    counts += Counter(
                        {f"{group}:right": found and wanted, f"{group}:found": found, f"{group}:wanted": wanted}
                    )
                if misses and found != wanted:
                    print(row["ID"], row["Pronoun"], row[name], "missed" if wanted else "wrong")
    return counts


def bearer_at(text: str, offset: int) -> Speaker | None:
    return next(
        (each for each in speakers_of(text) for at in each.mentions if at.form == "pronoun" and at.span.start == offset),
        None,
    )


def names_at(speaker: Speaker | None, span: Span) -> bool:
    return speaker is not None and any(at.form == "name" and at.span.overlaps(span) for at in speaker.mentions)


# --- people ---------------------------------------------------------------------------------------------------------


def count_people(path: Path, *, misses: bool = False) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in map(json.loads, lines(path)):
        text, part = row["text"], Span(*row["evaluation_span"])
        people = [each for each in speakers_of(text) if each.kind == "person"]
        found = [(at.span, each) for each in people for at in each.mentions if part.start <= at.span.start < part.end]
        met: set[int] = set()
        for label in row["labels"]:
            if PERSON not in str(label.get("type")) or label.get("optional"):
                continue
            span = Span(*label["span"])
            hits = {nth for nth, (at, who) in enumerate(found) if at.overlaps(span) and is_named(who, label.get("name"))}
            for group in ("people", "references" if is_reference(span.of(text)) else "named"):
                counts.update({f"{group}:wanted": 1, f"{group}:right": bool(hits)})
            met |= hits
            if misses and not hits:
                print(repr(span.of(text)), label.get("name"), [who.name for at, who in found if at.overlaps(span)])
        counts.update({"people:found": len(found), "people:met": len(met)})
    return counts


def is_reference(words: str) -> bool:
    """Whether it is a pronoun or a description, as against a name."""
    return words.lower() in PRONOUNS or not any(word[:1].isupper() for word in words.split() if word not in LOWERED)


def is_named(speaker: Speaker, name: str | None) -> bool:
    if name in NOBODY or name is None:
        return True
    own, other = name_words(speaker.name), name_words(name)
    shorter, longer = sorted((own, other), key=len)
    return bool(own and other) and own[-1] == other[-1] and set(shorter) <= set(longer)


def name_words(name: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", name.casefold().replace("’", "'"))
    return [word.strip("'’-") for word in WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))]


# --- sources --------------------------------------------------------------------------------------------------------


def count_sources(path: Path, parses: Path, *, misses: bool = False) -> Counter[str]:
    read = {row["id"]: row for row in map(json.loads, lines(parses))}
    counts: Counter[str] = Counter()
    for row in map(json.loads, lines(path)):
        if row["id"] not in read:
            continue
        text, extraction = row["text"], extract(Document(row["text"]))
        names = {each.id: each for each in extraction.speakers}
        contents = [(quote, words_in(text, quote.content)) for quote in extraction.quotes]
        for each in row["attributions"]:
            wanted = words_in(text, each["content"])
            quote, alike = max(
                ((quote, overlap_of(own, wanted)) for quote, own in contents), key=lambda x: x[1], default=(None, 0.0)
            )
            meant = surnames(text, read[row["id"]], each["source"])
            if quote is None or alike < FOUND or not meant:
                continue
            speaker = names.get(quote.speaker or "")
            outcome = judged(speaker, meant)
            counts.update({"sources:wanted": 1, "sources:found": outcome != "unknown", "sources:right": outcome == "right"})
            if misses and outcome != "right":
                print(outcome, sorted(meant), speaker and speaker.name, [text[a:b] for a, b in each["source"]])
    return counts


def judged(speaker: Speaker | None, meant: set[str]) -> str:
    if speaker is None or speaker.anonymous or speaker.kind != "person":
        return "unknown"
    return "right" if meant & {word for each in name_words(speaker.name) for word in (each, *each.split("-"))} else "wrong"


def surnames(text: str, parse: dict[str, Any], source: Sequence[Sequence[int]]) -> set[str]:
    """The last words of the names of those who may be the source; none where the article names no person."""
    tokens = parse["tokens"]
    if not source:
        return set()
    start, end = source[0][0], source[-1][1]
    inside = [i for i, token in enumerate(tokens) if start <= token[0] and token[1] <= end]
    if not inside:
        return set()
    head = next((i for i in inside if not inside[0] <= i + tokens[i][5] <= inside[-1] or not tokens[i][5]), inside[-1])
    named = [run for run in person_names(tokens, inside[0], inside[-1] + 1) if is_meant(tokens, run, head)]
    if not named:
        chains = [chain for chain in parse.get("coref", ()) if any(first <= head < stop for first, stop in chain)]
        narrow = min(chains, key=lambda chain: min(b - a for a, b in chain if a <= head < b), default=[])
        named = [run for a, b in narrow if b - a <= 6 for run in person_names(tokens, a, b) if run[-1] == b - 1]
    return {name_words(text[tokens[run[-1]][0] : tokens[run[-1]][1]])[-1] for run in named}


def is_meant(tokens: Tokens, run: Sequence[int], head: int) -> bool:
    """Whether a name is the phrase's head, an apposition to it or joined to it by "and": "Clinton aides" are not she."""
    if head in run:
        return True
    root = next((i for i in run if i + tokens[i][5] not in run), run[-1])
    return tokens[root][6].startswith(("appos", "conj")) and root + tokens[root][5] == head


def person_names(tokens: Tokens, first: int, stop: int) -> list[list[int]]:
    runs: list[list[int]] = []
    for i in range(first, stop):
        if tokens[i][3] == "PERSON":
            if runs and runs[-1][-1] == i - 1:
                runs[-1].append(i)
            else:
                runs.append([i])
    return runs


MEASURES = {"names": count_names, "pronouns": count_pronouns, "people": count_people, "sources": count_sources}

if __name__ == "__main__":
    main()
