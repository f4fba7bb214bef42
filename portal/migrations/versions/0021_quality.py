"""Second opinions and decisions about many at once; numbers kept by grade and by place."""

import sqlalchemy as sa
from alembic import op

from portal.migrations.altering import add_choice
from portal.observations.kept_counts import FILLING, GONE, KEEPING

revision = "0021_quality"
down_revision = "0020_series"
branch_labels = None
depends_on = None

GRADES = ("checked", "received", "accepted", "accepted_with_caveat", "rejected")
UNDECIDED = "grade IN ('received', 'checked')"
ACCEPTED = "grade IN ('accepted', 'accepted_with_caveat')"
SOME = {
    "queue_campaign": (["campaign_id", "confidence", "received_at", "id"], UNDECIDED),
    "queue_district": (["district", "confidence", "received_at", "id"], UNDECIDED),
    "waiting": (["received_at"], UNDECIDED),
    "accepted": (["campaign_id", "received_at"], ACCEPTED),
    "near": (["campaign_id", "cell", "received_at"], ACCEPTED),
    "passed_on": (["passed_on_by"], "passed_on_by IS NOT NULL"),
}
NEVER = {
    "sqlite": "CREATE TRIGGER review_kept_update BEFORE UPDATE ON review "
    "BEGIN SELECT RAISE(ABORT, 'decisions are added, never changed'); END",
    "postgresql": "CREATE TRIGGER review_kept_update BEFORE UPDATE ON review "
    "FOR EACH ROW EXECUTE FUNCTION review_kept()",
}
NUMBERED = "CONSTRAINT ck_review_numbered CHECK (number > 0)"
NUMBERS = (
    "UPDATE review SET number = (SELECT count(*) FROM review AS other "
    "WHERE other.observation_id = review.observation_id AND "
    "(other.at < review.at OR (other.at = review.at AND other.id <= review.id)))"
)


def upgrade() -> None:
    """Number the decisions, keep counts, remember doubts and whom to tell."""
    dialect = op.get_context().dialect.name
    _number_decisions(dialect)
    op.add_column("observation", sa.Column("passed_on_by", sa.Uuid(), nullable=True))
    op.drop_index("ix_observation_contributor_id", "observation")
    op.create_index("ix_observation_measured", "observation", ["contributor_id", "phenomenon_time"])
    for name, (columns, where) in SOME.items():
        only = sa.text(where)
        op.create_index(
            f"ix_observation_{name}",
            "observation",
            columns,
            sqlite_where=only,
            postgresql_where=only,
        )
    for name in ("overturned", "confirmed"):
        column = sa.Column(name, sa.Integer(), nullable=False, server_default="0")
        op.add_column("check_count", column)
    _tables()
    for statement in (*FILLING[dialect], *KEEPING[dialect]):
        op.execute(statement)


def _number_decisions(dialect: str) -> None:
    """Give each decision its place in the history; for this once they may be changed."""
    on = " ON review" if dialect == "postgresql" else ""
    op.execute(f"ALTER TABLE review ADD COLUMN number INTEGER DEFAULT 1 NOT NULL {NUMBERED}")
    add_choice("review", "act", "ck_review_act", ("decided", "passed_on", "undone"))
    add_choice("review", "before", "ck_review_before", GRADES)
    op.add_column("review", sa.Column("together", sa.Uuid(), nullable=True))
    op.execute(f"DROP TRIGGER review_kept_update{on}")
    op.execute(NUMBERS)
    op.execute(NEVER[dialect])
    op.drop_index("ix_review_observation_id", "review")
    op.create_index("ix_review_number", "review", ["observation_id", "number"], unique=True)
    op.create_index("ix_review_reviewer", "review", ["reviewer_id", "at"])
    for name in ("together", "at"):
        op.create_index(f"ix_review_{name}", "review", [name])


def _tables() -> None:
    op.create_table(
        "grade_count",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column(
            "grade",
            sa.Enum(
                "received",
                "checked",
                "accepted",
                "accepted_with_caveat",
                "rejected",
                name="counted_grade",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_grade_count_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "grade", name=op.f("pk_grade_count")),
    )
    op.create_table(
        "place_count",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("cell", sa.String(16), nullable=False),
        sa.Column("district", sa.String(60), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_place_count_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("campaign_id", "cell", "district", name=op.f("pk_place_count")),
    )
    op.create_table(
        "presence",
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("cell", sa.String(16), nullable=False),
        sa.Column("district", sa.String(60), nullable=False),
        sa.Column("contributor_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_presence_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint(
            "campaign_id", "cell", "district", "contributor_id", name=op.f("pk_presence")
        ),
    )
    op.create_table(
        "observation_doubt",
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.String(40), nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["observation.id"],
            name=op.f("fk_observation_doubt_observation_id_observation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("observation_id", "check_id", name=op.f("pk_observation_doubt")),
    )
    with op.batch_alter_table("observation_doubt", schema=None) as batch_op:
        batch_op.create_index(
            "ix_observation_doubt_queue",
            ["check_id", "confidence", "received_at", "observation_id"],
            unique=False,
        )

    op.create_table(
        "review_news",
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("review_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("bundled", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["observation.id"],
            name=op.f("fk_review_news_observation_id_observation"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_news_review_id_review")
        ),
        sa.PrimaryKeyConstraint("observation_id", name=op.f("pk_review_news")),
    )
    with op.batch_alter_table("review_news", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_news_due_at"), ["due_at"], unique=False)


def downgrade() -> None:
    """Remove them; of decisions the rows stay, those passed on and undone too."""
    dialect = op.get_context().dialect.name
    for statement in GONE[dialect]:
        op.execute(statement)
    for name in ("review_news", "presence", "place_count", "observation_doubt", "grade_count"):
        op.drop_table(name)
    for name in ("confirmed", "overturned"):
        op.drop_column("check_count", name)
    for name in (*SOME, "measured"):
        op.drop_index(f"ix_observation_{name}", "observation")
    op.create_index("ix_observation_contributor_id", "observation", ["contributor_id"])
    op.drop_column("observation", "passed_on_by")
    for name in ("together", "at", "reviewer", "number"):
        op.drop_index(f"ix_review_{name}", "review")
    op.create_index("ix_review_observation_id", "review", ["observation_id"])
    for name in ("together", "before", "act", "number"):
        op.drop_column("review", name)
