"""On what claims about a weapon cannot all be true."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field
from sqlalchemy import ColumnElement, Double, RowMapping, Select, case, func, literal, select, tuple_

from app.queries.page import FORMAT, Order, PageFilter, Terms, one_of, select_page
from app.queries.references import WEAPON, PublishedFilter, current, published, reference
from app.queries.weapons import ABOUT, EXACT, LASTING, NEWEST_FIRST, matching_weapons, select_facts, weapon_fact_from
from app.tables import weapon_facts, weapons

MOST_CLAIMS = 100  # shown of one conflict, the latest; the list of facts has them all
IN_ORDER = Order((weapons.c.slug, weapon_facts.c.attribute, weapon_facts.c.si_unit))
Attribute = Literal["range", "speed", "payload", "caliber", "unit_cost"]


class ConflictFilter(PublishedFilter, PageFilter):
    """Which conflicts to list; what is asked of publisher, day and confidence is asked of each claim."""

    weapon: Annotated[Terms, Field(description="id, slug or name")] = []
    attribute: list[Attribute] = []
    # A conflict is found by grouping: there is no plan to estimate it from, and no row of a table to stream.
    count: Annotated[None, Field(description="not to be had of conflicts")] = None
    format: Annotated[Literal["json"] | None, FORMAT] = None


def select_conflicts(filter: ConflictFilter) -> Select[Any]:
    """One page of the weapons and attributes on which claims disagree, by slug.

    They do when what one claim allows for at least is more than what another allows for at most, by the bounds that
    `app.queries.weapons.agree` draws.
    """
    facts = weapon_facts.c
    least, most = func.max(_bound("low")), func.min(_bound("high"))
    rows = current(weapon_facts).join(weapons, weapons.c.id == facts.weapon_id)
    statement = (
        select(*WEAPON, facts.attribute, facts.si_unit, func.count().label("total"))
        .add_columns(least.label("no_less_than"), most.label("no_more_than"))
        .select_from(rows)
        .where(*_conditions(filter))
        .group_by(weapons.c.id, weapons.c.slug, weapons.c.name, facts.attribute, facts.si_unit)
        .having(least > most)
    )
    return select_page(statement, IN_ORDER, filter)


def _bound(side: Literal["low", "high"]) -> ColumnElement[float]:
    """The least or the most, in SI, for which a claim leaves room."""
    facts = weapon_facts.c
    slack = case((facts.qualifier == "about", ABOUT), else_=EXACT)
    if side == "low":
        return case((facts.qualifier.in_(["at_most", "less_than"]), 0.0), else_=facts.si_value * (1 - slack))
    highest = facts.si_value * func.coalesce(facts.value_max / func.nullif(facts.value, 0), 1)
    open_above = facts.qualifier.in_(["at_least", "more_than"])
    return case((open_above, literal(float("inf"), Double)), else_=highest * (1 + slack))


def _conditions(filter: ConflictFilter) -> list[ColumnElement[bool]]:
    facts = weapon_facts.c
    conditions = [facts.attribute.in_(filter.attribute or sorted(LASTING)), facts.si_unit.is_not(None), facts.value > 0]
    if filter.weapon:
        conditions.append(one_of(facts.weapon_id, matching_weapons(filter.weapon)))
    return [*conditions, *published(filter, weapon_facts)]


def conflict_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_conflicts` as JSON, without its claims."""
    fields = {name: row[name] for name in ("attribute", "no_less_than", "no_more_than", "total")}
    return fields | {"weapon": reference(row, "weapon"), "unit": row["si_unit"]}


def select_claims(conflicts: Sequence[dict[str, Any]], filter: ConflictFilter) -> Select[Any]:
    """The claims of each of `conflicts`, `MOST_CLAIMS` at most, the latest first."""
    facts = weapon_facts.c
    place = (facts.weapon_id, facts.attribute, facts.si_unit)
    order = NEWEST_FIRST.of(NEWEST_FIRST.columns)
    nth = func.row_number().over(partition_by=place, order_by=order).label("nth")
    of_these = tuple_(*place).in_([_place(conflict) for conflict in conflicts])
    ranked = (
        select(facts.id, nth).select_from(current(weapon_facts)).where(*_conditions(filter), of_these).subquery("ranked")
    )
    shown = select(ranked.c.id).where(ranked.c.nth <= MOST_CLAIMS)
    return select_facts().where(facts.id.in_(shown)).order_by(*order)


def _place(conflict: dict[str, Any]) -> tuple[int, str, str]:
    return conflict["weapon"]["id"], conflict["attribute"], conflict["unit"]


def with_claims(conflicts: Iterable[dict[str, Any]], rows: Iterable[RowMapping]) -> list[dict[str, Any]]:
    """`conflicts`, each with its own of the rows of `select_claims`."""
    claims: defaultdict[tuple[int, str, str], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        claims[row["weapon_id"], row["attribute"], row["si_unit"]].append(weapon_fact_from(row))
    return [conflict | {"claims": claims[_place(conflict)]} for conflict in conflicts]
