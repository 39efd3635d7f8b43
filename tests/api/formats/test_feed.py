"""Atom: a document that XML readers take, whatever the quotes hold."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from app.api.formats.feed import as_feed, shortened, without_cursor, writable
from app.api.formats.sheet import Sheet
from tests.api.formats.test_linkeddata import QUOTE

ATOM = "{http://www.w3.org/2005/Atom}"


@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_can_be_read_back(text: str, name: str) -> None:
    speaker = {**QUOTE["speaker"], "name": name}
    row = {**QUOTE, "text": text, "speaker": speaker, "recorded_at": "2024-05-07T10:00:00Z"}
    feed = ElementTree.fromstring(as_feed(Sheet([row], "http://here", "http://here/v1/quotes?q=<&>", "http://here/next")))
    content = feed.findtext(f"{ATOM}entry/{ATOM}content") or ""
    assert content == writable(text).replace("\r\n", "\n").replace("\r", "\n")


@given(st.text(max_size=500))
def test_a_title_is_one_short_line(text: str) -> None:
    title = shortened(text)
    assert len(title) <= 101
    assert title == " ".join(title.split())


def test_the_feed_is_the_same_on_every_page() -> None:
    assert without_cursor("http://a/v1/quotes?cursor=abc") == "http://a/v1/quotes"
    assert without_cursor("http://a/v1/quotes?cursor=abc&q=x") == "http://a/v1/quotes?q=x"
