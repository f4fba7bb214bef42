"""The model's baseline beside what was measured."""

revision = "0025_street"
down_revision = "0024_delivery"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
