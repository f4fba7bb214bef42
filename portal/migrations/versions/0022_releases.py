"""How observations were told in releases; releases by schedule; what was decided about photos.

What earlier releases held was kept without the place that was told. Those rows are dropped: the
next release counts every measurement as new.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022_releases"
down_revision = "0021_quality"
branch_labels = None
depends_on = None

NUMBERED = """
UPDATE dataset_release SET number = (
  SELECT count(*) FROM dataset_release AS other
  WHERE other.dataset = dataset_release.dataset AND other.created_at <= dataset_release.created_at)
"""


def upgrade() -> None:
    """Add the tables, and number the releases there are."""
    op.add_column(
        "dataset_release", sa.Column("number", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute(NUMBERED)
    op.create_index(
        "ix_dataset_release_number", "dataset_release", ["dataset", "number"], unique=True
    )
    op.drop_table("release_item")
    op.create_table(
        "release_plan",
        sa.Column("dataset", sa.String(80), nullable=False),
        sa.Column(
            "every",
            sa.Enum(
                "never",
                "daily",
                "weekly",
                "monthly",
                name="every",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("dataset", name=op.f("pk_release_plan")),
    )
    with op.batch_alter_table("release_plan", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_release_plan_next_at"), ["next_at"], unique=False)

    op.create_table(
        "release_item",
        sa.Column("observation_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("place", sa.String(60), nullable=False),
        sa.Column("since", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "since >= 1 AND since < until", name=op.f("ck_release_item_since_until")
        ),
        sa.ForeignKeyConstraint(
            ["observation_id"],
            ["observation.id"],
            name=op.f("fk_release_item_observation_id_observation"),
        ),
        sa.PrimaryKeyConstraint("observation_id", name=op.f("pk_release_item")),
    )
    op.create_table(
        "photo_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("photo_id", sa.Uuid(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "waiting",
                "published",
                "refused",
                name="photo_decision",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("covered", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("covered >= 0", name=op.f("ck_photo_check_covered_counts")),
        sa.ForeignKeyConstraint(
            ["photo_id"],
            ["observation_photo.id"],
            name=op.f("fk_photo_check_photo_id_observation_photo"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["account.id"], name=op.f("fk_photo_check_reviewer_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_check")),
    )
    with op.batch_alter_table("photo_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_check_photo_id"), ["photo_id"], unique=False)


def downgrade() -> None:
    """Remove the tables, and keep what releases held as before, empty."""
    with op.batch_alter_table("photo_check", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_photo_check_photo_id"))

    op.drop_table("photo_check")
    op.drop_table("release_item")
    with op.batch_alter_table("release_plan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_release_plan_next_at"))

    op.drop_table("release_plan")
    op.drop_index("ix_dataset_release_number", "dataset_release")
    op.drop_column("dataset_release", "number")
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
