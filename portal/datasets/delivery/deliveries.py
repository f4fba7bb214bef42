"""What is to be delivered: asked for once, tried by one worker at a time, settled in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from portal import audit, jobs
from portal.accounts.models import Account
from portal.datasets import catalogue
from portal.datasets.delivery.targets import Target, Targets
from portal.datasets.delivery.trouble import Trouble
from portal.datasets.delivery_models import Delivery, DeliveryState
from portal.datasets.models import Release
from portal.i18n import N_
from portal.refusal import NotFound, Refusal

JOB = "datasets.deliver"
RANK = 5  # after what people wait for
LEASE = timedelta(minutes=30)
BUSY = timedelta(seconds=20)


class NothingToRetry(Refusal):
    """Only what failed, or waits for its next try, is tried again by hand."""

    status = 409
    title = N_("Nothing to try again")
    message = N_("This delivery has arrived already.")


def ask(session: Session, release: Release, targets: Targets, now: datetime) -> list[Delivery]:
    """Have a release delivered to every target that does not have it; nothing is asked twice."""
    had = set(session.exec(select(Delivery.target).where(Delivery.release_id == release.id)).all())
    wanted = [one for one in targets.of(release.dataset) if one.key not in had]
    return [_ask(session, release, target, now) for target in wanted]


def _ask(session: Session, release: Release, target: Target, now: datetime) -> Delivery:
    made = Delivery(release_id=release.id, dataset=release.dataset, target=target.key, asked_at=now)
    session.add(made)
    session.flush()
    _enqueue(session, made)
    return made


def _enqueue(session: Session, one: Delivery) -> None:
    jobs.enqueue(session, JOB, rank=RANK, delivery=str(one.id))


def owed(session: Session, targets: Targets) -> list[Release]:
    """The newest release of each dataset, where a target was never asked to take it."""
    newest = catalogue.newest(session)
    ids = [release.id for release in newest]
    asked = session.exec(
        select(Delivery.release_id, Delivery.target).where(col(Delivery.release_id).in_(ids))
    ).all()
    known = set(asked)
    return [
        one
        for one in newest
        if any((one.id, target.key) not in known for target in targets.of(one.dataset))
    ]


def claim(session: Session, id: UUID, now: datetime) -> Delivery | None:
    """Take a delivery on; None where it is settled. Two of one dataset never run at once."""
    one = session.get(Delivery, id)
    if one is None:
        return None
    same = (
        select(Delivery)
        .where(Delivery.target == one.target, Delivery.dataset == one.dataset)
        .order_by(col(Delivery.id))
        .with_for_update()
    )
    lane = session.exec(same.execution_options(populate_existing=True)).all()
    if one.state is not DeliveryState.WAITING:
        return None
    if any(other.leased_until and other.leased_until > now for other in lane if other is not one):
        raise jobs.Later(BUSY, "another release of the dataset is on its way there")
    one.leased_until, one.tried_at = now + LEASE, now
    one.tries += 1
    session.add(one)
    return one


def settle(
    session: Session, id: UUID, state: DeliveryState, now: datetime, *,
    trouble: Trouble | None = None, sent_bytes: int = 0,
) -> None:  # fmt: skip
    """Note how a try ended."""
    one = session.get_one(Delivery, id, with_for_update=True)
    one.state, one.leased_until = state, None
    one.why = trouble.why.value if trouble else ""
    one.detail = trouble.detail if trouble else ""
    if state is DeliveryState.SENT:
        one.sent_at, one.sent_bytes = now, sent_bytes
    session.add(one)


def again(session: Session, id: UUID, by: Account | None, now: datetime) -> Delivery:
    """Try a delivery anew, at once; however often it is asked for, it arrives once."""
    one = session.get(Delivery, id, with_for_update=True)
    if one is None:
        raise NotFound
    if one.state is DeliveryState.SENT:
        raise NothingToRetry
    one.state, one.asked_at = DeliveryState.WAITING, now
    one.why = one.detail = ""
    session.add(one)
    _enqueue(session, one)
    audit.record(
        session, action="delivery.again", kind="dataset", ref=one.dataset,
        actor=by.id if by else None, now=now, target=one.target,
    )  # fmt: skip
    return one


def revive(session: Session, release: Release, keys: Sequence[str]) -> None:
    """Let what failed wait again: somebody at the command line tries it now."""
    failed = select(Delivery).where(
        Delivery.release_id == release.id,
        Delivery.state == DeliveryState.FAILED,
        col(Delivery.target).in_(keys),
    )
    for one in session.exec(failed).all():
        one.state = DeliveryState.WAITING
        session.add(one)


def of_dataset(session: Session, dataset: str) -> Sequence[tuple[Delivery, Release]]:
    """Every delivery of a dataset, newest release first."""
    found = (
        select(Delivery, Release)
        .join(Release, col(Release.id) == col(Delivery.release_id))
        .where(Delivery.dataset == dataset)
        .order_by(col(Release.number).desc(), col(Delivery.target))
    )
    return session.exec(found).all()
