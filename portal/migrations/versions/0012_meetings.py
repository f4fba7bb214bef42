"""Tables of the room of meetings, and of proposals that no account sent."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012_meetings"
down_revision = "0011_news"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "meeting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("title", JSON, nullable=False),
        sa.Column("purpose", JSON, nullable=False),
        sa.Column("place", JSON, nullable=False),
        sa.Column("address", sa.String(200), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("district", sa.String(40), nullable=True),
        sa.Column("online", sa.String(300), nullable=False),
        sa.Column("accessibility", JSON, nullable=False),
        sa.Column("facilities", JSON, nullable=False),
        sa.Column("languages", JSON, nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", JSON, nullable=False),
        sa.Column("decided", JSON, nullable=False),
        sa.Column("attended", sa.Integer(), nullable=True),
        sa.Column("minutes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_because", JSON, nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(lat IS NULL) = (lon IS NULL)", name=op.f("ck_meeting_whole_point")),
        sa.CheckConstraint("attended IS NULL OR attended >= 0", name=op.f("ck_meeting_attended")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("ck_meeting_starts_before_ends")),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_meeting_consultation_id_consultation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting")),
        sa.UniqueConstraint(
            "consultation_id", "slug", name=op.f("uq_meeting_consultation_id_slug")
        ),
    )
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.create_index("ix_meeting_starts_at", ["starts_at"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("meeting_id", sa.Uuid(), nullable=False),
        sa.Column("attribute", sa.String(24), nullable=False),
        sa.Column("band", sa.String(40), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("ck_attendance_people")),
        sa.ForeignKeyConstraint(
            ["meeting_id"],
            ["meeting.id"],
            name=op.f("fk_attendance_meeting_id_meeting"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("meeting_id", "attribute", "band", name=op.f("pk_attendance")),
    )
    op.create_table(
        "assisted_entry",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("hands", sa.Integer(), nullable=True),
        sa.Column("code_hash", sa.String(64), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("hands IS NULL OR hands >= 0", name=op.f("ck_assisted_entry_hands")),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_assisted_entry_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_assisted_entry")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_assisted_entry_code_hash")),
    )
    op.create_table(
        "import_source",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("consultation_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(40), nullable=False),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("supports", sa.Integer(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["consultation_id"],
            ["consultation.id"],
            name=op.f("fk_import_source_consultation_id_consultation"),
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["proposal.id"],
            name=op.f("fk_import_source_proposal_id_proposal"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_import_source")),
        sa.UniqueConstraint(
            "consultation_id",
            "system",
            "reference",
            name=op.f("uq_import_source_consultation_id_system_reference"),
        ),
    )


def downgrade() -> None:
    """Remove the tables."""
    op.drop_table("import_source")
    op.drop_table("assisted_entry")
    op.drop_table("attendance")
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_index("ix_meeting_starts_at")

    op.drop_table("meeting")
