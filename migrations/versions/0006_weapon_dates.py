"""When what a weapon fact tells of happened, as days that can be compared: by its own date, or else that of its article.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from edtf import parse_edtf, struct_time_to_date

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

UNDATED = """
UPDATE weapon_facts SET on_first = revisions.published_on, on_last = revisions.published_on
FROM revisions WHERE revisions.id = weapon_facts.revision_id AND weapon_facts."on" IS NULL
"""
DATED = 'UPDATE weapon_facts SET on_first = :first, on_last = :last WHERE "on" = :expression'


def upgrade() -> None:
    for name in ("on_first", "on_last"):
        op.add_column("weapon_facts", sa.Column(name, sa.Date))
    op.execute(UNDATED)
    connection = op.get_bind()
    for (expression,) in connection.execute(sa.text('SELECT DISTINCT "on" FROM weapon_facts WHERE "on" IS NOT NULL')).all():
        moment = parse_edtf(expression)
        first, last = struct_time_to_date(moment.lower_strict()), struct_time_to_date(moment.upper_strict())
        connection.execute(sa.text(DATED), {"expression": expression, "first": first, "last": last})
    op.create_index("weapon_facts_on_last_on_first_idx", "weapon_facts", ["on_last", "on_first"])


def downgrade() -> None:
    op.drop_index("weapon_facts_on_last_on_first_idx", "weapon_facts")
    for name in ("on_last", "on_first"):
        op.drop_column("weapon_facts", name)
