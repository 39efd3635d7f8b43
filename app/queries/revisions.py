"""Revisions of an article: each text that was found under its address, and what became of the quotes between two."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from rapidfuzz import fuzz, process
from sqlalchemy import RowMapping, Select, exists, func, select

from app.queries.articles import article_from, revision_columns
from app.queries.page import Order, PageFilter, select_page, separated
from app.tables import articles, revisions

NEWEST_FIRST = Order((revisions.c.number,), descending=True)
# What may be told differently of the same words.
TOLD = ("speaker", "kind", "assertion", "said_on", "said_to", "medium", "via")
# Of a hundred: two sentences on one subject share half of their letters, a sentence and its correction more.
LEAST_ALIKE = 65
# Of how many pairs of quotes likeness is reckoned: as many as take a fraction of a second.
MOST_PAIRS = 100_000


class RevisionFilter(PageFilter):
    """Which revisions to list: all of the article's, page by page."""


class RevisionParts(BaseModel):
    """What to send along with one revision."""

    model_config = ConfigDict(extra="forbid")

    include: Annotated[
        list[Literal["quotes", "speakers"]],
        BeforeValidator(separated),
        Field(description="repeated or separated by commas"),
    ] = []


def has_article(article_id: int) -> Select[Any]:
    """Whether there is such an article."""
    return select(exists().where(articles.c.id == article_id))


def select_revisions(article_id: int, filter: RevisionFilter) -> Select[Any]:
    """One page of an article's revisions, the newest first."""
    return select_page(_revisions(article_id), NEWEST_FIRST, filter)


def select_revision(article_id: int, number: int) -> Select[Any]:
    """One revision with its text."""
    columns = (revisions.c.text, revisions.c.warnings, revisions.c.id.label("revision_id"))
    return _revisions(article_id).add_columns(*columns).where(revisions.c.number == number)


def revision_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_revisions` as JSON."""
    return article_from(row) | {"recorded_at": row["recorded_at"], "current": row["current"]}


def revision_detail_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_revision` as JSON."""
    return revision_from(row) | {"text": row["text"], "warnings": row["warnings"]}


@dataclass(frozen=True, slots=True)
class QuoteDiff:
    """Which quotes came and went, which are worded or told differently and in what `fields`, how many are the same."""

    came: list[dict[str, Any]]
    went: list[dict[str, Any]]
    changed: list[dict[str, Any]]
    same: int


def compare_quotes(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> QuoteDiff:
    """What became of the quotes of one revision in another, each as `quote_from` makes it.

    Quotes of the same words are the same, in the order of the text; of the others, those that are most alike are the one
    reworded into the other. Line ends and other white space make no difference.
    """
    pairs = _worded_alike(before, after)
    left = [n for n in range(len(before)) if n not in pairs]
    right = [n for n in range(len(after)) if n not in pairs.values()]
    pairs |= {left[i]: right[j] for i, j in _most_alike([before[n] for n in left], [after[n] for n in right])}
    changed = [_change(before[old], after[new]) for old, new in sorted(pairs.items(), key=lambda pair: pair[1])]
    taken = set(pairs.values())
    return QuoteDiff(
        came=[dict(quote) for n, quote in enumerate(after) if n not in taken],
        went=[dict(quote) for n, quote in enumerate(before) if n not in pairs],
        changed=[change for change in changed if change["fields"]],
        same=sum(not change["fields"] for change in changed),
    )


def _worded_alike(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> dict[int, int]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for n in reversed(range(len(after))):
        places[_words(after[n])].append(n)
    return {n: places[words].pop() for n, words in enumerate(map(_words, before)) if places[words]}


def _most_alike(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> Iterable[tuple[int, int]]:
    if not before or not after or len(before) * len(after) > MOST_PAIRS:
        return
    likeness = process.cdist(
        [_words(quote) for quote in before],
        [_words(quote) for quote in after],
        scorer=fuzz.ratio,
        score_cutoff=LEAST_ALIKE,
    )
    lost, found = set(), set()
    for place in np.argsort(-likeness, axis=None, kind="stable"):
        i, j = divmod(int(place), len(after))
        if likeness[i, j] and i not in lost and j not in found:
            lost.add(i)
            found.add(j)
            yield i, j


def _words(quote: Mapping[str, Any]) -> str:
    return " ".join(quote["text"].split())


def _change(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    fields = ["text"] if _words(before) != _words(after) else []
    fields += [field for field in TOLD if _told(before, field) != _told(after, field)]
    return {"before": before, "after": after, "fields": fields}


def _told(quote: Mapping[str, Any], field: str) -> object:
    told = quote[field]
    return told["id"] if field == "speaker" and told is not None else told


def _revisions(article_id: int) -> Select[Any]:
    shown = func.coalesce(articles.c.revision_id == revisions.c.id, False)
    return (
        select(*revision_columns(), revisions.c.created_at.label("recorded_at"), shown.label("current"))
        .select_from(revisions.join(articles, articles.c.id == revisions.c.article_id))
        .where(articles.c.id == article_id)
    )
