"""The application: what it serves, in what it lives, how it fails."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from app import __version__
from app.api import articles, health, quotes, reconcile, speakers, stances, topics, weapons
from app.api.bodylimit import BodyLimit
from app.api.crossorigin import CrossOrigin
from app.api.documentation import document
from app.api.head import Head
from app.api.problems import PROBLEM_RESPONSES, handle_problems
from app.api.requestid import RequestId
from app.api.revalidation import Revalidation
from app.db import Sessions, open_database
from app.extract import load_models
from app.logs import configure_logs
from app.settings import Settings
from app.worker import working

DESCRIPTION = """Who said what, to whom and when; where they stand; and which weapon facts they state: each tied to the
exact characters of the article it came from. Spans are `[start, end)` in code points of the article's text."""
# JSON may spell one byte of a page with two ("\\n"), and other fields come on top.
JSON_OVERHEAD = 2
# Below the first, compressing saves no packet; above the second, a list hardly gets smaller and takes twice the time.
COMPRESSED_BYTES, COMPRESSION = 1000, 4


class State(TypedDict):
    """What every request finds in `request.state`."""

    sessions: Sessions


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
    for noun in (articles, speakers, quotes, topics, stances, weapons, reconcile, health):
        app.include_router(noun.router)
    document(app)
    handle_problems(app)
    return app


def _add_manners(app: FastAPI, settings: Settings) -> None:
    """What every route does alike, from the innermost to the outermost."""
    app.add_middleware(BodyLimit, limit=JSON_OVERHEAD * max(settings.max_download_bytes, settings.max_text_bytes))
    app.add_middleware(Revalidation)
    app.add_middleware(GZipMiddleware, minimum_size=COMPRESSED_BYTES, compresslevel=COMPRESSION)
    if settings.cors_origins:
        app.add_middleware(CrossOrigin, origins=settings.cors_origins)
    app.add_middleware(Head)
    app.add_middleware(RequestId)


def _lifespan(settings: Settings) -> Callable[[FastAPI], AbstractAsyncContextManager[State]]:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[State]:
        load_models(settings.threads)  # now, so that unusable weights end the start and not the first article
        with open_database(settings) as database:
            engine = database.create_async_engine()
            sessions = Sessions.of_engine(engine)
            try:
                async with working(sessions):
                    yield {"sessions": sessions}
            finally:
                await engine.dispose()

    return lifespan
