"""Paper codes, their batches, and votes written in from paper."""

revision = "0016_paper"
down_revision = "0015_voting"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing yet."""
