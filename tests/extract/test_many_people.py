"""Texts of far more people than any article has, or of none, in any script: read in full, and in step with their length."""

import pytest

from app.extract.document import Span
from app.extract.layout import read_layout
from app.extract.people import Cast, find_people
from app.extract.quotation import find_quotations
from app.extract.tagger import shipped_tagger

SYLLABLES = ["Ka", "Lo", "Mi", "Ren", "Sto", "Vel", "Dra", "Nu", "Pe", "Tor"]
GIVEN_NAMES = ["Ann", "Bob", "Carl", "Dora", "Emil", "Fay", "Gus", "Hana", "Ivan", "Jane"]


def surname(number: int) -> str:
    """A name of its own for every number below 10,000."""
    digits = [SYLLABLES[int(digit)] for digit in f"{number:04}"]
    return "".join(digits).capitalize()


def cast_of(text: str) -> Cast:
    """Who is in a text by the rules alone, which read texts of any length."""
    layout = read_layout(text)
    return find_people(layout, find_quotations(layout), shipped_tagger().tag(""))


CROWDS = {
    "one word": "Keller " * 5_000,
    "one pronoun": "they " * 5_000,
    "one name": "Ann Keller left. " * 2_000,
    "one description": "the second official said another official left " * 500,
    "ten thousand names": " ".join(f"{GIVEN_NAMES[n % 10]} {surname(n)} left." for n in range(10_000)),
    "two hundred of one surname": " ".join(f"{surname(n)} Miller spoke. He left. Miller said no." for n in range(200)),
    "nobody": "The rain went on for days. " * 500,
    "nothing": "",
    "Cyrillic": "Иван Петров сказал, что он устал. " * 200,
    "Arabic": "قال محمد علي إنه متعب. " * 200,
    "Chinese": "王小明说他累了。" * 200,
    "Greek and Latin": "Ο Γιώργος Παπαδόπουλος met Ann Keller. She left. " * 200,
    "accents": "Łukasz Żółć met Åsa Öström. He thanked her. " * 200,
    "astral": "𝒜𝓃𝓃 𝒦𝑒𝓁𝓁𝑒𝓇 said no. 😀 " * 200,
}


@pytest.mark.parametrize("text", CROWDS.values(), ids=CROWDS.keys())
def test_every_mention_stands_where_it_is_said_to_stand(text: str) -> None:
    cast = cast_of(text)
    for mention in cast.mentions:
        assert mention.span.of(text).strip() == mention.span.of(text) != ""
        cast.speaker((mention.span,))
    cast.speaker((Span(0, len(text)),))
    for speaker in cast.speakers():
        assert all(0 <= each.span.start < each.span.end <= len(text) for each in speaker.mentions)
        assert all(span.of(text) for spans in speaker.evidence.values() for span in spans)


def test_ten_thousand_people_are_ten_thousand_speakers() -> None:
    assert len(cast_of(CROWDS["ten thousand names"]).speakers()) == 10_000


def test_two_hundred_of_one_surname_stay_apart() -> None:
    names = {speaker.name for speaker in cast_of(CROWDS["two hundred of one surname"]).speakers()}
    assert len(names) == 200


@pytest.mark.parametrize("crowd", ["nobody", "nothing"])
def test_where_nobody_is_named_nobody_is_found(crowd: str) -> None:
    assert cast_of(CROWDS[crowd]).speakers() == ()
