"""Tables of the room of council."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007_council"
down_revision = "0006_datasets"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")

# An answer that was given stands.
SQLITE = """
CREATE TRIGGER council_item_stands BEFORE UPDATE ON council_item WHEN OLD.answered_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'an answer of the council stands'); END
"""
FUNCTION = """
CREATE OR REPLACE FUNCTION council_item_stands() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN RAISE EXCEPTION 'an answer of the council stands'; END $body$
"""
POSTGRES = """
CREATE TRIGGER council_item_stands BEFORE UPDATE ON council_item FOR EACH ROW
WHEN (OLD.answered_at IS NOT NULL) EXECUTE FUNCTION council_item_stands()
"""


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "council_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "none",
                "accepted",
                "accepted_in_part",
                "rejected",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_review_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (decision = 'none')", name=op.f("ck_council_item_answer_whole")
        ),
        sa.CheckConstraint(
            "received_on <= due_on", name=op.f("ck_council_item_received_before_due")
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_council_item_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_item")),
        sa.UniqueConstraint("consultation_id", name=op.f("uq_council_item_consultation_id")),
    )
    with op.batch_alter_table("council_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_council_item_due_on"), ["due_on"], unique=False)

    op.create_table(
        "council_milestone",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["council_item.id"], name=op.f("fk_council_milestone_item_id_council_item")
        ),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_council_milestone")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(SQLITE)
    else:
        op.execute(FUNCTION)
        op.execute(POSTGRES)


def downgrade() -> None:
    """Remove the tables."""
    op.drop_table("council_milestone")
    with op.batch_alter_table("council_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_council_item_due_on"))

    op.drop_table("council_item")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION council_item_stands()")
