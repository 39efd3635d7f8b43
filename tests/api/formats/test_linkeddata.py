"""JSON-LD: schema.org's Quotation and Claim."""

import pytest

from app.api.formats.linkeddata import quotation

SPEAKER = {
    "slug": "ana-ruiz",
    "name": "Ana Ruiz",
    "kind": "person",
    "role": "Councillor",
    "affiliation": None,
    "party": "Labour",
}
ARTICLE = {"id": 3, "title": "Harbour", "url": None, "published_on": "2024-05-07", "publisher": "Echo"}
QUOTE = {
    "id": 7, "kind": "direct", "text": "“Yes.”", "speaker": SPEAKER, "said_on": "2024-05", "assertion": "asserted", "article": ARTICLE,
}  # fmt: skip


def test_a_quotation() -> None:
    assert quotation(QUOTE, "http://here") == {
        "@id": "http://here/v1/quotes/7",
        "@type": "Quotation",
        "text": "“Yes.”",
        "author": {
            "@id": "http://here/v1/speakers/ana-ruiz",
            "@type": "Person",
            "name": "Ana Ruiz",
            "jobTitle": "Councillor",
            "memberOf": {"@type": "Organization", "name": "Labour"},
        },
        "dateCreated": "2024-05",
        "isPartOf": {
            "@id": "http://here/v1/articles/3",
            "@type": "NewsArticle",
            "headline": "Harbour",
            "datePublished": "2024-05-07",
            "publisher": {"@type": "Organization", "name": "Echo"},
        },
    }


def test_a_denied_report_of_nobody_known() -> None:
    node = quotation({**QUOTE, "kind": "indirect", "assertion": "denied", "speaker": None, "said_on": None}, "http://here")
    assert (node["@type"], node["additionalType"]) == ("Claim", "urn:onrecord:assertion:denied")
    assert node["appearance"]["@type"] == "NewsArticle"
    assert {"author", "dateCreated", "isPartOf"}.isdisjoint(node)


@pytest.mark.parametrize(
    ("said_on", "date"),
    [("2024", "2024"), ("2024-05", "2024-05"), ("2024-05-06", "2024-05-06"), ("2024-21", None), ("2024~", None), ("202X", None),
     ("2024-05-06/2024-05-08", None), ("../2024", None)],
)  # fmt: skip
def test_a_date_that_schema_org_does_not_have_is_left_out(said_on: str, date: str | None) -> None:
    assert quotation({**QUOTE, "said_on": said_on}, "").get("dateCreated") == date
