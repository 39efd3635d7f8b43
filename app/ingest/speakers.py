"""The speakers of an extraction as personas on record, each with what its article says of it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

from nameparser import HumanName
from sqlalchemy import Row, delete, func, insert, or_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from app.db import WriteSession
from app.extract.document import SPEAKER_FIELDS, Speaker
from app.ingest.identity import Persona, is_lone
from app.ingest.naming import Relation, block, formal_given, relation
from app.ingest.personas import Fresh, allocate, create_speakers, insert_personas, lock_names, regroup
from app.names import misspellings, name_key, slug
from app.tables import appearances, distinctions, mentions, names, persona_names, personas

Told = tuple[Any, ...]
TOLD_APART = ("name", "kind", "country", "party", "constituency", "role", "affiliation", "article_id", "nth")


class Bearer(NamedTuple):
    """Who somebody in an extraction is on record."""

    persona_id: int
    speaker_id: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """Somebody in an extraction, the block that the name belongs to, and what tells the persona apart from others.

    Anonymous sources, and the second of two whom the article calls and describes alike, are of their article alone and
    in no block.
    """

    speaker: Speaker
    block: str
    told: Told


async def store_speakers(
    session: WriteSession,
    article_id: int,
    revision_id: int,
    words: str,
    found: Sequence[Speaker],
    freed: Collection[int] = (),
) -> dict[str, Bearer]:
    """Store who `found` are and what the revision says of them; who they are on record by their ids in the extraction.

    `freed` are personas of whom the revision spoke before: without them, others may be told apart differently.
    """
    sightings = _sightings(found, article_id)
    blocks = {sighting.block for sighting in sightings if sighting.block} | await _blocks(session, freed)
    await lock_names(session, blocks | {slug(speaker.name) for speaker in found})
    known = await _known(session, article_id, blocks)
    ids = await _identified(session, article_id, sightings, known)
    old = {row.id for row in known}
    new = [sighting for sighting in sightings if ids[sighting.speaker.id] not in old]
    await _create_bound(session, article_id, ids, [sighting for sighting in new if not sighting.block])
    fresh = [_fresh(sighting, ids) for sighting in new if sighting.block]
    apart = _apart(sightings, ids)
    grouping = _undecided(known, freed) | {each.block for each in fresh} | apart.keys()
    pairs = [pair for own in apart.values() for pair in own]
    await regroup(session, grouping, fresh, set(ids.values()), set(map(frozenset, pairs)))
    bearers = await _bearers(session, ids)
    await _store_distinctions(session, revision_id, pairs)
    await _store_names(session, bearers, words, found)
    await _store_appearances(session, revision_id, bearers, found)
    return bearers


async def forget_speakers(session: WriteSession, revision_id: int) -> set[int]:
    """Take back what a revision says of speakers; the ids of the personas of whom it spoke."""
    await session.execute(delete(mentions).where(mentions.c.revision_id == revision_id))
    await session.execute(delete(distinctions).where(distinctions.c.revision_id == revision_id))
    gone = delete(appearances).where(appearances.c.revision_id == revision_id).returning(appearances.c.persona_id)
    return set((await session.execute(gone)).scalars())


def _sightings(found: Sequence[Speaker], article_id: int) -> list[Sighting]:
    sightings, counts = [], Counter[Told]()
    for speaker in found:
        told = _told(speaker)
        nth = counts[told]
        counts[told] += 1
        alone = speaker.anonymous or nth > 0
        own = "" if alone else block(speaker.kind, speaker.name)
        sightings.append(Sighting(speaker, own, (*told, article_id if alone else None, nth)))
    return sightings


def _told(speaker: Speaker) -> Told:
    name = " ".join(speaker.name.split())
    if speaker.anonymous:
        return (name, speaker.kind, None, None, None, None, None)
    telling: tuple[str | None, ...] = (None, None)
    if is_lone(speaker.kind, speaker.name):
        telling = tuple(name_key(said) if said else None for said in (speaker.role, speaker.affiliation))
    return (name, speaker.kind, speaker.country, speaker.party, speaker.constituency, *telling)


async def _blocks(session: WriteSession, ids: Collection[int]) -> set[str]:
    named = select(personas.c.block).distinct().where(personas.c.id.in_(ids), personas.c.block.is_not(None))
    return set((await session.execute(named)).scalars()) if ids else set()


async def _known(session: WriteSession, article_id: int, blocks: Collection[str]) -> list[Row[Any]]:
    """The personas of the blocks, and those of the article alone."""
    of_them = or_(personas.c.block.in_(blocks), personas.c.article_id == article_id)
    return list((await session.execute(select(personas).where(of_them).order_by(personas.c.id))).all())


async def _identified(
    session: WriteSession, article_id: int, sightings: Sequence[Sighting], known: Iterable[Row[Any]]
) -> dict[str, int]:
    """The persona of each in the extraction: as a person decided for this article, else by what tells it apart."""
    decided: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    by_told: dict[Told, int] = {}
    for row in known:
        by_told[tuple(row._mapping[name] for name in TOLD_APART)] = row.id
        if row.held and row.article_id == article_id:
            decided[row.block].append(row)
    ids: dict[str, int] = {}
    closenesses: tuple[Relation, ...] = ("same", "variant")
    for closeness in closenesses:
        for sighting in sightings:
            if sighting.speaker.id not in ids and (found := _decided(sighting, decided, closeness)) is not None:
                ids[sighting.speaker.id] = found
    for sighting in sightings:
        if sighting.speaker.id not in ids and sighting.told in by_told:
            ids[sighting.speaker.id] = by_told[sighting.told]
    missing = [sighting.speaker.id for sighting in sightings if sighting.speaker.id not in ids]
    return ids | dict(zip(missing, await allocate(session, len(missing)), strict=True))


def _decided(sighting: Sighting, decided: Mapping[str, list[Row[Any]]], closeness: Relation) -> int | None:
    for row in decided.get(sighting.block, ()):
        if sighting.speaker.kind != "person" or relation(row.name, sighting.speaker.name) == closeness:
            decided[sighting.block].remove(row)
            return int(row.id)
    return None


def _fresh(sighting: Sighting, ids: Mapping[str, int]) -> Fresh:
    said = dict(zip(TOLD_APART, sighting.told, strict=True))
    article_id, nth = said.pop("article_id"), said.pop("nth")
    return Fresh(sighting.block, Persona(id=ids[sighting.speaker.id], **said), article_id, nth)


async def _create_bound(session: WriteSession, article_id: int, ids: Mapping[str, int], new: Sequence[Sighting]) -> None:
    """Make those who are of their article alone speakers of their own."""
    made = await create_speakers(session, [_bound(sighting.speaker, article_id) for sighting in new])
    fresh = [_fresh(sighting, ids) for sighting in new]
    await insert_personas(session, fresh, {each.persona.id: id for each, id in zip(fresh, made, strict=True)})


def _bound(speaker: Speaker, article_id: int) -> dict[str, Any]:
    row = {"name": speaker.name, "kind": speaker.kind, "anonymous": speaker.anonymous}
    if not speaker.anonymous:
        return row | {"slug": slug(speaker.name), "article_id": None}
    # Every other article has its "officials": numbered in turn, the thousandth would ask about all before it.
    return row | {"slug": f"{slug(speaker.name)}-in-{article_id}", "article_id": article_id}


def _undecided(known: Iterable[Row[Any]], freed: Collection[int]) -> set[str]:
    """The blocks of several speakers, where one article more may tip the balance, and of whom one fewer speaks."""
    owners: defaultdict[str, set[int]] = defaultdict(set)
    for row in known:
        if row.block is not None:
            owners[row.block].add(row.speaker_id)
    return {own for own, several in owners.items() if len(several) > 1} | {
        row.block for row in known if row.id in freed and row.block is not None
    }


def _apart(sightings: Sequence[Sighting], ids: Mapping[str, int]) -> dict[str, list[tuple[int, int]]]:
    """By block, the pairs of personas whom the article tells apart though their names could be one speaker's."""
    blocks: defaultdict[str, dict[int, Speaker]] = defaultdict(dict)
    for sighting in sightings:
        if sighting.block:
            blocks[sighting.block][ids[sighting.speaker.id]] = sighting.speaker
    return {own: pairs for own, several in blocks.items() if (pairs := list(_alike(several)))}


def _alike(several: Mapping[int, Speaker]) -> Iterator[tuple[int, int]]:
    """The pairs of whom one may be called as the other: of one given name, or one by an initial."""
    by_given: defaultdict[str, list[int]] = defaultdict(list)
    for persona_id, speaker in several.items():
        by_given[formal_given(speaker.name) if speaker.kind == "person" else ""].append(persona_id)
    for given, own in by_given.items():
        others = by_given.items() if len(given) == 1 else ()
        initialled = ((one, other) for name, more in others if name != given for one in own for other in more)
        for one, other in (*combinations(own, 2), *initialled):
            if several[one].kind != "person" or relation(several[one].name, several[other].name) != "other":
                yield min(one, other), max(one, other)


async def _bearers(session: WriteSession, ids: Mapping[str, int]) -> dict[str, Bearer]:
    owners = select(personas.c.id, personas.c.speaker_id).where(personas.c.id.in_(ids.values()))
    by_id: dict[int, int] = {row.id: row.speaker_id for row in await session.execute(owners)}
    return {speaker: Bearer(id, by_id[id]) for speaker, id in ids.items()}


async def _store_distinctions(session: WriteSession, revision_id: int, apart: Iterable[tuple[int, int]]) -> None:
    rows = [{"revision_id": revision_id, "persona_id": one, "other_id": other} for one, other in apart]
    if rows:
        await session.execute(insert(distinctions), rows)


async def _store_names(session: WriteSession, bearers: Mapping[str, Bearer], words: str, found: Sequence[Speaker]) -> None:
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for speaker in found:
        stated = [speaker.name, *(mention.span.of(words) for mention in speaker.mentions if mention.form == "name")]
        stated_as: dict[str, str | None] = {name_key(name): " ".join(name.split()) for name in reversed(stated)}
        if speaker.kind == "person" and not speaker.anonymous:
            stated_as.setdefault(name_key(HumanName(speaker.name).last), None)
        persona_id = bearers[speaker.id].persona_id
        for key in filter(None, stated_as):
            rows[(persona_id, key)] = {"persona_id": persona_id, "key": key, "name": stated_as[key]}
    await store_names(session, rows.values())


async def store_names(session: WriteSession, rows: Collection[Mapping[str, Any]]) -> None:
    """Store what personas are called, for searches: `persona_id`, `key`, and `name` as somebody wrote it."""
    if not rows:
        return
    keys = [{"key": key, "misspellings": sorted(misspellings(key))} for key in sorted({row["key"] for row in rows})]
    await session.execute(upsert(names).on_conflict_do_nothing(), keys)
    statement = upsert(persona_names)
    better = {"name": func.coalesce(persona_names.c.name, statement.excluded.name)}
    await session.execute(statement.on_conflict_do_update(index_elements=["persona_id", "key"], set_=better), list(rows))


async def _store_appearances(
    session: WriteSession, revision_id: int, bearers: Mapping[str, Bearer], found: Sequence[Speaker]
) -> None:
    described = [
        {"revision_id": revision_id, "name": speaker.name}
        | bearers[speaker.id]._asdict()
        | {field: getattr(speaker, field) for field in SPEAKER_FIELDS}
        | {f"{field}_at": speaker.evidence.get(field) for field in SPEAKER_FIELDS}
        for speaker in found
    ]
    places = {(mention.span, bearers[who.id].persona_id): mention.form for who in found for mention in who.mentions}
    located = [
        {"revision_id": revision_id, "persona_id": persona_id, "start": span.start, "end": span.end, "form": form}
        for (span, persona_id), form in places.items()
    ]
    # With RETURNING, rows go by the thousand to a statement, and the triggers look at the text once for all of them.
    if described:
        await session.execute(insert(appearances).returning(appearances.c.speaker_id), described)
    if located:
        await session.execute(insert(mentions).returning(mentions.c.persona_id), located)
