"""Campaigns that are edited; categories, photos, exact places for a while."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from portal.migrations.altering import add_choice

revision = "0019_campaigns"
down_revision = "0018_guard"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
DAYS = "CONSTRAINT ck_campaign_exact_days_few CHECK (exact_days BETWEEN 0 AND 3650)"
ADDED = ("categories", "area", "service_code", "licence", "draft", "revision")
CHOICES = {
    "place_kind": ("home", "street", "area"),
    "time_grain": ("day", "hour"),
}


def _columns() -> None:
    for column in (
        sa.Column("categories", JSON, nullable=False, server_default="[]"),
        sa.Column("area", JSON, nullable=False, server_default="[]"),
        sa.Column("service_code", sa.String(80), nullable=False, server_default=""),
        sa.Column("licence", sa.String(40), nullable=False, server_default="CC-BY-4.0"),
        sa.Column("draft", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("revision", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("campaign", column)
    op.execute(f"ALTER TABLE campaign ADD COLUMN exact_days INTEGER DEFAULT 0 NOT NULL {DAYS}")
    for name, values in CHOICES.items():
        add_choice("campaign", name, f"ck_campaign_{name}", values)
    op.add_column("observation", sa.Column("category", sa.String(40), nullable=True))
    add_choice("observation", "origin", "ck_observation_origin", ("form", "file", "device"))


def upgrade() -> None:
    """Add the columns and tables."""
    _columns()
    op.create_table(
        "observation_exact",
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("delete_after", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["observation.id"],
            name=op.f("fk_observation_exact_observation_id_observation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("observation_id", name=op.f("pk_observation_exact")),
    )
    with op.batch_alter_table("observation_exact", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_observation_exact_delete_after"), ["delete_after"], unique=False
        )

    op.create_table(
        "observation_photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "published",
                "refused",
                name="photo_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["observation.id"],
            name=op.f("fk_observation_photo_observation_id_observation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observation_photo")),
    )
    with op.batch_alter_table("observation_photo", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_observation_photo_observation_id"), ["observation_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_observation_photo_sha256"), ["sha256"], unique=False)

    op.create_table(
        "service_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("service_code", sa.String(80), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("description", sa.String(500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sent",
                "refused",
                "uncertain",
                name="request_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("request_id", sa.String(200), nullable=False),
        sa.Column("answer", sa.String(500), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["observation.id"],
            name=op.f("fk_service_request_observation_id_observation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_request")),
        sa.UniqueConstraint("observation_id", name=op.f("uq_service_request_observation_id")),
    )


def downgrade() -> None:
    """Remove the columns and tables."""
    for name in ("origin", "category"):
        op.drop_column("observation", name)
    for name in (*CHOICES, "exact_days", *ADDED):
        op.drop_column("campaign", name)
    op.drop_table("service_request")
    with op.batch_alter_table("observation_photo", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observation_photo_sha256"))
        batch_op.drop_index(batch_op.f("ix_observation_photo_observation_id"))

    op.drop_table("observation_photo")
    with op.batch_alter_table("observation_exact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_observation_exact_delete_after"))

    op.drop_table("observation_exact")
