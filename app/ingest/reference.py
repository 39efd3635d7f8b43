"""A reference file: people whom the user knows, as anchors for the names in articles.

    people:
      - name: Ana Ruiz
        aliases: [Ana Ruiz Soler, A. Ruiz]
        wikidata: Q42
        country: ES
        parties:
          - {name: Labour, since: 2015}

Each entry's names with its country and parties become personas that are held: what articles say under one of these names,
and nothing against it, is theirs. An entry read again takes the place of what it said before; one that is left out stays.
"""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from sqlalchemy import Row, delete, insert, or_, select, update

from app.db import WriteSession
from app.errors import BadInput, Conflict
from app.extract.gazetteer import gazetteer
from app.ingest.naming import block
from app.ingest.personas import create_speakers, lock_names, move, regroup, rename
from app.ingest.speakers import store_names
from app.names import name_key, slug
from app.schemas import PersonIn, ReferenceIn
from app.tables import appearances, persona_names, personas, speakers

PEOPLE = "people.yaml"
Told = tuple[str, str, str | None, str | None]  # name, kind, country, party


def read_reference(path: Path) -> list[PersonIn]:
    """The entries of a reference file; raises `BadInput` naming the entry, the field and what is wrong with it."""
    try:
        # Every scalar as it is written: YAML would take Norway's NO for a no and 2015 for a number.
        read = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506  (makes strings only)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadInput(f"{path} cannot be read: {' '.join(str(error).split())}") from error
    try:
        people = ReferenceIn.model_validate(read).people
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise BadInput(f"{path}: {place}: {first['msg'].removeprefix('Value error, ')}") from error
    _refuse_shared(path, people)
    return people


def _refuse_shared(path: Path, people: Iterable[PersonIn]) -> None:
    owners: dict[object, PersonIn] = {}
    for person in people:
        for claim in [*_told(person), person.wikidata]:
            other = owners.setdefault(claim, person) if claim is not None else person
            if other is not person:
                shared = claim[0] if isinstance(claim, tuple) else claim
                raise BadInput(f"{path}: {shared!r} is given for {other.name} and for {person.name}: leave it out of one.")


def _told(person: PersonIn) -> list[Told]:
    """What tells the personas of an entry apart: each of its names with each of its parties."""
    parties: list[str | None] = [_canonical(party.name) for party in person.parties]
    names = dict.fromkeys([person.name, *person.aliases])
    return [(name, person.kind, person.country, party) for name in names for party in dict.fromkeys(parties or [None])]


def _canonical(party: str) -> str:
    return gazetteer().parties.get(party.lower(), party)


async def store_reference(session: WriteSession, people: Sequence[PersonIn]) -> None:
    """Make the entries' speakers known, or what is known of them theirs.

    Raises `Conflict` where a name is another's by an earlier file.
    """
    blocks = {block(person.kind, name) for person in people for name in (person.name, *person.aliases)}
    earlier = (await session.execute(select(personas.c.block).distinct().where(personas.c.held == "reference"))).scalars()
    await lock_names(session, blocks | set(earlier) | {slug(person.name) for person in people})
    owners = [await _anchor(session, person) for person in people]
    # A name may go from one entry to another: all are let go of before any is taken.
    for person, speaker_id in zip(people, owners, strict=True):
        blocks |= await _release(session, speaker_id, _told(person))
    for person, speaker_id in zip(people, owners, strict=True):
        for told in _told(person):
            await _hold(session, told, speaker_id, person)
    await regroup(session, blocks)


async def _anchor(session: WriteSession, person: PersonIn) -> int:
    """The speaker whom the entry describes, made where there is none, with what the entry says of it."""
    speaker_id = await _known_speaker(session, person) or await _new_speaker(session, person)
    reference = {
        "country": person.country,
        "parties": [party.model_dump() for party in person.parties],
        "aliases": list(person.aliases),
    }
    known = {"name": person.name, "wikidata": person.wikidata, "reference": reference, "merged_into": None}
    await session.execute(update(speakers).where(speakers.c.id == speaker_id).values(known))
    return speaker_id


async def _new_speaker(session: WriteSession, person: PersonIn) -> int:
    (speaker_id,) = await create_speakers(session, [{"name": person.name, "kind": person.kind}])
    return speaker_id


async def _known_speaker(session: WriteSession, person: PersonIn) -> int | None:
    """The speaker whom an earlier file gave this Wikidata item or name, or the only one whom articles give the name."""
    anchored = speakers.c.name == person.name
    if person.wikidata is not None:
        anchored = or_(speakers.c.wikidata == person.wikidata, anchored & speakers.c.wikidata.is_(None))
    listed = select(speakers.c.id).where(speakers.c.reference.is_not(None), anchored, speakers.c.kind == person.kind)
    found: int | None = (await session.execute(listed.order_by(speakers.c.wikidata.nulls_last()))).scalars().first()
    if found is not None:
        return found
    named = (
        select(speakers.c.id, speakers.c.reference)
        .distinct()
        .join(personas, personas.c.speaker_id == speakers.c.id)
        .join(persona_names, persona_names.c.persona_id == personas.c.id)
        .where(persona_names.c.key == name_key(person.name), speakers.c.kind == person.kind, ~speakers.c.anonymous)
    )
    rows = (await session.execute(named)).all()
    return int(rows[0].id) if len(rows) == 1 and rows[0].reference is None else None


async def _hold(session: WriteSession, told: Told, speaker_id: int, person: PersonIn) -> None:
    """Make what is told so, by articles or not yet, the speaker's."""
    persona = await _persona(session, told)
    if persona is not None and persona.held is not None and persona.speaker_id != speaker_id:
        raise Conflict(
            f"{told[0]} is held to be another than the {person.name} of the reference file: split or merge first."
        )
    if persona is not None:
        free = update(personas).where(personas.c.id == persona.id, personas.c.held.is_(None))
        await session.execute(free.values(held="reference"))
        moves = {persona.id: speaker_id} if persona.speaker_id != speaker_id else {}
        await move(session, moves, {persona.id: persona.speaker_id})
        await rename(session, [persona.speaker_id])
        return
    name, kind, country, party = told
    row = {"name": name, "kind": kind, "country": country, "party": party, "block": block(person.kind, name)}
    held = insert(personas).values(row | {"speaker_id": speaker_id, "held": "reference"}).returning(personas.c.id)
    persona_id: int = (await session.execute(held)).scalar_one()
    await store_names(session, [{"persona_id": persona_id, "key": name_key(name), "name": name}])


async def _persona(session: WriteSession, told: Told) -> Row[Any] | None:
    name, kind, country, party = told
    values = {"country": country, "party": party, "constituency": None, "role": None, "affiliation": None}
    alike = [personas.c[column].is_not_distinct_from(value) for column, value in values.items()]
    own = (personas.c.name == name) & (personas.c.kind == kind) & personas.c.article_id.is_(None)
    return (await session.execute(select(personas).where(own, personas.c.nth == 0, *alike))).one_or_none()


async def _release(session: WriteSession, speaker_id: int, kept: Collection[Told]) -> set[str]:
    """Let go of what an earlier file gave the speaker and this one does not; the blocks in which that was.

    What articles say under such a name is somebody else's from then on, as far as anybody knows.
    """
    own = personas.c.speaker_id == speaker_id
    listed = (await session.execute(select(personas).where(own, personas.c.held == "reference"))).all()
    stale = [row for row in listed if (row.name, row.kind, row.country, row.party) not in kept]
    await session.execute(update(personas).where(personas.c.id.in_([row.id for row in stale])).values(held=None))
    blocks = {row.block for row in stale if row.block}
    spoken_of = select(appearances.c.persona_id).where(appearances.c.persona_id == personas.c.id).exists()
    in_blocks = own & personas.c.block.in_(blocks)
    await session.execute(delete(personas).where(in_blocks, personas.c.held.is_(None), ~spoken_of))
    held = set((await session.execute(select(personas.c.block).where(in_blocks, personas.c.held.is_not(None)))).scalars())
    left = (await session.execute(select(personas).where(own, personas.c.block.in_(blocks - held)))).all()
    owners = await create_speakers(session, [{"name": row.name, "kind": row.kind} for row in left])
    moves = {row.id: owner for row, owner in zip(left, owners, strict=True)}
    await move(session, moves, dict.fromkeys(moves, speaker_id))
    return blocks
