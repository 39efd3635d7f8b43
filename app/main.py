"""The application: what it serves, in what it lives, how it fails."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from app import __version__
from app.api import (
    articles,
    batches,
    conflicts,
    health,
    jobs,
    quotes,
    reconcile,
    revisions,
    speakers,
    stances,
    topics,
    weapons,
)
from app.api.access import Guard, describe_keys
from app.api.bodylimit import BodyLimit
from app.api.crossorigin import CrossOrigin
from app.api.documentation import document
from app.api.endings import Endings, announced_endings
from app.api.head import Head
from app.api.problems import PROBLEM_RESPONSES, handle_problems
from app.api.requestid import RequestId
from app.api.revalidation import Revalidation
from app.db import Sessions, open_database, open_sessions
from app.logs import configure_logs
from app.settings import Settings

DESCRIPTION = """Who said what, to whom and when; where they stand; and which weapon facts they state: each tied to the
exact characters of the article it came from. Spans are `[start, end)` in code points of the article's text."""
NOUNS = (*(articles, batches, revisions, speakers, quotes, topics, stances, weapons, conflicts, reconcile, jobs, health),)
# Below the first, compressing saves no packet; above the second, a list hardly gets smaller and takes twice the time.
COMPRESSED_BYTES, COMPRESSION = 1000, 4


class State(TypedDict):
    """What every request finds in `request.state`."""

    sessions: Sessions
    endings: Endings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service on the database that `settings` name, or the environment's if none are given."""
    configure_logs()
    settings = settings or Settings()
    app = FastAPI(
        title="OnRecord",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan(settings),
        responses=PROBLEM_RESPONSES,
        telemetry={"tracing": False, "metrics": False},
    )
    app.state.settings = settings
    _add_manners(app, settings)
    for noun in NOUNS:
        app.include_router(noun.router)
    document(app)
    handle_problems(app)
    describe_keys(app, settings)
    return app


def _add_manners(app: FastAPI, settings: Settings) -> None:
    """What every route does alike, from the innermost to the outermost."""
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes, unlimited={batches.PATH})
    app.add_middleware(Revalidation)
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESSED_BYTES, compresslevel=COMPRESSION)
    app.add_middleware(Guard, settings=settings)
    if settings.cors_origins:
        app.add_middleware(CrossOrigin, origins=settings.cors_origins)
    app.add_middleware(Head)
    app.add_middleware(RequestId)


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[State]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[State]:
        with open_database(settings) as database:
            async with open_sessions(database) as sessions, announced_endings(database.conninfo) as endings:
                yield {"sessions": sessions, "endings": endings}

    return lifespan
