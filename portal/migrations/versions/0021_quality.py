"""Second opinions and decisions about many at once."""

revision = "0021_quality"
down_revision = "0020_series"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
