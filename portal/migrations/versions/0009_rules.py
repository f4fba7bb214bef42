"""Five rules to count by, and what options cost."""

import sqlalchemy as sa
from alembic import op

from portal.migrations.altering import allow

revision = "0009_rules"
down_revision = "0008_identity"
branch_labels = None
depends_on = None

RULE = ("consultation", "rule", "ck_consultation_rule")


def upgrade() -> None:
    """Allow every rule; add a budget and costs."""
    allow(*RULE, ("approval", "score", "ranking", "majority", "budget"))
    op.add_column("consultation", sa.Column("budget", sa.Integer(), nullable=True))
    op.add_column("consultation_option", sa.Column("cost", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Know approval only."""
    op.drop_column("consultation_option", "cost")
    op.drop_column("consultation", "budget")
    allow(*RULE, ("approval",))
