"""Jobs: what was, is, or is to be done in the background, and why it failed if it did."""

from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    RowMapping,
    ScalarSelect,
    Select,
    Text,
    and_,
    case,
    func,
    or_,
    select,
    true,
)

from app.queries.page import Order, PageFilter, select_page
from app.schemas import JobKind, JobState
from app.tables import failures, job_events, jobs, revisions

NEWEST_FIRST = Order((jobs.c.id,), descending=True)
# Named as whoever waits for a job would: by what has become of it.
STATES: dict[JobState, ColumnElement[bool]] = {
    "waiting": jobs.c.status == "todo",
    "running": and_(jobs.c.status == "doing", ~jobs.c.abort_requested),
    "cancelling": and_(jobs.c.status == "doing", jobs.c.abort_requested),
    "succeeded": jobs.c.status == "succeeded",
    "failed": jobs.c.status == "failed",
    "cancelled": jobs.c.status.in_(["cancelled", "aborted"]),
}

ENDINGS = ("succeeded", "failed", "cancelled", "aborted")


class JobFilter(PageFilter):
    """Which jobs to list."""

    state: Annotated[list[JobState], Field(description="`failed` are those that will not be tried again")] = []
    kind: list[JobKind] = []


def select_jobs(filter: JobFilter) -> Select[Any]:
    """One page of jobs, the newest first."""
    return select_page(_jobs().where(*_conditions(filter)), NEWEST_FIRST, filter)


def select_job(job_id: int) -> Select[Any]:
    """One job."""
    return _jobs().where(jobs.c.id == job_id)


def select_revision_job(revision_id: int) -> Select[Any]:
    """The last job that was to read a revision."""
    return _jobs().where(jobs.c.id == select(revisions.c.job_id).where(revisions.c.id == revision_id).scalar_subquery())


def has_ended(job_id: int) -> Select[Any]:
    """A row that says whether the job is over, one way or the other; none if the job is forgotten."""
    return select(jobs.c.status.not_in(["todo", "doing"])).where(jobs.c.id == job_id)


def job_from(row: RowMapping) -> dict[str, Any]:
    """A row of `select_jobs` as JSON."""
    fields = ("id", "kind", "state", "article", "revision", "attempts", "created_at", "started_at", "ended_at", "due_at")
    error = {name: row[f"error_{name}"] for name in ("code", "detail", "at")}
    return {name: row[name] for name in fields} | {"error": error if row["error_code"] is not None else None}


def _conditions(filter: JobFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filter.state:
        conditions.append(or_(*(STATES[state] for state in filter.state)))
    if filter.kind:
        conditions.append(jobs.c.task_name.in_(filter.kind))
    return conditions


def _jobs() -> Select[Any]:
    last = (
        select(failures.c.code, failures.c.detail, failures.c.at)
        .where(failures.c.job_id == jobs.c.id)
        .order_by(failures.c.attempt.desc())
        .limit(1)
        .lateral("last")
    )
    of_revision = revisions.c.id == jobs.c.args["revision_id"].as_string().cast(BigInteger)
    return select(
        jobs.c.id,
        jobs.c.task_name.label("kind"),
        case(*((condition, state) for state, condition in STATES.items())).label("state"),
        revisions.c.article_id.label("article"),
        revisions.c.number.label("revision"),
        jobs.c.attempts,
        _last("deferred").label("created_at"),
        _last("started").label("started_at"),
        case((jobs.c.status.not_in(["todo", "doing"]), _last(*ENDINGS))).label("ended_at"),
        case((jobs.c.status == "todo", jobs.c.scheduled_at)).label("due_at"),
        *(last.c[name].label(f"error_{name}") for name in ("code", "detail", "at")),
    ).select_from(jobs.outerjoin(revisions, of_revision).outerjoin(last, true()))


def _last(*types: str) -> ScalarSelect[Any]:
    """When the job last went through one of these."""
    happened = (job_events.c.job_id == jobs.c.id) & job_events.c.type.cast(Text).in_(types)
    return select(func.max(job_events.c.at)).where(happened).scalar_subquery()
