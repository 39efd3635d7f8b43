"""Articles with their revisions, and all that is extracted from them.

Revision ID: 0001
Revises:
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What is stored of a revision is evidence for everything else: other words are another revision.
REVISIONS_ARE_FINAL = """
CREATE FUNCTION revisions_are_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'revision % cannot be altered: store the changed article as a new one', OLD.id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'revisions_are_final';
END
$$
"""
REVISIONS_ARE_FINAL_TRIGGER = """
CREATE TRIGGER revisions_are_final BEFORE UPDATE OF text, sha256, article_id, number, published_on ON revisions
FOR EACH ROW WHEN ((OLD.text, OLD.sha256, OLD.article_id, OLD.number, OLD.published_on)
    IS DISTINCT FROM (NEW.text, NEW.sha256, NEW.article_id, NEW.number, NEW.published_on))
EXECUTE FUNCTION revisions_are_final()
"""

# The trigger's arguments are pairs of columns: words, and the spans that cut them out of the text, joined by spaces.
# Once a statement rather than once a row, and on pieces of the text: to reach a character, Postgres walks over all before
# it, which for thousands of quotes in a text of a megabyte takes half a minute, and on pieces a third of a second. Pieces
# are as long as a regular expression can count; it cuts in one pass.
WORDS_ARE_VERBATIM = """
CREATE FUNCTION words_are_verbatim() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    revision bigint;
    pieces text[];
    wrong bigint;
BEGIN
    FOR revision IN SELECT DISTINCT revision_id FROM changed LOOP
        SELECT array_agg(piece[1] ORDER BY nth) INTO pieces
        FROM revisions, regexp_matches(revisions.text, '.{1,255}', 'g') WITH ORDINALITY AS cut (piece, nth)
        WHERE revisions.id = revision;
        FOR i IN 0 .. TG_NARGS - 1 BY 2 LOOP
            EXECUTE format(
                'SELECT id FROM changed WHERE revision_id = $1 AND %1$I IS DISTINCT FROM (SELECT string_agg('
                ' substr('
                '  array_to_string(($2)[lower(span) / 255 + 1 : (upper(span) - 1) / 255 + 1], %3$L),'
                '  lower(span) %% 255 + 1,'
                '  upper(span) - lower(span)'
                ' ), %4$L ORDER BY lower(span)) FROM unnest(%2$I) AS span) LIMIT 1',
                TG_ARGV[i], TG_ARGV[i + 1], '', ' '
            ) INTO wrong USING revision, pieces;
            IF wrong IS NOT NULL THEN
                RAISE EXCEPTION '% of % %: not what the article says at its place', TG_ARGV[i], TG_TABLE_NAME, wrong
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'words_are_verbatim';
            END IF;
        END LOOP;
    END LOOP;
    RETURN NULL;
END
$$
"""

# Where spans begin and where they end are the trigger's arguments. One look at each article's length, however many spans.
SPANS_ARE_INSIDE = """
CREATE FUNCTION spans_are_inside() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    outside boolean;
BEGIN
    FOR i IN 0 .. TG_NARGS - 1 BY 2 LOOP
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM'
            ' (SELECT revision_id, min(%1$s) AS first, max(%2$s) AS last FROM changed GROUP BY revision_id) AS reach'
            ' JOIN revisions ON revisions.id = reach.revision_id'
            ' WHERE reach.first < 0 OR reach.last > char_length(revisions.text))', TG_ARGV[i], TG_ARGV[i + 1]
        ) INTO outside;
        IF outside THEN
            RAISE EXCEPTION '%: % points outside the article', TG_TABLE_NAME, TG_ARGV[i]
                USING ERRCODE = 'check_violation', CONSTRAINT = 'spans_are_inside';
        END IF;
    END LOOP;
    RETURN NULL;
END
$$
"""
VERBATIM = {
    "quotes": ("text", "content", "cue_text", "cue"),
    "stances": ("evidence_text", "evidence"),
    "weapon_facts": ("evidence_text", "evidence"),
}
MULTIRANGES = {
    "quotes": ("content", "source", "cue"),
    "stances": ("evidence",),
    "weapon_facts": ("mention", "evidence"),
    "appearances": ("role_at", "affiliation_at", "party_at", "constituency_at", "country_at"),
}


def upgrade() -> None:
    _create_tables()
    op.execute(REVISIONS_ARE_FINAL)
    op.execute(REVISIONS_ARE_FINAL_TRIGGER)
    op.execute(WORDS_ARE_VERBATIM)
    op.execute(SPANS_ARE_INSIDE)
    for table, columns in VERBATIM.items():
        _on_change(table, "words_are_verbatim", *columns)
    for table, columns in MULTIRANGES.items():
        _on_change(table, "spans_are_inside", *(f"{end}({column})" for column in columns for end in ("lower", "upper")))
    _on_change("mentions", "spans_are_inside", "start", '"end"')


def downgrade() -> None:
    _drop_tables()
    for function in ("spans_are_inside", "words_are_verbatim", "revisions_are_final"):
        op.execute(f"DROP FUNCTION {function}")


def _on_change(table: str, function: str, *arguments: str) -> None:
    quoted = ", ".join(f"'{argument}'" for argument in arguments)
    for event in ("INSERT", "UPDATE"):
        op.execute(
            f"CREATE TRIGGER {function}_on_{event.lower()} AFTER {event} ON {table}"
            f" REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION {function}({quoted})"
        )


def _create_tables() -> None:

    op.create_table(
        "articles",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("revision_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("articles_pkey")),
        sa.UniqueConstraint("revision_id", name=op.f("articles_revision_id_key")),
        sa.UniqueConstraint("url", name=op.f("articles_url_key")),
    )
    op.create_table(
        "topics",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("aliases", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("keywords", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("topics_pkey")),
        sa.UniqueConstraint("slug", name=op.f("topics_slug_key")),
        sa.UniqueConstraint("statement", name=op.f("topics_statement_key")),
    )
    op.create_table(
        "weapons",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("weapons_pkey")),
        sa.UniqueConstraint("slug", name=op.f("weapons_slug_key")),
    )
    op.create_table(
        "revisions",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("byline", sa.Text(), nullable=True),
        sa.Column("publisher", sa.Text(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column(
            "sort_on", sa.Date(), sa.Computed("coalesce(published_on, '0001-01-01'::date)", persisted=True), nullable=False
        ),
        sa.Column(
            "words",
            sa.Integer(),
            sa.Computed("array_length(regexp_split_to_array(btrim(text), '\\s+'), 1)", persisted=True),
            nullable=False,
        ),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extractor_version", sa.Text(), nullable=True),
        sa.Column("extracted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "warnings", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'::jsonb"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex')", name=op.f("revisions_sha256_check")),
        sa.CheckConstraint("text ~ '\\S'", name=op.f("revisions_text_not_empty_check")),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name=op.f("revisions_article_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("revisions_pkey")),
        sa.UniqueConstraint("article_id", "number", name=op.f("revisions_article_id_number_key")),
        sa.UniqueConstraint("sha256", name=op.f("revisions_sha256_key")),
    )
    op.create_index(op.f("revisions_publisher_sort_on_id_idx"), "revisions", ["publisher", "sort_on", "id"], unique=False)
    op.create_index(op.f("revisions_sort_on_id_idx"), "revisions", ["sort_on", "id"], unique=False)
    op.create_table(
        "speakers",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind IN ('person', 'organization', 'group')", name=op.f("speakers_kind_check")),
        sa.CheckConstraint("anonymous = (article_id IS NOT NULL)", name=op.f("speakers_anonymous_stays_check")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("speakers_article_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("speakers_pkey")),
        sa.UniqueConstraint("slug", name=op.f("speakers_slug_key")),
    )
    op.create_index(op.f("speakers_article_id_idx"), "speakers", ["article_id"], unique=False)
    op.create_index(
        "speakers_stem_idx", "speakers", [sa.literal_column("regexp_replace(slug, '-[0-9]+$', '')")], unique=False
    )
    op.create_table(
        "appearances",
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("speaker_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("role_at", postgresql.INT4MULTIRANGE(), nullable=True),
        sa.Column("affiliation", sa.Text(), nullable=True),
        sa.Column("affiliation_at", postgresql.INT4MULTIRANGE(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("party_at", postgresql.INT4MULTIRANGE(), nullable=True),
        sa.Column("constituency", sa.Text(), nullable=True),
        sa.Column("constituency_at", postgresql.INT4MULTIRANGE(), nullable=True),
        sa.Column("country", sa.Text(), nullable=True),
        sa.Column("country_at", postgresql.INT4MULTIRANGE(), nullable=True),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name=op.f("appearances_country_check")),
        sa.CheckConstraint(
            "(affiliation IS NULL) = (affiliation_at IS NULL)", name=op.f("appearances_affiliation_shown_check")
        ),
        sa.CheckConstraint(
            "(constituency IS NULL) = (constituency_at IS NULL)", name=op.f("appearances_constituency_shown_check")
        ),
        sa.CheckConstraint("(country IS NULL) = (country_at IS NULL)", name=op.f("appearances_country_shown_check")),
        sa.CheckConstraint("(party IS NULL) = (party_at IS NULL)", name=op.f("appearances_party_shown_check")),
        sa.CheckConstraint("(role IS NULL) = (role_at IS NULL)", name=op.f("appearances_role_shown_check")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("appearances_revision_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speakers.id"], name=op.f("appearances_speaker_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("revision_id", "speaker_id", name=op.f("appearances_pkey")),
        comment="What an article says of a speaker",
    )
    op.create_index(op.f("appearances_country_idx"), "appearances", ["country"], unique=False)
    op.create_index("appearances_party_idx", "appearances", [sa.literal_column("lower(party)")], unique=False)
    op.create_index(
        op.f("appearances_speaker_id_revision_id_idx"), "appearances", ["speaker_id", "revision_id"], unique=False
    )
    op.create_table(
        "judgements",
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("extractor_version", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("judgements_revision_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("judgements_topic_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("topic_id", "revision_id", name=op.f("judgements_pkey")),
        comment="Which revisions have been judged on which topics: a topic without stances is a result too",
    )
    op.create_index(op.f("judgements_revision_id_idx"), "judgements", ["revision_id"], unique=False)
    op.create_table(
        "mentions",
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("speaker_id", sa.BigInteger(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.CheckConstraint("form IN ('name', 'nominal', 'pronoun')", name=op.f("mentions_form_check")),
        sa.CheckConstraint('0 <= start AND start < "end"', name=op.f("mentions_span_check")),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("mentions_revision_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["speaker_id"], ["speakers.id"], name=op.f("mentions_speaker_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("revision_id", "start", "end", "speaker_id", name=op.f("mentions_pkey")),
    )
    op.create_index(op.f("mentions_speaker_id_revision_id_idx"), "mentions", ["speaker_id", "revision_id"], unique=False)
    op.create_table(
        "quotes",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("content", postgresql.INT4MULTIRANGE(), nullable=False),
        sa.Column("source", postgresql.INT4MULTIRANGE(), nullable=False),
        sa.Column("cue", postgresql.INT4MULTIRANGE(), nullable=False),
        sa.Column("cue_text", sa.Text(), nullable=True),
        sa.Column("speaker_id", sa.BigInteger(), nullable=True),
        sa.Column("assertion", sa.Text(), nullable=False),
        sa.Column("said_on", sa.Text(), nullable=True, comment="EDTF, as precise as the article"),
        sa.Column("said_first", sa.Date(), nullable=True, comment="first day that said_on can mean"),
        sa.Column("said_last", sa.Date(), nullable=True, comment="last day that said_on can mean"),
        sa.Column("said_to", sa.Text(), nullable=True),
        sa.Column("medium", sa.Text(), nullable=True),
        sa.Column("via", sa.Text(), nullable=True),
        sa.Column("same_as", sa.BigInteger(), nullable=True),
        sa.Column("confidence", sa.REAL(), nullable=False),
        sa.Column("sort_on", sa.Date(), nullable=False),
        sa.Column(
            "search", postgresql.TSVECTOR(), sa.Computed("to_tsvector('english', text)", persisted=True), nullable=False
        ),
        sa.CheckConstraint(
            "assertion IN ('asserted', 'denied', 'questioned', 'hypothetical', 'refused')",
            name=op.f("quotes_assertion_check"),
        ),
        sa.CheckConstraint("kind IN ('direct', 'indirect', 'mixed')", name=op.f("quotes_kind_check")),
        sa.CheckConstraint("NOT isempty(content)", name=op.f("quotes_content_not_empty_check")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("quotes_confidence_check")),
        sa.CheckConstraint(
            "num_nulls(said_on, said_first, said_last) IN (0, 3) AND said_first <= said_last",
            name=op.f("quotes_said_on_check"),
        ),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("quotes_revision_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["same_as"], ["quotes.id"], name=op.f("quotes_same_as_fkey"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["speaker_id"], ["speakers.id"], name=op.f("quotes_speaker_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("quotes_pkey")),
        sa.UniqueConstraint("revision_id", "content", "source", name=op.f("quotes_revision_id_content_source_key")),
    )
    op.create_index(op.f("quotes_said_first_idx"), "quotes", ["said_first"], unique=False)
    op.create_index(op.f("quotes_said_last_idx"), "quotes", ["said_last"], unique=False)
    op.create_index(op.f("quotes_same_as_idx"), "quotes", ["same_as"], unique=False)
    op.create_index("quotes_search_idx", "quotes", ["search"], unique=False, postgresql_using="gin")
    op.create_index(op.f("quotes_sort_on_id_idx"), "quotes", ["sort_on", "id"], unique=False)
    op.create_index(op.f("quotes_speaker_id_sort_on_id_idx"), "quotes", ["speaker_id", "sort_on", "id"], unique=False)
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
        sa.ForeignKeyConstraint(
            ["speaker_id"], ["speakers.id"], name=op.f("speaker_names_speaker_id_fkey"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("speaker_id", "key", name=op.f("speaker_names_pkey")),
    )
    op.create_index(op.f("speaker_names_key_speaker_id_idx"), "speaker_names", ["key", "speaker_id"], unique=False)
    op.create_index(
        "speaker_names_words_idx",
        "speaker_names",
        [sa.literal_column("to_tsvector('simple', key)")],
        unique=False,
        postgresql_using="gin",
    )
    op.create_table(
        "stances",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("topic_id", sa.BigInteger(), nullable=False),
        sa.Column("speaker_id", sa.BigInteger(), nullable=False),
        sa.Column("polarity", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("evidence", postgresql.INT4MULTIRANGE(), nullable=False),
        sa.Column("evidence_text", sa.Text(), nullable=False),
        sa.Column("quote_id", sa.BigInteger(), nullable=True),
        sa.Column("confidence", sa.REAL(), nullable=False),
        sa.Column("sort_on", sa.Date(), nullable=False),
        sa.CheckConstraint("polarity IN ('support', 'oppose', 'neutral', 'mixed')", name=op.f("stances_polarity_check")),
        sa.CheckConstraint("NOT isempty(evidence)", name=op.f("stances_evidence_not_empty_check")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("stances_confidence_check")),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("stances_quote_id_fkey"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("stances_revision_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["speaker_id"], ["speakers.id"], name=op.f("stances_speaker_id_fkey")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("stances_topic_id_fkey"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("stances_pkey")),
        sa.UniqueConstraint(
            "revision_id",
            "topic_id",
            "speaker_id",
            "evidence",
            name=op.f("stances_revision_id_topic_id_speaker_id_evidence_key"),
        ),
    )
    op.create_index(op.f("stances_quote_id_idx"), "stances", ["quote_id"], unique=False)
    op.create_index(op.f("stances_sort_on_id_idx"), "stances", ["sort_on", "id"], unique=False)
    op.create_index(op.f("stances_speaker_id_sort_on_id_idx"), "stances", ["speaker_id", "sort_on", "id"], unique=False)
    op.create_index(op.f("stances_topic_id_sort_on_id_idx"), "stances", ["topic_id", "sort_on", "id"], unique=False)
    op.create_table(
        "weapon_facts",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("revision_id", sa.BigInteger(), nullable=False),
        sa.Column("weapon_id", sa.BigInteger(), nullable=False),
        sa.Column("mention", postgresql.INT4MULTIRANGE(), nullable=False),
        sa.Column("attribute", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("value_max", sa.Double(), nullable=True),
        sa.Column(
            "value_text", sa.Text(), nullable=True, comment="a value that is no number: a country, a maker, 'supersonic'"
        ),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("qualifier", sa.Text(), nullable=True),
        sa.Column("si_value", sa.Double(), nullable=True),
        sa.Column("si_unit", sa.Text(), nullable=True),
        sa.Column("party", sa.Text(), nullable=True),
        sa.Column("claimed_by", sa.BigInteger(), nullable=True, comment="null: the article says so itself"),
        sa.Column("quote_id", sa.BigInteger(), nullable=True),
        sa.Column("on", sa.Text(), nullable=True, comment="EDTF, as precise as the article"),
        sa.Column("evidence", postgresql.INT4MULTIRANGE(), nullable=False),
        sa.Column("evidence_text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.REAL(), nullable=False),
        sa.Column("sort_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "attribute IN ('range', 'speed', 'payload', 'caliber', 'unit_cost', 'quantity', 'origin', 'manufacturer',"
            "'operator', 'transfer', 'authorization', 'use', 'test', 'loss')",
            name=op.f("weapon_facts_attribute_check"),
        ),
        sa.CheckConstraint(
            "qualifier IN ('exactly', 'about', 'at_least', 'at_most', 'more_than', 'less_than')",
            name=op.f("weapon_facts_qualifier_check"),
        ),
        sa.CheckConstraint("(si_value IS NULL) = (si_unit IS NULL)", name=op.f("weapon_facts_si_check")),
        sa.CheckConstraint("NOT isempty(evidence) AND NOT isempty(mention)", name=op.f("weapon_facts_shown_check")),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name=op.f("weapon_facts_confidence_check")),
        sa.CheckConstraint("value IS NULL OR value_text IS NULL", name=op.f("weapon_facts_one_value_check")),
        sa.ForeignKeyConstraint(["claimed_by"], ["speakers.id"], name=op.f("weapon_facts_claimed_by_fkey")),
        sa.ForeignKeyConstraint(["quote_id"], ["quotes.id"], name=op.f("weapon_facts_quote_id_fkey"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["revision_id"], ["revisions.id"], name=op.f("weapon_facts_revision_id_fkey"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["weapon_id"], ["weapons.id"], name=op.f("weapon_facts_weapon_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("weapon_facts_pkey")),
    )
    op.create_index(
        op.f("weapon_facts_attribute_si_unit_si_value_idx"),
        "weapon_facts",
        ["attribute", "si_unit", "si_value"],
        unique=False,
    )
    op.create_index(
        op.f("weapon_facts_claimed_by_sort_on_id_idx"), "weapon_facts", ["claimed_by", "sort_on", "id"], unique=False
    )
    op.create_index("weapon_facts_party_idx", "weapon_facts", [sa.literal_column("lower(party)")], unique=False)
    op.create_index(op.f("weapon_facts_quote_id_idx"), "weapon_facts", ["quote_id"], unique=False)
    op.create_index(op.f("weapon_facts_revision_id_idx"), "weapon_facts", ["revision_id"], unique=False)
    op.create_index(op.f("weapon_facts_sort_on_id_idx"), "weapon_facts", ["sort_on", "id"], unique=False)
    op.create_index(
        op.f("weapon_facts_weapon_id_sort_on_id_idx"), "weapon_facts", ["weapon_id", "sort_on", "id"], unique=False
    )
    op.create_foreign_key("articles_revision_id_fkey", "articles", "revisions", ["revision_id"], ["id"])


def _drop_tables() -> None:
    op.drop_constraint("articles_revision_id_fkey", "articles")
    op.drop_table("weapon_facts")
    op.drop_table("stances")
    op.drop_table("speaker_names")
    op.drop_table("quotes")
    op.drop_table("mentions")
    op.drop_table("judgements")
    op.drop_table("appearances")
    op.drop_table("speakers")
    op.drop_table("revisions")
    op.drop_table("weapons")
    op.drop_table("topics")
    op.drop_table("articles")
