"""The command line: close, count, publish."""

from datetime import timedelta

from portal import db
from portal.accounts.models import Role
from portal.voting.counts import counting, destroying, publication
from tests.factories import make_account
from tests.voting.conftest import open_vote


def test_the_portal_has_the_commands(app):
    from portal.cli import portal

    assert {"close", "count", "publish"} <= set(portal.commands["votes"].commands)


def staff(option):
    """A person of the staff, as the command names them."""
    email = f"{option}@city.example"
    with db.transaction() as session:
        make_account(session, role=Role.COMMUNITY_MANAGER, email=email)
    return f"--{option}", email


def test_count_publishes_after_the_close(app, later):
    from portal.voting import commands

    with app.test_request_context("/en/"):
        poll = open_vote(app, slug="alberi")
        poll.cast(1, "dove-mancano")
        runner = app.test_cli_runner()
        two = [option for name in ("first", "second") for option in staff(name)]
        alone = runner.invoke(commands.count, ["alberi", *two[:3], two[1]])
        assert isinstance(alone.exception, destroying.TwoNeeded)
        early = runner.invoke(commands.count, ["alberi", *two])
        assert isinstance(early.exception, counting.NotYetClosed)
        later(timedelta(days=11))
        assert runner.invoke(commands.close, ["alberi"]).exit_code == 0
        counted = runner.invoke(commands.count, ["alberi", *two])
        assert counted.exit_code == 0 and "people (V and P)" in counted.output
        path = publication.folder(poll.consultation) / "results.json"
        before = path.read_bytes()
        path.unlink()
        assert runner.invoke(commands.publish, ["alberi"]).exit_code == 0
        assert path.read_bytes() == before
