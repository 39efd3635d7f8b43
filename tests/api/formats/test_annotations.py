"""W3C Web Annotations: selectors that find the very words."""

from hypothesis import given
from hypothesis import strategies as st

from app.api.formats.annotations import Source, annotation, selectors
from tests.api.formats.test_linkeddata import QUOTE


@given(st.text(min_size=1, max_size=200), st.data())
def test_both_selectors_select_the_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    position, words = selectors((start, end), text)
    assert text[position["start"] : position["end"]] == words["exact"]
    around = words["prefix"] + words["exact"] + words["suffix"]
    assert text.startswith(around, start - len(words["prefix"]))
    assert len(words["prefix"]) == min(start, 32)


def test_an_interrupted_quote_has_two_targets() -> None:
    source = Source("http://here", 3, "“Yes,” she said. “Of course.”", "https://echo.example/a")
    found = annotation({**QUOTE, "content": [[0, 6], [17, 29]]}, source)
    assert [each["selector"][1]["exact"] for each in found["target"]] == ["“Yes,”", "“Of course.”"]
    assert {(each["source"], each["scope"]) for each in found["target"]} == {
        ("http://here/v1/articles/3/text", "https://echo.example/a")
    }
    one = annotation({**QUOTE, "content": [[0, 6]], "speaker": None}, source)
    assert one["target"]["selector"][0] == {"type": "TextPositionSelector", "start": 0, "end": 6}
    assert [each["value"] for each in one["body"]] == ["direct", "asserted"]
