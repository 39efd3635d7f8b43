"""`/v1/topics`: the propositions on which articles are judged; adding, editing and deleting them."""

from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request, Response
from sqlalchemy import RowMapping

from app.api.dependencies import EndingsDep, ReadSessionDep, SessionsDep, WriteSessionDep
from app.api.endings import Endings
from app.api.listing import Listing
from app.api.lists import answer_list
from app.api.preferences import WaitDep
from app.db import ReadSession, Sessions, WriteSession
from app.errors import NotFound
from app.ingest.queue import enqueue, refreshment
from app.ingest.topics import delete_topic, edit_topic, register_topic
from app.queries.topics import TopicFilter, select_topic, select_topic_by_id, select_topics, topic_from
from app.schemas import ListOut, PlainStr, TopicChange, TopicIn, TopicOut

router = APIRouter(prefix="/v1/topics", tags=["topics"])

# Unless a request says how long it would wait: whoever tries the service out wants to see the stances at once.
JUDGING_S = 5


TOPICS = Listing("topics", select_topics, topic_from, TopicOut)


@router.get("", response_model=ListOut[TopicOut], responses=TOPICS.responses, operation_id="listTopics")
async def list_topics(
    filter: Annotated[TopicFilter, Query()], session: ReadSessionDep, request: Request, response: Response
) -> Any:  # noqa: ANN401
    """Topics by slug, each with the number of articles judged on it."""
    return await answer_list(request, response, session, filter, TOPICS)


@router.get("/{topic}", response_model=TopicOut, operation_id="getTopic")
async def get_topic(
    topic: Annotated[PlainStr, Path(max_length=500, description="id or slug")], session: ReadSessionDep
) -> dict[str, Any]:
    """One topic."""
    return topic_from(await _topic(session, topic))


async def _topic(session: ReadSession | WriteSession, term: str) -> RowMapping:
    row: RowMapping | None = (await session.execute(select_topic(term))).mappings().first()
    if row is None:
        raise NotFound(f"There is no topic {term!r}: GET /v1/topics lists them.")
    return row


@router.patch("/{topic}", response_model=TopicOut, operation_id="editTopic")
async def change_topic(
    topic: Annotated[PlainStr, Path(max_length=500, description="id or slug")],
    body: TopicChange,
    sessions: SessionsDep,
    endings: EndingsDep,
    wait: WaitDep,
) -> dict[str, Any]:
    """Change a topic: what is sent takes the place of what was there.

    Its stances are gone then, and workers judge the stored articles anew, the newest first; the answer waits for them, for
    five seconds unless `Prefer: wait` says otherwise, and `pending` says how many are still to come. A new slug alone
    changes no stance.
    """
    async with sessions.writing() as session:
        topic_id = (await _topic(session, topic))["id"]
        if await edit_topic(session, topic_id, body.model_dump(exclude_unset=True)):
            await enqueue(session, refreshment())
    return await _judged(sessions, endings, topic_id, wait)


@router.delete("/{topic}", status_code=204, operation_id="deleteTopic")
async def remove_topic(
    topic: Annotated[PlainStr, Path(max_length=500, description="id or slug")], session: WriteSessionDep
) -> None:
    """Delete a topic with its stances; quotes and articles stay."""
    await delete_topic(session, (await _topic(session, topic))["id"])


@router.post(
    "",
    response_model=TopicOut,
    status_code=201,
    operation_id="createTopic",
    responses={200: {"description": "This topic is registered already", "model": TopicOut}},
)
async def create_topic(
    body: TopicIn, sessions: SessionsDep, endings: EndingsDep, wait: WaitDep, request: Request, response: Response
) -> dict[str, Any]:
    """Register a topic and have workers judge the stored articles on it, the newest first.

    The answer waits for them, for five seconds unless `Prefer: wait` says otherwise; `articles` and `pending` say how far
    they are. The same topic again is answered with 200; another statement under a slug that is taken is a conflict.
    """
    async with sessions.writing() as session:
        topic_id, created = await register_topic(session, body.statement, body.slug, body.aliases, body.keywords)
        if created:
            await enqueue(session, refreshment())
    topic = await _judged(sessions, endings, topic_id, wait if created else 0)
    response.status_code = 201 if created else 200
    response.headers["Location"] = quote(request.url_for("get_topic", topic=topic["slug"]).path)
    return topic


async def _judged(sessions: Sessions, endings: Endings, topic_id: int, wait: int | None) -> dict[str, Any]:
    """The topic once every article has been judged on it, or as it is after so many seconds."""
    topic: dict[str, Any] = {}

    async def is_judged() -> bool:
        async with sessions.reading() as session:
            topic.update(topic_from((await session.execute(select_topic_by_id(topic_id))).mappings().one()))
        return bool(topic["pending"] == 0)

    await endings.until(is_judged, JUDGING_S if wait is None else wait)
    return topic
