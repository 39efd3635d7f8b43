"""What a date means, and which date is the date of a saying."""

from dataclasses import replace
from datetime import date

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from app.extract.dates import Calendar, DateMention, resolve, with_occasions
from app.extract.document import Document, Quote, Span
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
    ("this past Sunday", "2024-11-17"),
    ("last Sunday", "2024-11-10"),
    ("the eve of Saturday's vote", "2024-11-15"),
    ("two days after Tuesday's vote", "2024-11-14"),
    ("the day before the March 12 raid", "2024-03-11"),
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
    "behind the quotation": ("[Lim] {called} <the plan “a costly mistake”> on Friday.", "2024-11-15"),
    "taken into the content behind the quotation": ("[Lim] {called} <the plan “a costly mistake” last month>.", "2024-10"),
    "taken into the content before that": ("[Lim] {said} <at the end of a tour on Friday that it was over>.", "2024-11-15"),
    "taken into the content at its head": ("[Lim] {said} <Friday it was over>.", "2024-11-15"),
    "behind the object": ("[Lim] {accused} <his rival Friday of cheating>.", "2024-11-15"),
    "between parts of the content": ("[Lim] {ordered} <his> men Friday <to stop>.", "2024-11-15"),
    "of a clause of the same time": ("[Lim] {called} <it “over”> when she met reporters on Friday.", "2024-11-15"),
    "of a meeting": ("<“It is over,”> {said} [Lim] after a meeting on Friday.", "2024-11-15"),
    "on the way": ("[Lim] {told} reporters before boarding a plane on Friday <that it was over>.", "2024-11-15"),
    "behind a place": ("[Lim] {said} from Rome on Friday <that it was over>.", "2024-11-15"),
    "behind a means": ("[Lim] {told} a paper by telephone Friday <that it was over>.", "2024-11-15"),
    "of an issue": ("[The statement], released Friday, {said} <it was over>.", "2024-11-15"),
    "of a session": ("[Lim] {told} the court at Friday's session <that it was over>.", "2024-11-15"),
    "of a reply": ("Asked about the plan on Friday, [Lim] {said} <it was over>.", "2024-11-15"),
    "of the first of two verbs": ("[Lim] thanked him on Friday and {said} <it was over>.", "2024-11-15"),
    "at the head of the source": ("[Earlier Friday, a spokesman, Lim,] {said} <it was over>.", "2024-11-15"),
    "of a source that speaks": ("[Two officials, speaking on Friday,] {said} <it was over>.", "2024-11-15"),
    "of a message with a clause": ("<“It is over,”> {said} [a message that was read Friday].", "2024-11-15"),
    "with a limit": ("As recently as Friday, [Lim] {had said} <it was over>.", "2024-11-15"),
    "on the eve": ("On the eve of Saturday's vote, [Lim] {said} <it was over>.", "2024-11-15"),
    "that hangs on one in the sentence": (
        "On Nov. 12 he left, and [Lim] {tweeted} the same day <that it was over>.",
        "2024-11-12",
    ),
    "of a relative clause behind in the source": ("<“It is over,”> {said} [Lim, who left on Friday].", None),
    "of somebody's day": ("[Lim] {told} the families of those killed on Friday <that it was over>.", None),
    "of what has a day itself": ("[Lim] {condemned} <the “raid” on Friday>.", None),
    "of the subject of the content": ("[Lim] {said} <Friday would be the end>.", None),
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


# Each a stretch of a story, marked where it is a statement, whose speaker is then told.
OCCASIONS = {
    "the same speaker goes on": [("s1", "[Lim] {said} Friday <it was over>."), ("s1", "<“I am glad,”> [she] {said}.")],
    "in the next paragraph": [("s1", "[Lim] {said} Friday <it was over>.\n\n"), ("s1", "<“I am glad,”> {said} [Lim].")],
    "an office gets its name": [
        ("s1", "[The mayor] {said} Friday <it was over>.\n\n"),
        ("s2", "<“I am glad,”> {said} [Ana Lim]."),
    ],
    "a nominal again": [
        ("s1", "[A state judge] {said} Friday <it was over>."),
        ("s2", "[The judge] {told} them <to leave>."),
    ],
    "a pronoun that nobody is told of": [
        (None, "[A man] {said} Friday <it was over>."),
        (None, "[He] {told} them <to leave>."),
    ],
    "of an organization": [("s1", "[Zap] {said} Friday <it was over>."), ("s2", "[The company] {said} <it was glad>.")],
    "behind what had been said": [
        ("s1", "[Lim] {said} Friday <it was over>."),
        ("s1", "[She] {had said} <it was not>."),
        ("s1", "<“I am glad,”> [she] {said}."),
    ],
    "an occasion": [(None, "At a news conference Friday, Lim laid out a bill."), ("s1", "[She] {said} <it was over>.")],
    "an occasion told by its verb": [
        (None, "Lim spoke with the emir on Friday."),
        ("s1", "[Lim] {told} him <it was over>."),
    ],
    "a deed": [(None, "Lim flew home Friday."), ("s1", "<“It is over,”> [Lim] {said}.")],
    "a paper": [(None, "The report was published on Friday."), (None, "[The report] {said} <it was over>.")],
    "a day counted from it": [
        ("s1", "[Lim] {said} Saturday <it was over>."),
        ("s2", "A day earlier, [Ortiz] {had said} <it was not>."),
    ],
    "a day counted from what the story tells": [
        (None, "It burned on Thursday."),
        ("s1", "The next day, [Lim] {said} <it was over>."),
    ],
}
APART = {
    "somebody else": [("s1", "[Lim] {said} Friday <it was over>."), ("s2", "<“I am glad,”> {said} [Ortiz], a student.")],
    "another office": [
        ("s1", "[The finance minister] {said} Friday <it was over>."),
        ("s2", "[Foreign Minister Ana Lim] {said} <she was glad>."),
    ],
    "what holds always": [("s1", "[Lim] {said} Friday <it was over>."), ("s1", "[She] {says} <she is glad>.")],
    "what was said earlier": [("s1", "[Lim] {said} Friday <it was over>."), ("s1", "[She] earlier {said} <she was glad>.")],
    "what had been said": [("s1", "[Lim] {had said} Friday <it was over>."), ("s1", "[She] {said} <she was glad>.")],
    "a month past its paragraph": [
        ("s1", "[Lim] {said} in May <it was over>.\n\n"),
        ("s1", "[Lim] {said} <she was glad>."),
    ],
    "too far on": [
        ("s1", "[Lim] {said} Friday <it was over>."),
        (None, "It rained. " * 4),
        ("s1", "[She] {said} <she was glad>."),
    ],
    "what was done to somebody": [(None, "Lim was arrested Friday."), ("s1", "<“It is over,”> [Lim] {said}.")],
    "what just happened": [(None, "A bomb went off Friday."), ("s1", "[Police] {said} <it was over>.")],
    "an occasion to come": [(None, "Lim will give a speech on Friday."), ("s1", "[She] {said} <it was over>.")],
}


def _last_said_on(story: list[tuple[str | None, str]]) -> str | None:
    text, quotes = "", []
    for speaker, stretch in story:
        words, spans = _marked(stretch)
        moved = {mark: tuple(Span(a + len(text), b + len(text)) for a, b in found) for mark, found in spans.items()}
        text += words + " "
        if moved["}"]:
            kind = "direct" if "“" in words else "indirect"
            quotes.append(Quote("", kind, "", moved[">"], moved["]"], moved["}"], speaker))
    calendar = Calendar(Document(text, published_on=PUBLISHED), read_layout(text))
    dated = [replace(quote, said_on=calendar.said_on(quote.cue, quote.source, quote.content)) for quote in quotes]
    return list(with_occasions(calendar, dated))[-1].said_on


@pytest.mark.parametrize("story", OCCASIONS.values(), ids=OCCASIONS.keys())
def test_a_saying_without_a_date_has_that_of_its_occasion(story):
    assert _last_said_on(story) == "2024-11-15"


@pytest.mark.parametrize("story", APART.values(), ids=APART.keys())
def test_a_saying_keeps_out_of_the_dates_of_others(story):
    assert _last_said_on(story) is None


def test_a_saying_with_a_full_date_needs_no_day_of_publication():
    text, spans = _marked("[Lim] {said} on May 3, 2021, <that it was over>.")
    assert Calendar(Document(text), read_layout(text)).said_on(spans["}"], spans["]"], spans[">"]) == "2021-05-03"


def dates_of(text: str, published_on: date | None) -> tuple[DateMention, ...]:
    return Calendar(Document(text, published_on=published_on), read_layout(text)).within(Span(0, len(text)))


def test_a_date_may_hang_on_the_one_before_it_in_its_sentence():
    text = "The tanks were promised on March 12 and delivered the following month. The next day it rained."
    found = [(mention.span.of(text), mention.edtf) for mention in dates_of(text, PUBLISHED)]
    assert found == [("March 12", "2024-03-12"), ("the following month", "2024-04")]


def test_what_lies_ahead_is_no_date():
    text = "The court will meet on Thursday. It met on Tuesday, and voting is due by December."
    found = [mention.edtf for mention in dates_of(text, PUBLISHED)]
    assert found == ["2024-11-12"]


@given(st.sampled_from([expression for expression, _ in EXPRESSIONS]), st.dates())
def test_every_value_is_valid_edtf(expression, published_on):
    edtf = resolve(expression, published_on)
    assert edtf is None or parse_edtf(edtf)


@given(st.text(st.sampled_from("MayFri.day 12,/ago last\n’‘in2019"), max_size=80), st.dates() | st.none())
def test_any_text_can_be_read_and_spans_stand_in_it(text, published_on):
    for mention in dates_of(text, published_on):
        assert 0 <= mention.span.start < mention.span.end <= len(text)
