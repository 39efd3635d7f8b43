"""What routes are given: a session that reads, or one that writes and commits once, or several in turn; ends of jobs to
wait for; the settings."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from app.api.endings import Endings
from app.db import ReadSession, Sessions, WriteSession
from app.settings import Settings


async def read_session(request: Request) -> AsyncIterator[ReadSession]:
    """A session whose transaction is read-only and is never committed."""
    async with sessions(request).reading() as session:
        yield session


async def write_session(request: Request) -> AsyncIterator[WriteSession]:
    """A session in one transaction, committed when the route returns and rolled back when it raises."""
    async with sessions(request).writing() as session:
        yield session


def sessions(request: Request) -> Sessions:
    """Sessions for a route that takes several transactions."""
    made: Sessions = request.state.sessions
    return made


def endings(request: Request) -> Endings:
    """What a route can wait for."""
    made: Endings = request.state.endings
    return made


def settings(request: Request) -> Settings:
    """The settings that the application was made with."""
    made_with: Settings = request.app.state.settings
    return made_with


# Scope "function" ends the dependency before the response is sent: a slow client holds no connection, and a write that
# cannot be committed is never answered with 201.
ReadSessionDep = Annotated[ReadSession, Depends(read_session, scope="function")]
WriteSessionDep = Annotated[WriteSession, Depends(write_session, scope="function")]
SessionsDep = Annotated[Sessions, Depends(sessions)]
EndingsDep = Annotated[Endings, Depends(endings)]
SettingsDep = Annotated[Settings, Depends(settings)]
