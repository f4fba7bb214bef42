"""Signs of concerted voting, and what two persons decided about them."""

revision = "0018_guard"
down_revision = "0017_versions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
