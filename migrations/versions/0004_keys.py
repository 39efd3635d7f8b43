"""API keys.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="whose it is, or what for"),
        sa.Column("prefix", sa.Text(), nullable=False, comment="how the key begins, by which people know it"),
        sa.Column("sha256", sa.Text(), nullable=False, comment="of the whole key, which is kept nowhere"),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True, comment="written at most once a minute"),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "scopes <> '{}' AND scopes <@ ARRAY['read', 'ingest', 'curate', 'admin']", name=op.f("api_keys_scopes_check")
        ),
        sa.CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name=op.f("api_keys_sha256_check")),
        sa.PrimaryKeyConstraint("id", name="api_keys_pkey"),
        sa.UniqueConstraint("prefix", name="api_keys_prefix_key"),
        sa.UniqueConstraint("sha256", name="api_keys_sha256_key"),
    )


def downgrade() -> None:
    op.drop_table("api_keys")
