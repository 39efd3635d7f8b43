"""Weapons and the facts that articles, or people in them, state of weapons."""

from collections import defaultdict
from collections.abc import Iterable
from math import inf
from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from sqlalchemy import ColumnElement, RowMapping, Select, func, or_, select

from app.extract.document import Attribute
from app.extract.weapons.quantity import to_si, unit_named
from app.names import slug
from app.queries.page import Order, PageFilter, Terms, ids_among, one_of, select_page
from app.queries.references import ARTICLE, SPEAKER, WEAPON, PublishedFilter, current, described, published, reference
from app.queries.speakers import matching_speakers, resolved_speakers
from app.schemas import Day, Id, PlainStr
from app.tables import articles, weapon_facts, weapons

NEWEST_FIRST = Order((weapon_facts.c.sort_on, weapon_facts.c.id), descending=True)
BY_SLUG = Order((weapons.c.slug,))
MOST_FACTS = 1000
# What a weapon has once and for all, so that claims can disagree; transfers, losses and the like are many.
LASTING = frozenset(["range", "speed", "payload", "caliber", "unit_cost"])
# News rounds what it converts: 1,500 miles are 2,500 km, though 2,414 would be exact.
EXACT, ABOUT = 0.02, 0.1
Amount = Annotated[float | None, Field(ge=0, lt=1e15, allow_inf_nan=False)]


class WeaponFilter(PageFilter):
    """Which weapons to list."""

    q: Annotated[PlainStr | None, Field(min_length=1, max_length=200, description="part of the name")] = None


class WeaponFactFilter(PublishedFilter, PageFilter):
    """Which weapon facts to list."""

    weapon: Annotated[Terms, Field(description="id, slug or name")] = []
    attribute: list[Attribute] = []
    claimed_by: Annotated[Terms, Field(description="id, slug or name of the claimant")] = []
    party: Annotated[Terms, Field(description="whose weapons, as the article words it")] = []
    article: list[Id] = []
    since: Annotated[Day | None, Field(description="happened on this day or later, or may have; see `until`")] = None
    until: Annotated[
        Day | None,
        Field(description="happened on this day or earlier, by the fact's own date, or else by that of its article"),
    ] = None
    min: Annotated[Amount, Field(description="at least so much, or a range of numbers that reaches so far")] = None
    max: Annotated[Amount, Field(description="at most so much")] = None
    unit: Annotated[str | None, Field(max_length=50, description="of `min` and `max`, as km, kg, mph, item or USD")] = None

    @model_validator(mode="after")
    def _measured(self) -> Self:
        if (self.min is not None or self.max is not None) and self.unit is None:
            raise ValueError("unit: give the unit of min and max, such as km or item")
        if self.unit is not None and to_si(1.0, _unit_name(self.unit)) is None:
            raise ValueError(f"unit: {self.unit!r} is no unit that is known here: km, mi, kg, mph, item and USD are some")
        return self


def _unit_name(word: str) -> str:
    known = unit_named(word)
    return known.name if known is not None else word


def select_weapons(filter: WeaponFilter) -> Select[Any]:
    """One page of weapons by slug, with the number of facts on record."""
    statement = select(weapons, _fact_count().label("facts"))
    if filter.q is not None:
        statement = statement.where(weapons.c.name.icontains(filter.q, autoescape=True))
    return select_page(statement, BY_SLUG, filter)


def _fact_count() -> ColumnElement[int]:
    facts = select(func.count()).select_from(current(weapon_facts)).where(weapon_facts.c.weapon_id == weapons.c.id)
    return facts.correlate(weapons).scalar_subquery()


def select_weapon_facts(filter: WeaponFactFilter) -> Select[Any]:
    """One page of weapon facts, newest first, with weapon, claimant and article."""
    resolved = {"claimed_by": resolved_speakers(filter.claimed_by)} if filter.claimed_by else {}
    return select_page(select_facts().where(*_conditions(filter)), NEWEST_FIRST, filter, **resolved)


def select_article_facts(revision_id: int) -> Select[Any]:
    """All weapon facts of a revision."""
    return select_facts().where(weapon_facts.c.revision_id == revision_id).order_by(weapon_facts.c.id)


def matching_weapons(terms: Iterable[str]) -> Select[tuple[int]]:
    """Ids of the weapons that any of `terms` (ids, slugs, names) stands for."""
    terms = list(terms)
    slugs = sorted({slug(term) for term in terms} | set(terms))
    return select(weapons.c.id).where(or_(weapons.c.slug.in_(slugs), weapons.c.id.in_(ids_among(terms))))


def select_weapon(term: str) -> Select[Any]:
    """The weapon that an id, a slug or a name stands for."""
    return select(weapons, _fact_count().label("facts")).where(weapons.c.id.in_(matching_weapons([term])))


def select_ledger(weapon_id: int) -> Select[Any]:
    """The latest facts of a weapon, `MOST_FACTS` at most."""
    return (
        select_facts()
        .where(weapon_facts.c.weapon_id == weapon_id)
        .order_by(*NEWEST_FIRST.of(NEWEST_FIRST.columns))
        .limit(MOST_FACTS)
    )


def ledger_from(rows: Iterable[RowMapping]) -> list[dict[str, Any]]:
    """The rows of `select_ledger` as JSON: each attribute with every claim, and whether the claims agree."""
    claims: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        claims[row["attribute"]].append(weapon_fact_from(row))
    return [
        {"attribute": attribute, "agree": agree(own) if attribute in LASTING else None, "claims": own}
        for attribute, own in sorted(claims.items())
    ]


def agree(claims: Iterable[dict[str, Any]]) -> bool | None:
    """Whether all claims of one attribute can be true at once; `None` of fewer than two that can be compared.

    "About 300 km" allows for a tenth either way, "300 km" for a fiftieth; "more than" and "up to" are open to one side.
    """
    by_unit: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for claim in claims:
        if (reach := _reach(claim)) is not None:
            by_unit[reach[0]].append(reach[1:])
    compared = [reaches for reaches in by_unit.values() if len(reaches) > 1]
    if not compared:
        return None
    return all(max(low for low, _ in reaches) <= min(high for _, high in reaches) for reaches in compared)


def _reach(claim: dict[str, Any]) -> tuple[str, float, float] | None:
    """The unit and the lowest and highest value that a claim allows for."""
    if claim["si"] is None or not claim["value"]:
        return None
    low = claim["si"]["value"]
    high = low * (claim["value_max"] or claim["value"]) / claim["value"]
    slack = ABOUT if claim["qualifier"] == "about" else EXACT
    open_above, open_below = claim["qualifier"] in ("at_least", "more_than"), claim["qualifier"] in ("at_most", "less_than")
    return claim["si"]["unit"], 0.0 if open_below else low * (1 - slack), inf if open_above else high * (1 + slack)


def weapon_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_weapons` as JSON."""
    return {name: row[name] for name in ("id", "slug", "name", "facts")}


def weapon_fact_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_weapon_facts` as JSON."""
    fields = (
        "id",
        "mention",
        "attribute",
        "value_max",
        "unit",
        "qualifier",
        "party",
        "quote",
        "on",
        "evidence",
    )
    si = None if row["si_unit"] is None else {"value": row["si_value"], "unit": row["si_unit"]}
    return {field: row[field] for field in (*fields, "evidence_text", "confidence")} | {
        "value": row["value"] if row["value"] is not None else row["value_text"],
        "si": si,
        "weapon": reference(row, "weapon"),
        "claimed_by": reference(row, "speaker"),
        "article": reference(row, "article"),
    }


def select_facts() -> Select[Any]:
    """All current weapon facts, with weapon, claimant and article."""
    rows = described(current(weapon_facts), weapon_facts.c.claimed_by, weapon_facts.c.persona_id).join(
        weapons, weapons.c.id == weapon_facts.c.weapon_id
    )
    other = ("revision_id", "weapon_id", "claimed_by", "quote_id", "sort_on", "on_first", "on_last")
    own = [column for column in weapon_facts.c if column.name not in other]
    quote = weapon_facts.c.quote_id.label("quote")
    return select(*own, quote, *WEAPON, *SPEAKER, *ARTICLE).select_from(rows)


def _conditions(filter: WeaponFactFilter) -> list[ColumnElement[bool]]:
    conditions = published(filter, weapon_facts)
    if filter.weapon:
        conditions.append(one_of(weapon_facts.c.weapon_id, matching_weapons(filter.weapon)))
    if filter.attribute:
        conditions.append(weapon_facts.c.attribute.in_(filter.attribute))
    if filter.claimed_by:
        conditions.append(one_of(weapon_facts.c.claimed_by, matching_speakers(filter.claimed_by)))
    if filter.party:
        conditions.append(func.lower(weapon_facts.c.party).in_([party.lower() for party in filter.party]))
    if filter.article:
        conditions.append(articles.c.id.in_(filter.article))
    if filter.since is not None:
        conditions.append(weapon_facts.c.on_last >= filter.since)
    if filter.until is not None:
        conditions.append(weapon_facts.c.on_first <= filter.until)
    return [*conditions, *_measure_conditions(filter)]


def _measure_conditions(filter: WeaponFactFilter) -> list[ColumnElement[bool]]:
    """What is asked of the value, in SI: facts in other units of the same kind count too."""
    measures = {
        name: to_si(value, _unit_name(filter.unit or ""))
        for name, value in (("min", filter.min), ("max", filter.max))
        if value is not None
    }
    facts = weapon_facts.c
    highest = facts.si_value * func.coalesce(facts.value_max / func.nullif(facts.value, 0), 1)
    conditions = [facts.si_unit == measure.unit for measure in measures.values() if measure is not None]
    if (least := measures.get("min")) is not None:
        conditions.append(highest >= least.value)
    if (most := measures.get("max")) is not None:
        conditions.append(facts.si_value <= most.value)
    return conditions
