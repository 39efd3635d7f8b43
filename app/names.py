"""Names as keys: how the record compares them and how they look in a URL."""

import re
import unicodedata

MAX_SLUG_LENGTH = 80
SHORTEST_MISTYPED = 4
# Zelensky, Zelenskyy, Zelenskiy; Dmitry, Dmitrii.
SKY_ENDING = re.compile("sk(?:yy|iy|ij|yi|ii|i|y)$")
SOFT_ENDING = re.compile("(?:iy|ij|yi|yy|ii|i|y)$")
# Letters that NFKD leaves whole, in their usual Latin spelling.
WHOLE_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th"}
)


def name_key(name: str) -> str:
    """`name` without case, accents, punctuation, double spaces and a leading "the"; letters of other scripts are kept.

    >>> name_key("  Małgorzata  O’Brien-Núñez ")
    'malgorzata obrien nunez'
    """
    # Twice, since taking letters apart may bring capitals to light: the sign ℠ is SM.
    apart = unicodedata.normalize("NFKD", name.casefold().translate(WHOLE_LETTERS))
    folded = unicodedata.normalize("NFKD", apart.casefold().translate(WHOLE_LETTERS))
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    words = re.sub(r"[^\w\s]|_", " ", re.sub(r"['’.]", "", letters)).split()
    return " ".join(words[1:] if words[:1] == ["the"] and len(words) > 1 else words)


def spelt_alike(word: str) -> str:
    """`word` with one ending for the several that Slavic names get in Latin letters.

    >>> spelt_alike("zelenskiy") == spelt_alike("zelenskyy") == spelt_alike("zelenski")
    True
    """
    return word if len(word) < SHORTEST_MISTYPED else SOFT_ENDING.sub("y", SKY_ENDING.sub("sky", word))


def misspellings(key: str) -> frozenset[str]:
    """What a name's words may be mistyped as: each word, and those of four letters and more without each of their letters.

    Two words that differ by a letter too many, too few, wrong or out of place have one of these in common, so that an index
    of them finds typing errors (the method of SymSpell; Garbe, 2012).

    >>> sorted(misspellings("ana ruiz"))
    ['ana', 'riz', 'rui', 'ruiz', 'ruz', 'uiz']
    """
    words = [spelt_alike(word) for word in key.split()]
    shortened = (word[:i] + word[i + 1 :] for word in words if len(word) >= SHORTEST_MISTYPED for i in range(len(word)))
    return frozenset([*words, *shortened])


def slug(name: str) -> str:
    """`name_key` joined by hyphens, at most 80 characters, for URLs; `unnamed` where nothing is left.

    >>> slug("Sen. Roger F. Wicker")
    'sen-roger-f-wicker'
    """
    return "-".join(name_key(name).split())[:MAX_SLUG_LENGTH].strip("-") or "unnamed"


def stem(slug: str) -> str:
    """`slug` without the number that `numbered` may have given it: slugs of one stem can collide."""
    return re.sub(r"-[0-9]+$", "", slug)


def numbered(slug: str, taken: set[str], number: int = 2) -> str:
    """`slug`, or the first of `slug-2`, `slug-3`, … that is not in `taken`, from `number` on."""
    if slug not in taken:
        return slug
    while f"{slug}-{number}" in taken:
        number += 1
    return f"{slug}-{number}"
