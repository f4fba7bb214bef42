"""Signs of concerted voting, and what two persons decided about them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0018_guard"
down_revision = "0017_versions"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "guard_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "release",
                "exclude",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("cases", JSON, nullable=False),
        sa.Column("ground", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("appeal", sa.Boolean(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "waiting",
                "confirmed",
                "refused",
                "withdrawn",
                "expired",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(1000), nullable=False),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by OR outcome = 'withdrawn' OR appeal",
            name=op.f("ck_guard_act_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_guard_act_consultation_id_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guard_act")),
    )
    with op.batch_alter_table("guard_act", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_guard_act_consultation_id"), ["consultation_id"], unique=False
        )


def downgrade() -> None:
    """Remove the tables."""
    with op.batch_alter_table("guard_act", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_guard_act_consultation_id"))

    op.drop_table("guard_act")
