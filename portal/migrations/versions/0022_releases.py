"""What was withheld from releases and why; releases by schedule."""

revision = "0022_releases"
down_revision = "0021_quality"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
