"""What the room of voting keeps beside the boxes."""

revision = "0015_voting"
down_revision = "0014_moderation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove the tables."""
