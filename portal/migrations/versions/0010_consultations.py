"""Consultations: drafts, two-person acts, pauses."""

revision = "0010_consultations"
down_revision = "0009_rules"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""


def downgrade() -> None:
    """Remove the tables."""
