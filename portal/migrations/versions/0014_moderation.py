"""Tables of the room of moderation."""

revision = "0014_moderation"
down_revision = "0013_proposals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove the tables."""
