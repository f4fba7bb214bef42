"""Tables of the room of council."""

revision = "0007_council"
down_revision = "0006_datasets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove the tables."""
