"""Which form a header `Accept` asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.formats import ANNOTATIONS, ATOM, CSV, JSON, JSON_LD, NDJSON, wanted

OFFERED = (JSON, NDJSON, CSV, JSON_LD, ANNOTATIONS, ATOM)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
ANNO = "http://www.w3.org/ns/anno.jsonld"


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "json"),
        ("", "json"),
        ("*/*", "json"),
        ("application/json", "json"),
        ("APPLICATION/JSON", "json"),
        ("text/csv", "csv"),
        ("text/*", "csv"),
        ("text/csv; charset=utf-8", "csv"),
        ("text/csv; header=present", None),
        ("application/x-ndjson", "ndjson"),
        ("application/jsonl", "ndjson"),
        ("application/ld+json", "jsonld"),
        (f'application/ld+json; profile="{ANNO}"', "annotations"),
        (f'application/ld+json;q=0.5, application/ld+json;profile="{ANNO}"', "annotations"),
        ("application/ld+json; profile=\"a, b\"", None),
        ("application/atom+xml", "atom"),
        (BROWSER, "json"),
        ("text/html, */*;q=0.1", "json"),
        ("text/html", None),
        ("image/*", None),
        ("application/json;q=0.5, text/csv", "csv"),
        ("application/json;q=0.5, text/csv;q=0.5", "json"),
        ("application/json;q=0, */*", "ndjson"),
        ("application/json;q=0", None),
        ("*/*;q=0", None),
        ("text/csv;q=0.9, text/*;q=0.1, */*;q=0.95", "json"),
        ("text/csv;q=1.000", "csv"),
        ("text/csv;q=2, application/json;q=0.1", "json"),
        ("nonsense", "json"),
        (",,;q=1,/", "json"),
        ("nonsense, text/csv", "csv"),
        ("text / csv", "json"),
    ],
)  # fmt: skip
def test_accept(accept: str | None, name: str | None) -> None:
    form = wanted(accept, OFFERED)
    assert (form and form.name) == name


@given(st.text(max_size=200) | st.text(alphabet='*/;=q01."\\, ax', max_size=60))
def test_no_header_breaks_it(accept: str) -> None:
    assert wanted(accept, OFFERED) in (*OFFERED, None)


def test_a_hostile_header_takes_no_time() -> None:
    for accept in ('"' * 50_000, "a/b;" * 20_000, "a/b;q=" + "1" * 50_000, '\\"' * 30_000, "a/b" + " " * 50_000 + "x"):
        wanted(accept, OFFERED)
