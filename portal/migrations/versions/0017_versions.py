"""What a change of a package during a vote leaves to be confirmed."""

revision = "0017_versions"
down_revision = "0016_paper"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
