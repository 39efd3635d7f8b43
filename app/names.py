"""Names as keys: how the record compares them and how they look in a URL."""

import re
import unicodedata

MAX_SLUG_LENGTH = 80
# Letters that NFKD leaves whole, in their usual Latin spelling.
WHOLE_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)


def name_key(name: str) -> str:
    """`name` without case, accents, punctuation, double spaces and a leading "the"; letters of other scripts are kept.

    >>> name_key("  Małgorzata  O’Brien-Núñez ")
    'malgorzata obrien nunez'
    """
    folded = unicodedata.normalize("NFKD", name.casefold().translate(WHOLE_LETTERS))
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    words = re.sub(r"[^\w\s]|_", " ", re.sub(r"['’.]", "", letters)).split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def slug(name: str) -> str:
    """`name_key` joined by hyphens, at most 80 characters, for URLs; `unnamed` where nothing is left.

    >>> slug("Sen. Roger F. Wicker")
    'sen-roger-f-wicker'
    """
    return "-".join(name_key(name).split())[:MAX_SLUG_LENGTH].strip("-") or "unnamed"


def stem(slug: str) -> str:
    """`slug` without the number that `numbered` may have given it: slugs of one stem can collide."""
    return re.sub(r"-[0-9]+$", "", slug)


def numbered(slug: str, taken: set[str]) -> str:
    """`slug`, or the first of `slug-2`, `slug-3`, … that is not in `taken`."""
    if slug not in taken:
        return slug
    number = 2
    while f"{slug}-{number}" in taken:
        number += 1
    return f"{slug}-{number}"
