"""Tables of the room of observations; decisions can only be added."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005_observations"
down_revision = "0004_proposals"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")

SQLITE = (
    "CREATE TRIGGER review_kept_{0} BEFORE {0} ON review "
    "BEGIN SELECT RAISE(ABORT, 'decisions are added, never changed'); END"
)
POSTGRESQL = (
    "CREATE TRIGGER review_kept_{0} BEFORE {0} ON review "
    "FOR EACH ROW EXECUTE FUNCTION review_kept()"
)
FOREVER = {
    "sqlite": [SQLITE.format("update"), SQLITE.format("delete")],
    "postgresql": [
        "CREATE FUNCTION review_kept() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'decisions are added, never changed'; END $$",
        POSTGRESQL.format("update"),
        POSTGRESQL.format("delete"),
    ],
}


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "campaign",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("dataset", sa.String(80), nullable=False),
        sa.Column("family", sa.String(80), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("purpose", JSON, nullable=False),
        sa.Column("instructions", JSON, nullable=False),
        sa.Column("observed_property", sa.String(80), nullable=False),
        sa.Column("property_name", JSON, nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("unit_shown", sa.String(40), nullable=False),
        sa.Column("minimum", sa.Float(), nullable=False),
        sa.Column("maximum", sa.Float(), nullable=False),
        sa.Column("decimals", sa.Integer(), nullable=False),
        sa.Column("procedure", JSON, nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolution", sa.Integer(), nullable=False),
        sa.Column("photos", sa.String(20), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.CheckConstraint("minimum < maximum", name=op.f("ck_campaign_minimum_below_maximum")),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_campaign_opens_before_closes")),
        sa.CheckConstraint(
            "resolution BETWEEN 6 AND 11", name=op.f("ck_campaign_resolution_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
        sa.UniqueConstraint("slug", name=op.f("uq_campaign_slug")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_campaign_dataset"), ["dataset"], unique=False)
        batch_op.create_index(batch_op.f("ix_campaign_family"), ["family"], unique=False)

    op.create_table(
        "check_count",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.String(40), nullable=False),
        sa.Column("version", sa.String(20), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_check_count_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "check_id", "version", name=op.f("pk_check_count")),
    )
    op.create_table(
        "observation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("contributor_id", sa.Uuid(), nullable=True),
        sa.Column("result", sa.Float(), nullable=False),
        sa.Column("unit", sa.String(40), nullable=False),
        sa.Column("phenomenon_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cell", sa.String(16), nullable=True),
        sa.Column("district", sa.String(60), nullable=True),
        sa.Column("accuracy", sa.Float(), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column(
            "grade",
            sa.Enum(
                "received",
                "checked",
                "accepted",
                "accepted_with_caveat",
                "rejected",
                name="grade",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("checks", JSON, nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.CheckConstraint("confidence <= 0", name=op.f("ck_observation_confidence_counts")),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_observation_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["contributor_id"], ["account.id"], name=op.f("fk_observation_contributor_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_observation_key_hash")),
    )
    with op.batch_alter_table("observation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_observation_contributor_id"), ["contributor_id"], unique=False
        )
        batch_op.create_index("ix_observation_place", ["campaign_id", "cell"], unique=False)
        batch_op.create_index(
            "ix_observation_received", ["campaign_id", "received_at"], unique=False
        )
    op.create_index(
        "ix_observation_queue",
        "observation",
        ["confidence", "received_at", "id"],
        sqlite_where=sa.text("grade IN ('received', 'checked')"),
        postgresql_where=sa.text("grade IN ('received', 'checked')"),
    )

    op.create_table(
        "review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "received",
                "checked",
                "accepted",
                "accepted_with_caveat",
                "rejected",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["observation.id"],
            name=op.f("fk_review_observation_id_observation"),
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["account.id"], name=op.f("fk_review_reviewer_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_review_observation_id"), ["observation_id"], unique=False
        )

    for statement in FOREVER[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    """Remove the tables."""
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_observation_id"))

    op.drop_table("review")
    op.drop_index("ix_observation_queue", table_name="observation")
    with op.batch_alter_table("observation", schema=None) as batch_op:
        batch_op.drop_index("ix_observation_received")
        batch_op.drop_index("ix_observation_place")
        batch_op.drop_index(batch_op.f("ix_observation_contributor_id"))

    op.drop_table("observation")
    op.drop_table("check_count")
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_family"))
        batch_op.drop_index(batch_op.f("ix_campaign_dataset"))

    op.drop_table("campaign")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION review_kept()")
