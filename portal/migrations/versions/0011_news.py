"""Tables of the room of news; work that is handed over once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011_news"
down_revision = "0010_consultations"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the tables, and what tells work begun from work done."""
    op.add_column("job", sa.Column("rank", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("job", sa.Column("handed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "follow",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("ref", sa.String(80), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
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

    op.create_table(
        "news_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("slot", sa.String(32), nullable=False),
        sa.Column("covers", JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_news_message_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_news_message")),
        sa.UniqueConstraint("account_id", "slot", name=op.f("uq_news_message_account_id_slot")),
    )
    with op.batch_alter_table("news_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_news_message_at"), ["at"], unique=False)

    op.create_table(
        "news_reader",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("contact", sa.String(254), nullable=True),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("told", JSON, nullable=False),
        sa.Column("digest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("urgent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_news_reader_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_news_reader")),
    )
    op.create_table(
        "newsletter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject", JSON, nullable=False),
        sa.Column("text", JSON, nullable=False),
        sa.Column("audience", sa.String(120), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["account.id"],
            name=op.f("fk_newsletter_asked_by_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["account.id"],
            name=op.f("fk_newsletter_author_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"],
            ["account.id"],
            name=op.f("fk_newsletter_confirmed_by_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_newsletter")),
    )
    with op.batch_alter_table("newsletter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_newsletter_sent_at"), ["sent_at"], unique=False)


def downgrade() -> None:
    """Remove both."""
    op.drop_column("job", "handed_at")
    op.drop_column("job", "rank")
    with op.batch_alter_table("newsletter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_newsletter_sent_at"))

    op.drop_table("newsletter")
    op.drop_table("news_reader")
    with op.batch_alter_table("news_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_news_message_at"))

    op.drop_table("news_message")
    with op.batch_alter_table("news_item", schema=None) as batch_op:
        batch_op.drop_index("ix_news_item_thing")
        batch_op.drop_index("ix_news_item_person")
        batch_op.drop_index(batch_op.f("ix_news_item_at"))

    op.drop_table("news_item")
    op.drop_table("news_choice")
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.drop_index("ix_follow_thing")

    op.drop_table("follow")
