"""Weapons and how many of them, against what others have annotated, and facts where there should be none.

    python benchmarks/weapons.py mentions RE3D.jsonl[.gz] [--half 0|1] [--misses]
    python benchmarks/weapons.py alarms   ARTICLES.jsonl[.gz] [--misses]

mentions    re3d (Dstl), entities and relations with a confidence of 0.5 or more. A Weapon or MilitaryPlatform is found
            when a mention overlaps it, and a mention is right when it overlaps one. A count is linked rightly when its
            weapon overlaps the annotated one and its number the Quantity that the relation HasAttrOf ties to that. re3d
            takes strikes for weapons too, which the extraction does not: `things` leaves those out. Of the documents,
            sorted by id, every second from the first is half 0, on which the rules were made; the others are half 1.
alarms      Facts in the first 300 articles, by the SHA-256 of their id, that have fewer than three words of war and are
            not all in capitals. Nothing is held back as denied or imagined, so that this is more than a record would
            show.
"""

import argparse
import gzip
import hashlib
import json
import platform
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from app.extract import VERSION
from app.extract.document import Document, Span
from app.extract.layout import read_layout
from app.extract.weapons import find_weapon_facts
from app.extract.weapons.coreference import WeaponReferents
from app.extract.weapons.mentions import read_passages

CONFIDENT = 0.5
WEAPONS = frozenset(["Weapon", "MilitaryPlatform"])
ARTICLES = 300
FEW = 2  # words of war that an article on something else has
WORDS_OF_WAR = re.compile(
    r"\b(?:missiles?|warheads?|howitzers?|fighter jets?|artillery|submarines?|warships?|frigates?|air ?strikes?|troops"
    r"|guerrillas?|militants?|army|navy|air force|military|bomb(?:s|ings?|ed)?|weapons?|terroris\w+|rifles?|grenades?|war"
    r"|isil|isis)\b",
    re.IGNORECASE,
)
EVENT = re.compile(r"\b(?:air[ -]?)?strikes?$|\b(?:attacks?|raids?|bombings?|bombardments?|shelling)$", re.IGNORECASE)
Link = tuple[Span, Span]  # a weapon and its number
T = TypeVar("T", Span, Link)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["mentions", "alarms"])
    parser.add_argument("file", type=Path)
    parser.add_argument("--half", type=int, choices=[0, 1], help="only these documents of re3d")
    parser.add_argument("--misses", action="store_true", help="print what is wrong")
    args = parser.parse_args()
    if args.what == "mentions":
        for half in (0, 1) if args.half is None else (args.half,):
            counts = count_mentions(args.file, half, misses=args.misses)
            for group in ("mentions", "links", "things", "things' links"):
                print(f"half {half} {group:14}", shown(counts, group))
    else:
        print(f"{alarms(args.file, misses=args.misses):.3f} facts an article")
    print(f"extractor {VERSION}, Python {platform.python_version()}, {platform.machine()}")


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def shown(counts: Counter[str], group: str) -> str:
    right, met, found, wanted = (counts[f"{group}:{what}"] for what in ("right", "met", "found", "wanted"))
    return f"P {right / max(1, found):.3f}  R {met / max(1, wanted):.3f}  F1 {f1(counts, group):.3f}  ({wanted} annotated)"


def f1(counts: Counter[str], group: str) -> float:
    """The harmonic mean of the share of the found that are right, and that of the wanted that are met."""
    precision = counts[f"{group}:right"] / max(1, counts[f"{group}:found"])
    recall = counts[f"{group}:met"] / max(1, counts[f"{group}:wanted"])
    return 2 * precision * recall / max(1e-9, precision + recall)


# --- mentions and their counts --------------------------------------------------------------------------------------


def count_mentions(path: Path, half: int, *, misses: bool = False) -> Counter[str]:
    """How many weapons, and links of a weapon to its number, are wanted, found, right and met in half `half` of re3d."""
    counts: Counter[str] = Counter()
    for row in sorted(rows(path), key=lambda row: str(row["id"]))[half::2]:
        found, numbers = read_weapons(row["text"])
        wanted, links = annotated_weapons(row), annotated_links(row)
        tally(counts, "mentions", found, wanted, Span.overlaps)
        tally(counts, "links", numbers, links, is_same_link)
        things = [span for span in wanted if not is_event(span.of(row["text"]))]
        tally(counts, "things", found, things, Span.overlaps)
        tally(counts, "things' links", numbers, [link for link in links if link[0] in things], is_same_link)
        if misses:
            show_misses(row["text"], found, wanted, Span.overlaps)
            show_misses(row["text"], numbers, links, is_same_link)
    return counts


def is_event(words: str) -> bool:
    """Whether the annotated weapon is an attack and no thing: "air strikes"."""
    return EVENT.search(words) is not None


def read_weapons(text: str) -> tuple[list[Span], list[Link]]:
    """The weapons that the extraction sees in `text`, and those that it counts, with their numbers."""
    passages = read_passages(read_layout(text))
    referents = WeaponReferents(passages)
    mentions = [each for passage in passages for each in passage.mentions if referents.of(each)]
    links = [(each.span, amount.span) for each in mentions for amount in (each.amount, each.total) if amount]
    return [each.span for each in mentions], links


def annotated_weapons(row: dict[str, Any]) -> list[Span]:
    entities = (each for each in row["entities"] if each["type"] in WEAPONS and each["confidence"] >= CONFIDENT)
    return sorted({Span(each["begin"], each["end"]) for each in entities})


def annotated_links(row: dict[str, Any]) -> list[Link]:
    weapons = frozenset(annotated_weapons(row))
    quantities = {(each["begin"], each["end"]) for each in row["entities"] if each["type"] == "Quantity"}
    found: set[Link] = set()
    for each in row["relations"]:
        weapon = Span(each["sourceBegin"], each["sourceEnd"])
        number = Span(each["targetBegin"], each["targetEnd"])
        if each["type"] == "HasAttrOf" and each["confidence"] >= CONFIDENT and weapon in weapons and number in quantities:
            found.add((weapon, number))
    return sorted(found)


def is_same_link(one: Link, other: Link) -> bool:
    return one[0].overlaps(other[0]) and one[1].overlaps(other[1])


def tally(counts: Counter[str], group: str, found: list[T], wanted: list[T], same: Callable[[T, T], bool]) -> None:
    counts[f"{group}:found"] += len(found)
    counts[f"{group}:wanted"] += len(wanted)
    counts[f"{group}:right"] += sum(any(same(each, other) for other in wanted) for each in found)
    counts[f"{group}:met"] += sum(any(same(each, other) for other in found) for each in wanted)


def show_misses(text: str, found: list[T], wanted: list[T], same: Callable[[T, T], bool]) -> None:
    for label, these, those in (("missed", wanted, found), ("extra", found, wanted)):
        for each in these:
            if not any(same(each, other) for other in those):
                spans = [each] if isinstance(each, Span) else each
                print(label, [part.of(text) for part in spans], repr(text[max(0, spans[0].start - 60) : spans[0].end + 40]))


# --- false alarms ---------------------------------------------------------------------------------------------------


def alarms(path: Path, *, misses: bool = False) -> float:
    """Facts an article where there should be none."""
    facts = 0
    for row in peaceful(rows(path)):
        found = find_weapon_facts(Document(row["text"]), read_layout(row["text"]), ())
        facts += len(found)
        for fact in found if misses else ():
            print(row["id"], fact.weapon, fact.attribute, fact.value, [span.of(row["text"]) for span in fact.evidence])
    return facts / ARTICLES


def peaceful(articles: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    few = (row for row in articles if len(WORDS_OF_WAR.findall(row["text"])) <= FEW and not row["text"].isupper())
    return sorted(few, key=lambda row: hashlib.sha256(str(row["id"]).encode()).digest())[:ARTICLES]


if __name__ == "__main__":
    main()
