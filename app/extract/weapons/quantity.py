"""Quantities in the text: numbers in digits or words, ranges of them, their units, and how exact they are said to be."""

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from app.extract.document import Measure, Qualifier, Span
from app.extract.lexicon import load

if TYPE_CHECKING:
    from pint import UnitRegistry

Dimension = Literal["count", "length", "bore", "speed", "mass", "yield", "money"]

HYPHENS = "-‑–"
HYPHEN = r"[\-‑–]"
BEFORE_REACH = 32  # characters to the left in which an approximator ends; the longest has 22
WORDS = 14  # number words that follow the first: "nine hundred and ninety-nine million nine hundred …" has 13
YEARS = range(1900, 2100)  # four bare digits in this range are a year: papers write a count of that size as "2,000"


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity of the text.

    `span` covers number and unit, `phrase` the approximator too ("up to 190 miles"). `unit` is a name of units.toml, `None`
    for a plain count. `joined` says that a hyphen ties it to the next word ("155-mm howitzers", "two-missile salvo").
    """

    span: Span
    phrase: Span
    value: float
    value_max: float | None
    unit: str | None
    dimension: Dimension
    qualifier: Qualifier
    joined: bool = False

    @property
    def si(self) -> Measure | None:
        """The (lower) value in SI base units, money in its currency, a count in items."""
        return to_si(self.value, self.unit or "item")


class Unit(NamedTuple):
    """A unit of units.toml; `pint` is `None` where there is nothing to convert."""

    name: str
    dimension: Dimension
    pint: str | None


def find_amounts(text: str, span: Span) -> tuple[Amount, ...]:
    """The quantities of `text` inside `span`, in reading order; percentages, times, dates' years and ordinals are none."""
    numbers = [number for match in _number_pattern().finditer(text, *span) if (number := _read(text, match, span))]
    joined = _join_ranges(text, numbers)
    return tuple(_share_units(text, [_qualify(text, amount, span) for amount in joined]))


def to_si(value: float, unit: str) -> Measure | None:
    """`value` in SI base units by pint; items and currencies stand for themselves, an unknown unit is `None`."""
    if unit == "item":
        return Measure(value, unit)
    known = _units_by_name().get(unit)
    if known is None:
        return None
    if known.pint is None:
        return Measure(value, unit)
    measure = _registry().Quantity(value, known.pint).to_base_units()
    return Measure(round(float(measure.magnitude), 6), f"{measure.units:~D}".replace(" ", ""))


def unit_named(word: str) -> Unit | None:
    """The unit of this name, symbol or word ("km", "miles"), or `None`."""
    return _units_by_name().get(word) or _unit(word)


@cache
def _registry() -> "UnitRegistry[Any]":
    # Imported where it is used: reading pint's definitions takes longer than starting the rest of the service.
    from pint import UnitRegistry

    registry: UnitRegistry[Any] = UnitRegistry()
    registry.define("mach = 340.294 * meter / second")
    return registry


@cache
def _units_by_name() -> dict[str, Unit]:
    return {row["name"]: Unit(row["name"], row["dimension"], row.get("pint")) for row in load("units")["unit"]}


@cache
def _units_by_word() -> dict[str, Unit]:
    units = _units_by_name()
    return {word: units[row["name"]] for row in load("units")["unit"] for word in _spellings(row)}


def _spellings(row: dict[str, Any]) -> list[str]:
    return [*row.get("words", ()), *row.get("symbols", ())]


@cache
def _units_before() -> dict[str, Unit]:
    units = _units_by_name()
    return {
        sign: units[row["name"]] for row in load("units")["unit"] if "before" in row for sign in row["before"].split("|")
    }


def _alternatives(words: list[str]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


@cache
def _number_pattern() -> re.Pattern[str]:
    """A number with its currency sign and unit. Every repetition consumes a word of a closed list: linear."""
    lexicon = load("qualifiers")
    cardinal, scale = _alternatives([*lexicon["words"], *lexicon["of_units"]]), _alternatives(list(lexicon["scales"]))
    after_scale = "|".join(f"(?<={word})" for word in lexicon["scales"])  # "two hundred and six", but no "six and five"
    words = [word for row in load("units")["unit"] for word in row.get("words", ())]
    symbols = [word for row in load("units")["unit"] for word in row.get("symbols", ())]
    signs = [sign.strip() for sign in _units_before()]
    singular = [row["words"][0] for row in load("units")["unit"] if row["dimension"] in ("mass", "length")]
    return re.compile(
        rf"""
        (?<![\w.,:$€£¥₹₩])(?<!\w[’'])
        (?:(?P<sign>(?i:{_alternatives(signs)})\s?)|(?<![^\W\d]{HYPHEN}))
        (?:
            (?P<vague>(?i:{_alternatives(list(lexicon["vague"]))}))(?=\s|{HYPHEN})(?:\s+of\b(?!\s+(?i:thousands|millions)))?
          | (?P<digits>\d{{1,3}}(?:,\d{{3}}){{1,5}}(?:\.\d{{1,6}})?(?![\d])|\d{{1,15}}(?:\.\d{{1,6}})?|\.\d{{1,6}})
            (?:(?P<short>(?:mln|bn|mn|tn|[kmMbB])\b)|[\s\-‑–](?P<scale>(?i:{scale}))\b)?
          | (?P<one>(?i:an?))(?=\s(?i:{_alternatives(singular)})\b)
          | (?P<words>(?i:(?:an?\s+(?=(?:{scale})\b))?(?:{cardinal}|{scale})
              (?:(?:{HYPHEN}|\s+|(?:{after_scale})\s+and\s+)(?:{cardinal}|{scale})){{0,{WORDS}}}))\b
        )
        (?:\s?(?P<plus>\+))?
        (?:[\s\-‑–]?(?P<unit>(?i:{_alternatives(words)})|{_alternatives(symbols)})(?!\w))?
        """,
        re.VERBOSE,
    )


REJECTED_AFTER = re.compile(
    rf"\s?%|\s?(?:percent|per\s?cent|pct|percentage)\b|[:/]\d|[.,]?\d|[A-Za-z_°º]|{HYPHEN}(?:thirds?|quarters?|year|month|day|week|hour|minute|point)",
    re.I,
)
MONTH_BEFORE = re.compile(
    r"\b(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)|Apr(?:il|\.)|May|June?|July?|Aug(?:ust|\.)?|Sept?(?:ember|\.)?"
    r"|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?|No\.|Nos\.|chapter|page|section|aged?|article)\s+(?:\d{1,2},\s+)?$",
    re.I,
)
RANGE_LINK = re.compile(rf"\s?(?:{HYPHEN}|—)\s?|\s+(?:to|or)\s+(?:as\s+(?:many|much)\s+as\s+)?")
BETWEEN = re.compile(r"\bbetween\s+$", re.I)
LIST_LINK = re.compile(r"\s*,?\s*(?:and|or|,|/)\s*")


def _read(text: str, match: re.Match[str], span: Span) -> Amount | None:
    sign = (match["sign"] or "").strip().lower()
    unit = _units_before().get(sign) or _units_before().get(f"{sign} ") if sign else None
    if match["unit"]:
        unit = unit or _unit(match["unit"])
    if REJECTED_AFTER.match(text, match.end(), span.end) or (match["short"] and not (sign or match["short"] == "k")):
        return _in_metres(text, match, span)
    if unit is None and _is_calendar(text, match, span):
        return None
    if not unit and (match["words"] or "").lower() in load("qualifiers")["of_units"]:
        return None
    if _is_of_several(text, match):
        return None
    if match["one"] and not _before_pattern().search(text, max(span.start, match.start() - BEFORE_REACH), match.start()):
        return None  # "more than a ton" is a measure, "a mile from here" is none
    place = Span(match.start(), match.end())
    return Amount(
        span=place,
        phrase=place,
        value=_value(match),
        value_max=None,
        unit=unit.name if unit else None,
        dimension=unit.dimension if unit else "count",
        qualifier=_own_qualifier(match),
        joined=_is_joined(text, match, span),
    )


def _is_of_several(text: str, match: re.Match[str]) -> bool:
    """ "Several million dollars": a scale without a number before it that could be told."""
    bare = (match["words"] or "").lower() in load("qualifiers")["scales"]
    return bare and text[max(0, match.start() - 8) : match.start()].lower().endswith(("several ", "few ", "many "))


def _in_metres(text: str, match: re.Match[str], span: Span) -> Amount | None:
    # "300m" without a currency is a length.
    if match["short"] != "m" or REJECTED_AFTER.match(text, match.end(), span.end):
        return None
    place = Span(match.start(), match.end())
    return Amount(place, place, float(match["digits"].replace(",", "")), None, "m", "length", "exactly")


def _is_joined(text: str, match: re.Match[str], span: Span) -> bool:
    end = match.end()
    return end + 1 < span.end and text[end] in HYPHENS and text[end + 1].isalpha()


def _is_calendar(text: str, match: re.Match[str], span: Span) -> bool:
    digits = match["digits"]
    if digits and len(digits) == 4 and digits.isdigit() and int(digits) in YEARS and not match["scale"]:
        return True
    return bool(digits and MONTH_BEFORE.search(text, max(span.start, match.start() - BEFORE_REACH), match.start()))


def _unit(word: str) -> Unit | None:
    units = _units_by_word()
    return units.get(word) or units.get(re.sub(r"\s+", " ", word.lower()))


def _own_qualifier(match: re.Match[str]) -> Qualifier:
    if match["plus"]:
        return "at_least"
    if match["vague"]:
        qualifier: Qualifier = load("qualifiers")["vague"][_folded(match["vague"])][1]
        return qualifier
    return "exactly"


def _folded(words: str) -> str:
    return re.sub(r"\s+", " ", words.lower()).replace("‑", "-")


def _value(match: re.Match[str]) -> float:
    lexicon = load("qualifiers")
    if match["vague"]:
        return float(lexicon["vague"][_folded(match["vague"])][0])
    if match["digits"]:
        scale = lexicon["scales"].get((match["scale"] or "").lower(), 1)
        scale *= lexicon["short_scales"].get((match["short"] or "").lower(), 1)
        return _tidy(float(match["digits"].replace(",", "")) * scale)
    if match["one"]:
        return 1.0
    if (of_units := lexicon["of_units"].get(match["words"].lower())) is not None:
        return float(of_units)
    return float(_spelled(re.findall(r"[a-z]+", match["words"].lower())))


def _tidy(value: float) -> float:
    return round(value, 6)


def _spelled(words: list[str]) -> int:
    """English cardinals: a scale multiplies what has gathered below it, hundreds and dozens stay in the same group."""
    lexicon = load("qualifiers")
    total = group = 0
    for word in words:
        if word in lexicon["words"]:
            group += lexicon["words"][word]
        elif (scale := lexicon["scales"].get(word, 0)) and scale <= 100:
            group = (group or 1) * scale
        elif scale:
            total, group = total + (group or 1) * scale, 0
    return total + group


def _join_ranges(text: str, numbers: list[Amount]) -> list[Amount]:
    joined: list[Amount] = []
    for number in numbers:
        if joined and _is_range(text, joined[-1], number):
            joined[-1] = _range(joined[-1], number)
        else:
            joined.append(number)
    return joined


def _is_range(text: str, low: Amount, high: Amount) -> bool:
    if low.value_max is not None or low.value >= high.value or (low.unit and low.unit != high.unit):
        return False
    gap = text[low.span.end : high.span.start]
    if len(gap) > BEFORE_REACH:
        return False
    if RANGE_LINK.fullmatch(gap):
        return True
    return gap.split() == ["and"] and BETWEEN.search(text, max(0, low.span.start - 10), low.span.start) is not None


def _range(low: Amount, high: Amount) -> Amount:
    place = Span(low.span.start, high.span.end)
    return replace(high, span=place, phrase=place, value=low.value, value_max=high.value)


def _qualify(text: str, amount: Amount, span: Span) -> Amount:
    start, before = _approximator_before(text, amount, span)
    after_match = _after_pattern().match(text, amount.span.end, span.end)
    end = after_match.end() if after_match else amount.span.end
    after = _after()[_folded(after_match["words"])] if after_match else None
    return replace(amount, phrase=Span(start, end), qualifier=before or after or amount.qualifier)


def _approximator_before(text: str, amount: Amount, span: Span) -> tuple[int, Qualifier | None]:
    start = max(span.start, amount.span.start - BEFORE_REACH)
    found = _before_pattern().search(text, start, amount.span.start)
    if found is None:
        return amount.span.start, None
    return found.start("words"), _before()[_folded(found["words"])]


@cache
def _before() -> dict[str, Qualifier]:
    return {word: qualifier for qualifier, words in load("qualifiers")["before"].items() for word in words}


@cache
def _after() -> dict[str, Qualifier]:
    return {word: qualifier for qualifier, words in load("qualifiers")["after"].items() for word in words}


@cache
def _before_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\w)(?P<words>{_alternatives(list(_before()))})\s*(?:an?\s+|the\s+|between\s+|from\s+)?\Z", re.I
    )


@cache
def _after_pattern() -> re.Pattern[str]:
    return re.compile(rf"\s?(?P<words>{_alternatives(list(_after()))})(?!\w)", re.I)


def _share_units(text: str, amounts: list[Amount]) -> list[Amount]:
    """A number in a list takes the unit of the next ("190 and 155 miles")."""
    for index in range(len(amounts) - 2, -1, -1):
        this, following = amounts[index], amounts[index + 1]
        gap = text[this.phrase.end : following.phrase.start] if following.phrase.start - this.phrase.end < 8 else "x"
        if this.unit is None and following.unit and not following.joined and LIST_LINK.fullmatch(gap):
            amounts[index] = replace(this, unit=following.unit, dimension=following.dimension)
    return amounts
