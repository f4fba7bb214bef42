"""Counting is asked for by one person and confirmed by another."""

import sqlalchemy as sa
from alembic import op

from portal.migrations.altering import allow

revision = "0015_voting"
down_revision = "0014_moderation"
branch_labels = None
depends_on = None

KIND = ("consultation_act", "kind", "ck_consultation_act_kind")
BEFORE = ("announce", "extend", "close", "cancel", "resume")


def upgrade() -> None:
    """Let a count be asked for."""
    allow(*KIND, (*BEFORE, "count"))


def downgrade() -> None:
    """Forget the counts that were asked for."""
    kept = sa.table("consultation_act", sa.column("kind"))
    op.execute(kept.delete().where(kept.c.kind == "count"))
    allow(*KIND, BEFORE)
