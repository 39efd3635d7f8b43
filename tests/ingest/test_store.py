"""Storing: once, whole, and with ids that last."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from app.db import WriteSession
from app.extract.document import Document, Span, Topic, merged
from app.ingest.store import days_of, find_stored, store_extraction
from app.tables import (
    appearances,
    mentions,
    persona_names,
    quotes,
    speakers,
    stances,
    topics,
    weapon_facts,
)
from tests.records import HARBOUR, harbour, store_harbour

pytestmark = pytest.mark.anyio


async def count(session: WriteSession, table: object) -> int:
    return await session.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


async def test_everything_is_stored_where_it_belongs(write_session: WriteSession) -> None:
    await store_harbour(write_session)
    counts = {
        table.name: await count(write_session, table) for table in (speakers, appearances, mentions, quotes, weapon_facts)
    }
    assert counts == {"speakers": 3, "appearances": 3, "mentions": 5, "quotes": 4, "weapon_facts": 1}
    names = (await write_session.execute(select(persona_names.c.key, persona_names.c.name))).all()
    assert {tuple(row) for row in names} == {
        ("ana ruiz", "Ana Ruiz"),
        ("ruiz", None),
        ("tom berg", "Tom Berg"),
        ("berg", "Berg"),
        ("city official", "city official"),
    }


async def test_a_stored_text_is_found_by_its_hash(write_session: WriteSession) -> None:
    stored = await store_harbour(write_session)
    sha256 = Document(HARBOUR).sha256
    assert await find_stored(write_session, sha256) == replace(stored, created=False)
    assert await find_stored(write_session, "0" * 64) is None


async def test_named_speakers_are_one_across_articles_and_anonymous_ones_never(write_session: WriteSession) -> None:
    first = await store_harbour(write_session)
    second = await store_harbour(write_session, ending="\nagain")
    slugs = (await write_session.scalars(select(speakers.c.slug).order_by(speakers.c.slug))).all()
    assert slugs == [
        "ana-ruiz",
        f"city-official-in-{first.article_id}",
        f"city-official-in-{second.article_id}",
        "tom-berg",
    ]


async def test_extracting_again_keeps_the_ids_of_what_is_found_again(write_session: WriteSession) -> None:
    stored = await store_harbour(write_session)
    ids = {row.text: row.id for row in await write_session.execute(select(quotes.c.text, quotes.c.id))}
    people = set((await write_session.scalars(select(speakers.c.id))).all())
    found = harbour()
    changed = replace(
        found,
        speakers=found.speakers[:2],
        quotes=(replace(found.quotes[0], kind="mixed", confidence=0.5), *found.quotes[1:3]),
        weapon_facts=(),
    )
    document = Document(HARBOUR, published_on=date(2024, 5, 7))
    await store_extraction(write_session, stored.article_id, stored.revision_id, document, changed)
    rows = (await write_session.execute(select(quotes.c.text, quotes.c.id, quotes.c.kind))).all()
    assert {row.text: row.id for row in rows} == {text: id for text, id in ids.items() if "Hellfire" not in text}
    assert {row.kind for row in rows if "must be widened" in row.text} == {"mixed"}
    assert await count(write_session, weapon_facts) == 0
    assert set((await write_session.scalars(select(speakers.c.id))).all()) < people


async def test_a_repeated_quote_points_at_the_fuller_one(write_session: WriteSession) -> None:
    stored = await store_harbour(write_session)
    found = harbour()
    heading = replace(found.quotes[0], id="q9", content=(Span(0, 12),), text=HARBOUR[:12], source=(), same_as="q1")
    document = Document(HARBOUR, published_on=date(2024, 5, 7))
    again = replace(found, quotes=(heading, *found.quotes))
    await store_extraction(write_session, stored.article_id, stored.revision_id, document, again)
    pairs = (
        await write_session.execute(select(quotes.c.text, quotes.c.same_as).where(quotes.c.same_as.is_not(None)))
    ).all()
    (pair,) = pairs
    assert pair.text == "Harbour plan"
    assert await write_session.scalar(select(quotes.c.text).where(quotes.c.id == pair.same_as)) == found.quotes[0].text


async def test_one_stance_by_one_passage_though_two_quotes_show_it(write_session: WriteSession) -> None:
    topic_id = await write_session.scalar(insert(topics).values(slug="t", statement="The harbour").returning(topics.c.id))
    stored = await store_harbour(write_session, topic_id=topic_id)
    found = harbour(topic_id)
    first, second = found.stances
    twice = replace(found, stances=(first, replace(first, quote="q2", confidence=0.95), second))
    document = Document(HARBOUR, published_on=date(2024, 5, 7), topics=(Topic(str(topic_id), "The harbour"),))
    await store_extraction(write_session, stored.article_id, stored.revision_id, document, twice)
    kept = (await write_session.scalars(select(stances.c.confidence).order_by(stances.c.confidence))).all()
    assert [round(confidence, 2) for confidence in kept] == [0.8, 0.95]


async def test_spans_that_touch_are_stored_as_one(write_session: WriteSession) -> None:
    stored = await store_harbour(write_session)
    found = harbour()
    start, end = found.quotes[0].source[0]
    touching = replace(found.quotes[0], source=(Span(start + 4, end), Span(start, start + 4)), cue=(Span(0, 3), Span(3, 5)))
    document = Document(HARBOUR, published_on=date(2024, 5, 7))
    again = replace(found, quotes=(touching, *found.quotes[1:]))
    await store_extraction(write_session, stored.article_id, stored.revision_id, document, again)
    row = (await write_session.execute(select(quotes).where(quotes.c.text == touching.text))).one()
    assert (row.source, row.cue, row.cue_text) == (((start, end),), ((0, 5),), HARBOUR[:5])


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), max_size=6))
def test_merged_spans_cover_the_same_characters_apart(pairs: list[tuple[int, int]]) -> None:
    spans = tuple(Span(start, start + length) for start, length in pairs)
    whole = merged(spans)
    assert {at for span in whole for at in range(*span)} == {at for span in spans for at in range(*span)}
    assert all(left.end < right.start for left, right in pairwise(whole))


@pytest.mark.parametrize(
    ("expression", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-11-17", date(2024, 11, 17), date(2024, 11, 17)),
        ("2024-11-10/2024-11-17", date(2024, 11, 10), date(2024, 11, 17)),
        ("2024-11~", date(2024, 11, 1), date(2024, 11, 30)),
        ("202X", date(2020, 1, 1), date(2029, 12, 31)),
    ],
)
def test_an_edtf_expression_spans_days(expression: str, first: date, last: date) -> None:
    assert days_of(expression) == (first, last)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_spans_itself(day: date) -> None:
    assert days_of(day.isoformat()) == (day, day)
