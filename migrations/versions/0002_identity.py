"""Who is who by persona: what articles say alike of somebody under one name.

Facts point at the persona they are of and at its speaker. Each speaker there is gets personas by what the articles have
said so far; reading the articles again, which a newer extractor does, tells them apart further.

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.ingest.naming import block
from app.names import misspellings

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# Whatever names a speaker, the column it does so in, and whether it must.
FACTS = (("quotes", "speaker_id", False), ("stances", "speaker_id", True), ("weapon_facts", "claimed_by", False))

# Speakers of one name and with the same said of them are told apart by `nth`.
PERSONAS = """
INSERT INTO personas (speaker_id, kind, name, country, party, constituency, article_id, nth)
SELECT said.speaker_id, speakers.kind, said.name, said.country, said.party, said.constituency, speakers.article_id,
    row_number() OVER (
        PARTITION BY said.name, speakers.kind, said.country, said.party, said.constituency, speakers.article_id
        ORDER BY said.speaker_id
    ) - 1
FROM (
    -- What is said of the anonymous tells nobody apart.
    SELECT DISTINCT speaker_id, appearances.name, CASE WHEN NOT anonymous THEN country END AS country,
        CASE WHEN NOT anonymous THEN party END AS party, CASE WHEN NOT anonymous THEN constituency END AS constituency
    FROM appearances JOIN speakers ON speakers.id = appearances.speaker_id
) AS said
JOIN speakers ON speakers.id = said.speaker_id
"""
OF_APPEARANCES = """
UPDATE appearances SET persona_id = personas.id FROM personas
WHERE personas.speaker_id = appearances.speaker_id AND personas.name = appearances.name
AND (personas.article_id IS NOT NULL OR (personas.country, personas.party, personas.constituency)
    IS NOT DISTINCT FROM (appearances.country, appearances.party, appearances.constituency))
"""
OF_FACTS = """
UPDATE {table} SET persona_id = appearances.persona_id FROM appearances
WHERE appearances.revision_id = {table}.revision_id AND appearances.speaker_id = {table}.{column}
"""
# Until now a speaker was once in a revision, whose facts are the first of its personas' then.
ONCE_A_REVISION = """
DELETE FROM appearances AS later USING appearances AS first
WHERE first.revision_id = later.revision_id AND first.speaker_id = later.speaker_id AND first.persona_id < later.persona_id
"""

ONCE_A_PLACE = (
    """
    DELETE FROM mentions AS later USING mentions AS first, personas AS own, personas AS other
    WHERE own.id = later.persona_id AND other.id = first.persona_id AND own.speaker_id = other.speaker_id
    AND first.revision_id = later.revision_id AND first.start = later.start AND first."end" = later."end"
    AND first.persona_id < later.persona_id
    """,
    """
    DELETE FROM stances AS later USING stances AS first
    WHERE first.revision_id = later.revision_id AND first.topic_id = later.topic_id
    AND first.speaker_id = later.speaker_id AND first.evidence = later.evidence AND first.id < later.id
    """,
)


def upgrade() -> None:
    _add_speaker_columns()
    _add_source_columns()
    _create_personas()
    _create_names()
    for table, _, _ in (("appearances", "", True), ("mentions", "", True), *FACTS):
        op.add_column(table, sa.Column("persona_id", sa.BigInteger(), nullable=True, comment=_comment(table)))
    op.execute(PERSONAS)
    op.execute(OF_APPEARANCES)
    op.execute(OF_FACTS.format(table="mentions", column="speaker_id"))
    for table, column, _ in FACTS:
        op.execute(OF_FACTS.format(table=table, column=column))
    _fill_blocks()
    _fill_names()
    _point_at_personas()
    op.drop_table("speaker_names")


def _comment(table: str) -> str | None:
    return "of claimed_by" if table == "weapon_facts" else None


def _add_speaker_columns() -> None:
    op.add_column("speakers", sa.Column("merged_into", sa.BigInteger(), nullable=True))
    op.add_column("speakers", sa.Column("wikidata", sa.Text(), nullable=True))
    comment = "what the reference file says: country, parties with dates"
    op.add_column("speakers", sa.Column("reference", postgresql.JSONB(none_as_null=True), nullable=True, comment=comment))
    op.create_foreign_key("speakers_merged_into_fkey", "speakers", "speakers", ["merged_into"], ["id"], ondelete="CASCADE")
    op.create_unique_constraint("speakers_wikidata_key", "speakers", ["wikidata"])
    op.create_check_constraint(op.f("speakers_merged_into_another_check"), "speakers", "merged_into <> id")
    op.create_index("speakers_merged_into_idx", "speakers", ["merged_into"])


def _add_source_columns() -> None:
    comments = {
        "count": "of an anonymous source: how many they are",
        "reason": "of an anonymous source: why, or on what terms, it is not named",
    }
    for name, kind in (("count", sa.Integer()), ("reason", sa.Text())):
        op.add_column("appearances", sa.Column(name, kind, nullable=True, comment=comments[name]))
        op.add_column("appearances", sa.Column(f"{name}_at", postgresql.INT4MULTIRANGE(), nullable=True))
        shown = f"({name} IS NULL) = ({name}_at IS NULL)"
        op.create_check_constraint(op.f(f"appearances_{name}_shown_check"), "appearances", shown)
    op.create_check_constraint(op.f("appearances_count_check"), "appearances", "count > 0")
    _keep_spans_inside(("role", "affiliation", "party", "constituency", "country", "count", "reason"))


def _keep_spans_inside(fields: tuple[str, ...]) -> None:
    """Have the trigger look at the spans of these fields."""
    ends = ", ".join(f"'{end}({field}_at)'" for field in fields for end in ("lower", "upper"))
    for event in ("insert", "update"):
        op.execute(f"DROP TRIGGER spans_are_inside_on_{event} ON appearances")
        op.execute(
            f"CREATE TRIGGER spans_are_inside_on_{event} AFTER {event.upper()} ON appearances"
            " REFERENCING NEW TABLE AS changed FOR EACH STATEMENT"
            f" EXECUTE FUNCTION spans_are_inside({ends})"
        )


def _create_personas() -> None:
    op.create_table(
        "personas",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("speaker_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column(
            "block",
            sa.Text(),
            nullable=True,
            comment="what all names share that may be one speaker's; null of the anonymous",
        ),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("constituency", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=True, comment="of a lone name only, as a key"),
        sa.Column("affiliation", sa.Text(), nullable=True, comment="of a lone name only, as a key"),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "nth",
            sa.Integer(),
            server_default=sa.text("0"),
            nullable=False,
            comment="of several that an article says the same of",
        ),
        sa.Column("held", sa.Text(), nullable=True, comment="who has decided whose this is; null: the rules"),
        sa.CheckConstraint("kind IN ('person', 'organization', 'group')", name=op.f("personas_kind_check")),
        sa.CheckConstraint("held IN ('person', 'reference')", name=op.f("personas_held_check")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name="personas_article_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["speaker_id"], ["speakers.id"], name="personas_speaker_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="personas_pkey"),
        sa.UniqueConstraint(
            *("name", "kind", "country", "party", "constituency", "role", "affiliation", "article_id", "nth"),
            name="personas_are_told_apart",
            postgresql_nulls_not_distinct=True,
        ),
        comment="What articles say alike of somebody under one name",
    )
    for column in ("speaker_id", "article_id", "block"):
        op.create_index(f"personas_{column}_idx", "personas", [column])
    op.create_table(
        "distinctions",
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("persona_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name="distinctions_revision_id_fkey", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["persona_id"], ["personas.id"], name="distinctions_persona_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["personas.id"], name="distinctions_other_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("revision_id", "persona_id", "other_id", name="distinctions_pkey"),
        comment="Two of alike names whom an article tells apart",
    )
    for column in ("persona_id", "other_id"):
        op.create_index(f"distinctions_{column}_idx", "distinctions", [column])


def _create_names() -> None:
    op.create_table(
        "names",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "misspellings",
            postgresql.ARRAY(sa.Text()),
            nullable=False,
            comment="each word, and it without each of its letters",
        ),
        sa.PrimaryKeyConstraint("key", name="names_pkey"),
    )
    op.create_index("names_words_idx", "names", [sa.literal_column("to_tsvector('simple', key)")], postgresql_using="gin")
    op.create_index("names_misspellings_idx", "names", ["misspellings"], postgresql_using="gin")
    op.create_table(
        "persona_names",
        sa.Column("persona_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "name",
            sa.Text(),
            nullable=True,
            comment="as an article has it; null where only the key finds, as a surname taken from the name",
        ),
        sa.ForeignKeyConstraint(["persona_id"], ["personas.id"], name="persona_names_persona_id_fkey", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["key"], ["names.key"], name="persona_names_key_fkey"),
        sa.PrimaryKeyConstraint("persona_id", "key", name="persona_names_pkey"),
    )
    op.create_index("persona_names_key_persona_id_idx", "persona_names", ["key", "persona_id"])


def _fill_blocks() -> None:
    connection = op.get_bind()
    named = connection.execute(
        sa.text("SELECT DISTINCT personas.kind, personas.name FROM personas JOIN speakers ON speakers.id = speaker_id"
                " WHERE NOT anonymous")
    ).all()  # fmt: skip
    rows = [{"kind": kind, "name": name, "block": block(kind, name)} for kind, name in named]
    if rows:
        statement = "UPDATE personas SET block = :block WHERE kind = :kind AND name = :name AND article_id IS NULL"
        connection.execute(sa.text(statement), rows)


def _fill_names() -> None:
    connection = op.get_bind()
    keys = connection.execute(sa.text("SELECT DISTINCT key FROM speaker_names")).scalars().all()
    rows = [{"key": key, "misspellings": sorted(misspellings(key))} for key in keys]
    if rows:
        connection.execute(sa.text("INSERT INTO names VALUES (:key, :misspellings)"), rows)
    op.execute(
        "INSERT INTO persona_names SELECT personas.id, key, speaker_names.name"
        " FROM speaker_names JOIN personas USING (speaker_id)"
    )


def _point_at_personas() -> None:
    op.execute("DELETE FROM mentions WHERE persona_id IS NULL")
    op.drop_constraint("appearances_pkey", "appearances", type_="primary")
    op.drop_constraint("mentions_pkey", "mentions", type_="primary")
    op.drop_column("mentions", "speaker_id")
    op.create_primary_key("appearances_pkey", "appearances", ["revision_id", "persona_id"])
    op.create_primary_key("mentions_pkey", "mentions", ["revision_id", "start", "end", "persona_id"])
    op.create_index("mentions_persona_id_revision_id_idx", "mentions", ["persona_id", "revision_id"])
    for table in ("appearances", "quotes", "stances", "weapon_facts"):
        op.create_index(f"{table}_persona_id_idx", table, ["persona_id"])
    for table in ("appearances", "mentions", "quotes", "stances", "weapon_facts"):
        op.create_foreign_key(f"{table}_persona_id_fkey", table, "personas", ["persona_id"], ["id"])
    for table, column, required in FACTS:
        if required:
            op.alter_column(table, "persona_id", nullable=False)
        else:
            check = f"({column} IS NULL) = (persona_id IS NULL)"
            op.create_check_constraint(op.f(f"{table}_persona_check"), table, check)
    op.drop_constraint("stances_revision_id_topic_id_speaker_id_evidence_key", "stances")
    columns = ["revision_id", "topic_id", "persona_id", "evidence"]
    op.create_unique_constraint("stances_revision_id_topic_id_persona_id_evidence_key", "stances", columns)


def downgrade() -> None:
    _restore_speaker_names()
    op.execute(ONCE_A_REVISION)
    for statement in ONCE_A_PLACE:
        op.execute(statement)
    _keep_spans_inside(("role", "affiliation", "party", "constituency", "country"))
    for column in ("count", "count_at", "reason", "reason_at"):
        op.drop_column("appearances", column)
    op.drop_constraint("stances_revision_id_topic_id_persona_id_evidence_key", "stances")
    op.add_column("mentions", sa.Column("speaker_id", sa.BigInteger(), nullable=True))
    op.execute("UPDATE mentions SET speaker_id = personas.speaker_id FROM personas WHERE personas.id = persona_id")
    op.alter_column("mentions", "speaker_id", nullable=False)
    for table in ("appearances", "mentions", "quotes", "stances", "weapon_facts"):
        op.drop_column(table, "persona_id")
    op.create_foreign_key("mentions_speaker_id_fkey", "mentions", "speakers", ["speaker_id"], ["id"], ondelete="CASCADE")
    op.create_primary_key("appearances_pkey", "appearances", ["revision_id", "speaker_id"])
    op.create_primary_key("mentions_pkey", "mentions", ["revision_id", "start", "end", "speaker_id"])
    op.create_index("mentions_speaker_id_revision_id_idx", "mentions", ["speaker_id", "revision_id"])
    columns = ["revision_id", "topic_id", "speaker_id", "evidence"]
    op.create_unique_constraint("stances_revision_id_topic_id_speaker_id_evidence_key", "stances", columns)
    for table in ("persona_names", "names", "distinctions", "personas"):
        op.drop_table(table)
    op.execute("DELETE FROM speakers WHERE merged_into IS NOT NULL")
    for column in ("merged_into", "wikidata", "reference"):
        op.drop_column("speakers", column)


def _restore_speaker_names() -> None:
    op.create_table(
        "speaker_names",
        sa.Column("speaker_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "name",
            sa.Text(),
            nullable=True,
            comment="as an article has it; null where only the key finds, as a surname taken from the name",
        ),
        sa.Column("identifies", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["speaker_id"], ["speakers.id"], name="speaker_names_speaker_id_fkey", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("speaker_id", "key", name="speaker_names_pkey"),
    )
    op.create_index("speaker_names_key_speaker_id_idx", "speaker_names", ["key", "speaker_id"])
    op.create_index(
        "speaker_names_words_idx",
        "speaker_names",
        [sa.literal_column("to_tsvector('simple', key)")],
        postgresql_using="gin",
    )
    op.execute(
        "INSERT INTO speaker_names SELECT speaker_id, key, max(persona_names.name), bool_or(key LIKE '% %')"
        " FROM persona_names JOIN personas ON personas.id = persona_id GROUP BY speaker_id, key"
    )
