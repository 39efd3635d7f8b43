"""What a date means, and which date is the date of a saying."""

from datetime import date

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from app.extract.dates import Calendar, find_dates, resolve
from app.extract.document import Document, Span
from app.extract.layout import read_layout

PUBLISHED = date(2024, 11, 18)  # a Monday

EXPRESSIONS = [
    ("Sunday", "2024-11-17"),
    ("on Monday evening", "2024-11-18"),
    ("last Monday", "2024-11-11"),
    ("late Thursday night", "2024-11-14"),
    ("Thurs.", "2024-11-14"),
    ("yesterday", "2024-11-17"),
    ("the day before yesterday", "2024-11-16"),
    ("earlier today", "2024-11-18"),
    ("last night", "2024-11-17"),
    ("two days ago", "2024-11-16"),
    ("three weeks ago", "2024-10-28/2024-11-03"),
    ("two months ago", "2024-09"),
    ("five years ago", "2019"),
    ("about five years ago", "2019~"),
    ("a decade ago", "2014~"),
    ("six hours ago", "2024-11-18"),
    ("last week", "2024-11-11/2024-11-17"),
    ("earlier this month", "2024-11"),
    ("last month", "2024-10"),
    ("this year", "2024"),
    ("last year", "2023"),
    ("over the weekend", "2024-11-16/2024-11-17"),
    ("in June", "2024-06"),
    ("in December", "2023-12"),
    ("last Oct. 23", "2024-10-23"),
    ("June of last year", "2023-06"),
    ("early March 2021", "2021-03"),
    ("on March 12", "2024-03-12"),
    ("Feb. 24, 2022", "2022-02-24"),
    ("Thursday, Feb. 24, 2022", "2022-02-24"),
    ("the 3rd of May, 2019", "2019-05-03"),
    ("12 December", "2023-12-12"),
    ("2024-03-12", "2024-03-12"),
    ("Feb. 29", "2024-02-29"),
    ("last summer", "2024-22"),
    ("last winter", "2023-24"),
    ("the spring of 2020", "2020-21"),
    ("in 2019", "2019"),
    ("the 1990s", "199X"),
    ("Christmas Eve", "2023-12-24"),
    ("next Tuesday", None),
    ("tomorrow", None),
    ("later this week", None),
    ("by Friday", None),
    ("Feb. 30", None),
    ("the following month", None),
    ("Theresa May", None),
    ("March 12,000 miles", None),
    ("they may march in a sunday suit", None),
]

# Source in [brackets], cue in {braces}, content in <angle brackets>.
SAYINGS = {
    "behind the cue": ("[Lim] {said} Sunday evening, <“It is over.”>", "2024-11-17"),
    "in the cue": ("[The court] {ruled Friday against} <the plan to close the port>.", "2024-11-15"),
    "behind the source": ("<“It is over,”> {said} [Lim] on Friday.", "2024-11-15"),
    "behind the addressee": ("[Lim] {told} a local paper in September that <it was over>.", "2024-09"),
    "with a year": ("[The bank] {said} Nov. 14, 2023, <it would close>.", "2023-11-14"),
    "in front": ("In June, [Lim] {noted} <that it was over>.", "2024-06"),
    "in front after a conjunction": ("But on Friday [Lim] {said} <it was over>.", "2024-11-15"),
    "in front of the quotation": ("In June, <“It is over,”> [Lim] {said}.", "2024-06"),
    "in front of an aside": ("On Friday, after the vote, [Lim] {said} <it was over>.", "2024-11-15"),
    "between source and cue": ("[Lim] on Friday {told} viewers <it was over>.", "2024-11-15"),
    "between commas": ("[Lim], in a speech on Friday, {said} <it was over>.", "2024-11-15"),
    "behind a clause of speaking": (
        "<“It is over,”> {said} [Lim], speaking at a rally on Saturday.",
        "2024-11-16",
    ),
    "as part of a saying": ("In a Nov. 12 letter, [Lim] {wrote} <that it was over>.", "2024-11-12"),
    "in a source that is a saying": (
        "<It is over>, {according to} [a statement released on Friday].",
        "2024-11-15",
    ),
    "of the main clause": ("[Lim] resigned on Friday, {saying} <it was over>.", "2024-11-15"),
    "last week": ("[Lim] {said} last week <it was over>.", "2024-11-11/2024-11-17"),
    "of a relative clause": ("[Lim], who left the party on Feb. 24, 2022, {claims} <it is over>.", None),
    "of a relative clause in the source": ("[Lim, who left on Feb. 24, 2022,] {claims} <it is over>.", None),
    "of a relative clause behind": ("<“It is over,”> {said} [Lim], who was elected in 2018.", None),
    "of an apposition": ("<“It is over,”> {said} [Lim], a member elected in 2018.", None),
    "of the content": ("[Lim] {said} <on Friday the talks had ended>.", None),
    "of another clause": ("After the vote on Friday, [Lim] {said} <it was over>.", None),
    "of another verb": ("[Lim] landed on Friday and {said} <it was over>.", None),
    "of another's deed": ("On Friday, Ortiz resigned, and [Lim] {said} <it was over>.", None),
    "of what is spoken about": ("[Lim] {said} of the Jan. 6 riot <that it was over>.", None),
    "that only follows another date": ("[Lim] {said} the following month <that it was over>.", None),
    "to come": ("[Lim] {said} next Friday <would be the end>.", None),
    "of a year to come": ("[Lim] {said} in 2031 <it will be over>.", None),
    "that is not there": ("[Lim] {said} <it was over>.", None),
}


@pytest.mark.parametrize(("expression", "edtf"), EXPRESSIONS, ids=[e for e, _ in EXPRESSIONS])
def test_an_expression_is_resolved_only_as_precisely_as_it_is(expression, edtf):
    assert resolve(expression, PUBLISHED) == edtf


@pytest.mark.parametrize("expression", ["Sunday", "last week", "in June", "on March 12", "two days ago", "today"])
def test_a_relative_expression_means_nothing_without_a_day_of_publication(expression):
    assert resolve(expression, None) is None


def _marked(marked: str) -> tuple[str, dict[str, tuple[Span, ...]]]:
    text, opened, spans = "", {}, {"]": (), "}": (), ">": ()}
    for character in marked:
        if character in "[{<":
            opened["]}>"["[{<".index(character)]] = len(text)
        elif character in "]}>":
            spans[character] += (Span(opened[character], len(text)),)
        else:
            text += character
    return text, spans


@pytest.mark.parametrize(("marked", "edtf"), SAYINGS.values(), ids=SAYINGS.keys())
def test_a_saying_has_the_date_of_its_own_clause(marked, edtf):
    text, spans = _marked(marked)
    document = Document(text, published_on=PUBLISHED)
    assert Calendar(document, read_layout(text)).said_on(spans["}"], spans["]"], spans[">"]) == edtf


def test_a_saying_with_a_full_date_needs_no_day_of_publication():
    text, spans = _marked("[Lim] {said} on May 3, 2021, <that it was over>.")
    assert Calendar(Document(text), read_layout(text)).said_on(spans["}"], spans["]"], spans[">"]) == "2021-05-03"


def test_a_date_may_hang_on_the_one_before_it_in_its_sentence():
    text = "The tanks were promised on March 12 and delivered the following month. The next day it rained."
    found = [(mention.span.of(text), mention.edtf) for mention in find_dates(read_layout(text), PUBLISHED)]
    assert found == [("March 12", "2024-03-12"), ("the following month", "2024-04")]


def test_what_lies_ahead_is_no_date():
    text = "The court will meet on Thursday. It met on Tuesday, and voting is due by December."
    found = [mention.edtf for mention in find_dates(read_layout(text), PUBLISHED)]
    assert found == ["2024-11-12"]


@given(st.sampled_from([expression for expression, _ in EXPRESSIONS]), st.dates())
def test_every_value_is_valid_edtf(expression, published_on):
    edtf = resolve(expression, published_on)
    assert edtf is None or parse_edtf(edtf)


@given(st.text(st.sampled_from("MayFri.day 12,/ago last\n’‘in2019"), max_size=80), st.dates() | st.none())
def test_any_text_can_be_read_and_spans_stand_in_it(text, published_on):
    for mention in find_dates(read_layout(text), published_on):
        assert 0 <= mention.span.start < mention.span.end <= len(text)
