"""How many are meant: "two officials", "a dozen diplomats", "one of them"."""

from typing import NamedTuple

from app.extract.document import Span
from app.extract.lexicon import load
from app.extract.people.mentions import Reference
from app.extract.people.wording import Wording

NUMBERS: dict[str, int] = load("anonymity")["numbers"]
MULTIPLES: dict[str, int] = load("anonymity")["multiples"]
COLLECTIVES: dict[str, int] = load("anonymity")["collectives"]
INEXACT = frozenset(load("anonymity")["inexact"])  # right before a number
ANYBODY = frozenset(load("anonymity")["anybody"])
YEARS = range(1800, 2100)  # a bare number of four digits is one: "2016 voters"


class Count(NamedTuple):
    """A number of people, and the words that tell it."""

    number: int
    span: Span


def read_count(wording: Wording, nominal: Reference) -> Count | None:
    """How many people `nominal` stands for; `None` where it does not tell exactly."""
    words = wording.words
    if not nominal.plural:
        return Count(1, nominal.span) if words[nominal.first] not in ANYBODY else None
    if words[nominal.last - 1] in COLLECTIVES:
        return Count(COLLECTIVES[words[nominal.last - 1]], nominal.span)
    # Of "two of the 12 aides" the two count.
    last = nominal.first + 1 if words[nominal.first + 1 : nominal.last][:1] == ("of",) else nominal.last - 1
    index = next((index for index in range(nominal.first, last) if _number(wording, index) is not None), None)
    return _counted(wording, nominal, index) if index is not None else None


def _counted(wording: Wording, nominal: Reference, index: int) -> Count | None:
    """The number at the token `index` with the words that belong to it, unless it is a guess or a share."""
    words, number = wording.words, _number(wording, index)
    first, last = index, index + 1 + (words[index + 1] in MULTIPLES)
    while first > nominal.first and words[first - 1] in {"a", "half"}:
        first -= 1
    share = words[last] == "of" and (words[last + 1] in NUMBERS or words[last + 1].isdecimal())
    if number is None or share or _is_inexact(wording, first):
        return None
    return Count(number, wording.span(first, last))


def _number(wording: Wording, index: int) -> int | None:
    """The number that begins at the token, or that "half a" before it makes."""
    word, following = wording.words[index], wording.words[index + 1]
    if word in MULTIPLES:
        if wording.words[max(0, index - 1)] != "a":
            return None  # "several hundred", "dozen officials" of a sentence cut short
        halved = index > 1 and wording.words[index - 2] == "half"
        return MULTIPLES[word] // 2 if halved else MULTIPLES[word]
    number = NUMBERS.get(word) if not word[0].isdecimal() else _digits(word)
    if number is not None and following in MULTIPLES:
        return number * MULTIPLES[following]
    return number


def _digits(word: str) -> int | None:
    digits = word.replace(",", "")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 9:
        return None
    number = int(digits)
    return None if "," not in word and number in YEARS and len(word) == 4 else number


def _is_inexact(wording: Wording, first: int) -> bool:
    """Whether "at least", "about" or the like stands before the number."""
    before = wording.words[max(0, first - 2) : first]
    return before == ("up", "to") or (bool(before) and before[-1] in INEXACT)
