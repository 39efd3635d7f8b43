"""How Postgres finds quotes when there are many: whatever is filtered by, it reads no large table from end to end."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.queries.page import explained, plan_rows
from app.queries.quotefilter import QuoteFilter
from app.queries.quotes import select_quotes

pytestmark = pytest.mark.anyio

LARGE = {"articles", "revisions", "quotes", "speakers", "personas", "persona_names", "appearances", "mentions", "stances"}
# Three quotes in each of the latest articles, by speakers of whom the first speak far more often than the last (Zipf). As in a
# grown record, a filter's quotes are in few of all articles and by few of all speakers.
FILL = """
SET LOCAL session_replication_role = replica;
INSERT INTO topics (slug, statement) SELECT 'topic-' || n, 'Topic ' || n FROM generate_series(1, 60) n;
INSERT INTO speakers (slug, name, kind, anonymous, article_id)
    SELECT 'speaker-' || n, 'Speaker ' || n, 'person', n % 10 = 0, CASE n % 10 WHEN 0 THEN n END FROM generate_series(1, 16000) n;
INSERT INTO personas (speaker_id, kind, name, block)
    SELECT id, kind, name, slug FROM speakers;
INSERT INTO names (key, misspellings) SELECT lower(name), '{}' FROM speakers;
INSERT INTO persona_names (persona_id, key, name) SELECT id, lower(name), name FROM personas;
INSERT INTO articles (id) OVERRIDING SYSTEM VALUE SELECT n FROM generate_series(1, 30000) n;
INSERT INTO revisions (id, article_id, number, text, sha256, publisher, published_on, language)
    OVERRIDING SYSTEM VALUE
    SELECT n, n, 1, 'x' || n, encode(sha256(('x' || n)::bytea), 'hex'), 'Paper ' || n % 40, date '2020-01-01' + n / 20,
        CASE n % 50 WHEN 0 THEN 'de' ELSE 'en' END
    FROM generate_series(1, 30000) n;
UPDATE articles SET revision_id = id;
CREATE TEMP TABLE said ON COMMIT DROP AS
    SELECT n, 24000 + (n + 2) / 3 AS article, floor(power(4000, ((n * 7919) % 18000) / 18000.0))::int AS rank FROM generate_series(1, 18000) n;
INSERT INTO appearances (revision_id, persona_id, speaker_id, name, role, role_at, party, party_at, country, country_at)
    SELECT DISTINCT ON (article, personas.id) article, personas.id, speaker_id, name,
        CASE rank % 30 WHEN 0 THEN 'Prime Minister' ELSE 'Member ' || rank END, '{[0,1)}'::int4multirange,
        'Party ' || rank % 200, '{[0,1)}'::int4multirange, chr(65 + rank % 26) || chr(65 + rank % 7), '{[0,1)}'::int4multirange
    FROM said JOIN personas ON personas.name = 'Speaker ' || rank;
INSERT INTO mentions (revision_id, persona_id, start, "end", form) SELECT revision_id, persona_id, 1, 2, 'name' FROM appearances;
INSERT INTO quotes (revision_id, position, kind, text, content, source, cue, speaker_id, persona_id, assertion, said_on,
        said_first, said_last, said_to, medium, via, confidence, sort_on)
    SELECT article, n, CASE n % 3 WHEN 0 THEN 'direct' WHEN 1 THEN 'indirect' ELSE 'mixed' END, 'word' || n % 500 || ' of ' || n,
        int4multirange(int4range(n, n + 9)), '{}', '{}', personas.speaker_id, personas.id,
        CASE n % 100 WHEN 0 THEN 'denied' ELSE 'asserted' END, '2020', date '2023-04-01' + n / 60, date '2023-04-01' + n / 60,
        CASE n % 60 WHEN 0 THEN 'Reporter ' || n % 7 END, CASE n % 40 WHEN 0 THEN 'post' END,
        CASE n % 300 WHEN 0 THEN 'Agency ' || n % 5 END, n % 100 / 100.0, date '2020-01-01' + article / 20
    FROM said JOIN personas ON personas.name = 'Speaker ' || rank;
INSERT INTO stances (revision_id, topic_id, speaker_id, persona_id, polarity, evidence, evidence_text, quote_id, confidence, sort_on)
    SELECT revision_id, (SELECT min(topics.id) FROM topics) + quotes.id % 60, speaker_id, persona_id, CASE quotes.id % 9 WHEN 0 THEN 'oppose' ELSE 'support' END,
        content, text, quotes.id, 1, sort_on FROM quotes WHERE quotes.id % 7 < 4;
SET LOCAL session_replication_role = origin;
"""
QUERIES: list[dict[str, Any]] = [
    {},
    {"speaker": ["speaker 1"]},
    {"speaker": ["speaker-3999"]},
    {"not_speaker": ["speaker 1", "speaker 2"]},
    {"speaker": ["nobody"]},
    {"role": ["prime minister"]},
    {"role": ["no such role"]},
    {"party": ["Party 150"]},
    {"party": ["No such party"]},
    {"country": ["AC"]},
    {"country": ["ZZ"]},
    {"anonymous": True},
    {"anonymous": False},
    {"kind": ["direct"]},
    {"assertion": ["denied"]},
    {"assertion": ["refused"]},
    {"said_to": ["reporter 3"]},
    {"said_to": ["nobody"]},
    {"via": ["agency"]},
    {"medium": ["post"]},
    {"medium": ["speech"]},
    {"q": "word7"},
    {"q": "nowhere"},
    {"q": "word7", "sort": "relevance"},
    {"mentions": ["speaker 3999"]},
    {"mentions": ["nobody"]},
    {"topic": ["topic-7"]},
    {"topic": ["topic-7"], "polarity": ["oppose"]},
    {"polarity": ["mixed"]},
    {"weapon": ["hellfire"]},
    {"article": [17, 28000]},
    {"language": ["de"]},
    {"language": ["fr"]},
    {"publisher": ["Paper 7"]},
    {"publisher": ["No such paper"]},
    {"said_from": "2024-01-20"},
    {"said_to_date": "2023-04-03"},
    {"published_from": "2024-02-01"},
    {"published_to": "2023-05-01"},
    {"min_confidence": 0.99},
    {"sort": "oldest"},
    {"repeats": True},
    {"include": ["context"], "speaker": ["speaker 1"]},
    {"speaker": ["speaker 2"], "publisher": ["Paper 2"], "kind": ["direct"], "published_from": "2023-06-01"},
]


@pytest.fixture(scope="module")
async def filled(engine: Any) -> Any:
    async with engine.connect() as connection, connection.begin() as transaction:
        for statement in [*FILL.split(";\n"), f"ANALYZE {', '.join(sorted(LARGE))}"]:
            if statement.strip():
                await connection.execute(text(statement))
        yield connection
        await transaction.rollback()


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)


async def plan_of(connection: AsyncConnection, filter: QuoteFilter, options: str = "") -> dict[str, Any]:
    (plan,) = (await connection.execute(explained(select_quotes(filter), options))).scalar_one()
    return plan["Plan"]


@pytest.mark.parametrize("query", QUERIES, ids=str)
async def test_no_filter_reads_a_large_table_from_end_to_end(filled: AsyncConnection, query: dict[str, Any]) -> None:
    plan = await plan_of(filled, QuoteFilter(**query))
    read = {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}
    assert read.isdisjoint(LARGE), query


# What hardly any quote has: it takes no walk through all of them to find that out.
RARE: list[dict[str, Any]] = [
    {"speaker": ["speaker-3999"]},
    {"speaker": ["nobody"]},
    {"role": ["no such role"]},
    {"party": ["No such party"]},
    {"country": ["ZZ"]},
    {"assertion": ["refused"]},
    {"said_to": ["nobody"]},
    {"via": ["nobody"]},
    {"medium": ["speech"]},
    {"q": "nowhere"},
    {"mentions": ["nobody"]},
    {"weapon": ["hellfire"]},
    {"topic": ["topic-7"], "polarity": ["mixed"]},
    {"polarity": ["mixed"]},
    {"article": [17]},
    {"language": ["fr"]},
    {"publisher": ["No such paper"]},
    {"said_from": "2030-01-01"},
    {"said_to_date": "2000-01-01"},
    {"published_from": "2030-01-01"},
    {"published_to": "2000-01-01"},
]


@pytest.mark.parametrize("query", RARE, ids=str)
async def test_what_is_rare_is_found_without_a_walk(filled: AsyncConnection, query: dict[str, Any]) -> None:
    plan = await plan_of(filled, QuoteFilter(**query), "ANALYZE, TIMING OFF, BUFFERS OFF,")
    seen = sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in nodes(plan)
        if node.get("Relation Name") in LARGE
    )
    assert seen < 1000, query


async def test_the_large_tables_are_large_enough_to_tell(filled: AsyncConnection) -> None:
    for table in LARGE:
        (plan,) = (
            await filled.execute(text(f"EXPLAIN (FORMAT JSON) SELECT * FROM {table} WHERE ctid IS NOT NULL"))
        ).scalar_one()
        assert plan["Plan"]["Node Type"] == "Seq Scan"
        assert plan["Plan"]["Plan Rows"] > 3000, table


async def test_the_planner_knows_about_how_many_there_are(filled: AsyncConnection) -> None:
    assert 9_000 < plan_rows(await plan_of(filled, QuoteFilter())) < 36_000
    assert plan_rows(await plan_of(filled, QuoteFilter(medium=["post"]))) < 2_000
