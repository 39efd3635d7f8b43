"""Weapon systems by name: the lexicon as a trie of letter and digit runs, so that "F16" and "F-16s" are one name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from app.extract.document import Span
from app.extract.lexicon import load

PIECE = re.compile(r"[^\W\d_]+|\d+")
# What may stand between two pieces of a name: nothing, or one mark or space.
GLUE = frozenset(["", " ", "-", "‑", "–", "/", "'", "’", ".", ". ", "\n", "\xa0", " & "])
# Letters of a variant, glued to the digits of a designation: F-16AM, T-72AV, S-300PMU2.
VARIANT = re.compile(r"[A-Z]{1,4}\d{0,2}[A-Z]?(?![\w])")
PLURAL = re.compile(r"[’']?s(?!\w)")
# A designation that no lexicon lists counts when a weapon's noun follows: "the X-45 missile", "XM123 howitzer".
DESIGNATION = re.compile(
    r"(?<![\w-])[A-Z][A-Za-z]{0,7}[-‑]?\d{1,4}[A-Z]{0,3}(?:[-‑][A-Z0-9]{1,3})?(?!\w)|(?<![\w-])[A-Z][a-z]+-class(?!\w)"
)


@dataclass(frozen=True, slots=True)
class System:
    """A weapon system: its canonical name, its class in the lexicon, the nouns that can stand for it, where it is from."""

    name: str
    weapon_class: str
    noun: str
    heads: frozenset[str]
    origin: frozenset[str]


class NamedWeapon(NamedTuple):
    """A name in the text; `common`: it is an everyday word too and needs its context, `plural`: it has an -s."""

    span: Span
    system: System
    common: bool
    plural: bool


class Entry(NamedTuple):
    """One spelling of a system's name, with the pieces as the lexicon writes them."""

    pieces: tuple[str, ...]
    system: System
    common: bool


@dataclass(slots=True)
class Node:
    """A node of the trie: pieces in lower case lead on, entries end here."""

    next: dict[str, "Node"] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)


def find_names(text: str, span: Span) -> Iterator[NamedWeapon]:
    """The listed systems that `text` names inside `span`, longest name first, none overlapping, in reading order."""
    pieces = [Span(*match.span()) for match in PIECE.finditer(text, *span)]
    index = 0
    while index < len(pieces):
        begins = _begins_name(pieces[index].of(text).lower()) and _begins_word(text, pieces[index])
        found = _longest(text, pieces, index) if begins else None
        if found is None:
            index += 1
            continue
        name, index = found
        yield name


def find_designations(text: str, span: Span) -> Iterator[Span]:
    """What looks like the designation of a weapon inside `span`; whether it is one, the next word tells."""
    return (Span(*match.span()) for match in DESIGNATION.finditer(text, *span))


@cache
def systems() -> tuple[System, ...]:
    """Every system of the lexicon, in its order."""
    return tuple(dict.fromkeys(entry.system for entry in _entries()))


def _begins_name(piece: str) -> bool:
    """Whether a name begins with this piece, or is it in the plural."""
    return piece in _trie().next or piece[:-1] in _trie().next


def _begins_word(text: str, piece: Span) -> bool:
    before = text[piece.start - 1] if piece.start else " "
    return not (before.isalnum() or before == "_" or (before in "-‑" and text[piece.start - 2 : piece.start - 1].isalnum()))


def _longest(text: str, pieces: list[Span], first: int) -> tuple[NamedWeapon, int] | None:
    node, found, index = _trie(), None, first
    while index < len(pieces) and (index == first or text[pieces[index - 1].end : pieces[index].start] in GLUE):
        piece = pieces[index].of(text)
        following = node.next.get(piece.lower())
        if following is None:
            break
        node, index = following, index + 1
        found = _ended(text, pieces, first, index, node) or found
    return found or _plural_piece(text, pieces, first, index, node)


def _ended(text: str, pieces: list[Span], first: int, last: int, node: Node) -> tuple[NamedWeapon, int] | None:
    entry = next((entry for entry in node.entries if _same_case(entry, text, pieces[first:last])), None)
    return None if entry is None else _with_ending(text, pieces, first, last, entry)


def _plural_piece(text: str, pieces: list[Span], first: int, index: int, node: Node) -> tuple[NamedWeapon, int] | None:
    """ "Javelins", "Systems": the last piece of a name with an -s."""
    if index >= len(pieces) or not pieces[index].of(text).lower().endswith("s"):
        return None
    if index > first and text[pieces[index - 1].end : pieces[index].start] not in GLUE:
        return None
    following = node.next.get(pieces[index].of(text).lower()[:-1])
    if following is None:
        return None
    stem = [*pieces[first:index], Span(pieces[index].start, pieces[index].end - 1)]
    entry = next((entry for entry in following.entries if _same_case(entry, text, stem)), None)
    if entry is None:
        return None
    return NamedWeapon(Span(pieces[first].start, pieces[index].end), entry.system, entry.common, True), index + 1


def _with_ending(text: str, pieces: list[Span], first: int, last: int, entry: Entry) -> tuple[NamedWeapon, int] | None:
    start, end = pieces[first].start, pieces[last - 1].end
    if text[end - 1].isdigit() and (variant := VARIANT.match(text, end)):
        end = variant.end()
    plural = PLURAL.match(text, end)
    if plural and "'" not in plural.group() and "’" not in plural.group():
        end = plural.end()
    if end < len(text) and (text[end].isalnum() or text[end] == "_"):
        return None
    while last < len(pieces) and pieces[last].start < end:
        last += 1
    return NamedWeapon(Span(start, end), entry.system, entry.common, plural is not None), last


def _same_case(entry: Entry, text: str, pieces: list[Span]) -> bool:
    return all(_fits(listed, piece.of(text)) for listed, piece in zip(entry.pieces, pieces, strict=True))


def _fits(listed: str, written: str) -> bool:
    if listed.isupper() and 2 <= len(listed) <= 4:  # TOW and HARM are words without their capitals
        return written.isupper()
    return not listed[0].isupper() or written[0].isupper()


@cache
def _trie() -> Node:
    root = Node()
    for entry in _entries():
        node = root
        for piece in entry.pieces:
            node = node.next.setdefault(piece.lower(), Node())
        node.entries.append(entry)
    return root


@cache
def _entries() -> tuple[Entry, ...]:
    return tuple(
        Entry(tuple(PIECE.findall(spelling)), system, common)
        for weapon_class, table in load("weapons").items()
        for row in table["systems"]
        for system in [_system(weapon_class, table, row)]
        for spelling, common in _spellings(row)
    )


def _system(weapon_class: str, table: dict[str, Any], row: dict[str, Any]) -> System:
    return System(row["name"], weapon_class, table["noun"], frozenset(table["heads"]), frozenset(row["origin"]))


def _spellings(row: dict[str, Any]) -> Iterator[tuple[str, bool]]:
    yield row["name"], row.get("common", False)
    # A longer name or a designation is no everyday word, though the short name is.
    for spelling in row.get("also", ()):
        yield spelling, False
    for spelling in row.get("common_also", ()):
        yield spelling, True
