"""Tables of the room of datasets."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006_datasets"
down_revision = "0005_observations"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "dataset_release",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dataset", sa.String(80), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("previous", sa.String(40), nullable=True),
        sa.Column("notes", sa.String(2000), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_dataset_release_campaign_id_campaign")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_release")),
        sa.UniqueConstraint("dataset", "version", name=op.f("uq_dataset_release_dataset_version")),
    )
    with op.batch_alter_table("dataset_release", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_dataset_release_dataset"), ["dataset"], unique=False)

    op.create_table(
        "release_item",
        sa.Column("release_id", sa.Uuid(), nullable=False),
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["observation.id"],
            name=op.f("fk_release_item_observation_id_observation"),
        ),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["dataset_release.id"],
            name=op.f("fk_release_item_release_id_dataset_release"),
        ),
        sa.PrimaryKeyConstraint("release_id", "observation_id", name=op.f("pk_release_item")),
    )
    with op.batch_alter_table("release_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_release_item_observation_id"), ["observation_id"], unique=False
        )


def downgrade() -> None:
    """Remove the tables."""
    with op.batch_alter_table("release_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_release_item_observation_id"))

    op.drop_table("release_item")
    with op.batch_alter_table("dataset_release", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dataset_release_dataset"))

    op.drop_table("dataset_release")
