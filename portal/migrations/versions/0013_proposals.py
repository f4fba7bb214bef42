"""Proposals: families, talk, answers, pictures, drafts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from portal.migrations.altering import add_choice, add_reference, allow
from portal.proposals.searching import search_tables, stems

revision = "0013_proposals"
down_revision = "0012_meetings"
branch_labels = None
depends_on = None

STATES = ("published", "evaluating", "accepted", "rejected", "modelled", "withdrawn", "hidden")
CHECKS = {"state": "ck_proposal_state", "hidden_from": "ck_proposal_hidden_from_state"}
ADDED = ("milestone", "shuffle", "comments_count", "place_name", "edited_at")
NARROWED = ("state", "theme", "district", "language", "indicator", "origin")
WIDER = {
    "ix_proposal_newest": ["consultation_id", "created_at", "id"],
    "ix_proposal_most_supported": ["consultation_id", "supports_count", "id"],
}
INDEXES = {
    "ix_proposal_around": ["consultation_id", "theme", "lat", "lon"],
    "ix_proposal_family_id": ["family_id"],
    "ix_proposal_shuffled": ["consultation_id", "shuffle", "id"],
    "ix_proposal_dot": [
        "shuffle",
        "lat",
        "lon",
        "created_at",
        "supports_count",
        "comments_count",
        "id",
    ],
    "ix_proposal_most_talked": ["consultation_id", "comments_count", "id", *NARROWED],
}

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "proposal_draft",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_hash", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("fields", JSON, nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_proposal_draft_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_proposal_draft_consultation_id_consultation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_draft")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_proposal_draft_key_hash")),
    )
    with op.batch_alter_table("proposal_draft", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proposal_draft_account_id"), ["account_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_proposal_draft_saved_at"), ["saved_at"], unique=False)

    op.create_table(
        "proposal_family",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("supporters_count", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_proposal_family_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_family")),
    )
    with op.batch_alter_table("proposal_family", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_proposal_family_consultation_id"), ["consultation_id"], unique=False
        )

    op.create_table(
        "attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(200), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_attachment_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint(
            "proposal_id", "position", name=op.f("uq_attachment_proposal_id_position")
        ),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.String(1500), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column(
            "stance",
            sa.Enum(
                "for",
                "neutral",
                "against",
                name="stance",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "published",
                "waiting",
                "hidden",
                "removed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(1000), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "web",
                "meeting",
                "desk",
                "import",
                name="origin",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"],
            ["account.id"],
            name=op.f("fk_comment_author_id_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"],
            ["comment.id"],
            name=op.f("fk_comment_parent_id_comment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_comment_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index("ix_comment_author", ["author_id", "created_at"], unique=False)
        batch_op.create_index(
            "ix_comment_of_proposal", ["proposal_id", "created_at", "id"], unique=False
        )
        batch_op.create_index("ix_comment_parent_id", ["parent_id"], unique=False)

    op.create_table(
        "proposal_answer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
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
                "waiting",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("words", JSON, nullable=False),
        sa.Column("cost", sa.String(200), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column(
            "modelling",
            sa.Enum(
                "modelled",
                "will_be",
                "cannot",
                name="modelling",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("package", sa.String(120), nullable=True),
        sa.Column("version", sa.String(40), nullable=True),
        sa.Column("because", JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_answer_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_answer")),
    )
    with op.batch_alter_table("proposal_answer", schema=None) as batch_op:
        batch_op.create_index("ix_proposal_answer_of", ["proposal_id", "at"], unique=False)

    op.create_table(
        "proposal_text",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("title", sa.String(300), nullable=False),
        sa.Column("body", sa.String(6000), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "original",
                "human",
                "machine",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_text_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", "language", name=op.f("pk_proposal_text")),
    )
    op.create_table(
        "comment_report",
        sa.Column("comment_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
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
            name=op.f("fk_comment_report_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["comment_id"],
            ["comment.id"],
            name=op.f("fk_comment_report_comment_id_comment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("comment_id", "account_id", name=op.f("pk_comment_report")),
    )
    with op.batch_alter_table("comment_report", schema=None) as batch_op:
        batch_op.create_index(
            "ix_comment_report_waiting", ["settled_at", "created_at"], unique=False
        )
    _alike()
    _columns()


def _alike() -> None:
    """What finds proposals that say the same."""
    op.create_table(
        "proposal_word_pair",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_word_pair_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", "proposal_id", name=op.f("pk_proposal_word_pair")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_proposal_word_pair_proposal_id", "proposal_word_pair", ["proposal_id"])
    op.create_table(
        "proposal_difference",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.String(500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_difference_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["other_id"],
            ["proposal.id"],
            name=op.f("fk_proposal_difference_other_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", "other_id", name=op.f("pk_proposal_difference")),
    )
    op.create_index("ix_proposal_difference_other_id", "proposal_difference", ["other_id"])


def _columns() -> None:
    for column in ("state", "hidden_from"):
        allow("proposal", column, CHECKS[column], (*STATES, "waiting"))
    for one in (
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comments_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("milestone", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("place_name", sa.String(200), nullable=False, server_default=""),
        sa.Column("shuffle", sa.BigInteger(), nullable=False, server_default="0"),
    ):
        op.add_column("proposal", one)
    add_choice("proposal", "origin", "ck_proposal_origin", ("web", "meeting", "desk", "import"))
    add_reference("proposal", "meeting_id", "meeting")
    add_reference("proposal", "family_id", "proposal_family")
    postgresql = op.get_context().dialect.name == "postgresql"
    most = 2**53
    chance = f"floor(random() * {most})" if postgresql else f"abs(random() % {most})"
    shuffle = sa.table("proposal", sa.column("shuffle"))
    op.execute(sa.update(shuffle).values(shuffle=sa.text(chance)))
    for name, columns in INDEXES.items():
        op.create_index(name, "proposal", columns)
    op.create_index("ix_proposal_shuffle", "proposal", ["shuffle"], unique=True)
    for name, columns in WIDER.items():
        op.drop_index(name, "proposal")
        op.create_index(name, "proposal", [*columns, *NARROWED])
    _stem()
    for statement in search_tables.create(op.get_context().dialect.name):
        op.execute(statement)


def _stem() -> None:
    """Let searches find the proposals there are by the stems of their words."""
    names = ("id", "title", "body", "language", "search")
    table = sa.table("proposal", *map(sa.column, names))
    connection = op.get_bind()
    for row in connection.execute(sa.select(table)).all():
        words = stems.searchable(f"{row.title} {row.body}", row.language, most=6300)
        connection.execute(sa.update(table).where(table.c.id == row.id).values(search=words))


def downgrade() -> None:
    """Remove the tables."""
    for statement in search_tables.drop(op.get_context().dialect.name):
        op.execute(statement)
    for name, columns in WIDER.items():
        op.drop_index(name, "proposal")
        op.create_index(name, "proposal", columns)
    op.drop_index("ix_proposal_shuffle", "proposal")
    op.drop_table("proposal_difference")
    op.drop_table("proposal_word_pair")
    for name in INDEXES:
        op.drop_index(name, "proposal")
    for name in ("family_id", "meeting_id", "origin", *ADDED):
        op.drop_column("proposal", name)
    for column, constraint in CHECKS.items():
        allow("proposal", column, constraint, STATES)
    with op.batch_alter_table("comment_report", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_report_waiting")

    op.drop_table("comment_report")
    op.drop_table("proposal_text")
    with op.batch_alter_table("proposal_answer", schema=None) as batch_op:
        batch_op.drop_index("ix_proposal_answer_of")

    op.drop_table("proposal_answer")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index("ix_comment_parent_id")
        batch_op.drop_index("ix_comment_of_proposal")
        batch_op.drop_index("ix_comment_author")

    op.drop_table("comment")
    op.drop_table("attachment")
    with op.batch_alter_table("proposal_family", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_family_consultation_id"))

    op.drop_table("proposal_family")
    with op.batch_alter_table("proposal_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_draft_saved_at"))
        batch_op.drop_index(batch_op.f("ix_proposal_draft_account_id"))

    op.drop_table("proposal_draft")
