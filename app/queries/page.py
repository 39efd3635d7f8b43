"""Pages by keyset: where a page ends is a position in the order of the list, so any depth costs the same.

A cursor carries the position and a fingerprint of the filter it was given for. It is no secret and grants nothing; the
fingerprint catches a cursor sent with another filter, which would silently skip rows.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy import (
    ARRAY,
    BigInteger,
    ClauseElement,
    ColumnElement,
    CompoundSelect,
    Executable,
    RowMapping,
    Select,
    all_,
    any_,
    func,
    literal,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from app.errors import BadCursor
from app.schemas import PlainStr

MAX_LIMIT = 200
MOST_COUNTED = 1000  # rows, before an estimate takes the planner's word
# What of a filter changes neither rows nor order, so that a cursor is good in any form.
ASIDE = frozenset(["limit", "cursor", "count", "format", "fields", "include"])

FORMAT = Field(description="the form, instead of `Accept`")


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def separated(values: object) -> object:
    """Values of a parameter that may be repeated, or have commas between them."""
    if isinstance(values, list):
        return [part for value in values for part in (value.split(",") if isinstance(value, str) else [value])]
    return values


Terms = Annotated[
    list[Annotated[PlainStr, Field(min_length=1, max_length=500)]], BeforeValidator(_listed), Field(max_length=50)
]


def ids_among(terms: Iterable[str]) -> list[int]:
    """Those of `terms` that may be ids."""
    return [int(term) for term in terms if term.isascii() and term.isdigit() and len(term) < 19]


def one_of(column: ColumnElement[int], ids: Select[tuple[int]] | CompoundSelect[tuple[int]]) -> ColumnElement[bool]:
    """Whether `column` is one of `ids`, which are few: what a name stands for.

    They are found first, as an array, so that Postgres looks them up in an index whatever else the query asks. It would
    otherwise guess how many there are, and where it guesses too high, walk through the whole list to find none.
    """
    return column == any_(func.array(select(ids.subquery()).scalar_subquery(), type_=ARRAY(BigInteger)))


def none_of(column: ColumnElement[int], ids: Select[tuple[int]] | CompoundSelect[tuple[int]]) -> ColumnElement[bool]:
    """Whether `column` is none of `ids`; null where it is null."""
    return column != all_(func.array(select(ids.subquery()).scalar_subquery(), type_=ARRAY(BigInteger)))


class PageFilter(BaseModel):
    """What every list takes; a parameter that a list does not know is an error, never a wider answer."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT, description="rows a page")] = 50
    cursor: Annotated[str | None, Field(max_length=1000, description="`page.next` of the page before")] = None
    count: Annotated[
        Literal["estimate", "exact"] | None,
        Field(description="say how many rows there are in all: counted, or beyond a thousand estimated"),
    ] = None
    format: Annotated[Literal["json", "ndjson", "csv"] | None, FORMAT] = None

    @property
    def shown(self) -> Sequence[str] | None:
        """The fields of each row to send; `None` for all."""
        return None

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits that differ when other rows or another order are asked for."""
        asked = self.model_dump_json(exclude=set(ASIDE), exclude_defaults=True)
        return hashlib.sha256(f"{type(self).__name__}{asked}".encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Order:
    """The columns that a list is sorted by, the last of them unique."""

    columns: tuple[ColumnElement[Any], ...]
    descending: bool = False

    def of(self, columns: Iterable[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
        """`columns`, which stand for the order's own, as an ORDER BY clause."""
        return [column.desc() if self.descending else column.asc() for column in columns]


def select_page(statement: Select[Any], order: Order, filter: PageFilter, **resolved: ColumnElement[Any]) -> Select[Any]:
    """`statement` in `order` from the cursor on, with one row more than the page holds to tell whether it goes on.

    Each of `resolved`, a scalar subquery, becomes a column `resolved_…` of every row; there is a row to carry it even when
    the page is empty (its other columns are null then, as `read_page` knows).
    """
    if filter.count is not None:
        resolved["count"] = _how_many(statement, filter.count)
    keys = [column.label(f"key_{i}") for i, column in enumerate(order.columns)]
    page = _from_cursor(statement.add_columns(*keys), order, filter).limit(filter.limit + 1)
    if not resolved:
        return page.order_by(*order.of(order.columns))
    rows = page.order_by(*order.of(order.columns)).subquery("page")
    always = select(literal(1).label("one")).subquery("always")
    return (
        select(*rows.c, *(column.label(f"resolved_{name}") for name, column in resolved.items()))
        .select_from(always.outerjoin(rows, true()))
        .order_by(*order.of([rows.c[key.name] for key in keys]))
    )


def _how_many(statement: Select[Any], counting: Literal["estimate", "exact"]) -> ColumnElement[int]:
    rows = statement.limit(MOST_COUNTED + 1) if counting == "estimate" else statement
    return select(func.count()).select_from(rows.subquery("rows")).scalar_subquery()


class explained(Executable, ClauseElement):  # noqa: N801 - reads as the function it is used as
    """How Postgres would carry out `statement`: one row, a plan as JSON. `manner` has more options, each with a comma."""

    inherit_cache = False

    def __init__(self, statement: Select[Any], manner: str = "") -> None:
        self.statement = statement
        self.manner = manner


@compiles(explained)
def _explain(element: explained, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401 - SQLAlchemy's own
    return f"EXPLAIN ({element.manner} FORMAT JSON) {compiler.process(element.statement, **options)}"


def plan_rows(plan: Mapping[str, Any]) -> int:
    """How many rows the planner thinks a page's statement would give without its limit."""
    inner = [each for each in plan.get("Plans", ()) if each["Parent Relationship"] not in ("InitPlan", "SubPlan")]
    if plan["Node Type"] == "Limit":
        return int(inner[0]["Plan Rows"])
    return max((plan_rows(each) for each in inner), default=0)


def _from_cursor(statement: Select[Any], order: Order, filter: PageFilter) -> Select[Any]:
    if filter.cursor is None:
        return statement
    values = zip(_position(filter.cursor, filter, order), order.columns, strict=True)
    here = tuple_(*order.columns)
    there = tuple_(*(literal(value, column.type) for value, column in values))
    return statement.where(here < there if order.descending else here > there)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of one page as dictionaries, and the cursor of the next one."""

    data: list[dict[str, Any]]
    next: str | None

    @property
    def page(self) -> dict[str, Any]:
        """The `page` member of a list response."""
        return {"next": self.next, "has_more": self.next is not None}


def read_page(rows: Sequence[RowMapping], filter: PageFilter, shape: Callable[[RowMapping], dict[str, Any]]) -> Page:
    """The page that `rows` of a `select_page` statement make, each row shaped for the response."""
    rows = [row for row in rows if row["key_0"] is not None]
    shown = rows[: filter.limit]
    more = len(rows) > filter.limit
    return Page([shape(row) for row in shown], _cursor(shown[-1], filter) if more else None)


def _cursor(row: RowMapping, filter: PageFilter) -> str:
    keys = [value for name, value in row.items() if name.startswith("key_")]
    position = [filter.fingerprint, *(key.isoformat() if isinstance(key, date) else key for key in keys)]
    return base64.urlsafe_b64encode(json.dumps(position, separators=(",", ":")).encode()).decode().rstrip("=")


def _position(cursor: str, filter: PageFilter, order: Order) -> list[Any]:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        fingerprint, *keys = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        values = [_key(value, column.type.python_type) for value, column in zip(keys, order.columns, strict=True)]
    except (ValueError, TypeError) as error:
        raise BadCursor from error
    if fingerprint != filter.fingerprint:
        raise BadCursor("The cursor belongs to another filter: start again without it.")
    return values


def _key(value: object, kind: type) -> object:
    if kind is date and isinstance(value, str):
        return date.fromisoformat(value)
    if type(value) is not kind or (isinstance(value, int) and abs(value) >= 2**63):
        raise ValueError(value)
    return value
