"""`/v1/jobs`: what goes on in the background, trying again what failed, and calling off what waits."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import RowMapping

from app.api.dependencies import ReadSessionDep, WriteSessionDep
from app.api.listing import Listing
from app.api.lists import answer_list
from app.db import ReadSession, WriteSession
from app.errors import NotFound
from app.ingest.queue import cancel, retry
from app.queries.jobs import JobFilter, job_from, select_job, select_jobs
from app.schemas import Id, JobOut, ListOut

router = APIRouter(prefix="/v1/jobs", tags=["jobs"])

JOBS = Listing("jobs", select_jobs, job_from, JobOut)


@router.get("", response_model=ListOut[JobOut], responses=JOBS.responses, operation_id="listJobs")
async def list_jobs(
    filter: Annotated[JobFilter, Query()], session: ReadSessionDep, request: Request, response: Response
) -> Any:  # noqa: ANN401
    """Jobs, the newest first; `state=failed` are those that somebody has to look at."""
    return await answer_list(request, response, session, filter, JOBS)


@router.get("/{job_id}", response_model=JobOut, operation_id="getJob")
async def get_job(job_id: Id, session: ReadSessionDep) -> dict[str, Any]:
    """One job."""
    return job_from(await _job(session, job_id))


@router.post("/{job_id}/retry", response_model=JobOut, operation_id="retryJob")
async def retry_job(job_id: Id, session: WriteSessionDep) -> dict[str, Any]:
    """Have a job that failed or was cancelled done after all; any other is a conflict."""
    await _job(session, job_id)
    await retry(session, job_id)
    return job_from(await _job(session, job_id))


@router.post("/{job_id}/cancel", response_model=JobOut, operation_id="cancelJob")
async def cancel_job(job_id: Id, session: WriteSessionDep) -> dict[str, Any]:
    """Call a job off: at once if it waits; if it runs, its worker is told, and the state is `cancelling` until it has
    heard. One that has ended is a conflict.
    """
    await _job(session, job_id)
    await cancel(session, job_id)
    return job_from(await _job(session, job_id))


async def _job(session: ReadSession | WriteSession, job_id: int) -> RowMapping:
    row: RowMapping | None = (await session.execute(select_job(job_id))).mappings().one_or_none()
    if row is None:
        raise NotFound(f"There is no job {job_id}: it may have been done so long ago that it was forgotten.")
    return row
