"""Tables of the room of news."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011_news"
down_revision = "0010_consultations"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "follow",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("ref", sa.String(80), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_follow_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "kind", "ref", name=op.f("pk_follow")),
    )
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.create_index("ix_follow_thing", ["kind", "ref"], unique=False)

    op.create_table(
        "news_choice",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column(
            "pace",
            sa.Enum(
                "none",
                "at_once",
                "daily",
                "weekly",
                name="pace",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_news_choice_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "topic", name=op.f("pk_news_choice")),
    )
    op.create_table(
        "news_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(24), nullable=True),
        sa.Column("ref", sa.String(80), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("but_id", sa.Uuid(), nullable=True),
        sa.Column("sentence", sa.String(300), nullable=False),
        sa.Column("gaps", JSON, nullable=False),
        sa.Column("path", sa.String(300), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_news_item_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_item")),
    )
    with op.batch_alter_table("news_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_news_item_at"), ["at"], unique=False)
        batch_op.create_index("ix_news_item_person", ["account_id", "at"], unique=False)
        batch_op.create_index("ix_news_item_thing", ["kind", "ref", "at"], unique=False)


def downgrade() -> None:
    """Remove the tables."""
    with op.batch_alter_table("news_item", schema=None) as batch_op:
        batch_op.drop_index("ix_news_item_thing")
        batch_op.drop_index("ix_news_item_person")
        batch_op.drop_index(batch_op.f("ix_news_item_at"))

    op.drop_table("news_item")
    op.drop_table("news_choice")
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.drop_index("ix_follow_thing")

    op.drop_table("follow")
