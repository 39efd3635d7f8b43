"""The application: what it serves, in what it lives, how it fails."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI

from app import __version__
from app.api import articles, batches, health, jobs, quotes, reconcile, revisions, speakers, stances, topics, weapons
from app.api.access import Guard, describe_keys
from app.api.bodylimit import BodyLimit
from app.api.documentation import document
from app.api.endings import Endings, announced_endings
from app.api.problems import PROBLEM_RESPONSES, handle_problems
from app.db import Sessions, open_database
from app.logs import configure_logs
from app.settings import Settings

DESCRIPTION = """Who said what, to whom and when; where they stand; and which weapon facts they state: each tied to the
exact characters of the article it came from. Spans are `[start, end)` in code points of the article's text."""


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
    app.add_middleware(BodyLimit, limit=settings.max_body_bytes, unlimited={batches.PATH})
    app.add_middleware(Guard, settings=settings)
    for noun in (articles, batches, revisions, speakers, quotes, topics, stances, weapons, reconcile, jobs, health):
        app.include_router(noun.router)
    document(app)
    handle_problems(app)
    describe_keys(app, settings)
    return app


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[State]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[State]:
        with open_database(settings) as database:
            engine = database.create_async_engine()
            sessions = Sessions.of_engine(engine)
            try:
                async with announced_endings(database.conninfo) as endings:
                    yield {"sessions": sessions, "endings": endings}
            finally:
                await engine.dispose()

    return lifespan
