"""`/v1/articles`: what was taken in, and taking in more."""

import json
from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import PlainTextResponse
from sqlalchemy import RowMapping

from app.api.dependencies import EndingsDep, ReadSessionDep, SessionsDep, SettingsDep
from app.api.endings import Endings
from app.api.formats import ANNOTATIONS, JSON_LD
from app.api.formats.annotations import Source as AnnotatedText
from app.api.formats.annotations import as_annotations
from app.api.formats.linkeddata import as_linked_data
from app.api.idempotency import KeyDep
from app.api.listing import Listing
from app.api.lists import answer_list, form_of, refuse_repeated
from app.api.preferences import WaitDep
from app.db import ReadSession, Sessions
from app.errors import NotFound
from app.ingest.acceptance import accept, accept_once
from app.ingest.idempotency import IdempotencyKey, find_answered
from app.ingest.source import Source, read_source
from app.ingest.store import Stored
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
from app.queries.jobs import has_ended, job_from, select_revision_job
from app.queries.quotes import ArticleQuoteFilter, quote_from, select_article_quotes, select_quotes_within
from app.queries.speakers import article_speaker_from, select_article_speakers
from app.queries.stances import select_article_stances, stance_from
from app.queries.weapons import select_article_facts, weapon_fact_from
from app.schemas import ArticleDetail, ArticleIn, ArticleOut, Id, JobOut, ListOut, QuoteOut
from app.settings import Settings

router = APIRouter(prefix="/v1/articles", tags=["articles"])

# What a key of one kind of request says nothing of another.
SCOPE = "POST /v1/articles"

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
    response_model=JobOut | ArticleDetail,
    status_code=202,
    operation_id="createArticle",
    response_model_exclude_unset=True,
    responses={
        200: {"description": "This very text is on record already", "model": ArticleDetail},
        201: {"description": "Recorded, and read within the time of `Prefer: wait`", "model": ArticleDetail},
        202: {"description": "Recorded, and to be read by this job"},
    },
)
async def create_article(
    body: ArticleIn,
    sessions: SessionsDep,
    settings: SettingsDep,
    endings: EndingsDep,
    wait: WaitDep,
    key: KeyDep,
    request: Request,
    response: Response,
) -> dict[str, Any]:
    """Record an article, given as text, as HTML or by its address, for a worker to read.

    The answer is 202 with the job to follow, and `Location` is the article's address. With `Prefer: wait=10`, it is 201
    with all that the article yielded if it has been read within so many seconds. The same text again is answered with 200
    and the article that has it, and with what it yielded if that was to be waited for. Another text under an address that
    is on record becomes the next revision of that article. With an `Idempotency-Key`, a request that is sent again within
    24 hours is answered as it was the first time.
    """
    once = None if key is None else IdempotencyKey(SCOPE, key, json.dumps(body.model_dump(mode="json")).encode())
    stored = await _accept(Source(**body.model_dump()), sessions, settings, once)
    if wait is not None:
        await _wait(sessions, endings, stored.revision_id, wait)
    async with sessions.reading() as session:
        return await _answer(session, stored, request, response, waited=wait is not None)


async def _accept(source: Source, sessions: Sessions, settings: Settings, key: IdempotencyKey | None) -> Stored:
    if key is not None:
        # Before anything is fetched: the address may give something else by now, or nothing.
        async with sessions.reading() as reading:
            if (answered := await find_answered(reading, key)) is not None:
                return answered
    article = await read_source(source, settings)
    async with sessions.writing() as session:
        return await accept(session, article) if key is None else await accept_once(session, article, key)


async def _wait(sessions: Sessions, endings: Endings, revision_id: int, seconds: float) -> None:
    async with sessions.reading() as session:
        job = (await session.execute(select_revision_job(revision_id))).mappings().one_or_none()
    if job is not None:
        await endings.until(partial(_is_over, sessions, job["id"]), seconds, job["id"])


async def _is_over(sessions: Sessions, job_id: int) -> bool:
    async with sessions.reading() as session:
        return await session.scalar(has_ended(job_id)) is not False


async def _answer(
    session: ReadSession, stored: Stored, request: Request, response: Response, *, waited: bool
) -> dict[str, Any]:
    job = (await session.execute(select_revision_job(stored.revision_id))).mappings().one_or_none()
    response.headers["Location"] = request.url_for("get_article", article_id=stored.article_id).path
    if job is not None:
        monitor = request.url_for("get_job", job_id=job["id"]).path
        response.headers["Link"] = f'<{monitor}>; rel="monitor"'
    is_read = job is None or job["state"] == "succeeded"
    response.status_code = 200 if not stored.created else 201 if waited and is_read else 202
    if response.status_code == 202 and job is not None:
        return job_from(job)
    return await _article(session, stored.article_id, get_args(Included) if waited else ())


async def _article(session: ReadSession, article_id: int, include: Sequence[Included]) -> dict[str, Any]:
    row = (await session.execute(select_article(article_id))).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no article {article_id}.")
    detail = article_detail_from(row)
    for part in dict.fromkeys(include):
        select_part, shape = PARTS[part]
        rows = (await session.execute(select_part(row["revision_id"]))).mappings()
        detail[part] = [shape(each) for each in rows]
    return detail
