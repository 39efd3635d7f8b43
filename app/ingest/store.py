"""An article and what it yielded, into the database.

Everything here runs inside the caller's transaction and never commits. Extracting a revision again keeps the ids of the
quotes and stances that are found again, so that what others have cited stays where it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from edtf import parse_edtf, struct_time_to_date
from sqlalchemy import (
    BigInteger,
    BindParameter,
    Table,
    TableValuedAlias,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from app.db import ReadSession, WriteSession
from app.extract import VERSION
from app.extract.document import Document, Extraction, Quote, Spans, Stance, Topic, WeaponFact, merged
from app.ingest.clean import Article
from app.ingest.personas import drop_unseen
from app.ingest.speakers import Bearer, forget_speakers, store_speakers
from app.names import slug
from app.tables import articles, judgements, quotes, revisions, stances, topics, weapon_facts, weapons

UNDATED = date.min


@dataclass(frozen=True, slots=True)
class Stored:
    """Where an article is kept, and whether this call brought it (`created`) or it was there already."""

    article_id: int
    revision_id: int
    created: bool


@dataclass(frozen=True, slots=True)
class _Revision:
    id: int
    document: Document

    @property
    def common(self) -> dict[str, Any]:
        """What every fact of the revision repeats of it."""
        return {"revision_id": self.id, "sort_on": self.document.published_on or UNDATED}

    def words(self, spans: Spans) -> str | None:
        """What `spans` cut out of the text, joined as the database checks it; `None` of no spans."""
        return " ".join(span.of(self.document.text) for span in merged(spans)) or None


async def find_stored(session: WriteSession, sha256: str) -> Stored | None:
    """The article that has this very text, if one does.

    Holds a lock on the text until the transaction ends, so that the same article sent twice at once is stored once.
    """
    await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": sha256})
    statement = select(revisions.c.article_id, revisions.c.id).where(revisions.c.sha256 == sha256)
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Stored(row.article_id, row.id, created=False)


async def known_topics(session: ReadSession | WriteSession, *, held: bool = False) -> tuple[Topic, ...]:
    """Every registered topic, its database id as the extraction's id; `held`: nobody changes them before we are done."""
    statement = select(topics).order_by(topics.c.id)
    rows = (await session.execute(statement.with_for_update(read=True) if held else statement)).all()
    return tuple(Topic(str(row.id), row.statement, tuple(row.aliases), tuple(row.keywords)) for row in rows)


async def store(session: WriteSession, article: Article, document: Document, extraction: Extraction) -> Stored:
    """Store `article` as a new one, or as the next revision of the one known under its address, with what it yielded."""
    stored = await store_revision(session, article, document.sha256)
    await store_extraction(session, stored.article_id, stored.revision_id, document, extraction)
    return stored


async def store_revision(session: WriteSession, article: Article, sha256: str) -> Stored:
    """Store the words of `article`, whose hash is `sha256`, and what is known of it; what it yields is still to come."""
    article_id = await _article_at(session, article.url)
    latest = select(func.coalesce(func.max(revisions.c.number), 0)).where(revisions.c.article_id == article_id)
    revision = {
        "article_id": article_id,
        "number": (await session.execute(latest)).scalar_one() + 1,
        "sha256": sha256,
        **{name: getattr(article, name) for name in ("text", "title", "byline", "publisher", "published_on")},
        **{name: getattr(article, name) for name in ("language", "fetched_at")},
    }
    revision_id = (await session.execute(insert(revisions).values(revision).returning(revisions.c.id))).scalar_one()
    await _show_newest(session, article_id)
    return Stored(article_id, revision_id, created=True)


async def store_extraction(
    session: WriteSession, article_id: int, revision_id: int, document: Document, extraction: Extraction
) -> None:
    """Store what `extraction` found in a revision, in place of what an earlier one found."""
    before = await forget_speakers(session, revision_id)
    bearers = await store_speakers(session, article_id, revision_id, document.text, extraction.speakers, before)
    revision = _Revision(revision_id, document)
    quote_ids = await _store_quotes(session, revision, bearers, extraction.quotes)
    await _store_stances(session, revision, bearers, quote_ids, extraction.stances)
    await _store_weapon_facts(session, revision, bearers, quote_ids, extraction.weapon_facts)
    await drop_unseen(session, before - {bearer.persona_id for bearer in bearers.values()})
    await _mark_judged(session, revision_id, [int(topic.id) for topic in document.topics])
    done = {
        "extractor_version": VERSION,
        "extracted_at": func.now(),
        "warnings": [asdict(warning) for warning in extraction.warnings],
    }
    await session.execute(update(revisions).where(revisions.c.id == revision_id).values(done))
    # Locked before the choice is made: of two revisions that are done at once, the later to choose sees both.
    await session.execute(select(articles.c.id).where(articles.c.id == article_id).with_for_update(key_share=True))
    await _show_newest(session, article_id)


async def _show_newest(session: WriteSession, article_id: int) -> None:
    # Until a changed text has been read, what the one before it said is still on record.
    newest = (
        select(revisions.c.id)
        .where(revisions.c.article_id == article_id)
        .order_by(revisions.c.extracted_at.is_not(None).desc(), revisions.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    await session.execute(update(articles).where(articles.c.id == article_id).values(revision_id=newest))


async def _article_at(session: WriteSession, url: str | None) -> int:
    statement = upsert(articles).values(url=url)
    # An update that changes nothing locks the row: two new revisions of one article get their numbers in turn.
    statement = statement.on_conflict_do_update(index_elements=["url"], set_={"url": statement.excluded.url})
    article_id: int = (await session.execute(statement.returning(articles.c.id))).scalar_one()
    return article_id


async def _store_quotes(
    session: WriteSession, revision: _Revision, bearers: Mapping[str, Bearer], found: Sequence[Quote]
) -> dict[str, int]:
    rows = [
        {**revision.common, "position": position}
        | _owner(bearers, quote.speaker)
        | {name: getattr(quote, name) for name in ("kind", "text", "content", "source", "cue", "assertion")}
        | {name: getattr(quote, name) for name in ("said_on", "said_to", "medium", "via", "confidence")}
        | dict(zip(("said_first", "said_last"), days_of(quote.said_on), strict=True))
        | {"cue_text": revision.words(quote.cue), "same_as": None}
        for position, quote in enumerate(found)
    ]
    kept = await _upsert(session, quotes, ("revision_id", "content", "source"), rows)
    await _delete_others(session, quotes, revision.id, kept.values())
    ids = {quote.id: kept[(merged(quote.content), merged(quote.source))] for quote in found}
    await _link_repeats(session, {ids[quote.id]: ids[quote.same_as] for quote in found if quote.same_as})
    return ids


def _owner(bearers: Mapping[str, Bearer], speaker: str | None, column: str = "speaker_id") -> dict[str, int | None]:
    if speaker is None:
        return {"persona_id": None, column: None}
    return {"persona_id": bearers[speaker].persona_id, column: bearers[speaker].speaker_id}


async def _link_repeats(session: WriteSession, fuller: Mapping[int, int]) -> None:
    # One statement, since each costs a look at the whole text by the trigger.
    linked = pairs(fuller)
    if fuller:
        link = update(quotes).where(quotes.c.id == linked.c.key).values(same_as=linked.c.value)
        await session.execute(link, execution_options={"synchronize_session": False})


def pairs(ids: Mapping[int, int]) -> TableValuedAlias:
    """`ids` as rows of `key` and `value`."""
    return func.unnest(_ids(ids.keys()), _ids(ids.values())).table_valued("key", "value").render_derived("pairs")


def _ids(ids: Iterable[int]) -> BindParameter[Sequence[int]]:
    return literal(list(ids), ARRAY(BigInteger))


async def _store_stances(
    session: WriteSession,
    revision: _Revision,
    bearers: Mapping[str, Bearer],
    quote_ids: Mapping[str, int],
    found: Sequence[Stance],
) -> None:
    rows = [
        {**revision.common, "topic_id": int(stance.topic)}
        | _owner(bearers, stance.speaker)
        | {name: getattr(stance, name) for name in ("polarity", "target", "evidence", "confidence")}
        | {"quote_id": quote_ids[stance.quote] if stance.quote else None}
        | {"evidence_text": revision.words(stance.evidence)}
        for stance in _most_confident(found)
    ]
    kept = await _upsert(session, stances, ("revision_id", "topic_id", "persona_id", "evidence"), rows)
    await _delete_others(session, stances, revision.id, kept.values())


def _most_confident(found: Iterable[Stance]) -> Iterable[Stance]:
    # Two quotes may show one stance by the same passage, which is one stance still.
    best: dict[tuple[Any, ...], Stance] = {}
    for stance in found:
        passage = (stance.topic, stance.speaker, merged(stance.evidence))
        if passage not in best or stance.confidence > best[passage].confidence:
            best[passage] = stance
    return best.values()


async def _store_weapon_facts(
    session: WriteSession,
    revision: _Revision,
    bearers: Mapping[str, Bearer],
    quote_ids: Mapping[str, int],
    found: Sequence[WeaponFact],
) -> None:
    weapon_ids = await _weapon_ids(session, {fact.weapon for fact in found})
    rows = [
        {**revision.common, "weapon_id": weapon_ids[slug(fact.weapon)]}
        | {name: getattr(fact, name) for name in ("mention", "attribute", "value_max", "unit", "qualifier", "party")}
        | {name: getattr(fact, name) for name in ("on", "evidence", "confidence")}
        | dict(zip(("on_first", "on_last"), _days_of_event(fact.on, revision.document.published_on), strict=True))
        | {"value": None if isinstance(fact.value, str) else fact.value}
        | {"value_text": fact.value if isinstance(fact.value, str) else None}
        | {"si_value": fact.si.value if fact.si else None, "si_unit": fact.si.unit if fact.si else None}
        | _owner(bearers, fact.claimed_by, "claimed_by")
        | {"quote_id": quote_ids[fact.quote] if fact.quote else None}
        | {"evidence_text": revision.words(fact.evidence)}
        for fact in found
    ]
    await session.execute(delete(weapon_facts).where(weapon_facts.c.revision_id == revision.id))
    if rows:
        # With RETURNING, rows go by the thousand to a statement, and the triggers look at the text once for all of them.
        await session.execute(insert(weapon_facts).returning(weapon_facts.c.id), rows)


def _days_of_event(on: str | None, published_on: date | None) -> tuple[date | None, date | None]:
    """The days on which something can have happened: by its own date, or else when it was in the news."""
    return days_of(on) if on else (published_on, published_on)


async def _weapon_ids(session: WriteSession, names: set[str]) -> dict[str, int]:
    # In the order of slugs, which is the same in every transaction: two that wait for each other would be a deadlock.
    rows = [{"slug": own, "name": name} for own, name in sorted({slug(name): name for name in sorted(names)}.items())]
    if rows:
        await session.execute(upsert(weapons).on_conflict_do_nothing(index_elements=["slug"]), rows)
    statement = select(weapons.c.slug, weapons.c.id).where(weapons.c.slug.in_([row["slug"] for row in rows]))
    return {row.slug: row.id for row in await session.execute(statement)}


async def _upsert(
    session: WriteSession, table: Table, key: tuple[str, ...], rows: Sequence[Mapping[str, Any]]
) -> dict[tuple[Any, ...], int]:
    """Insert `rows` or update those that stand under the same `key`; ids by the key without the revision."""
    if not rows:
        return {}
    statement = upsert(table)
    changed = {name: statement.excluded[name] for name in rows[0] if name not in key}
    own = [table.c[name] for name in key if name != "revision_id"]
    statement = statement.on_conflict_do_update(index_elements=key, set_=changed)
    stored = await session.execute(statement.returning(table.c.id, *own), list(rows))
    return {tuple(row[1:]): row[0] for row in stored}


async def _delete_others(session: WriteSession, table: Table, revision_id: int, kept: Iterable[int]) -> None:
    await session.execute(delete(table).where(table.c.revision_id == revision_id, table.c.id.not_in(list(kept))))


async def _mark_judged(session: WriteSession, revision_id: int, topic_ids: Sequence[int]) -> None:
    if topic_ids:
        rows = [{"revision_id": revision_id, "topic_id": topic_id, "extractor_version": VERSION} for topic_id in topic_ids]
        statement = upsert(judgements)
        judged = {"extractor_version": statement.excluded.extractor_version}
        await session.execute(
            statement.on_conflict_do_update(index_elements=["topic_id", "revision_id"], set_=judged), rows
        )


@lru_cache(maxsize=4096)
def days_of(expression: str | None) -> tuple[date | None, date | None]:
    """The first and the last day that an EDTF expression can mean; two `None` for `None`.

    >>> days_of("2024-02")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    """
    if expression is None:
        return None, None
    moment = parse_edtf(expression)
    return struct_time_to_date(moment.lower_strict()), struct_time_to_date(moment.upper_strict())
