"""GET /v1/conflicts."""

from datetime import date
from typing import NamedTuple

import httpx
import pytest

from app.api.conflicts import EXAMPLE
from app.db import WriteSession
from app.extract.document import Attribute, Document, Extraction, Mention, Qualifier, Quote, Span, Speaker, WeaponFact
from app.extract.weapons.quantity import to_si
from app.ingest.store import Article, store
from app.schemas import ConflictOut, ListOut

pytestmark = pytest.mark.anyio


class Claim(NamedTuple):
    """What somebody says of a weapon, a sentence of an article."""

    by: str
    value: float
    unit: str = "km"
    qualifier: Qualifier = "exactly"
    value_max: float | None = None
    weapon: str = "Lynx"
    attribute: Attribute = "range"

    @property
    def sentence(self) -> str:
        return f"{self.by} said the {self.weapon} has {self.attribute} {self.qualifier} {self.value:g} {self.unit}.\n"


async def store_claims(session: WriteSession, *claims: Claim, day: date = date(2024, 5, 7), mark: str = "") -> None:
    """Store an article that reports `claims`; `mark` makes another one of the same."""
    text = "".join(claim.sentence for claim in claims) + mark
    speakers, quotes, facts = [], [], []
    for number, claim in enumerate(claims, start=1):
        start = text.index(claim.sentence)
        by, content = Span(start, start + len(claim.by)), Span(start + len(claim.by) + 6, start + len(claim.sentence) - 2)
        weapon = Span(text.index(claim.weapon, content.start), text.index(claim.weapon, content.start) + len(claim.weapon))
        speakers.append(Speaker(f"s{number}", claim.by, "organization", mentions=(Mention(by, "name"),)))
        cue = Span(by.end + 1, by.end + 5)
        quotes.append(
            Quote(f"q{number}", "indirect", content.of(text), (content,), (by,), (cue,), f"s{number}", confidence=0.9)
        )
        facts.append(
            WeaponFact(
                claim.weapon, (weapon,), claim.attribute, claim.value, (content,), claim.value_max, claim.unit,
                claim.qualifier, to_si(claim.value, claim.unit), claimed_by=f"s{number}", quote=f"q{number}", confidence=0.8,
            )
        )  # fmt: skip
    found = Extraction(tuple(speakers), tuple(quotes), (), tuple(facts), ())
    document = Document(text, published_on=day)
    await store(session, Article(text, publisher="Nordkurier", published_on=day), document, found)


async def conflicts(client: httpx.AsyncClient, query: str = "") -> list[dict[str, object]]:
    answer = await client.get(f"/v1/conflicts?{query}")
    assert answer.status_code == 200, answer.text
    data: list[dict[str, object]] = answer.json()["data"]
    return data


async def test_what_disagrees_is_shown_with_every_claim(
    client: httpx.AsyncClient, write_session: WriteSession, statements: list[str]
) -> None:
    await store_claims(write_session, Claim("The Army", 300), day=date(2024, 5, 1))
    await store_claims(write_session, Claim("The Navy", 500), Claim("The Navy", 2, "t", attribute="payload"))
    statements.clear()
    (found,) = (await client.get("/v1/conflicts?weapon=lynx")).json()["data"]
    assert len(statements) == 2
    assert (found["weapon"]["name"], found["attribute"], found["unit"], found["total"]) == ("Lynx", "range", "m", 2)
    assert (found["no_less_than"], found["no_more_than"]) == pytest.approx((490_000, 306_000))
    claims = [(each["claimed_by"]["name"], each["value"], each["article"]["published_on"]) for each in found["claims"]]
    assert claims == [("The Navy", 500.0, "2024-05-07"), ("The Army", 300.0, "2024-05-01")]
    assert found["claims"] == (await client.get("/v1/weapon-facts?weapon=lynx&attribute=range")).json()["data"]


@pytest.mark.parametrize(
    ("claims", "disagree"),
    [
        ((Claim("The Army", 300, qualifier="more_than"), Claim("The Navy", 350)), False),
        ((Claim("The Army", 300, qualifier="more_than"), Claim("The Navy", 250)), True),
        ((Claim("The Army", 300, qualifier="at_most"), Claim("The Navy", 350)), True),
        ((Claim("The Army", 300, qualifier="about"), Claim("The Navy", 320)), False),
        ((Claim("The Army", 190, "mi"), Claim("The Navy", 300)), False),
        ((Claim("The Army", 1500, "mi"), Claim("The Navy", 2500)), False),
        ((Claim("The Army", 190, "mi"), Claim("The Navy", 190)), True),
        ((Claim("The Army", 1000, value_max=1500), Claim("The Navy", 1400)), False),
        ((Claim("The Army", 1000, value_max=1500), Claim("The Navy", 1700)), True),
        ((Claim("The Army", 5, "kg", attribute="payload"), Claim("The Navy", 9, "kt", attribute="payload")), False),
        ((Claim("The Army", 5, "item", attribute="quantity"), Claim("The Navy", 9, "item", attribute="quantity")), False),
        ((Claim("The Army", 300),), False),
    ],
)
async def test_claims_that_cannot_all_be_true(
    client: httpx.AsyncClient, write_session: WriteSession, claims: tuple[Claim, ...], disagree: bool
) -> None:
    await store_claims(write_session, *claims)
    assert bool(await conflicts(client)) is disagree
    ledger = (await client.get("/v1/weapons/lynx")).json()["ledger"]
    assert any(entry["agree"] is False for entry in ledger) is disagree


async def test_pages_and_filters(client: httpx.AsyncClient, write_session: WriteSession, statements: list[str]) -> None:
    for weapon in ("Adder", "Lynx"):
        await store_claims(
            write_session,
            Claim("The Army", 300, weapon=weapon),
            Claim("The Navy", 500, weapon=weapon),
            Claim("The Army", 1, "Mach", weapon=weapon, attribute="speed"),
            Claim("The Navy", 2, "Mach", weapon=weapon, attribute="speed"),
        )
    places, query = [], "limit=1"
    for _ in range(4):
        answer = (await client.get(f"/v1/conflicts?{query}")).json()
        places += [(each["weapon"]["name"], each["attribute"]) for each in answer["data"]]
        query = f"limit=1&cursor={answer['page']['next']}"
    assert places == [("Adder", "range"), ("Adder", "speed"), ("Lynx", "range"), ("Lynx", "speed")]
    assert answer["page"] == {"next": None, "has_more": False, "count": None}
    assert [each["attribute"] for each in await conflicts(client, "weapon=adder&attribute=speed")] == ["speed"]
    statements.clear()
    for query in ("weapon=sling", "published_from=2024-05-08", "min_confidence=0.9", "publisher=Other"):
        assert await conflicts(client, query) == []
    assert len(statements) == 4


async def test_the_example_in_the_documentation_is_an_answer(client: httpx.AsyncClient) -> None:
    operation = (await client.get("/openapi.json")).json()["paths"]["/v1/conflicts"]["get"]
    example = operation["responses"]["200"]["content"]["application/json"]["example"]
    assert ListOut[ConflictOut].model_validate(EXAMPLE).data[0].total == 2
    # What is null is left out of the document.
    assert example["data"][0]["claims"][1]["article"]["id"] == EXAMPLE["data"][0]["claims"][1]["article"]["id"]


async def test_the_next_page_is_linked(client: httpx.AsyncClient, write_session: WriteSession) -> None:
    for weapon in ("Adder", "Lynx"):
        await store_claims(write_session, Claim("The Army", 300, weapon=weapon), Claim("The Navy", 500, weapon=weapon))
    answer = await client.get("/v1/conflicts?limit=1")
    assert (await client.get(answer.links["next"]["url"])).json()["data"][0]["weapon"]["name"] == "Lynx"


@pytest.mark.parametrize("query", ["weapons=lynx", "attribute=use", "limit=0", "cursor=x", "published_from=May"])
async def test_what_cannot_be_asked(client: httpx.AsyncClient, query: str, statements: list[str]) -> None:
    answer = await client.get(f"/v1/conflicts?{query}")
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert statements == []
