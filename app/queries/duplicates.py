"""Who may be somebody else on record: speakers of alike names, with what articles say of each."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, Text, and_, cast, false, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from app.names import misspellings
from app.tables import appearances, names, persona_names, personas, revisions, speakers

# Where more have such names, those of this surname and initial come first.
MOST_CANDIDATES = 300
MOST_VALUES = 100


def select_dossier(speaker_id: int) -> Select[Any]:
    """One row: the speaker's names and all that articles have said of it."""
    return _dossiers().where(speakers.c.id == speaker_id)


def select_candidates(dossier: RowMapping) -> Select[Any]:
    """A row for each speaker of the same kind whose name may be this one's, and `together`, the articles that name both."""
    in_block = func.coalesce(personas.c.block.in_(dossier["blocks"] or ()), false())
    alike = (
        select(personas.c.speaker_id)
        .join(persona_names, persona_names.c.persona_id == personas.c.id)
        .join(names, names.c.key == persona_names.c.key)
        .where(
            or_(in_block, *_spelt_alike(dossier["keys"] or ())),
            personas.c.speaker_id != dossier["id"],
        )
        .group_by(personas.c.speaker_id)
        .order_by(func.bool_or(in_block).desc(), personas.c.speaker_id)
        .limit(MOST_CANDIDATES)
    )
    return _dossiers().add_columns(_together(dossier["id"])).where(
        speakers.c.id.in_(alike), speakers.c.kind == dossier["kind"], ~speakers.c.anonymous
    )  # fmt: skip


def _spelt_alike(keys: Collection[str]) -> list[ColumnElement[bool]]:
    """For each key, that another has all of its words but for a letter or so, or is one of them alone."""
    alike = []
    for key in keys:
        words = key.split()
        each = (names.c.misspellings.op("&&")(cast(sorted(misspellings(word)), ARRAY(Text))) for word in words)
        alike += [and_(*each), (names.c.key == words[-1]) & persona_names.c.name.is_not(None)]
    return alike


def _dossiers() -> Select[Any]:
    return select(
        *(speakers.c[name] for name in ("id", "slug", "name", "kind", "anonymous")),
        _gathered(personas.c.name, personas.c.speaker_id).label("called"),
        _gathered(personas.c.block, personas.c.speaker_id).label("blocks"),
        _keys().label("keys"),
        # A persona's own also tell what a reference file says.
        *(
            _gathered(personas.c[field], personas.c.speaker_id).label(field)
            for field in ("country", "party", "constituency")
        ),
        *(_gathered(appearances.c[field], appearances.c.speaker_id).label(field) for field in ("role", "affiliation")),
    )


def _gathered(column: ColumnElement[Any], owner: ColumnElement[int]) -> ColumnElement[Any]:
    """The different values of `column` in rows that are the speaker's, a hundred at most; null if there are none."""
    values = select(column.label("value")).distinct().where(owner == speakers.c.id, column.is_not(None))
    few = values.correlate(speakers).limit(MOST_VALUES).subquery()
    return select(func.array_agg(few.c.value)).scalar_subquery()


def _keys() -> ColumnElement[Any]:
    """The keys of the names by which articles introduce the speaker."""
    own = (
        select(persona_names.c.key)
        .distinct()
        .join(personas, personas.c.id == persona_names.c.persona_id)
        .where(personas.c.speaker_id == speakers.c.id, func.lower(persona_names.c.name) == func.lower(personas.c.name))
        .correlate(speakers)
        .limit(MOST_VALUES)
        .subquery()
    )
    return select(func.array_agg(own.c.key)).scalar_subquery()


def _together(speaker_id: int) -> ColumnElement[int]:
    own, theirs = appearances.alias("own"), appearances.alias("theirs")
    both = (
        select(func.count(revisions.c.article_id.distinct()))
        .select_from(own.join(theirs, theirs.c.revision_id == own.c.revision_id))
        .join(revisions, revisions.c.id == own.c.revision_id)
        .where(own.c.speaker_id == speaker_id, theirs.c.speaker_id == speakers.c.id)
    )
    return both.correlate(speakers).scalar_subquery().label("together")
