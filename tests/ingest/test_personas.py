"""The same articles make the same speakers, in whatever order they come, and what is withdrawn leaves no trace."""

from collections import defaultdict
from collections.abc import Sequence
from random import Random

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.db import Sessions, WriteSession
from app.extract.document import Speaker
from app.tables import appearances, personas, revisions, speakers
from tests.records import again, is_consistent, person, store_people

pytestmark = pytest.mark.anyio

ARTICLES: dict[str, Sequence[Speaker]] = {
    "a": [person("Ana Ruiz", country="ES"), person("Berg", role="mayor", country="SE")],
    "b": [person("Ana Ruiz"), person("Joe Holm", country="US", party="Green")],
    "c": [person("Ana Ruiz", country="MX"), person("Joseph Holm", country="US", party="Green")],
    "d": [person("Ana M. Ruiz", country="MX"), person("Berg", role="mayor", country="SE"), person("Joseph Holm")],
    "e": [person("Ana Ruiz", country="MX", party="Green"), person("George Holm"), person("George W. Holm")],
    "g": [person("Joe Holm", country="SE", party="Left"), person("Joseph Holm", country="SE", party="Left")],
    "h": [person("Joe Holm", country="SE", party="Left")],
    "i": [person("Joseph Holm", country="SE", party="Left"), person("Ana Ruiz", party="Green")],
    "f": [person("Foreign Ministry", kind="organization", country="RU"), person("George Holm", country="US")],
}
Record = set[tuple[str, frozenset[tuple[str, str]]]]


async def record(session: WriteSession) -> Record:
    """Each speaker by name, with the articles and the names in them."""
    rows = select(speakers.c.id, speakers.c.name, revisions.c.text, appearances.c.name.label("called"))
    rows = rows.select_from(
        appearances.join(revisions, revisions.c.id == appearances.c.revision_id).join(
            speakers, speakers.c.id == appearances.c.speaker_id
        )
    )
    said: defaultdict[tuple[int, str], set[tuple[str, str]]] = defaultdict(set)
    for row in await session.execute(rows):
        said[row.id, row.name].add((row.text.split("\n")[0], row.called))
    return {(name, frozenset(places)) for (_, name), places in said.items()}


async def test_the_order_of_articles_changes_nothing(connection: AsyncConnection) -> None:
    seen, chance = list[Record](), Random(7)
    for order in [chance.sample(sorted(ARTICLES), len(ARTICLES)) for _ in range(25)]:
        transaction = await connection.begin_nested()
        async with Sessions.of_connection(connection).writing() as session:
            for mark in order:
                await store_people(session, *ARTICLES[mark], mark=mark)
            seen.append(await record(session))
            assert await is_consistent(session)
        await transaction.rollback()
    assert len(seen) == 25
    assert all(each == seen[0] for each in seen)
    assert ("Ana Ruiz", frozenset({("News a", "Ana Ruiz")})) in seen[0]


async def test_what_an_article_no_longer_says_counts_no_more(write_session: WriteSession) -> None:
    await store_people(write_session, *ARTICLES["a"], mark="a")
    await store_people(write_session, *ARTICLES["b"], mark="b")
    before = await record(write_session)
    assert ("Ana Ruiz", frozenset({("News a", "Ana Ruiz"), ("News b", "Ana Ruiz")})) in before
    third = await store_people(write_session, *ARTICLES["c"], mark="c")
    assert ("Ana Ruiz", frozenset({("News a", "Ana Ruiz")})) in await record(write_session)
    await again(write_session, third)
    assert await record(write_session) == before
    assert await is_consistent(write_session)


async def identities(session: WriteSession) -> set[tuple[int, int, str]]:
    rows = select(personas.c.id, speakers.c.id, speakers.c.slug).join(speakers, speakers.c.id == personas.c.speaker_id)
    return {(row[0], row[1], row[2]) for row in await session.execute(rows)}


async def test_reading_again_what_says_the_same_keeps_every_id(write_session: WriteSession) -> None:
    stored = [await store_people(write_session, person("Ana Ruiz"), person("Tom Berg"), mark=mark) for mark in "ab"]
    before = await identities(write_session)
    for each in stored:
        await again(write_session, each, person("Ana Ruiz"), person("Tom Berg"))
    assert await identities(write_session) == before


async def test_who_turns_out_to_be_another_is_still_found_under_the_old_address(write_session: WriteSession) -> None:
    await store_people(write_session, person("Joseph Holm"), mark="a")
    await store_people(write_session, person("Joe Holm"), mark="b")
    third = await store_people(write_session, person("Joe Holm", party="Green", country="US"), mark="c")
    await store_people(write_session, person("Joseph Holm", party="Green", country="US"), mark="d")
    rows = await write_session.execute(select(speakers.c.slug, speakers.c.id, speakers.c.merged_into))
    by_slug = {row.slug: row for row in rows}
    assert by_slug["joseph-holm"].merged_into == by_slug["joe-holm"].id
    assert by_slug["joe-holm"].merged_into is None
    await again(write_session, third)
    assert await is_consistent(write_session)


async def test_two_of_one_name_in_an_article_are_two(write_session: WriteSession) -> None:
    for mark in "ab":
        await store_people(write_session, person("Berg"), person("Berg"), person("Ana Ruiz"), mark=mark)
    assert await write_session.scalar(select(func.count()).where(personas.c.name == "Berg")) == 3
    assert await is_consistent(write_session)


async def test_two_thousand_names_in_a_few_statements(write_session: WriteSession, statements: list[str]) -> None:
    people = [person(f"Ana {chr(97 + i % 26)}{chr(97 + i // 26 % 26)}{i}") for i in range(2_000)]
    await store_people(write_session, *people[:10], mark="a")
    few = len(statements)
    statements.clear()
    await store_people(write_session, *people, mark="b")
    assert len(statements) <= few + 60
