"""Tables of the room of consultations."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003_consultations"
down_revision = "0002_accounts"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "consultation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("family", sa.String(80), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("question", JSON, nullable=False),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("can_change", JSON, nullable=False),
        sa.Column("cannot_change", JSON, nullable=False),
        sa.Column("theme", sa.String(40), nullable=False),
        sa.Column(
            "rule",
            sa.Enum("approval", name="rule", native_enum=False, create_constraint=True, length=24),
            nullable=False,
        ),
        sa.Column("tiers", JSON, nullable=False),
        sa.Column("attributes", JSON, nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "opens_at < closes_at", name=op.f("ck_consultation_opens_before_closes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("slug", name=op.f("uq_consultation_slug")),
    )
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consultation_announced_at"), ["announced_at"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_consultation_family"), ["family"], unique=False)

    op.create_table(
        "consultation_option",
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(80), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("package", sa.String(120), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_consultation_option_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("consultation_id", "key", name=op.f("pk_consultation_option")),
        sa.UniqueConstraint(
            "consultation_id",
            "position",
            name=op.f("uq_consultation_option_consultation_id_position"),
        ),
    )
    with op.batch_alter_table("consultation_option", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_consultation_option_package"), ["package"], unique=False
        )


def downgrade() -> None:
    """Remove the tables."""
    with op.batch_alter_table("consultation_option", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consultation_option_package"))

    op.drop_table("consultation_option")
    with op.batch_alter_table("consultation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consultation_family"))
        batch_op.drop_index(batch_op.f("ix_consultation_announced_at"))

    op.drop_table("consultation")
