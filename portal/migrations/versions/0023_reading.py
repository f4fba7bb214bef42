"""What the reading of releases by standard addresses needs."""

revision = "0023_reading"
down_revision = "0022_releases"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
