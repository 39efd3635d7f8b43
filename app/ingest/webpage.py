"""What a web page holds: its article as text, and what the page declares of it."""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import escape, unescape
from itertools import chain, islice
from typing import Any, TypeAlias

from lxml import etree, html  # type: ignore[import-untyped]
from trafilatura import bare_extraction, extract_metadata
from trafilatura.settings import Document
from trafilatura.xml import xmltotxt

from app.errors import NoArticle
from app.ingest.canonical import canonical_url

Element: TypeAlias = Any  # of lxml, which ships no types

# What it would say on standard error, `NoArticle` tells the caller.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

# The time of reading grows with the elements of a page, with how deep they lie, and with the square of the attributes of
# one element. News pages have 2,000 to 10,000 elements some 20 deep, the longest live blogs a few times that.
MAX_ELEMENTS = 30_000
MAX_WEIGHT = 100_000_000  # the squared depths of all elements added up
MAX_ATTRIBUTES = 1_000

# The library reads metadata with regular expressions that take quadratic time on hostile input.
MAX_META_LENGTH = 1_000
MAX_METAS = 500
MAX_AUTHORS = 20
MAX_DATES = 50
MAX_DATE_LENGTH = 60

NO_TEXT = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff]")  # JSON can escape any of them into a title

# Characters that a parsed page cannot hold, as XML 1.0 has it; lxml refuses to write them back.
NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

# A page of headings, links or forms alone yields text too, and is no article for that.
SENTENCE_MIN_LENGTH = 25
SENTENCE_END = re.compile(r"[.!?…。！？।؟][\"”’'»)\]]*(?:\s|$)")

PUBLISHED = re.compile(r"publi|pubdate|pub-date|issued|(?:^|[.:_-])(?:date|created|ptime|pdate)$|datecreated|regdate", re.I)
NOT_PUBLISHED = re.compile(r"modif|update|expir|publisher|unpublish", re.I)
JSON_SCRIPTS = "//script[@type='application/ld+json']"
ARTICLE_TYPES = ("Article", "Posting", "Report")  # schema.org: NewsArticle, LiveBlogPosting, …, each ends in one of these
MONTH_OR_DAY = re.compile(r"\s*(?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|1[0-2])[/-]")  # 03/04/2024 is in March or in April
ISO_DATE = re.compile(r"\s*(\d{4}-\d\d-\d\d)(?!\d)")
# Dates that content systems write where they know none (0001-01-01) or never (9999-12-31).
FIRST_YEAR, LAST_YEAR = 1600, 2100

# Fixed bounds: by default the day of the run is one, and the same page would be read differently on another day.
DATE_OPTIONS = {
    "extensive_search": False,
    "original_date": True,
    "min_date": f"{FIRST_YEAR}-01-01",
    "max_date": f"{LAST_YEAR}-12-31",
}


@dataclass(frozen=True, slots=True)
class Webpage:
    """The article in a page, blank lines between its paragraphs, and what the page declares.

    `url` is the address by which the page wants to be known.
    """

    text: str
    title: str | None
    byline: str | None
    publisher: str | None
    url: str | None
    published_on: date | None
    language: str | None


class Census:
    """Counts what a page is made of while it is parsed without being built, and stops at too much."""

    def __init__(self) -> None:
        self._elements = self._depth = self._weight = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Called by the parser for each start tag."""
        self._elements += 1
        self._depth += 1
        self._weight += self._depth**2
        if self._elements > MAX_ELEMENTS or self._weight > MAX_WEIGHT or len(attributes) > MAX_ATTRIBUTES:
            raise NoArticle("The page has more markup than any article needs: send the article's text instead.")

    def end(self, tag: str) -> None:
        """Called by the parser for each end tag, written or implied."""
        self._depth -= 1

    def close(self) -> None:
        """Called by the parser at the end."""


def read_webpage(markup: str, url: str | None = None) -> Webpage:
    """The article that `markup` holds; comments of readers are left out.

    `markup` has no lone surrogates. `url` is where it was found.

    Raises:
        NoArticle: there is none, or the page is built so that reading it would take too long.
    """
    tree = _parse(markup)
    linked = _linked_article(tree)
    try:
        published_on = _published_on(tree, linked)
        document = bare_extraction(tree, url=url, include_comments=False)
        _bound_metadata(tree)
        declared = extract_metadata(tree, url, DATE_OPTIONS)
    except Exception as error:  # what a library of ten thousand lines does with hostile markup is not for us to list
        raise NoArticle from error
    if not isinstance(document, Document) or not _has_sentence(text := _text(document)):
        raise NoArticle
    return Webpage(
        text=text,
        title=_phrase(linked.get("headline")) or _phrase(declared.title),
        byline=_names(linked.get("author")) or _phrase(declared.author),
        publisher=_publisher(declared) or _names(linked.get("publisher")),
        url=canonical_url(url, _canonical_links(tree)) if url else _phrase(declared.url),
        published_on=published_on,
        language=_language(tree),
    )


def _parse(markup: str) -> Element:
    tree = _built(markup)
    _drop_controls(tree)
    _unwrap_layout_tables(tree)
    return tree


def _built(markup: str) -> Element:
    encoded = NO_XML.sub("", markup).encode("utf-8")
    options = {"encoding": "utf-8", "remove_comments": True, "remove_pis": True}
    try:
        etree.fromstring(encoded, html.HTMLParser(target=Census(), **options))
        return html.document_fromstring(encoded, html.HTMLParser(collect_ids=False, **options))
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise NoArticle from error


def _drop_controls(tree: Element) -> None:
    # Written as references (&#1;) they come through the parser, and one of them would lose the article.
    for element in tree.iter():
        for part in ("text", "tail"):
            value = getattr(element, part)
            if value and NO_XML.search(value):
                setattr(element, part, NO_XML.sub("", value))


def _unwrap_layout_tables(tree: Element) -> None:
    # Pages of the time before style sheets put the whole article into a cell; read as a table, its paragraphs would run
    # together in one row.
    etree.strip_attributes(tree, "colspan", "rowspan")  # each is read as that many cells
    for table in list(tree.iter("table")):
        if table.tag == "table" and next(table.iter("p", "br"), None) is not None:
            for part in table.iter("table", "thead", "tbody", "tfoot", "tr", "td", "th"):
                part.tag = "div"


def _bound_metadata(tree: Element) -> None:
    for script in tree.xpath(JSON_SCRIPTS):
        script.drop_tree()
    for number, meta in enumerate(list(tree.iter("meta"))):
        if number >= MAX_METAS or len(meta.get("content") or "") > MAX_META_LENGTH:
            meta.drop_tree()


def _text(document: Document) -> str:
    paragraphs = (xmltotxt(element, False).strip() for element in document.body)
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _has_sentence(text: str) -> bool:
    return any(len(line) >= SENTENCE_MIN_LENGTH and SENTENCE_END.search(line) for line in text.splitlines())


def _linked_article(tree: Element) -> dict[str, Any]:
    """What the first article in the page's JSON-LD says of itself; empty if there is none."""
    for script in tree.xpath(JSON_SCRIPTS):
        try:
            pending = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        while pending:
            node = pending.pop()
            if isinstance(node, dict) and _is_article(node.get("@type")):
                return node
            children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
            pending.extend(reversed(list(children)))
    return {}


def _is_article(types: object) -> bool:
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and name.endswith(ARTICLE_TYPES) for name in names)


def _names(agents: object) -> str | None:
    """The names of the people or organisations that a JSON-LD property holds: one or several, each a name or an object."""
    listed = agents if isinstance(agents, list) else [agents]
    names = (agent.get("name") if isinstance(agent, dict) else agent for agent in listed[:MAX_AUTHORS])
    phrases = (_phrase(name) for name in names)
    return "; ".join(phrase for phrase in phrases if phrase and "://" not in phrase) or None


def _phrase(declared: object) -> str | None:
    """A declared string as people read it; `None` for what is none, is blank or is too long to be a title or name."""
    if not isinstance(declared, str) or len(declared) > MAX_META_LENGTH:
        return None
    return " ".join(NO_TEXT.sub("", unescape(declared)).split()) or None


def _publisher(declared: Document) -> str | None:
    # Where a page names no site the library falls back on the host name, which is in the URL already and names nobody.
    name = _phrase(declared.sitename)
    return None if name and declared.url and f"{name}/" in f"{declared.url}/" else name


def _canonical_links(tree: Element) -> list[str]:
    # By the first kind of declaration that there is: the link (RFC 6596) or else OpenGraph.
    links = tree.xpath("//link[translate(normalize-space(@rel), 'CANOIL', 'canoil')='canonical']/@href")
    return [str(link) for link in links or tree.xpath("//meta[@property='og:url']/@content")][:MAX_METAS]


def _language(tree: Element) -> str | None:
    tag = (tree.get("lang") or "").strip().lower().replace("_", "-").partition("-")[0]
    return tag if re.fullmatch("[a-z]{2,3}", tag) else None


def _published_on(tree: Element, linked: dict[str, Any]) -> date | None:
    """The day of publication that a page declares; none is sought in its text, which may be about any day."""
    declared = islice(chain([linked.get("datePublished")], _declared_dates(tree)), MAX_DATES)
    dates = (_read_date(phrase) for value in declared if (phrase := _phrase(value)))
    return next((found for found in dates if found), None)


def _declared_dates(tree: Element) -> Iterator[str | None]:
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if PUBLISHED.search(name) and not NOT_PUBLISHED.search(name):
            yield meta.get("content")
    for element in tree.xpath("//*[@itemprop='datePublished']|//time[@pubdate]|//time[contains(@class, 'entry-date')]"):
        yield element.get("datetime") or element.get("content") or element.text


def _read_date(declared: str) -> date | None:
    iso = ISO_DATE.match(declared)
    if not iso and len(declared) <= MAX_DATE_LENGTH and not MONTH_OR_DAY.match(declared):
        page = f'<html><head><meta name="date" content="{escape(declared)}"></head><body></body></html>'
        iso = ISO_DATE.match(extract_metadata(page, date_config=DATE_OPTIONS).date or "")
    try:
        found = date.fromisoformat(iso.group(1)) if iso else None
    except ValueError:
        return None
    return found if found and FIRST_YEAR <= found.year <= LAST_YEAR else None
