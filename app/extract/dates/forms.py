"""The forms that dates take in English news: each a pattern, and a reader of its value as EDTF (ISO 8601-2).

A reader answers only as precisely as the words do: "in June" is a month, "last week" the interval of an ISO
week, "the 1990s" a decade with an unspecified digit. Relative words are resolved against the publication date
and looked for on or before it, since news tells what was. Words for what lies ahead ("next Tuesday") are
forms too, so that no part of them is taken for another date, but they have no value.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from app.extract.lexicon import load

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
NUMBERS: dict[str, int] = load("qualifiers")["words"]
SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
SEASON_ENDS = {
    21: (5, 31),
    22: (8, 31),
    23: (11, 30),
    24: (2, 28),
}  # of the north, where most English news is written

DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?(?!\d|[.:,]\d)"
MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
YEAR = r"(?P<year>1[5-9]\d\d|20\d\d)(?![\d,.:]\d|\d)"
# "Sat" and "Sun" are words as well, and no style guide shortens weekdays in running text without a stop.
WEEKDAY = r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Mon|Tue|Tues|Wed|Thu|Thur|Thurs|Fri)\.)"
SEASON = r"(?P<season>spring|summer|autumn|fall|winter)"
COUNT = rf"(?P<count>\d{{1,3}}|an?|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
UNIT = r"(?P<unit>day|week|month|year|decade)s?"
NEARNESS = r"(?:(?P<near>about|around|nearly|almost|roughly|over|more\s+than|at\s+least|less\s+than)\s+)?"
PART_OF_DAY = r"(?:\s+(?:early\s+|late\s+)?(?:mornings?|afternoon|evening|night))?"


class Anchor(NamedTuple):
    """What an expression may hang on: the day of publication, and the EDTF of the date before it."""

    published_on: date | None
    previous: str | None = None


Reader = Callable[[re.Match[str], Anchor], str | None]


@dataclass(frozen=True, slots=True)
class DateForm:
    """A way to write a date.

    The group `when` of the pattern, if it has one, is the date itself. An `anaphoric` form hangs on the date
    before it; one that `turns` lies ahead when "will" or "until" stands before it.
    """

    pattern: str
    read: Reader
    anaphoric: bool = False
    turns: bool = False


@cache
def date_finder() -> re.Pattern[str]:
    """One pattern for all forms: `Match.lastgroup` is the name of the form that was found."""
    forms = (f"(?P<form_{name}>{re.sub(r'[?]P<[a-z_]+>', '?:', form.pattern)})" for name, form in FORMS.items())
    return re.compile(rf"(?<![\w$€£-])(?:{'|'.join(forms)})(?!\w)")


@cache
def date_reader(name: str) -> re.Pattern[str]:
    """The pattern of one form with its named groups."""
    return re.compile(FORMS[name].pattern + r"(?!\w)")


# Readers


def _iso_day(match: re.Match[str], anchor: Anchor) -> str | None:
    return date.fromisoformat(match["iso"]).isoformat()


def _day(match: re.Match[str], anchor: Anchor) -> str | None:
    month, day = _month_number(match), int(match["day"])
    if match["year"]:
        return date(int(match["year"]), month, day).isoformat()
    return _latest(month, day, anchor.published_on)


def _month(match: re.Match[str], anchor: Anchor) -> str | None:
    month = _month_number(match)
    if match["year"]:
        return f"{match['year']}-{month:02}"
    if anchor.published_on is None:
        return None
    year = anchor.published_on.year
    if match["year_word"]:
        return f"{year - (match['year_word'].lower() == 'last'):04}-{month:02}"
    return f"{year - (month > anchor.published_on.month):04}-{month:02}"


def _year(match: re.Match[str], anchor: Anchor) -> str | None:
    return match["year"]


def _decade(match: re.Match[str], anchor: Anchor) -> str | None:
    return f"{match['decade']}X"


def _weekday(match: re.Match[str], anchor: Anchor) -> str | None:
    if anchor.published_on is None:
        return None
    back = _days_since(match["weekday"], anchor.published_on)
    if match["last"]:
        # Nobody calls yesterday "last Tuesday", but many call it "this past Tuesday".
        back += 7 if back < (2 if match["last"].lower() == "last" else 1) else 0
    return (anchor.published_on - timedelta(days=back)).isoformat()


def _eve(match: re.Match[str], anchor: Anchor) -> str | None:
    return _moved_edtf(_named_day(match, anchor), "day", -1)


def _counted_from(match: re.Match[str], anchor: Anchor) -> str | None:
    count = _number(match["count"] or "1") * (7 if match["unit"].lower() == "week" else 1)
    return _moved_edtf(_named_day(match, anchor), "day", count if match["way"].lower() == "after" else -count)


def _named_day(match: re.Match[str], anchor: Anchor) -> str | None:
    if match["month"]:
        return _latest(_month_number(match), int(match["day"]), anchor.published_on)
    if anchor.published_on is None:
        return None
    return (anchor.published_on - timedelta(days=_days_since(match["weekday"], anchor.published_on))).isoformat()


def _day_word(match: re.Match[str], anchor: Anchor) -> str | None:
    if anchor.published_on is None:
        return None
    word = match["word"].lower()
    back = 2 if "before" in word else 1 if word.startswith(("yesterday", "last", "overnight")) else 0
    return (anchor.published_on - timedelta(days=back)).isoformat()


def _weekend(match: re.Match[str], anchor: Anchor) -> str | None:
    if anchor.published_on is None:
        return None
    saturday = anchor.published_on - timedelta(days=(anchor.published_on.weekday() - 5) % 7)
    return f"{saturday}/{saturday + timedelta(days=1)}"


def _this_or_last(match: re.Match[str], anchor: Anchor) -> str | None:
    back = 1 if match["which"].lower() == "last" else 0
    return _moved(anchor.published_on, match["unit"].lower(), -back)


def _ago(match: re.Match[str], anchor: Anchor) -> str | None:
    unit = match["unit"].lower()
    value = _moved(anchor.published_on, unit, -_number(match["count"]))
    if value is None or (match["near"] is None and unit != "decade"):
        return value
    return None if "/" in value else f"{value}~"


def _hours_ago(match: re.Match[str], anchor: Anchor) -> str | None:
    return anchor.published_on.isoformat() if anchor.published_on else None


def _season(match: re.Match[str], anchor: Anchor) -> str | None:
    season = SEASONS[match["season"].lower()]
    if match["year"]:
        return f"{match['year']}-{season}"
    if anchor.published_on is None:
        return None
    if match["which"].lower() == "this":
        return f"{anchor.published_on.year:04}-{season}"
    ended = (anchor.published_on.month, anchor.published_on.day) > SEASON_ENDS[season]
    # A winter bears the number of the year that it begins in.
    return f"{anchor.published_on.year - (not ended) - (season == SEASONS['winter']):04}-{season}"


def _holiday(match: re.Match[str], anchor: Anchor) -> str | None:
    name = " ".join(match["holiday"].lower().replace("’", "'").split())
    month, day = map(int, load("dates")["holidays"][name].split("-"))
    if match["year"]:
        return date(int(match["year"]), month, day).isoformat()
    return _latest(month, day, anchor.published_on)


def _next_after(match: re.Match[str], anchor: Anchor) -> str | None:
    return _moved_edtf(anchor.previous, match["unit"].lower(), 1)


def _last_before(match: re.Match[str], anchor: Anchor) -> str | None:
    return _moved_edtf(anchor.previous, match["unit"].lower(), -1)


def _same(match: re.Match[str], anchor: Anchor) -> str | None:
    return _moved_edtf(anchor.previous, match["unit"].lower(), 0)


def _same_day(match: re.Match[str], anchor: Anchor) -> str | None:
    return _moved_edtf(anchor.previous, "day", 0)


def _day_before(match: re.Match[str], anchor: Anchor) -> str | None:
    return _moved_edtf(anchor.previous, "day", -1)


def _later(match: re.Match[str], anchor: Anchor) -> str | None:
    count = _number(match["count"])
    return _moved_edtf(anchor.previous, match["unit"].lower(), -count if match["way"].lower() == "earlier" else count)


def _ahead(match: re.Match[str], anchor: Anchor) -> str | None:
    return None


# Arithmetic


def _month_number(match: re.Match[str]) -> int:
    return MONTHS.index(match["month"][:3].lower()) + 1


def _days_since(weekday: str, today: date) -> int:
    return (today.weekday() - WEEKDAYS.index(weekday[:3].lower())) % 7


def _number(word: str) -> int:
    if word.isdigit():
        return int(word)
    return 1 if word.lower() in {"a", "an"} else NUMBERS[word.lower()]


def _latest(month: int, day: int, published_on: date | None) -> str | None:
    if published_on is None:
        return None
    # Eight years, for a 29th of February on either side of 1900 or 2100.
    for year in range(published_on.year, max(published_on.year - 9, 0), -1):
        if day <= monthrange(year, month)[1] and date(year, month, day) <= published_on:
            return date(year, month, day).isoformat()
    return None


def _moved(start: date | None, unit: str, count: int) -> str | None:
    """The day, week, month, year that lies `count` of them after the one that `start` is in."""
    if start is None:
        return None
    if unit == "day":
        return (start + timedelta(days=count)).isoformat()
    if unit == "week":
        monday = start + timedelta(days=7 * count - start.weekday())
        return f"{monday}/{monday + timedelta(days=6)}"
    if unit == "month":
        months = start.year * 12 + start.month - 1 + count
        return date(months // 12, months % 12 + 1, 1).isoformat()[:7]
    return f"{date(start.year + count * (10 if unit == 'decade' else 1), 1, 1).year:04}"


def _moved_edtf(previous: str | None, unit: str, count: int) -> str | None:
    """As `_moved`, from a date that has to be as precise as `unit`."""
    match = re.fullmatch(r"(\d{4})(?:-(0\d|1[0-2]))?(?:-(\d\d))?", previous or "")
    precise_enough = {"day": 3, "week": 3, "month": 2}.get(unit, 1)
    if match is None or match[precise_enough] is None:
        return None
    return _moved(date(int(match[1]), int(match[2] or 1), int(match[3] or 1)), unit, count)


@cache
def _holidays() -> str:
    names = sorted(load("dates")["holidays"], key=len, reverse=True)
    return "|".join(re.escape(name).replace(r"\ ", r"\s+").replace("'", "['’]") for name in names)


IN = r"(?:in|since|during|through|from|late|early|mid|earlier|back\s+in)"
AROUND = r"(?:early\s+|late\s+|mid-?\s*|this\s+past\s+|the\s+(?:end|start|beginning)\s+of\s+)?"
YEAR_OF = rf"(?:,?\s+(?:of\s+)?(?:{YEAR}|(?P<year_word>(?i:last|this))\s+year))"
AFTER_NEXT = rf"(?i:next|coming|by|until|till)\s+(?i:late\s+|early\s+)?(?:{WEEKDAY}|{MONTH}(?:\s+{DAY})?)"

FORMS = {
    "iso": DateForm(r"(?P<iso>(?:1[5-9]|20)\d\d-\d\d-\d\d)", _iso_day),
    "next_named": DateForm(AFTER_NEXT, _ahead),
    "next": DateForm(
        r"(?i:(?:next|(?:the|this)\s+coming)\s+(?:weekend|week|month|year|spring|summer|fall|autumn|winter)"
        r"|later\s+(?:this|in\s+the)\s+(?:weekend|week|month|year|day|spring|summer|fall|autumn|winter)"
        r"|later\s+today|tomorrow|the\s+day\s+after\s+tomorrow|the\s+end\s+of\s+(?:this|the)\s+(?:week|month|year))",
        _ahead,
    ),
    "counted_from": DateForm(
        rf"(?i:(?:the|{COUNT})\s+(?P<unit>day|week)s?\s+(?P<way>after|before))\s+(?:the\s+)?(?:{WEEKDAY}|{MONTH}\s+{DAY})",
        _counted_from,
    ),
    "eve": DateForm(rf"(?i:(?:the\s+)?eve\s+of)\s+(?:the\s+)?(?:{WEEKDAY}|{MONTH}\s+{DAY})", _eve),
    "same_day": DateForm(
        r"(?i:(?:(?:early|earlier|late|later)\s+)?that\s+(?:same\s+)?(?:morning|afternoon|evening|night)"
        r"|(?:earlier|later|late)\s+that\s+(?:same\s+)?day|hours\s+later)",
        _same_day,
        anaphoric=True,
    ),
    "day_before": DateForm(
        r"(?i:the\s+day\s+before)(?=\s*(?:[,.;]|(?:of|that|to|in|he|she|they|against)\b))", _day_before, anaphoric=True
    ),
    "same": DateForm(r"(?i:that|(?:the|that)\s+same)\s+(?i:(?P<unit>day|week|month|year))", _same, anaphoric=True),
    "after": DateForm(r"(?i:the\s+(?:following|next)\s+(?P<unit>day|week|month|year))", _next_after, anaphoric=True),
    "before": DateForm(r"(?i:the\s+(?:previous|preceding)\s+(?P<unit>day|week|month|year))", _last_before, anaphoric=True),
    "later": DateForm(rf"(?i:{COUNT}\s+{UNIT}\s+(?P<way>later|earlier))", _later, anaphoric=True),
    "day": DateForm(rf"(?:{WEEKDAY},?\s+)?{MONTH}\s+{DAY}(?:,?\s+{YEAR})?", _day, turns=True),
    "british_day": DateForm(rf"(?:{WEEKDAY},?\s+)?(?:the\s+)?{DAY}\s+(?:of\s+)?{MONTH}(?:,?\s+{YEAR})?", _day, turns=True),
    "month_of": DateForm(MONTH + YEAR_OF, _month),
    "month": DateForm(
        rf"(?i:{IN}|last|this|late|by)(?:\s+|-)(?i:{AROUND})(?P<when>{MONTH}(?!\.?\s+\d\d?(?!\d)){YEAR_OF}?)",
        _month,
        turns=True,
    ),
    "holiday": DateForm(rf"(?P<holiday>(?i:{_holidays()}))(?:,?\s+{YEAR})?", _holiday, turns=True),
    "season_of": DateForm(rf"(?i:{SEASON}\s+(?:of\s+)?)(?P<which>(?!))?{YEAR}", _season),
    "season": DateForm(rf"(?i:(?P<which>last|this)\s+(?:past\s+)?{SEASON})(?P<year>(?!))?", _season, turns=True),
    "decade": DateForm(r"(?P<decade>(?:1[5-9]|20)\d)0s", _decade),
    "year": DateForm(
        rf"(?i:{IN}|until|till|before|after|by|spring|summer|of|a|the|his|her|its|their)(?:\s+|-)(?i:{AROUND})(?P<when>{YEAR})"
        r"(?!\s*(?:%|percent|per\s+cent|people|men|women|troops|soldiers|miles|km|dollars|euros|pounds|tons|tonnes))",
        _year,
    ),
    "weekday": DateForm(
        rf"(?:(?P<last>(?i:last|this\s+past|this\s+last))\s+)?{WEEKDAY}{PART_OF_DAY}", _weekday, turns=True
    ),
    "day_word": DateForm(
        r"(?i:(?P<word>the\s+day\s+before\s+yesterday|yesterday|today|tonight|overnight|last\s+(?:night|evening)"
        rf"|this\s+(?:morning|afternoon|evening))){PART_OF_DAY}",
        _day_word,
        turns=True,
    ),
    "weekend": DateForm(
        r"(?i:(?:over|at|during|this|last|past)\s+(?:the\s+)?(?:past\s+|last\s+)?weekend)",
        _weekend,
        turns=True,
    ),
    "this": DateForm(r"(?i:(?P<which>this|last)\s+(?P<unit>week|month|year))", _this_or_last),
    "hours_ago": DateForm(r"(?i:(?:minutes?|hours?)\s+ago)", _hours_ago),
    "ago": DateForm(rf"(?i:{NEARNESS}{COUNT}\s+{UNIT}\s+ago)", _ago),
}
