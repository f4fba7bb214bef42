"""What sensors and files of readings keep about a person, and how it is let go."""

import sqlalchemy as sa
from sqlmodel import Session, col, select

from portal.accounts import personal
from portal.accounts.models import Account, SignIn
from portal.accounts.personal import Rows
from portal.i18n import N_
from portal.observations.models import Campaign, Observation
from portal.observations.series import devices, sent_files
from portal.observations.series_models import Device, ReadingFile

DEVICE = ("id", "name", "model", "cell", "district", "made_at", "keyed_at", "paused", "sent_on")
FILE = ("id", "kind", "name", "sent_at", "state", "total", "added", "known", "refused",
        "settled_at")  # fmt: skip


def device_rows(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """One's sensors; of their keys nothing that could be used."""
    yield from _rows(session, Device, DEVICE, account)


def file_rows(session: Session, account: Account, sign_in: SignIn) -> Rows:
    """The files one sent: what became of them, not what was in them."""
    yield from _rows(session, ReadingFile, FILE, account)


def _rows(
    session: Session,
    table: type[Device] | type[ReadingFile],
    names: tuple[str, ...],
    account: Account,
) -> Rows:
    query = (
        sa.select(col(Campaign.slug).label("campaign"), *(getattr(table, name) for name in names))
        .join(Campaign, col(Campaign.id) == col(table.campaign_id))
        .where(col(table.account_id) == account.id)
        .order_by(col(table.id))
    )
    for row in session.execute(query):
        yield row._asdict()


def let_devices_go(session: Session, account: Account, unanswered_too: bool) -> None:
    """Sensors go; that one sensor made its measurements is forgotten."""
    for device in devices.of_account(session, account.id):
        devices.delete(session, device)
    session.flush()


def let_files_go(session: Session, account: Account, unanswered_too: bool) -> None:
    """Files go, from the disk too; that measurements came in one file is forgotten."""
    for file in session.exec(select(ReadingFile).where(ReadingFile.account_id == account.id)):
        session.execute(
            sa.update(Observation).where(col(Observation.batch_id) == file.id).values(batch_id=None)
        )
        sent_files.path_of(file).unlink(missing_ok=True)
        session.delete(file)
    session.flush()


def enter() -> None:
    """Take part in exports and leave-takings."""
    personal.part("sensors", N_("your sensors"), device_rows, let_devices_go)
    personal.part("files_of_readings", N_("files of readings you sent"), file_rows, let_files_go)
