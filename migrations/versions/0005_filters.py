"""Indexes for what quotes are filtered by: to whom, by way of whom and in what medium something was said, the roles of who
said it, how it was said if not plainly, the language of the article, and the stances it shows.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WORDS = (("quotes", "said_to"), ("quotes", "via"), ("appearances", "role"))
# What most quotes have is found soon enough by walking through all of them, newest first.
RARE = (("medium", "medium IS NOT NULL"), ("assertion", "assertion <> 'asserted'"))


def upgrade() -> None:
    for table, column in WORDS:
        words = sa.literal_column(f"to_tsvector('simple', {column})")
        op.create_index(f"{table}_{column}_words_idx", table, [words], postgresql_using="gin")
    for column, rare in RARE:
        op.create_index(
            f"quotes_{column}_sort_on_id_idx", "quotes", [column, "sort_on", "id"], postgresql_where=sa.text(rare)
        )
    op.create_index("stances_polarity_quote_id_idx", "stances", ["polarity", "quote_id"])
    op.create_index("revisions_language_sort_on_id_idx", "revisions", ["language", "sort_on", "id"])


def downgrade() -> None:
    op.drop_index("revisions_language_sort_on_id_idx", "revisions")
    op.drop_index("stances_polarity_quote_id_idx", "stances")
    for column, _ in RARE:
        op.drop_index(f"quotes_{column}_sort_on_id_idx", "quotes")
    for table, column in WORDS:
        op.drop_index(f"{table}_{column}_words_idx", table)
