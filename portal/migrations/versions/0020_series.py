"""Devices that send by themselves, and files of many readings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from portal.migrations.altering import add_reference

revision = "0020_series"
down_revision = "0019_campaigns"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
ADDED = {"device_id": "device", "batch_id": "reading_file"}  # to observations: where they came from


def upgrade() -> None:
    """Add the tables, and where observations came from."""
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("model", sa.String(100), nullable=False),
        sa.Column("cell", sa.String(16), nullable=True),
        sa.Column("district", sa.String(60), nullable=True),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("key_end", sa.String(8), nullable=False),
        sa.Column("keyed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_then", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_device_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_device_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_device_key_hash")),
    )
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_device_account_id"), ["account_id"], unique=False)

    op.create_table(
        "reading_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("choices", JSON, nullable=False),
        sa.Column("findings", JSON, nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "taking",
                "done",
                "stopped",
                name="file_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("gone_through", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('csv', 'gpx', 'sensorthings')", name=op.f("ck_reading_file_kind_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_reading_file_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_reading_file_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reading_file")),
    )
    with op.batch_alter_table("reading_file", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_reading_file_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_reading_file_state"), ["state"], unique=False)

    for name, table in ADDED.items():
        given = sa.text(f"{name} IS NOT NULL")
        add_reference("observation", name, table)
        op.create_index(
            f"ix_observation_{name}", "observation", [name],
            sqlite_where=given, postgresql_where=given,
        )  # fmt: skip


def downgrade() -> None:
    """Remove what was added."""
    for name in ADDED:
        op.drop_index(f"ix_observation_{name}", "observation")
        op.drop_column("observation", name)
    with op.batch_alter_table("reading_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reading_file_state"))
        batch_op.drop_index(batch_op.f("ix_reading_file_account_id"))

    op.drop_table("reading_file")
    with op.batch_alter_table("device", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_device_account_id"))

    op.drop_table("device")
