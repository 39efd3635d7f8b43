"""Names of a spreadsheet beside the speakers on record: the candidates of the Reconciliation Service API (version 0.2)."""

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import RowMapping, Select

from app.extract.document import TRAITS, SpeakerKind
from app.names import name_key
from app.queries.page import one_of
from app.queries.speakers import described_speakers, former_names, speakers_at
from app.queries.suggestions import SuggestionFilter, suggestions_from
from app.schemas import ReconcileQuery
from app.tables import speakers

TYPES: dict[SpeakerKind, str] = {"person": "Person", "organization": "Organisation", "group": "Group"}
PROPERTIES = {"wikidata": "Wikidata", **{field: field.capitalize() for field in TRAITS}}
# Out of a hundred: what a property that agrees adds, what one that differs takes away, and from where on it is a match.
AGREES, DIFFERS, SURE = 2.0, 15.0, 90.0


def wanted(query: ReconcileQuery) -> SuggestionFilter:
    """What to search for, to answer `query`."""
    kinds = [kind for kind in TYPES if kind in query.types]
    return SuggestionFilter(q=query.query, kind=kinds, limit=min(50, 2 * query.limit))


def candidates_from(rows: Iterable[RowMapping], query: ReconcileQuery) -> list[dict[str, Any]]:
    """The rows of a search as candidates, likeliest first; `match` is set on at most one, which nobody else rivals."""
    found = suggestions_from(rows, wanted(query))
    scored = sorted(((_score(each, query), each) for each in found), key=lambda each: (-each[0], each[1]["slug"]))
    rival = scored[1][0] if len(scored) > 1 else 0.0
    return [
        {"id": each["slug"], "name": each["name"], "description": described(each), "type": [type_of(each["kind"])]}
        | {"score": round(score, 1), "match": nth == 0 and rival < SURE <= score and _is_full(each, query)}
        for nth, (score, each) in enumerate(scored[: query.limit])
    ]


def _score(found: dict[str, Any], query: ReconcileQuery) -> float:
    score: float = 100.0 * found["score"]
    for each in query.properties:
        known = str(found.get(each.pid) or "").casefold()
        if known and each.values:
            score += AGREES if known in {value.casefold() for value in each.values} else -DIFFERS
    return max(0.0, min(100.0, score))


def _is_full(found: dict[str, Any], query: ReconcileQuery) -> bool:
    """Whether the very name is asked for and, of a person, no surname alone."""
    key = name_key(query.query)
    return bool(found["matched"] == key and (found["kind"] != "person" or " " in key))


def described(found: dict[str, Any]) -> str:
    """A line that tells namesakes apart: role, affiliation, party, country."""
    return ", ".join(str(found[field]) for field in TRAITS if found[field])


def type_of(kind: SpeakerKind) -> dict[str, str]:
    """A kind of speaker as a type of the protocol."""
    return {"id": kind, "name": TYPES[kind]}


def select_extended(ids: Sequence[str]) -> Select[Any]:
    """The speakers of these ids, for their properties."""
    own = described_speakers().add_columns(speakers.c.wikidata, former_names().label("formerly"))
    return own.where(one_of(speakers.c.id, speakers_at(ids)))


def extension_from(rows: Iterable[RowMapping], ids: Sequence[str], properties: Sequence[str]) -> dict[str, Any]:
    """What is known of each of `ids` in each of `properties`, as the protocol's data extension has it."""
    by_id = {key: row for row in rows for key in (row["slug"], str(row["id"]), *chain.from_iterable(row["formerly"] or ()))}
    return {
        "meta": [{"id": each, "name": PROPERTIES[each]} for each in properties],
        "rows": {id: {each: _values(by_id.get(id), each) for each in properties} for id in ids},
    }


def _values(row: RowMapping | None, name: str) -> list[dict[str, str]]:
    return [{"str": row[name]}] if row is not None and row[name] else []
