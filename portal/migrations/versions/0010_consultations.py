"""Consultations: drafts, acts of two persons, pauses, what was told."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010_consultations"
down_revision = "0009_rules"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
KEPT = ("abilities", "statuses", "weighed")
TIMES = ("paused_at", "created_at")


def upgrade() -> None:
    """Add what a draft, a pause and an act of two persons need."""
    for name in KEPT:
        column = sa.Column(name, JSON, nullable=False, server_default="{}")
        op.add_column("consultation", column)
    for name in TIMES:
        op.add_column("consultation", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    revision = sa.Column("revision", sa.Integer(), nullable=False, server_default="0")
    op.add_column("consultation", revision)
    op.create_table(
        "consultation_act",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "announce",
                "extend",
                "close",
                "cancel",
                "resume",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
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
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(1000), nullable=False),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> asked_by OR outcome = 'withdrawn'",
            name=op.f("ck_consultation_act_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_act_consultation_id_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_act")),
    )
    op.create_index(op.f("ix_consultation_act_asked_at"), "consultation_act", ["asked_at"])
    op.create_index(
        "uq_consultation_act_waiting",
        "consultation_act",
        ["consultation_id", "kind"],
        unique=True,
        sqlite_where=sa.text("outcome = 'waiting'"),
        postgresql_where=sa.text("outcome = 'waiting'"),
    )
    op.create_table(
        "consultation_told",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_told_consultation_id_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("consultation_id", "what", name=op.f("pk_consultation_told")),
    )


def downgrade() -> None:
    """Remove them."""
    op.drop_table("consultation_told")
    op.drop_table("consultation_act")
    for name in ("revision", *TIMES, *KEPT):
        op.drop_column("consultation", name)
