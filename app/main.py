"""The application: what it serves, in what it lives, how it fails."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TypedDict

from fastapi import FastAPI

from app import __version__
from app.api import articles, conflicts, health, quotes, reconcile, speakers, stances, topics, weapons
from app.api.bodylimit import BodyLimit
from app.api.documentation import document
from app.api.problems import PROBLEM_RESPONSES, handle_problems
from app.db import Sessions, open_database
from app.extract import load_models
from app.logs import configure_logs
from app.settings import Settings
from app.worker import working

DESCRIPTION = """Who said what, to whom and when; where they stand; and which weapon facts they state: each tied to the
exact characters of the article it came from. Spans are `[start, end)` in code points of the article's text."""
# JSON may spell one byte of a page with two ("\\n"), and other fields come on top.
JSON_OVERHEAD = 2


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
    app.add_middleware(BodyLimit, limit=JSON_OVERHEAD * max(settings.max_download_bytes, settings.max_text_bytes))
    for noun in (articles, speakers, quotes, topics, stances, weapons, conflicts, reconcile, health):
        app.include_router(noun.router)
    document(app)
    handle_problems(app)
    return app


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
