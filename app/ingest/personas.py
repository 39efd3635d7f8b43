"""Personas in the database: those of a block are dealt out to speakers, and facts follow them.

A block is worked at by one transaction at a time. Whoever is emptied by that stays as a name for the other, so that its
address goes on answering.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Text, delete, func, insert, literal, or_, select, text, update

from app.db import WriteSession
from app.ingest.identity import Group, Persona, assign, display_name, gather
from app.names import numbered, slug, stem
from app.tables import appearances, distinctions, personas, quotes, speakers, stances, weapon_facts

# Two articles that bring the same new name at once must not both create it. A lock a name would overrun Postgres' lock
# table on an article of ten thousand names; a lock a bucket of names cannot, and seldom makes anybody wait.
LOCK_SPACE = 0x6F6E72
LOCK_BUCKETS = 64
# More articles than this say no more about who is meant.
MOST_COUNTED = 100
# Where facts say whose they are.
OWNERS = (appearances.c.speaker_id, quotes.c.speaker_id, stances.c.speaker_id, weapon_facts.c.claimed_by)


@dataclass(frozen=True, slots=True)
class Fresh:
    """A persona that is not in the database yet."""

    block: str
    persona: Persona
    article_id: int | None = None
    nth: int = 0


async def lock_names(session: WriteSession, names: Iterable[str]) -> None:
    """Keep others, until the transaction ends, from working at the same blocks or slugs."""
    buckets = sorted({crc32(name.encode()) % LOCK_BUCKETS for name in names})
    statement = text("SELECT pg_advisory_xact_lock(:space, bucket) FROM unnest(CAST(:buckets AS int[])) AS bucket")
    await session.execute(statement, {"space": LOCK_SPACE, "buckets": buckets})


async def regroup(
    session: WriteSession,
    blocks: Collection[str],
    fresh: Sequence[Fresh] = (),
    seen: Collection[int] = (),
    apart: Collection[frozenset[int]] = (),
) -> None:
    """Deal the personas of `blocks`, and the `fresh` ones, out to speakers; the blocks have to be locked.

    `seen` are the ids of those whom an article names that is about to be stored, `apart` the pairs that it tells apart.
    """
    members = await _members(session, blocks, seen)
    for each in fresh:
        members[each.block].append(each.persona)
    apart = {*apart, *await _told_apart(session, blocks)}
    groups = [group for block in sorted(members) for group in gather(members[block], apart)]
    owners = await _owners(session, groups)
    dealt = {member.id: owner for group, owner in zip(groups, owners, strict=True) for member in group.members}
    await insert_personas(session, fresh, dealt)
    new = {each.persona.id for each in fresh}
    before = {member.id: member.speaker for group in groups for member in group.members if member.id not in new}
    moves = {id: dealt[id] for id, speaker in before.items() if dealt[id] != speaker}
    await move(session, moves, before, seen)
    left = {speaker for id in moves if (speaker := before[id]) is not None}
    await rename(session, left | {dealt[id] for id in (*new, *moves)})


async def _members(
    session: WriteSession, blocks: Collection[str], seen: Collection[int]
) -> defaultdict[str, list[Persona]]:
    """The personas of each block, but for those of whom no article speaks any more."""
    one = select(literal(1)).where(appearances.c.persona_id == personas.c.id).limit(MOST_COUNTED)
    counted = select(func.count()).select_from(one.correlate(personas).subquery()).scalar_subquery()
    said = ("block", "id", "kind", "name", "country", "party", "constituency", "role", "affiliation", "held")
    columns = [*(personas.c[name] for name in said), personas.c.speaker_id.label("speaker"), counted.label("articles")]
    statement = select(*columns).where(personas.c.block.in_(blocks))
    members: defaultdict[str, list[Persona]] = defaultdict(list)
    for row in (await session.execute(statement)).mappings():
        persona = dict(row)
        block, articles = persona.pop("block"), min(persona.pop("articles") + (row["id"] in seen), MOST_COUNTED)
        if articles or row["held"] is not None:
            members[block].append(Persona(articles=articles, **persona))
    return members


async def _told_apart(session: WriteSession, blocks: Collection[str]) -> set[frozenset[int]]:
    pairs = (
        select(distinctions.c.persona_id, distinctions.c.other_id)
        .join(personas, personas.c.id == distinctions.c.persona_id)
        .where(personas.c.block.in_(blocks))
    )
    return {frozenset(pair) for pair in await session.execute(pairs)}


async def _owners(session: WriteSession, groups: Sequence[Group]) -> list[int]:
    """The speaker that each group is, made where there is none yet."""
    assigned = assign(groups)
    new = [group for group, speaker in zip(groups, assigned, strict=True) if speaker is None]
    rows = [{"name": display_name(group.members), "kind": group.members[0].kind} for group in new]
    created = iter(await create_speakers(session, rows))
    return [speaker if speaker is not None else next(created) for speaker in assigned]


async def create_speakers(session: WriteSession, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """New speakers from their columns, in this order; each gets a slug of its own from `slug` or else its name."""
    wanted = [row.get("slug") or slug(row["name"]) for row in rows]
    taken = await _taken_slugs(session, {stem(each) for each in wanted})
    made: list[dict[str, Any]] = []
    counts = Counter[str]()
    for row, each in zip(rows, wanted, strict=True):
        own = numbered(each, taken, counts[each] + 2)
        counts[each] += 1
        taken.add(own)
        made.append({**row, "slug": own})
    if not made:
        return []
    created = await session.execute(insert(speakers).returning(speakers.c.slug, speakers.c.id), made)
    by_slug: dict[str, int] = {row.slug: row.id for row in created}
    return [by_slug[row["slug"]] for row in made]


async def _taken_slugs(session: WriteSession, stems: set[str]) -> set[str]:
    # Written as in the index, which Postgres uses for exactly this expression.
    stem_of = func.regexp_replace(speakers.c.slug, text("'-[0-9]+$'"), text("''"))
    statement = select(speakers.c.slug).where(stem_of.in_(stems))
    return set((await session.execute(statement)).scalars())


async def allocate(session: WriteSession, count: int) -> list[int]:
    """Ids for `count` personas to be inserted."""
    sequence = func.nextval(text("pg_get_serial_sequence('personas', 'id')"))
    return list((await session.execute(select(sequence).select_from(func.generate_series(1, count)))).scalars())


async def insert_personas(session: WriteSession, fresh: Sequence[Fresh], dealt: Mapping[int, int]) -> None:
    """Insert `fresh`, each as its speaker's in `dealt`; those without a block are nobody else's."""
    said = ("id", "kind", "name", "country", "party", "constituency", "role", "affiliation", "held")
    rows = [
        {field: getattr(each.persona, field) for field in said}
        | {"speaker_id": dealt[each.persona.id], "block": each.block or None}
        | {"article_id": each.article_id, "nth": each.nth}
        for each in fresh
    ]
    if rows:
        await session.execute(insert(personas).returning(personas.c.id), rows)


async def move(
    session: WriteSession, moves: Mapping[int, int], before: Mapping[int, int | None], seen: Collection[int] = ()
) -> None:
    """Make personas other speakers' and everything said as them with them; speakers left without any stand for others.

    `seen` are personas whom an article names that is about to be stored.
    """
    if not moves:
        return
    pairs = func.unnest(_array(moves), _array(moves.values())).table_valued("id", "owner").render_derived("pairs")
    quietly = {"synchronize_session": False}
    owned = update(personas).where(personas.c.id == pairs.c.id).values(speaker_id=pairs.c.owner)
    await session.execute(owned, execution_options=quietly)
    for owner in OWNERS:
        facts = owner.table
        follow = update(facts).where(facts.c.persona_id == pairs.c.id).values({owner.name: pairs.c.owner})
        await session.execute(follow, execution_options=quietly)
    left = {speaker: moves[id] for id, speaker in sorted(before.items()) if id in moves and speaker is not None}
    await _retire(session, left, seen)


async def _retire(session: WriteSession, left: Mapping[int, int], seen: Collection[int]) -> None:
    """Make those of `left` that have no persona any more but such as no article speaks of, names for the others."""
    spoken_of = select(appearances.c.persona_id).where(appearances.c.persona_id == personas.c.id).exists()
    lives = or_(personas.c.held.is_not(None), personas.c.id.in_(seen), spoken_of)
    has_more = select(personas.c.id).where(personas.c.speaker_id == speakers.c.id, lives).exists()
    empty = select(speakers.c.id).where(speakers.c.id.in_(left), speakers.c.reference.is_(None), ~has_more)
    for speaker in (await session.execute(empty)).scalars().all():
        await redirect(session, speaker, left[speaker])


async def redirect(session: WriteSession, speaker: int, target: int) -> None:
    """Make `speaker`, and all that stands for it, a name for `target`."""
    standing = (speakers.c.id == speaker) | (speakers.c.merged_into == speaker)
    await session.execute(update(speakers).where(standing, speakers.c.id != target).values(merged_into=target))
    await session.execute(update(speakers).where(speakers.c.id == target).values(merged_into=None))


async def rename(session: WriteSession, changed: Collection[int]) -> None:
    """Give speakers the name that suits all of their personas; a reference file's stays."""
    if not changed:
        return
    named = select(personas).join(speakers, speakers.c.id == personas.c.speaker_id).where(speakers.c.reference.is_(None))
    members: defaultdict[int, list[Persona]] = defaultdict(list)
    for row in await session.execute(named.where(personas.c.speaker_id.in_(changed), ~speakers.c.anonymous)):
        members[row.speaker_id].append(Persona(row.id, row.kind, row.name))
    best = {speaker: display_name(own) for speaker, own in members.items()}
    names = literal(list(best.values()), ARRAY(Text))
    pairs = func.unnest(_array(best), names).table_valued("id", "name").render_derived("pairs")
    better = update(speakers).where(speakers.c.id == pairs.c.id, speakers.c.name != pairs.c.name)
    await session.execute(better.values(name=pairs.c.name), execution_options={"synchronize_session": False})


def _array(ids: Iterable[int]) -> ColumnElement[Sequence[int]]:
    return literal(list(ids), ARRAY(BigInteger))


async def drop_unseen(session: WriteSession, freed: Collection[int]) -> None:
    """Delete those of the personas `freed` of whom no article speaks any more, and the speakers who had no other."""
    if not freed:
        return
    seen = select(appearances.c.persona_id).where(appearances.c.persona_id == personas.c.id).exists()
    gone = delete(personas).where(personas.c.id.in_(freed), personas.c.held.is_(None), ~seen)
    owners = set((await session.execute(gone.returning(personas.c.speaker_id))).scalars())
    has_persona = select(personas.c.id).where(personas.c.speaker_id == speakers.c.id).exists()
    await session.execute(delete(speakers).where(speakers.c.id.in_(owners), speakers.c.merged_into.is_(None), ~has_persona))
    await rename(session, owners)
