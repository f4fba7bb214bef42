"""What the portal keeps to find proposals that say the same, and why an author says they do not."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel


class WordPair(SQLModel, table=True):
    """Two words that stand in a proposal's title, as one number: who shares some says the same.

    The number also holds consultation and theme, so that looking one up finds only proposals that
    can be alike. Rows are kept in the order of the key.
    """

    __tablename__ = "proposal_word_pair"
    __table_args__ = {"sqlite_with_rowid": False}

    key: int = Field(
        sa_type=sa.BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False}
    )
    proposal_id: UUID = Field(
        foreign_key="proposal.id", primary_key=True, ondelete="CASCADE", index=True
    )


class Difference(SQLModel, table=True):
    """Why an author says that theirs is not the same as another proposal; anyone can read it."""

    __tablename__ = "proposal_difference"

    proposal_id: UUID = Field(foreign_key="proposal.id", primary_key=True, ondelete="CASCADE")
    other_id: UUID = Field(
        foreign_key="proposal.id", primary_key=True, ondelete="CASCADE", index=True
    )
    words: str = Field(max_length=500)
    at: datetime
