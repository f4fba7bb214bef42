"""Identities: proven people, second factors, what sessions tell, who may vote."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008_identity"
down_revision = "0007_council"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the tables and columns."""
    # Column by column: SQLite would otherwise copy and drop tables that others point to, and take
    # the drop for the going of every account.
    op.add_column("account", sa.Column("person", sa.String(64), nullable=True))
    op.add_column("account", sa.Column("leaves_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_account_person"), "account", ["person"], unique=True)
    for column in (
        sa.Column("channel", sa.String(20), nullable=False, server_default="email"),
        sa.Column("device", sa.String(40), nullable=False, server_default=""),
        sa.Column("facts", JSON, nullable=False, server_default="{}"),
        sa.Column("second_at", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("sign_in", column)
    op.add_column(
        "consultation", sa.Column("eligibility", JSON, nullable=False, server_default="{}")
    )
    op.create_table(
        "declaration",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("fact", sa.String(20), nullable=False),
        sa.Column("declared_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_declaration_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "fact", name=op.f("pk_declaration")),
    )
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.String(400), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_second_factor_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_recovery_code_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_account_id"), "recovery_code", ["account_id"])
    op.create_table(
        "spent_state",
        sa.Column("state_hash", sa.String(64), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_spent_state")),
    )
    op.create_index(op.f("ix_spent_state_spent_at"), "spent_state", ["spent_at"])


def downgrade() -> None:
    """Remove the tables and columns."""
    for table in ("spent_state", "recovery_code", "second_factor", "declaration"):
        op.drop_table(table)
    op.drop_column("consultation", "eligibility")
    for name in ("second_at", "facts", "device", "channel"):
        op.drop_column("sign_in", name)
    op.drop_index(op.f("ix_account_person"), "account")
    for name in ("leaves_at", "person"):
        op.drop_column("account", name)
