"""Tables of the room of datasets."""

revision = "0006_datasets"
down_revision = "0005_observations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove the tables."""
