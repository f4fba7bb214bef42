"""Campaigns that are edited; categories, photos, exact places for a while."""

revision = "0019_campaigns"
down_revision = "0018_guard"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
