"""Devices that send by themselves, and files of many readings."""

revision = "0020_series"
down_revision = "0019_campaigns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
