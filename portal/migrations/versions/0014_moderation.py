"""Moderation: cases, decisions, originals, appeals; where answers' texts come from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014_moderation"
down_revision = "0013_proposals"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "moderation_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "proposal",
                "comment",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("comment_id", sa.Uuid(), nullable=True),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column(
            "why",
            sa.Enum(
                "first_post",
                "report",
                "hint",
                "edit",
                "appeal",
                "staff",
                name="why",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("hints", JSON, nullable=False),
        sa.Column("doubt", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.Uuid(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "escalated",
            sa.Enum(
                "colleague",
                "administrator",
                name="escalated",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("escalated_by", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'comment') = (comment_id IS NOT NULL)",
            name=op.f("ck_moderation_case_of_one_thing"),
        ),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_until IS NULL)",
            name=op.f("ck_moderation_case_whole_claim"),
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["account.id"],
            name=op.f("fk_moderation_case_author_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment.id"],
            name=op.f("fk_moderation_case_comment_id_comment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_moderation_case_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_moderation_case_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_case")),
    )
    with op.batch_alter_table("moderation_case", schema=None) as batch_op:
        batch_op.create_index("ix_moderation_case_author", ["author_id"], unique=False)
        batch_op.create_index(
            "ix_moderation_case_of_comment", ["comment_id", "opened_at"], unique=False
        )
        batch_op.create_index(
            "ix_moderation_case_of_proposal", ["proposal_id", "opened_at"], unique=False
        )
        batch_op.create_index(
            "ix_moderation_case_one_comment",
            ["comment_id"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL AND comment_id IS NOT NULL"),
            postgresql_where=sa.text("settled_at IS NULL AND comment_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_moderation_case_one_proposal",
            ["proposal_id"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL AND comment_id IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL AND comment_id IS NULL"),
        )
        batch_op.create_index("ix_moderation_case_opened", ["opened_at"], unique=False)
        batch_op.create_index(
            "ix_moderation_case_queue",
            ["place", "id"],
            unique=False,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.create_index("ix_moderation_case_settled", ["settled_at"], unique=False)

    op.create_table(
        "moderation_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column(
            "step",
            sa.Enum(
                "keep",
                "redact",
                "hide",
                "restore",
                "family",
                "escalate",
                "uphold",
                "reverse",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("rule", sa.String(24), nullable=True),
        sa.Column("sentence", sa.String(24), nullable=True),
        sa.Column("reason", sa.String(1000), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("before", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["moderation_case.id"],
            name=op.f("fk_moderation_decision_case_id_moderation_case"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_decision")),
    )
    with op.batch_alter_table("moderation_decision", schema=None) as batch_op:
        batch_op.create_index("ix_moderation_decision_at", ["at", "id"], unique=False)
        batch_op.create_index("ix_moderation_decision_by", ["by", "at", "id"], unique=False)
        batch_op.create_index("ix_moderation_decision_of", ["case_id", "at"], unique=False)

    op.create_table(
        "moderation_appeal",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.String(2000), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "upheld",
                "reversed",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(outcome IS NULL) = (settled_at IS NULL)", name=op.f("ck_moderation_appeal_outcome_at")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["account.id"],
            name=op.f("fk_moderation_appeal_author_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["moderation_case.id"],
            name=op.f("fk_moderation_appeal_case_id_moderation_case"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["moderation_decision.id"],
            name=op.f("fk_moderation_appeal_decision_id_moderation_decision"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_moderation_appeal")),
    )
    with op.batch_alter_table("moderation_appeal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_moderation_appeal_at"), ["at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_moderation_appeal_author_id"), ["author_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_moderation_appeal_case_id"), ["case_id"], unique=False)

    op.create_table(
        "moderation_original",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("words", JSON, nullable=False),
        sa.Column("keep_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["moderation_decision.id"],
            name=op.f("fk_moderation_original_decision_id_moderation_decision"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_moderation_original")),
    )
    with op.batch_alter_table("moderation_original", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_moderation_original_keep_until"), ["keep_until"], unique=False
        )
    op.add_column(
        "proposal_answer", sa.Column("statuses", JSON, server_default="{}", nullable=False)
    )
    op.create_index("ix_proposal_answer_package", "proposal_answer", ["package", "at"])


def downgrade() -> None:
    """Remove the tables."""
    op.drop_index("ix_proposal_answer_package", "proposal_answer")
    op.drop_column("proposal_answer", "statuses")
    with op.batch_alter_table("moderation_original", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_moderation_original_keep_until"))

    op.drop_table("moderation_original")
    with op.batch_alter_table("moderation_appeal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_moderation_appeal_case_id"))
        batch_op.drop_index(batch_op.f("ix_moderation_appeal_author_id"))
        batch_op.drop_index(batch_op.f("ix_moderation_appeal_at"))

    op.drop_table("moderation_appeal")
    with op.batch_alter_table("moderation_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_decision_of")
        batch_op.drop_index("ix_moderation_decision_by")
        batch_op.drop_index("ix_moderation_decision_at")

    op.drop_table("moderation_decision")
    with op.batch_alter_table("moderation_case", schema=None) as batch_op:
        batch_op.drop_index("ix_moderation_case_settled")
        batch_op.drop_index(
            "ix_moderation_case_queue",
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )
        batch_op.drop_index("ix_moderation_case_opened")
        batch_op.drop_index(
            "ix_moderation_case_one_proposal",
            sqlite_where=sa.text("settled_at IS NULL AND comment_id IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL AND comment_id IS NULL"),
        )
        batch_op.drop_index(
            "ix_moderation_case_one_comment",
            sqlite_where=sa.text("settled_at IS NULL AND comment_id IS NOT NULL"),
            postgresql_where=sa.text("settled_at IS NULL AND comment_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_moderation_case_of_proposal")
        batch_op.drop_index("ix_moderation_case_of_comment")
        batch_op.drop_index("ix_moderation_case_author")

    op.drop_table("moderation_case")
