"""Who has a measurement open on the desk; who translated a campaign; when followers were told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0026_observations"
down_revision = "0025_street"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add them; of campaigns that opened before, nobody is told any more."""
    op.create_table(
        "review_claim",
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"], ["observation.id"], ondelete="CASCADE",
            name=op.f("fk_review_claim_observation_id_observation"),
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["account.id"], name=op.f("fk_review_claim_reviewer_id_account")
        ),
        sa.PrimaryKeyConstraint("observation_id", name=op.f("pk_review_claim")),
    )  # fmt: skip
    op.create_index(op.f("ix_review_claim_reviewer_id"), "review_claim", ["reviewer_id"])
    op.add_column("campaign", sa.Column("statuses", JSON, server_default="{}", nullable=False))
    op.add_column("campaign", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE campaign SET told_at = opens_at WHERE opens_at <= CURRENT_TIMESTAMP")


def downgrade() -> None:
    """Remove them."""
    op.drop_column("campaign", "told_at")
    op.drop_column("campaign", "statuses")
    op.drop_table("review_claim")
