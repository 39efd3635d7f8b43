"""The dates that a text gives, each where it stands."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from app.extract.dates.forms import FORMS, Anchor, DateForm, date_finder, date_reader
from app.extract.document import Span
from app.extract.layout import Layout
from app.extract.lexicon import load

CLAUSE_MARKS = frozenset(';:.!?“”"()[]—–…') | {"--", "..."}


class DateMention(NamedTuple):
    """A date that the text gives: its place, its value as EDTF, whether it hangs on the date before it."""

    span: Span
    edtf: str
    anaphoric: bool = False


def dates_in(layout: Layout, span: Span, anchor: Anchor) -> Iterator[DateMention]:
    """The dates inside `span`; one that hangs on another and comes first hangs on `anchor.previous`."""
    for match in date_finder().finditer(layout.text, span.start, span.end):
        form = _form(match)
        if form.turns and _lies_ahead(layout, span, match.start()):
            continue
        edtf = _read(layout.text, match, anchor)
        if edtf is not None:
            yield DateMention(_when(layout.text, match), edtf, form.anaphoric)
            anchor = anchor._replace(previous=edtf)


def resolve(expression: str, published_on: date | None) -> str | None:
    """The first date in `expression` as EDTF, or `None` if it has none that can be told."""
    readings = (_read(expression, match, Anchor(published_on)) for match in date_finder().finditer(expression))
    return next((edtf for edtf in readings if edtf is not None), None)


def _form(match: re.Match[str]) -> DateForm:
    return FORMS[_form_name(match)]


def _form_name(match: re.Match[str]) -> str:
    return (match.lastgroup or "").removeprefix("form_")


def _read(text: str, match: re.Match[str], anchor: Anchor) -> str | None:
    detail = date_reader(_form_name(match)).match(text, match.start())
    try:
        return None if detail is None else _form(match).read(detail, anchor)
    except (ValueError, OverflowError):  # no such day ("Feb. 30"), or one before the calendar begins
        return None


def _when(text: str, match: re.Match[str]) -> Span:
    detail = date_reader(_form_name(match)).match(text, match.start())
    if detail is None or "when" not in detail.re.groupindex:
        return Span(*match.span())
    return Span(*detail.span("when"))


def _lies_ahead(layout: Layout, sentence: Span, offset: int) -> bool:
    ahead = load("dates")["ahead"]
    end = layout.token_at(offset)
    bounded = True
    for index in range(end - 1, max(-1, end - 13), -1):
        token = layout.tokens[index]
        if token.start < sentence.start or token.text in CLAUSE_MARKS or token.text == ",":
            return False
        if token.lower in ahead["markers"] or token.lower.endswith("'ll"):
            return True
        if bounded and token.lower in ahead["bounds"] and layout.tokens[index + 1].lower not in ahead["means"]:
            return True
        bounded = bounded and token.lower not in ahead["places"]
    return False
