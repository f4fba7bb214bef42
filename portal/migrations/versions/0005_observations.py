"""Tables of the room of observations."""

revision = "0005_observations"
down_revision = "0004_proposals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove the tables."""
