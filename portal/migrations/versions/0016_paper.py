"""Paper codes, their batches, and votes written in from paper."""

import sqlalchemy as sa
from alembic import op

revision = "0016_paper"
down_revision = "0015_voting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "paper_try",
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name=op.f("pk_paper_try")),
    )
    with op.batch_alter_table("paper_try", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_try_since"), ["since"], unique=False)

    op.create_table(
        "vote_pass",
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("sealed", sa.String(2000), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_vote_pass")),
    )
    with op.batch_alter_table("vote_pass", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vote_pass_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "paper_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "codes",
                "ballots",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("label", sa.String(80), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ordered_by", sa.Uuid(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by", sa.Uuid(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(1000), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "made_at IS NULL OR released_at IS NOT NULL", name=op.f("ck_paper_batch_released_first")
        ),
        sa.CheckConstraint(
            "released_by IS NULL OR released_by <> ordered_by",
            name=op.f("ck_paper_batch_two_persons"),
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_paper_batch_consultation_id_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_batch")),
    )
    with op.batch_alter_table("paper_batch", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_paper_batch_consultation_id"), ["consultation_id"], unique=False
        )

    op.create_table(
        "paper_slip",
        sa.Column("serial", sa.String(5), nullable=False),
        sa.Column("batch_id", sa.Uuid(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["paper_batch.id"],
            name=op.f("fk_paper_slip_batch_id_paper_batch"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_paper_slip")),
    )
    with op.batch_alter_table("paper_slip", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_slip_batch_id"), ["batch_id"], unique=False)

    op.create_table(
        "sheet_cast",
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("first_by", sa.Uuid(), nullable=False),
        sa.Column("second_by", sa.Uuid(), nullable=False),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("valid", sa.Boolean(), nullable=False),
        sa.Column("cast_on", sa.Date(), nullable=False),
        sa.CheckConstraint("first_by <> second_by", name=op.f("ck_sheet_cast_two_persons")),
        sa.ForeignKeyConstraint(
            ["serial"],
            ["paper_slip.serial"],
            name=op.f("fk_sheet_cast_serial_paper_slip"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("serial", name=op.f("pk_sheet_cast")),
    )
    op.create_table(
        "sheet_entry",
        sa.Column("serial", sa.String(), nullable=False),
        sa.Column("operator", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.String(4000), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.CheckConstraint("turn IN (1, 2)", name=op.f("ck_sheet_entry_two_turns")),
        sa.ForeignKeyConstraint(
            ["serial"],
            ["paper_slip.serial"],
            name=op.f("fk_sheet_entry_serial_paper_slip"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("serial", "operator", name=op.f("pk_sheet_entry")),
        sa.UniqueConstraint("serial", "turn", name=op.f("uq_sheet_entry_serial_turn")),
    )


def downgrade() -> None:
    """Remove the tables."""
    op.drop_table("sheet_entry")
    op.drop_table("sheet_cast")
    with op.batch_alter_table("paper_slip", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_slip_batch_id"))

    op.drop_table("paper_slip")
    with op.batch_alter_table("paper_batch", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_batch_consultation_id"))

    op.drop_table("paper_batch")
    with op.batch_alter_table("vote_pass", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vote_pass_expires_at"))

    op.drop_table("vote_pass")
    with op.batch_alter_table("paper_try", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paper_try_since"))

    op.drop_table("paper_try")
