"""A store that speaks S3, a road to it with bad days on order, and a dataset with a release."""

from contextlib import contextmanager
from datetime import timedelta
from urllib.request import Request, urlopen

import pytest

from portal import db
from portal.accounts.models import Role
from portal.datasets import releases
from portal.datasets.delivery.targets import S3, Targets
from tests.conftest import NOON
from tests.datasets.delivery import bucket
from tests.datasets.delivery.road import Road
from tests.datasets.test_releases import measured
from tests.factories import make_account, make_campaign


@pytest.fixture(scope="session")
def bucket_server():
    """A server of its own for all tests; its address."""
    with bucket.serving() as address:
        yield address


@pytest.fixture
def road(bucket_server):
    """The way to the store; the bucket `twin` is there, and empty."""
    urlopen(Request(f"{bucket_server}/moto-api/reset", method="POST"), timeout=5).close()
    urlopen(Request(f"{bucket_server}/twin", method="PUT"), timeout=5).close()
    with Road(bucket_server) as way:
        yield way


@pytest.fixture
def s3(road):
    """The store as a target, by that road."""
    return S3(
        key="lake", name="Lake", kind="s3", endpoint=road.address, bucket="twin",
        access_key="portal", secret_key="not told to anybody", seconds=1,
    )  # fmt: skip


@pytest.fixture
def aim(app):
    """`aim(target, …)`: from now on releases go there."""

    def set_targets(*targets):
        app.extensions["delivery"] = Targets(project="city", targets=list(targets))

    return set_targets


@contextmanager
def releasing(app):
    """A campaign, and a function that adds thirty accepted measurements and releases."""
    with app.test_request_context("/en/"):
        with db.transaction() as session:
            campaign = make_campaign(session, dataset="noise", slug="noise")
            manager = make_account(session, role=Role.COMMUNITY_MANAGER)
            people = [make_account(session) for _ in range(8)]
        made = 0

        def release():
            nonlocal made
            with db.transaction() as session:
                measured(session, campaign, people, manager, start=made)
            made += 30
            return releases.make("noise", now=NOON + timedelta(minutes=made))

        yield release


@pytest.fixture
def noise(app):
    """`noise()` measures on and releases."""
    with releasing(app) as release:
        yield release
