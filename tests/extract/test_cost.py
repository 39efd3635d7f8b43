"""The work of an extraction grows with the length of the text and no faster, whatever the text is made of."""

import sys
from types import FrameType

import pytest

from app.extract import extract
from app.extract.document import Document, Topic

TOPIC = Topic("t", "The council should ban drones")
UNITS = {
    "opening marks": "“",
    "a mark and a word": "“no ",
    "quotations in one sentence": "“We won,” said Ann Lee, and ",
    "speech in one sentence": "he said that ",
    "authorities": "according to her ",
    "names": "Ann Lee met Jan Kos and ",
    "one surname": "Trump ",
    "posts": "Acme chief executive Jan Kos (SPD), a lawyer, director of the Wexford Institute, and his Green Party, ",
    "possessives": "Acme’s Jan Kos’s lawyer ",
    "a list after a noun": "painters such as Ann Lee, ",
    "people of one surname": "Ann Miller met Bob Miller. Mr. Miller left. ",
    "unnamed people": "another official told two officials that one of them ",
    "terms of anonymity": "an official who asked not to be named because the talks are secret and ",
    "whom a paper cites": "Reuters said it rained, citing two officials, and ",
    "pronouns": "they told them that the two said we ",
    "a weapon": "F-16 ",
    "money": "$5 million for 3 tanks ",
    "dates": "on Monday, May 5, 2025, ",
    "commas": "a, ",
    "brackets": "(",
    "short lines": "a\n",
    "labels": "A: no one knew\n\n",
    "pull quotes": "“We are done with all of it.”\n\n",
    "shouting": "THE MAYOR SAID ",
    "datelines": "KYIV, ",
    "a topic": "must not ban the drones ",
}


def work(text: str) -> int:
    """How many functions, built-in ones included, are called to extract `text`."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        extract(Document(text, topics=(TOPIC,)))
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.parametrize("unit", UNITS.values(), ids=UNITS.keys())
def test_four_times_the_text_is_four_times_the_work(unit: str) -> None:
    work(unit)  # lexicons are read once
    assert work(unit * 800) <= 4.6 * work(unit * 200)
