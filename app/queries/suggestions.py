"""Speakers by what somebody types: the beginning of a name, or a name with a letter wrong."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from rapidfuzz import fuzz
from sqlalchemy import ColumnElement, RowMapping, Select, Text, and_, cast, func, literal, select, text, true, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from app.extract.document import TRAITS, SpeakerKind
from app.names import misspellings, name_key
from app.queries.references import current, latest_appearance
from app.queries.speakers import has_word_beginning
from app.schemas import PlainStr
from app.tables import appearances, names, persona_names, personas, speakers

# More names than this begin alike only where too little was typed to tell; the shortest of them are weighed.
MOST_NAMES = 500
MOST_COUNTED = 1000
LONGEST_NAME = 200


class SuggestionFilter(BaseModel):
    """What was typed, and how many speakers to suggest."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[
        PlainStr, Field(min_length=1, max_length=LONGEST_NAME, description="the beginning of a name, or all of it")
    ]
    kind: list[SpeakerKind] = []
    limit: Annotated[int, Field(ge=1, le=50)] = 10


def select_suggestions(filter: SuggestionFilter) -> Select[Any]:
    """The speakers whose names begin with, or are spelt much like, what was typed: a row each with the keys that match."""
    begins = select(names.c.key, literal(0).label("rank")).where(has_word_beginning(filter.q))
    mistyped = select(names.c.key, literal(1).label("rank")).where(_mistyped(filter.q))
    every = union_all(begins, mistyped).subquery("every")
    best = (
        select(every.c.key, func.min(every.c.rank).label("rank"))
        .group_by(every.c.key)
        .order_by(text("rank"), func.length(every.c.key), every.c.key)
        .limit(MOST_NAMES)
        .subquery("best")
    )
    hits = (
        select(personas.c.speaker_id, func.array_agg(best.c.key.distinct()).label("matched"))
        .select_from(
            best.join(persona_names, persona_names.c.key == best.c.key).join(
                personas, personas.c.id == persona_names.c.persona_id
            )
        )
        .group_by(personas.c.speaker_id)
        .subquery("hits")
    )
    latest = latest_appearance(speakers.c.id)
    own = [speakers.c[name] for name in ("id", "slug", "name", "kind", "wikidata")]
    found = (
        select(*own, *(latest.c[field] for field in TRAITS), hits.c.matched, _articles())
        .select_from(speakers.join(hits, hits.c.speaker_id == speakers.c.id).join(latest, true()))
        .where(~speakers.c.anonymous)
    )
    return found.where(speakers.c.kind.in_(filter.kind)) if filter.kind else found


def _mistyped(q: str) -> ColumnElement[bool]:
    words = name_key(q).split()
    alike = [names.c.misspellings.op("&&")(cast(sorted(misspellings(word)), ARRAY(Text))) for word in words]
    return and_(*alike) if alike else literal(False)


def _articles() -> ColumnElement[int]:
    one = select(literal(1)).select_from(current(appearances)).where(appearances.c.speaker_id == speakers.c.id)
    one = one.correlate(speakers).limit(MOST_COUNTED)
    return select(func.count()).select_from(one.subquery()).scalar_subquery().label("articles")


def suggestions_from(rows: Iterable[RowMapping], filter: SuggestionFilter) -> list[dict[str, Any]]:
    """The best of the rows of `select_suggestions` as JSON: likest first, of those as like the one more is written of."""
    scored = [(*_likest(name_key(filter.q), row["matched"]), row) for row in rows]
    scored.sort(key=lambda each: (-each[0], -each[2]["articles"], each[2]["slug"]))
    fields = ("id", "slug", "name", "kind", "wikidata", *TRAITS, "articles")
    return [
        {field: row[field] for field in fields} | {"matched": matched, "score": score}
        for score, matched, row in scored[: filter.limit]
    ]


def _likest(typed: str, keys: Sequence[str]) -> tuple[float, str]:
    return max(((_alike(typed, key), key) for key in keys), key=lambda each: (each[0], -len(each[1]), each[1]))


def _alike(typed: str, key: str) -> float:
    """1 for the very name, 0.95 for how it or its last words begin, else how alike the two are spelt."""
    if typed == key:
        return 1.0
    if key.startswith(typed) or f" {typed}" in key:
        return 0.95
    return round(0.9 * fuzz.ratio(typed, key) / 100, 3)
