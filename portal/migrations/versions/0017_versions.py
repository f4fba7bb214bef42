"""Packages that change during a vote: the log and the boxes keep it, no table of this database."""

revision = "0017_versions"
down_revision = "0016_paper"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing: who confirmed is known to nobody."""


def downgrade() -> None:
    """Nothing."""
