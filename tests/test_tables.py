"""What the database itself refuses: the verbatim promise and the receipts."""

import pytest
from sqlalchemy import Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.db import WriteSession
from app.extract.document import Document, Span
from app.tables import (
    appearances,
    articles,
    mentions,
    personas,
    quotes,
    revisions,
    speakers,
    stances,
    topics,
    weapon_facts,
)
from tests.records import HARBOUR, at, store_harbour

pytestmark = pytest.mark.anyio


async def refused(session: WriteSession, statement: object, constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        async with session.begin_nested():
            await session.execute(statement)  # type: ignore[call-overload]


def a_quote(revision_id: int, **changed: object) -> object:
    content = at(HARBOUR, "The harbour must be widened.")
    values = {
        "revision_id": revision_id, "position": 9, "kind": "direct", "text": "The harbour must be widened.",
        "content": (content,), "source": (), "cue": (), "assertion": "asserted", "confidence": 0.5, "sort_on": "2024-01-01",
    }  # fmt: skip
    return insert(quotes).values(values | changed)


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"text": "The harbour must be widened!"}, "not what the article says"),
        ({"text": "the harbour must be widened."}, "not what the article says"),
        ({"content": (Span(0, 3),)}, "not what the article says"),
        ({"content": (Span(10_000, 10_020),)}, "not what the article says|points outside"),
        ({"source": (Span(5, 100_000),)}, "points outside"),
        ({"cue": (Span(-2, 3),)}, "points outside"),
        ({"content": ()}, "content_not_empty"),
        ({"kind": "rumour"}, "quotes_kind"),
        ({"confidence": 1.5}, "quotes_confidence"),
        ({"said_on": "2024-01"}, "quotes_said_on"),
    ],
)
async def test_a_quote_that_is_not_in_the_text_is_refused(
    write_session: WriteSession, changed: dict[str, object], constraint: str
) -> None:
    stored = await store_harbour(write_session)
    await refused(write_session, a_quote(stored.revision_id, **changed), constraint)
    await write_session.execute(a_quote(stored.revision_id))


async def test_a_quote_cannot_be_reworded_afterwards(write_session: WriteSession) -> None:
    await store_harbour(write_session)
    await refused(write_session, update(quotes).values(text="Something else"), "not what the article says")


async def test_several_spans_are_joined_by_a_space(write_session: WriteSession) -> None:
    stored = await store_harbour(write_session)
    parts = (at(HARBOUR, "The harbour"), at(HARBOUR, "widened"))
    await write_session.execute(a_quote(stored.revision_id, content=parts, text="The harbour widened"))
    kept = await write_session.scalar(select(quotes.c.content).where(quotes.c.position == 9))
    assert kept == parts


@pytest.mark.parametrize("change", [{"text": HARBOUR + "."}, {"sha256": "0" * 64}, {"number": 7}, {"published_on": None}])
async def test_a_revision_is_final(write_session: WriteSession, change: dict[str, object]) -> None:
    await store_harbour(write_session)
    await refused(write_session, update(revisions).values(change), "cannot be altered")


async def test_a_hash_of_another_text_is_refused(write_session: WriteSession) -> None:
    article_id = await write_session.scalar(insert(articles).returning(articles.c.id))
    row = {"article_id": article_id, "number": 1, "text": "Words.", "sha256": "0" * 64, "language": "en"}
    await refused(write_session, insert(revisions).values(row), "revisions_sha256")


async def test_no_party_without_the_span_that_shows_it(write_session: WriteSession) -> None:
    stored = await store_harbour(write_session)
    speaker_id = await write_session.scalar(
        insert(speakers).values(slug="x", name="X", kind="person").returning(speakers.c.id)
    )
    persona_id = await write_session.scalar(
        insert(personas).values(speaker_id=speaker_id, name="X", kind="person").returning(personas.c.id)
    )
    row = {"revision_id": stored.revision_id, "speaker_id": speaker_id, "persona_id": persona_id, "name": "X"}
    row |= {"party": "Labour"}
    await refused(write_session, insert(appearances).values(row), "appearances_party_shown")
    await refused(write_session, insert(appearances).values(row | {"party_at": (Span(0, 9_999),)}), "points outside")
    row |= {"party": None, "count": 2}
    await refused(write_session, insert(appearances).values(row), "appearances_count_shown")
    await refused(write_session, insert(appearances).values(row | {"count_at": (Span(0, 9_999),)}), "points outside")
    await refused(write_session, insert(appearances).values(row | {"count": 0, "count_at": (Span(0, 9),)}), "count_check")


async def test_a_mention_outside_the_text_is_refused(write_session: WriteSession) -> None:
    stored = await store_harbour(write_session)
    persona_id = await write_session.scalar(select(personas.c.id).limit(1))
    row = {"revision_id": stored.revision_id, "persona_id": persona_id, "start": 5, "end": 9_999, "form": "name"}
    await refused(write_session, insert(mentions).values(row), "points outside")
    await refused(write_session, insert(mentions).values(row | {"start": 7, "end": 7}), "mentions_span")


@pytest.mark.parametrize("start", [0, 200, 254, 255, 256, 509, 510, 5_000, 9_950])
async def test_words_are_compared_by_code_points_wherever_they_stand(write_session: WriteSession, start: int) -> None:
    # The trigger cuts the text into pieces: at their seams, over line ends and beyond the basic plane too.
    words = "".join(
        chr(0x1F600 + i % 50) if i % 7 == 0 else "\n" if i % 11 == 0 else chr(97 + i % 26) for i in range(10_000)
    )
    article_id = await write_session.scalar(insert(articles).returning(articles.c.id))
    row = {"article_id": article_id, "number": 1, "text": words, "sha256": Document(words).sha256, "language": "en"}
    revision_id = await write_session.scalar(insert(revisions).values(row).returning(revisions.c.id))
    for end in (start + 1, start + 2, start + 50, min(start + 700, 9_999)):
        right = {"content": (Span(start, end),), "text": words[start:end], "cue": (Span(3, 5),), "cue_text": words[3:5]}
        await write_session.execute(a_quote(revision_id, **right))
        for wrong in ({"text": words[start : end - 1] + "!"}, {"cue_text": words[3:6]}, {"cue_text": None}):
            await refused(
                write_session,
                a_quote(revision_id, **right | {"source": (Span(0, 1),)} | wrong),
                "not what the article says",
            )


@pytest.mark.parametrize(
    ("table", "column"), [(stances, "evidence_text"), (weapon_facts, "evidence_text"), (quotes, "cue_text")]
)
async def test_the_words_of_evidence_are_the_articles_own(write_session: WriteSession, table: Table, column: str) -> None:
    topic_id = await write_session.scalar(insert(topics).values(slug="t", statement="The harbour").returning(topics.c.id))
    await store_harbour(write_session, topic_id=topic_id)
    await refused(write_session, update(table).values({column: "Other words"}), "not what the article says")


async def test_a_quote_has_a_persona_if_a_speaker(write_session: WriteSession) -> None:
    stored = await store_harbour(write_session)
    speaker_id = await write_session.scalar(select(speakers.c.id).limit(1))
    await refused(write_session, a_quote(stored.revision_id, speaker_id=speaker_id), "quotes_persona")


async def test_what_is_said_alike_is_one_persona(write_session: WriteSession) -> None:
    await store_harbour(write_session)
    known = (await write_session.execute(select(personas).where(personas.c.name == "Tom Berg"))).mappings().one()
    again = {name: value for name, value in known.items() if name != "id"}
    await refused(write_session, insert(personas).values(again), "told_apart")


async def test_nobody_is_a_name_for_himself(write_session: WriteSession) -> None:
    await store_harbour(write_session)
    await refused(write_session, update(speakers).values(merged_into=speakers.c.id), "merged_into_another")
