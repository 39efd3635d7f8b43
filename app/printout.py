"""Who said what, printed: as tables for people at a terminal, as JSON for what reads on."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from app.db import ReadSession
from app.evaluation import FORMS, MEASURES, Tally, reliability
from app.extract import MODEL, VERSION
from app.extract.document import Document, Extraction
from app.keys import Key
from app.queries.quotefilter import QuoteFilter
from app.queries.quotes import quote_from, select_quotes
from app.queries.stances import StanceFilter, select_stances, stance_from
from app.queries.weapons import WeaponFactFilter, select_weapon_facts, weapon_fact_from
from app.schemas import ExtractionOut

EXTRACTED = ("speakers", "quotes", "stances", "weapon_facts", "warnings")
QUOTE_LENGTH = 150
# Without lines between columns: a terminal of 80 characters has none to spare.
PLAIN: dict[str, Any] = {
    "box": SIMPLE_HEAD,
    "padding": (0, 1, 0, 0),
    "pad_edge": False,
    "title_justify": "left",
    "title_style": "bold",
}
PARTY_LETTERS = {"Democratic": "D", "Republican": "R", "Independent": "I"}
AMOUNTS = {"about": "about ", "at_least": "at least ", "at_most": "up to ", "more_than": "over ", "less_than": "under "}
UNITS = {"item": "", "USD": "US dollars"}


def as_json(document: Document, extraction: Extraction) -> str:
    """What `document` yields as one line of JSON, in the form of `ExtractionOut`."""
    facts = {name: [_plain(fact) for fact in getattr(extraction, name)] for name in EXTRACTED}
    return ExtractionOut.model_validate(
        {
            "id": document.id,
            "sha256": document.sha256,
            "language": document.language,
            "published_on": document.published_on,
            "extractor": {"version": VERSION, "model": MODEL},
            **facts,
        }
    ).model_dump_json()


def _plain(fact: Any) -> dict[str, Any]:  # noqa: ANN401 - any of the extraction's dataclasses
    plain = asdict(fact)
    for mention in plain.get("mentions", ()):
        mention["start"], mention["end"] = mention.pop("span")
    return plain


async def print_record(session: ReadSession, console: Console) -> None:
    """The latest quotes with their speakers and stances, and the latest weapon facts, as two tables."""
    quotes = (await session.execute(select_quotes(QuoteFilter(limit=200)))).mappings()
    stances = (await session.execute(select_stances(StanceFilter(limit=200)))).mappings()
    facts = (await session.execute(select_weapon_facts(WeaponFactFilter(limit=200)))).mappings()
    console.print(_quote_table([quote_from(row) for row in quotes], [stance_from(row) for row in stances]))
    console.print(_fact_table([weapon_fact_from(row) for row in facts]))


def print_figures(total: Tally, groups: Mapping[str, Tally], console: Console) -> None:
    """How well found and annotated attributions agree, by measure, form and group, and how far to trust confidence."""
    console.print(f"{total.counts['gold']:,} annotated attributions, {total.counts['found']:,} found")
    measures = _table("", "precision", "recall", "F1")
    for name in MEASURES:
        measures.add_row(name, *(f"{figure(name):.3f}" for figure in (total.precision, total.recall, total.f1)))
    console.print(measures)
    parts = _table("of those found, right", "")
    for part in ("source", "cue"):
        parts.add_row(part, f"{total.accuracy(part):.3f}")
    console.print(parts)
    forms = _table("strict recall by form", "", "annotated")
    for form in FORMS:
        forms.add_row(form, f"{total.recall_of(form):.3f}", f"{total.counts[form]:,}")
    console.print(forms)
    trusted = _table("confidence", "right as a whole", "found")
    for each in reliability(total.trusted):
        trusted.add_row(f"{each.confidence:.2f}", f"{each.right:.2f}", f"{each.count:,}")
    console.print(trusted, f"expected calibration error {total.calibration_error():.3f}", sep="")
    if groups:
        apart = _table("", *MEASURES, "annotated")
        for name, tally in groups.items():
            apart.add_row(name, *(f"{tally.f1(measure):.3f}" for measure in MEASURES), f"{tally.counts['gold']:,}")
        console.print(apart)


def _table(first: str, *others: str) -> Table:
    table = Table(**PLAIN)
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def figures_as_json(total: Tally, groups: Mapping[str, Tally]) -> str:
    """The same figures as one JSON object."""
    return json.dumps(_figures(total) | {"groups": {name: _figures(tally) for name, tally in groups.items()}})


def _figures(tally: Tally) -> dict[str, Any]:
    figures: dict[str, Any] = {
        name: {"p": round(tally.precision(name), 4), "r": round(tally.recall(name), 4), "f1": round(tally.f1(name), 4)}
        for name in MEASURES
    }
    return figures | {
        "strict_recall": {form: round(tally.recall_of(form), 4) for form in FORMS},
        "source_accuracy": round(tally.accuracy("source"), 4),
        "cue_accuracy": round(tally.accuracy("cue"), 4),
        "calibration_error": round(tally.calibration_error(), 4),
        "gold": tally.counts["gold"],
        "found": tally.counts["found"],
    }


def _quote_table(quotes: Sequence[Mapping[str, Any]], stances: Sequence[Mapping[str, Any]]) -> Table:
    sides: defaultdict[int, set[str]] = defaultdict(set)
    for stance in stances:
        sides[stance["quote"]].add(stance["polarity"])
    table = Table(title="Who said what", leading=1, **PLAIN)
    table.add_column("Speaker", style="bold", max_width=13)
    table.add_column("Role", max_width=13, overflow="fold")
    table.add_column("Quote", ratio=1)
    table.add_column("Cue", max_width=10, overflow="fold")
    table.add_column("Stance", width=7)
    # In the order of the article: newest first is the order of a list that goes on.
    for quote in reversed(quotes):
        side = ", ".join(sorted(sides[quote["id"]]))
        words = (_name(quote["speaker"]), _role(quote["speaker"]), _short(quote["text"]), quote["cue_text"] or "", side)
        table.add_row(*map(Text, words))
    return table


def _fact_table(facts: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(title="What it says of weapons", **PLAIN)
    for heading in ("Weapon", "Attribute", "Value", "Claimed by"):
        table.add_column(heading, max_width=13)
    table.add_column("In the article's words", ratio=1)
    for fact in reversed(facts):
        claimant = _name(fact["claimed_by"]) if fact["claimed_by"] else "the article"
        words = (fact["weapon"]["name"], fact["attribute"], _amount(fact), claimant, _short(fact["evidence_text"]))
        table.add_row(*map(Text, words))
    return table


def _name(speaker: Mapping[str, Any] | None) -> str:
    return speaker["name"] if speaker else "—"


def _role(speaker: Mapping[str, Any] | None) -> str:
    if speaker is None:
        return ""
    party = PARTY_LETTERS.get(speaker["party"], speaker["party"])
    tag = "-".join(part for part in (party, speaker["constituency"]) if part)
    return " ".join(part for part in (speaker["role"], f"({tag})" if tag else None) if part)


def _amount(fact: Mapping[str, Any]) -> str:
    value = fact["value"] if fact["value"] is not None else fact["party"]
    if not isinstance(value, float):
        return value or ""
    upper = f" to {fact['value_max']:,.10g}" if fact["value_max"] is not None else ""
    unit = UNITS.get(fact["unit"], fact["unit"] or "")
    return f"{AMOUNTS.get(fact['qualifier'], '')}{value:,.10g}{upper} {unit}".strip()


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= QUOTE_LENGTH else words[: QUOTE_LENGTH - 1].rstrip() + "…"


def print_keys(keys: Sequence[Key], console: Console) -> None:
    """What is on record of API keys, a line for each."""
    whole = Column("Key", no_wrap=True)  # by which it is revoked
    table = Table(whole, "Name", "Scopes", "State", "Made", "Expires", "Last used", **PLAIN)
    for key in keys:
        moments = (_to_the_minute(moment) for moment in (key.created_at, key.expires_at, key.last_used_at))
        table.add_row(key.prefix, Text(key.name), " ".join(key.scopes), key.state, *moments)
    console.print(table if keys else "There are no API keys.")


def _to_the_minute(moment: datetime | None) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ") if moment else "-"
