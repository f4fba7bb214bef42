"""Which release reached which part of the twin."""

revision = "0024_delivery"
down_revision = "0023_reading"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
