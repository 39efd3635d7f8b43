"""`/healthz` and `/readyz`: for whoever watches over the service."""

from fastapi import APIRouter
from sqlalchemy import text

from app.api.dependencies import ReadSessionDep
from app.schemas import Health

router = APIRouter(tags=["health"])


@router.get("/healthz", operation_id="isAlive")
async def is_alive() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/readyz", operation_id="isReady")
async def is_ready(session: ReadSessionDep) -> Health:
    """The process answers and so does its database, with the tables in place; else 503."""
    await session.execute(text("SELECT FROM articles LIMIT 1"))
    return Health(status="ok")
