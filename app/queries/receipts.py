"""Receipts: a quote checked anew against the text that it was taken from."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, Select, select

from app.extract.document import Span
from app.queries.references import ARTICLE, reference
from app.tables import articles, quotes, revisions

PARTS = ("content", "source", "cue")


def select_receipt(quote_id: int) -> Select[Any]:
    """A quote of whatever revision, with the text of that revision."""
    is_current = (articles.c.revision_id == revisions.c.id).label("current")
    rows = quotes.join(revisions, revisions.c.id == quotes.c.revision_id).join(
        articles, articles.c.id == revisions.c.article_id
    )
    own = (quotes.c.id, quotes.c.text, quotes.c.cue_text, *(quotes.c[part] for part in PARTS))
    read = (revisions.c.text.label("read"), is_current)
    return select(*own, *read, *ARTICLE).select_from(rows).where(quotes.c.id == quote_id)


def receipt_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_receipt` as JSON: what stands at the quote's spans, and whether everything is as recorded."""
    read = row["read"]
    sha256 = hashlib.sha256(read.encode()).hexdigest()
    checks = {
        "sha256": sha256 == row["article_sha256"],
        "spans": all(0 <= start < end <= len(read) for part in PARTS for start, end in row[part]),
        "text": cut(read, row["content"]) == row["text"],
        "cue": cut(read, row["cue"]) == (row["cue_text"] or ""),
    }
    parts = {part: [{"start": start, "end": end, "text": read[start:end]} for start, end in row[part]] for part in PARTS}
    return {
        "id": row["id"],
        "verified": all(checks.values()),
        "checks": checks,
        "text": row["text"],
        "sha256": sha256,
        "characters": len(read),
        "current": row["current"],
        "article": reference(row, "article"),
        **parts,
    }


def cut(text: str, spans: Sequence[Span]) -> str:
    """What `spans` hold of `text`, joined by spaces."""
    return " ".join(text[start:end] for start, end in spans)
