"""What people see of deliveries, staff trying again, and the command."""

from uuid import uuid4

import pytest
from sqlmodel import select

from portal import db, jobs
from portal.audit import AuditEntry
from portal.datasets.commands import datasets
from portal.datasets.delivery.targets import Folder, Webhook
from portal.datasets.delivery_models import Delivery, DeliveryState
from tests.datasets.delivery.conftest import releasing
from tests.datasets.delivery.test_sending import delivery
from tests.datasets.delivery.test_telling import SHARED

HERE = "/en/datasets/noise/delivery"


@pytest.fixture
def sent(app, aim, tmp_path):
    """A release that reached a folder and not the address that is away."""
    folder = Folder(key="here", name="The folder", kind="folder", path=tmp_path / "twin")
    away = Webhook(
        key="news", name="The desk", kind="webhook", url="http://127.0.0.1:9/x", secret=SHARED
    )
    aim(folder, away)
    with releasing(app) as release:
        release()
        jobs.work()


def test_everybody_reads_what_reached_whom(sent, client):
    page = client.get(HERE).text
    for words in ("The folder", "Arrived", "The desk", "Waiting", "could not be reached"):
        assert words in page
    assert "Try again now" not in page
    told = client.get("/datasets/noise/delivery.json").json
    states = {one["target"]: (one["state"], one["reason"]) for one in told["deliveries"]}
    assert states == {"here": ("sent", None), "news": ("waiting", "not_reached")}
    for secret in (SHARED, "127.0.0.1:9", "/twin"):
        assert secret not in page and secret not in str(told)


def test_staff_try_again_and_it_is_noted(sent, app, people):
    with app.app_context():
        ids = {one.target: one.id for one in db.session().exec(select(Delivery))}
    manager = people("community_manager")
    assert "Try again now" in manager.get(HERE).text
    address = f"/en/manage/deliveries/{ids['news']}/again"
    assert people("citizen").post(address).status_code == 403
    assert manager.post(address).status_code == 303
    assert manager.post(f"/en/manage/deliveries/{ids['here']}/again").status_code == 409
    assert manager.post(f"/en/manage/deliveries/{uuid4()}/again").status_code == 404
    with app.app_context():
        noted = select(AuditEntry).where(AuditEntry.action == "delivery.again")
        assert db.session().exec(noted).one().details["target"] == "news"


def test_a_dataset_that_goes_nowhere_says_so(app, client):
    with releasing(app) as release:
        release()
    assert "not sent anywhere" in client.get(HERE).text
    assert client.get("/en/datasets/nothing/delivery").status_code == 404


def test_the_command_delivers_at_once_and_says_what_did_not_arrive(noise, aim, app, tmp_path):
    noise()
    deliver = datasets.commands["deliver"]
    run = app.test_cli_runner().invoke
    assert run(deliver, ["noise"]).exit_code == 1
    aim(Folder(key="here", name="Here", kind="folder", path=tmp_path / "twin"))
    for _ in range(2):
        done = run(deliver, ["noise", "--to", "here"])
        assert (done.exit_code, done.output) == (0, "noise 1.0.0 → here: sent.\n")
    (tmp_path / "file").write_text("")
    aim(Folder(key="there", name="There", kind="folder", path=tmp_path / "file"))
    for _ in range(2):
        done = run(deliver, ["noise", "--version", "1.0.0"])
        assert done.exit_code == 1 and "failed. The place agreed on" in done.output
    assert delivery().state is DeliveryState.FAILED
