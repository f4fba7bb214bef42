"""Tables of the room of proposals."""

revision = "0004_proposals"
down_revision = "0003_consultations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove the tables."""
