"""Tables of the room of proposals."""

import sqlalchemy as sa
from alembic import op

revision = "0004_proposals"
down_revision = "0003_consultations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "proposal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(150), nullable=False),
        sa.Column("body", sa.String(3000), nullable=False),
        sa.Column("search", sa.String(6300), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("theme", sa.String(40), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("district", sa.String(40), nullable=True),
        sa.Column("area", sa.String(40), nullable=True),
        sa.Column("indicator", sa.String(80), nullable=True),
        sa.Column(
            "direction",
            sa.Enum(
                "up", "down", name="direction", native_enum=False, create_constraint=True, length=24
            ),
            nullable=True,
        ),
        sa.Column("scenario", sa.String(120), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "published",
                "evaluating",
                "accepted",
                "rejected",
                "modelled",
                "withdrawn",
                "hidden",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(1000), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "hidden_from",
            sa.Enum(
                "published",
                "evaluating",
                "accepted",
                "rejected",
                "modelled",
                "withdrawn",
                "hidden",
                name="hidden_from_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("hidden_from_reason", sa.String(1000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("supports_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'hidden') = (hidden_from IS NOT NULL)", name=op.f("ck_proposal_hidden_from")
        ),
        sa.CheckConstraint(
            "(indicator IS NULL) = (direction IS NULL)", name=op.f("ck_proposal_whole_wish")
        ),
        sa.CheckConstraint("(lat IS NULL) = (lon IS NULL)", name=op.f("ck_proposal_whole_point")),
        sa.CheckConstraint(
            "lat IS NULL OR district IS NOT NULL", name=op.f("ck_proposal_point_in_district")
        ),
        sa.CheckConstraint("supports_count >= 0", name=op.f("ck_proposal_supports_count")),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["account.id"],
            name=op.f("fk_proposal_author_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_proposal_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index("ix_proposal_author", ["author_id", "created_at"], unique=False)
        batch_op.create_index(
            "ix_proposal_indicator", ["indicator", "supports_count"], unique=False
        )
        batch_op.create_index("ix_proposal_latest", ["created_at", "id"], unique=False)
        batch_op.create_index(
            "ix_proposal_most_supported", ["consultation_id", "supports_count", "id"], unique=False
        )
        batch_op.create_index(
            "ix_proposal_newest", ["consultation_id", "created_at", "id"], unique=False
        )
        batch_op.create_index("ix_proposal_scenario", ["scenario", "supports_count"], unique=False)

    op.create_table(
        "report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "spam",
                "offensive",
                "off_topic",
                "personal_data",
                name="report_reason",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.String(500), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_report_account_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_report_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint(
            "proposal_id", "account_id", name=op.f("uq_report_proposal_id_account_id")
        ),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index("ix_report_waiting", ["settled_at", "created_at"], unique=False)

    op.create_table(
        "support",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_support_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposal.id"], name=op.f("fk_support_proposal_id_proposal")
        ),
        sa.PrimaryKeyConstraint("proposal_id", "account_id", name=op.f("pk_support")),
    )
    with op.batch_alter_table("support", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_support_account_id"), ["account_id"], unique=False)


def downgrade() -> None:
    """Remove the tables."""
    with op.batch_alter_table("support", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_support_account_id"))

    op.drop_table("support")
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index("ix_report_waiting")

    op.drop_table("report")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index("ix_proposal_scenario")
        batch_op.drop_index("ix_proposal_newest")
        batch_op.drop_index("ix_proposal_most_supported")
        batch_op.drop_index("ix_proposal_latest")
        batch_op.drop_index("ix_proposal_indicator")
        batch_op.drop_index("ix_proposal_author")

    op.drop_table("proposal")
