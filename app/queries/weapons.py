"""Weapons and the facts that articles, or people in them, state of weapons."""

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import ColumnElement, RowMapping, Select, func, or_, select

from app.extract.document import Attribute
from app.names import slug
from app.queries.page import Order, PageFilter, Terms, ids_among, one_of, select_page
from app.queries.references import ARTICLE, SPEAKER, WEAPON, PublishedFilter, current, described, published, reference
from app.queries.speakers import matching_speakers, resolved_speakers
from app.schemas import Id, PlainStr
from app.tables import articles, weapon_facts, weapons

NEWEST_FIRST = Order((weapon_facts.c.sort_on, weapon_facts.c.id), descending=True)
BY_SLUG = Order((weapons.c.slug,))


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


def select_weapons(filter: WeaponFilter) -> Select[Any]:
    """One page of weapons by slug, with the number of facts on record."""
    facts = (
        select(func.count())
        .select_from(current(weapon_facts))
        .where(weapon_facts.c.weapon_id == weapons.c.id)
        .correlate(weapons)
        .scalar_subquery()
    )
    statement = select(weapons, facts.label("facts"))
    if filter.q is not None:
        statement = statement.where(weapons.c.name.icontains(filter.q, autoescape=True))
    return select_page(statement, BY_SLUG, filter)


def select_weapon_facts(filter: WeaponFactFilter) -> Select[Any]:
    """One page of weapon facts, newest first, with weapon, claimant and article."""
    resolved = {"claimed_by": resolved_speakers(filter.claimed_by)} if filter.claimed_by else {}
    return select_page(_facts().where(*_conditions(filter)), NEWEST_FIRST, filter, **resolved)


def select_article_facts(revision_id: int) -> Select[Any]:
    """All weapon facts of a revision."""
    return _facts().where(weapon_facts.c.revision_id == revision_id).order_by(weapon_facts.c.id)


def matching_weapons(terms: Iterable[str]) -> Select[tuple[int]]:
    """Ids of the weapons that any of `terms` (ids, slugs, names) stands for."""
    terms = list(terms)
    slugs = sorted({slug(term) for term in terms} | set(terms))
    return select(weapons.c.id).where(or_(weapons.c.slug.in_(slugs), weapons.c.id.in_(ids_among(terms))))


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


def _facts() -> Select[Any]:
    rows = described(current(weapon_facts), weapon_facts.c.claimed_by, weapon_facts.c.persona_id).join(
        weapons, weapons.c.id == weapon_facts.c.weapon_id
    )
    other = ("revision_id", "weapon_id", "claimed_by", "quote_id", "sort_on")
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
    return conditions
