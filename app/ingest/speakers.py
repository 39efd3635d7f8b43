"""The speakers of an extraction as speakers on record: recognised, or new."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from zlib import crc32

from nameparser import HumanName
from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert

from app.db import WriteSession
from app.extract.document import SPEAKER_FIELDS, Speaker
from app.ingest.identity import Candidate, recognise
from app.names import name_key, numbered, slug, stem
from app.tables import appearances, mentions, speaker_names, speakers

# Two articles that bring the same new name at once must not both create it. A lock a name would overrun Postgres' lock
# table on an article of ten thousand names; a lock a bucket of names cannot, and seldom makes anybody wait.
LOCK_SPACE = 0x6F6E72
LOCK_BUCKETS = 64


async def store_speakers(
    session: WriteSession, article_id: int, revision_id: int, words: str, found: Sequence[Speaker]
) -> dict[str, int]:
    """Store who `found` are and what the revision says of them; their ids by the ids they have in the extraction."""
    await _lock(session, {stem(_slug(speaker, article_id)) for speaker in found})
    ids = await _identified(session, article_id, found)
    await _store_names(session, ids, words, found)
    await _store_appearances(session, revision_id, ids, found)
    return ids


async def forget_speakers(session: WriteSession, revision_id: int) -> set[int]:
    """Take back what a revision says of speakers; the ids of whom it spoke."""
    await session.execute(delete(mentions).where(mentions.c.revision_id == revision_id))
    gone = delete(appearances).where(appearances.c.revision_id == revision_id).returning(appearances.c.speaker_id)
    return set((await session.execute(gone)).scalars())


def _slug(speaker: Speaker, article_id: int) -> str:
    # Every other article has its "officials": numbered in turn, the thousandth would ask about all before it.
    return f"{slug(speaker.name)}-in-{article_id}" if speaker.anonymous else slug(speaker.name)


async def _lock(session: WriteSession, stems: Iterable[str]) -> None:
    buckets = sorted({crc32(stem.encode()) % LOCK_BUCKETS for stem in stems})
    statement = text("SELECT pg_advisory_xact_lock(:space, bucket) FROM unnest(CAST(:buckets AS int[])) AS bucket")
    await session.execute(statement, {"space": LOCK_SPACE, "buckets": buckets})


async def _identified(session: WriteSession, article_id: int, found: Sequence[Speaker]) -> dict[str, int]:
    sources = await _anonymous_of(session, article_id)
    candidates = await _candidates(session, {name_key(speaker.name) for speaker in found if not speaker.anonymous})
    ids: dict[str, int] = {}
    claimed: set[int] = set()
    new: list[Speaker] = []
    for speaker in found:
        if speaker.anonymous:
            known = sources.get((speaker.name, speaker.kind))
        else:
            match = recognise(speaker, candidates.get(name_key(speaker.name), ()))
            known = match.id if match else None
        # Whoever the extraction keeps apart in one article stays apart.
        if known is None or known in claimed:
            new.append(speaker)
        else:
            ids[speaker.id] = known
            claimed.add(known)
    return ids | await _create(session, article_id, new)


async def _anonymous_of(session: WriteSession, article_id: int) -> dict[tuple[str, str], int]:
    statement = select(speakers.c.name, speakers.c.kind, speakers.c.id).where(speakers.c.article_id == article_id)
    return {(name, kind): speaker_id for name, kind, speaker_id in await session.execute(statement)}


async def _candidates(session: WriteSession, keys: set[str]) -> Mapping[str, list[Candidate]]:
    named = (
        select(speaker_names.c.key, speakers.c.id, speakers.c.kind)
        .join(speakers, speakers.c.id == speaker_names.c.speaker_id)
        .where(speaker_names.c.key.in_(keys), speaker_names.c.identifies, ~speakers.c.anonymous)
        .subquery("named")
    )
    described = [
        func.array_agg(appearances.c[field].distinct()).filter(appearances.c[field].is_not(None)).label(field)
        for field in ("country", "party", "role")
    ]
    statement = (
        select(named.c.key, named.c.id, named.c.kind, *described)
        .outerjoin(appearances, appearances.c.speaker_id == named.c.id)
        .group_by(named.c.key, named.c.id, named.c.kind)
        .order_by(named.c.id)
    )
    candidates: defaultdict[str, list[Candidate]] = defaultdict(list)
    for key, speaker_id, kind, countries, parties, roles in await session.execute(statement):
        known = Candidate(
            id=speaker_id,
            kind=kind,
            keys=frozenset([key]),
            countries=frozenset(countries or ()),
            parties=frozenset(parties or ()),
            roles=frozenset(map(name_key, roles or ())),
        )
        candidates[key].append(known)
    return candidates


async def _create(session: WriteSession, article_id: int, new: Sequence[Speaker]) -> dict[str, int]:
    if not new:
        return {}
    taken = await _taken_slugs(session, {stem(_slug(speaker, article_id)) for speaker in new})
    rows: list[dict[str, Any]] = []
    for speaker in new:
        own = numbered(_slug(speaker, article_id), taken)
        taken.add(own)
        home = article_id if speaker.anonymous else None
        rows.append(
            {
                "slug": own,
                "name": speaker.name,
                "kind": speaker.kind,
                "anonymous": speaker.anonymous,
                "article_id": home,
            }
        )
    created = await session.execute(insert(speakers).returning(speakers.c.slug, speakers.c.id), rows)
    by_slug: dict[str, int] = {row.slug: row.id for row in created}
    return {speaker.id: by_slug[row["slug"]] for speaker, row in zip(new, rows, strict=True)}


async def _taken_slugs(session: WriteSession, stems: set[str]) -> set[str]:
    # Written as in the index, which Postgres uses for exactly this expression.
    stem_of = func.regexp_replace(speakers.c.slug, text("'-[0-9]+$'"), text("''"))
    statement = select(speakers.c.slug).where(stem_of.in_(stems))
    return set((await session.execute(statement)).scalars())


async def _store_names(session: WriteSession, ids: Mapping[str, int], words: str, found: Sequence[Speaker]) -> None:
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for speaker in found:
        own = name_key(speaker.name)
        stated = [speaker.name, *(mention.span.of(words) for mention in speaker.mentions if mention.form == "name")]
        names: dict[str, str | None] = {name_key(name): " ".join(name.split()) for name in reversed(stated)}
        if speaker.kind == "person" and not speaker.anonymous:
            names.setdefault(name_key(HumanName(speaker.name).last), None)
        for key in filter(None, names):
            row = {"speaker_id": ids[speaker.id], "key": key, "name": names[key], "identifies": key == own}
            rows[(ids[speaker.id], key)] = row
    if rows:
        statement = upsert(speaker_names)
        better = {
            "name": func.coalesce(speaker_names.c.name, statement.excluded.name),
            "identifies": speaker_names.c.identifies | statement.excluded.identifies,
        }
        await session.execute(
            statement.on_conflict_do_update(index_elements=["speaker_id", "key"], set_=better), list(rows.values())
        )


async def _store_appearances(
    session: WriteSession, revision_id: int, ids: Mapping[str, int], found: Sequence[Speaker]
) -> None:
    described = [
        {"revision_id": revision_id, "speaker_id": ids[speaker.id], "name": speaker.name}
        | {field: getattr(speaker, field) for field in SPEAKER_FIELDS}
        | {f"{field}_at": speaker.evidence.get(field) for field in SPEAKER_FIELDS}
        for speaker in found
    ]
    places = {(mention.span, ids[speaker.id]): mention.form for speaker in found for mention in speaker.mentions}
    located = [
        {
            "revision_id": revision_id,
            "speaker_id": speaker_id,
            "start": span.start,
            "end": span.end,
            "form": form,
        }
        for (span, speaker_id), form in places.items()
    ]
    # With RETURNING, rows go by the thousand to a statement, and the triggers look at the text once for all of them.
    if described:
        await session.execute(insert(appearances).returning(appearances.c.speaker_id), described)
    if located:
        await session.execute(insert(mentions).returning(mentions.c.speaker_id), located)


async def drop_unseen(session: WriteSession, candidates: set[int]) -> None:
    """Delete those of `candidates` whom no article names any more."""
    if candidates:
        seen = select(appearances.c.speaker_id).where(appearances.c.speaker_id == speakers.c.id).exists()
        await session.execute(delete(speakers).where(speakers.c.id.in_(candidates), ~seen))
