"""`/healthz` and `/readyz`: for whoever watches over the service."""

from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.api.dependencies import ReadSessionDep
from app.errors import DatabaseUnavailable
from app.schemas import Health

router = APIRouter(tags=["health"])


@router.get("/healthz", operation_id="isAlive")
async def is_alive() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/readyz", operation_id="isReady")
async def is_ready(session: ReadSessionDep) -> Health:
    """The process answers and so does its database, with the tables in place; else 503."""
    try:
        await session.execute(text("SELECT FROM articles LIMIT 1"))
    except ProgrammingError as error:
        raise DatabaseUnavailable("The tables are not there: run `onrecord migrate`.") from error
    return Health(status="ok")
