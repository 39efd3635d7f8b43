"""What people decide on who is who: two speakers are one, or one is two.

The personas concerned are held from then on: no article that comes later, and no extractor that reads again, undoes it.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Table, insert, literal, select, update

from app.db import WriteSession
from app.errors import BadInput, Conflict
from app.ingest.personas import create_speakers, lock_names, move, redirect, regroup, rename
from app.names import slug
from app.tables import (
    appearances,
    distinctions,
    mentions,
    persona_names,
    personas,
    quotes,
    revisions,
    speakers,
    stances,
    weapon_facts,
)

# What a persona's part in one article is made of, and where each says whose it is; a mention does not.
PARTS: tuple[tuple[Table, str | None], ...] = (
    (appearances, "speaker_id"),
    (mentions, None),
    (quotes, "speaker_id"),
    (stances, "speaker_id"),
    (weapon_facts, "claimed_by"),
)


async def merge_speakers(session: WriteSession, target: int, others: Sequence[int]) -> None:
    """Make `others` the same speaker as `target`; their addresses go on answering for it.

    Raises `BadInput` for an anonymous source, `Conflict` where a reference file knows two of them or somebody else has just
    merged one.
    """
    everybody = [target, *(other for other in dict.fromkeys(others) if other != target)]
    owned = await _lock_personas(session, everybody)
    rows = (await session.execute(select(speakers).where(speakers.c.id.in_(everybody)))).all()
    _refuse(rows, others)
    await _hand_over_reference(session, target, rows)
    await _hold(session, [row.id for row in owned])
    await move(session, {row.id: target for row in owned if row.speaker_id != target}, {r.id: r.speaker_id for r in owned})
    for other in everybody[1:]:
        await redirect(session, other, target)
    await rename(session, [target])
    await regroup(session, {row.block for row in owned if row.block})


def _refuse(rows: Collection[Row[Any]], others: Sequence[int]) -> None:
    for row in rows:
        if row.merged_into is not None:
            raise Conflict(f"{row.slug} has turned out to be another in the meantime: ask again.")
        if row.anonymous:
            pointer = f"/speakers/{others.index(row.id)}" if row.id in others else None
            raise BadInput(f"{row.slug} is a source of its article alone, whoever it is: leave it out.", pointer=pointer)
    known = [f"{row.name} ({row.wikidata or row.slug})" for row in rows if row.reference is not None]
    if len(known) > 1:
        raise Conflict(f"The reference file tells {' and '.join(known)} apart: correct it first.")


async def _hand_over_reference(session: WriteSession, target: int, rows: Collection[Row[Any]]) -> None:
    for row in rows:
        if row.reference is not None and row.id != target:
            await session.execute(update(speakers).where(speakers.c.id == row.id).values(reference=None, wikidata=None))
            known = {"name": row.name, "reference": row.reference, "wikidata": row.wikidata}
            await session.execute(update(speakers).where(speakers.c.id == target).values(known))


async def _lock_personas(session: WriteSession, owners: Collection[int]) -> Sequence[Row[Any]]:
    """The personas of `owners`, whose blocks nobody else works at until the transaction ends."""
    owned = select(personas).where(personas.c.speaker_id.in_(owners)).order_by(personas.c.id)
    blocks = {row.block for row in await session.execute(owned) if row.block}
    names = (await session.execute(select(speakers.c.name).where(speakers.c.id.in_(owners)))).scalars()
    await lock_names(session, blocks | {slug(name) for name in names})
    return (await session.execute(owned)).all()


async def _hold(session: WriteSession, ids: Collection[int]) -> None:
    free = update(personas).where(personas.c.id.in_(ids), personas.c.held.is_(None))
    await session.execute(free.values(held="person"))


async def split_speaker(session: WriteSession, speaker_id: int, article_ids: Sequence[int]) -> int:
    """Make whom these articles mean by a speaker's name a speaker of its own; the id of the new one.

    Raises `BadInput` for an article that does not name the speaker, `Conflict` where no other article would be left.
    """
    owned = await _lock_personas(session, [speaker_id])
    places = await _places(session, speaker_id)
    _check(places, article_ids)
    speaker = (await session.execute(select(speakers).where(speakers.c.id == speaker_id))).one()
    (new,) = await create_speakers(session, [{"name": speaker.name, "kind": speaker.kind}])
    chosen = set(article_ids)
    kept = {persona for persona, article in places if article not in chosen}
    kept |= {row.id for row in owned if row.held == "reference"}
    await _hold(session, [row.id for row in owned])
    going = {persona: new for persona, article in places if article in chosen and persona not in kept}
    await move(session, going, {row.id: row.speaker_id for row in owned})
    for row in owned:
        for article in sorted(article for persona, article in places if persona == row.id and article in chosen):
            if row.id in kept:
                await _tell_apart(session, row, article, new)
    await rename(session, [speaker_id, new])
    await regroup(session, {row.block for row in owned if row.block})
    return new


async def _places(session: WriteSession, speaker_id: int) -> set[tuple[int, int]]:
    """By which persona which article names the speaker."""
    places = (
        select(appearances.c.persona_id, revisions.c.article_id)
        .join(revisions, revisions.c.id == appearances.c.revision_id)
        .where(appearances.c.speaker_id == speaker_id)
    )
    return {(row.persona_id, row.article_id) for row in await session.execute(places)}


def _check(places: Collection[tuple[int, int]], article_ids: Sequence[int]) -> None:
    named = {article for _, article in places}
    for nth, article in enumerate(article_ids):
        if article not in named:
            raise BadInput(f"Article {article} does not name this speaker.", pointer=f"/articles/{nth}")
    if named <= set(article_ids):
        raise Conflict("These are all of the articles that name the speaker: nobody would be left.", pointer="/articles")


async def _tell_apart(session: WriteSession, persona: Row[Any], article_id: int, owner: int) -> None:
    """Give an article a persona of its own for what it says like others."""
    said = {name: value for name, value in persona._mapping.items() if name != "id"}
    own = said | {"speaker_id": owner, "article_id": article_id, "held": "person"}
    persona_id = (await session.execute(insert(personas).values(own).returning(personas.c.id))).scalar_one()
    names = select(literal(persona_id), persona_names.c.key, persona_names.c.name)
    names = names.where(persona_names.c.persona_id == persona.id)
    await session.execute(insert(persona_names).from_select(["persona_id", "key", "name"], names))
    of_article = select(revisions.c.id).where(revisions.c.article_id == article_id)
    for column in (distinctions.c.persona_id, distinctions.c.other_id):
        told = update(distinctions).where(column == persona.id, distinctions.c.revision_id.in_(of_article))
        await session.execute(told.values({column.name: persona_id}), execution_options={"synchronize_session": False})
    for table, owner_column in PARTS:
        values: Mapping[str, int] = {"persona_id": persona_id} | ({owner_column: owner} if owner_column else {})
        part = update(table).where(table.c.persona_id == persona.id, table.c.revision_id.in_(of_article)).values(values)
        await session.execute(part, execution_options={"synchronize_session": False})
