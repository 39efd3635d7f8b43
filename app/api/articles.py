"""`/v1/articles`: what was taken in, and taking in more."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy import RowMapping

from app.api.dependencies import ReadSessionDep, SettingsDep, WriteSessionDep
from app.api.formats import ANNOTATIONS, JSON_LD
from app.api.formats.annotations import Source as AnnotatedText
from app.api.formats.annotations import as_annotations
from app.api.formats.linkeddata import as_linked_data
from app.api.listing import Listing
from app.api.lists import answer_list, form_of, refuse_repeated
from app.db import ReadSession, WriteSession
from app.errors import NotFound
from app.ingest import ingest
from app.ingest.source import Source, read_source
from app.queries.articles import (
    ArticleFilter,
    ArticleParts,
    Included,
    article_detail_from,
    article_from,
    select_article,
    select_articles,
    select_text,
)
from app.queries.quotes import ArticleQuoteFilter, quote_from, select_article_quotes, select_quotes_within
from app.queries.speakers import article_speaker_from, select_article_speakers
from app.queries.stances import select_article_stances, stance_from
from app.queries.weapons import select_article_facts, weapon_fact_from
from app.schemas import ArticleDetail, ArticleIn, ArticleOut, Id, ListOut, QuoteOut

router = APIRouter(prefix="/v1/articles", tags=["articles"])

PARTS = {
    "quotes": (select_article_quotes, quote_from),
    "speakers": (select_article_speakers, article_speaker_from),
    "stances": (select_article_stances, stance_from),
    "weapon_facts": (select_article_facts, weapon_fact_from),
}


def _quotes_within(revision_id: int) -> Listing[ArticleQuoteFilter]:
    select = partial(select_quotes_within, revision_id)
    return Listing("quotes", select, quote_from, QuoteOut, {JSON_LD: as_linked_data})


QUOTES_WITHIN = _quotes_within(0).formats
WITHIN = _quotes_within(0).responses
ARTICLES = Listing("articles", select_articles, article_from, ArticleOut)


@router.get("", response_model=ListOut[ArticleOut], responses=ARTICLES.responses, operation_id="listArticles")
async def list_articles(
    filter: Annotated[ArticleFilter, Query()], session: ReadSessionDep, request: Request, response: Response
) -> Any:  # noqa: ANN401
    """Articles, newest first, each as its newest revision."""
    return await answer_list(request, response, session, filter, ARTICLES)


@router.get("/{article_id}", response_model=ArticleDetail, operation_id="getArticle", response_model_exclude_unset=True)
async def get_article(article_id: Id, parts: Annotated[ArticleParts, Query()], session: ReadSessionDep) -> dict[str, Any]:
    """One article with its text and, in `include`, what it yielded: one statement a part."""
    return await _article(session, article_id, parts.include)


@router.get("/{article_id}/text", response_class=PlainTextResponse, operation_id="getArticleText")
async def get_text(article_id: Id, session: ReadSessionDep) -> PlainTextResponse:
    """The very text that was read, in UTF-8 and nothing added: its SHA-256 is the article's `sha256`."""
    return PlainTextResponse((await _text(session, article_id))["text"])


@router.get("/{article_id}/quotes", response_model=ListOut[QuoteOut], responses=WITHIN, operation_id="listArticleQuotes")
async def list_quotes_within(
    article_id: Id,
    filter: Annotated[ArticleQuoteFilter, Query()],
    session: ReadSessionDep,
    request: Request,
    response: Response,
) -> Any:  # noqa: ANN401
    """An article's quotes in reading order, repeats included; `format=annotations` gives all as W3C Web Annotations."""
    row = await _text(session, article_id)
    if form_of(request, filter.format, (*QUOTES_WITHIN, ANNOTATIONS)) is ANNOTATIONS:
        refuse_repeated(request, filter)
        rows = (await session.execute(select_article_quotes(row["revision_id"]))).mappings()
        text = AnnotatedText(str(request.base_url).rstrip("/"), article_id, row["text"], row["url"])
        found = as_annotations([quote_from(each) for each in rows], text)
        return Response(found, media_type=ANNOTATIONS.media_type)
    return await answer_list(request, response, session, filter, _quotes_within(row["revision_id"]))


async def _text(session: ReadSession, article_id: int) -> RowMapping:
    row: RowMapping | None = (await session.execute(select_text(article_id))).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no article {article_id}.")
    return row


@router.post(
    "",
    response_model=ArticleDetail,
    status_code=201,
    operation_id="createArticle",
    responses={200: {"description": "This very text is on record already", "model": ArticleDetail}},
)
async def create_article(
    body: ArticleIn, session: WriteSessionDep, settings: SettingsDep, request: Request, response: Response
) -> dict[str, Any]:
    """Record an article, given as text, as HTML or by its address, and answer with all that it yielded.

    The same text again is answered with 200 and the article that has it. Another text under an address that is on
    record becomes the next revision of that article.
    """
    article = await read_source(Source(**body.model_dump()), settings)
    stored = await ingest(session, article)
    response.status_code = 201 if stored.created else 200
    response.headers["Location"] = str(request.url_for("get_article", article_id=stored.article_id).path)
    return await _article(session, stored.article_id, get_args(Included))


async def _article(session: ReadSession | WriteSession, article_id: int, include: Sequence[Included]) -> dict[str, Any]:
    row = (await session.execute(select_article(article_id))).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no article {article_id}.")
    detail = article_detail_from(row)
    for part in dict.fromkeys(include):
        select_part, shape = PARTS[part]
        rows = (await session.execute(select_part(row["revision_id"]))).mappings()
        detail[part] = [shape(each) for each in rows]
    return detail
