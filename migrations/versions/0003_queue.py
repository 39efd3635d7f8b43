"""A queue: jobs beside what they are about, why they failed, and which requests were answered already.

Revision ID: 0003
Revises: 0002
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PROCRASTINATE = Path(__file__).with_name("0003_procrastinate.sql")
TABLES = ("periodic_defers", "events", "jobs", "workers")
TYPES = ("job_to_defer_v1", "job_event_type", "job_status")

# Whoever waits for a job hears of its end, whichever process brought it about.
JOB_HAS_ENDED = """
CREATE FUNCTION job_has_ended() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('onrecord_job_ended', NEW.id::text);
    RETURN NULL;
END
$$
"""
JOB_HAS_ENDED_TRIGGER = """
CREATE TRIGGER job_has_ended AFTER UPDATE OF status ON procrastinate_jobs
FOR EACH ROW WHEN (NEW.status NOT IN ('todo', 'doing')) EXECUTE FUNCTION job_has_ended()
"""
# Until now the worker looked for what was behind by itself: the first job does so once for all that is on record.
FIRST_JOB = """
INSERT INTO procrastinate_jobs (queue_name, task_name, lock)
SELECT 'default', 'refresh', 'refresh' WHERE EXISTS (SELECT FROM revisions)
"""
DROP_FUNCTIONS = """
DO $$
DECLARE
    function record;
BEGIN
    FOR function IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE pronamespace = current_schema()::regnamespace AND proname LIKE 'procrastinate\\_%'
    LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', function.name);
    END LOOP;
END
$$
"""


def upgrade() -> None:
    # Through the driver itself, which takes many statements at once where there are no parameters.
    op.get_bind().connection.driver_connection.execute(PROCRASTINATE.read_text(encoding="utf-8"))
    op.create_index("procrastinate_jobs_status_id_idx", "procrastinate_jobs", ["status", "id"])
    op.execute(JOB_HAS_ENDED)
    op.execute(JOB_HAS_ENDED_TRIGGER)
    op.add_column("revisions", sa.Column("job_id", sa.BigInteger(), nullable=True))
    op.create_foreign_key(
        "revisions_job_id_fkey", "revisions", "procrastinate_jobs", ["job_id"], ["id"], ondelete="SET NULL"
    )
    op.create_index("revisions_job_id_idx", "revisions", ["job_id"])
    _create_failures()
    _create_idempotency_keys()
    op.execute(FIRST_JOB)


def _create_failures() -> None:
    op.create_table(
        "failures",
        sa.Column("job_id", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["procrastinate_jobs.id"], name="failures_job_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job_id", "attempt", name="failures_pkey"),
        comment="Why an attempt at a job did not succeed",
    )


def _create_idempotency_keys() -> None:
    op.create_table(
        "idempotency_keys",
        sa.Column("scope", sa.Text(), nullable=False, comment="what the key was sent to"),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False, comment="of the body that it came with"),
        sa.Column("created", sa.Boolean(), nullable=False, comment="whether the request brought the revision"),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name="idempotency_keys_revision_id_fkey", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("scope", "key", name="idempotency_keys_pkey"),
        comment="Requests that were answered, so that sending them again does nothing again",
    )
    for column in ("created_at", "revision_id"):
        op.create_index(f"idempotency_keys_{column}_idx", "idempotency_keys", [column])


def downgrade() -> None:
    op.drop_table("idempotency_keys")
    op.drop_table("failures")
    op.drop_column("revisions", "job_id")
    # Functions take rows of the tables, whose triggers call functions.
    op.execute(DROP_FUNCTIONS)
    for name in TABLES:
        op.execute(f"DROP TABLE procrastinate_{name}")
    for name in TYPES:
        op.execute(f"DROP TYPE procrastinate_{name}")
    op.execute("DROP FUNCTION job_has_ended")
